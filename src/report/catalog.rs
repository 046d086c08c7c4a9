//! The knowledge base itself: what it lists, how much of what, and all of it as pages.

mod pages;

pub use pages::{Page, pages};

use std::collections::BTreeMap;

use serde::Serialize;

use super::grid::{empty_table, keep_whole};
use crate::db::{Category, Coverage, Db, EvidenceKind, FailsOn, Limitation, Plan, Severity, Word, display_release};

/// Which entries are listed; `None` asks for nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'f> {
    /// Of this category.
    pub category: Option<Category>,
    /// Of this service: the file that defines it, or the service of a resource type it names; whatever the case.
    pub service: Option<&'f str>,
    /// Concerning this resource type.
    pub resource_type: Option<&'f str>,
}

/// The entries that `filter` asks for, by id.
pub fn entries<'d>(db: &'d Db, filter: Filter<'_>) -> Vec<&'d Limitation> {
    let all: Vec<&Limitation> = match filter.resource_type {
        Some(resource_type) => db.limitations_for(resource_type).collect(),
        None => db.limitations().iter().collect(),
    };
    let is_service = |it: &Limitation| filter.service.is_none_or(|name| is_of_service(it, name));
    all.into_iter()
        .filter(|it| filter.category.is_none_or(|category| it.category == category) && is_service(it))
        .collect()
}

fn is_of_service(entry: &Limitation, service: &str) -> bool {
    let of_type = |it: &String| it.split("::").nth(1).is_some_and(|name| name.eq_ignore_ascii_case(service));
    service_of(entry).eq_ignore_ascii_case(service) || entry.resources.iter().any(of_type)
}

/// The name of the file that defines it, without folder and extension.
fn service_of(entry: &Limitation) -> &str {
    let name = entry.file.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Entries as a table of `width` columns, with a final line break.
pub fn list_table(entries: &[&Limitation], width: u16) -> String {
    let mut table = empty_table(width, &["Id and resources", "Level", "Fails on", "Feature"]);
    for entry in entries {
        table.add_row([
            format!("{}\n  {}", entry.id, entry.resources.join("\n  ")),
            format!("{} {}", entry.category.word(), entry.severity.word()),
            fails_on(entry),
            entry.feature.clone(),
        ]);
    }
    keep_whole(&mut table, width);
    let noun = if entries.len() == 1 { "entry" } else { "entries" };
    format!("{}\n{} {noun}\n", table.trim_fmt(), entries.len())
}

fn fails_on(entry: &Limitation) -> String {
    if entry.fails_on == FailsOn::None { "-".into() } else { entry.fails_on.word().into() }
}

#[derive(Serialize)]
struct JsonItem<'d> {
    id: &'d str,
    category: &'static str,
    severity: &'static str,
    fails_on: &'static str,
    resources: &'d [String],
    feature: &'d str,
    file: &'d str,
    line: u32,
}

/// Entries for programs.
///
/// # Errors
/// A value that JSON cannot hold.
pub fn list_json(entries: &[&Limitation]) -> Result<String, serde_json::Error> {
    let items: Vec<JsonItem<'_>> = entries.iter().map(|it| item(it)).collect();
    serde_json::to_string_pretty(&items)
}

fn item(entry: &Limitation) -> JsonItem<'_> {
    JsonItem {
        id: &entry.id,
        category: entry.category.word(),
        severity: entry.severity.word(),
        fails_on: entry.fails_on.word(),
        resources: &entry.resources,
        feature: &entry.feature,
        file: &entry.file,
        line: entry.line,
    }
}

/// How much the knowledge base knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Entries.
    pub limitations: usize,
    /// Entries by category.
    pub by_category: BTreeMap<&'static str, usize>,
    /// Entries by severity.
    pub by_severity: BTreeMap<&'static str, usize>,
    /// Entries by the side they fail on.
    pub by_fails_on: BTreeMap<&'static str, usize>,
    /// Entries by the service whose file defines them.
    pub by_service: BTreeMap<String, usize>,
    /// Pieces of evidence by kind.
    pub evidence: BTreeMap<&'static str, usize>,
    /// Resource types.
    pub resource_types: usize,
    /// Resource types by the edition that registers them in some release: `community` (both), `pro` (only), `none`.
    pub by_edition: BTreeMap<&'static str, usize>,
    /// Registered resource types by the cheapest plan of their service, `unknown` where it is not known.
    pub by_plan: BTreeMap<&'static str, usize>,
    /// Releases.
    pub releases: usize,
    /// Releases whose coverage is known.
    pub covered_releases: usize,
    /// The newest of them.
    pub newest_covered: Option<String>,
    /// Configuration variables.
    pub variables: usize,
}

/// Counts everything.
pub fn stats(db: &Db) -> Stats {
    let entries = db.limitations();
    let rows = db.coverage_rows();
    let registered = || rows.iter().filter(|it| edition(it) != "none");
    Stats {
        limitations: entries.len(),
        by_category: by_word::<Category>(entries.iter().map(|it| it.category)),
        by_severity: by_word::<Severity>(entries.iter().map(|it| it.severity)),
        by_fails_on: by_word::<FailsOn>(entries.iter().map(|it| it.fails_on)),
        by_service: count(BTreeMap::new(), entries.iter().map(|it| service_of(it).to_owned())),
        evidence: by_word::<EvidenceKind>(entries.iter().flat_map(|it| &it.evidence).map(|it| it.kind)),
        resource_types: rows.len(),
        by_edition: count(zeros(["community", "pro", "none"]), rows.iter().map(edition)),
        by_plan: count(BTreeMap::new(), registered().map(|it| it.min_plan.map_or("unknown", Plan::word))),
        releases: db.releases().len(),
        covered_releases: db.covered().count(),
        newest_covered: db.newest_covered().map(|it| display_release(&it)),
        variables: db.variables().len(),
    }
}

fn edition(row: &Coverage) -> &'static str {
    match (&row.community, &row.pro) {
        (Some(_), _) => "community",
        (None, Some(_)) => "pro",
        (None, None) => "none",
    }
}

fn by_word<W: Word>(members: impl Iterator<Item = W>) -> BTreeMap<&'static str, usize> {
    count(zeros(W::WORDS.iter().map(|(word, _)| *word)), members.map(W::word))
}

fn zeros(keys: impl IntoIterator<Item = &'static str>) -> BTreeMap<&'static str, usize> {
    keys.into_iter().map(|it| (it, 0)).collect()
}

fn count<K: Ord>(mut counts: BTreeMap<K, usize>, keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

/// The numbers as a table of `width` columns, with a final line break.
pub fn stats_table(stats: &Stats, width: u16) -> String {
    let mut table = empty_table(width, &["Known", "Number"]);
    let covered = match &stats.newest_covered {
        Some(newest) => format!("{}, the newest {newest}", stats.covered_releases),
        None => stats.covered_releases.to_string(),
    };
    let rows = [
        ("Limitations", stats.limitations.to_string()),
        ("  by category", numbers(&stats.by_category)),
        ("  by severity", numbers(&stats.by_severity)),
        ("  by side they fail on", numbers(&stats.by_fails_on)),
        ("  by service", numbers(&stats.by_service)),
        ("  by kind of evidence", numbers(&stats.evidence)),
        ("Resource types", stats.resource_types.to_string()),
        ("  by edition", numbers(&stats.by_edition)),
        ("  by plan of the service", numbers(&stats.by_plan)),
        ("Releases", stats.releases.to_string()),
        ("  covered", covered),
        ("Configuration variables", stats.variables.to_string()),
    ];
    for (what, number) in rows {
        table.add_row([what.to_owned(), number]);
    }
    keep_whole(&mut table, width);
    format!("{}\n", table.trim_fmt())
}

fn numbers<K: AsRef<str>>(counts: &BTreeMap<K, usize>) -> String {
    counts.iter().map(|(key, number)| format!("{} {number}", key.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db() -> Db {
        Db::from_dir(std::path::Path::new("tests/db/small")).unwrap()
    }

    fn ids(filter: Filter<'_>) -> Vec<String> {
        entries(&db(), filter).iter().map(|it| it.id.clone()).collect()
    }

    #[test]
    fn filters_narrow_the_list() {
        assert_eq!(ids(Filter::default()).len(), 4);
        assert_eq!(ids(Filter { category: Some(Category::B), ..Filter::default() }), ["kms-everything", "s3-anything"]);
        assert_eq!(ids(Filter { service: Some("S3"), ..Filter::default() }), ["s3-anything", "s3-output"]);
        assert_eq!(ids(Filter { service: Some("logs"), ..Filter::default() }), ["kms-key-policy-lacks-logs-principal"]);
        let resource_type = Some("AWS::S3::Bucket");
        assert_eq!(ids(Filter { resource_type, ..Filter::default() }), ["kms-everything", "s3-anything"]);
        assert!(ids(Filter { resource_type, category: Some(Category::D), ..Filter::default() }).is_empty());
    }

    #[test]
    fn the_table_fits_its_width() {
        let db = db();
        for width in [60, 80, 120] {
            let text = list_table(&entries(&db, Filter::default()), width);
            assert!(text.lines().all(|it| it.chars().count() <= width.into()), "{text}");
            assert!(text.ends_with("\n4 entries\n"));
            let text = stats_table(&stats(&db), width);
            assert!(text.lines().all(|it| it.chars().count() <= width.into()), "{text}");
        }
    }

    #[test]
    fn the_list_is_json() {
        let db = db();
        let json: serde_json::Value =
            serde_json::from_str(&list_json(&entries(&db, Filter::default())).unwrap()).unwrap();
        assert_eq!(json[1]["id"], "kms-key-policy-lacks-logs-principal");
        assert_eq!(json[1]["fails_on"], "aws");
        assert_eq!(json[1]["line"], 1);
    }

    #[test]
    fn everything_is_counted() {
        let stats = stats(&db());
        assert_eq!(numbers(&stats.by_category), "A 0, B 2, C 1, D 1");
        assert_eq!(numbers(&stats.by_fails_on), "aws 1, localstack 0, none 3");
        assert_eq!(numbers(&stats.by_service), "kms 2, s3 2");
        assert_eq!(numbers(&stats.evidence), "docs 1, issue 1, probe 1, report 1, source 1");
        assert_eq!(numbers(&stats.by_edition), "community 4, none 3, pro 4");
        assert_eq!(numbers(&stats.by_plan), "base 2, hobby 4, ultimate 1, unknown 1");
        assert_eq!((stats.resource_types, stats.releases, stats.covered_releases), (11, 6, 4));
        assert_eq!(stats.newest_covered.as_deref(), Some("2026.3"));
    }
}

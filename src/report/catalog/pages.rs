//! The knowledge base as pages to browse: one a service, and two that lead there, by service and by id. Their words
//! are in `templates/report/catalog/`; what is known of a type or an entry is worded as `explain` does it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::{Stats, stats};
use crate::db::{Adjust, Coverage, Db, Evidence, Limitation, Plan, Word};
use crate::report::explain::matrix::{Cell, Span, cell_words, matrix, spans};
use crate::report::explain::{entry, resource};
use crate::report::{TemplateError, markup, predicate};
use crate::target::Target;

const INDEX: &str = include_str!("../../../templates/report/catalog/index.md.jinja");
const IDS: &str = include_str!("../../../templates/report/catalog/ids.md.jinja");
const SERVICE: &str = include_str!("../../../templates/report/catalog/service.md.jinja");

/// The page of entries about templates as such, or about every resource type.
const GENERAL: &str = "Templates";

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its file, relative to the folder of the catalogue.
    pub path: PathBuf,
    /// Its Markdown, between the markers that let it be written again.
    pub text: String,
}

/// Every page of the catalogue of `db`, the index (`README.md`) first. Of `target`, only the settings beside release
/// and plan count: those two are laid out in full.
///
/// # Errors
/// A template that is built in is broken.
pub fn pages(db: &Db, target: &Target) -> Result<Vec<Page>, TemplateError> {
    let services = services(db);
    let mut pages = vec![
        page("README.md", INDEX, &Index::of(db, &services))?,
        page("limitations.md", IDS, &IdIndex { entries: db.limitations().iter().map(row).collect() })?,
    ];
    for service in services.values() {
        pages.push(page(&format!("services/{}.md", service.file()), SERVICE, &service.page(db, target))?);
    }
    Ok(pages)
}

fn page(path: &str, template: &str, context: &impl Serialize) -> Result<Page, TemplateError> {
    Ok(Page { path: path.into(), text: markup::render(template, context)? })
}

/// What belongs on the page of one service.
#[derive(Default)]
struct Service<'d> {
    name: String,
    types: Vec<&'d Coverage>,
    /// Entries whose first resource type is of this service.
    own: Vec<&'d Limitation>,
    /// Entries of other pages that name a resource type of this service.
    others: Vec<&'d Limitation>,
}

/// The services by name: AWS's namespaces, and one for what concerns templates as such.
fn services(db: &Db) -> BTreeMap<String, Service<'_>> {
    let mut services: BTreeMap<String, Service<'_>> = BTreeMap::new();
    for row in db.coverage_rows() {
        entry_of(&mut services, namespace(&row.resource_type)).types.push(row);
    }
    for limitation in db.limitations() {
        let home = home(limitation);
        entry_of(&mut services, home).own.push(limitation);
        let mut named: Vec<&str> = limitation.resources.iter().map(|it| namespace(it)).collect();
        named.sort_unstable();
        named.dedup();
        for name in named.into_iter().filter(|it| *it != home && *it != GENERAL) {
            entry_of(&mut services, name).others.push(limitation);
        }
    }
    services
}

fn entry_of<'s, 'd>(services: &'s mut BTreeMap<String, Service<'d>>, name: &str) -> &'s mut Service<'d> {
    let service = services.entry(name.to_owned()).or_default();
    name.clone_into(&mut service.name);
    service
}

/// The page that holds an entry.
fn home(entry: &Limitation) -> &str {
    entry.resources.first().map_or(GENERAL, |it| namespace(it))
}

/// The service of a resource type; what names no single service is general.
fn namespace(resource_type: &str) -> &str {
    match resource_type.split("::").nth(1) {
        Some(name) if !resource_type.starts_with("Template") && name != "*" => name,
        _ => GENERAL,
    }
}

impl Service<'_> {
    fn file(&self) -> String {
        self.name.to_ascii_lowercase()
    }

    fn registered(&self) -> impl Iterator<Item = &Coverage> {
        self.types.iter().copied().filter(|it| it.community.is_some() || it.pro.is_some())
    }

    fn page(&self, db: &Db, target: &Target) -> ServicePage {
        let names = |rows: Vec<&Coverage>| rows.iter().map(|it| it.resource_type.clone()).collect();
        let others = self.types.iter().copied().filter(|it| it.community.is_none() && it.pro.is_none());
        let (transformed, missing) = others.partition(|it| resource::is_transformed(&it.resource_type));
        ServicePage {
            name: self.name.clone(),
            plan: self.plan(),
            plans: plan_names(),
            types: self.registered().map(|it| type_section(it, db, target)).collect(),
            transformed: names(transformed),
            missing: names(missing),
            entries: self.own.iter().map(|it| entry_section(it, db, target)).collect(),
            others: self.others.iter().map(|it| row(it)).collect(),
        }
    }

    /// The cheapest plan of the types that are there.
    fn plan(&self) -> Option<&'static str> {
        self.registered().filter_map(|it| it.min_plan).min().map(Plan::word)
    }
}

fn plan_names() -> Vec<&'static str> {
    Plan::WORDS.iter().map(|(name, _)| *name).collect()
}

#[derive(Serialize)]
struct Index {
    stats: Stats,
    releases: Option<(String, String)>,
    services: Vec<ServiceRow>,
}

#[derive(Serialize)]
struct ServiceRow {
    name: String,
    file: String,
    plan: Option<&'static str>,
    community: usize,
    licensed: usize,
    types: usize,
    limitations: usize,
}

impl Index {
    fn of(db: &Db, services: &BTreeMap<String, Service<'_>>) -> Self {
        let mut covered = db.covered().map(|it| crate::db::display_release(&it));
        let first = covered.next();
        let last = covered.next_back().or_else(|| first.clone());
        let rows = services.values().map(|it| ServiceRow {
            name: it.name.clone(),
            file: it.file(),
            plan: it.plan(),
            community: it.types.iter().filter(|it| it.community.is_some()).count(),
            licensed: it.registered().count(),
            types: it.types.len(),
            limitations: it.own.len() + it.others.len(),
        });
        Self { stats: stats(db), releases: first.zip(last), services: rows.collect() }
    }
}

#[derive(Serialize)]
struct IdIndex {
    entries: Vec<EntryRow>,
}

/// An entry as a table names it.
#[derive(Serialize)]
struct EntryRow {
    id: String,
    file: String,
    category: &'static str,
    severity: &'static str,
    fails_on: &'static str,
    feature: String,
}

fn row(entry: &Limitation) -> EntryRow {
    EntryRow {
        id: entry.id.clone(),
        file: home(entry).to_ascii_lowercase(),
        category: entry.category.word(),
        severity: entry.severity.word(),
        fails_on: entry.fails_on.word(),
        feature: entry.feature.clone(),
    }
}

#[derive(Serialize)]
struct ServicePage {
    name: String,
    plan: Option<&'static str>,
    plans: Vec<&'static str>,
    types: Vec<TypeSection>,
    transformed: Vec<String>,
    missing: Vec<String>,
    entries: Vec<EntrySection>,
    others: Vec<EntryRow>,
}

/// One line of a support matrix.
#[derive(Serialize)]
struct MatrixRow {
    releases: String,
    cells: Vec<String>,
}

fn matrix_rows(spans: &[Span]) -> Vec<MatrixRow> {
    let row = |it: &Span| MatrixRow { releases: it.releases(), cells: it.plans.iter().map(cell_words).collect() };
    spans.iter().map(row).collect()
}

#[derive(Serialize)]
struct TypeSection {
    name: String,
    matrix: Vec<MatrixRow>,
    facts: Vec<Fact>,
    limitations: Vec<EntryRow>,
}

/// A line, and what belongs below it.
#[derive(Serialize)]
struct Fact {
    text: String,
    parts: Vec<String>,
}

fn type_section(coverage: &Coverage, db: &Db, target: &Target) -> TypeSection {
    let named = |it: &&Limitation| it.resources.contains(&coverage.resource_type);
    TypeSection {
        name: coverage.resource_type.clone(),
        matrix: matrix_rows(&matrix(&coverage.resource_type, db, target)),
        facts: facts(resource::behaviour(coverage)),
        limitations: db.limitations_for(&coverage.resource_type).filter(named).map(row).collect(),
    }
}

fn facts(lines: Vec<String>) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for line in lines {
        match (line.strip_prefix("  "), facts.last_mut()) {
            (Some(part), Some(fact)) => fact.parts.push(part.to_owned()),
            // What a terminal shows side by side.
            _ => facts.extend(line.split("   ").map(|it| Fact { text: it.to_owned(), parts: Vec::new() })),
        }
    }
    facts
}

#[derive(Serialize)]
struct EntrySection {
    #[serde(flatten)]
    row: EntryRow,
    resources: Vec<String>,
    localstack: String,
    aws: String,
    solution: String,
    error: Option<String>,
    also: Option<String>,
    targets: String,
    /// Empty for an entry that holds everywhere.
    matrix: Vec<MatrixRow>,
    when: Vec<String>,
    changes: Vec<Change>,
    evidence: Vec<Source>,
}

#[derive(Serialize)]
struct Change {
    what: String,
    snippet: Option<String>,
}

#[derive(Serialize)]
struct Source {
    what: String,
    url: Option<String>,
    source: Option<String>,
}

fn entry_section(entry: &Limitation, db: &Db, target: &Target) -> EntrySection {
    let matrix = spans(db, target, |target| affected(target.applies(db, &entry.applies), target));
    let everywhere = matrix.iter().flat_map(|it| &it.plans).all(|it| it.support == AFFECTED);
    EntrySection {
        row: row(entry),
        resources: entry.resources.clone(),
        localstack: entry.localstack.clone(),
        aws: entry.aws.clone(),
        solution: entry.solution.clone(),
        error: entry.error.clone(),
        also: entry.also.clone(),
        targets: entry::targets(entry),
        matrix: if everywhere { Vec::new() } else { matrix_rows(&matrix) },
        when: predicate::lines(&entry.when),
        changes: entry.adjust.iter().map(change).collect(),
        evidence: entry.evidence.iter().map(source).collect(),
    }
}

const AFFECTED: &str = "affected";

fn affected(applies: bool, target: &Target) -> Cell {
    Cell { plan: target.plan.word(), support: if applies { AFFECTED } else { "-" }, min_plan: None }
}

fn change(adjust: &Adjust) -> Change {
    Change { what: entry::change_words(adjust), snippet: entry::snippet(adjust).map(|it| it.trim_end().to_owned()) }
}

fn source(evidence: &Evidence) -> Source {
    Source { what: entry::evidence_words(evidence), url: evidence.url.clone(), source: evidence.source.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::keep::without_record;
    use crate::target::TargetOptions;

    fn small() -> Vec<Page> {
        let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
        let target = Target::new(&db, &TargetOptions::default()).unwrap();
        pages(&db, &target).unwrap()
    }

    #[test]
    fn general_subjects_have_a_page_of_their_own() {
        assert_eq!(namespace("AWS::S3::Bucket"), "S3");
        assert_eq!(namespace("AWS::S3::*"), "S3");
        for general in ["AWS::*", "*", "Template", "Template::Output"] {
            assert_eq!(namespace(general), GENERAL);
        }
    }

    #[test]
    fn every_link_leads_to_a_heading() {
        let pages = small();
        let text = |path: &str| pages.iter().find(|it| it.path == std::path::Path::new(path)).map(|it| &it.text);
        let links = regex::Regex::new(r"\]\((?P<file>[^)#]*)(#(?P<anchor>[^)]*))?\)").unwrap();
        let mut followed = 0;
        for page in &pages {
            for link in links.captures_iter(&page.text).filter(|it| !it["file"].starts_with("http")) {
                let folder = page.path.parent().unwrap().to_str().unwrap();
                let file = match (&link["file"], folder) {
                    ("", _) => page.path.to_str().unwrap().to_owned(),
                    (file, "") => file.to_owned(),
                    (file, _) if file.starts_with("../") => file[3..].to_owned(),
                    (file, folder) => format!("{folder}/{file}"),
                };
                let target = text(&file).unwrap_or_else(|| panic!("{} links to {file}", page.path.display()));
                if let Some(anchor) = link.name("anchor") {
                    let heading = format!("### {}\n", anchor.as_str());
                    let slug = |line: &str| line.to_lowercase().replace("::", "").replace(['#', ' ', '`'], "");
                    let is_heading = |line: &str| line.starts_with('#') && slug(line) == anchor.as_str();
                    assert!(target.contains(&heading) || target.lines().any(is_heading), "{file}#{}", anchor.as_str());
                }
                followed += 1;
            }
        }
        assert!(followed > 20, "{followed}");
    }

    #[test]
    fn the_pages_of_a_small_knowledge_base() {
        let pages = small();
        let text = |it: &Page| format!("==> {} <==\n{}", it.path.display(), without_record(&it.text));
        let text: Vec<String> = pages.iter().map(text).collect();
        insta::assert_snapshot!(text.join("\n"));
    }
}

//! The findings that a project had when it took lscompat up: a file that leaves them out of reports.
//!
//! An entry names a finding by its file, id, resource and property, never by a line. What became worse since, or more
//! of the same than there was, is no longer known. The file has no dates, and one line an entry.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::analysis::Finding;
use crate::db::Severity;
use crate::source::Span;

use super::Report;
use super::group::{level, subject};
use super::items::{Item, items};

/// The form that is written and read.
const VERSION: u32 = 1;

/// Known findings, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: Vec<Known>,
}

/// One or more findings that nothing but the place tells apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The file, from the folder of the baseline, with `/`.
    path: String,
    id: String,
    /// The logical id, or the pseudo subject.
    resource: String,
    #[serde(rename = "type")]
    resource_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    property: Option<String>,
    /// `error`, `possible note` and the like: what is worse is not known.
    level: String,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    count: usize,
    /// What people say about it; kept when the file is written again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no JSON, or not of the form.
    #[error("{0}")]
    Malformed(#[from] serde_json::Error),
    /// It is of another form than this version knows.
    #[error("it has version {0}; this lscompat reads version {VERSION}")]
    Version(u32),
    /// A level is none.
    #[error("`{0}` is no level; use `error`, `warning` or `note`, or `possible` before it")]
    Level(String),
}

/// What of a report a baseline knows.
#[derive(Debug, Default)]
pub struct Matched {
    known: BTreeSet<Place>,
    /// Entries of which nothing, or less than they say, is left.
    gone: Vec<Known>,
    /// The entries of which something is left, by the names that it has now, and those of files that were not looked at.
    left: Vec<Known>,
    /// Of them, those of files that were not looked at.
    elsewhere: Vec<Known>,
}

/// What tells a finding from all others.
type Place = (std::path::PathBuf, String, String, Span);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    version: u32,
    findings: Vec<Known>,
}

impl Baseline {
    /// Reads the text of a baseline.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let Content { version, findings } = serde_json::from_str(text)?;
        if version != VERSION {
            return Err(BaselineError::Version(version));
        }
        match findings.iter().find(|it| rank(&it.level).is_none()) {
            Some(wrong) => Err(BaselineError::Level(wrong.level.clone())),
            None => Ok(Self { entries: findings }),
        }
    }

    /// Every finding of `report` that stands; `name` gives the name of a file.
    pub fn of(report: &Report, name: impl Fn(&Path) -> String) -> Self {
        let standing = items(report).into_iter().filter(|it| it.finding.suppressed.is_none());
        Self::sorted(standing.map(|it| Known::of(&it, &name)).collect())
    }

    /// What of `report` is known; `name` gives the name of a file, and `exists` says whether one is there.
    pub fn matched(&self, report: &Report, name: impl Fn(&Path) -> String, exists: impl Fn(&str) -> bool) -> Matched {
        let here = Here::of(report, &name, exists);
        let mut room: Vec<usize> = self.entries.iter().map(|it| it.count).collect();
        let mut is_worse = vec![false; self.entries.len()];
        let mut matched = Matched::default();
        let standing = items(report).into_iter().filter(|it| it.finding.suppressed.is_none());
        let mut open: Vec<(Item<'_>, Known)> =
            standing.map(|it| (Known::of(&it, &name), it)).map(|(a, b)| (b, a)).collect();
        let is_named =
            |known: &Known| self.entries.iter().any(|it| (&it.path, &it.resource) == (&known.path, &known.resource));
        for step in 0..3 {
            open.retain(|(item, known)| {
                let may_be = |entry: &Known| match step {
                    0 => entry.path == known.path && entry.resource == known.resource,
                    1 => entry.path != known.path && entry.resource == known.resource && here.lacks(entry),
                    _ => entry.path == known.path && here.lacks(entry) && !is_named(known),
                };
                for ((entry, room), is_worse) in self.entries.iter().zip(&mut room).zip(&mut is_worse) {
                    if *room == 0 || !entry.is_like(known) || !may_be(entry) {
                        continue;
                    }
                    if rank(&known.level) > rank(&entry.level) {
                        *is_worse = true;
                        continue;
                    }
                    *room -= 1;
                    matched.known.insert(place(item.path, item.finding));
                    matched.left.push(Known { reason: entry.reason.clone(), ..known.clone() });
                    return false;
                }
                true
            });
        }
        for ((entry, room), is_worse) in self.entries.iter().zip(room).zip(is_worse).filter(|((_, room), _)| *room > 0)
        {
            let rest = Known { count: room, ..entry.clone() };
            match here.was_looked_at(entry) {
                true if is_worse => {}
                true => matched.gone.push(rest),
                false => matched.elsewhere.push(rest),
            }
        }
        matched.left.extend(matched.elsewhere.iter().cloned());
        matched
    }

    /// The same findings with the reasons of `old`, and what of its files was not looked at.
    pub fn after(self, old: &Matched) -> Self {
        let reason = |it: &Known| {
            let same = old
                .left
                .iter()
                .find(|known| known.is_like(it) && (&known.path, &known.resource) == (&it.path, &it.resource));
            same.and_then(|known| known.reason.clone())
        };
        let own = self.entries.into_iter().map(|it| Known { reason: reason(&it), ..it });
        Self::sorted(own.chain(old.elsewhere.iter().cloned()).collect())
    }

    /// The number of findings.
    pub fn len(&self) -> usize {
        self.entries.iter().map(|it| it.count).sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The text of the file, with a final line break: sorted, one line an entry.
    ///
    /// # Errors
    /// Never in practice; the signature is `serde_json`'s.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        let lines = self.entries.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let body = if lines.is_empty() { String::new() } else { format!("\n{}\n  ", lines.join(",\n")) };
        Ok(format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{body}]\n}}\n"))
    }

    /// Puts what only the place tells apart together.
    fn sorted(mut all: Vec<Known>) -> Self {
        all.sort();
        let mut entries: Vec<Known> = Vec::new();
        for known in all {
            match entries.last_mut().filter(|it| Known { count: it.count, ..known.clone() } == **it) {
                Some(last) => last.count += known.count,
                None => entries.push(known),
            }
        }
        Self { entries }
    }
}

impl Matched {
    /// Takes what is known out of `report`. Verdicts stay as they are.
    pub fn remove_from(&self, report: &mut Report) {
        for stack in &mut report.stacks {
            let path = stack.path.clone();
            stack.report.findings.retain(|it| !self.has(&path, it));
        }
        for test in &mut report.tests {
            let path = test.path.clone();
            test.findings.retain(|it| !self.has(&path, it));
        }
    }

    /// What a reader should know; `name` is that of the baseline.
    pub fn notes(&self, name: &str) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.known.is_empty() {
            let number = super::words::count(self.known.len(), "known finding");
            notes.push(format!(
                "{number} of the baseline `{name}` {} left out",
                if self.known.len() == 1 { "is" } else { "are" }
            ));
        }
        let told = self.gone.iter().map(|it| {
            let times = if it.count > 1 { format!(" ({} times)", it.count) } else { String::new() };
            format!(
                "`{}` of `{}` in `{}`{times} is in the baseline `{name}` and no longer found",
                it.id, it.resource, it.path
            )
        });
        notes.extend(told);
        if !self.gone.is_empty() {
            notes.push("`lscompat baseline --prune` removes what is no longer found from the baseline".to_owned());
        }
        notes
    }

    /// The baseline without what is gone, and with the names that files and resources have now.
    pub fn pruned(&self) -> Baseline {
        Baseline::sorted(self.left.clone())
    }

    /// How many findings of the baseline are gone.
    pub fn gone(&self) -> usize {
        self.gone.iter().map(|it| it.count).sum()
    }

    fn has(&self, path: &Path, finding: &Finding) -> bool {
        finding.suppressed.is_none() && self.known.contains(&place(path, finding))
    }
}

impl Known {
    fn of(item: &Item<'_>, name: impl Fn(&Path) -> String) -> Self {
        let finding = item.finding;
        Self {
            path: name(item.path),
            id: finding.id.clone(),
            resource: subject(finding).to_owned(),
            resource_type: finding.resource_type.clone(),
            property: finding.property.clone(),
            level: level(finding),
            count: 1,
            reason: None,
        }
    }

    /// Whether they differ at most in their names and their level.
    fn is_like(&self, other: &Self) -> bool {
        (&self.id, &self.resource_type, &self.property) == (&other.id, &other.resource_type, &other.property)
    }
}

/// What a report is about.
struct Here<F> {
    files: BTreeSet<String>,
    resources: BTreeSet<(String, String)>,
    unread: BTreeSet<String>,
    exists: F,
}

impl<F: Fn(&str) -> bool> Here<F> {
    fn of(report: &Report, name: &impl Fn(&Path) -> String, exists: F) -> Self {
        let mut here = Self { files: BTreeSet::new(), resources: BTreeSet::new(), unread: BTreeSet::new(), exists };
        for stack in &report.stacks {
            let path = name(&stack.path);
            here.resources.extend(stack.report.resources.iter().map(|it| (path.clone(), it.logical_id.clone())));
            here.files.insert(path);
        }
        here.files.extend(report.tests.iter().map(|it| name(&it.path)));
        here.unread.extend(report.errors.iter().map(|it| name(&it.path)));
        here
    }

    /// Whether an entry's file is gone, or has its resource no longer.
    fn lacks(&self, entry: &Known) -> bool {
        match self.files.contains(&entry.path) {
            true => {
                // A finding may be about the template, or about what a transform replaces.
                entry.resource != entry.resource_type
                    && !self.resources.contains(&(entry.path.clone(), entry.resource.clone()))
            }
            false => !(self.exists)(&entry.path),
        }
    }

    fn was_looked_at(&self, entry: &Known) -> bool {
        !self.unread.contains(&entry.path) && (self.files.contains(&entry.path) || !(self.exists)(&entry.path))
    }
}

fn place(path: &Path, finding: &Finding) -> Place {
    (path.to_owned(), finding.id.clone(), subject(finding).to_owned(), finding.span)
}

/// How bad a level is; nothing for a text that is none.
fn rank(level: &str) -> Option<(Severity, bool)> {
    let (severity, is_certain) = level.strip_prefix("possible ").map_or((level, true), |it| (it, false));
    let severity = [Severity::Note, Severity::Warning, Severity::Error].into_iter().find(|it| {
        use crate::db::Word;
        it.word() == severity
    })?;
    Some((severity, is_certain))
}

/// An entry as JSON on one line, with blanks to read it by.
fn line(entry: &Known) -> Result<String, serde_json::Error> {
    let fields = match serde_json::to_value(entry)? {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    let fields = fields.into_iter().map(|(key, value)| format!("\"{key}\": {value}"));
    Ok(format!("    {{ {} }}", fields.collect::<Vec<_>>().join(", ")))
}

fn one() -> usize {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn name(path: &Path) -> String {
        path.display().to_string()
    }

    /// How many findings of `report` the baseline of `old` knows, and how many of its entries are gone.
    fn matched(old: &Report, report: &Report) -> (usize, usize) {
        let it = Baseline::of(old, name).matched(report, name, |_| false);
        (it.known.len(), it.gone())
    }

    #[test]
    fn a_baseline_knows_its_own_report_and_reads_what_it_writes() {
        let report = sample::report();
        let baseline = Baseline::of(&report, name);
        let text = baseline.text().unwrap();
        assert_eq!(Baseline::parse(&text).unwrap(), baseline);
        insta::assert_snapshot!(text);
        assert_eq!(matched(&report, &report), (5, 0));
        let mut rest = report.clone();
        baseline.matched(&report, name, |_| false).remove_from(&mut rest);
        assert_eq!(rest.findings().count(), 0);
        assert_eq!(Baseline::default().text().unwrap(), "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
    }

    #[test]
    fn lines_files_and_resources_may_have_other_names() {
        let report = sample::report();
        let mut moved = report.clone();
        moved.stacks[0].path = "other.yaml".into();
        moved.stacks[0].report.findings.iter_mut().for_each(|it| it.span.start += 1);
        assert_eq!(matched(&report, &moved), (5, 0));
        let mut renamed = report.clone();
        let stack = &mut renamed.stacks[0].report;
        stack
            .resources
            .iter_mut()
            .filter(|it| it.logical_id == "Worker")
            .for_each(|it| it.logical_id = "Runner".into());
        let is_worker = |it: &&mut Finding| it.logical_id.as_deref() == Some("Worker");
        stack.findings.iter_mut().filter(is_worker).for_each(|it| it.logical_id = Some("Runner".into()));
        assert_eq!(matched(&report, &renamed), (5, 0));
        let pruned = Baseline::of(&report, name).matched(&renamed, name, |_| false).pruned();
        assert_eq!(pruned, Baseline::of(&renamed, name));
    }

    #[test]
    fn what_is_worse_or_more_than_it_was_is_not_known() {
        let report = sample::report();
        let mut worse = report.clone();
        worse.stacks[0].report.findings[4].certainty = crate::analysis::Certainty::Certain;
        assert_eq!(matched(&report, &worse), (4, 0));
        assert_eq!(matched(&worse, &report), (5, 0), "what eases is known");
        let mut more = report.clone();
        let mut second = more.stacks[0].report.findings[2].clone();
        second.span.start -= 40;
        more.stacks[0].report.findings.push(second);
        assert_eq!(matched(&report, &more), (5, 0));
        assert_eq!(matched(&more, &report), (5, 1));
    }

    #[test]
    fn only_what_was_looked_at_can_be_gone() {
        let (report, clean) = (sample::report(), sample::clean());
        assert_eq!(matched(&report, &clean), (0, 5));
        let baseline = Baseline::of(&report, name);
        let nothing = Report { stacks: Vec::new(), ..sample::clean() };
        let there = baseline.matched(&nothing, name, |_| true);
        assert_eq!((there.gone(), there.pruned() == baseline), (0, true));
        assert_eq!(Baseline::default().after(&there), baseline);
        assert_eq!(baseline.matched(&nothing, name, |_| false).gone(), 5);
    }

    #[test]
    fn reasons_stay() {
        let report = sample::report();
        let mut baseline = Baseline::of(&report, name);
        baseline.entries[0].reason = Some("until the move".into());
        let again = Baseline::of(&report, name).after(&baseline.matched(&report, name, |_| true));
        assert_eq!(again, baseline);
    }

    #[test]
    fn what_is_no_baseline_is_refused() {
        let error = |text: &str| Baseline::parse(text).unwrap_err().to_string();
        assert!(error("[]").contains("line 1 column"));
        assert!(error(r#"{"version": 2, "findings": []}"#).starts_with("it has version 2"));
        let entry = r#"{"path": "a", "id": "b", "resource": "C", "type": "D", "level": "fatal"}"#;
        assert!(error(&format!(r#"{{"version": 1, "findings": [{entry}]}}"#)).starts_with("`fatal` is no level"));
    }
}

//! What is new, worse or gone between two reports on the same project, and the formats that tell it.
//!
//! Findings are compared by what they are about, not by where they stand: see [`identity`].

mod comment;
mod identity;
mod json;
mod lines;
mod outline;
mod programs;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use crate::analysis::{AwsVerdict, Certainty, Finding, LocalstackVerdict};
use crate::db::Severity;

use super::items::{Item, items};
use super::{FileError, Report, StackEntry};

use identity::{Identities, Key};
use lines::Lines;

pub use comment::{REVIEW_MARKER, review_comment};
pub use json::review_json;
pub use outline::review_table;
pub use programs::{review_github, review_sarif};

/// What was compared, in people's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revisions {
    /// What the base is called.
    pub base: String,
    /// The full hash of the commit where the branch began.
    pub commit: String,
    /// What the newer side is called; the working tree when `None`.
    pub head: Option<String>,
}

/// What is different between two reports.
pub struct Review<'a> {
    revisions: Revisions,
    report: &'a Report,
    /// Findings that the base does not have.
    new: Vec<Change<'a>>,
    /// Findings that were less severe or less certain in the base.
    worsened: Vec<Change<'a>>,
    /// Findings that only the base has.
    resolved: Vec<Item<'a>>,
    /// Findings that are suppressed and were not.
    suppressed: Vec<Item<'a>>,
    /// How many findings stand as before.
    unchanged: usize,
    /// Every stack of the newer side.
    stacks: Vec<Verdicts<'a>>,
    /// What cannot be read, and could be.
    errors: Vec<&'a FileError>,
    notes: Vec<String>,
}

/// A finding that is new or worse.
struct Change<'a> {
    item: Item<'a>,
    /// What the base says.
    before: Option<&'a Finding>,
    /// The first and last of its lines that the branch changes.
    lines: Option<(usize, usize)>,
}

/// What happens to a stack, before and after.
struct Verdicts<'a> {
    stack: &'a StackEntry,
    before: Option<(LocalstackVerdict, AwsVerdict)>,
}

impl<'a> Review<'a> {
    /// Compares `new` with `old`. `renames` are paths that have changed; a stack of `new` for which `is_apart` holds can
    /// be on one side only, so that nothing of it counts.
    pub fn of(
        old: &'a Report,
        new: &'a Report,
        revisions: Revisions,
        renames: &BTreeMap<PathBuf, PathBuf>,
        is_apart: impl Fn(&StackEntry) -> bool,
    ) -> Self {
        let identities = Identities::new(old, new, renames);
        let apart: BTreeSet<&Path> = new.stacks.iter().filter(|it| is_apart(it)).map(|it| it.path.as_path()).collect();
        let mut known = known(old, &identities);
        let mut lines = Lines::new(old, &identities);
        let mut review = Self {
            revisions,
            report: new,
            new: Vec::new(),
            worsened: Vec::new(),
            resolved: Vec::new(),
            suppressed: Vec::new(),
            unchanged: 0,
            stacks: stacks(old, new, &identities, &apart),
            errors: new.errors.iter().filter(|it| !has(old, it)).collect(),
            notes: notes(old, new, &apart),
        };
        let mut later = Vec::new();
        for item in items(new).into_iter().filter(|it| !apart.contains(it.path)) {
            let key = Key::new(&item);
            // The same line first, so that of several like it the others are the new ones.
            let text = lines::text(&item);
            match known.get_mut(&key).and_then(|it| take(it, |old| lines::text(old) == text)) {
                Some(before) => review.judge(item, Some(before), &mut lines),
                None => later.push((key, item)),
            }
        }
        for (key, item) in later {
            let before = known.get_mut(&key).and_then(|it| take(it, |_| true));
            review.judge(item, before, &mut lines);
        }
        let gone = known.into_values().flatten().filter(|it| it.finding.suppressed.is_none());
        review.resolved.extend(gone);
        review.resolved.sort_by(|a, b| (a.path, a.finding.span).cmp(&(b.path, b.finding.span)));
        review.new.sort_by(|a, b| worst_first(&a.item).cmp(&worst_first(&b.item)));
        review.worsened.sort_by(|a, b| worst_first(&a.item).cmp(&worst_first(&b.item)));
        review
    }

    /// The most severe finding that is new or worse.
    pub fn worst(&self) -> Option<Severity> {
        self.changes().map(|it| it.item.finding.severity).max()
    }

    /// What cannot be read on the newer side, and could be in the base.
    pub fn errors(&self) -> &[&'a FileError] {
        &self.errors
    }

    fn changes(&self) -> impl Iterator<Item = &Change<'a>> {
        self.new.iter().chain(&self.worsened)
    }

    /// Puts a finding where it belongs.
    fn judge(&mut self, item: Item<'a>, before: Option<Item<'a>>, lines: &mut Lines<'a>) {
        let before = before.map(|it| it.finding);
        let was_suppressed = before.is_some_and(|it| it.suppressed.is_some());
        if item.finding.suppressed.is_some() {
            if !was_suppressed {
                self.suppressed.push(item);
            }
            return;
        }
        let lines = lines.changed(&item);
        match before.filter(|_| !was_suppressed) {
            None => self.new.push(Change { item, before, lines }),
            Some(old) if is_worse(old, item.finding) => self.worsened.push(Change { item, before, lines }),
            Some(_) => self.unchanged += 1,
        }
    }
}

/// The first of `items` that is wanted.
fn take<'a>(items: &mut VecDeque<Item<'a>>, is_wanted: impl Fn(&Item<'a>) -> bool) -> Option<Item<'a>> {
    let at = items.iter().position(is_wanted)?;
    items.remove(at)
}

/// The findings of the base by what they are called on the newer side.
fn known<'a>(old: &'a Report, identities: &Identities<'a>) -> BTreeMap<Key, VecDeque<Item<'a>>> {
    let mut known: BTreeMap<Key, VecDeque<Item<'a>>> = BTreeMap::new();
    for item in items(old) {
        known.entry(identities.key(&item)).or_default().push_back(item);
    }
    known
}

fn is_worse(old: &Finding, new: &Finding) -> bool {
    let is_surer = old.certainty == Certainty::Possible && new.certainty == Certainty::Certain;
    new.severity > old.severity || (new.severity == old.severity && is_surer)
}

fn worst_first<'a>(item: &Item<'a>) -> impl Ord + use<'a> {
    let finding = item.finding;
    (std::cmp::Reverse(finding.severity), finding.certainty, item.path, finding.span)
}

fn has(old: &Report, error: &FileError) -> bool {
    old.errors.iter().any(|it| it.path == error.path && it.message == error.message)
}

fn stacks<'a>(
    old: &Report,
    new: &'a Report,
    identities: &Identities<'a>,
    apart: &BTreeSet<&Path>,
) -> Vec<Verdicts<'a>> {
    let mut left: Vec<&StackEntry> = old.stacks.iter().collect();
    let mut verdicts = Vec::new();
    for stack in new.stacks.iter().filter(|it| !apart.contains(it.path.as_path())) {
        let same = |it: &&StackEntry| identities.path(&it.path) == identity::normal(&stack.path);
        let at = left.iter().position(|it| same(it) && it.origin == stack.origin);
        let at = at.or_else(|| left.iter().position(same));
        let before = at.map(|at| left.remove(at)).map(|it| (it.report.localstack, it.report.aws));
        verdicts.push(Verdicts { stack, before });
    }
    verdicts
}

fn notes(old: &Report, new: &Report, apart: &BTreeSet<&Path>) -> Vec<String> {
    let mut notes = new.notes.clone();
    if !apart.is_empty() {
        let names: Vec<String> = apart.iter().map(|it| format!("`{}`", it.display())).collect();
        notes.push(format!(
            "{} {} not kept in git, so that nothing of it is compared; `check --baseline` can",
            names.join(", "),
            if names.len() == 1 { "is" } else { "are" }
        ));
    }
    let unread = old.errors.iter().filter(|it| old.stacks.iter().all(|stack| stack.path != it.path));
    for error in unread.filter(|it| new.stacks.iter().any(|stack| stack.path == it.path)) {
        notes.push(format!("the base has an unreadable `{}`, so that all of it counts as new", error.path.display()));
    }
    notes
}

#[cfg(test)]
mod tests;

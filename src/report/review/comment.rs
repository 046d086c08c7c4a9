//! The comment of a pull request, in Markdown.

use std::fmt::Write as _;

use crate::analysis::{AwsVerdict, Finding, LocalstackVerdict};
use crate::db::FailsOn;
use crate::report::group::{level, same_words, subject};
use crate::report::items::Item;
use crate::report::markup::{cell, code, prose};
use crate::report::words;

use super::{Change, Review};

/// The first line of every comment: who posts one finds and replaces the last one by it.
pub const REVIEW_MARKER: &str = "<!-- lscompat:review -->";
/// Most rows of a table. A comment on GitHub has at most 65,536 characters.
const MAX_ROWS: usize = 30;
/// Most places in one row.
const MAX_PLACES: usize = 5;
/// Characters of a commit's hash that people read.
const SHORT: usize = 7;

/// The review as a comment: what is new and worse, and folded below it what is resolved and suppressed.
pub fn review_comment(review: &Review<'_>) -> String {
    let mut out = format!("{REVIEW_MARKER}\n### LocalStack compatibility: {}\n\n", counts(review));
    let target = &review.report.target;
    let _ = writeln!(out, "Against {} · {}", base(review, code), prose(&words::localstack(target)));
    let _ = writeln!(out, "({})", prose(&target.sources.line()));
    if review.new.is_empty() && review.worsened.is_empty() {
        out.push_str("\nThis branch adds no finding.\n");
    }
    changes(&mut out, "New", &review.new);
    changes(&mut out, "Worse than before", &review.worsened);
    verdicts(&mut out, review);
    if !review.errors.is_empty() {
        out.push_str("\n**Cannot be read**\n\n");
        for error in &review.errors {
            let _ = writeln!(out, "- {}", prose(&error.to_string()));
        }
    }
    let resolved = review.resolved.iter().map(|it| (it, None));
    folded(&mut out, &format!("{} resolved", review.resolved.len()), resolved);
    let suppressed = review.suppressed.iter().map(|it| (it, it.finding.suppressed.as_deref()));
    folded(&mut out, &format!("{} suppressed", review.suppressed.len()), suppressed);
    for note in &review.notes {
        let _ = writeln!(out, "\n_Note: {}_", prose(note));
    }
    out
}

/// `2 new, 1 worse, 3 resolved`.
pub(super) fn counts(review: &Review<'_>) -> String {
    let numbers = [
        (review.new.len(), "new"),
        (review.worsened.len(), "worse"),
        (review.resolved.len(), "resolved"),
        (review.suppressed.len(), "suppressed"),
    ];
    let told = numbers.iter().enumerate().filter(|(at, (number, _))| *at == 0 || *number > 0);
    told.map(|(_, (number, word))| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

/// The name of the base and the commit that is compared with.
pub(super) fn base(review: &Review<'_>, name: impl Fn(&str) -> String) -> String {
    let commit: String = review.revisions.commit.chars().take(SHORT).collect();
    format!("{} (where the branch began: {})", name(&review.revisions.base), name(&commit))
}

/// Changes that say the same, together.
pub(super) fn grouped<'r, 'a>(changes: &'r [Change<'a>]) -> Vec<Vec<&'r Change<'a>>> {
    let mut groups: Vec<Vec<&Change<'_>>> = Vec::new();
    for change in changes {
        let is_same = |it: &&mut Vec<&Change<'_>>| {
            it.first().is_some_and(|first| {
                same_words(first.item.finding, change.item.finding)
                    && first.before.map(level) == change.before.map(level)
            })
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// `error`, and what it was.
pub(super) fn levels(change: &Change<'_>) -> String {
    let side = match change.item.finding.fails_on {
        FailsOn::Aws => " on AWS",
        FailsOn::Localstack => " on LocalStack",
        FailsOn::None => "",
    };
    let was = change.before.map(|it| format!(", was {}", level(it))).unwrap_or_default();
    format!("{}{side}{was}", level(change.item.finding))
}

/// `Queue.Timeout`, or what else a finding is about.
pub(super) fn name(finding: &Finding) -> String {
    match &finding.property {
        Some(property) => format!("{}.{property}", subject(finding)),
        None => subject(finding).to_owned(),
    }
}

/// `stacks/a.yaml:12`.
pub(super) fn place(item: &Item<'_>) -> String {
    format!("{}:{}", item.path.display(), item.range().start.line)
}

/// What happens on the side that a finding is about, with its error.
pub(super) fn happens(finding: &Finding) -> String {
    let side = if finding.fails_on == FailsOn::Aws { &finding.aws } else { &finding.localstack };
    let mut text = format!("{}: {side}", finding.feature);
    if let Some(error) = &finding.error {
        let _ = write!(text, "{} Error: `{error}`", if text.ends_with('.') { "" } else { "." });
    }
    if let Some(reason) = &finding.depends_on {
        let _ = write!(text, "{} Depends on {reason}", if text.ends_with('.') { "" } else { "." });
    }
    text
}

fn changes(out: &mut String, title: &str, changes: &[Change<'_>]) {
    let groups = grouped(changes);
    if groups.is_empty() {
        return;
    }
    let _ = write!(out, "\n**{title}**\n\n| Level | Where | What happens | What to do |\n|---|---|---|---|\n");
    for group in groups.iter().take(MAX_ROWS) {
        let Some(first) = group.first() else { continue };
        let finding = first.item.finding;
        let shown = group.iter().take(MAX_PLACES);
        let mut places: Vec<String> =
            shown.map(|it| format!("{} {}", code(&name(it.item.finding)), code(&place(&it.item)))).collect();
        if group.len() > MAX_PLACES {
            places.push(format!("and {} more", group.len() - MAX_PLACES));
        }
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} ({}) |",
            levels(first),
            places.join("<br>"),
            cell(&happens(finding)),
            cell(&finding.solution),
            code(&finding.id),
        );
    }
    more(out, groups.len());
}

fn verdicts(out: &mut String, review: &Review<'_>) {
    let changed: Vec<_> = review.changed_verdicts().collect();
    if changed.is_empty() {
        return;
    }
    out.push_str("\n| Stack | On LocalStack | On AWS |\n|---|---|---|\n");
    for it in changed.iter().take(MAX_ROWS) {
        let report = &it.stack.report;
        let localstack = arrow(it.before.map(|it| it.0), report.localstack, words::localstack_verdict);
        let aws = arrow(it.before.map(|it| it.1), report.aws, words::aws_verdict);
        let _ = writeln!(out, "| {} | {localstack} | {aws} |", code(&it.stack.title()));
    }
    more(out, changed.len());
}

/// `deploys → fails`.
pub(super) fn arrow<T: PartialEq + Copy>(before: Option<T>, after: T, word: fn(T) -> &'static str) -> String {
    match before {
        None => format!("{} (new stack)", word(after)),
        Some(before) if before == after => word(after).to_owned(),
        Some(before) => format!("{} → **{}**", word(before), word(after)),
    }
}

fn folded<'i>(out: &mut String, title: &str, items: impl Iterator<Item = (&'i Item<'i>, Option<&'i str>)>) {
    let items: Vec<_> = items.collect();
    if items.is_empty() {
        return;
    }
    // GitHub reads Markdown behind a blank line only.
    let _ = write!(out, "\n<details><summary>{title}</summary>\n\n");
    for (item, reason) in items.iter().take(MAX_ROWS) {
        let finding = item.finding;
        let reason = match reason {
            Some("") => ": no reason given".to_owned(),
            Some(reason) => format!(": {}", prose(reason)),
            None => String::new(),
        };
        let (name, place) = (code(&name(finding)), code(&place(item)));
        let _ = writeln!(
            out,
            "- {} {name} {place}: {} ({}){reason}",
            level(finding),
            prose(&finding.feature),
            code(&finding.id)
        );
    }
    more(out, items.len());
    out.push_str("\n</details>\n");
}

fn more(out: &mut String, rows: usize) {
    if rows > MAX_ROWS {
        let _ = writeln!(out, "\nand {} more", rows - MAX_ROWS);
    }
}

impl<'a> Review<'a> {
    /// The stacks of which a verdict is not what it was.
    pub(super) fn changed_verdicts(&self) -> impl Iterator<Item = &super::Verdicts<'a>> {
        let is_changed = |it: &&super::Verdicts<'_>| {
            let report = &it.stack.report;
            let quiet = (LocalstackVerdict::Deploys, AwsVerdict::NoKnownFailure);
            it.before.unwrap_or(quiet) != (report.localstack, report.aws)
        };
        self.stacks.iter().filter(is_changed)
    }
}

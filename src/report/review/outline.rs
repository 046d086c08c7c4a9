//! The review for a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};
use textwrap::WordSplitter;

use crate::db::{Severity, Word};
use crate::report::group::level;
use crate::report::items::Item;
use crate::report::printable::printable;
use crate::report::{Detail, Style, words};

use super::comment::{arrow, base, counts, grouped, happens, levels, name, place};
use super::{Change, Review};

/// Blanks before what belongs to the line above.
const INDENT: &str = "    ";

/// What is new, worse, resolved and suppressed, with a final line break; of a quiet one only the totals.
pub fn review_table(review: &Review<'_>, detail: Detail, style: Style) -> String {
    let mut writer = Writer { out: String::new(), style };
    let head = review.revisions.head.as_deref().unwrap_or("the working tree");
    writer.line(0, &format!("Review of {head} against {}", base(review, str::to_owned)));
    writer.line(0, &format!("Target: {}", words::localstack(&review.report.target)));
    for told in review.report.target.sources.told() {
        writer.line(1, &printable(&told));
    }
    review.notes.iter().for_each(|it| writer.line(0, &format!("note: {it}")));
    if detail != Detail::Quiet {
        for (title, changes) in [("New", &review.new), ("Worse than before", &review.worsened)] {
            writer.changes(title, changes);
        }
        for (title, items) in [("Resolved", &review.resolved), ("Suppressed", &review.suppressed)] {
            writer.items(title, items);
        }
        writer.verdicts(review);
    }
    writer.out.push('\n');
    let unchanged = review.unchanged;
    let total = format!("Total: {}; {} as before", counts(review), words::count(unchanged, "finding"));
    let total = writer.bold(&total);
    let _ = writeln!(writer.out, "{total}");
    writer.out
}

struct Writer {
    out: String,
    style: Style,
}

impl Writer {
    /// A text of others, safe for a terminal, wrapped and `depth` steps in.
    fn line(&mut self, depth: usize, text: &str) {
        let indent = INDENT.repeat(depth);
        let width = usize::from(self.style.width).max(40);
        let options = textwrap::Options::new(width).initial_indent(&indent).subsequent_indent(&indent);
        let options = options.break_words(false).word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&printable(text), options) {
            let _ = writeln!(self.out, "{line}");
        }
    }

    fn bold(&self, text: &str) -> String {
        self.paint(text, Ansi::new().bold())
    }

    fn paint(&self, text: &str, ansi: Ansi) -> String {
        if self.style.color { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }

    fn heading(&mut self, text: &str) {
        let text = self.bold(text);
        let _ = write!(self.out, "\n{text}\n");
    }

    fn changes(&mut self, title: &str, changes: &[Change<'_>]) {
        if changes.is_empty() {
            return;
        }
        self.heading(title);
        for group in grouped(changes) {
            let Some(first) = group.first() else { continue };
            let finding = first.item.finding;
            let color = match finding.severity {
                Severity::Error => AnsiColor::Red,
                Severity::Warning => AnsiColor::Yellow,
                Severity::Note => AnsiColor::Blue,
            };
            let level = self.paint(&levels(first), color.on_default().bold());
            let _ = writeln!(self.out, "{level} ({}, category {})", finding.id, finding.category.word());
            for change in group {
                let elsewhere = if change.lines.is_none() { " (on a line that is as before)" } else { "" };
                self.line(1, &format!("{} {}{elsewhere}", place(&change.item), name(change.item.finding)));
            }
            self.line(1, &happens(finding));
            self.line(1, &format!("What to do: {}", finding.solution));
        }
    }

    fn items(&mut self, title: &str, items: &[Item<'_>]) {
        if items.is_empty() {
            return;
        }
        self.heading(title);
        for item in items {
            let reason = match item.finding.suppressed.as_deref() {
                Some("") => ": no reason given".to_owned(),
                Some(reason) => format!(": {reason}"),
                None => String::new(),
            };
            let (place, name) = (place(item), name(item.finding));
            self.line(0, &format!("{} ({}) {place} {name}{reason}", level(item.finding), item.finding.id));
        }
    }

    fn verdicts(&mut self, review: &Review<'_>) {
        let changed: Vec<_> = review.changed_verdicts().collect();
        if changed.is_empty() {
            return;
        }
        self.heading("Verdicts");
        for it in changed {
            let report = &it.stack.report;
            let localstack = arrow(it.before.map(|it| it.0), report.localstack, words::localstack_verdict);
            let aws = arrow(it.before.map(|it| it.1), report.aws, words::aws_verdict);
            self.line(0, &format!("{}: LocalStack {localstack} · AWS {aws}", it.stack.title()).replace("**", ""));
        }
    }
}

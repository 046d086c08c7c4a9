//! Workflow commands of GitHub Actions: one annotation a finding and a file that could not be read.

use std::fmt::Write as _;
use std::path::Path;

use crate::db::Severity;

use super::items::{Item, items};
use super::{Range, Report, printable};

/// The annotations, one a line.
pub fn github(report: &Report) -> String {
    let report = &printable::report(report);
    let mut out = String::new();
    for error in &report.errors {
        command(&mut out, "error", &error.path, error.range, "lscompat", &error.message);
    }
    for item in items(report).iter().filter(|it| it.finding.suppressed.is_none()) {
        annotation(&mut out, item, item.range());
    }
    out
}

/// The annotation of one finding, at a range of its file.
pub(super) fn annotation(out: &mut String, item: &Item<'_>, range: Range) {
    let text = [vec![item.title()], item.sentences()].concat().join("\n");
    command(out, word(item), item.path, Some(range), &format!("lscompat {}", item.finding.id), &text);
}

/// A remark about no file.
pub(super) fn remark(out: &mut String, text: &str) {
    let _ = writeln!(out, "::notice title=lscompat::{}", data(text));
}

fn word(item: &Item<'_>) -> &'static str {
    match item.finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn command(out: &mut String, level: &str, path: &Path, range: Option<Range>, title: &str, message: &str) {
    let mut properties = format!("file={}", property(&path.to_string_lossy()));
    if let Some(Range { start, end }) = range {
        let _ = write!(properties, ",line={},endLine={}", start.line, end.line);
        // GitHub takes columns only within one line.
        if start.line == end.line {
            let _ = write!(properties, ",col={},endColumn={}", start.column, end.column);
        }
    }
    let _ = writeln!(out, "::{level} {properties},title={}::{}", property(title), data(message));
}

/// A value of the command, which must not end it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of the command, which must not start another one.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn full() {
        insta::assert_snapshot!(github(&sample::report()));
        insta::assert_snapshot!(github(&sample::unreadable()), @"::error file=bad.yaml,title=lscompat::the file is empty");
    }

    #[test]
    fn nothing_of_a_template_starts_a_command() {
        let mut report = sample::report();
        report.stacks[0].report.findings[0].logical_id = Some("A\n::error::x,title=y".into());
        report.stacks[0].path = "a,line=9::b\n.yaml".into();
        for line in github(&report).lines() {
            assert!(
                line.starts_with("::error file=a%2Cline=9%3A%3Ab%0A.yaml") || !line.contains("::error::x"),
                "{line}"
            );
            assert!(line.starts_with("::"), "{line}");
        }
    }
}

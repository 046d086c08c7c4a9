//! A code quality report as GitLab reads it.

use serde::Serialize;

use crate::db::Severity;

use super::items::{Item, items};
use super::{FileError, Report, printable};

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// The findings that are not suppressed, and the files that could not be read, as JSON with a final line break.
///
/// # Errors
/// Never in practice; the signature is `serde_json`'s.
pub fn gitlab(report: &Report) -> Result<String, serde_json::Error> {
    let report = &printable::report(report);
    let standing = items(report).into_iter().filter(|it| it.finding.suppressed.is_none());
    let issues: Vec<Issue> = report.errors.iter().map(error).chain(standing.map(|it| issue(&it))).collect();
    serde_json::to_string_pretty(&issues).map(|it| it + "\n")
}

fn issue(item: &Item<'_>) -> Issue {
    let range = item.range();
    Issue {
        description: format!("{}. {}", item.title(), item.sentences().join(" ")),
        check_name: item.finding.id.clone(),
        fingerprint: item.fingerprint.clone(),
        severity: match item.finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location { path: path(item.path), lines: Lines { begin: range.start.line, end: range.end.line } },
    }
}

fn error(error: &FileError) -> Issue {
    let line = error.range.map_or(1, |it| it.start.line);
    Issue {
        description: error.message.clone(),
        check_name: "lscompat".into(),
        fingerprint: super::items::fingerprint(&[&path(&error.path), &error.message]),
        severity: "blocker",
        location: Location { path: path(&error.path), lines: Lines { begin: line, end: line } },
    }
}

/// Relative to the repository and without a leading dot, as GitLab compares it.
fn path(path: &std::path::Path) -> String {
    let text = path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn full() {
        insta::assert_snapshot!(gitlab(&sample::report()).unwrap());
        insta::assert_snapshot!(gitlab(&sample::unreadable()).unwrap());
    }
}

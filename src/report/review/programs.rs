//! The review for code scanning and for workflows.

use serde_json::{Value, json};

use crate::report::github::{annotation, remark};
use crate::report::sarif::sarif_of;
use crate::report::{Range, Report};
use crate::source::Position;

use super::{Change, Review};

/// What SARIF calls a result that the base does not have, and one that it has in another form.
const STATES: [&str; 2] = ["new", "updated"];

/// Annotations of GitHub Actions for the new and worse findings on lines that the branch changes, and one remark that
/// says how many are elsewhere.
pub fn review_github(review: &Review<'_>) -> String {
    let errors = review.errors.iter().map(|it| (*it).clone()).collect();
    let mut out =
        crate::report::github(&Report { stacks: Vec::new(), tests: Vec::new(), errors, ..review.report.clone() });
    let mut elsewhere = 0;
    for change in review.changes() {
        match range(change) {
            Some(range) => annotation(&mut out, &change.item, range),
            None => elsewhere += 1,
        }
    }
    if elsewhere > 0 {
        let (findings, are) = match elsewhere {
            1 => ("1 finding that is new or worse".to_owned(), "is on a line"),
            _ => (format!("{elsewhere} findings that are new or worse"), "are on lines"),
        };
        remark(
            &mut out,
            &format!("{findings} {are} that this branch does not change; the comment and the log list all"),
        );
    }
    out
}

/// The lines of a finding that the branch changes.
fn range(change: &Change<'_>) -> Option<Range> {
    let (first, last) = change.lines?;
    let range = change.item.range();
    if first == range.start.line && last >= range.end.line {
        return Some(range);
    }
    let start = if first == range.start.line { range.start } else { Position { line: first, column: 1 } };
    Some(Range { start, end: Position { line: last.max(first + 1), column: 1 } })
}

/// The new and worse findings as SARIF, with a final line break.
///
/// # Errors
/// Never in practice; the signature is `serde_json`'s.
pub fn review_sarif(review: &Review<'_>) -> Result<String, serde_json::Error> {
    let states = review.changes().map(|it| STATES[usize::from(it.before.is_some())]);
    let items: Vec<_> = review.changes().map(|it| &it.item).collect();
    let mut log: Value = serde_json::from_str(&sarif_of(review.report, &items)?)?;
    let results = log.pointer_mut("/runs/0/results").and_then(Value::as_array_mut);
    for (result, state) in results.into_iter().flatten().zip(states) {
        if let Some(result) = result.as_object_mut() {
            result.insert("baselineState".to_owned(), json!(state));
        }
    }
    serde_json::to_string_pretty(&log).map(|it| it + "\n")
}

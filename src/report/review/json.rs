//! The review for programs, `schema_version` 1. Fields may be added to these types, never changed or removed.

use serde::Serialize;

use crate::analysis::Finding;
use crate::db::Word;
use crate::report::SCHEMA_VERSION;
use crate::report::items::Item;
use crate::report::json::{JsonError, JsonFinding, JsonTarget, JsonVerdict, TOOL, certainty};

use super::{Change, Review, Verdicts};

/// The review as pretty-printed JSON, with a final line break.
///
/// # Errors
/// Never in practice; the signature is `serde_json`'s.
pub fn review_json(review: &Review<'_>) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&JsonReview::of(review)).map(|it| it + "\n")
}

#[derive(Serialize)]
struct JsonReview<'a> {
    schema_version: u32,
    tool: JsonTool,
    target: JsonTarget<'a>,
    base: JsonBase<'a>,
    head: Option<&'a str>,
    summary: JsonSummary,
    stacks: Vec<JsonStack>,
    new: Vec<JsonChange<'a>>,
    worsened: Vec<JsonChange<'a>>,
    resolved: Vec<JsonChange<'a>>,
    suppressed: Vec<JsonChange<'a>>,
    errors: Vec<JsonError<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonBase<'a> {
    name: &'a str,
    commit: &'a str,
}

#[derive(Serialize)]
struct JsonSummary {
    new: usize,
    worsened: usize,
    resolved: usize,
    suppressed: usize,
    unchanged: usize,
}

#[derive(Serialize)]
struct JsonStack {
    path: String,
    title: String,
    before: Option<JsonVerdict>,
    after: JsonVerdict,
}

#[derive(Serialize)]
struct JsonChange<'a> {
    fingerprint: &'a str,
    changed_lines: Option<JsonLines>,
    before: Option<JsonBefore>,
    finding: JsonFinding<'a>,
}

#[derive(Serialize)]
struct JsonLines {
    first: usize,
    last: usize,
}

#[derive(Serialize)]
struct JsonBefore {
    severity: &'static str,
    certainty: &'static str,
    fails_on: &'static str,
}

impl<'a> JsonReview<'a> {
    fn of(review: &'a Review<'_>) -> Self {
        let items = |items: &'a [Item<'_>]| items.iter().map(|it| JsonChange::of(it, None, None)).collect();
        let changes = |changes: &'a [Change<'_>]| {
            changes.iter().map(|it| JsonChange::of(&it.item, it.before, it.lines)).collect()
        };
        Self {
            schema_version: SCHEMA_VERSION,
            tool: JsonTool { name: TOOL, version: env!("CARGO_PKG_VERSION") },
            target: JsonTarget::of(&review.report.target),
            base: JsonBase { name: &review.revisions.base, commit: &review.revisions.commit },
            head: review.revisions.head.as_deref(),
            summary: JsonSummary {
                new: review.new.len(),
                worsened: review.worsened.len(),
                resolved: review.resolved.len(),
                suppressed: review.suppressed.len(),
                unchanged: review.unchanged,
            },
            stacks: review.stacks.iter().map(JsonStack::of).collect(),
            new: changes(&review.new),
            worsened: changes(&review.worsened),
            resolved: items(&review.resolved),
            suppressed: items(&review.suppressed),
            errors: review.errors.iter().map(|it| JsonError::of(it)).collect(),
            notes: &review.notes,
        }
    }
}

impl JsonStack {
    fn of(it: &Verdicts<'_>) -> Self {
        let report = &it.stack.report;
        Self {
            path: it.stack.path.display().to_string(),
            title: it.stack.title(),
            before: it.before.map(|(localstack, aws)| JsonVerdict::of(localstack, aws)),
            after: JsonVerdict::of(report.localstack, report.aws),
        }
    }
}

impl<'a> JsonChange<'a> {
    fn of(item: &'a Item<'_>, before: Option<&Finding>, lines: Option<(usize, usize)>) -> Self {
        let before = before.map(|it| JsonBefore {
            severity: it.severity.word(),
            certainty: certainty(it.certainty),
            fails_on: it.fails_on.word(),
        });
        Self {
            fingerprint: &item.fingerprint,
            changed_lines: lines.map(|(first, last)| JsonLines { first, last }),
            before,
            finding: JsonFinding::of(item.finding, item.path, item.file),
        }
    }
}

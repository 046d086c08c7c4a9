//! Findings a person has decided about: by `Metadata` of the resource, or by a comment on or above the line.

use super::finding::{Finding, StackReport};
use crate::source::{Comment, SourceFile};
use crate::stack::{Data, Resource, Value};

/// The start of a suppressing comment.
const DIRECTIVE: &str = "lscompat: ignore[";

/// Marks the findings that `Metadata: { lscompat: { ignore: [id] } }` of their resource names.
pub(super) fn by_metadata(findings: &mut [Finding], resources: &[Resource]) {
    for resource in resources {
        let ignored = ignored(resource);
        if ignored.is_empty() {
            continue;
        }
        // An output or parameter may have the same name.
        let is_own =
            |it: &Finding| it.logical_id.as_ref() == Some(&resource.logical_id) && it.resource_type == resource.kind;
        let own = findings.iter_mut().filter(|it| is_own(it));
        for finding in own.filter(|it| ignored.contains(&it.id)) {
            finding.suppressed.get_or_insert_default();
        }
    }
}

fn ignored(resource: &Resource) -> Vec<String> {
    let list = resource.attributes.get("Metadata").and_then(|it| it.get("lscompat")).and_then(|it| it.get("ignore"));
    match list.map(|it| &it.data) {
        Some(Data::List(elements)) => elements.iter().filter_map(Value::scalar_text).collect(),
        Some(Data::String(id)) => vec![id.clone()],
        _ => Vec::new(),
    }
}

/// Marks the findings of `report` that a comment `lscompat: ignore[id, id] reason` names, on the finding's line or on
/// comment lines right above it. `file` is the text the report is about.
pub fn suppress_by_comments(report: &mut StackReport, file: &SourceFile, comments: &[Comment]) {
    let mut directives = Vec::new();
    let mut lines_of_comment = Vec::new();
    for comment in comments {
        let line = file.position(comment.span.start).line;
        let alone = file.line_span(line).is_some_and(|it| file.slice(it).trim_start().starts_with('#'));
        if alone {
            lines_of_comment.push(line);
        }
        directives.extend(directive(&comment.text).map(|it| (line, alone, it)));
    }
    for finding in report.findings.iter_mut().filter(|it| it.suppressed.is_none()) {
        let line = file.position(finding.span.start).line;
        let top = (1..line).rev().take_while(|it| lines_of_comment.binary_search(it).is_ok()).last().unwrap_or(line);
        let reason = directives.iter().find_map(|(at, alone, (ids, reason))| {
            let here = *at == line || (*alone && (top..line).contains(at));
            (here && ids.contains(&finding.id.as_str())).then_some(*reason)
        });
        finding.suppressed = reason.map(str::to_owned);
    }
}

/// The ids and the reason of a comment, if it is a suppression.
fn directive(text: &str) -> Option<(Vec<&str>, &str)> {
    let (ids, reason) = text.trim_start_matches(['#', ' ']).strip_prefix(DIRECTIVE)?.split_once(']')?;
    Some((ids.split(',').map(str::trim).collect(), reason.trim()))
}

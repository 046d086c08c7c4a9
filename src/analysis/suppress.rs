//! Findings a person has decided about: by `Metadata` of the resource, or by a comment on or above the line.

use super::finding::{Finding, StackReport};
use crate::source::{Comment, SourceFile, Span};
use crate::stack::{Data, Resource, Value};

/// The start of a suppressing comment.
const DIRECTIVE: &str = "lscompat: ignore[";

/// An id that a resource's metadata names.
pub(super) struct Ignored {
    /// The id.
    pub(super) id: String,
    /// Why, as far as it is said.
    pub(super) reason: String,
    /// Where it is written.
    pub(super) span: Span,
}

/// The suppressing comments of a text.
pub(super) struct Directives<'c> {
    all: Vec<Directive<'c>>,
    /// The lines that have nothing but a comment, in order.
    lines_of_comment: Vec<usize>,
}

/// One suppressing comment.
pub(super) struct Directive<'c> {
    /// Where the comment is.
    pub(super) span: Span,
    /// The ids it names.
    pub(super) ids: Vec<&'c str>,
    reason: &'c str,
    line: usize,
    is_alone: bool,
}

/// Marks the findings that `Metadata: { lscompat: { ignore: [id] } }` or `{ ignore: { id: reason } }` of their
/// resource names.
pub(super) fn by_metadata(findings: &mut [Finding], resources: &[Resource]) {
    for resource in resources {
        let ignored = ignored(resource);
        for finding in findings.iter_mut().filter(|it| !ignored.is_empty() && is_about(it, resource)) {
            if let Some(Ignored { reason, .. }) = ignored.iter().find(|it| it.id == finding.id) {
                finding.suppressed.get_or_insert_with(|| reason.clone());
            }
        }
    }
}

/// Whether a finding is about the resource, and not about an output or parameter of its name.
pub(super) fn is_about(finding: &Finding, resource: &Resource) -> bool {
    finding.logical_id.as_ref() == Some(&resource.logical_id) && finding.resource_type == resource.kind
}

/// What the metadata of `resource` names.
pub(super) fn ignored(resource: &Resource) -> Vec<Ignored> {
    let list = resource.attributes.get("Metadata").and_then(|it| it.get("lscompat")).and_then(|it| it.get("ignore"));
    let one = |it: &Value| Some(Ignored { id: it.scalar_text()?, reason: String::new(), span: it.span });
    match list {
        Some(Value { data: Data::List(elements), .. }) => elements.iter().filter_map(one).collect(),
        Some(Value { data: Data::Map(fields), .. }) => {
            let reason = |it: &Value| it.scalar_text().unwrap_or_default();
            let fields = fields.iter().map(|it| (it.key.clone(), reason(&it.value), it.key_span));
            fields.map(|(id, reason, span)| Ignored { id, reason, span }).collect()
        }
        Some(single) => one(single).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Marks the findings of `report` that a comment `lscompat: ignore[id, id] reason` names, on the finding's line or on
/// comment lines right above it. `file` is the text the report is about.
pub fn suppress_by_comments(report: &mut StackReport, file: &SourceFile, comments: &[Comment]) {
    let directives = Directives::of(file, comments);
    for finding in report.findings.iter_mut().filter(|it| it.suppressed.is_none()) {
        let line = file.position(finding.span.start).line;
        let own = directives.all.iter().find(|it| it.ids.contains(&finding.id.as_str()) && directives.covers(it, line));
        finding.suppressed = own.map(|it| it.reason.to_owned());
    }
}

impl<'c> Directives<'c> {
    /// Those among the `comments` of `file`.
    pub(super) fn of(file: &SourceFile, comments: &'c [Comment]) -> Self {
        let mut directives = Self { all: Vec::new(), lines_of_comment: Vec::new() };
        for comment in comments {
            let line = file.position(comment.span.start).line;
            let is_alone = file.line_span(line).is_some_and(|it| file.slice(it).trim_start().starts_with('#'));
            if is_alone {
                directives.lines_of_comment.push(line);
            }
            if let Some((ids, reason)) = directive(&comment.text) {
                directives.all.push(Directive { span: comment.span, ids, reason, line, is_alone });
            }
        }
        directives
    }

    /// All of them, in source order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Directive<'c>> {
        self.all.iter()
    }

    /// Whether a finding on `line` is meant.
    pub(super) fn covers(&self, directive: &Directive<'_>, line: usize) -> bool {
        directive.line == line || (directive.is_alone && line == self.target(directive))
    }

    /// The line that is meant: its own, or the one below a block of comments.
    pub(super) fn target(&self, directive: &Directive<'_>) -> usize {
        if !directive.is_alone {
            return directive.line;
        }
        let is_comment = |it: &usize| self.lines_of_comment.binary_search(it).is_ok();
        directive.line + (directive.line..).take_while(is_comment).count()
    }
}

/// The ids and the reason of a comment, if it is a suppression.
fn directive(text: &str) -> Option<(Vec<&str>, &str)> {
    let (ids, reason) = text.trim_start_matches(['#', ' ']).strip_prefix(DIRECTIVE)?.split_once(']')?;
    Some((ids.split(',').map(str::trim).collect(), reason.trim()))
}

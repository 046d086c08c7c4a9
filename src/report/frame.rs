//! Findings that say the same, with the code they point at.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::db::{Evidence, FailsOn, Severity};
use crate::source::{SourceFile, Span};

use super::group::{Group, unique};
use super::printable::printable;
use super::table::Style;
use super::{StackEntry, snippet};

/// The frame of `group`, without a final line break.
pub(super) fn frame(group: &Group<'_>, stack: &StackEntry, style: Style) -> String {
    let first = group.first();
    let level = match first.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let possible = if group.is_possible() { "possible: " } else { "" };
    let title = format!("{possible}{}: {}", group.subjects().join(", "), first.feature);
    let mut source = Snippet::source(stack.file.text()).path(printable(&stack.path.display().to_string()));
    for span in spans(group, &stack.file) {
        source = source.annotation(AnnotationKind::Primary.span(span.start..span.end));
    }
    let (notes, helps) = (notes(group, stack), helps(group, &stack.file));
    let mut report = level.primary_title(title).id(first.id.as_str()).element(source);
    for note in &notes {
        report = report.element(Level::NOTE.message(note.as_str()));
    }
    for help in &helps {
        report = report.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(style.width.into()).render(&[report])
}

fn notes(group: &Group<'_>, stack: &StackEntry) -> Vec<String> {
    let first = group.first();
    let mut notes = vec![format!("on LocalStack: {}", first.localstack), format!("on AWS: {}", first.aws)];
    let constructs = unique(group.findings().filter_map(|it| stack.construct_of(it)));
    if !constructs.is_empty() {
        notes.push(format!("declared by construct {}", constructs.join(", ")));
    }
    if let Some(error) = &first.error {
        let side = if first.fails_on == FailsOn::Aws { "AWS" } else { "LocalStack" };
        notes.push(format!("{side} answers: {error}"));
    }
    let impact = group.impact();
    if !impact.is_empty() {
        notes.push(format!("affects: {}", impact.join(", ")));
    }
    if let Some(reason) = &first.depends_on {
        notes.push(format!("depends on {reason}"));
    }
    notes.extend(first.evidence.iter().filter_map(address).map(|it| format!("see {it}")));
    if let Some(also) = &first.also {
        notes.push(format!("also found by {also}"));
    }
    notes
}

fn helps(group: &Group<'_>, file: &SourceFile) -> Vec<String> {
    let changes = snippet::changes(group.findings(), snippet::language(file)).into_iter();
    let changes = changes.map(|it| match it.code {
        Some(code) => format!("{}:\n{code}", it.phrase),
        None => it.phrase,
    });
    std::iter::once(group.first().solution.clone()).chain(changes).collect()
}

fn address(evidence: &Evidence) -> Option<&str> {
    evidence.url.as_deref().or(evidence.source.as_deref())
}

/// The places of a group, each once, cut to their first line: a block of many lines is named by where it begins.
fn spans(group: &Group<'_>, file: &SourceFile) -> Vec<Span> {
    let mut spans: Vec<Span> = group.findings().map(|it| first_line(file, it.span)).collect();
    spans.sort();
    spans.dedup();
    spans
}

fn first_line(file: &SourceFile, span: Span) -> Span {
    let length = file.text().len();
    let line_end = file.line_span(file.position(span.start).line).map_or(length, |it| it.end);
    let start = span.start.min(length);
    Span { start, end: span.end.min(line_end).clamp(start, length) }
}

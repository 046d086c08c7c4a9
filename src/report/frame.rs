//! Findings that say the same, with the code they point at.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::analysis::Finding;
use crate::db::{Evidence, FailsOn, Severity};
use crate::source::{SourceFile, Span};

use super::group::{Group, unique};
use super::printable::printable;
use super::table::Style;
use super::{StackEntry, link, snippet};

/// Columns that stand before the text of a message: the line number's gutter and `= note: `.
const MARGIN: usize = 13;
/// Columns below which a message is no longer wrapped.
const MIN_TEXT: usize = 40;

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
    let width = usize::from(style.width).saturating_sub(MARGIN).max(MIN_TEXT);
    let options = textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let wrapped = |text: &str| textwrap::fill(text, &options);
    let told = notes(group, stack).into_iter().map(|it| (Level::NOTE, wrapped(&it)));
    let solution = std::iter::once((Level::HELP, wrapped(&first.solution)));
    let changes = changes(group, &stack.file).into_iter().map(|it| (Level::HELP, it));
    let sources = sources(first).into_iter().map(|it| (Level::NOTE, it));
    let messages: Vec<_> = told.chain(solution).chain(changes).chain(sources).collect();
    let title = level.primary_title(title).id(first.id.as_str());
    let title = match link::reference(first).filter(|_| style.links) {
        Some(url) => title.id_url(url),
        None => title,
    };
    let mut report = title.element(source);
    for (level, message) in &messages {
        report = report.element(level.clone().message(message.as_str()));
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(style.width.into()).render(&[report])
}

/// What happens on both sides, the side that fails first, and what else is concerned.
fn notes(group: &Group<'_>, stack: &StackEntry) -> Vec<String> {
    let first = group.first();
    let localstack = format!("on LocalStack: {}", first.localstack);
    let aws = format!("on AWS: {}", first.aws);
    let (name, failing, other) =
        if first.fails_on == FailsOn::Aws { ("AWS", aws, localstack) } else { ("LocalStack", localstack, aws) };
    let mut notes = Vec::new();
    notes.extend(first.error.as_ref().map(|it| format!("{name} answers: {it}")));
    notes.extend([failing, other]);
    let impact = group.impact();
    if !impact.is_empty() {
        notes.push(format!("affects: {}", impact.join(", ")));
    }
    if let Some(reason) = &first.depends_on {
        notes.push(format!("depends on {reason}"));
    }
    let constructs = unique(group.findings().filter_map(|it| stack.construct_of(it)));
    if !constructs.is_empty() {
        notes.push(format!("declared by construct {}", constructs.join(", ")));
    }
    notes
}

/// What to change where, with code to paste.
fn changes(group: &Group<'_>, file: &SourceFile) -> Vec<String> {
    let changes = snippet::changes(group.findings(), snippet::language(file)).into_iter();
    let text = changes.map(|it| match it.code {
        Some(code) => format!("{}:\n{code}", it.phrase),
        None => it.phrase,
    });
    text.collect()
}

/// Where the claim can be read, and who else makes it.
fn sources(finding: &Finding) -> Vec<String> {
    let see = finding.evidence.iter().filter_map(address).map(|it| format!("see {it}"));
    see.chain(finding.also.iter().map(|it| format!("also found by {it}"))).collect()
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

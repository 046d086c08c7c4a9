//! The lines that a finding points at, as the page shows them.

use serde::Serialize;

use crate::report::printable::printable;
use crate::report::snippet;
use crate::source::{SourceFile, Span};

/// Lines above the place.
const BEFORE: usize = 2;
/// Most lines of the place itself and of the block that it opens.
const MAX_LINES: usize = 14;
/// Most characters before, at and behind the place: minified templates are a single line.
const MAX_CHARACTERS: usize = 90;

/// A piece of a template.
#[derive(Serialize)]
pub(super) struct Code {
    /// The line that is meant.
    line: usize,
    lines: Vec<Line>,
    /// Whether the block goes on.
    is_cut: bool,
}

#[derive(Serialize)]
struct Line {
    number: usize,
    before: String,
    /// What the finding points at.
    marked: String,
    after: String,
}

/// The lines around `span`, and those of the block that it opens.
pub(super) fn code(file: &SourceFile, span: Span) -> Code {
    let first = file.position(span.start).line;
    let last = snippet::last_line(file, span);
    let shown = last.min(first + MAX_LINES - 1);
    let start = first.saturating_sub(BEFORE).max(1);
    let lines = (start..=shown).filter_map(|number| Some(line(file, number, file.line_span(number)?, span)));
    Code { line: first, lines: lines.collect(), is_cut: shown < last }
}

fn line(file: &SourceFile, number: usize, line: Span, span: Span) -> Line {
    let start = span.start.clamp(line.start, line.end);
    let end = span.end.clamp(start, line.end);
    let text = |start, end| visible(file.slice(Span { start, end }));
    let marked = text(start, end);
    // White space alone is nothing to point at.
    if marked.trim().is_empty() {
        return Line { number, before: first(text(line.start, line.end)), marked: String::new(), after: String::new() };
    }
    Line { number, before: last(text(line.start, start)), marked: first(marked), after: first(text(end, line.end)) }
}

/// A part of a line with nothing that a reader cannot see.
fn visible(text: &str) -> String {
    text.split('\t').map(printable).collect::<Vec<_>>().join("    ")
}

/// The first part of a very long text.
fn first(text: String) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((at, _)) => format!("{} …", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

/// The last part of a very long text.
fn last(text: String) -> String {
    match text.char_indices().rev().nth(MAX_CHARACTERS) {
        Some((at, _)) => format!("… {}", text.get(at..).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, at: &str) -> Code {
        let file = SourceFile::new("a.yaml", text);
        let start = text.find(at).unwrap();
        code(&file, Span { start, end: start + at.len() })
    }

    #[test]
    fn a_place_is_marked_within_its_lines() {
        let code = shown("a: 1\nb:\n  c: 2\n  d: 30\n", "30");
        let numbers: Vec<usize> = code.lines.iter().map(|it| it.number).collect();
        assert_eq!((code.line, numbers), (4, vec![2, 3, 4]));
        let last = &code.lines[2];
        assert_eq!((last.before.as_str(), last.marked.as_str(), last.after.as_str()), ("  d: ", "30", ""));
        assert!(code.lines[0].marked.is_empty());
    }

    #[test]
    fn the_block_of_a_key_is_shown_and_cut() {
        let text = format!("a:\n  b:\n{}  e: 1\n", "    - x\n".repeat(50));
        let code = shown(&text, "b");
        assert!(code.is_cut);
        assert_eq!(code.lines.len(), MAX_LINES + 1);
        assert!(!shown("a:\n  b:\n    - x\n  e: 1\n", "b").is_cut);
    }

    #[test]
    fn nothing_turns_or_hides_the_text() {
        let code = shown("a: \u{202e}x\u{1b}\n", "x");
        assert_eq!(code.lines[0].before, "a: \\u{202e}");
        assert_eq!(code.lines[0].after, "\\u{1b}");
    }

    #[test]
    fn a_line_without_end_is_cut_around_its_place() {
        let code = shown(&format!("{}here{}", "x".repeat(1000), "y".repeat(1000)), "here");
        let line = &code.lines[0];
        assert_eq!(line.marked, "here");
        assert!(line.before.starts_with("… x") && line.before.len() < 100, "{}", line.before);
        assert!(line.after.ends_with("y …") && line.after.len() < 100, "{}", line.after);
    }
}

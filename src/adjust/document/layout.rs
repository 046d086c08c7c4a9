//! Lines, columns and brackets of a text.

use crate::source::{Node, NodeKind, line_end, skip_blank};

use super::style::Style;

/// A text with its habits.
pub(super) struct Text<'a> {
    pub(super) text: &'a str,
    pub(super) style: &'a Style,
}

impl Text<'_> {
    /// `lines` with the line breaks of the document.
    pub(super) fn broken(&self, lines: &str) -> String {
        match self.style.newline {
            "\n" => lines.to_owned(),
            newline => lines.replace("\r\n", "\n").replace('\n', newline),
        }
    }
}

/// Whether a collection is written with brackets or braces.
pub(super) fn is_bracketed(text: &str, node: &Node) -> bool {
    matches!(node.kind, NodeKind::Mapping(_) | NodeKind::Sequence(_))
        && matches!(text.as_bytes().get(node.span.start), Some(b'{' | b'['))
}

/// Where the line of `at` starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let start = text.get(..at).and_then(|it| it.rfind('\n')).map_or(0, |it| it + 1);
    let is_marked = start == 0 && text.starts_with('\u{feff}');
    if is_marked { '\u{feff}'.len_utf8().min(at) } else { start }
}

/// Characters between the start of the line and `at`.
pub(super) fn column(text: &str, at: usize) -> usize {
    text.get(line_start(text, at)..at).map_or(0, |it| it.chars().count())
}

/// The blanks that the line of `at` starts with.
pub(super) fn margin(text: &str, at: usize) -> &str {
    let line = text.get(line_start(text, at)..).unwrap_or_default();
    let width = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..width).unwrap_or_default()
}

/// One past the line break that ends the line of `at`.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

/// Whether only blanks stand between the start of the line and `at`.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    text.get(line_start(text, at)..at).is_some_and(|it| it.trim().is_empty())
}

/// Where a node ends, its tag included.
pub(super) fn end(node: &Node) -> usize {
    node.whole().end
}

/// The offset behind the blanks of one line from `at`.
pub(super) fn skip_spaces(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches([' ', '\t']).len()
}

/// The offset just behind `mark`, when it is the next thing from `at` that is neither blank nor comment.
pub(super) fn behind(text: &str, at: usize, mark: u8, json: bool) -> Option<usize> {
    let next = if json { at + blank_width(text, at) } else { skip_blank(text, at) };
    (text.as_bytes().get(next) == Some(&mark)).then_some(next + 1)
}

fn blank_width(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.len() - rest.trim_start().len()
}

/// Whether nothing but blanks and a comment stands between `at` and the end of its line.
pub(super) fn ends_line(text: &str, at: usize) -> bool {
    let rest = text.get(at..line_end(text, at)).unwrap_or_default();
    rest.trim_start().is_empty() || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#'))
}

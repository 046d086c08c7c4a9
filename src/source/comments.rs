//! The comments of a YAML text, for what is written in them: suppressions and the edits that must keep them.

use super::yaml::{line_end, quoted_end};
use super::{Node, NodeKind, SourceFile, Span};

/// One comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the last character of the line that is not blank.
    pub span: Span,
    /// The text behind the `#`, blanks around it removed.
    pub text: String,
}

/// The comments of `file`, of which `tree` is the parsed content, in source order; none for JSON.
pub fn comments(file: &SourceFile, tree: &Node) -> Vec<Comment> {
    if file.is_json() {
        return Vec::new();
    }
    let mut scalars = Vec::new();
    collect(tree, &mut scalars);
    scalars.sort_unstable();
    scalars.dedup();
    let mut scan = Scan { text: file.text(), at: 0, found: Vec::new() };
    for span in scalars.into_iter().filter(|it| it.start < it.end) {
        if span.start >= scan.at {
            scan.until(span.start);
            scan.skip(span);
        }
    }
    scan.until(file.text().len());
    scan.found
}

/// The spans of all keys and scalars; the tree's depth is bounded by the parser.
fn collect(node: &Node, spans: &mut Vec<Span>) {
    match &node.kind {
        NodeKind::Sequence(elements) => elements.iter().for_each(|it| collect(it, spans)),
        NodeKind::Mapping(entries) => {
            for entry in entries {
                spans.push(entry.key_span);
                collect(&entry.value, spans);
            }
        }
        NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) | NodeKind::String(_) => spans.push(node.span),
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    found: Vec<Comment>,
}

impl Scan<'_> {
    /// Reads text between scalars up to `end`. A quote met here belongs to a merged value that another key hides.
    fn until(&mut self, end: usize) {
        while self.at < end {
            match self.text.as_bytes().get(self.at) {
                Some(b'#') if self.starts_comment() => self.take(),
                Some(b'"' | b'\'') if self.starts_word() => self.at = quoted_end(self.text, self.at),
                _ => self.at += 1,
            }
        }
    }

    /// Passes over a scalar, but for a comment behind the indicator of a text block.
    fn skip(&mut self, span: Span) {
        if matches!(self.text.as_bytes().get(span.start), Some(b'|' | b'>')) {
            self.until(line_end(self.text, span.start).min(span.end));
        }
        self.at = self.at.max(span.end);
    }

    fn take(&mut self) {
        let line = self.text.get(self.at..line_end(self.text, self.at)).unwrap_or_default().trim_end();
        let span = Span { start: self.at, end: self.at + line.len() };
        self.found.push(Comment { span, text: line.trim_start_matches('#').trim().to_owned() });
        self.at = span.end.max(self.at + 1);
    }

    fn starts_comment(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.is_empty() || before.ends_with([' ', '\t', '\r', '\n', '\u{feff}'])
    }

    fn starts_word(&self) -> bool {
        let before = self.text.get(..self.at).unwrap_or_default();
        self.starts_comment() || before.ends_with([',', '[', '{', ':'])
    }
}

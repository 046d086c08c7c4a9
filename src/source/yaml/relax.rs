//! Indentation that the parser asks for, as YAML 1.2 has it, and that YAML 1.1 and CloudFormation do not: the further
//! lines of a quoted text or of a bracketed list may start anywhere. The parser is given a copy in which such a
//! region stands on one line, with as many characters, so that its markers still hold for the original.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScanError};

use super::lexical::{line_end, one_character, quoted_end, tag_end, word_end};
use crate::source::Span;

/// Bytes that may be read again in all, so that a file of nothing but such regions takes bounded time.
const BUDGET: usize = 64 * 1024 * 1024;

/// The regions found so far, in order.
#[derive(Default)]
pub(super) struct Relaxed {
    regions: Vec<Span>,
}

impl Relaxed {
    /// The text for the parser.
    pub(super) fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.regions.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut copy = String::with_capacity(text.len());
        let mut at = 0;
        for region in &self.regions {
            copy.push_str(text.get(at..region.start).unwrap_or_default());
            one_line(text, *region, &mut copy);
            at = region.end;
        }
        copy.push_str(text.get(at..).unwrap_or_default());
        Cow::Owned(copy)
    }

    /// Adds the quoted text or bracketed list that starts at `start`; whether there is a point in another try.
    pub(super) fn add(&mut self, text: &str, start: usize) -> bool {
        let end = match text.as_bytes().get(start) {
            Some(b'"' | b'\'') => quoted_end(text, start),
            Some(b'[' | b'{') => pieces(text, start).last().map_or(start, |it| it.span.end),
            _ => return false,
        };
        let is_new = self.regions.last().is_none_or(|it| it.end <= start);
        if !is_new || (self.regions.len() + 1).saturating_mul(text.len()) > BUDGET {
            return false;
        }
        self.regions.push(Span { start, end });
        true
    }

    /// Whether the parser saw something else than what stands at byte `at`.
    pub(super) fn covers(&self, at: usize) -> bool {
        let index = self.regions.partition_point(|it| it.end <= at);
        self.regions.get(index).is_some_and(|it| it.start <= at)
    }
}

/// The value of the scalar `text`, which the parser has seen only in its one-line form.
pub(super) fn decode(text: &str) -> Result<String, ScanError> {
    for event in Parser::new_from_str(text) {
        if let (Event::Scalar(value, ..), _) = event? {
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

/// What a region consists of.
struct Piece {
    span: Span,
    kind: PieceKind,
}

enum PieceKind {
    Quoted,
    Comment,
    Other,
}

fn one_line(text: &str, region: Span, copy: &mut String) {
    for piece in pieces(text, region.start) {
        let characters = text.get(piece.span.start..piece.span.end).unwrap_or_default().chars();
        match piece.kind {
            PieceKind::Quoted => {
                let quote = if text.as_bytes().get(piece.span.start) == Some(&b'"') { '"' } else { '\'' };
                let inner = characters.count().saturating_sub(2);
                copy.push(quote);
                copy.extend(std::iter::repeat_n('x', inner));
                copy.push(quote);
            }
            PieceKind::Comment => copy.extend(characters.map(|_| ' ')),
            PieceKind::Other => copy.extend(characters.map(|it| if matches!(it, '\r' | '\n') { ' ' } else { it })),
        }
    }
}

/// Cuts the region that starts at `start` into pieces, to its closing quote or bracket or to the end of the text.
fn pieces(text: &str, start: usize) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut depth = 0_usize;
    let mut at = start;
    // A quote or an exclamation mark inside a plain scalar is a character like any other.
    let mut in_plain = false;
    while let Some(byte) = bytes.get(at) {
        let blank_before = at == start || matches!(bytes.get(at - 1), Some(b' ' | b'\t' | b'\r' | b'\n'));
        let (end, kind) = match byte {
            b'"' | b'\'' if !in_plain => (quoted_end(text, at), PieceKind::Quoted),
            b'#' if blank_before => (line_end(text, at), PieceKind::Comment),
            b'!' if !in_plain => (tag_end(bytes, at), PieceKind::Other),
            b'&' if !in_plain => (word_end(bytes, at), PieceKind::Other),
            _ => (one_character(text, at).end, PieceKind::Other),
        };
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        in_plain = match byte {
            b'[' | b'{' | b']' | b'}' | b',' => false,
            b'!' | b'&' if !in_plain => false,
            b':' => in_plain && !matches!(bytes.get(at + 1), Some(b' ' | b'\t' | b'\r' | b'\n')),
            b' ' | b'\t' | b'\r' | b'\n' => in_plain,
            _ => matches!(kind, PieceKind::Other),
        };
        match pieces.last_mut() {
            Some(Piece { span, kind: PieceKind::Other }) if matches!(kind, PieceKind::Other) => span.end = end,
            _ => pieces.push(Piece { span: Span { start: at, end }, kind }),
        }
        at = end;
        if depth == 0 {
            break;
        }
    }
    pieces
}

//! Finds in the text what the parser's markers leave out: where a quote closes, where a block scalar's
//! indicator stands, what tag precedes a value. Never judges syntax: the text has been parsed before.

use crate::source::Span;

/// What stands before a value.
pub(super) struct Properties {
    /// The tag, exclamation mark included.
    pub(super) tag: Option<Span>,
    /// Where the value itself starts.
    pub(super) content: usize,
}

/// The first offset from `from` that is neither blank, line break, byte order mark nor comment.
pub(crate) fn skip_blank(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at = line_end(text, at),
            0xEF if text.get(at..).is_some_and(|it| it.starts_with('\u{feff}')) => at += '\u{feff}'.len_utf8(),
            _ => break,
        }
    }
    at
}

/// The offset just behind the next of `indicators`, when only blanks and comments stand before it.
pub(super) fn after_indicator(text: &str, from: usize, indicators: &[u8]) -> Option<usize> {
    let at = skip_blank(text, from);
    text.as_bytes().get(at).filter(|it| indicators.contains(it)).map(|_| at + 1)
}

/// Reads the tag and the anchor at `from`, in either order.
pub(super) fn properties(text: &str, from: usize) -> Properties {
    let bytes = text.as_bytes();
    let mut found = Properties { tag: None, content: from };
    loop {
        match bytes.get(found.content) {
            Some(b'!') if found.tag.is_none() => {
                let end = tag_end(bytes, found.content);
                found.tag = Some(Span { start: found.content, end });
                found.content = skip_blank(text, end);
            }
            Some(b'&') => found.content = skip_blank(text, word_end(bytes, found.content)),
            _ => return found,
        }
    }
}

/// One past the closing quote of the scalar that opens at `start`.
pub(in crate::source) fn quoted_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes.get(start).copied().unwrap_or(b'"');
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'\\' && quote == b'"' || byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&quote) {
            at += 2;
        } else if byte == quote {
            return at + 1;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// The span of the block scalar whose indicator stands at `start` and which the parser left at `end`.
pub(super) fn block_span(text: &str, start: usize, end: usize) -> Span {
    let header_end = line_end(text, start).min(end.max(start));
    let body = text.get(header_end..end).unwrap_or_default();
    let content = body.trim_end_matches([' ', '\t', '\r', '\n']);
    if !content.is_empty() {
        return Span { start, end: header_end + content.len() };
    }
    let indicators = text.get(start..).unwrap_or_default();
    let width = indicators.bytes().take_while(|it| matches!(it, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9')).count();
    Span { start, end: start + width }
}

/// The offset of the line break that ends the line of `from`, or the text's length.
pub(crate) fn line_end(text: &str, from: usize) -> usize {
    text.as_bytes().iter().skip(from).position(|it| matches!(it, b'\r' | b'\n')).map_or(text.len(), |it| from + it)
}

/// The span of the character at byte `at`, empty at the end of the text.
pub(super) fn one_character(text: &str, at: usize) -> Span {
    let width = text.get(at..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
    Span { start: at, end: at + width }
}

/// One past the tag at `start`.
pub(super) fn tag_end(bytes: &[u8], start: usize) -> usize {
    if bytes.get(start + 1) == Some(&b'<') {
        return bytes.iter().skip(start).position(|it| *it == b'>').map_or(bytes.len(), |it| start + it + 1);
    }
    word_end(bytes, start)
}

/// One past the run of characters from `start` that are neither blank nor brackets nor commas.
pub(super) fn word_end(bytes: &[u8], start: usize) -> usize {
    let ends = |it: &u8| matches!(it, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'[' | b']' | b'{' | b'}');
    bytes.iter().skip(start).position(ends).map_or(bytes.len(), |it| start + it)
}

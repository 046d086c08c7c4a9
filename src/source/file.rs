//! A text with its path and line starts.

use std::path::{Path, PathBuf};

use super::{MAX_BYTES, SourceError};

/// A byte range of a source text, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// A place for people: both numbers count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line number.
    pub line: usize,
    /// Column number, in Unicode scalar values.
    pub column: usize,
}

/// A decoded source text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    /// A text under the path it is reported as.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.into(), text, line_starts }
    }

    /// The path as given or found.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text; a byte order mark, if any, is still its first character.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`, empty when the span does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|&start| start <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or_default();
        let column = self.text.get(start..offset).map_or(offset - start, |it| it.chars().count()) + 1;
        Position { line, column }
    }

    /// The byte range of line `line` (from 1) without its line break.
    pub fn line_span(&self, line: usize) -> Option<Span> {
        let start = *self.line_starts.get(line.checked_sub(1)?)?;
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end)?;
        Some(Span { start, end: start + line.trim_end_matches(['\n', '\r']).len() })
    }

    /// A copy in which nobody can read the text of `spans`. Every other place keeps its offset, line and column.
    pub fn masked(&self, spans: &[Span]) -> Self {
        let is_masked = |at: usize| spans.iter().any(|it| (it.start..it.end).contains(&at));
        let mask = |(at, it): (usize, char)| match it {
            '\r' | '\n' => it,
            _ if !is_masked(at) => it,
            _ => match it.len_utf8() {
                1 => '*',
                2 => '\u{d7}',
                3 => '\u{2022}',
                _ => '\u{1f784}',
            },
        };
        Self { text: self.text.char_indices().map(mask).collect(), ..self.clone() }
    }

    /// Whether the text is to be read as JSON: its first character is an opening brace and the path does not say YAML,
    /// or the path says JSON.
    pub fn is_json(&self) -> bool {
        let extension = self.path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
        match extension.as_str() {
            "json" => true,
            "yaml" | "yml" => false,
            _ => self.text.trim_start_matches('\u{feff}').trim_start().starts_with('{'),
        }
    }
}

pub(super) fn decode(path: &Path, bytes: Vec<u8>) -> Result<SourceFile, SourceError> {
    if bytes.len() > MAX_BYTES {
        return Err(SourceError::whole(format!("the file has more than {MAX_BYTES} bytes, too many for a template")));
    }
    let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    // UTF-16 without a mark: every second byte of ASCII text is zero.
    if utf16 || bytes.iter().take(4).any(|it| *it == 0) {
        return Err(SourceError::whole("the file is UTF-16 or binary, not UTF-8; save it as UTF-8"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(SourceFile::new(path, text)),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes().iter().take(at).filter(|it| **it == b'\n').count() + 1;
            Err(SourceError::whole(format!(
                "the file is not UTF-8 (first bad byte on line {line}, offset {at}); save it as UTF-8"
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::{Position, SourceFile, Span, decode};
    use crate::source::MAX_BYTES;

    fn refusal(bytes: &[u8]) -> String {
        decode(Path::new("a.yaml"), bytes.to_vec()).expect_err("an error").message
    }

    #[test]
    fn a_mask_moves_nothing() {
        let file = SourceFile::new("t.yaml", "a: \u{e4}\u{20ac}\u{1f600}x\nb: c");
        let masked = file.masked(&[Span { start: 3, end: 13 }, Span { start: 14, end: 15 }]);
        assert_eq!(masked.text(), "a: \u{d7}\u{2022}\u{1f784}*\n*: c");
        assert_eq!(masked.position(16), file.position(16));
    }

    #[test]
    fn text_that_is_not_utf_8_is_named_with_its_place() {
        assert!(refusal(b"a: b\nc: \xe4\n").contains("line 2, offset 8"));
        for bytes in [b"\xff\xfea\0".as_slice(), b"\xfe\xff\0a", b"a\0:\0"] {
            assert!(refusal(bytes).contains("UTF-16"));
        }
        assert!(refusal(&vec![b' '; MAX_BYTES + 1]).contains("more than"));
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let file = SourceFile::new("a.yaml", "ä: 1\r\nb: 😀x\n");
        let place = |line, column| Position { line, column };
        assert_eq!(file.position(0), place(1, 1));
        assert_eq!(file.position(2), place(1, 2));
        assert_eq!(file.position(14), place(2, 5));
        assert_eq!(file.position(file.text().len()), place(3, 1));
        assert_eq!(file.line_span(1).map(|it| file.slice(it)), Some("ä: 1"));
        assert_eq!(file.line_span(4), None);
    }

    #[test]
    fn the_name_decides_the_syntax_before_the_content() {
        for (path, text, json) in [
            ("a.json", "a: 1", true),
            ("a.YAML", "{}", false),
            ("a.template", "\u{feff} {}", true),
            ("-", "a: 1", false),
        ] {
            assert_eq!(SourceFile::new(path, text).is_json(), json, "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::default()
        })]

        #[test]
        fn a_position_leads_back_to_its_offset(text in "(\r?\n|[a\u{e4}\u{1f600} \t]|\u{feff}){0,30}") {
            let file = SourceFile::new("a.yaml", text.as_str());
            let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            let mut last = None;
            for offset in offsets {
                let at = file.position(offset);
                prop_assert!(last < Some(at), "positions grow");
                last = Some(at);
                let start = text.split_inclusive('\n').take(at.line - 1).map(str::len).sum::<usize>();
                let before: usize = text[start..].chars().take(at.column - 1).map(char::len_utf8).sum();
                prop_assert_eq!(start + before, offset);
                let line = file.line_span(at.line).map(|it| file.slice(it));
                prop_assert_eq!(line, Some(text[start..].split('\n').next().unwrap_or_default().trim_end_matches('\r')));
            }
        }

        #[test]
        fn a_mask_moves_no_position(text in "[a\u{e4}\u{20ac}\u{1f600}\r\n]{0,20}", from in 0..20_usize, length in 0..20_usize) {
            let file = SourceFile::new("a.yaml", text.as_str());
            let masked = file.masked(&[Span { start: from, end: from + length }]);
            prop_assert_eq!(masked.text().len(), text.len());
            for (offset, _) in text.char_indices() {
                prop_assert_eq!(masked.position(offset), file.position(offset));
            }
        }
    }
}

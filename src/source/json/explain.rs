//! Turns the JSON parser's messages into what a template's author has to do.

use jsonc_parser::errors::{ParseError, ParseErrorKind};

use crate::source::{SourceError, Span};

/// The error `error` of the parser, for people.
pub(super) fn parse_error(text: &str, error: &ParseError) -> SourceError {
    let range = error.range();
    let span = Span { start: range.start, end: range.end };
    let found = text.get(range.start..range.end).unwrap_or_default();
    if matches!(error.kind(), ParseErrorKind::UnterminatedArray | ParseErrorKind::UnterminatedObject) {
        let bracket = if matches!(error.kind(), ParseErrorKind::UnterminatedArray) { '[' } else { '{' };
        let opened = Span { start: range.start, end: text.len().min(range.start + 1) };
        return SourceError::at(opened, format!("the `{bracket}` opened here is never closed; close it"));
    }
    SourceError::at(span, message(error.kind(), found))
}

fn message(kind: &ParseErrorKind, found: &str) -> String {
    let fixed = match kind {
        ParseErrorKind::ExpectedComma => "a `,` is missing here, between two values",
        ParseErrorKind::TrailingCommasNotAllowed => "remove this `,`: nothing follows it before the closing bracket",
        ParseErrorKind::UnexpectedComma => "a value is missing before this `,`; remove one comma",
        ParseErrorKind::UnexpectedColon => "a `:` is not expected here; objects are written with `{` and `}`",
        ParseErrorKind::ExpectedColonAfterObjectKey => "a `:` is missing after the key",
        ParseErrorKind::ExpectedObjectValue => "a value is missing after the `:`",
        ParseErrorKind::ExpectedStringObjectProperty => "a key must stand in double quotes",
        ParseErrorKind::SingleQuotedStringsNotAllowed => "text must stand in double quotes, not single ones",
        ParseErrorKind::CommentsNotAllowed | ParseErrorKind::UnterminatedCommentBlock => {
            "JSON has no comments; remove it, or write the template in YAML"
        }
        ParseErrorKind::MultipleRootJsonValues => {
            "the document has ended before this place; remove what follows, or a closing bracket too many"
        }
        ParseErrorKind::UnexpectedCloseBrace => "this `}` closes nothing here; a `]` or a value is missing before it",
        ParseErrorKind::UnexpectedCloseBracket => "this `]` closes nothing here; a `}` or a value is missing before it",
        ParseErrorKind::UnexpectedTokenInObject => "a key in double quotes is expected here",
        ParseErrorKind::UnexpectedWord | ParseErrorKind::UnexpectedToken => {
            return format!("`{found}` is not JSON; text must stand in double quotes");
        }
        ParseErrorKind::String(problem) => {
            return format!(
                "not valid JSON: {}; double a backslash that is meant as such",
                lower(&problem.to_string())
            );
        }
        other => return format!("not valid JSON: {}", lower(&other.to_string())),
    };
    fixed.to_owned()
}

fn lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

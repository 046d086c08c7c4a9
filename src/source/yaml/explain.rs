//! Turns the scanner's messages into what a template's author has to do.

use super::lexical::one_character;
use crate::source::{MAX_DEPTH, SourceError, SourceFile, Span};

/// The error for the scanner's `info` at byte `at`; `bracket` is the innermost bracket still open.
pub(super) fn scan_error(file: &SourceFile, info: &str, at: usize, bracket: Option<usize>) -> SourceError {
    let text = file.text();
    let content_end = text.trim_end().len();
    if let Some(start) = bracket.filter(|_| at >= content_end) {
        let span = one_character(text, start);
        return SourceError::at(span, format!("the `{}` opened here is never closed; close it", file.slice(span)));
    }
    if let Some(span) = tab_indentation(file, at, info.contains("tab")) {
        return SourceError::at(span, "a tab is used for indentation, which YAML does not allow; use spaces");
    }
    if matches!(info, "simple key expected" | "simple key expect ':'") {
        return missing_colon(file, at);
    }
    let span = one_character(text, at);
    SourceError::at(span, message(info, file.slice(span)))
}

/// Whether `info` complains of indentation that YAML 1.1 does not ask for.
pub(super) fn is_indentation(info: &str) -> bool {
    matches!(
        info,
        "invalid indentation" | "invalid indentation in quoted scalar" | "invalid indentation in flow construct"
    )
}

fn message(info: &str, found: &str) -> String {
    let fixed = match info {
        "illegal placement of ':' indicator" => {
            "a `:` is not expected inside this list; a `,` or `]` is missing before it, on this line or the one above"
        }
        "mapping values are not allowed in this context" => {
            "a `:` is not expected here; quote a value that contains `: `, or correct the indentation"
        }
        "while parsing a block mapping, did not find expected key" | "invalid indentation" => {
            "a key is expected here; the keys of one mapping start in the same column: correct the indentation"
        }
        "while parsing a block collection, did not find expected '-' indicator" => {
            "a list item is expected here; the `-` of one list start in the same column: correct the indentation"
        }
        "block sequence entries are not allowed in this context" => {
            "a `-` is not expected here; start the list on a line of its own, indented like its neighbours"
        }
        "while parsing a flow mapping, did not find expected ',' or '}'" => "a `,` or `}` is missing before this place",
        "while parsing a flow sequence, expected ',' or ']'" => "a `,` or `]` is missing before this place",
        "misplaced bracket" => "this bracket was never opened; remove it or quote the value",
        "while scanning a quoted scalar, found unexpected end of stream"
        | "while scanning a quoted scalar, found unexpected document indicator" => {
            "the quote opened here is never closed; close it"
        }
        "invalid trailing content after double-quoted scalar" => {
            "text follows the closing quote; put the whole value in quotes, or escape the quote inside it"
        }
        "invalid indentation in quoted scalar" | "invalid indentation in flow construct" => {
            "this value continues on a line that is indented too little; indent its further lines"
        }
        "while parsing a quoted scalar, found unknown escape character"
        | "while parsing a quoted scalar, did not find expected hexadecimal number"
        | "while parsing a quoted scalar, found invalid Unicode character escape code" => {
            "this text has a `\\` that starts no escape; double the backslash or use single quotes"
        }
        "while parsing node, found unknown anchor" => {
            "no anchor of this name stands before this place; quote a value that starts with `*`"
        }
        "while scanning an anchor or alias, did not find expected alphabetic or numeric character" => {
            "a name must follow `*` and `&`; quote a value that starts with one of them"
        }
        "while parsing a node, did not find expected node content" => "a value is missing here",
        "wrongly indented line in block scalar" | "a block scalar content cannot start with a tab" => {
            "this line does not have the indentation of its text block; align it with the other lines"
        }
        "while scanning a block scalar, did not find expected comment or line break" => {
            "the text of a block starts on the line after `|` or `>`; quote a value that starts with one of them"
        }
        "comment intercepting the multiline text" => {
            "this comment cuts a value of several lines in two; move it before the value"
        }
        "a byte order mark must not appear inside a document" => {
            "a byte order mark stands in the middle of the text; remove this invisible character"
        }
        "did not find expected <document start>" | "invalid content after document end marker" => {
            "the document has ended before this place; correct the indentation, or remove what follows"
        }
        "recursion limit exceeded" => {
            return format!("lists and mappings are nested more than {MAX_DEPTH} deep");
        }
        "the handle wasn't declared" => "this tag has two `!`; a short form has one, such as `!Ref`",
        _ if info.starts_with("unexpected character") => {
            return format!("a value cannot start with `{found}`; put it in quotes");
        }
        _ => {
            let detail = info.rsplit_once(", ").map_or(info, |(_, detail)| detail);
            return format!("not valid YAML: {detail}; check indentation, quotes and brackets around this place");
        }
    };
    fixed.to_owned()
}

/// A tab in the indentation of the line of `at`, or of the first later one that has such, when `below` is set.
fn tab_indentation(file: &SourceFile, at: usize, below: bool) -> Option<Span> {
    let first = file.position(at).line;
    let lines = (first..).map_while(|it| file.line_span(it));
    lines.take(if below { usize::MAX } else { 1 }).find_map(|line| {
        let text = file.slice(line);
        let indentation = text.len() - text.trim_start_matches([' ', '\t']).len();
        let tab = text.get(..indentation).filter(|it| it.len() < text.len())?.find('\t')?;
        Some(Span { start: line.start + tab, end: line.start + tab + 1 })
    })
}

/// The scanner sees that a key had no colon when the next one comes; the fault is in the line before.
fn missing_colon(file: &SourceFile, at: usize) -> SourceError {
    let before = file.text().get(..at).unwrap_or_default().trim_end();
    let line = file.line_span(file.position(before.len()).line).unwrap_or(Span { start: at, end: at });
    let text = file.slice(line);
    let start = line.start + (text.len() - text.trim_start().len());
    let span = Span { start, end: before.len().max(start) };
    SourceError::at(span, "this line has no `:` after its key; write `key: value`, or correct the indentation")
}

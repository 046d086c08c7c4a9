//! YAML to the tree, on the event stream of `saphyr-parser`.
//!
//! Events are taken one by one, so nothing here recurses and limits apply while the text is read. The parser's
//! markers locate events only roughly (tags included, trailing comments included, block scalars without their
//! indicator); `lexical` finds the exact places. Never interprets a short-form tag.

mod build;
mod explain;
mod lexical;
mod merge;
mod offsets;
mod scalar;

pub(super) use lexical::{line_end, quoted_end, skip_blank};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use self::build::Builder;
use self::lexical::{after_indicator, block_span, properties};
use self::offsets::Offsets;
use super::{MAX_NODES, Node, SourceError, SourceFile, Span};

/// Parses the one document of `file`.
///
/// # Errors
/// Malformed syntax, an unprintable character, a duplicate key, an empty file, several documents, or a limit exceeded.
pub(super) fn parse(file: &SourceFile) -> Result<Node, SourceError> {
    check_characters(file)?;
    let mut reader = Reader::new(file);
    let mut parser = Parser::new_from_str(file.text());
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, marks) = event.map_err(|error| {
            let at = reader.byte(*error.marker());
            explain::scan_error(file, error.info(), at, reader.builder.open_bracket())
        })?;
        let (start, end) = (reader.byte(marks.start), reader.byte(marks.end));
        match event {
            Event::DocumentStart(explicit) => {
                documents += 1;
                if documents > 1 {
                    trailing_document(file, &mut parser, Span { start, end })?;
                    break;
                }
                reader.cursor = if explicit { end } else { start };
            }
            event => reader.take(event, start, end)?,
        }
    }
    match reader.builder.finish() {
        Some(root) if documents > 0 && !is_blank(&root) => Ok(root),
        _ if skip_blank(file.text(), 0) < file.text().len() => Err(SourceError::whole(EMPTY_DOCUMENT)),
        _ if file.text().trim_start_matches('\u{feff}').trim().is_empty() => {
            Err(SourceError::whole("the file is empty"))
        }
        _ => Err(SourceError::whole("the file holds nothing but comments")),
    }
}

const EMPTY_DOCUMENT: &str = "the document is empty; a template is a mapping with at least `Resources`";

fn is_blank(root: &Node) -> bool {
    root.kind == super::NodeKind::Null && root.span.start == root.span.end
}

/// Accepts a second document that has nothing in it, as a trailing `---` leaves one.
fn trailing_document<'a>(
    file: &SourceFile,
    parser: &mut Parser<'a, saphyr_parser::StrInput<'a>>,
    start: Span,
) -> Result<(), SourceError> {
    if matches!(parser.next_event(), Some(Ok((Event::Scalar(text, ScalarStyle::Plain, 0, None), _))) if text.is_empty())
        && matches!(parser.next_event(), Some(Ok((Event::DocumentEnd, _))))
        && matches!(parser.next_event(), Some(Ok((Event::StreamEnd, _))))
    {
        return Ok(());
    }
    let line = file.position(start.start).line;
    Err(SourceError::at(
        start,
        format!(
            "a second document starts on line {line}; CloudFormation reads one document per file: \
             move it to a file of its own"
        ),
    ))
}

/// Characters that no YAML text may contain, as PyYAML and CloudFormation refuse them.
fn check_characters(file: &SourceFile) -> Result<(), SourceError> {
    let text = file.text();
    let refused = |it: char| {
        matches!(it, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}')
            || matches!(it, '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
    };
    let Some((start, found)) = text.char_indices().find(|(_, it)| refused(*it)) else { return Ok(()) };
    Err(SourceError::at(
        Span { start, end: start + found.len_utf8() },
        format!(
            "the control character U+{:04X} is not allowed; remove it, or write it as an escape in double quotes",
            u32::from(found)
        ),
    ))
}

/// Gives every event its exact place and hands it to the builder.
struct Reader<'a> {
    text: &'a str,
    offsets: Offsets<'a>,
    builder: Builder<'a>,
    /// Where the text of the last event ended; only indicators, blanks and comments lie between it and the next one.
    cursor: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile) -> Self {
        Self { text: file.text(), offsets: Offsets::new(file.text()), builder: Builder::new(file), cursor: 0 }
    }

    fn byte(&self, mark: Marker) -> usize {
        self.offsets.byte(mark.index())
    }

    fn take(&mut self, event: Event<'_>, start: usize, end: usize) -> Result<(), SourceError> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let decorated = anchor > 0 || tag.is_some();
                let (tag_span, span) = self.locate_scalar(style, value.is_empty(), decorated, start, end);
                self.cursor = span.end;
                let tag = build::tag(tag.as_deref(), tag_span.unwrap_or(span))?;
                self.builder.scalar(value, style, tag, anchor, span)
            }
            Event::Alias(anchor) => {
                self.cursor = end;
                self.builder.alias(anchor, Span { start, end })
            }
            Event::SequenceStart(anchor, tag) => {
                let (tag_span, at) = self.locate_start(anchor > 0 || tag.is_some(), start, end);
                let tag = build::tag(tag.as_deref(), tag_span.unwrap_or(Span { start: at, end: at }))?;
                self.open(at, b'[', |builder, flow| builder.open_sequence(tag, anchor, at, flow))
            }
            Event::MappingStart(anchor, tag) => {
                let decorated = anchor > 0 || tag.is_some();
                let (tag_span, at) = if decorated { self.properties(start) } else { (None, start) };
                let tag = build::tag(tag.as_deref(), tag_span.unwrap_or(Span { start: at, end: at }))?;
                self.open(at, b'{', |builder, flow| builder.open_mapping(tag, anchor, at, flow))
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // A block collection ends with its last child; the parser reports the next token instead.
                if self.builder.in_flow() {
                    self.cursor = (start + 1).min(self.text.len());
                }
                self.builder.close(self.cursor)
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn open(
        &mut self,
        at: usize,
        bracket: u8,
        open: impl FnOnce(&mut Builder<'a>, bool) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        let flow = self.text.as_bytes().get(at) == Some(&bracket);
        self.cursor = if flow { at + 1 } else { at };
        open(&mut self.builder, flow)
    }

    fn properties(&self, start: usize) -> (Option<Span>, usize) {
        let found = properties(self.text, start);
        (found.tag, found.content)
    }

    fn locate_scalar(
        &self,
        style: ScalarStyle,
        empty: bool,
        decorated: bool,
        start: usize,
        end: usize,
    ) -> (Option<Span>, Span) {
        let (tag, content) = if decorated { self.properties(start) } else { (None, start) };
        let indicator = after_indicator(self.text, self.cursor, self.builder.indicators());
        let span = match style {
            ScalarStyle::Plain if empty => {
                let at = if decorated { end } else { indicator.unwrap_or(self.cursor) };
                Span { start: at, end: at }
            }
            ScalarStyle::Plain => Span { start: content, end },
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                Span { start: content, end: quoted_end(self.text, content) }
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let start = if decorated { content } else { skip_blank(self.text, indicator.unwrap_or(self.cursor)) };
                block_span(self.text, start, end)
            }
        };
        (tag, span)
    }

    /// Where a sequence starts; the parser places one that is not indented behind its first dash.
    fn locate_start(&self, decorated: bool, start: usize, end: usize) -> (Option<Span>, usize) {
        if decorated {
            return self.properties(start);
        }
        match after_indicator(self.text, self.cursor, self.builder.indicators()) {
            Some(at) if start == end && self.builder.expects_value() => (None, skip_blank(self.text, at)),
            _ => (None, start),
        }
    }
}

/// The limit on nodes, as an error at `span`.
fn too_many_nodes(span: Span) -> SourceError {
    SourceError::at(span, format!("the file has more than {MAX_NODES} values once its aliases are expanded"))
}

#[cfg(test)]
mod tests;

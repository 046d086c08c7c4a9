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
mod relax;
mod scalar;

pub(super) use lexical::quoted_end;
pub(crate) use lexical::{line_end, skip_blank};

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError};

use self::build::Builder;
use self::lexical::{after_indicator, block_span, one_character, properties};
use self::offsets::Offsets;
use self::relax::Relaxed;
use super::{MAX_NODES, NodeKind, Parsed, SourceError, SourceFile, Span};

/// Parses the one document of `file`.
///
/// # Errors
/// Malformed syntax, an unprintable character, an empty file, several documents, or a limit exceeded.
pub(super) fn parse(file: &SourceFile) -> Result<Parsed, SourceError> {
    check_characters(file)?;
    check_size(file)?;
    let mut relaxed = Relaxed::default();
    loop {
        let text = relaxed.apply(file.text());
        match read(file, &text, &relaxed) {
            Ok(parsed) => return Ok(parsed),
            Err(Failure { retry_at: Some(start), .. }) if relaxed.add(file.text(), start) => {}
            Err(failure) => return Err(failure.error),
        }
    }
}

/// Why one pass over the text ended early.
struct Failure {
    error: SourceError,
    /// Where a region starts of which the parser only dislikes the indentation.
    retry_at: Option<usize>,
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        Self { error, retry_at: None }
    }
}

/// Reads `file` through `text`, the form of it that the parser is given.
fn read(file: &SourceFile, text: &str, relaxed: &Relaxed) -> Result<Parsed, Failure> {
    let mut reader = Reader::new(file, relaxed);
    let mut parser = Parser::new_from_str(text);
    let mut documents = 0;
    while let Some(event) = parser.next_event() {
        let (event, marks) = event.map_err(|error| reader.failure(&error))?;
        let (start, end) = (reader.byte(marks.start), reader.byte(marks.end));
        match event {
            Event::DocumentStart(explicit) => {
                documents += 1;
                if documents > 1 {
                    trailing_document(file, &mut parser, Span { start, end })?;
                    break;
                }
                // Without `---`, the parser places the start behind the indicator of a text block.
                reader.cursor = if explicit { end } else { 0 };
            }
            event => reader.take(event, start, end)?,
        }
    }
    match reader.builder.finish() {
        (Some(tree), repeated, sharing) if tree.kind != NodeKind::Null => Ok(Parsed { tree, repeated, sharing }),
        _ => Err(empty(file).into()),
    }
}

/// The error for a file without a value.
fn empty(file: &SourceFile) -> SourceError {
    let text = file.text().trim_start_matches('\u{feff}');
    SourceError::whole(if text.trim().is_empty() {
        "the file is empty; a template is a mapping with at least `Resources`"
    } else if skip_blank(text, 0) == text.len() {
        "the file has nothing but comments"
    } else {
        "the document is empty; a template is a mapping with at least `Resources`"
    })
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

/// The parser keeps a bracketed collection as tokens until it closes, so its size is bounded before it is parsed.
/// Characters of texts count too: a template with half a million of them is past any deployable size.
fn check_size(file: &SourceFile) -> Result<(), SourceError> {
    let mut marks = file.text().bytes().enumerate().filter(|(_, it)| matches!(it, b',' | b'[' | b'{'));
    match marks.nth(MAX_NODES) {
        Some((start, _)) => Err(SourceError::at(
            Span { start, end: start + 1 },
            format!("the file has more than {MAX_NODES} brackets and commas, too many for a template; split it"),
        )),
        None => Ok(()),
    }
}

/// Gives every event its exact place and hands it to the builder.
struct Reader<'a> {
    file: &'a SourceFile,
    text: &'a str,
    offsets: Offsets<'a>,
    relaxed: &'a Relaxed,
    builder: Builder<'a>,
    /// Where the text of the last event ended; only indicators, blanks and comments lie between it and the next one.
    cursor: usize,
}

impl<'a> Reader<'a> {
    fn new(file: &'a SourceFile, relaxed: &'a Relaxed) -> Self {
        let text = file.text();
        Self { file, text, offsets: Offsets::new(text), relaxed, builder: Builder::new(file), cursor: 0 }
    }

    fn failure(&self, error: &ScanError) -> Failure {
        let at = self.byte(*error.marker());
        let retry_at = explain::is_indentation(error.info()).then(|| {
            let next = after_indicator(self.text, self.cursor, self.builder.indicators()).unwrap_or(self.cursor);
            let content = properties(self.text, skip_blank(self.text, next)).content;
            self.builder.outermost_bracket().unwrap_or(content)
        });
        Failure { error: explain::scan_error(self.file, error.info(), at, self.builder.open_bracket()), retry_at }
    }

    /// The value of a scalar as PyYAML and CloudFormation have it, where the parser's differs.
    fn value<'v>(&self, value: Cow<'v, str>, style: ScalarStyle, span: Span) -> Result<Cow<'v, str>, SourceError> {
        let cut = self.file.slice(span);
        match style {
            // The parser ends the last line of a text block that the file's end cuts off.
            ScalarStyle::Literal | ScalarStyle::Folded if is_last_line(self.text, span.end) => {
                Ok(value.strip_suffix('\n').map(str::to_owned).map_or(value, Cow::Owned))
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted if self.relaxed.covers(span.start) => {
                let decoded = relax::decode(cut)
                    .map_err(|error| explain::scan_error(self.file, error.info(), span.start, None))?;
                Ok(Cow::Owned(decoded))
            }
            ScalarStyle::Plain if self.relaxed.covers(span.start) && cut.contains(['\r', '\n']) => {
                Ok(relax::decode(cut).map_or(value, Cow::Owned))
            }
            _ => Ok(value),
        }
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
                let value = self.value(value, style, span)?;
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
                    // Of a mapping with a trailing comma, the parser reports the comma.
                    let bracket = after_indicator(self.text, start, b",").unwrap_or(start);
                    self.cursor = one_character(self.text, skip_blank(self.text, bracket)).end;
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

/// Whether nothing but blanks follows `at`, no line break either.
fn is_last_line(text: &str, at: usize) -> bool {
    text.get(at..).is_some_and(|it| it.bytes().all(|it| matches!(it, b' ' | b'\t')))
}

/// The limit on nodes, as an error at `span`.
fn too_many_nodes(span: Span) -> SourceError {
    SourceError::at(span, format!("the file has more than {MAX_NODES} values once its aliases are expanded"))
}

#[cfg(test)]
mod tests;

//! JSON to the tree, on the syntax tree of `jsonc-parser` in its strict mode. Reads no JSON dialect: comments,
//! trailing commas, bare keys and raw control characters are errors, as they are to CloudFormation.

mod explain;
mod limits;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::{Entry, Node, NodeKind, Number, Parsed, Sharing, SourceError, SourceFile, Span, keys};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Parses the one value of `file`.
///
/// # Errors
/// Malformed syntax, an empty file, or a limit exceeded.
pub(super) fn parse(file: &SourceFile) -> Result<Parsed, SourceError> {
    let text = file.text().trim_start_matches(BYTE_ORDER_MARK);
    let mut reader = Reader { file, base: file.text().len() - text.len(), repeated: Vec::new() };
    limits::check(text).map_err(|error| reader.shift(error))?;
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let parsed =
        parse_to_ast(text, &collect, &options).map_err(|error| reader.shift(explain::parse_error(text, &error)))?;
    match parsed.value {
        Some(value) => Ok(Parsed { tree: reader.node(value)?, repeated: reader.repeated, sharing: Sharing::default() }),
        None => Err(SourceError::whole("the file is empty; a template is a mapping with at least `Resources`")),
    }
}

struct Reader<'a> {
    file: &'a SourceFile,
    /// Length of the byte order mark, which the parser does not see.
    base: usize,
    repeated: Vec<SourceError>,
}

impl Reader<'_> {
    /// `limits` has bounded the depth, so recursion is safe here and in the parser.
    fn node(&mut self, value: Value<'_>) -> Result<Node, SourceError> {
        let span = self.span(value.range());
        let kind = match value {
            Value::StringLit(text) => NodeKind::String(text.value.into_owned()),
            Value::NumberLit(number) => NodeKind::Number(Number {
                value: number.value.parse().map_err(|_| SourceError::at(span, "this is not a number"))?,
                text: number.value.to_owned(),
            }),
            Value::BooleanLit(it) => NodeKind::Bool(it.value),
            Value::NullKeyword(_) => NodeKind::Null,
            Value::Array(array) => {
                NodeKind::Sequence(array.elements.into_iter().map(|it| self.node(it)).collect::<Result<_, _>>()?)
            }
            Value::Object(object) => {
                let mut entries = Vec::with_capacity(object.properties.len());
                for property in object.properties {
                    let key_span = self.span(property.name.range());
                    let key = match property.name {
                        ObjectPropName::String(name) => name.value.into_owned(),
                        ObjectPropName::Word(name) => name.value.to_owned(),
                    };
                    entries.push(Entry { key, key_span, value: self.node(property.value)? });
                }
                NodeKind::Mapping(keys::keep_last(self.file, entries, &mut self.repeated))
            }
        };
        Ok(Node { kind, span, tag: None })
    }

    fn span(&self, range: Range) -> Span {
        Span { start: range.start + self.base, end: range.end + self.base }
    }

    fn shift(&self, error: SourceError) -> SourceError {
        let shift = |it: Span| Span { start: it.start + self.base, end: it.end + self.base };
        SourceError { span: error.span.map(shift), ..error }
    }
}

#[cfg(test)]
mod tests;

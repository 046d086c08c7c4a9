//! JSON documents that templates hold as mappings, as texts, or as texts with references in them.

use std::borrow::Cow;

use super::text::unknown_reason;
use crate::source::{Number, Span};
use crate::stack::{Data, Field, Piece, Reason, Value};

/// Marks an unknown piece inside a JSON text; no template holds private-use characters.
const MARK: char = '\u{F8FF}';

/// What a value is as a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Document<'v> {
    /// This.
    Tree(Cow<'v, Value>),
    /// No document: a number, or a text that is not JSON.
    None,
    /// Not known before deployment, and why.
    Open(Reason),
}

/// The document that a value without alternatives is; values of a text have the span of the whole text.
pub(super) fn document(value: &Value) -> Document<'_> {
    match &value.data {
        Data::Map(_) | Data::List(_) => Document::Tree(Cow::Borrowed(value)),
        Data::String(text) => match parse(text, &[], value.span) {
            Some(tree) => Document::Tree(Cow::Owned(tree)),
            None => Document::None,
        },
        Data::Text(pieces) => {
            let text: String = pieces.iter().enumerate().map(|(at, it)| marked(at, it)).collect();
            match parse(&text, pieces, value.span) {
                Some(tree) => Document::Tree(Cow::Owned(tree)),
                None => open(value),
            }
        }
        Data::Call(call) if call.function == "Fn::ToJsonString" => {
            call.operands.first().map_or(Document::None, document)
        }
        Data::Unknown(_) | Data::Reference(_) | Data::Call(_) | Data::OneOf(_) => open(value),
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) => Document::None,
    }
}

fn open(value: &Value) -> Document<'_> {
    Document::Open(unknown_reason(value).unwrap_or_else(|| Reason::Other("a document that is not known".into())))
}

fn marked(at: usize, piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Reference(_) | Piece::Call(_) | Piece::Unknown(_) => format!("{MARK}{at}{MARK}"),
    }
}

/// What a JSON text says, be it a single value.
fn parse(text: &str, pieces: &[Piece], span: Span) -> Option<Value> {
    serde_json::from_str(text).ok().map(|it| value(it, pieces, span))
}

fn value(json: serde_json::Value, pieces: &[Piece], span: Span) -> Value {
    let data = match json {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(it) => Data::Bool(it),
        serde_json::Value::Number(it) => {
            Data::Number(Number { value: it.as_f64().unwrap_or_default(), text: it.to_string() })
        }
        serde_json::Value::String(text) => unmarked(&text, pieces),
        serde_json::Value::Array(elements) => {
            Data::List(elements.into_iter().map(|it| value(it, pieces, span)).collect())
        }
        serde_json::Value::Object(entries) => Data::Map(
            entries
                .into_iter()
                .map(|(key, it)| Field { key, key_span: span, value: value(it, pieces, span) })
                .collect(),
        ),
    };
    Value { data, span }
}

/// A text of the document with its pieces back in place.
fn unmarked(text: &str, pieces: &[Piece]) -> Data {
    if !text.contains(MARK) {
        return Data::String(text.to_owned());
    }
    let parts = text.split(MARK).enumerate().filter_map(|(at, part)| match at % 2 {
        0 => (!part.is_empty()).then(|| Piece::Text(part.to_owned())),
        _ => pieces.get(part.parse::<usize>().ok()?).cloned(),
    });
    let parts: Vec<Piece> = parts.collect();
    match parts.as_slice() {
        [Piece::Reference(reference)] => Data::Reference(reference.clone()),
        _ => Data::Text(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::Reference;

    fn value(data: Data) -> Value {
        Value { data, span: Span { start: 0, end: 1 } }
    }

    fn text(text: &str) -> Value {
        value(Data::String(text.into()))
    }

    #[test]
    fn a_text_is_read_and_a_mapping_taken_as_it_is() {
        let json = text(r#"{"a": [1, "x", null, true]}"#);
        let Document::Tree(tree) = document(&json) else { panic!("it is JSON") };
        assert_eq!(tree.get("a").unwrap().elements().len(), 4);
        let lone = text("\"x\"");
        assert!(matches!(document(&lone), Document::Tree(tree) if tree.data == Data::String("x".into())));
        let map = value(Data::Map(Vec::new()));
        assert_eq!(document(&map), Document::Tree(Cow::Borrowed(&map)));
    }

    #[test]
    fn what_is_no_document_is_none() {
        for it in ["no json", "", "{a: 1}"] {
            assert_eq!(document(&text(it)), Document::None, "{it}");
        }
        assert_eq!(document(&value(Data::Bool(true))), Document::None);
    }

    #[test]
    fn references_inside_texts_come_back() {
        let arn = Reference { logical_id: "F".into(), attribute: Some("Arn".into()) };
        let pieces = vec![
            Piece::Text(r#"{"a": ""#.into()),
            Piece::Reference(arn.clone()),
            Piece::Text(r#"", "b": "x-"#.into()),
            Piece::Unknown(Reason::Parameter("P".into())),
            Piece::Text(r#""}"#.into()),
        ];
        let whole = value(Data::Text(pieces));
        let Document::Tree(tree) = document(&whole) else { panic!("it is JSON") };
        assert_eq!(tree.get("a").unwrap().data, Data::Reference(arn));
        let b = vec![Piece::Text("x-".into()), Piece::Unknown(Reason::Parameter("P".into()))];
        assert_eq!(tree.get("b").unwrap().data, Data::Text(b));
    }

    #[test]
    fn a_text_whose_form_depends_on_an_unknown_is_open() {
        let pieces = vec![Piece::Text("{\"a\": ".into()), Piece::Unknown(Reason::Parameter("P".into()))];
        assert_eq!(document(&value(Data::Text(pieces))), Document::Open(Reason::Parameter("P".into())));
        let import = Reason::Import("k".into());
        assert_eq!(document(&value(Data::Unknown(import.clone()))), Document::Open(import));
    }
}

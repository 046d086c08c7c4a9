//! A tree as a value, nothing resolved: short-form tags become their long form.

use super::{Data, Field, Value};
use crate::source::{Node, NodeKind};

/// The value that `node` spells.
pub(super) fn literal(node: &Node) -> Value {
    let data = match &node.kind {
        NodeKind::Null => Data::Null,
        NodeKind::Bool(value) => Data::Bool(*value),
        NodeKind::Number(number) => Data::Number(number.clone()),
        NodeKind::String(text) => Data::String(text.clone()),
        NodeKind::Sequence(elements) => Data::List(elements.iter().map(literal).collect()),
        NodeKind::Mapping(entries) => Data::Map(
            entries
                .iter()
                .map(|it| Field { key: it.key.clone(), key_span: it.key_span, value: literal(&it.value) })
                .collect(),
        ),
    };
    let value = Value { data, span: node.span };
    match &node.tag {
        None => value,
        Some(tag) => {
            let field = Field { key: long_form(&tag.name), key_span: tag.span, value };
            Value { data: Data::Map(vec![field]), span: node.span }
        }
    }
}

/// The full name of a short-form tag: `Ref` and `Condition` as they are, all others with `Fn::`.
pub(super) fn long_form(tag: &str) -> String {
    match tag {
        "Ref" | "Condition" => tag.to_owned(),
        _ => format!("Fn::{tag}"),
    }
}

//! A value that is written into a document.

use serde_json::Value;

use crate::db::Literal;
use crate::source::{Entry, Node, NodeKind, Number, Span};

/// A value to write. CloudFormation functions are mappings in their long form.
#[derive(Debug, Clone, PartialEq)]
pub enum New {
    /// A boolean.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<New>),
    /// A mapping in order.
    Map(Vec<(String, New)>),
    /// What stands at the place that is replaced, word by word.
    Original,
}

impl New {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A mapping of one key, such as a call of a function.
    pub fn call(function: &str, operand: New) -> Self {
        Self::Map(vec![(function.to_owned(), operand)])
    }

    /// The value of a node, tags in their long form.
    pub fn of(node: &Node) -> Self {
        let value = match &node.kind {
            NodeKind::Null => Self::Map(Vec::new()),
            NodeKind::Bool(value) => Self::Bool(*value),
            NodeKind::Number(number) => Self::Number(number.text.clone()),
            NodeKind::String(text) => Self::Text(text.clone()),
            NodeKind::Sequence(elements) => Self::List(elements.iter().map(Self::of).collect()),
            NodeKind::Mapping(entries) => {
                Self::Map(entries.iter().map(|it| (it.key.clone(), Self::of(&it.value))).collect())
            }
        };
        match node.tag.as_ref().map(|it| it.name.as_str()) {
            None => value,
            Some("GetAtt") => match &value {
                Self::Text(text) => {
                    let (id, attribute) = text.split_once('.').unwrap_or((text, ""));
                    Self::call("Fn::GetAtt", Self::List(vec![Self::text(id), Self::text(attribute)]))
                }
                _ => Self::call("Fn::GetAtt", value),
            },
            Some(tag @ ("Ref" | "Condition")) => Self::call(tag, value),
            Some(tag) => Self::call(&format!("Fn::{tag}"), value),
        }
    }

    /// The value as JSON; null for what stands at the place already.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(elements) => Value::Array(elements.iter().map(Self::to_json).collect()),
            Self::Map(fields) => Value::Object(fields.iter().map(|(key, it)| (key.clone(), it.to_json())).collect()),
            Self::Original => Value::Null,
        }
    }

    /// The function and operand of a mapping that calls one.
    pub(super) fn as_call(&self) -> Option<(&str, &New)> {
        match self {
            Self::Map(fields) => match fields.as_slice() {
                [(key, operand)] if key == "Ref" || key.starts_with("Fn::") => Some((key, operand)),
                [(key, operand @ Self::Text(_))] if key == "Condition" => Some((key, operand)),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value as a tree.
    pub(in crate::adjust) fn as_node(&self) -> Node {
        self.node(None)
    }

    /// The value as a tree, `original` in the place of [`New::Original`].
    pub(super) fn node(&self, original: Option<&Node>) -> Node {
        let span = Span { start: 0, end: 0 };
        let kind = match self {
            Self::Bool(value) => NodeKind::Bool(*value),
            Self::Number(text) => {
                NodeKind::Number(Number { value: text.parse().unwrap_or_default(), text: text.clone() })
            }
            Self::Text(text) => NodeKind::String(text.clone()),
            Self::List(elements) => NodeKind::Sequence(elements.iter().map(|it| it.node(original)).collect()),
            Self::Map(fields) => {
                let entry = |(key, value): &(String, New)| Entry {
                    key: key.clone(),
                    key_span: span,
                    value: value.node(original),
                };
                NodeKind::Mapping(fields.iter().map(entry).collect())
            }
            Self::Original => return original.cloned().unwrap_or(Node { kind: NodeKind::Null, span, tag: None }),
        };
        Node { kind, span, tag: None }
    }
}

impl From<&Literal> for New {
    fn from(literal: &Literal) -> Self {
        match literal {
            Literal::Bool(value) => Self::Bool(*value),
            Literal::Number(value) => Self::Number(value.to_string()),
            Literal::String(text) => Self::Text(text.clone()),
            Literal::List(elements) => Self::List(elements.iter().map(New::from).collect()),
            Literal::Map(fields) => Self::Map(fields.iter().map(|(key, it)| (key.clone(), it.into())).collect()),
        }
    }
}

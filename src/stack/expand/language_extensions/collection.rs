//! The items of a loop's collection.

use crate::source::Node;
use crate::stack::intrinsics;
use crate::stack::sub::{Part, parts};
use crate::stack::{Data, Parameter, Piece, Reason, Value};

/// What is known of a collection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Items {
    /// All items, as texts.
    Known(Vec<String>),
    /// Not known, by the words that follow "depends on".
    Unknown(String),
    /// It refers to this name, which is no parameter.
    Absent(String),
    /// No list of single values.
    Malformed,
}

/// The items of the collection `node`, whose resolved value is `value`.
pub(super) fn items(node: &Node, value: &Value, parameters: &[Parameter]) -> Items {
    if let Some(name) = secret(node, parameters) {
        return Items::Unknown(format!("parameter `{name}`, whose value must not be shown (`NoEcho`)"));
    }
    let elements = match &value.data {
        Data::List(elements) => elements,
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::Map(_) => {
            return Items::Malformed;
        }
        data => return unknown(data),
    };
    let mut items = Vec::with_capacity(elements.len());
    for element in elements {
        match (element.scalar_text(), &element.data) {
            (Some(text), _) => items.push(text),
            (None, Data::Null | Data::List(_) | Data::Map(_)) => return Items::Malformed,
            (None, data) => return unknown(data),
        }
    }
    // A list parameter with an empty value has no items.
    let is_reference = intrinsics::call(node).is_some_and(|(function, _)| function == "Ref");
    if is_reference && items.iter().all(String::is_empty) {
        items.clear();
    }
    Items::Known(items)
}

/// The parameter with `NoEcho` that a collection takes its items from.
fn secret<'p>(node: &Node, parameters: &'p [Parameter]) -> Option<&'p str> {
    let named = |name: &str| parameters.iter().find(|it| it.no_echo && it.name == name).map(|it| it.name.as_str());
    if let Some((function, operand)) = intrinsics::call(node) {
        let text = operand.as_str();
        let found = match (function.as_str(), text) {
            ("Ref", Some(name)) => named(name),
            ("Fn::Sub", Some(text)) => parts(text).iter().find_map(|it| match it {
                Part::Variable(name) => named(name),
                Part::Literal(_) => None,
            }),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    let values = node.entries().iter().map(|it| &it.value);
    node.elements().iter().chain(values).find_map(|it| secret(it, parameters))
}

/// What a value that is not known makes of the collection.
fn unknown(data: &Data) -> Items {
    let reason = match data {
        Data::Unknown(reason) => Some(reason.clone()),
        Data::OneOf(alternatives) => alternatives.first().map(|it| Reason::Condition(it.condition.clone())),
        Data::Text(pieces) => pieces.iter().find_map(Piece::reason),
        Data::Call(call) => Some(Reason::Other(format!("the result of `{}`", call.function))),
        _ => None,
    };
    match reason {
        Some(Reason::Attribute(name, _)) => Items::Absent(name),
        Some(reason) => Items::Unknown(reason.to_string()),
        None => Items::Malformed,
    }
}

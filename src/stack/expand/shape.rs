//! What a tree says, as the transforms see it: intrinsics in their long form, emptiness, JSON.

use std::fmt::Write as _;

use super::make::{At, put};
use crate::source::{Entry, Node, NodeKind};
use crate::stack::literal::long_form;

/// `node` with every short-form tag in its long form.
pub(super) fn normal(node: &Node) -> Node {
    let kind = match &node.kind {
        NodeKind::Sequence(elements) => NodeKind::Sequence(elements.iter().map(normal).collect()),
        NodeKind::Mapping(entries) => {
            NodeKind::Mapping(entries.iter().map(|it| Entry { value: normal(&it.value), ..it.clone() }).collect())
        }
        other => other.clone(),
    };
    let plain = Node { kind, span: node.span, tag: None };
    let Some(tag) = &node.tag else { return plain };
    let at = At(node.span);
    let value = match (tag.name.as_str(), plain.as_str().and_then(|it| it.split_once('.'))) {
        ("GetAtt", Some((id, attribute))) => at.list([at.text(id), at.text(attribute)]),
        _ => plain,
    };
    at.map([(long_form(&tag.name), value)])
}

/// The function and argument, when `node` (in long form) is an intrinsic.
pub(super) fn intrinsic(node: &Node) -> Option<(&str, &Node)> {
    match node.entries() {
        [only] if only.key == "Ref" || only.key == "Condition" || only.key.starts_with("Fn::") => {
            Some((&only.key, &only.value))
        }
        _ => None,
    }
}

/// Whether `node` is `Ref: AWS::NoValue`.
pub(super) fn is_no_value(node: &Node) -> bool {
    referred(node) == Some("AWS::NoValue")
}

/// The name that a `Ref` refers to.
pub(super) fn referred(node: &Node) -> Option<&str> {
    match intrinsic(node) {
        Some(("Ref", argument)) => argument.as_str(),
        _ => None,
    }
}

/// The logical id that a `Ref` or `Fn::GetAtt` refers to.
pub(super) fn logical_id(node: &Node) -> Option<&str> {
    match intrinsic(node)? {
        ("Ref", argument) => argument.as_str(),
        ("Fn::GetAtt", argument) => match argument.as_str() {
            Some(text) => text.split_once('.').map(|(id, _)| id),
            None => argument.elements().first().and_then(Node::as_str),
        },
        _ => None,
    }
}

/// Condition, then and else of an `Fn::If`.
pub(super) fn choice(node: &Node) -> Option<(&str, &Node, &Node)> {
    match intrinsic(node)? {
        ("Fn::If", argument) => match argument.elements() {
            [condition, yes, no] => Some((condition.as_str()?, yes, no)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether Python takes `node` for true: neither empty, zero nor false.
pub(super) fn is_truthy(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Null => false,
        NodeKind::Bool(value) => *value,
        NodeKind::Number(number) => number.value != 0.0,
        NodeKind::String(text) => !text.is_empty(),
        NodeKind::Sequence(elements) => !elements.is_empty(),
        NodeKind::Mapping(entries) => !entries.is_empty(),
    }
}

/// The value of `key` when it is there and [`is_truthy`].
pub(super) fn set<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|it| is_truthy(it))
}

/// The value of `key` unless it is absent or empty (Python's `None`).
pub(super) fn some<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.get(key).filter(|it| it.kind != NodeKind::Null)
}

/// Whether every character is a letter or digit, and there is one.
pub(super) fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}

/// Changes the entries of the mapping `node`; any other kind becomes a mapping first.
pub(super) fn change(node: &mut Node, with: impl FnOnce(&mut Vec<Entry>)) {
    let mut entries = match std::mem::replace(&mut node.kind, NodeKind::Null) {
        NodeKind::Mapping(entries) => entries,
        _ => Vec::new(),
    };
    with(&mut entries);
    node.kind = NodeKind::Mapping(entries);
}

/// Changes the value of `key` in the mapping `node`; it starts as an empty mapping at `at` when it is not there.
pub(super) fn change_child(node: &mut Node, key: &str, at: At, with: impl FnOnce(&mut Node)) {
    change(node, |entries| match entries.iter_mut().find(|it| it.key == key) {
        Some(entry) => with(&mut entry.value),
        None => {
            let mut child = at.entries(Vec::new());
            with(&mut child);
            entries.push(at.entry(key, child));
        }
    });
}

/// Sets `key` of the mapping `node`.
pub(super) fn put_in(node: &mut Node, entry: Entry) {
    change(node, |entries| put(entries, entry));
}

/// Appends to the list `node`; any other kind becomes a list first.
pub(super) fn append(node: &mut Node, elements: impl IntoIterator<Item = Node>) {
    let mut list = match std::mem::replace(&mut node.kind, NodeKind::Null) {
        NodeKind::Sequence(list) => list,
        _ => Vec::new(),
    };
    list.extend(elements);
    node.kind = NodeKind::Sequence(list);
}

/// Writes `node` as Python's `json.dumps` does with sorted keys and no blanks, all but ASCII escaped.
pub(super) fn write_json(node: &Node, out: &mut String) {
    match &node.kind {
        NodeKind::Null => out.push_str("null"),
        NodeKind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        NodeKind::Number(number) => match number.text.parse::<i128>() {
            Ok(whole) => out.push_str(&whole.to_string()),
            Err(_) if number.value.fract() == 0.0 && !number.text.contains(['.', 'e', 'E']) => {
                out.push_str(&format!("{:.0}", number.value));
            }
            Err(_) => out.push_str(&format!("{:?}", number.value)),
        },
        NodeKind::String(text) => write_text(text, out),
        NodeKind::Sequence(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_json(element, out);
            }
            out.push(']');
        }
        NodeKind::Mapping(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.sort_by(|a, b| a.key.cmp(&b.key));
            out.push('{');
            for (at, entry) in sorted.into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write_text(&entry.key, out);
                out.push(':');
                write_json(&entry.value, out);
            }
            out.push('}');
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for unit in text.encode_utf16() {
        match u8::try_from(unit).ok() {
            Some(b'"') => out.push_str("\\\""),
            Some(b'\\') => out.push_str("\\\\"),
            Some(b'\n') => out.push_str("\\n"),
            Some(b'\r') => out.push_str("\\r"),
            Some(b'\t') => out.push_str("\\t"),
            Some(0x08) => out.push_str("\\b"),
            Some(0x0c) => out.push_str("\\f"),
            Some(byte @ 0x20..=0x7f) => out.push(char::from(byte)),
            // Writing to a text cannot fail.
            _ => drop(write!(out, "\\u{unit:04x}")),
        }
    }
    out.push('"');
}

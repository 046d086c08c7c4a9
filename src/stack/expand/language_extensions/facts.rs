//! How a loop is written, for the knowledge base.
//!
//! The first resource or output that a loop generates has an attribute `Fn::ForEach` with these fields; those that
//! are lists hold one text for each place, and lists without elements are left out.
//!
//! | field | meaning |
//! |---|---|
//! | `Key` | `text`: the key has `${Identifier}`; `alphanumeric`: it has `&{Identifier}`; `constant`: neither |
//! | `FarKey` | `true` when the key has an identifier from more than one loop further out |
//! | `Collection` | `List`, or the function the collection comes from |
//! | `Items` | of a list: `text`, `number`, `boolean` or the function of each item |
//! | `Names` | identifiers in the texts of `Ref`, `Fn::GetAtt`, `Fn::If`, `Condition` and `DependsOn` |
//! | `Texts` | identifiers in other texts outside of `Fn::Sub`, and `&{Identifier}` everywhere |
//! | `Variables` | `Fn::Sub` texts with other variables than the loop's own identifier |
//! | `Lists` | `Fn::Sub` with variables of its own |
//! | `Outer` | `Ref` to the identifier of an outer loop |
//! | `Joins` | `Fn::Join` of anything but texts and the loop's own identifier |

use super::scope::{Form, Scope, placeholders};
use super::{FACTS, Loop};
use crate::source::{Entry, Node, NodeKind, Span};
use crate::stack::intrinsics;
use crate::stack::sub::{Part, parts};

/// The attribute for what `entry` of the body of `found` generates; `scope` includes the loop itself.
pub(super) fn entry(found: &Loop<'_>, entry: &Entry, scope: &Scope<'_>) -> Entry {
    let mut facts = Facts { scope, identifier: found.identifier, lists: Vec::new() };
    facts.walk(&entry.value, Role::Text);
    let mut fields = vec![
        text("Key", key_form(&entry.key, found.identifier, scope), entry.key_span),
        text("Collection", &collection(found.collection), found.collection.span),
    ];
    let far = placeholders(&entry.key).any(|it| scope.distance(it.name).is_some_and(|distance| distance > 1));
    if far {
        fields.push(text("FarKey", "true", entry.key_span));
    }
    if found.collection.tag.is_none() {
        for item in found.collection.elements() {
            facts.add("Items", &item_form(item), item.span);
        }
    }
    let lists = facts.lists.into_iter().map(|(name, values)| {
        let span = values.first().map_or(found.key_span, |it| it.span);
        Entry {
            key: name.to_owned(),
            key_span: span,
            value: Node { kind: NodeKind::Sequence(values), span, tag: None },
        }
    });
    fields.extend(lists);
    let value = Node { kind: NodeKind::Mapping(fields), span: found.key_span, tag: None };
    Entry { key: FACTS.to_owned(), key_span: found.key_span, value }
}

fn text(key: &str, value: &str, span: Span) -> Entry {
    Entry { key: key.to_owned(), key_span: span, value: string(value, span) }
}

fn string(value: &str, span: Span) -> Node {
    Node { kind: NodeKind::String(value.to_owned()), span, tag: None }
}

fn key_form(key: &str, identifier: &str, scope: &Scope<'_>) -> &'static str {
    if placeholders(key).any(|it| it.form == Form::Alphanumeric && scope.value(it.name).is_some()) {
        "alphanumeric"
    } else if placeholders(key).any(|it| it.name == identifier) {
        "text"
    } else {
        "constant"
    }
}

fn collection(node: &Node) -> String {
    intrinsics::call(node).map_or_else(|| "List".to_owned(), |(function, _)| function)
}

fn item_form(node: &Node) -> String {
    match (intrinsics::call(node), &node.kind) {
        (Some((function, _)), _) => function,
        (None, NodeKind::Number(_)) => "number".into(),
        (None, NodeKind::Bool(_)) => "boolean".into(),
        (None, _) => "text".into(),
    }
}

/// What the texts of a value are for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    /// Any text.
    Text,
    /// Names of resources and conditions.
    Name,
    /// The text of an `Fn::Sub`.
    Sub,
}

struct Facts<'a> {
    scope: &'a Scope<'a>,
    identifier: &'a str,
    lists: Vec<(&'static str, Vec<Node>)>,
}

impl Facts<'_> {
    fn add(&mut self, list: &'static str, value: &str, span: Span) {
        let value = string(value, span);
        match self.lists.iter_mut().find(|(name, _)| *name == list) {
            Some((_, values)) => values.push(value),
            None => self.lists.push((list, vec![value])),
        }
    }

    fn walk(&mut self, node: &Node, role: Role) {
        match intrinsics::call(node) {
            Some((function, operand)) => self.call(&function, operand, node.span),
            None => self.plain(node, role),
        }
    }

    /// The inside of `node`, whatever its tag says.
    fn plain(&mut self, node: &Node, role: Role) {
        match &node.kind {
            NodeKind::String(text) => self.text(text, node.span, role),
            NodeKind::Sequence(elements) => elements.iter().for_each(|it| self.walk(it, role)),
            NodeKind::Mapping(entries) => {
                for entry in entries {
                    let role = match entry.key.as_str() {
                        "DependsOn" | "Condition" => Role::Name,
                        _ => Role::Text,
                    };
                    self.text(&entry.key, entry.key_span, Role::Text);
                    self.walk(&entry.value, role);
                }
            }
            NodeKind::Null | NodeKind::Bool(_) | NodeKind::Number(_) => {}
        }
    }

    fn call(&mut self, function: &str, operand: &Node, span: Span) {
        match (function, operand.as_str(), operand.elements()) {
            ("Ref", Some(name), _) if self.scope.value(name).is_some() => {
                if name != self.identifier {
                    self.add("Outer", name, span);
                }
            }
            ("Ref" | "Condition" | "Fn::GetAtt", Some(text), _) => self.text(text, span, Role::Name),
            ("Fn::GetAtt", _, names) if !names.is_empty() => names.iter().for_each(|it| self.walk(it, Role::Name)),
            ("Fn::If", _, [condition, rest @ ..]) => {
                self.walk(condition, Role::Name);
                rest.iter().for_each(|it| self.walk(it, Role::Text));
            }
            ("Fn::Sub", Some(text), _) => self.text(text, span, Role::Sub),
            ("Fn::Sub", _, [text, variables @ ..]) => {
                self.add("Lists", function, span);
                self.plain(text, Role::Sub);
                variables.iter().for_each(|it| self.walk(it, Role::Text));
            }
            ("Fn::Join", _, [_, list]) => {
                if list.elements().is_empty() || !list.elements().iter().all(|it| self.is_joined(it)) {
                    self.add("Joins", function, span);
                }
                self.walk(list, Role::Text);
            }
            _ => self.plain(operand, Role::Text),
        }
    }

    fn is_joined(&self, element: &Node) -> bool {
        match intrinsics::call(element) {
            Some((function, operand)) => match (function.as_str(), operand.as_str()) {
                ("Ref", Some(name)) => name == self.identifier,
                ("Fn::Sub", text) => text.is_some(),
                _ => false,
            },
            None => element.as_str().is_some(),
        }
    }

    fn text(&mut self, text: &str, span: Span, role: Role) {
        let scope = self.scope;
        let mut own = placeholders(text).filter(|it| scope.value(it.name).is_some());
        let list = match role {
            Role::Sub if own.any(|it| it.form == Form::Alphanumeric) => "Texts",
            Role::Sub if parts(text).iter().any(|it| matches!(it, Part::Variable(name) if name != self.identifier)) => {
                "Variables"
            }
            Role::Name if own.next().is_some() => "Names",
            Role::Text if own.next().is_some() => "Texts",
            Role::Sub | Role::Name | Role::Text => return,
        };
        self.add(list, text, span);
    }
}

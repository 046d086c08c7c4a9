//! The few parameter values that logical ids depend on, and their place in a tree.

use std::collections::BTreeMap;

use crate::source::{Node, NodeKind};
use crate::stack::Inputs;
use crate::stack::expand::make::At;
use crate::stack::expand::shape;

/// Values by parameter name.
pub(super) struct Parameters(BTreeMap<String, Node>);

impl Parameters {
    /// The given values, else the declared defaults, with the pseudo parameters that the translator knows.
    pub(super) fn new(tree: &Node, inputs: &Inputs) -> Self {
        let mut values = BTreeMap::new();
        let at = At(tree.span);
        values.insert("AWS::Region".to_owned(), at.text(inputs.region.as_str()));
        values.insert("AWS::Partition".to_owned(), at.text(inputs.partition.as_str()));
        for entry in tree.get("Parameters").map(Node::entries).unwrap_or_default() {
            let given = inputs.parameters.get(&entry.key).map(|it| at.text(it.as_str()));
            if let Some(value) = given.or_else(|| entry.value.get("Default").cloned()) {
                values.insert(entry.key.clone(), value);
            }
        }
        Self(values)
    }

    /// `node` with what is known of its `Ref` and `Fn::Sub` put in; the values take the places of the references.
    pub(super) fn resolve(&self, node: &Node) -> Node {
        match shape::intrinsic(node) {
            Some(("Ref", argument)) => match argument.as_str().and_then(|it| self.0.get(it)) {
                Some(value) => Node { span: node.span, ..value.clone() },
                None => node.clone(),
            },
            Some(("Fn::Sub", argument)) => {
                let replaced = match (&argument.kind, argument.elements()) {
                    (NodeKind::String(text), _) => Node { kind: NodeKind::String(self.fill(text)), ..argument.clone() },
                    (_, [first, rest @ ..]) => {
                        let text = first.as_str().map(|it| self.fill(it));
                        let kind = text.map_or_else(|| first.kind.clone(), NodeKind::String);
                        let mut elements = vec![Node { kind, ..first.clone() }];
                        elements.extend(rest.iter().map(|it| self.resolve(it)));
                        Node { kind: NodeKind::Sequence(elements), ..argument.clone() }
                    }
                    _ => argument.clone(),
                };
                Node { span: node.span, ..At(argument.span).map([("Fn::Sub", replaced)]) }
            }
            _ => self.resolve_children(node),
        }
    }

    fn resolve_children(&self, node: &Node) -> Node {
        let mut node = node.clone();
        match &mut node.kind {
            NodeKind::Sequence(elements) => elements.iter_mut().for_each(|it| *it = self.resolve(it)),
            NodeKind::Mapping(entries) => entries.iter_mut().for_each(|it| it.value = self.resolve(&it.value)),
            _ => {}
        }
        node
    }

    /// `text` with every `${Name}` of a known parameter replaced.
    fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            let known = after
                .split_once('}')
                .and_then(|(name, tail)| Some((self.0.get(name).and_then(|it| it.scalar_text())?, tail)));
            match known {
                Some((value, tail)) => {
                    out.push_str(&value);
                    rest = tail;
                }
                None => {
                    out.push_str("${");
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }
}

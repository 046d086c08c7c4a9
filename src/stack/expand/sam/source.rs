//! The resources of a SAM template while it is expanded.

use crate::source::{Entry, Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

/// What the types of SAM resources begin with.
pub(super) const PREFIX: &str = "AWS::Serverless::";

/// One resource of the template.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// Its logical id.
    pub(super) id: String,
    /// Where that stands; for an implicit API, the event that asks for it.
    pub(super) at: At,
    /// Its type.
    pub(super) kind: String,
    /// Its declaration, intrinsics in long form when it is a SAM resource.
    pub(super) node: Node,
    /// What it became.
    pub(super) made: Option<Vec<Made>>,
}

/// Whether `tree` names `transform` among its transforms.
pub(super) fn asks_for(tree: &Node, transform: &str) -> bool {
    let is_it = |it: &Node| it.get("Name").unwrap_or(it).as_str() == Some(transform);
    tree.get("Transform").is_some_and(|it| is_it(it) || it.elements().iter().any(is_it))
}

/// Whether an entry of the `Resources` section declares a resource.
pub(super) fn is_resource(entry: &Entry) -> bool {
    matches!(entry.value.kind, NodeKind::Mapping(_)) && entry.value.get("Type").is_some_and(|it| it.as_str().is_some())
}

/// The resources of `tree` in source order.
pub(super) fn sources(tree: &Node) -> Vec<Source> {
    let entries = tree.get("Resources").map(Node::entries).unwrap_or_default();
    entries.iter().filter(|it| is_resource(it)).map(source).collect()
}

fn source(entry: &Entry) -> Source {
    let kind = entry.value.get("Type").and_then(Node::as_str).unwrap_or_default().to_owned();
    let node = if kind.starts_with(PREFIX) { shape::normal(&entry.value) } else { entry.value.clone() };
    Source { id: entry.key.clone(), at: At(entry.key_span), kind, node, made: None }
}

impl Source {
    /// Its properties; an empty mapping when there are none.
    pub(super) fn properties(&self) -> Node {
        self.node.get("Properties").cloned().unwrap_or_else(|| self.at.entries(Vec::new()))
    }

    /// The resource that keeps its logical id, with all its attributes.
    pub(super) fn primary(&self, kind: &str) -> Made {
        let kind_span = self.node.get("Type").map_or(self.at.0, |it| it.span);
        let kept = ["DependsOn", "DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"];
        let kept = self.node.entries().iter().filter(|it| kept.contains(&it.key.as_str())).cloned();
        Made::new(self.at, self.id.as_str(), kind).typed_at(kind_span).attributes(kept)
    }

    /// A resource beside it, with the attributes that it passes on.
    pub(super) fn beside(&self, at: At, id: impl Into<String>, kind: &str) -> Made {
        Made::new(at, id, kind).attributes(self.passed_on())
    }

    /// The attributes that generated resources take over.
    pub(super) fn passed_on(&self) -> Vec<Entry> {
        let passed = ["Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"];
        self.node.entries().iter().filter(|it| passed.contains(&it.key.as_str())).cloned().collect()
    }

    /// The name of its condition.
    pub(super) fn condition(&self) -> Option<&str> {
        self.node.get("Condition").and_then(Node::as_str)
    }

    /// Where the key of property `key` stands; the logical id's place when it is not there.
    pub(super) fn at_property(&self, key: &str) -> At {
        let properties = self.node.get("Properties").map(Node::entries).unwrap_or_default();
        properties.iter().find(|it| it.key == key).map_or(self.at, |it| At(it.key_span))
    }
}

//! Nodes and resources that no source has, at the place that caused them.
//!
//! Knows nothing of any transform.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::source::{Entry, Node, NodeKind, Number, Span};

/// Makes nodes at one place.
#[derive(Debug, Clone, Copy)]
pub(super) struct At(pub(super) Span);

impl At {
    fn node(self, kind: NodeKind) -> Node {
        Node { kind, span: self.0, tag: None }
    }

    /// A text.
    pub(super) fn text(self, text: impl Into<String>) -> Node {
        self.node(NodeKind::String(text.into()))
    }

    /// `true` or `false`.
    pub(super) fn bool(self, value: bool) -> Node {
        self.node(NodeKind::Bool(value))
    }

    /// A whole number.
    pub(super) fn number(self, value: u32) -> Node {
        self.node(NodeKind::Number(Number { value: f64::from(value), text: value.to_string() }))
    }

    /// A list.
    pub(super) fn list(self, elements: impl IntoIterator<Item = Node>) -> Node {
        self.node(NodeKind::Sequence(elements.into_iter().collect()))
    }

    /// An entry whose key stands here.
    pub(super) fn entry(self, key: impl Into<String>, value: Node) -> Entry {
        Entry { key: key.into(), key_span: self.0, value }
    }

    /// A mapping.
    pub(super) fn map<K: Into<String>>(self, entries: impl IntoIterator<Item = (K, Node)>) -> Node {
        self.node(NodeKind::Mapping(entries.into_iter().map(|(key, value)| self.entry(key, value)).collect()))
    }

    /// A mapping of entries that may stand anywhere.
    pub(super) fn entries(self, entries: Vec<Entry>) -> Node {
        self.node(NodeKind::Mapping(entries))
    }

    /// `Ref`.
    pub(super) fn reference(self, id: &str) -> Node {
        self.map([("Ref", self.text(id))])
    }

    /// `Fn::GetAtt`.
    pub(super) fn get_att(self, id: &str, attribute: &str) -> Node {
        self.map([("Fn::GetAtt", self.list([self.text(id), self.text(attribute)]))])
    }

    /// `Fn::Sub` of a text alone.
    pub(super) fn sub(self, text: impl Into<String>) -> Node {
        self.map([("Fn::Sub", self.text(text))])
    }

    /// `Fn::Sub` with variables.
    pub(super) fn sub_with<'k>(self, text: &str, variables: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
        self.map([("Fn::Sub", self.list([self.text(text), self.map(variables)]))])
    }

    /// `Fn::If`.
    pub(super) fn choose(self, condition: &str, yes: Node, no: Node) -> Node {
        self.map([("Fn::If", self.list([self.text(condition), yes, no]))])
    }

    /// `Ref: AWS::NoValue`.
    pub(super) fn no_value(self) -> Node {
        self.reference("AWS::NoValue")
    }

    /// The tree that `json` spells.
    pub(super) fn json(self, json: &Json) -> Node {
        match json {
            Json::Null => self.node(NodeKind::Null),
            Json::Bool(value) => self.bool(*value),
            Json::Number(number) => {
                let value = number.as_f64().unwrap_or_default();
                self.node(NodeKind::Number(Number { value, text: number.to_string() }))
            }
            Json::String(text) => self.text(text.as_str()),
            Json::Array(elements) => self.list(elements.iter().map(|it| self.json(it))),
            Json::Object(fields) => self.map(fields.iter().map(|(key, value)| (key.as_str(), self.json(value)))),
        }
    }
}

/// A resource on its way into the tree.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Its logical id.
    pub(super) id: String,
    /// Its type.
    pub(super) kind: String,
    at: At,
    kind_span: Span,
    attributes: Vec<Entry>,
    properties: Vec<Entry>,
}

impl Made {
    /// A resource without properties, at `at`.
    pub(super) fn new(at: At, id: impl Into<String>, kind: &str) -> Self {
        Self {
            id: id.into(),
            kind: kind.to_owned(),
            at,
            kind_span: at.0,
            attributes: Vec::new(),
            properties: Vec::new(),
        }
    }

    /// With a type that stands at `span`.
    pub(super) fn typed_at(self, span: Span) -> Self {
        Self { kind_span: span, ..self }
    }

    /// With these resource attributes (`Condition`, `DependsOn`, ...); later ones win.
    pub(super) fn attributes(mut self, attributes: impl IntoIterator<Item = Entry>) -> Self {
        for attribute in attributes {
            self.set_attribute(attribute);
        }
        self
    }

    /// With these resource attributes and no others.
    pub(super) fn only(self, attributes: &[Entry]) -> Self {
        Self { attributes: attributes.to_vec(), ..self }
    }

    /// Sets one resource attribute.
    pub(super) fn set_attribute(&mut self, attribute: Entry) {
        put(&mut self.attributes, attribute);
    }

    /// With `DependsOn` these.
    pub(super) fn depends_on(self, ids: &[&str]) -> Self {
        let at = self.at;
        let ids = at.list(ids.iter().map(|it| at.text(*it)));
        self.attributes([at.entry("DependsOn", ids)])
    }

    /// With property `key`.
    pub(super) fn with(mut self, key: &str, value: Node) -> Self {
        self.set(key, value);
        self
    }

    /// With property `key` when there is a value; a value from the source is given with [`Made::copy`].
    pub(super) fn with_some(self, key: &str, value: Option<Node>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// With the properties of `source` that `keys` names, each under the same name, empty ones left out.
    pub(super) fn copy(self, source: &Node, keys: &[&str]) -> Self {
        keys.iter().fold(self, |made, key| made.copy_as(source, key, key))
    }

    /// With property `from` of `source` as `to`, unless it is absent or empty.
    pub(super) fn copy_as(mut self, source: &Node, from: &str, to: &str) -> Self {
        let found = source.entries().iter().find(|it| it.key == from && it.value.kind != NodeKind::Null);
        if let Some(entry) = found {
            put(&mut self.properties, Entry { key: to.to_owned(), ..entry.clone() });
        }
        self
    }

    /// Without these properties.
    pub(super) fn without(mut self, keys: &[&str]) -> Self {
        self.properties.retain(|it| !keys.contains(&it.key.as_str()));
        self
    }

    /// Sets property `key`.
    pub(super) fn set(&mut self, key: &str, value: Node) {
        put(&mut self.properties, self.at.entry(key, value));
    }

    /// The value of property `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.properties.iter().find(|it| it.key == key).map(|it| &it.value)
    }

    /// The properties as a mapping.
    pub(super) fn properties(&self) -> Node {
        self.at.entries(self.properties.clone())
    }

    /// Where it stands.
    pub(super) fn at(&self) -> At {
        self.at
    }

    /// The name of its condition.
    pub(super) fn condition(&self) -> Option<&str> {
        self.attributes.iter().find(|it| it.key == "Condition").and_then(|it| it.value.as_str())
    }

    /// The entry of the `Resources` section; its declaration has the span `whole`.
    pub(super) fn into_entry(self, whole: Span) -> Entry {
        let at = self.at;
        let mut entries = vec![At(self.kind_span).entry("Type", At(self.kind_span).text(self.kind))];
        entries.extend(self.attributes);
        entries.push(at.entry("Properties", at.entries(self.properties)));
        Entry { key: self.id, key_span: at.0, value: Node { span: whole, ..at.entries(entries) } }
    }
}

/// Entries of a mapping that grows long.
#[derive(Default)]
pub(super) struct Entries {
    /// In their order.
    pub(super) all: Vec<Entry>,
    /// The first entry of each key.
    at: HashMap<String, usize>,
}

impl Entries {
    /// Adds an entry, whatever its key.
    pub(super) fn add(&mut self, entry: Entry) {
        self.at.entry(entry.key.clone()).or_insert(self.all.len());
        self.all.push(entry);
    }

    /// The value of `key`.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.at.get(key).and_then(|it| self.all.get(*it)).map(|it| &it.value)
    }

    /// Sets an entry, in the place of one of the same key.
    pub(super) fn put(&mut self, entry: Entry) {
        match self.at.get(&entry.key).and_then(|it| self.all.get_mut(*it)) {
            Some(old) => *old = entry,
            None => self.add(entry),
        }
    }
}

/// Sets an entry of a mapping, in the place of one of the same key.
pub(super) fn put(entries: &mut Vec<Entry>, entry: Entry) {
    match entries.iter_mut().find(|it| it.key == entry.key) {
        Some(old) => *old = entry,
        None => entries.push(entry),
    }
}

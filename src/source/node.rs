//! The tree both syntaxes are read into.

use super::Span;

/// One value with its place and, in YAML, its short-form tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What the value is.
    pub kind: NodeKind,
    /// The value's text, quotes and brackets included, its tag, anchor and trailing blanks left out.
    /// A value that came through an alias has the span of the alias.
    pub span: Span,
    /// The local tag (`Sub` for `!Sub`), when there is one.
    pub tag: Option<Tag>,
}

/// A local YAML tag, without its exclamation mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The tag's name, such as `GetAtt`.
    pub name: String,
    /// The tag's text, exclamation mark included.
    pub span: Span,
}

/// The kinds of values, YAML's scalars resolved as PyYAML's safe loader does (YAML 1.1), timestamps excepted.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    /// An empty or `null` value.
    Null,
    /// `true`, `false` and their YAML 1.1 spellings.
    Bool(bool),
    /// A number, with its text.
    Number(Number),
    /// A text, escapes resolved.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping in source order, merge keys expanded.
    Mapping(Vec<Entry>),
}

/// A number and the text it was written as (`012` and `1.10` lose meaning without it).
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// The numeric value.
    pub value: f64,
    /// The source text.
    pub text: String,
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as text (`200:` is the text `200`).
    pub key: String,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entries of a mapping; empty for every other kind.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The value of `key`, when this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|it| it.key == key).map(|it| &it.value)
    }

    /// The text of a string node.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of any scalar: a string, a number as written, `true`/`false`.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.kind {
            NodeKind::String(text) => Some(text.clone()),
            NodeKind::Number(number) => Some(number.text.clone()),
            NodeKind::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The elements of a sequence; empty for every other kind.
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Sequence(elements) => elements,
            _ => &[],
        }
    }
}

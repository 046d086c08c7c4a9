//! The tree both syntaxes are read into.

use super::Span;

/// One value with its place and, in YAML, its short-form tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What the value is.
    pub kind: NodeKind,
    /// The value's text, quotes and brackets included, its tag, anchor, trailing blanks and comments left out.
    ///
    /// A text block reaches from its `|` or `>` to the end of its last line that is not blank, a block list or mapping
    /// from its first to its last child. An empty value has an empty span behind its `:`, `-` or tag. A value that came
    /// through an alias has the span of the alias, and what is inside it the spans of its definition; entries
    /// that came through a merge key keep the spans of their definition. Only these lie outside their parent.
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
    /// A text, escapes resolved; in YAML also every single value with a local tag.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping in source order without repeated keys. Merged entries stand where their `<<` does; explicit keys win.
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
    /// The key as text, as written and never resolved (`200:` is the text `200`, `on:` the text `on`).
    pub key: String,
    /// Where the key stands, quotes included.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value's text with its tag, if it has one.
    pub fn whole(&self) -> Span {
        match &self.tag {
            Some(tag) => Span { start: tag.span.start.min(self.span.start), end: self.span.end.max(tag.span.end) },
            None => self.span,
        }
    }

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

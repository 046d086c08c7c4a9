//! Assembles located events into nodes: keys, anchors, aliases and the limits on depth and size.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::ScalarStyle;

use super::lexical::{one_character, skip_blank};
use super::merge::Merge;
use super::{merge, scalar, too_many_nodes};
use crate::source::keys;
use crate::source::{Alias, Entry, MAX_DEPTH, MAX_NODES, Node, NodeKind, Sharing, SourceError, SourceFile, Span, Tag};

/// A tag that has a meaning here.
pub(super) enum Meaning {
    /// A short form of CloudFormation.
    Local(Tag),
    /// A type of YAML's own, such as `str` for `!!str`.
    Core(String, Span),
}

/// Sorts out what `tag`, which stands at `span`, means; nothing for the non-specific `!`.
///
/// # Errors
/// A tag that is neither a short form nor one of YAML's own.
pub(super) fn tag(tag: Option<&saphyr_parser::Tag>, span: Span) -> Result<Option<Meaning>, SourceError> {
    let Some(tag) = tag else { return Ok(None) };
    let full = format!("{}{}", tag.handle, tag.suffix);
    if full == "!" {
        return Ok(None);
    }
    if let Some(core) = full.strip_prefix("tag:yaml.org,2002:") {
        return Ok(Some(Meaning::Core(core.to_owned(), span)));
    }
    match full.strip_prefix('!') {
        Some(name) => Ok(Some(Meaning::Local(Tag { name: name.to_owned(), span }))),
        None => Err(SourceError::at(span, format!("the tag `{full}` is not known; use a short form such as `!Ref`"))),
    }
}

/// The nodes read so far.
pub(super) struct Builder<'a> {
    file: &'a SourceFile,
    open: Vec<Frame>,
    anchors: HashMap<usize, Anchored>,
    /// Nodes made so far, copies included.
    nodes: usize,
    root: Option<Node>,
    repeated: Vec<SourceError>,
    sharing: Sharing,
}

struct Frame {
    start: usize,
    flow: bool,
    tag: Option<Tag>,
    anchor: usize,
    nodes_before: usize,
    /// Levels below this one.
    height: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { entries: Vec<Entry>, merges: Vec<Merge>, key: Option<Key> },
}

struct Key {
    text: String,
    span: Span,
    merges: bool,
}

/// A node under an anchor, with what copying it costs.
struct Anchored {
    node: Node,
    nodes: usize,
    height: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Self {
        Self {
            file,
            open: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            root: None,
            repeated: Vec::new(),
            sharing: Sharing::default(),
        }
    }

    /// The document's value, its repeated keys, and what of it is shared.
    pub(super) fn finish(self) -> (Option<Node>, Vec<SourceError>, Sharing) {
        (self.root, self.repeated, self.sharing)
    }

    /// The innermost bracket or brace that is still open.
    pub(super) fn open_bracket(&self) -> Option<usize> {
        self.open.last().filter(|it| it.flow).map(|it| it.start)
    }

    /// Where the outermost collection written with brackets or braces starts.
    pub(super) fn outermost_bracket(&self) -> Option<usize> {
        self.open.iter().find(|it| it.flow).map(|it| it.start)
    }

    /// Whether the innermost collection is written with brackets or braces.
    pub(super) fn in_flow(&self) -> bool {
        self.open.last().is_some_and(|it| it.flow)
    }

    /// Whether a key has been read whose value comes next.
    pub(super) fn expects_value(&self) -> bool {
        matches!(self.open.last(), Some(Frame { content: Content::Mapping { key: Some(_), .. }, .. }))
    }

    /// The characters of which one may stand before the next node.
    pub(super) fn indicators(&self) -> &'static [u8] {
        match self.open.last().map(|it| &it.content) {
            None => b"",
            Some(Content::Sequence(_)) => b"-,",
            Some(Content::Mapping { key: None, .. }) => b"?,",
            Some(Content::Mapping { key: Some(_), .. }) => b":",
        }
    }

    pub(super) fn scalar(
        &mut self,
        value: Cow<'_, str>,
        style: ScalarStyle,
        tag: Option<Meaning>,
        anchor: usize,
        span: Span,
    ) -> Result<(), SourceError> {
        self.count(1, span)?;
        if self.expects_key() {
            let merges = match &tag {
                None => style == ScalarStyle::Plain && value == "<<",
                Some(Meaning::Core(name, _)) => name == "merge",
                Some(Meaning::Local(tag)) => {
                    return Err(SourceError::at(tag.span, format!("a key cannot have the tag `!{}`", tag.name)));
                }
            };
            self.check_key(style, &value, tag.is_some() || anchor > 0, span)?;
            let text = value.into_owned();
            if anchor > 0 {
                let node = Node { kind: NodeKind::String(text.clone()), span, tag: None };
                self.remember(anchor, &node, 1, 0)?;
            }
            return self.key(Key { text, span, merges });
        }
        let (kind, tag) = match tag {
            Some(Meaning::Core(name, at)) => {
                (scalar::tagged(&name, &value).map_err(|message| SourceError::at(at, message))?, None)
            }
            Some(Meaning::Local(tag)) => (NodeKind::String(value.into_owned()), Some(tag)),
            None if style == ScalarStyle::Plain => (scalar::plain(value), None),
            None => (NodeKind::String(value.into_owned()), None),
        };
        let node = Node { kind, span, tag };
        self.remember(anchor, &node, 1, 0)?;
        self.place(node, 0)
    }

    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), SourceError> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            let name = self.file.slice(span);
            return Err(SourceError::at(span, format!("`{name}` stands inside the value it refers to; remove it")));
        };
        let (nodes, height) = (anchored.nodes, anchored.height);
        self.sharing.aliases.push(Alias { span, definition: anchored.node.whole() });
        if self.open.len() + height > MAX_DEPTH {
            return Err(too_deep(span));
        }
        if self.nodes + nodes > MAX_NODES {
            return Err(too_many_nodes(span));
        }
        let node = Node { span, ..anchored.node.clone() };
        self.nodes += nodes;
        if !self.expects_key() {
            return self.place(node, height);
        }
        match node.scalar_text() {
            Some(text) => self.key(Key { text, span, merges: false }),
            None => Err(key_is_not_text(self.file, span)),
        }
    }

    pub(super) fn open_sequence(
        &mut self,
        tag: Option<Meaning>,
        anchor: usize,
        start: usize,
        flow: bool,
    ) -> Result<(), SourceError> {
        let tag = collection_tag(tag, &["seq", "omap", "pairs"])?;
        self.open(tag, anchor, start, flow, Content::Sequence(Vec::new()))
    }

    pub(super) fn open_mapping(
        &mut self,
        tag: Option<Meaning>,
        anchor: usize,
        start: usize,
        flow: bool,
    ) -> Result<(), SourceError> {
        let tag = collection_tag(tag, &["map", "set"])?;
        self.open(tag, anchor, start, flow, Content::Mapping { entries: Vec::new(), merges: Vec::new(), key: None })
    }

    /// Ends the innermost collection at byte `end`.
    pub(super) fn close(&mut self, end: usize) -> Result<(), SourceError> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let kind = match frame.content {
            Content::Sequence(elements) => NodeKind::Sequence(elements),
            Content::Mapping { entries, merges, .. } => {
                if !merges.is_empty() {
                    self.sharing.merged.push(Span { start: frame.start, end });
                }
                let entries = keys::keep_last(self.file, entries, &mut self.repeated);
                NodeKind::Mapping(merge::expand(entries, merges))
            }
        };
        let node = Node { kind, span: Span { start: frame.start, end }, tag: frame.tag };
        self.remember(frame.anchor, &node, self.nodes - frame.nodes_before, frame.height)?;
        self.place(node, frame.height)
    }

    fn open(
        &mut self,
        tag: Option<Tag>,
        anchor: usize,
        start: usize,
        flow: bool,
        content: Content,
    ) -> Result<(), SourceError> {
        let span = one_character(self.file.text(), start);
        if self.expects_key() {
            return Err(key_is_not_text(self.file, span));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(span));
        }
        let nodes_before = self.nodes;
        self.count(1, span)?;
        self.open.push(Frame { start, flow, tag, anchor, nodes_before, height: 1, content });
        Ok(())
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Frame { content: Content::Mapping { key: None, .. }, .. }))
    }

    /// Refuses keys that the parser accepts and CloudFormation does not.
    fn check_key(&self, style: ScalarStyle, value: &str, decorated: bool, span: Span) -> Result<(), SourceError> {
        if style != ScalarStyle::Plain {
            return Ok(());
        }
        if value.is_empty() && !decorated {
            let text = self.file.text();
            let colon = one_character(text, skip_blank(text, span.start));
            return Err(SourceError::at(colon, "a key is missing here, before the `:`; write `key: value`"));
        }
        if self.in_flow() && self.file.slice(span).contains(['\r', '\n']) {
            return Err(SourceError::at(span, "this key goes over a line break; a `:` or `,` is missing in it"));
        }
        Ok(())
    }

    fn key(&mut self, read: Key) -> Result<(), SourceError> {
        if let Some(Frame { content: Content::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(read);
        }
        Ok(())
    }

    fn place(&mut self, node: Node, height: usize) -> Result<(), SourceError> {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.height = frame.height.max(height + 1);
        match &mut frame.content {
            Content::Sequence(elements) => elements.push(node),
            Content::Mapping { entries, merges, key } => match key.take() {
                Some(key) if key.merges => merges.push(Merge::new(entries.len(), node)?),
                Some(key) => entries.push(Entry { key: key.text, key_span: key.span, value: node }),
                None => return Err(key_is_not_text(self.file, node.span)),
            },
        }
        Ok(())
    }

    /// Keeps a copy of an anchored node. Copies count as nodes, so that nested anchors cannot fill the memory.
    fn remember(&mut self, anchor: usize, node: &Node, nodes: usize, height: usize) -> Result<(), SourceError> {
        if anchor > 0 {
            self.count(nodes, node.span)?;
            self.anchors.insert(anchor, Anchored { node: node.clone(), nodes, height });
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), SourceError> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES { Err(too_many_nodes(span)) } else { Ok(()) }
    }
}

fn collection_tag(tag: Option<Meaning>, accepted: &[&str]) -> Result<Option<Tag>, SourceError> {
    match tag {
        Some(Meaning::Local(tag)) => Ok(Some(tag)),
        Some(Meaning::Core(name, span)) if !accepted.contains(&name.as_str()) => Err(SourceError::at(
            span,
            format!("the tag `!!{name}` does not fit a value of this kind; correct or remove it"),
        )),
        _ => Ok(None),
    }
}

fn key_is_not_text(file: &SourceFile, span: Span) -> SourceError {
    let before = file.text().get(..span.start).unwrap_or_default();
    let message = if before.ends_with('{') && file.slice(span) == "{" {
        "`{{` is not YAML; put the whole value in quotes, or render the file before checking it"
    } else {
        "a key must be a single text, not a list, a mapping or nothing"
    };
    SourceError::at(span, message)
}

fn too_deep(span: Span) -> SourceError {
    SourceError::at(span, format!("lists and mappings are nested more than {MAX_DEPTH} deep"))
}

//! A YAML or JSON text that is changed in places: everything outside of them keeps every byte.
//!
//! Edits are computed from the spans of the tree. The result is parsed again and compared with the tree that the edits
//! describe; a text that would mean anything else is never given out. Knows nothing of CloudFormation but its short
//! forms.

mod block;
mod bracket;
mod canonical;
mod layout;
mod new;
mod render;
mod scalar;
mod splice;
mod style;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::source::{self, Node, NodeKind, Parsed, Sharing, SourceError, SourceFile, Span};

pub use canonical::same;
pub use new::New;

use layout::Text;
use splice::{Splice, splice};
use style::Style;

/// The way from the root to a node: the position of each entry or element.
pub type Way = Vec<usize>;

/// A text with its tree.
#[derive(Debug, Clone)]
pub struct Document {
    file: Arc<SourceFile>,
    tree: Node,
    /// The first position of each key, by the section it is in.
    declared: HashMap<String, HashMap<String, usize>>,
    sharing: Sharing,
    style: Style,
}

/// One change of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The node that is changed; for [`Change::Insert`] and [`Change::Append`] the collection.
    pub at: Way,
    /// What is changed.
    pub change: Change,
    /// A comment on it, for a YAML collection that is written line by line.
    pub note: Option<String>,
}

impl Edit {
    /// A change without a comment.
    pub fn new(at: Way, change: Change) -> Self {
        Self { at, change, note: None }
    }

    /// The same change with a comment.
    pub fn noted(self, note: Option<&str>) -> Self {
        Self { note: note.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" ")), ..self }
    }
}

/// What happens to a node.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The entry or element goes, with the comments inside of it.
    Remove,
    /// The value is another one; [`New::Original`] stands for the one that was there.
    Replace(New),
    /// The mapping gets another entry, behind all others.
    Insert(String, New),
    /// The list gets another element, behind all others.
    Append(New),
}

/// Why an edit cannot be made; the document is left as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// What stands in the way: lower case, no final full stop.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The edits of one collection.
#[derive(Debug, Default)]
struct Changes<'e> {
    removed: BTreeSet<usize>,
    replaced: BTreeMap<usize, &'e New>,
    /// New entries (with a key) or elements, in order.
    added: Vec<(Option<&'e str>, &'e New)>,
    /// Comments on what is removed or replaced.
    notes: BTreeMap<usize, &'e str>,
    /// Comments on what is added.
    notes_on_added: Vec<&'e str>,
}

impl<'e> Changes<'e> {
    fn add(&mut self, edit: &'e Edit) {
        match &edit.change {
            Change::Insert(key, new) => self.added.push((Some(key), new)),
            Change::Append(new) => self.added.push((None, new)),
            Change::Remove | Change::Replace(_) => return,
        }
        self.notes_on_added.extend(edit.note.as_deref().filter(|it| !self.notes_on_added.contains(it)));
    }

    /// A collection of what is added only.
    fn remaining(&self, is_list: bool) -> New {
        let added = self.added.iter();
        match is_list {
            true => New::List(added.map(|(_, new)| (*new).clone()).collect()),
            false => New::Map(added.map(|(key, new)| (key.unwrap_or_default().to_owned(), (*new).clone())).collect()),
        }
    }
}

impl Document {
    /// Reads the document in `file`.
    ///
    /// # Errors
    /// Malformed syntax, or a repeated key: what an edit of it would mean is not clear.
    pub fn read(file: Arc<SourceFile>) -> Result<Self, SourceError> {
        let Parsed { tree, repeated, sharing } = source::read(&file)?;
        match repeated.into_iter().next() {
            Some(error) => Err(error),
            None => Ok(Self { style: Style::of(&file, &tree), file, declared: declared(&tree), tree, sharing }),
        }
    }

    /// Its text.
    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Its tree.
    pub fn tree(&self) -> &Node {
        &self.tree
    }

    /// The position of the declaration `key` in the section `section`.
    pub fn declaration(&self, section: &str, key: &str) -> Option<usize> {
        self.declared.get(section)?.get(key).copied()
    }

    /// The node at `way`.
    pub fn node(&self, way: &[usize]) -> Option<&Node> {
        way.iter().try_fold(&self.tree, |node, at| child(node, *at))
    }

    /// The text after all `edits`. An edit inside of something that another one removes or replaces is left out.
    ///
    /// # Errors
    /// The first place that cannot be edited without changing another one, such as the value behind an alias.
    pub fn edit(&self, edits: &[Edit]) -> Result<String, Refusal> {
        let edits = self.emptied(self.filling_empty(edits));
        let changes = collect(&edits);
        let all = self.tree.entries().len() + self.tree.elements().len();
        if changes.get(&Vec::new()).is_some_and(|it| it.removed.len() == all) {
            return Err(refuse(self.tree.span, "nothing would be left of the document"));
        }
        let mut splices = Vec::new();
        // What is added to an inner collection stands in front of what is added to the one around it.
        let mut inner_first: Vec<(&Way, &Changes<'_>)> = changes.iter().collect();
        inner_first.sort_by_key(|(way, _)| std::cmp::Reverse(way.len()));
        for (way, changes) in inner_first {
            self.reachable(way)?;
            let node = self.node(way).ok_or_else(|| refuse(self.tree.span, "there is no such place"))?;
            self.collection(way, node, changes, &mut splices)?;
        }
        self.check_sharing(&splices)?;
        let text = splice(self.file.text(), splices)
            .ok_or_else(|| refuse(self.tree.span, "two changes overlap; adapt one after the other"))?;
        let expected = expected(&self.tree, &mut Vec::new(), &changes);
        let file = SourceFile::new(self.file.path(), text);
        match source::read(&file) {
            Ok(parsed) if parsed.repeated.is_empty() && same(&parsed.tree, &expected) => Ok(file.text().to_owned()),
            _ => Err(refuse(first_place(self, &changes), "the place is written in a way that cannot be edited safely")),
        }
    }

    /// What is added to nothing, or to a pair of brackets without content, replaces it.
    fn filling_empty(&self, edits: &[Edit]) -> Vec<Edit> {
        let mut all: Vec<Edit> = Vec::with_capacity(edits.len());
        for edit in edits {
            let is_empty = |it: &Node| it.entries().is_empty() && it.elements().is_empty() && it.tag.is_none();
            let is_empty = self.node(&edit.at).is_some_and(is_empty) && !edit.at.is_empty();
            let (key, new) = match &edit.change {
                Change::Insert(key, new) if is_empty => (Some(key), new),
                Change::Append(new) if is_empty => (None, new),
                _ => {
                    all.push(edit.clone());
                    continue;
                }
            };
            let before = all.iter_mut().find(|it| it.at == edit.at).map(|it| &mut it.change);
            match (before, key) {
                (Some(Change::Replace(New::Map(fields))), Some(key)) => fields.push((key.clone(), new.clone())),
                (Some(Change::Replace(New::List(elements))), None) => elements.push(new.clone()),
                (_, Some(key)) => {
                    let change = Change::Replace(New::Map(vec![(key.clone(), new.clone())]));
                    all.push(Edit { change, ..edit.clone() });
                }
                (_, None) => {
                    let change = Change::Replace(New::List(vec![new.clone()]));
                    all.push(Edit { change, ..edit.clone() });
                }
            }
        }
        all
    }

    /// A collection of lines that loses all of them is replaced as a whole: its key needs a value.
    fn emptied(&self, mut edits: Vec<Edit>) -> Vec<Edit> {
        loop {
            let emptied = collect(&edits).into_iter().find_map(|(way, changes)| {
                let node = self.node(&way).filter(|_| !way.is_empty())?;
                let count = node.entries().len() + node.elements().len();
                let is_emptied = count > 0 && changes.removed.len() == count;
                let is_lines = is_emptied && !layout::is_bracketed(self.file.text(), node);
                let change =
                    is_lines.then(|| Change::Replace(changes.remaining(matches!(node.kind, NodeKind::Sequence(_)))));
                let note = changes.notes.values().next().map(|it| (*it).to_owned());
                change.map(|change| Edit { at: way.clone(), change, note })
            });
            match emptied {
                Some(edit) => {
                    edits.retain(|it| !it.at.starts_with(&edit.at));
                    edits.push(edit);
                }
                None => return edits,
            }
        }
    }

    /// Every node on the way must stand where the tree has it.
    fn reachable(&self, way: &[usize]) -> Result<(), Refusal> {
        let mut node = &self.tree;
        for at in way {
            self.check_alias(node)?;
            let Some(next) = child(node, *at) else { break };
            self.check_merged(node, *at)?;
            node = next;
        }
        self.check_alias(node)
    }

    fn check_alias(&self, node: &Node) -> Result<(), Refusal> {
        let is_alias = self.sharing.aliases.iter().any(|it| it.span == node.span);
        if is_alias { Err(refuse(node.span, "the value comes through an alias that others use")) } else { Ok(()) }
    }

    fn check_merged(&self, node: &Node, at: usize) -> Result<(), Refusal> {
        let is_elsewhere = self.sharing.merged.contains(&node.span)
            && node.entries().get(at).is_some_and(|it| !(node.span.start..node.span.end).contains(&it.key_span.start));
        if is_elsewhere { Err(refuse(node.span, "the value comes through a merge key (`<<`)")) } else { Ok(()) }
    }

    fn collection(
        &self,
        way: &[usize],
        node: &Node,
        changes: &Changes<'_>,
        splices: &mut Vec<Splice>,
    ) -> Result<(), Refusal> {
        if self.sharing.merged.contains(&node.span) {
            return Err(refuse(node.span, "the mapping takes entries through a merge key (`<<`)"));
        }
        let text = Text { text: self.file.text(), style: &self.style };
        let is_flow = self.style.json || layout::is_bracketed(text.text, node);
        let in_flow = self.style.json || self.is_in_brackets(way);
        if is_flow {
            return bracket::edit(&text, node, changes, splices);
        }
        if in_flow {
            return Err(refuse(node.span, "the place is written in a way that cannot be edited safely"));
        }
        block::edit(&text, node, changes, splices)
    }

    fn is_in_brackets(&self, way: &[usize]) -> bool {
        let mut node = &self.tree;
        for at in way {
            if layout::is_bracketed(self.file.text(), node) {
                return true;
            }
            let Some(next) = child(node, *at) else { return false };
            node = next;
        }
        false
    }

    /// No edit may touch what an alias outside of the edits stands for.
    fn check_sharing(&self, splices: &[Splice]) -> Result<(), Refusal> {
        let touches =
            |it: &Splice, span: Span| it.span.start < span.end && span.start < it.span.end.max(it.span.start + 1);
        for alias in &self.sharing.aliases {
            let is_gone = splices.iter().any(|it| it.span.start <= alias.span.start && alias.span.end <= it.span.end);
            let touched = splices.iter().find(|it| touches(it, alias.definition));
            if let Some(splice) = touched.filter(|_| !is_gone) {
                let line = self.file.position(alias.span.start).line;
                return Err(refuse(splice.span, &format!("the value is also used through an alias on line {line}")));
            }
        }
        Ok(())
    }
}

fn declared(tree: &Node) -> HashMap<String, HashMap<String, usize>> {
    let positions = |it: &Node| it.entries().iter().enumerate().map(|(at, it)| (it.key.clone(), at)).collect();
    tree.entries().iter().map(|it| (it.key.clone(), positions(&it.value))).collect()
}

/// The child at position `at` of a mapping or list.
pub fn child(node: &Node, at: usize) -> Option<&Node> {
    match &node.kind {
        NodeKind::Mapping(entries) => entries.get(at).map(|it| &it.value),
        NodeKind::Sequence(elements) => elements.get(at),
        _ => None,
    }
}

fn refuse(span: Span, message: &str) -> Refusal {
    Refusal { message: message.to_owned(), span }
}

/// The edits by collection, without those inside of what goes.
fn collect(edits: &[Edit]) -> BTreeMap<Way, Changes<'_>> {
    let gone: BTreeSet<&[usize]> = edits
        .iter()
        .filter(|it| matches!(it.change, Change::Remove | Change::Replace(_)))
        .map(|it| it.at.as_slice())
        .collect();
    let is_inside = |way: &[usize]| (0..way.len()).any(|it| way.get(..it).is_some_and(|it| gone.contains(it)));
    let mut all: BTreeMap<Way, Changes<'_>> = BTreeMap::new();
    for edit in edits.iter().filter(|it| !is_inside(&it.at)) {
        match &edit.change {
            Change::Remove | Change::Replace(_) => {
                let Some((&last, parent)) = edit.at.split_last() else { continue };
                let changes = all.entry(parent.to_vec()).or_default();
                if let Some(note) = &edit.note {
                    changes.notes.entry(last).or_insert(note);
                }
                match &edit.change {
                    Change::Replace(new) if !changes.removed.contains(&last) => {
                        changes.replaced.entry(last).or_insert(new);
                    }
                    _ => {
                        changes.replaced.remove(&last);
                        changes.removed.insert(last);
                    }
                }
            }
            _ if gone.contains(edit.at.as_slice()) => {}
            Change::Insert(..) | Change::Append(_) => all.entry(edit.at.clone()).or_default().add(edit),
        }
    }
    all
}

/// The tree that the changes describe.
fn expected(node: &Node, way: &mut Way, changes: &BTreeMap<Way, Changes<'_>>) -> Node {
    let own = changes.get(way.as_slice());
    let mut value = |at: usize, old: &Node| match own {
        Some(own) if own.removed.contains(&at) => None,
        Some(Changes { replaced, .. }) if replaced.contains_key(&at) => replaced.get(&at).map(|it| it.node(Some(old))),
        _ => {
            way.push(at);
            let value = expected(old, way, changes);
            way.pop();
            Some(value)
        }
    };
    let added = own.map(|it| it.added.as_slice()).unwrap_or_default();
    let kind = match &node.kind {
        NodeKind::Mapping(entries) => {
            let kept = entries
                .iter()
                .enumerate()
                .filter_map(|(at, it)| Some(source::Entry { value: value(at, &it.value)?, ..it.clone() }));
            let mut entries: Vec<source::Entry> = kept.collect();
            entries.extend(added.iter().map(|(key, new)| source::Entry {
                key: key.unwrap_or_default().to_owned(),
                key_span: node.span,
                value: new.node(None),
            }));
            NodeKind::Mapping(entries)
        }
        NodeKind::Sequence(elements) => {
            let kept = elements.iter().enumerate().filter_map(|(at, it)| value(at, it));
            let mut elements: Vec<Node> = kept.collect();
            elements.extend(added.iter().map(|(_, new)| new.node(None)));
            NodeKind::Sequence(elements)
        }
        other => other.clone(),
    };
    Node { kind, span: node.span, tag: node.tag.clone() }
}

fn first_place(document: &Document, changes: &BTreeMap<Way, Changes<'_>>) -> Span {
    changes.keys().next().and_then(|it| document.node(it)).map_or(document.tree.span, |it| it.span)
}

//! `AWS::Include` of a local file: what the file holds takes the place of the call, as `aws cloudformation package`
//! and the transform make it. A call of a remote or computed place is left as it is. Included text includes nothing.

use std::path::Path;

use crate::report::FileError;
use crate::source::{Entry, MAX_NODES, Node, NodeKind, SourceFile, Span};

use super::files::Files;
use super::nested::normal;
use super::read;

const CALL: &str = "Fn::Transform";

/// Puts included files of `project` in the places of their calls; `tree` is that of `file`. A call whose file is not
/// there, or not in the project, stays open; a file that does not parse is an error.
pub(super) fn files(tree: &mut Node, file: &SourceFile, files: &Files, project: &Path) -> Vec<FileError> {
    let folder = file.path().parent().unwrap_or(Path::new(""));
    let mut errors = Vec::new();
    splice(tree, &mut |location| {
        let path = normal(&folder.join(location));
        files.canonical(&path).filter(|it| it.starts_with(project))?;
        let parsed = files.bytes(&path).and_then(|it| read::parse(&path, it));
        parsed.map(|it| it.tree).map_err(|it| errors.push(it)).ok()
    });
    errors
}

/// Puts what `read` gives for a local location in the place of each call in `tree`. A call stays when `read` gives
/// nothing, or when the tree would grow over [`MAX_NODES`].
///
/// Everything included has the span of the call, which is where the template says it.
fn splice(tree: &mut Node, read: &mut dyn FnMut(&str) -> Option<Node>) {
    let mut splicer = Splicer { read, room: MAX_NODES };
    splicer.root(tree);
    splicer.node(tree);
}

struct Splicer<'r> {
    read: &'r mut dyn FnMut(&str) -> Option<Node>,
    room: usize,
}

impl Splicer<'_> {
    /// The section `Transform` may include into the template itself.
    fn root(&mut self, tree: &mut Node) {
        let NodeKind::Mapping(entries) = &mut tree.kind else { return };
        let Some(at) = entries.iter().position(|it| it.key == "Transform") else { return };
        let span = entries.get(at).map_or(tree.span, |it| it.key_span);
        let Some(section) = entries.get_mut(at).map(|it| &mut it.value) else { return };
        let mut included = Vec::new();
        match &mut section.kind {
            NodeKind::Sequence(calls) => calls.retain(|it| match self.content(it, span) {
                Some(content) => {
                    included.push(content);
                    false
                }
                None => true,
            }),
            _ => included.extend(self.content(section, span)),
        }
        let is_empty = matches!(&section.kind, NodeKind::Sequence(calls) if calls.is_empty());
        if is_empty || (!included.is_empty() && matches!(section.kind, NodeKind::Mapping(_))) {
            entries.remove(at);
        }
        for content in included {
            merge(entries, content);
        }
    }

    fn node(&mut self, node: &mut Node) {
        if node.tag.as_ref().is_some_and(|it| it.name == "Transform") {
            if let Some(content) = self.content(node, node.span) {
                *node = content;
            }
            return;
        }
        match &mut node.kind {
            NodeKind::Sequence(elements) => elements.iter_mut().for_each(|it| self.node(it)),
            NodeKind::Mapping(entries) => {
                entries.iter_mut().filter(|it| it.key != CALL).for_each(|it| self.node(&mut it.value));
                let Some(at) = entries.iter().position(|it| it.key == CALL) else { return };
                let content = entries.get(at).and_then(|it| self.content(&it.value, it.key_span));
                let Some(content) = content else { return };
                if matches!(content.kind, NodeKind::Mapping(_)) {
                    entries.remove(at);
                    merge(entries, content);
                } else if entries.len() == 1 {
                    node.kind = content.kind;
                }
            }
            _ => {}
        }
    }

    /// What a call of `AWS::Include` with a local location includes.
    fn content(&mut self, call: &Node, span: Span) -> Option<Node> {
        let call = match call.elements() {
            [only] => only,
            _ => call,
        };
        let location = call.get("Parameters")?.get("Location")?;
        let path = location.as_str().filter(|_| location.tag.is_none())?;
        if call.get("Name")?.as_str()? != "AWS::Include" || path.contains("://") {
            return None;
        }
        let mut content = (self.read)(path)?;
        self.room = self.room.checked_sub(place(&mut content, span))?;
        Some(content)
    }
}

/// Adds the entries of `content` whose keys are not there yet.
fn merge(entries: &mut Vec<Entry>, content: Node) {
    let NodeKind::Mapping(included) = content.kind else { return };
    for entry in included {
        match entries.iter_mut().find(|it| it.key == entry.key) {
            None => entries.push(entry),
            // Sections that both have are put together.
            Some(own) => {
                if let (NodeKind::Mapping(own), NodeKind::Mapping(more)) = (&mut own.value.kind, entry.value.kind) {
                    let more = more.into_iter().filter(|it| own.iter().all(|own| own.key != it.key));
                    let more: Vec<Entry> = more.collect();
                    own.extend(more);
                }
            }
        }
    }
}

/// Gives everything in `node` the place `span`; returns how many nodes there are.
fn place(node: &mut Node, span: Span) -> usize {
    node.span = span;
    if let Some(tag) = &mut node.tag {
        tag.span = span;
    }
    1 + match &mut node.kind {
        NodeKind::Sequence(elements) => elements.iter_mut().map(|it| place(it, span)).sum(),
        NodeKind::Mapping(entries) => entries
            .iter_mut()
            .map(|it| {
                it.key_span = span;
                place(&mut it.value, span)
            })
            .sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{self, SourceFile};

    fn parse(text: &str) -> (SourceFile, Node) {
        let file = SourceFile::new("t.yaml", text);
        let tree = source::parse(&file).unwrap();
        (file, tree)
    }

    fn spliced(text: &str) -> (SourceFile, Node) {
        let (file, mut tree) = parse(text);
        splice(&mut tree, &mut |path| (path == "./more.yaml").then(|| parse("A: {Type: T}\nB: !Ref X\n").1));
        (file, tree)
    }

    #[test]
    fn entries_join_those_beside_the_call() {
        let (file, tree) = spliced(
            "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./more.yaml}}\n  B: own\n",
        );
        let resources = tree.get("Resources").unwrap();
        let keys: Vec<&str> = resources.entries().iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, ["B", "A"]);
        assert_eq!(resources.get("B").and_then(Node::as_str), Some("own"));
        assert_eq!(file.slice(resources.get("A").unwrap().span), "Fn::Transform");
    }

    #[test]
    fn a_call_alone_becomes_what_it_includes() {
        for call in [
            "P: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: ./more.yaml}}}",
            "P: !Transform {Name: AWS::Include, Parameters: {Location: ./more.yaml}}",
        ] {
            let (_, tree) = spliced(call);
            assert!(tree.get("P").unwrap().get("A").is_some(), "{call}");
        }
    }

    #[test]
    fn the_section_includes_into_the_template() {
        let (_, tree) =
            spliced("Transform: [{Name: AWS::Include, Parameters: {Location: ./more.yaml}}, Other]\nResources: {}\n");
        assert!(tree.get("A").is_some());
        assert_eq!(tree.get("Transform").unwrap().elements().len(), 1);
        let (_, tree) = spliced("Transform: {Name: AWS::Include, Parameters: {Location: ./more.yaml}}\n");
        assert!(tree.get("Transform").is_none());
    }

    #[test]
    fn what_cannot_be_read_stays() {
        for location in ["s3://bucket/more.yaml", "!Ref Place", "./other.yaml"] {
            let text = format!("R:\n  Fn::Transform: {{Name: AWS::Include, Parameters: {{Location: {location}}}}}\n");
            let (_, before) = parse(&text);
            assert_eq!(spliced(&text).1, before, "{location}");
        }
    }
}

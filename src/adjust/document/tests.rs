mod examples;
mod generated;

use std::sync::Arc;

use super::{Change, Document, Edit, New};
use crate::source::SourceFile;

pub(super) fn document(path: &str, text: &str) -> Document {
    Document::read(Arc::new(SourceFile::new(path, text))).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The way to the node below `keys`; a number is the position in a list.
pub(super) fn way(document: &Document, keys: &str) -> Vec<usize> {
    let mut node = document.tree();
    let mut way = Vec::new();
    for key in keys.split('.').filter(|it| !it.is_empty()) {
        let at = match node.entries().iter().position(|it| it.key == key) {
            Some(at) => at,
            None => key.parse().unwrap(),
        };
        way.push(at);
        node = super::child(node, at).unwrap();
    }
    way
}

pub(super) fn edit(document: &Document, keys: &str, change: Change) -> Edit {
    Edit::new(way(document, keys), change)
}

pub(super) fn text(it: &str) -> New {
    New::text(it)
}

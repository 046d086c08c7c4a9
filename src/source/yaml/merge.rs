//! Merge keys (`<<`): which entries a mapping takes over from others.

use std::collections::HashSet;

use crate::source::{Entry, Node, NodeKind, SourceError};

/// What one `<<` brings in.
pub(super) struct Merge {
    /// Index of the entry before which it stands.
    at: usize,
    entries: Vec<Entry>,
}

impl Merge {
    /// Takes the entries of `value`, a mapping or a list of mappings, of which earlier ones win.
    ///
    /// # Errors
    /// Any other value.
    pub(super) fn new(at: usize, value: Node) -> Result<Self, SourceError> {
        let span = value.span;
        let mappings = match value.kind {
            NodeKind::Sequence(elements) => elements,
            kind => vec![Node { kind, ..value }],
        };
        let mut taken = HashSet::new();
        let mut entries = Vec::new();
        for mapping in mappings {
            let NodeKind::Mapping(merged) = mapping.kind else {
                return Err(SourceError::at(
                    span,
                    "`<<` takes a mapping or a list of mappings, such as `<<: *defaults`",
                ));
            };
            entries.extend(merged.into_iter().filter(|it| taken.insert(it.key.clone())));
        }
        Ok(Self { at, entries })
    }
}

/// Puts merged entries where their `<<` stands. Explicit keys win, then those of the last `<<`.
pub(super) fn expand(explicit: Vec<Entry>, mut merges: Vec<Merge>) -> Vec<Entry> {
    if merges.is_empty() {
        return explicit;
    }
    let mut taken: HashSet<String> = explicit.iter().map(|it| it.key.clone()).collect();
    for merge in merges.iter_mut().rev() {
        merge.entries.retain(|it| taken.insert(it.key.clone()));
    }
    let mut merges = merges.into_iter().peekable();
    let mut expanded = Vec::new();
    for (at, entry) in explicit.into_iter().enumerate() {
        while let Some(merge) = merges.next_if(|it| it.at <= at) {
            expanded.extend(merge.entries);
        }
        expanded.push(entry);
    }
    expanded.extend(merges.flat_map(|it| it.entries));
    expanded
}

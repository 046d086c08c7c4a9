//! The one rule both syntaxes share about keys: a mapping has each of them once.

use std::collections::HashMap;

use super::{Entry, SourceError, SourceFile, Span};

/// Mappings up to this size are compared pairwise, without a table.
const SMALL: usize = 12;

/// The entries of a mapping with each key once: of a repeated key the last, as PyYAML and JSON readers keep it. Each
/// repetition is added to `repeated` as an error at its second place that names both lines.
pub(super) fn keep_last(file: &SourceFile, entries: Vec<Entry>, repeated: &mut Vec<SourceError>) -> Vec<Entry> {
    let hidden = hidden(&entries);
    if hidden.is_empty() {
        return entries;
    }
    let mut kept = Vec::with_capacity(entries.len());
    let spans: Vec<Span> = entries.iter().map(|it| it.key_span).collect();
    for (at, entry) in entries.into_iter().enumerate() {
        match hidden.get(&at).and_then(|again| spans.get(*again)) {
            None => kept.push(entry),
            Some(again) => {
                let [before, after] = [entry.key_span, *again].map(|it| file.position(it.start).line);
                let key = entry.key;
                repeated.push(SourceError::at(
                    *again,
                    format!("the key `{key}` stands twice, on lines {before} and {after}; remove or rename one"),
                ));
            }
        }
    }
    kept
}

/// The index of each entry whose key stands again, with the index of the next entry of that key.
fn hidden(entries: &[Entry]) -> HashMap<usize, usize> {
    if entries.len() <= SMALL {
        let again = |at: usize, first: &Entry| {
            entries.iter().enumerate().skip(at + 1).find(|(_, second)| second.key == first.key).map(|(next, _)| next)
        };
        return entries.iter().enumerate().filter_map(|(at, first)| Some((at, again(at, first)?))).collect();
    }
    let mut seen = HashMap::with_capacity(entries.len());
    entries.iter().enumerate().filter_map(|(at, it)| Some((seen.insert(it.key.as_str(), at)?, at))).collect()
}

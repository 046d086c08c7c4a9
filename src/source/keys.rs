//! The one rule both syntaxes share about keys: a mapping has each of them once.

use std::collections::HashMap;

use super::{Entry, SourceError, SourceFile};

/// Mappings up to this size are compared pairwise, without a table.
const SMALL: usize = 12;

/// Checks that no key stands twice in `entries`.
///
/// # Errors
/// The second place of the first key that does, naming both lines.
pub(super) fn unique(file: &SourceFile, entries: &[Entry]) -> Result<(), SourceError> {
    let repeated = if entries.len() <= SMALL {
        entries.iter().enumerate().find_map(|(at, second)| {
            entries.iter().take(at).find(|first| first.key == second.key).map(|first| (first, second))
        })
    } else {
        let mut seen = HashMap::with_capacity(entries.len());
        entries.iter().find_map(|second| seen.insert(second.key.as_str(), second).map(|first| (first, second)))
    };
    let Some((first, second)) = repeated else { return Ok(()) };
    let [before, again] = [first, second].map(|it| file.position(it.key_span.start).line);
    Err(SourceError::at(
        second.key_span,
        format!("the key `{}` stands twice, on lines {before} and {again}; remove or rename one", second.key),
    ))
}

//! Which lines of the newer side a branch changes.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use similar::{DiffTag, TextDiff};

use crate::report::Report;
use crate::report::items::Item;
use crate::source::SourceFile;

use super::identity::{Identities, normal};

/// After this time, a difference is coarser than it could be.
const PATIENCE: Duration = Duration::from_secs(2);

/// The lines of a file that is new.
const EVERY: Range<usize> = 1..usize::MAX;

/// The texts of both sides, and the changed lines of those that were asked for.
pub(super) struct Lines<'a> {
    old: BTreeMap<PathBuf, &'a Arc<SourceFile>>,
    changed: BTreeMap<&'a Path, Vec<Range<usize>>>,
}

impl<'a> Lines<'a> {
    pub(super) fn new(old: &'a Report, identities: &Identities<'a>) -> Self {
        let stacks = old.stacks.iter().map(|it| (&it.path, &it.file));
        let tests = old.tests.iter().map(|it| (&it.path, &it.file));
        let texts = stacks.chain(tests).map(|(path, file)| (identities.path(path), file)).collect();
        Self { old: texts, changed: BTreeMap::new() }
    }

    /// The first and last line of a finding that are not in the base.
    pub(super) fn changed(&mut self, item: &Item<'a>) -> Option<(usize, usize)> {
        let old = self.old.get(&normal(item.path)).copied();
        let changed = self.changed.entry(item.path).or_insert_with(|| changed(old, item.file));
        let range = item.range();
        // A range that ends at the beginning of a line does not have that line.
        let last = if range.end.column == 1 { range.end.line - 1 } else { range.end.line }.max(range.start.line);
        let own = range.start.line..last + 1;
        let run = changed.iter().find(|it| it.start < own.end && own.start < it.end)?;
        Some((run.start.max(own.start), run.end.min(own.end) - 1))
    }
}

/// The line that a finding starts on, without the blanks around it.
pub(super) fn text<'a>(item: &Item<'a>) -> &'a str {
    let line = item.file.line_span(item.range().start.line);
    line.map(|it| item.file.slice(it).trim()).unwrap_or_default()
}

/// The lines of `new`, counted from 1, that `old` does not have.
fn changed(old: Option<&Arc<SourceFile>>, new: &SourceFile) -> Vec<Range<usize>> {
    let Some(old) = old else { return Vec::from([EVERY]) };
    let (old, new) = (old.text().replace('\r', ""), new.text().replace('\r', ""));
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(&old, &new);
    let ops = diff.ops().iter().filter(|it| matches!(it.tag(), DiffTag::Insert | DiffTag::Replace));
    ops.map(|it| it.new_range()).map(|it| it.start + 1..it.end + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_moved_are_not_changed() {
        let file = |text: &str| Arc::new(SourceFile::new("a.yaml", text));
        let (old, new) = (file("a\nb\nc\n"), file("a\r\nnew\r\nb\r\nd\r\n"));
        assert_eq!(changed(Some(&old), &new), [2..3, 4..5]);
        assert!(changed(Some(&old), &old).is_empty());
        assert_eq!(changed(None, &old), [EVERY]);
    }
}

//! One TOML file being read: its text, and the problems found in it so far.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::db::problem::Problem;

/// A file's place in problems. Reading goes on after a problem, so that one run reports all of them.
pub(super) struct Document {
    path: PathBuf,
    relative: String,
    is_strict: bool,
    line_starts: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
}

impl Document {
    /// A file at `path`, called `relative` inside its knowledge base.
    pub(super) fn new(path: &Path, relative: String, text: &str, is_strict: bool) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.to_owned(), relative, is_strict, line_starts, problems: RefCell::default() }
    }

    /// The file's name inside its knowledge base.
    pub(super) fn relative(&self) -> &str {
        &self.relative
    }

    /// Whether wording is judged.
    pub(super) fn is_strict(&self) -> bool {
        self.is_strict
    }

    /// The line of a byte offset.
    pub(super) fn line(&self, at: usize) -> u32 {
        u32::try_from(self.line_starts.partition_point(|&start| start <= at)).unwrap_or(u32::MAX)
    }

    /// Notes a problem at a byte offset.
    pub(super) fn report(&self, at: usize, message: impl Into<String>) {
        let problem = Problem { file: self.path.clone(), line: Some(self.line(at)), message: message.into() };
        self.problems.borrow_mut().push(problem);
    }

    /// The problems found.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// Parses the text, noting what is not TOML 1.0; `None` when nothing can be read from it.
    pub(super) fn parse<'i>(&self, text: &'i str) -> Option<Spanned<DeTable<'i>>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let message = error.message().replace('\n', ", ");
            self.report(error.span().map_or(0, |it| it.start), message);
        }
        if !errors.is_empty() {
            return None;
        }
        self.refuse_newer_tables(text, root.get_ref());
        Some(root)
    }

    /// The parser reads TOML 1.1; in 1.0, which other tools read, an inline table stays on one line, its values
    /// excepted, and has no comma at its end.
    fn refuse_newer_tables(&self, text: &str, table: &DeTable<'_>) {
        for (_, value) in table {
            self.refuse_newer_table(text, value);
        }
    }

    fn refuse_newer_table(&self, text: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Array(array) => array.iter().for_each(|it| self.refuse_newer_table(text, it)),
            DeValue::Table(table) => {
                let inside = text.get(value.span()).filter(|it| it.starts_with('{')).unwrap_or_default();
                let values = table.iter().map(|(_, it)| it.span()).filter(|it| value.span().contains(&it.start));
                if line_breaks(inside) > values.map(|it| line_breaks(text.get(it).unwrap_or_default())).sum() {
                    self.report(value.span().start, "an inline table must stay on one line; use a sub-table instead");
                } else if inside.strip_suffix('}').unwrap_or_default().trim_end().ends_with(',') {
                    self.report(value.span().start, "an inline table must not end with a comma");
                }
                self.refuse_newer_tables(text, table);
            }
            _ => {}
        }
    }
}

fn line_breaks(text: &str) -> usize {
    text.bytes().filter(|it| *it == b'\n').count()
}

/// Something read and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) at: usize,
}

/// The order of the places keys or values were written in.
pub(super) fn start<T>(spanned: &Spanned<T>) -> usize {
    let Range { start, .. } = spanned.span();
    start
}

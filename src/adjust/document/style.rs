//! How a document is written, for what is added to it.

use crate::source::{Node, NodeKind, SourceFile};

use super::layout::{column, is_bracketed};

/// Habits of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Style {
    /// JSON instead of YAML.
    pub(super) json: bool,
    /// The line break.
    pub(super) newline: &'static str,
    /// One level of indentation.
    pub(super) unit: String,
    /// Whether lists stand deeper than their key.
    pub(super) indents_lists: bool,
    /// Whether functions are written as tags.
    pub(super) tags: bool,
    /// The quote that is used more.
    pub(super) quote: char,
    /// Whether JSON has blanks inside of braces on one line.
    pub(super) padded: bool,
    /// Whether JSON has a blank behind colons.
    pub(super) spaced: bool,
}

impl Style {
    pub(super) fn of(file: &SourceFile, tree: &Node) -> Self {
        let text = file.text();
        let is_crlf = text.find('\n').is_some_and(|it| text.get(..it).is_some_and(|it| it.ends_with('\r')));
        let mut habits = Habits { text, ..Habits::default() };
        habits.look(tree, None);
        let json = file.is_json();
        let count = |it: char| text.matches(it).count();
        Self {
            json,
            newline: if is_crlf { "\r\n" } else { "\n" },
            unit: if json { json_unit(text) } else { " ".repeat(habits.unit.unwrap_or(2).max(1)) },
            indents_lists: habits.indents_lists.unwrap_or(true),
            tags: habits.tags > 0 || habits.calls == 0,
            quote: if count('\'') > count('"') { '\'' } else { '"' },
            padded: text.contains("{ \""),
            spaced: !json || text.contains("\": ") || !text.contains("\":"),
        }
    }
}

#[derive(Default)]
struct Habits<'a> {
    text: &'a str,
    unit: Option<usize>,
    indents_lists: Option<bool>,
    tags: usize,
    calls: usize,
}

impl Habits<'_> {
    /// `outer` is the column of the key that `node` belongs to.
    fn look(&mut self, node: &Node, outer: Option<usize>) {
        self.tags += usize::from(node.tag.is_some());
        let is_block = !is_bracketed(self.text, node);
        match &node.kind {
            NodeKind::Mapping(entries) => {
                for entry in entries {
                    self.calls += usize::from(entry.key == "Ref" || entry.key.starts_with("Fn::"));
                    let own = column(self.text, entry.key_span.start);
                    if let Some(outer) = outer.filter(|_| is_block && self.unit.is_none()) {
                        self.unit = own.checked_sub(outer).filter(|it| *it > 0);
                    }
                    self.look(&entry.value, is_block.then_some(own));
                }
            }
            NodeKind::Sequence(elements) => {
                if let Some(outer) = outer.filter(|_| is_block && self.indents_lists.is_none() && !elements.is_empty())
                {
                    self.indents_lists = Some(column(self.text, node.span.start) > outer);
                }
                elements.iter().for_each(|it| self.look(it, None));
            }
            _ => {}
        }
    }
}

/// The blanks before the first indented line.
fn json_unit(text: &str) -> String {
    let indented = text.lines().map(|it| it.trim_start_matches('\u{feff}')).find(|it| it.starts_with([' ', '\t']));
    let line = indented.unwrap_or("  ");
    line.chars().take_while(|it| matches!(it, ' ' | '\t')).collect()
}

//! `json`: predicates about what a JSON text says; and the size of a value as JSON.

use super::super::json_text::{Document, document};
use super::super::matcher::{Base, Scope};
use super::super::outcome::Outcome;
use super::super::text::{Part, unknown_reason};
use super::numbers::Range;
use crate::db::Predicate;
use crate::stack::{Data, Truth, Value};

/// Whether `predicate` holds for the document that the value is; no for what is no document. Points at the text as a
/// whole where the document is one.
pub(in super::super) fn holds(scope: &Scope<'_, '_>, predicate: &Predicate, base: Base<'_>) -> Outcome {
    match document(base.value) {
        Document::Tree(tree) => {
            let inner = scope.predicate(predicate, Some(Base { value: &tree, trail: base.trail }));
            let is_text = !matches!(base.value.data, Data::Map(_) | Data::List(_));
            if is_text || inner.spots.is_empty() { Outcome::at(base.trail, inner.truth) } else { inner }
        }
        Document::None => Outcome::at(base.trail, Truth::No),
        Document::Open(reason) => Outcome::at(base.trail, Truth::Unknown(reason)),
    }
}

/// How many characters the value has as JSON, blanks left out.
pub(super) fn size(scope: &Scope<'_, '_>, value: &Value) -> Option<Range> {
    let mut size = Size::default();
    match document(value) {
        Document::Tree(tree) if matches!(tree.data, Data::Map(_) | Data::List(_)) => size.add(scope, &tree),
        Document::Tree(_) | Document::None | Document::Open(_) => size.add(scope, value),
    }
    Some(Range::from(size.least as f64, size.open))
}

#[derive(Default)]
struct Size {
    least: usize,
    open: Option<crate::stack::Reason>,
}

impl Size {
    fn add(&mut self, scope: &Scope<'_, '_>, value: &Value) {
        match &value.data {
            Data::Absent => {}
            Data::Null => self.least += 4,
            Data::Bool(it) => self.least += it.to_string().len(),
            Data::Number(number) => self.least += number.text.len(),
            Data::List(elements) => {
                self.least += 2 + elements.len().saturating_sub(1);
                elements.iter().for_each(|it| self.add(scope, it));
            }
            Data::Map(fields) => {
                self.least += 2 + fields.len().saturating_sub(1);
                for field in fields {
                    self.least += quoted(&field.key) + 1;
                    self.add(scope, &field.value);
                }
            }
            // Which alternative is taken is not known here; the conditions that decide are tried one by one before.
            Data::OneOf(alternatives) => match scope.live(alternatives).collect::<Vec<_>>().as_slice() {
                [one] => self.add(scope, &one.value),
                _ => self.open = self.open.take().or(unknown_reason(value)),
            },
            Data::String(_) | Data::Reference(_) | Data::Text(_) | Data::Call(_) | Data::Unknown(_) => {
                let Some(text) = scope.text(value) else { return };
                self.least += 2;
                for part in text.parts() {
                    match part {
                        Part::Known(known) => self.least += quoted(known) - 2,
                        Part::Unknown(reason) => self.open = self.open.take().or(Some(reason.clone())),
                    }
                }
            }
        }
    }
}

/// The length of a text in quotes, with what JSON escapes.
fn quoted(text: &str) -> usize {
    let characters = text.chars().filter(|it| !it.is_whitespace());
    2 + characters.map(|it| if matches!(it, '"' | '\\') { 2 } else { 1 }).sum::<usize>()
}

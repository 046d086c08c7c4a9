//! What values become when LocalStack puts its placeholder in place of what a resource would give.

use std::collections::BTreeSet;

use super::matcher::Scope;
use super::text::{Text, unknown_reason};
use crate::db::Gives;
use crate::stack::{Call, Data, Piece, Reason, Reference, Value};

/// The word LocalStack gives for every Ref and attribute of a resource that it only pretends.
pub(super) const PLACEHOLDER: &str = "unknown";
/// What the engine answers when a list is asked for and the placeholder is there.
const NO_LIST_TO_SELECT: &str =
    "Template error: Fn::Select requires a list argument with two elements: an integer index and a list";
/// What it answers to a number or boolean.
const NO_TEXT: &str = "Accessing property resulted in a non-string value nor list";
/// What it answers to elements that are no texts.
const NO_TEXTS_TO_SELECT: &str = "Fn::Select list contains unresolved elements";
const NO_LIST_TO_JOIN: &str = "Invalid arguments list definition for Fn::Join";

/// A Ref or attribute that yields the placeholder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Source {
    /// The index of the resource in the stack.
    pub(super) index: usize,
    /// The attribute; `None` for Ref.
    pub(super) attribute: Option<String>,
    /// What it gives.
    pub(super) gives: Gives,
}

/// A value with the placeholder filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    /// What it becomes.
    pub(super) shape: Shape,
    /// The placeholders that went into it.
    pub(super) sources: BTreeSet<Source>,
}

/// What a value becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// A text, as far as it is known.
    Text(Text),
    /// A list.
    List(Vec<Filled>),
    /// A list of mappings.
    Mappings,
    /// The engine fails to compute it, with this error.
    Failed(&'static str),
    /// Not known, and why; no text and no list that can be told.
    Open(Reason),
    /// Neither text nor list.
    Other,
}

impl Filled {
    fn plain(shape: Shape) -> Self {
        Self { shape, sources: BTreeSet::new() }
    }

    fn text(text: Text, sources: BTreeSet<Source>) -> Self {
        Self { shape: Shape::Text(text), sources }
    }

    fn failed(error: &'static str, sources: BTreeSet<Source>) -> Self {
        Self { shape: Shape::Failed(error), sources }
    }

    /// As a part of a text.
    fn into_text(self) -> Text {
        match self.shape {
            Shape::Text(text) => text,
            Shape::Open(reason) => Text::unknown(reason),
            Shape::List(_) | Shape::Mappings | Shape::Failed(_) | Shape::Other => {
                Text::unknown(Reason::Other("a list in a text".into()))
            }
        }
    }
}

/// Fills in the placeholders of `value`; `source` says which references are placeholders.
pub(super) fn fill(scope: &Scope<'_, '_>, value: &Value, source: &dyn Fn(&Reference) -> Option<Source>) -> Filled {
    match &value.data {
        Data::List(elements) => {
            let present = elements.iter().filter(|it| it.data != Data::Absent);
            let elements: Vec<Filled> = present.map(|it| fill(scope, it, source)).collect();
            let sources = elements.iter().flat_map(|it| it.sources.clone()).collect();
            Filled { shape: Shape::List(elements), sources }
        }
        Data::Reference(reference) => fill_reference(scope, value, reference, source),
        Data::Text(pieces) => fill_pieces(scope, value, pieces, source),
        Data::Call(call) => fill_call(scope, call, source),
        Data::Unknown(reason) => Filled::plain(Shape::Open(reason.clone())),
        Data::OneOf(_) => Filled::plain(unknown_reason(value).map_or(Shape::Other, Shape::Open)),
        Data::Bool(_) | Data::Number(_) | Data::String(_) => {
            Filled::plain(scope.text(value).map_or(Shape::Other, Shape::Text))
        }
        Data::Absent | Data::Null | Data::Map(_) => Filled::plain(Shape::Other),
    }
}

fn fill_reference(
    scope: &Scope<'_, '_>,
    value: &Value,
    reference: &Reference,
    source: &dyn Fn(&Reference) -> Option<Source>,
) -> Filled {
    match source(reference) {
        Some(it) => match it.gives {
            Gives::Unknown => Filled::text(Text::known(PLACEHOLDER), BTreeSet::from([it])),
            Gives::Number => Filled::failed(NO_TEXT, BTreeSet::from([it])),
            Gives::Mappings => Filled { shape: Shape::Mappings, sources: BTreeSet::from([it]) },
        },
        None => Filled::plain(scope.text(value).map_or(Shape::Other, Shape::Text)),
    }
}

fn fill_pieces(
    scope: &Scope<'_, '_>,
    value: &Value,
    pieces: &[Piece],
    source: &dyn Fn(&Reference) -> Option<Source>,
) -> Filled {
    let mut text = Text::default();
    let mut sources = BTreeSet::new();
    for piece in pieces {
        let part = |data| Value { data, span: value.span };
        let filled = match piece {
            Piece::Text(known) => {
                text.push_known(known);
                continue;
            }
            Piece::Reference(reference) => fill(scope, &part(Data::Reference(reference.clone())), source),
            Piece::Call(call) => fill_call(scope, call, source),
            Piece::Unknown(reason) => Filled::plain(Shape::Open(reason.clone())),
        };
        if matches!(filled.shape, Shape::Failed(_)) {
            return filled;
        }
        sources.extend(filled.sources.iter().cloned());
        text.append(filled.into_text());
    }
    Filled::text(text, sources)
}

fn fill_call(scope: &Scope<'_, '_>, call: &Call, source: &dyn Fn(&Reference) -> Option<Source>) -> Filled {
    let operands: Vec<Filled> = call.operands.iter().map(|it| fill(scope, it, source)).collect();
    if let Some(failed) = operands.iter().find(|it| matches!(it.shape, Shape::Failed(_))) {
        return failed.clone();
    }
    let mut operands = operands.into_iter();
    match (call.function, operands.next(), operands.next()) {
        ("Fn::Join", Some(delimiter), Some(list)) => join(&delimiter, list),
        ("Fn::Select", Some(index), Some(list)) => select(&index, list),
        ("Fn::Split", Some(delimiter), Some(text)) => split(&delimiter, text),
        (function, Some(operand), _) => {
            let reason = Reason::Other(format!("the result of `{function}`, known after deployment"));
            Filled { shape: Shape::Open(reason), sources: operand.sources }
        }
        _ => Filled::plain(Shape::Other),
    }
}

fn whole(filled: &Filled) -> Option<&str> {
    match &filled.shape {
        Shape::Text(text) => text.whole(),
        _ => None,
    }
}

fn join(delimiter: &Filled, list: Filled) -> Filled {
    let sources = list.sources.clone();
    match list.shape {
        Shape::List(elements) => {
            let mut text = Text::default();
            for (at, element) in elements.into_iter().enumerate() {
                if at > 0 {
                    text.push_known(whole(delimiter).unwrap_or_default());
                }
                text.append(element.into_text());
            }
            Filled::text(text, sources)
        }
        Shape::Text(_) if !sources.is_empty() => Filled::failed(NO_LIST_TO_JOIN, sources),
        shape => Filled { shape: Shape::Open(reason_of(&shape)), sources },
    }
}

/// The engine refuses a text where the list belongs, and an index the list does not have.
fn select(index: &Filled, list: Filled) -> Filled {
    let index = whole(index).and_then(|it| it.trim().parse::<usize>().ok());
    let sources = list.sources.clone();
    match (list.shape, index) {
        (Shape::List(elements), Some(index)) => match elements.into_iter().nth(index) {
            Some(element) => element,
            None if sources.is_empty() => Filled::plain(Shape::Other),
            None => Filled::failed(NO_LIST_TO_SELECT, sources),
        },
        (Shape::Text(_), _) if !sources.is_empty() => Filled::failed(NO_LIST_TO_SELECT, sources),
        (Shape::Mappings, _) => Filled::failed(NO_TEXTS_TO_SELECT, sources),
        (shape, _) => Filled { shape: Shape::Open(reason_of(&shape)), sources },
    }
}

/// Parts without the placeholder's word no longer depend on it.
fn split(delimiter: &Filled, text: Filled) -> Filled {
    match (whole(delimiter).filter(|it| !it.is_empty()), whole(&text)) {
        (Some(delimiter), Some(known)) => {
            let part = |it: &str| {
                let sources = if it.contains(PLACEHOLDER) { text.sources.clone() } else { BTreeSet::new() };
                Filled::text(Text::known(it), sources)
            };
            Filled { shape: Shape::List(known.split(delimiter).map(part).collect()), sources: text.sources.clone() }
        }
        _ => Filled { shape: Shape::Open(reason_of(&text.shape)), sources: text.sources },
    }
}

fn reason_of(shape: &Shape) -> Reason {
    let reason = match shape {
        Shape::Text(text) => text.reason().cloned(),
        Shape::Open(reason) => Some(reason.clone()),
        Shape::List(_) | Shape::Mappings | Shape::Failed(_) | Shape::Other => None,
    };
    reason.unwrap_or_else(|| Reason::Other("a value known after deployment".into()))
}

//! `same`: resources that have values in common, from a table made once for all of them.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::context::Context;
use super::super::matcher::Scope;
use super::super::path::{Addressed, Trail};
use super::super::subject::written;
use crate::db::{Link, Literal, Same};
use crate::stack::{Reason, Truth};

/// What the resources of some types have in common.
#[derive(Default)]
pub(in super::super) struct CommonTable {
    by_key: HashMap<String, Vec<usize>>,
    /// All that have values.
    having: Vec<usize>,
    /// Those whose values are not known as a whole, and why.
    open: Vec<(usize, Reason)>,
}

impl CommonTable {
    /// Whether another resource may turn out to have the same values as `own`, which are not known for `partly`.
    fn open_beside(&self, own: usize, partly: Option<Reason>) -> Truth {
        let others = || self.having.iter().any(|it| *it != own);
        let open = || self.open.iter().find(|(it, _)| *it != own).map(|(_, reason)| reason.clone());
        partly.filter(|_| others()).or_else(open).map_or(Truth::No, Truth::Unknown)
    }
}

/// The values of one resource.
enum Values {
    /// Equal for equal values; with what is not known in them, which may make others equal too.
    Known(String, Option<Reason>),
    /// One is not known.
    Open(Reason),
    /// One is not there.
    None,
}

/// The resources that have the values of a resource in common.
pub(super) struct InCommon {
    /// Those that surely do.
    pub(super) candidates: Vec<usize>,
    /// Whether others may.
    pub(super) open: Truth,
}

/// The resources like `link` that have its `same` in common with `own`.
pub(super) fn with(cx: &Context<'_>, link: &Link, own: usize) -> InCommon {
    let table = table_of(cx, link);
    match values(cx, link, own) {
        Values::None => InCommon { candidates: Vec::new(), open: Truth::No },
        Values::Open(reason) => InCommon { candidates: Vec::new(), open: table.open_beside(own, Some(reason)) },
        Values::Known(key, partly) => InCommon {
            candidates: table.by_key.get(&key).cloned().unwrap_or_default(),
            open: table.open_beside(own, partly),
        },
    }
}

/// Whether two resources have the `same` of `link` in common.
pub(super) fn have(cx: &Context<'_>, link: &Link, own: usize, other: usize) -> Truth {
    if link.same.is_empty() {
        return Truth::Yes;
    }
    match (values(cx, link, own), values(cx, link, other)) {
        (Values::None, _) | (_, Values::None) => Truth::No,
        (Values::Known(own, _), Values::Known(other, _)) if own == other => Truth::Yes,
        (Values::Known(_, None), Values::Known(_, None)) => Truth::No,
        (Values::Open(reason) | Values::Known(_, Some(reason)), _)
        | (_, Values::Open(reason) | Values::Known(_, Some(reason))) => Truth::Unknown(reason),
    }
}

fn table_of(cx: &Context<'_>, link: &Link) -> Rc<CommonTable> {
    let paths: Vec<String> = link.same.iter().map(|it| format!("{} {:?}", written(&it.path), it.default)).collect();
    let key = format!("{} {}", link.resources.join(" "), paths.join(" "));
    if let Some(known) = cx.common.borrow().get(&key) {
        return Rc::clone(known);
    }
    let mut table = CommonTable::default();
    for index in cx.of_types(&link.resources) {
        let open = match values(cx, link, index) {
            Values::Known(key, partly) => {
                table.by_key.entry(key).or_default().push(index);
                partly
            }
            Values::Open(reason) => Some(reason),
            Values::None => continue,
        };
        table.having.push(index);
        table.open.extend(open.map(|reason| (index, reason)));
    }
    let table = Rc::new(table);
    cx.common.borrow_mut().insert(key, Rc::clone(&table));
    table
}

fn values(cx: &Context<'_>, link: &Link, index: usize) -> Values {
    let Some(subject) = cx.subject(index) else { return Values::None };
    let scope = Scope::new(cx, subject);
    let mut all = String::new();
    let (mut partly, mut open) = (None, None);
    for same in &link.same {
        match value(&scope, same) {
            Values::Known(key, reason) => {
                all.push_str(&key);
                all.push('\u{3}');
                partly = partly.or(reason);
            }
            Values::Open(reason) => open = open.or(Some(reason)),
            Values::None => return Values::None,
        }
    }
    open.map_or(Values::Known(all, partly), Values::Open)
}

/// Several values that one path addresses count as one, in their order.
fn value(scope: &Scope<'_, '_>, same: &Same) -> Values {
    let Some(root) = scope.subject.root(&same.path) else { return Values::None };
    let mut found = Values::None;
    scope.visit(root, &same.path.steps, &Trail::root(scope.subject.span), None, &mut |value, _, under| {
        let next = match (value, under) {
            (_, Some(reason)) => Values::Open(reason.clone()),
            (Addressed::Open(reason), None) => Values::Open(reason),
            (Addressed::Missing, None) => match &same.default {
                Some(Literal::String(text)) => Values::Known(scope.filled(text).into_owned(), None),
                Some(other) => Values::Known(other.to_json().to_string(), None),
                None => return,
            },
            (Addressed::Value(value), None) => match scope.text(value) {
                Some(text) => match (text.key(), text.reason()) {
                    (Some(key), reason) => Values::Known(key, reason.cloned()),
                    (None, Some(reason)) => Values::Open(reason.clone()),
                    (None, None) => return,
                },
                None => return,
            },
        };
        found = match (&found, next) {
            (Values::Known(one, a), Values::Known(more, b)) => {
                Values::Known(format!("{one}\u{4}{more}"), a.clone().or(b))
            }
            (Values::Open(reason), _) => Values::Open(reason.clone()),
            (_, next) => next,
        };
    });
    found
}

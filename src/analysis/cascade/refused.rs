//! Properties that a provider fills in with the placeholder and then refuses.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::finding::{Failure, rejection};
use super::{Met, Rejection, met_truth, source};
use crate::analysis::coverage::Types;
use crate::analysis::matcher::Scope;
use crate::analysis::outcome::Outcome;
use crate::analysis::path::Trail;
use crate::analysis::placeholder::{Filled, Shape, Source, fill};
use crate::analysis::text::Text;
use crate::db::{Rejects, Shape as Wanted};
use crate::stack::{Truth, Value};

/// A property of a provider that refuses the filled-in value.
pub(super) fn refused(
    scope: &Scope<'_, '_>,
    types: &Types<'_>,
    row: &Rejects,
    index: usize,
    provided: &Truth,
) -> Option<Rejection> {
    let blamed: RefCell<BTreeSet<Source>> = RefCell::default();
    let ask = |scope: &Scope<'_, '_>| {
        let leaf = |value: Option<&Value>, trail: &Trail<'_>| {
            let Some(value) = value else { return Outcome::at(trail, Truth::No) };
            let met = Met::default();
            let filled = fill(scope, value, &|it| source(scope, types, it, &met));
            let truth = is_refused(scope, &filled, row).and(met_truth(&filled.sources, &met));
            if !truth.is_no() {
                blamed.borrow_mut().extend(filled.sources);
            }
            Outcome::at(trail, truth.and(provided.clone()))
        };
        let Some(root) = scope.subject.root(&row.path) else { return Outcome::plain(false) };
        let trail = Trail::root(scope.subject.span);
        let Some(when) = &row.when else { return scope.walk(root, &row.path.steps, &trail, &leaf) };
        let holder = row.path.holder();
        let property = row.path.steps.get(holder.steps.len()..).unwrap_or_default();
        let held = |value: Option<&Value>, trail: &Trail<'_>| {
            let Some(value) = value else { return Outcome::at(trail, Truth::No) };
            match scope.holds_at(when, value, trail) {
                Truth::No => Outcome::at(trail, Truth::No),
                holds => {
                    let outcome = scope.walk(value, property, trail, &leaf);
                    Outcome { truth: outcome.truth.and(holds), spots: outcome.spots }
                }
            }
        };
        scope.walk(root, &holder.steps, &trail, &held)
    };
    let outcome = scope.settle(&ask);
    let sources = blamed.into_inner();
    if outcome.truth.is_no() || sources.is_empty() {
        return None;
    }
    let spot = outcome.spots.into_iter().next()?;
    let failure = Failure { spot, truth: outcome.truth, sources, error: row.error.as_deref() };
    Some(rejection(scope, types, failure, Some(index)))
}

/// Whether the provider refuses what the value becomes.
fn is_refused(scope: &Scope<'_, '_>, filled: &Filled, row: &Rejects) -> Truth {
    if filled.sources.is_empty() {
        return Truth::No;
    }
    match (&filled.shape, row.shape) {
        (Shape::Text(_), Wanted::List) => Truth::Yes,
        (Shape::Text(text), Wanted::Text) => is_refused_text(scope, text, row),
        (Shape::List(elements), Wanted::Text) => Truth::any(elements.iter().map(|it| is_refused(scope, it, row))),
        // What it becomes may not have the placeholder in it.
        (Shape::Open(reason), Wanted::Text) => {
            is_refused_text(scope, &Text::unknown(reason.clone()), row).and(Truth::Unknown(reason.clone()))
        }
        (Shape::Failed(_) | Shape::Mappings | Shape::Other, _) | (Shape::List(_) | Shape::Open(_), Wanted::List) => {
            Truth::No
        }
    }
}

fn is_refused_text(scope: &Scope<'_, '_>, text: &Text, row: &Rejects) -> Truth {
    match (&row.accepts, &row.refuses) {
        (Some(accepts), _) => scope.cx.patterns.matches(accepts, text).not(),
        (None, Some(refuses)) => scope.cx.patterns.matches(refuses, text),
        (None, None) => Truth::Yes,
    }
}

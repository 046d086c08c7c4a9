//! Where a finding points: the place its entry names, else the first value that made it hold.

use super::matcher::Scope;
use super::operators::referents::referents;
use super::outcome::{Outcome, Spot};
use super::path::Trail;
use super::subject::written;
use crate::db::{Locator, Path};
use crate::source::Span;
use crate::stack::{Truth, Value};

/// A place in the source and the property it is called by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    /// Where.
    pub(super) span: Span,
    /// The subject's property, list indices left out; `None` for the subject as a whole.
    pub(super) property: Option<String>,
}

/// The place of a finding about the subject of `scope`.
pub(super) fn locate(scope: &Scope<'_, '_>, at: Option<&Locator>, spots: &[Spot]) -> Located {
    match at {
        Some(locator) => named(scope, locator, spots),
        None => match spots.first() {
            Some(spot) => Located { span: spot.span, property: spot.property() },
            None => Located { span: scope.subject.span, property: None },
        },
    }
}

/// The scope of the resource that the subject's property `via` names; the subject's own without `via`, nothing
/// when no resource of the stack is named.
pub(super) fn via<'s, 'a>(scope: &'s Scope<'s, 'a>, via: Option<&Path>) -> Option<Scope<'s, 'a>> {
    let Some(path) = via else { return Some(*scope) };
    let found = std::cell::RefCell::new(Vec::new());
    let leaf = |value: Option<&Value>, trail: &Trail<'_>| {
        let named = value.map(|it| referents(scope, it).found).unwrap_or_default();
        found.borrow_mut().extend(named.into_iter().map(|it| it.index));
        Outcome::at(trail, Truth::No)
    };
    scope.walk(scope.subject.root(path)?, &path.steps, &Trail::root(scope.subject.span), &leaf);
    // A resource that stands for another one (an alias) comes first; the one it stands for is meant.
    let index = found.into_inner().into_iter().next_back()?;
    Some(scope.about(scope.cx.resources.get(index)?))
}

fn named(scope: &Scope<'_, '_>, locator: &Locator, matched: &[Spot]) -> Located {
    let property = match &locator.via {
        Some(path) => Some(written(path).replace(".*", "")),
        None if locator.path.steps.is_empty() => None,
        None => Some(written(&locator.path).trim_start_matches('@').replace(".*", "")),
    };
    let span = via(scope, locator.via.as_ref()).map_or(scope.subject.span, |it| place(&it, &locator.path, matched));
    Located { span, property }
}

/// The place of `path`; of several, the one closest to what matched.
fn place(scope: &Scope<'_, '_>, path: &Path, matched: &[Spot]) -> Span {
    let leaf = |value: Option<&Value>, trail: &Trail<'_>| Outcome::at(trail, value.is_some());
    let Some(root) = scope.subject.root(path).filter(|_| !path.steps.is_empty()) else { return scope.subject.span };
    let outcome = scope.walk(root, &path.steps, &Trail::root(scope.subject.span), &leaf);
    let shared = |spot: &Spot| {
        let common = |it: &Spot| it.path.iter().zip(&spot.path).take_while(|(a, b)| a == b).count();
        matched.iter().map(common).max().unwrap_or_default()
    };
    let best = outcome.spots.iter().reduce(|a, b| if shared(b) > shared(a) { b } else { a });
    best.map_or(scope.subject.span, |it| it.span)
}

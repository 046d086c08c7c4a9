//! `exists` and `missing`: other resources of the stack, optionally those that point at the subject.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::context::Context;
use super::super::matcher::Scope;
use super::super::outcome::Outcome;
use super::super::path::Trail;
use super::super::subject::written;
use super::referents::referents;
use crate::db::{Link, Path};
use crate::stack::{Place, Truth, Value};

/// Which resources of some types may point at which resource by one property.
#[derive(Default)]
pub(in super::super) struct LinkTable {
    by_target: HashMap<usize, Vec<usize>>,
    open: Vec<usize>,
}

/// Whether another resource like `link` is deployed.
pub(in super::super) fn exists(scope: &Scope<'_, '_>, link: &Link) -> Truth {
    let own = match scope.subject.place {
        Some(Place::Resource(index)) => Some(index),
        _ => None,
    };
    let candidates = match (&link.linked_by, own) {
        (Some(path), Some(own)) => linked(scope.cx, link, path, own),
        (Some(_), None) => Vec::new(),
        (None, _) => scope.cx.of_types(&link.resources),
    };
    let mut found = Truth::No;
    for candidate in candidates.into_iter().filter(|it| Some(*it) != own) {
        found = found.or(is_like(scope, candidate, link, own));
        if found.is_yes() {
            break;
        }
    }
    found
}

fn is_like(scope: &Scope<'_, '_>, candidate: usize, link: &Link, own: Option<usize>) -> Truth {
    let Some(candidate) = scope.cx.resources.get(candidate) else { return Truth::No };
    let there = scope.about(candidate);
    let points = match (&link.linked_by, own) {
        (Some(path), Some(own)) => points_at(&there, path, own),
        _ => Truth::Yes,
    };
    let like = scope.inclusion(candidate).and(points);
    match &link.filter {
        Some(filter) if !like.is_no() => like.and(there.evaluate(filter).truth),
        _ => like,
    }
}

/// Whether the subject's property at `path` names the resource `target`.
fn points_at(scope: &Scope<'_, '_>, path: &Path, target: usize) -> Truth {
    let leaf = |value: Option<&Value>, trail: &Trail<'_>| {
        let Some(value) = value else { return Outcome::at(trail, Truth::No) };
        let named = referents(scope, value);
        let truth = match named.open {
            _ if named.found.iter().any(|it| it.index == target) => Truth::Yes,
            Some(reason) => Truth::Unknown(reason),
            None => Truth::No,
        };
        Outcome::at(trail, truth)
    };
    let Some(root) = scope.subject.root(path) else { return Truth::No };
    scope.walk(root, &path.steps, &Trail::root(scope.subject.span), &leaf).truth
}

/// The resources that may point at `target`, from a table made once for all subjects.
fn linked(cx: &Context<'_>, link: &Link, path: &Path, target: usize) -> Vec<usize> {
    let key = format!("{} by {}", link.resources.join(" "), written(path));
    let known = cx.links.borrow().get(&key).cloned();
    let table = known.unwrap_or_else(|| {
        let table = Rc::new(table(cx, link, path));
        cx.links.borrow_mut().insert(key, Rc::clone(&table));
        table
    });
    let sure = table.by_target.get(&target).map_or(&[][..], Vec::as_slice);
    let mut all: Vec<usize> = sure.iter().chain(&table.open).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn table(cx: &Context<'_>, link: &Link, path: &Path) -> LinkTable {
    let mut table = LinkTable::default();
    for index in cx.of_types(&link.resources) {
        let Some(subject) = cx.resources.get(index) else { continue };
        let scope = Scope { cx, subject, assumed: &[] };
        let seen = std::cell::RefCell::new((Vec::new(), false));
        let leaf = |value: Option<&Value>, trail: &Trail<'_>| {
            if let Some(value) = value {
                let named = referents(&scope, value);
                let mut seen = seen.borrow_mut();
                seen.0.extend(named.found.iter().map(|it| it.index));
                seen.1 |= named.open.is_some();
            }
            Outcome::at(trail, Truth::No)
        };
        let Some(root) = subject.root(path) else { continue };
        let outcome = scope.walk(root, &path.steps, &Trail::root(subject.span), &leaf);
        let (targets, open) = seen.into_inner();
        for target in targets {
            table.by_target.entry(target).or_default().push(index);
        }
        if open || matches!(outcome.truth, Truth::Unknown(_)) {
            table.open.push(index);
        }
    }
    table
}

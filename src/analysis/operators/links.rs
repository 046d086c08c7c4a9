//! `exists` and `missing`: other resources of the stack, optionally those that point at the subject, have something in
//! common with it, or wait for it.

use std::collections::HashMap;
use std::rc::Rc;

use super::super::context::Context;
use super::super::matcher::Scope;
use super::super::outcome::Outcome;
use super::super::path::Trail;
use super::super::subject::written;
use super::common::{self, InCommon};
use super::order;
use super::referents::referents;
use crate::db::{Link, Path};
use crate::stack::{Truth, Value};

/// Which resources of some types may point at which resource by one property.
#[derive(Default)]
pub(in super::super) struct LinkTable {
    by_target: HashMap<usize, Vec<usize>>,
    open: Vec<usize>,
}

/// Whether another resource like `link` is deployed.
pub(in super::super) fn exists(scope: &Scope<'_, '_>, link: &Link) -> Truth {
    let own = scope.cx.index_of(scope.subject);
    let found = search(scope, link, own);
    let mut truth = found.open;
    for candidate in found.candidates.into_iter().filter(|it| Some(*it) != own) {
        truth = truth.or(is_like(scope, candidate, link, own));
        if truth.is_yes() {
            break;
        }
    }
    truth
}

/// Gives `take` every resource like `link`, the subject included, and whether it is one.
pub(super) fn each_like(scope: &Scope<'_, '_>, link: &Link, take: &dyn Fn(&Scope<'_, '_>, Truth)) {
    let own = scope.cx.index_of(scope.subject);
    for candidate in search(scope, link, own).candidates {
        let truth = is_like(scope, candidate, link, own);
        if let Some(subject) = scope.cx.subject(candidate).filter(|_| !truth.is_no()) {
            take(&scope.about(subject), truth);
        }
    }
}

/// Where resources like a link are looked for.
struct Search {
    candidates: Vec<usize>,
    /// Whether there may be others that cannot be told.
    open: Truth,
}

fn search(scope: &Scope<'_, '_>, link: &Link, own: Option<usize>) -> Search {
    let plain = |candidates| Search { candidates, open: Truth::No };
    match (&link.linked_by, own) {
        (Some(path), Some(own)) => plain(linked(scope.cx, link, path, own)),
        (Some(_), None) => plain(Vec::new()),
        (None, Some(own)) if !link.same.is_empty() => {
            let InCommon { candidates, open } = common::with(scope.cx, link, own);
            Search { candidates, open }
        }
        (None, _) => plain(scope.cx.of_types(&link.resources)),
    }
}

fn is_like(scope: &Scope<'_, '_>, index: usize, link: &Link, own: Option<usize>) -> Truth {
    let Some(candidate) = scope.cx.subject(index) else { return Truth::No };
    let there = scope.about(candidate);
    let mut like = scope.inclusion(candidate);
    if let (Some(path), Some(own)) = (&link.linked_by, own) {
        like = like.and(points_at(&there, path, own));
        like = like.and(common::have(scope.cx, link, own, index));
    }
    if let (Some(asked), Some(own), false) = (link.order, own, like.is_no()) {
        like = like.and(order::stands(scope, own, index, asked));
    }
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
        let Some(subject) = cx.subject(index) else { continue };
        let scope = Scope::new(cx, subject);
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

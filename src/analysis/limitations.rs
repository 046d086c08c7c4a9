//! Entries of the knowledge base that hold for a subject, as findings.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::context::Context;
use super::finding::{Certainty, Finding};
use super::matcher::Scope;
use super::subject::Subject;
use super::{adjustments, impact, locate};
use crate::db::{Db, FailsOn, Limitation};
use crate::stack::{Place, Reason, Truth};
use crate::target::Target;

/// The entries that hold for the target, looked up once a type.
pub(super) struct Entries<'d> {
    by_kind: RefCell<HashMap<String, Rc<[&'d Limitation]>>>,
    db: &'d Db,
    target: &'d Target,
}

impl<'d> Entries<'d> {
    /// The entries of `db` that hold for `target`.
    pub(super) fn new(db: &'d Db, target: &'d Target) -> Self {
        Self { by_kind: RefCell::default(), db, target }
    }

    /// The findings about `subject`, one an entry at most.
    pub(super) fn findings(&self, cx: &Context<'_>, subject: &Subject<'_>) -> Vec<Finding> {
        self.of(subject.kind).iter().filter_map(|it| finding(cx, subject, it)).collect()
    }

    fn of(&self, kind: &str) -> Rc<[&'d Limitation]> {
        if let Some(known) = self.by_kind.borrow().get(kind) {
            return Rc::clone(known);
        }
        let entries = self.db.limitations_for(kind).filter(|it| self.target.applies(self.db, &it.applies));
        let entries: Rc<[&Limitation]> = entries.collect();
        self.by_kind.borrow_mut().insert(kind.to_owned(), Rc::clone(&entries));
        entries
    }
}

/// What decides, in words a report prints behind "depends on"; a condition is explained by what decides it.
pub(super) fn describe(cx: &Context<'_>, reason: &Reason) -> String {
    let Reason::Condition(name) = reason else { return reason.to_string() };
    match cx.condition(name) {
        Some(Truth::Unknown(inner)) if inner != reason => format!("{reason} ({inner})"),
        _ => reason.to_string(),
    }
}

/// Certainty, and what decides, of something that holds by `truth` for a subject that is deployed by `included`.
pub(super) fn certainty(cx: &Context<'_>, truth: &Truth, included: &Truth) -> (Certainty, Option<String>) {
    match truth.clone().and(included.clone()) {
        Truth::Unknown(reason) => (Certainty::Possible, Some(describe(cx, &reason))),
        Truth::Yes | Truth::No => (Certainty::Certain, None),
    }
}

fn finding(cx: &Context<'_>, subject: &Subject<'_>, entry: &Limitation) -> Option<Finding> {
    let scope = Scope::new(cx, subject);
    let outcome = scope.evaluate(&entry.when);
    if outcome.truth.is_no() {
        return None;
    }
    let (certainty, depends_on) = certainty(cx, &outcome.truth, &scope.inclusion(subject));
    if entry.only_certain && certainty == Certainty::Possible {
        return None;
    }
    let located = locate::locate(&scope, entry.at.as_ref(), &outcome.spots);
    let impact = match subject.place {
        Some(Place::Resource(index)) if entry.fails_on == FailsOn::Localstack => {
            impact::names(cx, &impact::dependants(cx, index))
        }
        _ => Vec::new(),
    };
    Some(Finding {
        id: entry.id.clone(),
        category: entry.category,
        severity: entry.severity,
        certainty,
        fails_on: entry.fails_on,
        logical_id: subject.name.map(str::to_owned),
        resource_type: subject.kind.to_owned(),
        property: located.property,
        feature: entry.feature.clone(),
        localstack: entry.localstack.clone(),
        aws: entry.aws.clone(),
        solution: entry.solution.clone(),
        error: entry.error.clone(),
        also: entry.also.clone(),
        adjustments: adjustments::concrete(&scope, &entry.adjust, &outcome.spots),
        evidence: entry.evidence.clone(),
        depends_on,
        impact,
        span: located.span,
        suppressed: None,
    })
}

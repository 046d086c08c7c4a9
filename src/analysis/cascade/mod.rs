//! Placeholders that reach a property which refuses them: the stack fails although each type looked harmless.
//!
//! Only the first refusal of a chain is reported; whatever waits for the refusing resource is its impact.

mod finding;
mod refused;
mod uncomputable;

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::coverage::Types;
use super::finding::Finding;
use super::impact::{self, Consumer};
use super::matcher::Scope;
use super::placeholder::Source;
use super::subject::Subject;
use crate::db::Db;
use crate::stack::{Place, Reference, Truth};
use crate::target::Support;

use refused::refused;
use uncomputable::uncomputable;

/// A property refuses the placeholder of a resource that is only pretended.
pub const REJECTED: &str = "placeholder-rejected";

/// A rejection and the resources whose placeholders caused it.
pub(super) struct Rejection {
    /// The finding.
    pub(super) finding: Finding,
    /// The index of the resource that fails; `None` for an output.
    pub(super) at: Option<usize>,
    /// The indices of the resources whose placeholder it is.
    pub(super) from: BTreeSet<usize>,
}

/// Every rejection of a placeholder in the stack.
pub(super) fn rejections(cx: &Context<'_>, types: &Types<'_>, db: &Db) -> Vec<Rejection> {
    let mut found = Vec::new();
    for consumer in consumers(cx, types) {
        match consumer {
            Consumer::Resource(index) => found.extend(of_resource(cx, types, db, index)),
            Consumer::Output(index) => found.extend(of_output(cx, types, index)),
        }
    }
    found
}

/// Who consumes any placeholder.
fn consumers(cx: &Context<'_>, types: &Types<'_>) -> BTreeSet<Consumer> {
    let mut found = BTreeSet::new();
    for (index, subject) in cx.resources.iter().enumerate().filter(|(_, it)| !it.included.is_no()) {
        found.extend(impact::direct(cx, index, |edge| {
            let logical_id = subject.name.unwrap_or_default().to_owned();
            types.placeholder(cx, &Reference { logical_id, attribute: edge.attribute.clone() }).is_some()
        }));
    }
    found
}

fn of_resource(cx: &Context<'_>, types: &Types<'_>, db: &Db, index: usize) -> Vec<Rejection> {
    let (Some(subject), Some(own)) = (cx.resources.get(index), types.of(index)) else { return Vec::new() };
    let scope = Scope::new(cx, subject);
    let mut found = Vec::new();
    found.extend(uncomputable(&scope, types, Some(index)));
    let rows = match own.support {
        Support::Supported | Support::Unknown => db.coverage(subject.kind).map(|it| it.rejects.as_slice()),
        Support::Unsupported | Support::NeedsPlan | Support::Custom => None,
    };
    // Whether the provider that refuses is there at all.
    let provided = match &own.pretended {
        Truth::Unknown(reason) => Truth::Unknown(reason.clone()),
        _ => Truth::Yes,
    };
    for row in rows.unwrap_or_default() {
        found.extend(refused(&scope, types, row, index, &provided));
    }
    found
}

fn of_output(cx: &Context<'_>, types: &Types<'_>, index: usize) -> Option<Rejection> {
    let subject = Subject::pseudo(cx.stack).find(|it| it.place == Some(Place::Output(index)))?;
    uncomputable(&Scope::new(cx, &subject), types, None)
}

/// The placeholders met while one value was filled in, and how sure each is one.
type Met = RefCell<BTreeMap<Source, Truth>>;

/// Whether `reference` yields the placeholder; how sure that is goes to `met`.
fn source(scope: &Scope<'_, '_>, types: &Types<'_>, reference: &Reference, met: &Met) -> Option<Source> {
    let (source, truth) = types.placeholder(scope.cx, reference)?;
    let deployed = scope.cx.resources.get(source.index).map_or(Truth::No, |it| scope.inclusion(it));
    met.borrow_mut().insert(source.clone(), truth.and(deployed));
    Some(source)
}

/// One placeholder that is sure to be one is enough.
fn met_truth(sources: &BTreeSet<Source>, met: &Met) -> Truth {
    let met = met.borrow();
    Truth::any(sources.iter().filter_map(|it| met.get(it).cloned()))
}

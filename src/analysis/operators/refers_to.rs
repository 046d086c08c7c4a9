//! `refers_to`: whether a value names a resource of the same stack, and what holds for that resource.

use super::super::matcher::Scope;
use super::super::subject::is_one_of;
use super::referents::{Referent, referents};
use crate::db::RefersTo;
use crate::stack::{Truth, Value};

/// Whether `value` names a resource as asked. A parameter or an import may name one.
pub(in super::super) fn refers_to(scope: &Scope<'_, '_>, value: &Value, question: &RefersTo) -> Truth {
    let referents = referents(scope, value);
    let named = Truth::any(referents.found.iter().map(|it| answers(scope, it, question)));
    match referents.open {
        Some(reason) => named.or(Truth::Unknown(reason)),
        None => named,
    }
}

fn answers(scope: &Scope<'_, '_>, referent: &Referent, question: &RefersTo) -> Truth {
    let Some(target) = scope.cx.resources.get(referent.index) else { return Truth::No };
    let same_attribute = question.attribute.is_none() || question.attribute == referent.attribute;
    if !is_one_of(&question.resources, target.kind) || !same_attribute {
        return Truth::No;
    }
    let deployed = scope.inclusion(target);
    match &question.filter {
        Some(filter) if !deployed.is_no() => deployed.and(scope.about(target).evaluate(filter).truth),
        _ => deployed,
    }
}

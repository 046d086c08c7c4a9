//! One statement: whom, which actions and which resources it covers, and when.

use super::request::Request;
use super::{condition, principal};
use crate::analysis::glob::Pattern;
use crate::analysis::matcher::Scope;
use crate::analysis::text::{Text, unknown_reason};
use crate::stack::{Data, Truth, Value};

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever grants.
    Deny,
}

/// Whether `statement` has this effect on what `request` asks about `action`.
pub(super) fn covers(
    scope: &Scope<'_, '_>,
    statement: &Value,
    effect: Effect,
    request: &Request<'_>,
    action: &str,
) -> Truth {
    scope.judge(statement, &|it| match &it.data {
        Data::Map(_) => {
            let parts: [&dyn Fn() -> Truth; 5] = [
                &|| has_effect(scope, it, effect),
                &|| concerns_principal(scope, it, effect, request),
                &|| concerns_action(scope, it, effect, action),
                &|| concerns_resource(scope, it, effect, request),
                &|| condition(scope, it, effect, request),
            ];
            parts.iter().fold(Truth::Yes, |truth, part| if truth.is_no() { truth } else { truth.and(part()) })
        }
        _ => unknown_reason(it).map_or(Truth::No, Truth::Unknown),
    })
}

fn has_effect(scope: &Scope<'_, '_>, statement: &Value, effect: Effect) -> Truth {
    let name = match effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    match statement.get("Effect") {
        Some(value) => scope.judge(value, &|it| scope.text(it).map_or(Truth::No, |it| it.equals(name))),
        None => Truth::No,
    }
}

/// Whether the statement applies to the request. Without the request's keys a conditional denial does not count; an
/// allowing statement must use the condition key that is asked for.
fn condition(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, request: &Request<'_>) -> Truth {
    let condition = statement.get("Condition");
    let uses_key = match (effect, request.condition_key, condition) {
        (Effect::Deny, ..) | (Effect::Allow, None, _) => Truth::Yes,
        (Effect::Allow, Some(_), None) => Truth::No,
        (Effect::Allow, Some(asked), Some(condition)) => condition::uses_key(scope, condition, asked),
    };
    let holds = match (condition, &request.context, effect) {
        (None, ..) => Truth::Yes,
        (Some(condition), Some(context), _) => condition::holds(scope, condition, context),
        (Some(_), None, Effect::Allow) => Truth::Yes,
        (Some(condition), None, Effect::Deny) => scope.judge(condition, &|_| Truth::Yes).not(),
    };
    uses_key.and(holds)
}

/// A statement without a principal (of an identity's policy) names nobody.
fn concerns_principal(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, request: &Request<'_>) -> Truth {
    if request.principals.is_empty() {
        return Truth::Yes;
    }
    Truth::any(request.principals.iter().map(|asked| {
        match (statement.get("Principal"), statement.get("NotPrincipal")) {
            (Some(element), _) => principal::covers(scope, element, asked, effect),
            (None, Some(element)) => principal::spares(scope, element, asked).not(),
            (None, None) => Truth::No,
        }
    }))
}

fn concerns_action(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, action: &str) -> Truth {
    let asked = Pattern::of(&Text::known(action)).lowercase();
    let read = |text: &Text| Pattern::of(text).lowercase();
    concerns(scope, statement, "Action", effect, &asked, &read).unwrap_or(Truth::No)
}

/// A statement without a resource (of a role's trust policy) is about what it is attached to.
fn concerns_resource(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, request: &Request<'_>) -> Truth {
    let Some(asked) = &request.resource else { return Truth::Yes };
    let read = |text: &Text| scope.pattern(text);
    concerns(scope, statement, "Resource", effect, asked, &read).unwrap_or(Truth::Yes)
}

/// Whether the element `name`, or its `Not` form, covers `asked`; `None` when the statement has neither. To deny
/// any part of what is asked is to deny it.
fn concerns(
    scope: &Scope<'_, '_>,
    statement: &Value,
    name: &str,
    effect: Effect,
    asked: &Pattern,
    read: &dyn Fn(&Text) -> Pattern,
) -> Option<Truth> {
    let covers = |value: &Value| any_text(scope, value, &|it| read(it).covers(asked));
    let overlaps = |value: &Value| any_text(scope, value, &|it| read(it).overlaps(asked));
    match (statement.get(name), statement.get(&format!("Not{name}")), effect) {
        (Some(element), _, Effect::Allow) => Some(covers(element)),
        (Some(element), _, Effect::Deny) => Some(overlaps(element)),
        (None, Some(element), Effect::Allow) => Some(overlaps(element).not()),
        (None, Some(element), Effect::Deny) => Some(covers(element).not()),
        (None, None, _) => None,
    }
}

/// Whether `test` holds for a text or any text of a list.
fn any_text(scope: &Scope<'_, '_>, value: &Value, test: &dyn Fn(&Text) -> Truth) -> Truth {
    scope.judge(value, &|it| match &it.data {
        Data::List(elements) => Truth::any(elements.iter().map(|it| any_text(scope, it, test))),
        _ => scope.text(it).map_or(Truth::No, |it| test(&it)),
    })
}

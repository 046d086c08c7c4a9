//! One statement: whom, which actions and which resources it covers.

use super::{principal, wildcard};
use crate::analysis::matcher::Scope;
use crate::analysis::text::{Part, Text, unknown_reason};
use crate::db::PolicyQuestion;
use crate::stack::{Data, Truth, Value};

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Grants.
    Allow,
    /// Refuses, whatever grants.
    Deny,
}

/// Whether `statement` has this effect on the principal and resource of `question` and on `action`.
pub(super) fn covers(
    scope: &Scope<'_, '_>,
    statement: &Value,
    effect: Effect,
    question: &PolicyQuestion,
    action: &str,
) -> Truth {
    scope.judge(statement, &|it| match &it.data {
        Data::Map(_) => {
            let parts: [&dyn Fn() -> Truth; 5] = [
                &|| has_effect(scope, it, effect),
                &|| condition(scope, it, effect, question),
                &|| concerns_principal(scope, it, question),
                &|| concerns_action(scope, it, effect, action),
                &|| concerns_resource(scope, it, effect, question),
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

/// A conditional denial does not count; an allowing statement must use the condition key that is asked for.
fn condition(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, question: &PolicyQuestion) -> Truth {
    match (effect, statement.get("Condition"), &question.condition_key) {
        (Effect::Deny, Some(condition), _) => scope.judge(condition, &|_| Truth::Yes).not(),
        (Effect::Deny, None, _) | (Effect::Allow, _, None) => Truth::Yes,
        (Effect::Allow, None, Some(_)) => Truth::No,
        (Effect::Allow, Some(condition), Some(asked)) => uses_key(scope, condition, asked),
    }
}

fn uses_key(scope: &Scope<'_, '_>, condition: &Value, asked: &str) -> Truth {
    let has_key = |operator: &Value| match &operator.data {
        Data::Map(fields) => Truth::from(fields.iter().any(|it| it.key.eq_ignore_ascii_case(asked))),
        _ => unknown_reason(operator).map_or(Truth::No, Truth::Unknown),
    };
    scope.judge(condition, &|it| match &it.data {
        Data::Map(operators) => Truth::any(operators.iter().map(|it| scope.judge(&it.value, &has_key))),
        _ => unknown_reason(it).map_or(Truth::No, Truth::Unknown),
    })
}

/// A statement without a principal (of an identity's policy) names nobody.
fn concerns_principal(scope: &Scope<'_, '_>, statement: &Value, question: &PolicyQuestion) -> Truth {
    let Some(asked) = &question.principal else { return Truth::Yes };
    let asked = scope.filled(asked);
    match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(element), _) => principal::names(scope, element, &asked),
        (None, Some(element)) => principal::names(scope, element, &asked).not(),
        (None, None) => Truth::No,
    }
}

fn concerns_action(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, action: &str) -> Truth {
    let asked = action.to_ascii_lowercase();
    let whole = |pattern: &str| pattern.to_ascii_lowercase();
    concerns(scope, statement, "Action", effect, &asked, &whole).unwrap_or(Truth::No)
}

/// A statement without a resource (of a role's trust policy) is about what it is attached to.
fn concerns_resource(scope: &Scope<'_, '_>, statement: &Value, effect: Effect, question: &PolicyQuestion) -> Truth {
    let Some(asked) = &question.resource else { return Truth::Yes };
    let whole = |pattern: &str| pattern.to_owned();
    concerns(scope, statement, "Resource", effect, &scope.filled(asked), &whole).unwrap_or(Truth::Yes)
}

/// Whether the element `name`, or its `Not` form, covers `asked`; `None` when the statement has neither. To deny
/// any part of what is asked is to deny it.
fn concerns(
    scope: &Scope<'_, '_>,
    statement: &Value,
    name: &str,
    effect: Effect,
    asked: &str,
    fold: &dyn Fn(&str) -> String,
) -> Option<Truth> {
    let covers = |pattern: &str| wildcard::covers(&fold(pattern), asked);
    let overlaps = |pattern: &str| wildcard::overlaps(&fold(pattern), asked);
    let matching = |element: &Value, test: &dyn Fn(&str) -> bool| any_pattern(scope, element, test, &overlaps);
    match (statement.get(name), statement.get(&format!("Not{name}")), effect) {
        (Some(element), _, Effect::Allow) => Some(matching(element, &covers)),
        (Some(element), _, Effect::Deny) => Some(matching(element, &overlaps)),
        (None, Some(element), Effect::Allow) => Some(matching(element, &overlaps).not()),
        (None, Some(element), Effect::Deny) => Some(matching(element, &covers).not()),
        (None, None, _) => None,
    }
}

/// Whether `test` holds for any pattern of a text or a list of texts; one that is known in part decides only when
/// nothing it can be overlaps.
fn any_pattern(
    scope: &Scope<'_, '_>,
    value: &Value,
    test: &dyn Fn(&str) -> bool,
    overlaps: &dyn Fn(&str) -> bool,
) -> Truth {
    scope.judge(value, &|it| match &it.data {
        Data::List(elements) => Truth::any(elements.iter().map(|it| any_pattern(scope, it, test, overlaps))),
        _ => {
            let Some(text) = scope.text(it) else { return Truth::No };
            match (text.whole(), text.reason()) {
                (Some(whole), _) => Truth::from(test(whole)),
                (None, Some(reason)) if overlaps(&widest(&text)) => Truth::Unknown(reason.clone()),
                _ => Truth::No,
            }
        }
    })
}

/// The pattern that covers whatever the text can be.
fn widest(text: &Text) -> String {
    text.parts().iter().map(|it| if let Part::Known(known) = it { known.as_str() } else { "*" }).collect()
}

//! `one_of`, `none_of`, `fits`: a value against other values of the template.

use super::super::locate;
use super::super::matcher::{Base, Scope};
use super::super::outcome::Outcome;
use super::super::path::Trail;
use super::super::text::unknown_reason;
use super::compare;
use crate::db::{Fits, Operand};
use crate::stack::{Data, Reason, Truth, Value};

/// Whether `value` is one of the values that `operands` address.
pub(in super::super) fn one_of(
    scope: &Scope<'_, '_>,
    value: &Value,
    operands: &[Operand],
    base: Option<Base<'_>>,
) -> Truth {
    let mut found = Truth::No;
    for operand in operands {
        found = found.or(any(scope, operand, base, &|other, _| match other {
            Some(other) => same(scope, value, other),
            None => operand.default.as_ref().map_or(Truth::No, |it| compare::equals(scope, value, it)),
        }));
        if found.is_yes() {
            break;
        }
    }
    found
}

/// Whether the text `value` fits the regular expression that stands in the template.
pub(in super::super) fn fits(scope: &Scope<'_, '_>, value: &Value, fits: &Fits, base: Option<Base<'_>>) -> Truth {
    let Some(text) = scope.text(value) else { return Truth::No };
    any(scope, &fits.pattern, base, &|pattern, _| {
        let Some(written) = pattern.and_then(|it| scope.text(it)) else { return Truth::No };
        let Some(expression) = written.whole() else {
            return written.reason().map_or(Truth::No, |it| Truth::Unknown(it.clone()));
        };
        let whole = if fits.whole { format!("^(?:{expression})$") } else { expression.to_owned() };
        if !scope.cx.patterns.reads(&whole) {
            return Truth::Unknown(Reason::Other(format!("the expression `{expression}`, which is not understood")));
        }
        scope.cx.patterns.matches(&whole, &text)
    })
}

/// Whether `test` holds for any value that `operand` addresses; it is given nothing where a key is missing.
pub(super) fn any(
    scope: &Scope<'_, '_>,
    operand: &Operand,
    base: Option<Base<'_>>,
    test: &dyn Fn(Option<&Value>, &Scope<'_, '_>) -> Truth,
) -> Truth {
    let found = std::cell::RefCell::new(Truth::No);
    each_root(scope, operand, base, &|root, there| {
        let leaf = |value: Option<&Value>, trail: &Trail<'_>| Outcome::at(trail, test(value, there));
        let truth = there.walk(root, &operand.path.steps, &Trail::root(there.subject.span), &leaf).truth;
        found.replace_with(|it| it.clone().or(truth));
    });
    found.into_inner()
}

/// Gives `take` every value that the operand's path starts at, with the resource it belongs to.
pub(super) fn each_root(
    scope: &Scope<'_, '_>,
    operand: &Operand,
    base: Option<Base<'_>>,
    take: &dyn Fn(&Value, &Scope<'_, '_>),
) {
    let around = match &operand.of {
        Some(kind) => scope.enclosing(kind),
        None => Some(scope),
    };
    let Some(around) = around else { return };
    let there = locate::via(around, operand.via.as_ref());
    let Some(there) = there else { return };
    match base {
        Some(base) if operand.of.is_none() && operand.via.is_none() && !operand.path.attribute => {
            take(base.value, &there);
        }
        _ => {
            if let Some(root) = there.subject.root(&operand.path) {
                take(root, &there);
            }
        }
    }
}

/// Whether two values of the template are equal.
pub(super) fn same(scope: &Scope<'_, '_>, a: &Value, b: &Value) -> Truth {
    scope.judge(a, &|a| scope.judge(b, &|b| same_data(scope, a, b)))
}

fn same_data(scope: &Scope<'_, '_>, a: &Value, b: &Value) -> Truth {
    match (&a.data, &b.data) {
        (Data::List(left), Data::List(right)) if left.len() == right.len() => {
            Truth::all(left.iter().zip(right).map(|(a, b)| same(scope, a, b)))
        }
        (Data::Map(left), Data::Map(right)) if left.len() == right.len() => {
            Truth::all(left.iter().map(|it| b.get(&it.key).map_or(Truth::No, |b| same(scope, &it.value, b))))
        }
        _ => match (scope.text(a), scope.text(b)) {
            (Some(left), Some(right)) => left.same_as(&right),
            _ => [a, b].into_iter().filter(|it| is_open(it)).find_map(unknown_reason).map_or(Truth::No, Truth::Unknown),
        },
    }
}

/// Whether a value may turn out to be a list or a mapping.
fn is_open(value: &Value) -> bool {
    matches!(value.data, Data::Unknown(_) | Data::Call(_) | Data::Reference(_))
}

//! `eq`, `ne`, `in`, `lt`, `le`, `gt`, `ge`: equality with literals and numeric comparison.
//!
//! CloudFormation converts between scalars, so `true` equals `"true"` and `60` equals `"60"`.

use super::super::matcher::Scope;
use super::super::text::Text;
use crate::db::{Comparison, Literal};
use crate::stack::{Data, Truth, Value};

/// Whether an absent value's `default` is one of `literals`; no without a default.
pub(in super::super) fn default_is(scope: &Scope<'_, '_>, default: Option<&Literal>, literals: &[&Literal]) -> Truth {
    Truth::from(default.is_some_and(|it| literals.iter().any(|literal| same(scope, it, literal))))
}

/// Whether `value` is `literal`.
pub(in super::super) fn equals(scope: &Scope<'_, '_>, value: &Value, literal: &Literal) -> Truth {
    match (&value.data, literal) {
        (Data::Unknown(reason), _) => Truth::Unknown(reason.clone()),
        (Data::List(elements), Literal::List(literals)) => list(scope, elements, literals),
        (Data::Map(_), Literal::Map(entries)) => map(scope, value, entries),
        (_, Literal::Bool(asked)) => scalar(scope, value, &|it| text_is_bool(it, *asked)),
        (_, Literal::Number(asked)) => scalar(scope, value, &|it| text_is_number(it, |it| it == *asked)),
        (_, Literal::String(asked)) => scalar(scope, value, &|it| it.equals(&scope.filled(asked))),
        _ => Truth::No,
    }
}

/// Whether `value` is a number for which the comparison with `bound` holds.
pub(in super::super) fn number(scope: &Scope<'_, '_>, value: &Value, how: Comparison, bound: f64) -> Truth {
    scalar(scope, value, &|it| text_is_number(it, |it| holds(how, it, bound)))
}

/// Whether `left how right`.
pub(in super::super) fn holds(how: Comparison, left: f64, right: f64) -> bool {
    match how {
        Comparison::Lt => left < right,
        Comparison::Le => left <= right,
        Comparison::Gt => left > right,
        Comparison::Ge => left >= right,
        Comparison::Eq => left == right,
    }
}

fn scalar(scope: &Scope<'_, '_>, value: &Value, test: &dyn Fn(&Text) -> Truth) -> Truth {
    scope.text(value).map_or(Truth::No, |it| test(&it))
}

fn text_is_bool(text: &Text, asked: bool) -> Truth {
    match text.whole() {
        Some(whole) => Truth::from(whole.eq_ignore_ascii_case(if asked { "true" } else { "false" })),
        None => text.equals(if asked { "true" } else { "false" }),
    }
}

fn text_is_number(text: &Text, test: impl Fn(f64) -> bool) -> Truth {
    match (text.whole(), text.reason()) {
        (Some(whole), _) => Truth::from(whole.trim().parse().is_ok_and(test)),
        (None, Some(reason)) if text.may_be_number() => Truth::Unknown(reason.clone()),
        _ => Truth::No,
    }
}

fn list(scope: &Scope<'_, '_>, elements: &[Value], literals: &[Literal]) -> Truth {
    if elements.len() != literals.len() {
        return Truth::No;
    }
    let pairs = elements.iter().zip(literals);
    Truth::all(pairs.map(|(it, literal)| scope.judge(it, &|it| equals(scope, it, literal))))
}

fn map(scope: &Scope<'_, '_>, value: &Value, entries: &[(String, Literal)]) -> Truth {
    if value.fields().iter().filter(|it| it.value.data != Data::Absent).count() != entries.len() {
        return Truth::No;
    }
    Truth::all(entries.iter().map(|(key, literal)| match value.get(key) {
        Some(it) => scope.judge(it, &|it| equals(scope, it, literal)),
        None => Truth::No,
    }))
}

fn same(scope: &Scope<'_, '_>, a: &Literal, b: &Literal) -> bool {
    match (a, b) {
        (Literal::String(a), Literal::String(b)) => scope.filled(a) == scope.filled(b),
        (Literal::String(text), Literal::Bool(it)) | (Literal::Bool(it), Literal::String(text)) => {
            *text == it.to_string()
        }
        (Literal::String(text), Literal::Number(it)) | (Literal::Number(it), Literal::String(text)) => {
            text.parse().is_ok_and(|text: f64| text == *it)
        }
        _ => a == b,
    }
}

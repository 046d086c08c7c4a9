//! `matches`, `starts_with`, `ends_with`, `contains`: tests of texts, decided by their known parts where possible.

use super::super::matcher::Scope;
use super::super::text::Text;
use super::compare;
use crate::db::Literal;
use crate::stack::{Data, Truth, Value};

/// Whether the regular expression matches somewhere in the text.
pub(in super::super) fn matches(scope: &Scope<'_, '_>, value: &Value, pattern: &str) -> Truth {
    on_text(scope, value, |it| scope.cx.patterns.matches(&scope.filled(pattern), it))
}

/// Whether the text starts with `prefix`.
pub(in super::super) fn starts_with(scope: &Scope<'_, '_>, value: &Value, prefix: &str) -> Truth {
    on_text(scope, value, |it| it.starts_with(&scope.filled(prefix)))
}

/// Whether the text ends with `suffix`.
pub(in super::super) fn ends_with(scope: &Scope<'_, '_>, value: &Value, suffix: &str) -> Truth {
    on_text(scope, value, |it| it.ends_with(&scope.filled(suffix)))
}

/// Whether the list has `literal` as an element, or the text contains it.
pub(in super::super) fn contains(scope: &Scope<'_, '_>, value: &Value, literal: &Literal) -> Truth {
    match (&value.data, literal) {
        (Data::List(elements), _) => {
            Truth::any(elements.iter().map(|it| scope.judge(it, &|it| compare::equals(scope, it, literal))))
        }
        (Data::Unknown(reason), _) => Truth::Unknown(reason.clone()),
        (_, Literal::String(infix)) => on_text(scope, value, |it| it.contains(&scope.filled(infix))),
        _ => Truth::No,
    }
}

/// Whether the text, a pattern with `*` and `?`, covers `asked`.
pub(in super::super) fn covers(scope: &Scope<'_, '_>, value: &Value, asked: &str) -> Truth {
    let asked = scope.pattern(&scope.known_text(asked));
    on_text(scope, value, |it| scope.pattern(it).covers(&asked))
}

fn on_text(scope: &Scope<'_, '_>, value: &Value, test: impl Fn(&Text) -> Truth) -> Truth {
    scope.text(value).map_or(Truth::No, |it| test(&it))
}

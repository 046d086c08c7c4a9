//! `intrinsic` and `uses_text`: what occurs anywhere in the subject, as it is written.

use super::super::matcher::Scope;
use super::super::outcome::{Outcome, Spot};
use super::super::path::field_span;
use crate::source::Span;
use crate::stack::{Data, Field, Piece, Reason, Truth, Value};

/// Whether the subject uses the intrinsic function.
pub(in super::super) fn intrinsic(scope: &Scope<'_, '_>, function: &str) -> Outcome {
    let Some(place) = &scope.subject.place else { return Outcome::plain(false) };
    let used = scope.cx.intrinsics_at(place).into_iter().find(|it| it.function == function);
    match used {
        Some(it) => Outcome { truth: Truth::Yes, spots: vec![spot(it.span)] },
        None => Outcome::plain(false),
    }
}

/// Whether some text of the subject contains `needle`. A value that is not known holds no text of the template.
pub(in super::super) fn text(scope: &Scope<'_, '_>, needle: &str) -> Outcome {
    let roots = [Some(scope.subject.properties), scope.subject.attributes];
    Outcome::any(roots.into_iter().flatten().map(|it| search(scope, it, it.span, needle)))
}

fn search(scope: &Scope<'_, '_>, value: &Value, span: Span, needle: &str) -> Outcome {
    let file = scope.cx.stack.file.text();
    let field = |it: &Field| search(scope, &it.value, field_span(it, file), needle);
    match &value.data {
        Data::List(elements) => Outcome::any(elements.iter().map(|it| search(scope, it, it.span, needle))),
        Data::Map(fields) => Outcome::any(fields.iter().map(field)),
        Data::Call(call) => Outcome::any(call.operands.iter().map(|it| search(scope, it, span, needle))),
        Data::OneOf(alternatives) => {
            let live = scope.live(alternatives);
            let judged = live.map(|it| (it.condition.as_str(), search(scope, &it.value, it.value.span, needle)));
            Outcome::alternatives(judged.collect())
        }
        _ if written(value, needle) => Outcome { truth: Truth::Yes, spots: vec![spot(span)] },
        _ => Outcome::plain(false),
    }
}

fn written(value: &Value, needle: &str) -> bool {
    match &value.data {
        Data::String(text) | Data::Unknown(Reason::Dynamic(text)) => text.contains(needle),
        Data::Text(pieces) => pieces.iter().any(|it| match it {
            Piece::Text(text) | Piece::Unknown(Reason::Dynamic(text)) => text.contains(needle),
            Piece::Call(call) => call.operands.iter().any(|it| written(it, needle)),
            Piece::Reference(_) | Piece::Unknown(_) => false,
        }),
        _ => false,
    }
}

fn spot(span: Span) -> Spot {
    Spot { span, path: Vec::new(), present: true }
}

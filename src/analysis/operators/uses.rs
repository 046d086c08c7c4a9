//! `intrinsic` and `uses_text`: what occurs anywhere in the subject, as it is written.

use super::super::matcher::Scope;
use super::super::outcome::{Outcome, Spot};
use super::super::path::field_span;
use super::super::subject::TEMPLATE;
use crate::source::Span;
use crate::stack::{Data, Field, Piece, Reason, Truth, Value};

/// Whether the subject uses the intrinsic function; inside a `where`, whether `within` does.
pub(in super::super) fn intrinsic(scope: &Scope<'_, '_>, function: &str, within: Option<&Value>) -> Outcome {
    if let Some(span) = within.and_then(|it| loop_key(it, function)) {
        return found(span);
    }
    let Some(place) = &scope.subject.place else { return Outcome::plain(false) };
    let is_within = |it: Span| within.is_none_or(|outer| outer.span.start <= it.start && it.end <= outer.span.end);
    let mut used = scope.cx.intrinsics_at(place).into_iter().filter(|it| it.function == function && is_within(it.span));
    let Some(first) = used.next() else { return Outcome::plain(false) };
    let certain = std::iter::once(first).chain(used).find(|it| it.certain);
    match certain {
        Some(certain) => found(certain.span),
        None => {
            let reason = Reason::Other("the conditions around it".into());
            Outcome { truth: Truth::Unknown(reason), ..found(first.span) }
        }
    }
}

/// Whether some text of the subject contains `needle`. A value that is not known holds no text of the template.
pub(in super::super) fn text(scope: &Scope<'_, '_>, needle: &str) -> Outcome {
    if scope.subject.kind == TEMPLATE {
        return source_text(scope.cx.stack.file.text(), needle).map_or(Outcome::plain(false), found);
    }
    let roots = [Some(scope.subject.properties), scope.subject.attributes];
    Outcome::any(roots.into_iter().flatten().map(|it| search(scope, it, it.span, needle)))
}

/// Where the template holds `needle` as it is written, comments of YAML left out.
fn source_text(text: &str, needle: &str) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let comment = if line.trim_start().starts_with('#') { Some(0) } else { line.find(" #") };
        match line.find(needle) {
            Some(at) if comment.is_none_or(|it| at < it) => {
                return Some(Span { start: start + at, end: start + at + needle.len() });
            }
            _ => start += line.len(),
        }
    }
    None
}

/// A loop is a key of its own, such as `Fn::ForEach::Names`.
fn loop_key(value: &Value, function: &str) -> Option<Span> {
    let is_loop = |it: &&Field| it.key.strip_prefix(function).is_some_and(|rest| rest.starts_with("::"));
    value.fields().iter().find(is_loop).map(|it| it.key_span)
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
        _ if written(value, needle) => found(span),
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

fn found(span: Span) -> Outcome {
    Outcome { truth: Truth::Yes, spots: vec![Spot { span, path: Vec::new(), present: true }] }
}

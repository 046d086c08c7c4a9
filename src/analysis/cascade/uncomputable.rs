//! Values that the engine cannot compute once the placeholder is in them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::finding::{Failure, rejection};
use super::{Met, Rejection, met_truth, source};
use crate::analysis::coverage::Types;
use crate::analysis::matcher::Scope;
use crate::analysis::outcome::{Outcome, Segment, Spot};
use crate::analysis::path::field_span;
use crate::analysis::placeholder::{Filled, Shape, Source, fill};
use crate::source::Span;
use crate::stack::{Data, Value};

/// Dynamic references that look for the placeholder, and what the engine answers.
const LOOKUPS: [(&str, &str); 2] = [
    (
        r"\{\{resolve:ssm(-secure)?:[^${}]*unknown[^${}]*\}\}",
        "ParameterNotFound when calling GetParameter: Parameter unknown not found.",
    ),
    (
        r"\{\{resolve:secretsmanager:[^${}]*unknown[^${}]*\}\}",
        "ResourceNotFoundException when calling GetSecretValue: Secrets Manager can't find the specified secret.",
    ),
];

/// An intrinsic or dynamic reference anywhere in the subject that the engine cannot compute from the placeholder.
pub(super) fn uncomputable(scope: &Scope<'_, '_>, types: &Types<'_>, index: Option<usize>) -> Option<Rejection> {
    let failed: RefCell<Option<(&'static str, BTreeSet<Source>)>> = RefCell::default();
    let ask = |scope: &Scope<'_, '_>| {
        let search = Search { scope, types, failed: &failed };
        search.value(scope.subject.properties, &mut Vec::new(), scope.subject.properties.span)
    };
    let outcome = scope.settle(&ask);
    let (error, sources) = failed.into_inner()?;
    if outcome.truth.is_no() {
        return None;
    }
    let spot = outcome.spots.into_iter().next()?;
    Some(rejection(scope, types, Failure { spot, truth: outcome.truth, sources, error: Some(error) }, index))
}

/// Looks for values that fail.
struct Search<'s, 'c, 'a, 't> {
    scope: &'s Scope<'c, 'a>,
    types: &'s Types<'t>,
    failed: &'s RefCell<Option<(&'static str, BTreeSet<Source>)>>,
}

impl Search<'_, '_, '_, '_> {
    fn value(&self, value: &Value, way: &mut Vec<Segment>, span: Span) -> Outcome {
        match &value.data {
            Data::List(elements) => Outcome::any(elements.iter().enumerate().map(|(at, it)| {
                way.push(Segment::Index(at));
                let outcome = self.value(it, way, it.span);
                way.pop();
                outcome
            })),
            Data::Map(fields) => Outcome::any(fields.iter().map(|it| {
                way.push(Segment::Key(it.key.clone()));
                let outcome = self.value(&it.value, way, field_span(it, self.scope.cx.stack.file.text()));
                way.pop();
                outcome
            })),
            Data::OneOf(alternatives) => {
                let live = self.scope.live(alternatives);
                let judged = live.map(|it| (it.condition.as_str(), self.value(&it.value, way, it.value.span)));
                Outcome::alternatives(judged.collect())
            }
            Data::Call(_) | Data::Text(_) | Data::Reference(_) => self.computed(value, way, span),
            _ => Outcome::plain(false),
        }
    }

    fn computed(&self, value: &Value, way: &[Segment], span: Span) -> Outcome {
        let met = Met::default();
        let filled = fill(self.scope, value, &|it| source(self.scope, self.types, it, &met));
        let Some(error) = self.failure(&filled) else { return Outcome::plain(false) };
        let truth = met_truth(&filled.sources, &met);
        *self.failed.borrow_mut() = Some((error, filled.sources));
        Outcome { truth, spots: vec![Spot { span, path: way.to_vec(), present: true }] }
    }
    /// Why the engine cannot make this of it.
    fn failure(&self, filled: &Filled) -> Option<&'static str> {
        match &filled.shape {
            Shape::Failed(error) => Some(error),
            Shape::Text(text) if !filled.sources.is_empty() => {
                let matches = |pattern: &str| self.scope.cx.patterns.matches(pattern, text).is_yes();
                LOOKUPS.iter().find(|(pattern, _)| matches(pattern)).map(|(_, error)| *error)
            }
            _ => None,
        }
    }
}

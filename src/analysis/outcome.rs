//! The answer of a predicate together with the places that made it so.

use super::path::Trail;
use crate::source::Span;
use crate::stack::{Reason, Truth};

/// One step of a concrete path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// A key of a mapping.
    Key(String),
    /// An element of a list.
    Index(usize),
}

/// A place a predicate looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// Where.
    pub(super) span: Span,
    /// The keys and list indices that lead there from the subject's properties.
    pub(super) path: Vec<Segment>,
    /// Whether a value stands there; otherwise the span is that of the closest surrounding one.
    pub(super) present: bool,
}

impl Spot {
    /// Its path as reports print it: keys joined by dots, list indices left out; `None` for the subject itself.
    pub(super) fn property(&self) -> Option<String> {
        let keys = self.path.iter().filter_map(|it| match it {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        });
        let keys: Vec<&str> = keys.collect();
        (!keys.is_empty()).then(|| keys.join("."))
    }

    /// Spots on values come before missing ones, deeper ones before shallow ones.
    fn rank(&self) -> usize {
        if self.present { self.path.len() + 1 } else { 0 }
    }
}

/// The answer of a predicate, and the places that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The answer.
    pub(super) truth: Truth,
    /// The places, all of one test; empty when no value was looked at.
    pub(super) spots: Vec<Spot>,
}

impl Outcome {
    /// An answer that no place of the subject decided.
    pub(super) fn plain(truth: impl Into<Truth>) -> Self {
        Self { truth: truth.into(), spots: Vec::new() }
    }

    /// An answer decided at the end of `trail`.
    pub(super) fn at(trail: &Trail<'_>, truth: impl Into<Truth>) -> Self {
        Self { truth: truth.into(), spots: vec![trail.spot()] }
    }

    /// The opposite answer.
    pub(super) fn not(self) -> Self {
        Self { truth: self.truth.not(), ..self }
    }

    /// Whether all of `parts` hold; the first that does not ends the search.
    pub(super) fn all(parts: impl Iterator<Item = Outcome>) -> Self {
        let mut seen = Vec::new();
        for part in parts {
            if part.truth.is_no() {
                return part;
            }
            seen.push(part);
        }
        let truth = Truth::all(seen.iter().map(|it| it.truth.clone()));
        Self { truth, spots: best(seen.into_iter()) }
    }

    /// Whether any of `parts` holds.
    pub(super) fn any(parts: impl Iterator<Item = Outcome>) -> Self {
        let (truth, deciding) = Self::deciding(parts);
        Self { truth, spots: best(deciding.into_iter()) }
    }

    /// Whether any of the values one test addresses satisfies it; all that decide are kept as spots.
    pub(super) fn any_value(parts: impl Iterator<Item = Outcome>) -> Self {
        let (truth, deciding) = Self::deciding(parts);
        Self { truth, spots: deciding.into_iter().flat_map(|it| it.spots).collect() }
    }

    fn deciding(parts: impl Iterator<Item = Outcome>) -> (Truth, Vec<Outcome>) {
        let mut parts: Vec<Outcome> = parts.collect();
        let truth = Truth::any(parts.iter().map(|it| it.truth.clone()));
        parts.retain(|it| std::mem::discriminant(&it.truth) == std::mem::discriminant(&truth));
        (truth, parts)
    }

    /// One outcome for the alternatives of conditions, each given with its condition's name.
    pub(super) fn alternatives(parts: Vec<(&str, Outcome)>) -> Self {
        let truth = alternatives(parts.iter().map(|(condition, it)| (*condition, &it.truth)));
        let deciding = |it: &Outcome| truth.is_no() || !it.truth.is_no();
        let spots = parts.into_iter().map(|(_, it)| it).filter(deciding).flat_map(|it| it.spots).collect();
        Self { truth, spots }
    }
}

/// One answer for the alternatives of conditions: theirs when they agree, else what decides between them.
pub(super) fn alternatives<'t>(parts: impl Iterator<Item = (&'t str, &'t Truth)>) -> Truth {
    let (mut yes, mut no, mut open, mut condition) = (false, false, None, None);
    for (name, truth) in parts {
        condition = condition.or(Some(name));
        match truth {
            Truth::Yes => yes = true,
            Truth::No => no = true,
            Truth::Unknown(reason) => open = open.or(Some(reason.clone())),
        }
    }
    match (yes, no, open, condition) {
        (true, false, None, _) => Truth::Yes,
        (true, true, _, Some(name)) => Truth::Unknown(Reason::Condition(name.to_owned())),
        (_, _, Some(reason), _) => Truth::Unknown(reason),
        _ => Truth::No,
    }
}

/// The spots of the test that looked deepest; of equals the first, but of places without a path the narrowest.
fn best(parts: impl Iterator<Item = Outcome>) -> Vec<Spot> {
    let width = |it: &Spot| if it.path.is_empty() { it.span.end.saturating_sub(it.span.start) } else { 0 };
    let rank = |spots: &Vec<Spot>| {
        let deepest = spots.iter().map(|it| (it.rank(), std::cmp::Reverse(width(it))));
        deepest.max().unwrap_or_default()
    };
    let looked = parts.map(|it| it.spots).filter(|it| !it.is_empty());
    looked.reduce(|a, b| if rank(&b) > rank(&a) { b } else { a }).unwrap_or_default()
}

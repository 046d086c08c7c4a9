//! `repeated`: whether two of the values that one path addresses are equal.

use std::collections::HashMap;

use super::super::matcher::{Base, Scope};
use super::super::outcome::{Outcome, Spot};
use super::super::path::{Addressed, Trail};
use crate::db::Path;
use crate::stack::{Reason, Truth};

/// Points at the later one of the first two equal values. A value that is not known may equal any other one.
pub(in super::super) fn repeated(scope: &Scope<'_, '_>, path: &Path, base: Option<Base<'_>>) -> Outcome {
    let trail = Trail::root(scope.subject.span);
    let (root, trail) = match (base, scope.subject.root(path)) {
        (Some(base), _) if !path.attribute => (base.value, *base.trail),
        (_, Some(root)) => (root, trail),
        (_, None) => return Outcome::at(&trail, Truth::No),
    };
    let mut seen = Seen::default();
    scope.visit(root, &path.steps, &trail, None, &mut |value, trail, under| seen.take(scope, &value, trail, under));
    seen.outcome(&trail)
}

#[derive(Default)]
struct Seen {
    /// What each value is told apart by, and under what condition it stands.
    by_key: HashMap<String, Option<Reason>>,
    values: usize,
    sure: Option<Spot>,
    possible: Option<(Reason, Spot)>,
    open: Option<(Reason, Spot)>,
}

impl Seen {
    fn take(&mut self, scope: &Scope<'_, '_>, value: &Addressed<'_>, trail: &Trail<'_>, under: Option<&Reason>) {
        let text = match value {
            Addressed::Missing => return,
            Addressed::Open(reason) => {
                self.values += 2;
                self.open.get_or_insert((reason.clone(), trail.spot()));
                return;
            }
            Addressed::Value(value) => scope.text(value),
        };
        let Some(text) = text else { return };
        self.values += 1;
        if let Some(reason) = text.reason() {
            self.open.get_or_insert((reason.clone(), trail.spot()));
        }
        let Some(key) = text.key() else { return };
        match self.by_key.get(&key) {
            None => {
                self.by_key.insert(key, under.cloned());
            }
            Some(first) => match under.or(first.as_ref()) {
                Some(reason) => _ = self.possible.get_or_insert((reason.clone(), trail.spot())),
                None => _ = self.sure.get_or_insert(trail.spot()),
            },
        }
    }

    fn outcome(self, trail: &Trail<'_>) -> Outcome {
        let open = self.possible.or(self.open.filter(|_| self.values > 1));
        match (self.sure, open) {
            (Some(spot), _) => Outcome { truth: Truth::Yes, spots: vec![spot] },
            (None, Some((reason, spot))) => Outcome { truth: Truth::Unknown(reason), spots: vec![spot] },
            (None, None) => Outcome::at(trail, Truth::No),
        }
    }
}

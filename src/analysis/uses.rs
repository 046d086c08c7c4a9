//! Who uses the values of whom, by name: what a picture of a stack is drawn from.

use std::collections::BTreeSet;

use super::context::Context;
use super::finding::Use;
use super::impact;
use crate::stack::EdgeKind;

/// What each deployed resource gives to others and who waits for it, each pair once, in source order. References in
/// literal ARNs are left out: they are guesses.
pub(super) fn uses(cx: &Context<'_>) -> Vec<Use> {
    let mut seen = BTreeSet::new();
    let mut uses = Vec::new();
    for (index, subject) in cx.resources.iter().enumerate().filter(|(_, it)| !it.included.is_no()) {
        let Some(of) = subject.name else { continue };
        for edge in cx.edges_to(index).iter().filter(|it| it.kind != EdgeKind::Literal) {
            let by = impact::names(cx, &impact::consumer(cx, edge).into_iter().collect());
            let is_value = edge.kind == EdgeKind::Value;
            uses.extend(
                by.into_iter().filter(|by| by != of && seen.insert((index, by.clone(), is_value))).map(|by| Use {
                    of: of.to_owned(),
                    by,
                    is_value,
                }),
            );
        }
    }
    uses
}

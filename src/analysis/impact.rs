//! Who consumes what a resource gives: for every finding, what else it touches.

use std::collections::BTreeSet;

use super::context::Context;
use crate::stack::{Edge, EdgeKind, Place};

/// A consumer, ordered as reports list them: resources in source order, then outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Consumer {
    /// A resource, by index.
    Resource(usize),
    /// An output, by index.
    Output(usize),
}

/// What uses the Ref or an attribute of the resource `index` for which `uses` says so.
pub(super) fn direct<'a>(cx: &Context<'a>, index: usize, uses: impl Fn(&Edge) -> bool) -> BTreeSet<Consumer> {
    let edges = cx.value_edges_to(index).filter(|it| uses(it));
    edges.filter_map(|it| consumer(cx, it)).filter(|it| *it != Consumer::Resource(index)).collect()
}

/// What is never created, or never shown, when the resource `index` is not created.
pub(super) fn dependants(cx: &Context<'_>, index: usize) -> BTreeSet<Consumer> {
    let mut seen = BTreeSet::new();
    let mut queue = vec![index];
    while let Some(next) = queue.pop() {
        let edges = cx.edges_to(next).iter().filter(|it| it.kind != EdgeKind::Literal);
        for consumer in edges.filter_map(|it| consumer(cx, it)).filter(|it| *it != Consumer::Resource(index)) {
            if seen.insert(consumer)
                && let Consumer::Resource(further) = consumer
            {
                queue.push(further);
            }
        }
    }
    seen
}

/// The names of `consumers`: logical ids, and `Outputs.NAME`.
pub(super) fn names(cx: &Context<'_>, consumers: &BTreeSet<Consumer>) -> Vec<String> {
    let name = |it: &Consumer| match it {
        Consumer::Resource(index) => cx.stack.resources.get(*index).map(|it| it.logical_id.clone()),
        Consumer::Output(index) => cx.stack.outputs.get(*index).map(|it| format!("Outputs.{}", it.name)),
    };
    consumers.iter().filter_map(name).collect()
}

/// Who refers by `edge`, unless excluded.
pub(super) fn consumer(cx: &Context<'_>, edge: &Edge) -> Option<Consumer> {
    match edge.from {
        Place::Resource(index) => {
            cx.resources.get(index).filter(|it| !it.included.is_no()).map(|_| Consumer::Resource(index))
        }
        Place::Output(index) => {
            cx.stack.outputs.get(index).filter(|it| !it.included.is_no()).map(|_| Consumer::Output(index))
        }
        Place::Condition(_) | Place::Template => None,
    }
}

//! `order`: which of two resources is written or created before the other.

use std::rc::Rc;

use super::super::context::Context;
use super::super::matcher::Scope;
use crate::db::Order;
use crate::stack::{EdgeKind, Place, Reason, Truth};

/// What one resource waits for, directly or through others.
#[derive(Default)]
pub(in super::super) struct Waits {
    /// Whatever the conditions turn out to be.
    sure: Vec<bool>,
    /// At least for some of them.
    possible: Vec<bool>,
}

/// Whether `other` stands to `own` in the order asked for.
pub(super) fn stands(scope: &Scope<'_, '_>, own: usize, other: usize, asked: Order) -> Truth {
    let cx = scope.cx;
    match asked {
        Order::WrittenBefore => match (cx.subject(own), cx.subject(other)) {
            (Some(own), Some(other)) => Truth::from(other.span < own.span),
            _ => Truth::No,
        },
        Order::CreatedBefore => waits(cx, own, other),
        Order::CreatedAfter => waits(cx, other, own),
        Order::Unordered => waits(cx, own, other).or(waits(cx, other, own)).not(),
    }
}

/// Whether `from` is created after `to`. Every resource's list is made once.
fn waits(cx: &Context<'_>, from: usize, to: usize) -> Truth {
    let known = cx.waits.borrow().get(&from).cloned();
    let waits = known.unwrap_or_else(|| {
        let waits = Rc::new(Waits { sure: reach(cx, from, true), possible: reach(cx, from, false) });
        cx.waits.borrow_mut().insert(from, Rc::clone(&waits));
        waits
    });
    let holds = |all: &[bool]| all.get(to).copied().unwrap_or_default();
    match (holds(&waits.sure), holds(&waits.possible)) {
        (true, _) => Truth::Yes,
        (false, true) => Truth::Unknown(Reason::Other("the conditions around a reference".into())),
        (false, false) => Truth::No,
    }
}

fn reach(cx: &Context<'_>, from: usize, surely: bool) -> Vec<bool> {
    let mut reached = vec![false; cx.resources.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for edge in cx.edges_from(&Place::Resource(at)) {
            let is_sure = edge.certain || edge.kind == EdgeKind::DependsOn;
            if edge.kind == EdgeKind::Literal || (surely && !is_sure) {
                continue;
            }
            let there = cx.resources.get(edge.to).map(|it| &it.included);
            // What is not deployed is not waited for, nor is anything through it.
            let Some(there) = there.filter(|it| !it.is_no()) else { continue };
            if let Some(seen) = reached.get_mut(edge.to).filter(|it| !**it) {
                *seen = true;
                if !surely || there.is_yes() {
                    open.push(edge.to);
                }
            }
        }
    }
    reached
}

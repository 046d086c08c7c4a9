//! Circular dependencies between resources, which CloudFormation refuses.

use super::{Edge, EdgeKind, Place, Problem, Resource, Truth};
use crate::source::Span;

/// How many resources of a circle are named.
const MAX_NAMES: usize = 8;

/// One problem for each group of resources that depend on each other whatever the conditions are.
///
/// LocalStack orders resources by references alone: a circle that needs a `DependsOn` only fails on AWS.
pub(super) fn problems(resources: &[Resource], edges: &[Edge]) -> Vec<Problem> {
    let mut known = vec![false; resources.len()];
    let by_value = cycles(resources, edges, &mut known, |it| it == EdgeKind::Value);
    let by_any = cycles(resources, edges, &mut known, |it| it != EdgeKind::Literal);
    let everywhere = by_value.iter().filter_map(|it| problem(resources, it, Problem::new));
    everywhere.chain(by_any.iter().filter_map(|it| problem(resources, it, Problem::aws_only))).collect()
}

/// A circle of edges of the kinds that count for each group that has no `known` member; their members become known.
fn cycles(
    resources: &[Resource],
    edges: &[Edge],
    known: &mut [bool],
    counts: impl Fn(EdgeKind) -> bool,
) -> Vec<Vec<usize>> {
    // A SAM resource becomes several, so that what looks like a circle need not be one.
    let deployed = |at: usize| {
        resources.get(at).is_some_and(|it| it.included == Truth::Yes && !it.kind.starts_with("AWS::Serverless::"))
    };
    let mut next = vec![Vec::new(); resources.len()];
    for edge in edges.iter().filter(|it| it.certain && counts(it.kind)) {
        if let Place::Resource(from) = edge.from
            && deployed(from)
            && deployed(edge.to)
            && let Some(targets) = next.get_mut(from)
        {
            targets.push(edge.to);
        }
    }
    Search { next: &next, state: vec![State::New; next.len()], known }.cycles()
}

fn problem(resources: &[Resource], cycle: &[usize], new: fn(Span, String) -> Problem) -> Option<Problem> {
    let first = resources.get(*cycle.first()?)?;
    let named = cycle.iter().take(MAX_NAMES).filter_map(|it| resources.get(*it));
    let names = named.map(|it| format!("`{}`", it.logical_id)).collect::<Vec<_>>().join(" -> ");
    let more = match cycle.len().saturating_sub(MAX_NAMES) {
        0 => String::new(),
        more => format!(" -> {more} more"),
    };
    let message = match cycle.len() {
        1 => format!("resource {names} depends on itself; remove the reference"),
        _ => format!("resources depend on each other in a circle: {names}{more}; remove one of the references"),
    };
    Some(new(first.id_span, message))
}

/// Depth-first search without recursion.
struct Search<'a> {
    next: &'a [Vec<usize>],
    state: Vec<State>,
    known: &'a mut [bool],
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Closed,
}

impl Search<'_> {
    /// The cycles that close while walking from each node once, those without a known member: one at least for every
    /// circular group that has none.
    fn cycles(mut self) -> Vec<Vec<usize>> {
        let mut cycles = Vec::new();
        for start in 0..self.next.len() {
            if self.state.get(start) == Some(&State::New) {
                self.walk(start, &mut cycles);
            }
        }
        cycles
    }

    fn walk(&mut self, start: usize, cycles: &mut Vec<Vec<usize>>) {
        let mut trail = vec![(start, 0)];
        self.mark(start, State::Open);
        while let Some((node, position)) = trail.last_mut() {
            let target = self.next.get(*node).and_then(|it| it.get(*position)).copied();
            *position += 1;
            match target {
                None => {
                    let node = *node;
                    self.mark(node, State::Closed);
                    trail.pop();
                }
                Some(target) => match self.state.get(target) {
                    Some(State::New) => {
                        self.mark(target, State::Open);
                        trail.push((target, 0));
                    }
                    Some(State::Open) => {
                        let cycle: Vec<usize> =
                            trail.iter().map(|(node, _)| *node).skip_while(|it| *it != target).collect();
                        if !cycle.iter().any(|it| self.known.get(*it) == Some(&true)) {
                            cycle.iter().for_each(|it| self.know(*it));
                            cycles.push(cycle);
                        }
                    }
                    Some(State::Closed) | None => {}
                },
            }
        }
    }

    fn know(&mut self, node: usize) {
        if let Some(slot) = self.known.get_mut(node) {
            *slot = true;
        }
    }

    fn mark(&mut self, node: usize, state: State) {
        if let Some(slot) = self.state.get_mut(node) {
            *slot = state;
        }
    }
}

//! Circular dependencies between resources, which CloudFormation refuses.

use super::{Edge, EdgeKind, Place, Problem, Resource, Truth};

/// One problem for each group of resources that depend on each other whatever the conditions are.
pub(super) fn problems(resources: &[Resource], edges: &[Edge]) -> Vec<Problem> {
    // A SAM resource becomes several, so that what looks like a circle need not be one.
    let deployed = |at: usize| {
        resources.get(at).is_some_and(|it| it.included == Truth::Yes && !it.kind.starts_with("AWS::Serverless::"))
    };
    let mut next = vec![Vec::new(); resources.len()];
    for edge in edges.iter().filter(|it| it.certain && it.kind != EdgeKind::Literal) {
        if let Place::Resource(from) = edge.from
            && deployed(from)
            && deployed(edge.to)
            && let Some(targets) = next.get_mut(from)
        {
            targets.push(edge.to);
        }
    }
    Search::new(&next).cycles().iter().filter_map(|it| problem(resources, edges, it)).collect()
}

fn problem(resources: &[Resource], edges: &[Edge], cycle: &[usize]) -> Option<Problem> {
    let ids: Vec<&str> = cycle.iter().filter_map(|it| resources.get(*it)).map(|it| it.logical_id.as_str()).collect();
    let first = resources.get(*cycle.first()?)?;
    let message = match ids.as_slice() {
        [only] => format!("resource `{only}` depends on itself; remove the reference"),
        _ => format!(
            "resources depend on each other in a circle: `{}`; remove one of the references",
            ids.join("` -> `")
        ),
    };
    // LocalStack orders resources by references alone where `DependsOn` makes the circle.
    let by_value = |from: usize, to: usize| {
        edges.iter().any(|it| it.kind == EdgeKind::Value && it.from == Place::Resource(from) && it.to == to)
    };
    let steps = cycle.iter().zip(cycle.iter().cycle().skip(1));
    let is_by_value = steps.into_iter().all(|(from, to)| by_value(*from, *to));
    Some(match is_by_value {
        true => Problem::new(first.id_span, message),
        false => Problem::aws_only(first.id_span, message),
    })
}

/// Depth-first search without recursion.
struct Search<'a> {
    next: &'a [Vec<usize>],
    state: Vec<State>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Closed,
}

impl<'a> Search<'a> {
    fn new(next: &'a [Vec<usize>]) -> Self {
        Self { next, state: vec![State::New; next.len()] }
    }

    /// The cycles that close while walking from each node once: at least one for every circular group.
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
                        if !cycles.iter().any(|known| same(known, &cycle)) {
                            cycles.push(cycle);
                        }
                    }
                    Some(State::Closed) | None => {}
                },
            }
        }
    }

    fn mark(&mut self, node: usize, state: State) {
        if let Some(slot) = self.state.get_mut(node) {
            *slot = state;
        }
    }
}

/// Whether two cycles run through the same resources.
fn same(left: &[usize], right: &[usize]) -> bool {
    left.len() == right.len() && left.iter().all(|it| right.contains(it))
}

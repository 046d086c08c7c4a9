//! From the changes an entry of the knowledge base proposes to changes of named resources and paths.

use std::collections::BTreeMap;

use super::finding::Adjustment;
use super::locate;
use super::matcher::Scope;
use super::outcome::{Segment, Spot};
use crate::db::{Action, Adjust, Path, Step};
use crate::stack::{Data, Value};

/// The changes of `adjust` to the stack, for the places that made the entry hold.
pub(super) fn concrete(scope: &Scope<'_, '_>, adjust: &[Adjust], spots: &[Spot]) -> Vec<Adjustment> {
    let mut found = Vec::new();
    for it in adjust {
        let Some(edited) = locate::via(scope, it.target.via.as_ref()) else { continue };
        let spots = if it.target.via.is_none() { spots } else { &[] };
        let paths = match it.action {
            Action::RemoveResource => BTreeMap::from([(String::new(), true)]),
            _ => paths(&edited, &it.target.path, spots),
        };
        // What is not there needs no removal.
        let paths = paths.into_iter().filter(|(_, is_there)| *is_there || it.action != Action::Remove);
        for (path, _) in paths {
            let logical_id = edited.subject.name.unwrap_or_default().to_owned();
            let adjustment = Adjustment { action: it.action.clone(), logical_id, path, safety: it.safety };
            if !found.contains(&adjustment) {
                found.push(adjustment);
            }
        }
    }
    found
}

/// `path` with its stars filled in, by the places that matched, else by every element there is; and whether something
/// stands there.
fn paths(scope: &Scope<'_, '_>, path: &Path, spots: &[Spot]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    if let Some(root) = scope.subject.root(path) {
        expand(Some(root), &path.steps, spots, &mut Vec::new(), &mut found);
    }
    let prefix = if path.attribute { "@" } else { "" };
    found.into_iter().map(|(it, is_there)| (format!("{prefix}{it}"), is_there)).collect()
}

fn expand(
    value: Option<&Value>,
    steps: &[Step],
    spots: &[Spot],
    way: &mut Vec<Segment>,
    found: &mut BTreeMap<String, bool>,
) {
    let Some((step, rest)) = steps.split_first() else {
        found.insert(dotted(way), value.is_some_and(|it| !matches!(it.data, Data::Absent)));
        return;
    };
    let next: Vec<(Segment, Option<&Value>)> = match (step, value.map(|it| &it.data)) {
        (Step::Key(key), _) => vec![(Segment::Key(key.clone()), value.and_then(|it| it.get(key)))],
        (Step::Each, Some(Data::List(elements))) => {
            elements.iter().enumerate().map(|(index, it)| (Segment::Index(index), Some(it))).collect()
        }
        (Step::Each, Some(Data::Map(fields))) if !super::path::is_lone_element(fields, rest) => {
            fields.iter().map(|it| (Segment::Key(it.key.clone()), Some(&it.value))).collect()
        }
        // A key is no place for a change.
        (Step::Keys, _) | (Step::Each, Some(Data::Absent | Data::Null) | None) => return,
        (Step::Each, Some(_)) => return expand(value, rest, spots, way, found),
    };
    let matched = |it: &Segment| spots.iter().any(|spot| is_on(spot, way, it));
    let any = matches!(step, Step::Each) && next.iter().any(|(segment, _)| matched(segment));
    let chosen: Vec<(Segment, Option<&Value>)> =
        next.into_iter().filter(|(segment, _)| !any || matched(segment)).collect();
    for (segment, value) in chosen {
        way.push(segment);
        expand(value, rest, spots, way, found);
        way.pop();
    }
}

/// Whether the way to `spot` starts with `way` and goes on with `next`.
fn is_on(spot: &Spot, way: &[Segment], next: &Segment) -> bool {
    spot.path.strip_prefix(way).and_then(<[Segment]>::first) == Some(next)
}

fn dotted(way: &[Segment]) -> String {
    let text = |it: &Segment| match it {
        Segment::Key(key) => key.clone(),
        Segment::Index(index) => index.to_string(),
    };
    way.iter().map(text).collect::<Vec<_>>().join(".")
}

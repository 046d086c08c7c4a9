//! A resource of another type in the place of one that LocalStack does not have.

use super::document::{Change, Document, Edit, New};
use super::remove::is_referred_to;
use super::template::{RESOURCES, way_to};
use crate::analysis::Adjustment;
use crate::db::{Action, Equivalent};

/// The edits that put the equivalent resource in the place of another; `None` when there is none, or when something
/// uses a value of the resource, which the other one may not have.
pub(super) fn edits(document: &Document, adjustment: &Adjustment) -> Option<Vec<Edit>> {
    let Action::Become(equivalent) = &adjustment.action else { return None };
    let id = adjustment.logical_id.as_str();
    let property = |name: &str| way_to(document, &[RESOURCES, id, "Properties", name]);
    let is_whole = |it: &Equivalent| {
        let there = it.keeps.iter().chain(it.lists.iter().map(|(of, _)| of));
        there.into_iter().all(|name| property(name).is_some())
            && it.lists.iter().all(|(_, into)| property(into).is_none())
    };
    if !is_whole(equivalent) || is_referred_to(document, id) {
        return None;
    }
    let kind = Change::Replace(New::text(&equivalent.resource_type));
    let mut edits = vec![Edit::new(way_to(document, &[RESOURCES, id, "Type"])?, kind)];
    let properties = way_to(document, &[RESOURCES, id, "Properties"])?;
    for (of, into) in &equivalent.lists {
        let way = property(of)?;
        let list = New::List(vec![New::of(document.node(&way)?)]);
        edits.push(Edit::new(way, Change::Remove));
        edits.push(Edit::new(properties.clone(), Change::Insert(into.clone(), list)));
    }
    Some(edits)
}

//! Which resource of one version is which of the other.

use super::diff::{Difference, differences};
use crate::analysis::context::Context;
use crate::stack::{Resource, Stack};

/// A resource of one version or of both, by indices in [`Stack::resources`].
#[derive(Debug)]
pub(super) enum Pair {
    /// In both versions, with the same type.
    Same {
        /// Its index in the new version.
        new: usize,
        /// The properties that differ.
        differences: Vec<Difference>,
    },
    /// In both versions, with another type.
    Retyped {
        /// The type it has in the old version.
        old: String,
        /// Its index in the new version.
        new: usize,
    },
    /// In the new version only.
    Added {
        /// Its index there.
        new: usize,
    },
    /// In the old version only.
    Removed {
        /// Its index there.
        old: usize,
        /// Its index in the new version, which leaves it out by its condition.
        excluded: Option<usize>,
    },
}

/// Every resource that is deployed by one of the versions: in the order of the new one, removed ones last.
pub(super) fn pairs(old: &Context<'_>, new: &Context<'_>) -> Vec<Pair> {
    let is_deployed = |(_, it): &(usize, &Resource)| !it.included.is_no();
    let present = || new.stack.resources.iter().enumerate().filter(is_deployed);
    let mut pairs: Vec<Pair> = present().map(|(index, it)| pair(index, it, old, new.stack)).collect();
    let gone = old.stack.resources.iter().enumerate().filter(is_deployed);
    for (old, resource) in gone.filter(|(_, it)| new.by_id(&it.logical_id).is_none()) {
        pairs.push(Pair::Removed { old, excluded: new.stack.position(&resource.logical_id) });
    }
    pairs
}

fn pair(new: usize, resource: &Resource, old: &Context<'_>, stack: &Stack) -> Pair {
    let Some(before) = old.by_id(&resource.logical_id) else { return Pair::Added { new } };
    match old.stack.resources.get(before) {
        Some(it) if it.kind == resource.kind => {
            let text = stack.file.text();
            let differences = differences(&it.properties, &resource.properties, resource.id_span, text);
            Pair::Same { new, differences }
        }
        before => Pair::Retyped { old: before.map(|it| it.kind.clone()).unwrap_or_default(), new },
    }
}

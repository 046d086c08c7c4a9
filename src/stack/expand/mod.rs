//! Tree to tree: what transforms make of a template before it is read.

mod embedded;
mod generated;
mod hash;
mod language_extensions;
mod make;
mod sam;
mod shape;

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Inputs, IntrinsicUse, Problem};
use crate::source::Node;

pub(super) use language_extensions::{FACTS as LOOP, TRANSFORM as LANGUAGE_EXTENSIONS};
pub(super) use sam::TRANSFORM as SAM;
pub(crate) use sam::implicit_api;

/// A template after its transforms.
pub(super) struct Expanded<'t> {
    /// The tree to read.
    pub(super) tree: Cow<'t, Node>,
    /// What generates a resource that is not in the source, by the resource's logical id.
    pub(super) origins: HashMap<String, String>,
    /// What the template uses of the transforms.
    pub(super) uses: Vec<IntrinsicUse>,
    /// What no implementation takes.
    pub(super) problems: Vec<Problem>,
    /// What could not be expanded, and why.
    pub(super) unexpanded: Vec<Problem>,
}

/// Applies the transforms of `tree`: loops first, as they may write SAM resources.
pub(super) fn expand<'t>(tree: &'t Node, inputs: &Inputs) -> Expanded<'t> {
    let loops = language_extensions::expand(tree, inputs);
    let mut expanded = Expanded {
        tree: loops.tree.map_or(Cow::Borrowed(tree), Cow::Owned),
        origins: loops.origins,
        uses: loops.uses,
        problems: loops.problems,
        unexpanded: [embedded::unexpanded(tree), loops.unexpanded].concat(),
    };
    if let Some(generated) = sam::expand(&expanded.tree, inputs) {
        expanded.uses.extend(generated::uses(&expanded.tree));
        for (id, from) in generated.origins {
            // What a loop wrote comes from the loop, whatever it became afterwards.
            let from = expanded.origins.get(&from).cloned().unwrap_or(from);
            expanded.origins.insert(id, from);
        }
        expanded.problems.extend(generated.problems);
        expanded.unexpanded.extend(generated.unexpanded);
        expanded.tree = Cow::Owned(generated.tree);
    }
    expanded
}

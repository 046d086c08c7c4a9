//! `Transform: AWS::LanguageExtensions`: loops (`Fn::ForEach`) written out, tree to tree.
//!
//! Everything else the transform allows (`Fn::Length`, `Fn::ToJsonString`, defaults and computed keys of
//! `Fn::FindInMap`, functions in `Ref`, `Fn::GetAtt` and deletion policies) is resolved where values are. Reads
//! no files, and never guesses a collection: a loop over one that is not known is listed instead.

mod collection;
mod expander;
mod facts;
mod features;
mod limits;
mod naming;
mod scope;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::source::{Entry, Node, NodeKind, Span};
use crate::stack::{Inputs, IntrinsicUse, Problem};

use expander::Expander;

/// The transform's name.
pub(in crate::stack) const TRANSFORM: &str = "AWS::LanguageExtensions";

/// The attribute that describes, on the first resource or output a loop generates, how the loop is written. The
/// knowledge base asks for it: LocalStack's own expansion covers only part of what is possible.
pub(in crate::stack) const FACTS: &str = "Fn::ForEach";

/// What the transform makes of a template.
#[derive(Debug, Default)]
pub(in crate::stack) struct Expansion {
    /// The template without the loops that could be written out; `None` when nothing changes.
    ///
    /// What a loop generates keeps the spans of the loop's body. A mapping with a loop that could not be written
    /// out has that loop as its only key.
    pub(in crate::stack) tree: Option<Node>,
    /// The key of the loop (`Fn::ForEach::Name`) that generates a resource, by the resource's logical id.
    pub(in crate::stack) origins: HashMap<String, String>,
    /// What the template uses of this transform, whether it is declared or not, as uses of the template itself. A
    /// part of a function's behaviour is named behind a dot (`Fn::FindInMap.DefaultValue`).
    pub(in crate::stack) uses: Vec<IntrinsicUse>,
    /// Loops that no implementation takes.
    pub(in crate::stack) problems: Vec<Problem>,
    /// Loops whose collections are not known, and why.
    pub(in crate::stack) unexpanded: Vec<Problem>,
}

/// Writes out the loops of `tree` when it declares the transform, and lists what of the transform it uses.
pub(in crate::stack) fn expand(tree: &Node, inputs: &Inputs) -> Expansion {
    let uses = features::uses(tree);
    if !is_declared(tree) {
        return Expansion { uses, ..Expansion::default() };
    }
    let mut expansion = Expander::new(tree, inputs).run();
    expansion.problems.extend(out_of_order(tree));
    expansion.uses.splice(..0, uses.into_iter().chain(naming::refused(tree)));
    expansion
}

fn is_declared(tree: &Node) -> bool {
    let Some(node) = tree.get("Transform") else { return false };
    node.as_str() == Some(TRANSFORM) || node.elements().iter().any(|it| it.as_str() == Some(TRANSFORM))
}

/// Transforms are applied as listed, and SAM takes no loops.
fn out_of_order(tree: &Node) -> Option<Problem> {
    let transforms = tree.get("Transform")?.elements();
    let position = |name: &str| transforms.iter().position(|it| it.as_str() == Some(name));
    let loops = || tree.get("Resources").is_some_and(|it| it.entries().iter().any(is_loop));
    let (own, sam) = (position(TRANSFORM)?, position("AWS::Serverless-2016-10-31")?);
    let message = format!("`{TRANSFORM}` stands behind SAM, which takes no loops; list it first");
    (sam < own && loops()).then(|| transforms.get(own).map(|it| Problem::new(it.span, message)))?
}

/// A loop as it is written.
struct Loop<'t> {
    key: &'t str,
    key_span: Span,
    identifier: &'t str,
    collection: &'t Node,
    body: &'t Node,
}

impl<'t> Loop<'t> {
    /// The loop of `entry`.
    ///
    /// # Errors
    /// What is wrong with its layout.
    fn parse(entry: &'t Entry) -> Result<Self, Problem> {
        let key = entry.key.as_str();
        let [identifier, collection, body] = entry.value.elements() else {
            let message = format!("`{key}` takes a list of an identifier, a collection and a mapping");
            return Err(Problem::new(entry.value.span, message));
        };
        let problem = |message: String, node: &Node| Err(Problem::new(node.span, message));
        let Some(name) = identifier.as_str().filter(|it| !it.is_empty() && identifier.tag.is_none()) else {
            return problem(format!("the identifier of `{key}` is a text that is not empty"), identifier);
        };
        match &body.kind {
            NodeKind::Mapping(_) if body.tag.is_none() => {
                Ok(Self { key, key_span: entry.key_span, identifier: name, collection, body })
            }
            _ => problem(format!("the third element of `{key}` is a mapping"), body),
        }
    }
}

/// Whether an entry of a mapping is a loop.
fn is_loop(entry: &Entry) -> bool {
    entry.key.starts_with("Fn::ForEach")
}

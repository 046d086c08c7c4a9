//! Where things stand in the tree of a template.

use super::document::{Document, Way, child};
use super::needs::EACH;
use crate::source::{Node, NodeKind};
use crate::stack;

/// The sections that hold named declarations.
pub(super) const RESOURCES: &str = "Resources";
pub(super) const OUTPUTS: &str = "Outputs";
pub(super) const CONDITIONS: &str = "Conditions";
pub(super) const PARAMETERS: &str = "Parameters";

/// The position of `key` in a mapping.
pub(super) fn position(node: &Node, key: &str) -> Option<usize> {
    node.entries().iter().position(|it| it.key == key)
}

/// The way to the section or declaration that `keys` lead to.
pub(super) fn way_to(document: &Document, keys: &[&str]) -> Option<Way> {
    let mut node = document.tree();
    let mut way = Way::new();
    for (depth, key) in keys.iter().enumerate() {
        let at = match keys.first() {
            Some(section) if depth == 1 => document.declaration(section, key)?,
            _ => position(node, key)?,
        };
        way.push(at);
        node = child(node, at)?;
    }
    Some(way)
}

/// The key under which the node at `way` stands; `None` for an element.
pub(super) fn key_at<'d>(document: &'d Document, way: &[usize]) -> Option<&'d str> {
    let (last, parent) = way.split_last()?;
    document.node(parent)?.entries().get(*last).map(|it| it.key.as_str())
}

/// Whether the value is left out: a reference to `AWS::NoValue`.
pub(super) fn is_no_value(node: &Node) -> bool {
    stack::call(node).is_some_and(|(function, operand)| function == "Ref" && operand.as_str() == Some("AWS::NoValue"))
}

/// The ways to both values of an `Fn::If`, and the way to the whole call is `way`.
pub(super) fn branches(node: &Node, way: &[usize]) -> Option<[Way; 2]> {
    let (function, operand) = stack::call(node)?;
    if function != "Fn::If" || operand.elements().len() != 3 {
        return None;
    }
    let mut list = way.to_vec();
    if node.tag.is_none() {
        list.push(0);
    }
    let branch = |at: usize| list.iter().copied().chain([at]).collect();
    Some([branch(1), branch(2)])
}

/// The way to the `Fn::If` of which `way` is one of the values, with the way to the other value.
pub(super) fn choice(document: &Document, way: &[usize]) -> Option<(Way, Way)> {
    let (last, list) = way.split_last()?;
    let outer = list.split_last().map(|(_, it)| it);
    let candidates = [Some(list), outer];
    candidates.into_iter().flatten().find_map(|it| {
        let [yes, no] = branches(document.node(it)?, it)?;
        let is_ours = |branch: &Way| branch.as_slice() == way;
        let other = if is_ours(&yes) {
            no
        } else if is_ours(&no) {
            yes
        } else {
            return None;
        };
        debug_assert!(*last > 0);
        Some((it.to_vec(), other))
    })
}

/// Whether the node at `way` is the list of an `Fn::If`.
pub(super) fn is_operand_of_choice(document: &Document, way: &[usize]) -> bool {
    let first: Way = way.iter().copied().chain([1]).collect();
    choice(document, &first).is_some()
}

/// The keys from the properties of a resource to the node at `way`, [`EACH`] for an element of a list, choices left
/// out; `None` outside of properties.
pub(super) fn property_path(document: &Document, way: &[usize]) -> Option<Vec<String>> {
    if key_at(document, way.get(..3)?) != Some("Properties") {
        return None;
    }
    let step = |it: usize| {
        let here = way.get(..it)?;
        let list = way.get(..it - 1)?;
        match key_at(document, here) {
            Some(key) if key.starts_with("Fn::") => None,
            Some(key) => Some(key.to_owned()),
            None => (!is_operand_of_choice(document, list)).then(|| EACH.to_owned()),
        }
    };
    Some((4..=way.len()).filter_map(step).collect())
}

/// A way in words: `Web.Environment.Variables.CACHE`, positions in lists from 1 on.
pub(super) fn words(document: &Document, way: &[usize]) -> String {
    let mut words = String::new();
    let mut node = document.tree();
    for (depth, at) in way.iter().enumerate() {
        let step = node.entries().get(*at).map(|it| it.key.as_str());
        let is_function = step.is_some_and(|it| it.starts_with("Fn::"));
        let is_section = depth == 0 && step.is_some_and(|it| it == RESOURCES);
        let is_properties = depth == 2 && step == Some("Properties");
        match step {
            Some(key) if !(is_function || is_section || is_properties) => {
                if !words.is_empty() {
                    words.push('.');
                }
                words.push_str(key);
            }
            None if matches!(node.kind, NodeKind::Sequence(_)) && branches(node, &[]).is_none() => {
                words.push_str(&format!("[{}]", at + 1));
            }
            _ => {}
        }
        let Some(next) = child(node, *at) else { break };
        node = next;
    }
    words
}

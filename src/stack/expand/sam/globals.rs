//! The `Globals` section, merged into every resource of its type.

use super::Sam;
use super::source::PREFIX;
use crate::source::{Entry, Node, NodeKind};
use crate::stack::expand::make::put;
use crate::stack::expand::shape;

/// Lists that a resource replaces instead of adding to.
const REPLACED: &[&str] = &["Function.Architectures", "CapacityProvider.InstanceRequirements.Architectures"];
/// Mappings of which only the resource's own keys are kept.
const PRUNED: &str = "CapacityProvider.ManagedResourceTags";

impl Sam<'_> {
    /// Merges `globals` into the resources.
    pub(super) fn merge_globals(&mut self, globals: Option<&Node>) {
        for section in globals.map(Node::entries).unwrap_or_default() {
            let kind = format!("{PREFIX}{}", section.key);
            let shared = shape::normal(&section.value);
            for source in self.sources.iter_mut().filter(|it| it.kind == kind) {
                let Some(shared) = applied(&shared, source.node.get("IgnoreGlobals")) else { continue };
                let at = source.at;
                shape::change_child(&mut source.node, "Properties", at, |properties| {
                    *properties = merge(&shared, properties, &section.key);
                });
            }
        }
    }
}

/// `shared` without what `IgnoreGlobals` lists; nothing when that is `*`.
fn applied(shared: &Node, ignored: Option<&Node>) -> Option<Node> {
    let Some(ignored) = ignored else { return Some(shared.clone()) };
    if ignored.as_str() == Some("*") {
        return None;
    }
    let names: Vec<&str> = ignored.elements().iter().filter_map(Node::as_str).collect();
    let mut shared = shared.clone();
    shape::change(&mut shared, |entries| entries.retain(|it| !names.contains(&it.key.as_str())));
    Some(shared)
}

/// Maps merge, lists come one after the other, everything else is the resource's own.
fn merge(global: &Node, local: &Node, path: &str) -> Node {
    let is_plain = |it: &Node| shape::intrinsic(it).is_none();
    match (&global.kind, &local.kind) {
        (NodeKind::Mapping(shared), NodeKind::Mapping(own)) if is_plain(global) && is_plain(local) => {
            let kept = shared.iter().filter(|it| path != PRUNED || own.is_empty() || local.get(&it.key).is_some());
            let mut entries: Vec<Entry> = kept.cloned().collect();
            for entry in own {
                let value = match global.get(&entry.key) {
                    Some(it) => merge(it, &entry.value, &format!("{path}.{}", entry.key)),
                    None => entry.value.clone(),
                };
                put(&mut entries, Entry { value, ..entry.clone() });
            }
            Node { kind: NodeKind::Mapping(entries), ..local.clone() }
        }
        (NodeKind::Sequence(shared), NodeKind::Sequence(own)) if !REPLACED.contains(&path) => {
            let elements = shared.iter().chain(own).cloned().collect();
            Node { kind: NodeKind::Sequence(elements), ..local.clone() }
        }
        _ => local.clone(),
    }
}

//! The `Policies` property: managed policies, policy documents and SAM's policy templates.
//!
//! The templates are those of the open-source translator (Apache-2.0), descriptions left out.

use std::sync::LazyLock;

use serde_json::{Map, Value as Json};

use super::Sam;
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::At;
use crate::stack::expand::shape;

static TEMPLATES: LazyLock<Map<String, Json>> = LazyLock::new(|| {
    // The file is part of the program and read by a test.
    serde_json::from_str(include_str!("policy_templates.json")).unwrap_or_default()
});

/// The managed policies that are not at the root, with their paths.
const PATHS: &str = include_str!("managed_policies.txt");

/// One policy of a role.
pub(super) enum Policy {
    /// An ARN, or something that becomes one.
    Managed(Node),
    /// An inline policy: name and document.
    Inline(Node),
}

/// What `policy` of a `Policies` list is; `name` is that of the inline policy it may become.
pub(super) fn policy(sam: &Sam<'_>, policy: &Node, name: &str) -> Policy {
    let at = At(policy.span);
    let inline = |document: Node| at.map([("PolicyName", at.text(name)), ("PolicyDocument", document)]);
    if let Some(name) = policy.as_str() {
        return Policy::Managed(arn(sam, policy, name));
    }
    if let Some((condition, yes, no)) = shape::choice(policy) {
        let is_inline = |it: &Node| document(it).is_some();
        let branch = |it: &Node| match document(it) {
            Some(document) => inline(document),
            None => it.as_str().map_or_else(|| it.clone(), |name| arn(sam, it, name)),
        };
        let chosen = at.choose(condition, branch(yes), branch(no));
        return if is_inline(yes) || is_inline(no) { Policy::Inline(chosen) } else { Policy::Managed(chosen) };
    }
    match document(policy) {
        Some(document) => Policy::Inline(inline(document)),
        None => Policy::Managed(policy.clone()),
    }
}

/// A managed policy by name or ARN.
fn arn(sam: &Sam<'_>, policy: &Node, name: &str) -> Node {
    if name.contains(':') || name.contains('$') {
        return policy.clone();
    }
    let known = PATHS.lines().find(|it| it.rsplit_once('/').is_some_and(|(_, last)| last == name));
    sam.managed_policy(At(policy.span), known.unwrap_or(name))
}

/// The document that `policy` spells or that its template makes.
fn document(policy: &Node) -> Option<Node> {
    if policy.get("Statement").is_some() {
        return Some(policy.clone());
    }
    let [only] = policy.entries() else { return None };
    if shape::intrinsic(policy).is_some() {
        return None;
    }
    let template = TEMPLATES.get(&only.key)?;
    let statement = At(only.key_span).json(template.get("Statement")?);
    Some(At(only.key_span).map([("Statement", fill(statement, &only.value))]))
}

/// `node` with every `Ref` to a parameter of the template replaced by its value.
fn fill(node: Node, values: &Node) -> Node {
    if let Some(value) = shape::referred(&node).and_then(|it| values.get(it)) {
        return value.clone();
    }
    let kind = match node.kind {
        NodeKind::Sequence(elements) => NodeKind::Sequence(elements.into_iter().map(|it| fill(it, values)).collect()),
        NodeKind::Mapping(mut entries) => {
            for entry in &mut entries {
                entry.value = fill(entry.value.clone(), values);
            }
            NodeKind::Mapping(entries)
        }
        other => other,
    };
    Node { kind, ..node }
}

#[cfg(test)]
mod tests {
    use super::TEMPLATES;

    #[test]
    fn every_template_has_statements() {
        assert!(TEMPLATES.len() > 70);
        assert!(TEMPLATES.values().all(|it| it["Statement"].as_array().is_some_and(|it| !it.is_empty())));
    }
}

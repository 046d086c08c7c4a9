//! What the CDK leaves in a template for its own use.

use std::collections::BTreeMap;

use crate::source::{Node, NodeKind};
use crate::stack::{Data, Stack};

/// Where a resource comes from in the app, in its `Metadata`.
const PATH: &str = "aws:cdk:path";
const BOOTSTRAP_RULE: &str = "CheckBootstrapVersion";
const BOOTSTRAP_PARAMETER: &str = "BootstrapVersion";

/// Drops the rule by which a stack asks for the CDK's bootstrap stack: it is about the tool that deploys, not
/// about what is deployed, and nobody wrote it.
pub(super) fn drop_bootstrap_rule(tree: &mut Node) {
    let has_parameter = tree.get("Parameters").is_some_and(|it| it.get(BOOTSTRAP_PARAMETER).is_some());
    let NodeKind::Mapping(sections) = &mut tree.kind else { return };
    if !has_parameter {
        return;
    }
    for section in sections.iter_mut().filter(|it| it.key == "Rules") {
        if let NodeKind::Mapping(rules) = &mut section.value.kind {
            rules.retain(|it| it.key != BOOTSTRAP_RULE);
        }
    }
    sections.retain(|it| it.key != "Rules" || !it.value.entries().is_empty());
}

/// Adds the construct paths that the resources of `stack` carry, by logical id.
pub(super) fn add_paths(stack: &Stack, paths: &mut BTreeMap<String, String>) {
    for resource in &stack.resources {
        let path = resource.attributes.get("Metadata").and_then(|it| it.get(PATH));
        if let Some(Data::String(path)) = path.map(|it| &it.data) {
            paths.insert(resource.logical_id.clone(), path.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{SourceFile, parse};

    fn rules(text: &str) -> Option<usize> {
        let mut tree = parse(&SourceFile::new("a.yaml", text)).unwrap();
        drop_bootstrap_rule(&mut tree);
        tree.get("Rules").map(|it| it.entries().len())
    }

    #[test]
    fn only_the_bootstrap_rule_goes() {
        assert_eq!(rules("Parameters: {BootstrapVersion: {}}\nRules: {CheckBootstrapVersion: {}}\n"), None);
        assert_eq!(rules("Parameters: {BootstrapVersion: {}}\nRules: {CheckBootstrapVersion: {}, Own: {}}\n"), Some(1));
        assert_eq!(rules("Rules: {CheckBootstrapVersion: {}}\n"), Some(1));
    }
}

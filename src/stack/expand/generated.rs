//! References in resources to what only the SAM transform generates: `Ref F.Alias`, `ServerlessRestApi`, `FRole.Arn`.
//! AWS transforms first and takes them; an engine that checks names before it transforms does not.

use std::collections::HashSet;

use crate::source::{Node, NodeKind};
use crate::stack::intrinsics;
use crate::stack::sub::{Part, parts};
use crate::stack::{IntrinsicUse, Place};

/// The name under which such a reference is recorded.
const USE: &str = "Ref.Generated";

/// One use for each reference in `Resources` to a name that the source does not declare, in source order.
pub(super) fn uses(tree: &Node) -> Vec<IntrinsicUse> {
    let names =
        |section: &str| tree.get(section).map(Node::entries).unwrap_or_default().iter().map(|it| it.key.as_str());
    let declared: HashSet<&str> = names("Parameters").chain(names("Resources")).collect();
    let mut search = Search { declared, uses: Vec::new() };
    if let Some(resources) = tree.get("Resources") {
        search.walk(resources);
    }
    search.uses
}

struct Search<'t> {
    declared: HashSet<&'t str>,
    uses: Vec<IntrinsicUse>,
}

impl Search<'_> {
    fn walk(&mut self, node: &Node) {
        if let Some((function, operand)) = intrinsics::call(node) {
            let is_missing = match function.as_str() {
                "Ref" => operand.as_str().is_some_and(|it| self.is_missing(it)),
                "Fn::GetAtt" => id_of(operand).is_some_and(|it| self.is_missing(it)),
                "Fn::Sub" => self.is_missing_in(operand),
                _ => false,
            };
            if is_missing {
                let (function, place) = (USE.to_owned(), Place::Template);
                self.uses.push(IntrinsicUse { function, place, span: node.span, certain: true });
            }
        }
        node.elements().iter().for_each(|it| self.walk(it));
        node.entries().iter().for_each(|it| self.walk(&it.value));
    }

    fn is_missing(&self, name: &str) -> bool {
        !name.contains("::") && !self.declared.contains(name)
    }

    /// Whether the text of an `Fn::Sub` has such a variable.
    fn is_missing_in(&self, operand: &Node) -> bool {
        let (text, own) = match &operand.kind {
            NodeKind::Sequence(elements) => (elements.first(), elements.get(1)),
            _ => (Some(operand), None),
        };
        let own = own.map(Node::entries).unwrap_or_default();
        let variables = parts(text.and_then(Node::as_str).unwrap_or_default());
        variables.iter().any(|it| match it {
            Part::Variable(name) => {
                let id = name.split_once('.').map_or(name.as_str(), |(id, _)| id);
                own.iter().all(|it| it.key != *name) && self.is_missing(id)
            }
            Part::Literal(_) => false,
        })
    }
}

fn id_of(operand: &Node) -> Option<&str> {
    match &operand.kind {
        NodeKind::Sequence(elements) => elements.first().and_then(Node::as_str),
        _ => operand.as_str().map(|it| it.split_once('.').map_or(it, |(id, _)| id)),
    }
}

#[cfg(test)]
mod tests {
    use super::uses;
    use crate::source::{self, SourceFile};

    fn found(value: &str) -> usize {
        let text = format!(
            "Parameters: {{P: {{Type: String}}}}\nResources:\n  F: {{Type: AWS::Serverless::Function}}\n  A: {{Type: T, Properties: {{V: {value}}}}}\n"
        );
        uses(&source::parse(&SourceFile::new("t.yaml", text)).unwrap()).len()
    }

    #[test]
    fn names_that_only_the_transform_makes_are_found() {
        for value in [
            "!Ref F.Alias",
            "!Ref ServerlessRestApi",
            "!GetAtt FRole.Arn",
            "!Sub '${FRole.Arn}/x'",
            "{'Fn::GetAtt': [FUrl, FunctionUrl]}",
        ] {
            assert_eq!(found(value), 1, "{value}");
        }
    }

    #[test]
    fn names_of_the_source_are_not() {
        for value in [
            "!Ref F",
            "!Ref P",
            "!Ref AWS::Region",
            "!GetAtt F.Arn",
            "!Sub '${F.Arn}-${P}-${AWS::Region}-${!X}'",
            "!Sub ['${X}', {X: 1}]",
        ] {
            assert_eq!(found(value), 0, "{value}");
        }
    }
}

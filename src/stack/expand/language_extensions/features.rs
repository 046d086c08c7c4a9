//! What a template uses of the language extensions, as it is written.

use crate::source::{Node, Span};
use crate::stack::intrinsics;
use crate::stack::{IntrinsicUse, Place};

/// The functions that exist only with the transform.
const FUNCTIONS: [&str; 2] = ["Fn::Length", "Fn::ToJsonString"];
/// The attributes that are texts without the transform.
const POLICIES: [&str; 2] = ["DeletionPolicy", "UpdateReplacePolicy"];

/// The uses in conditions, resources and outputs, in source order.
pub(super) fn uses(tree: &Node) -> Vec<IntrinsicUse> {
    let mut uses = Vec::new();
    for section in tree.entries() {
        match section.key.as_str() {
            "Conditions" => {
                let loops = section.value.entries().iter().filter(|it| super::is_loop(it));
                uses.extend(loops.map(|it| of_template("Fn::ForEach.Conditions", it.key_span)));
            }
            "Resources" => policies(&section.value, &mut uses),
            "Outputs" => {}
            _ => continue,
        }
        walk(&section.value, &mut uses);
    }
    uses
}

/// A use by the template itself.
pub(super) fn of_template(function: &str, span: Span) -> IntrinsicUse {
    IntrinsicUse { function: function.to_owned(), place: Place::Template, span, certain: true }
}

fn walk(node: &Node, uses: &mut Vec<IntrinsicUse>) {
    let used = intrinsics::call(node).and_then(|(function, operand)| extension(&function, operand));
    uses.extend(used.map(|it| of_template(&it, node.span)));
    node.elements().iter().for_each(|it| walk(it, uses));
    for entry in node.entries() {
        if super::is_loop(entry) {
            uses.push(of_template("Fn::ForEach", entry.key_span));
        }
        walk(&entry.value, uses);
    }
}

/// What a call of `function` needs the transform for.
fn extension(function: &str, operand: &Node) -> Option<String> {
    match function {
        _ if FUNCTIONS.contains(&function) => Some(function.to_owned()),
        "Fn::FindInMap" if operand.elements().len() > 3 => Some("Fn::FindInMap.DefaultValue".into()),
        "Fn::FindInMap" => {
            let plain = |it: &Node| match intrinsics::call(it) {
                Some((function, _)) => function == "Ref" || function == "Fn::FindInMap",
                None => true,
            };
            (!operand.elements().iter().all(plain)).then(|| "Fn::FindInMap.Keys".into())
        }
        "Ref" if operand.as_str().is_none() => Some("Fn::Ref.Name".into()),
        "Fn::GetAtt" if operand.elements().first().is_some_and(|it| intrinsics::call(it).is_some()) => {
            Some("Fn::GetAtt.Name".into())
        }
        "Fn::If" if operand.elements().first().is_some_and(|it| intrinsics::call(it).is_some()) => {
            Some("Fn::If.Name".into())
        }
        _ => None,
    }
}

fn policies(resources: &Node, uses: &mut Vec<IntrinsicUse>) {
    for policy in resources.entries().iter().flat_map(|it| it.value.entries()) {
        if POLICIES.contains(&policy.key.as_str()) && intrinsics::call(&policy.value).is_some() {
            uses.push(of_template(&format!("Fn::{}", policy.key), policy.value.span));
        }
    }
}

//! Names of loops that AWS refuses and LocalStack takes.

use std::collections::{HashMap, HashSet};

use super::{Loop, features, is_loop};
use crate::source::{Entry, Node};
use crate::stack::IntrinsicUse;

/// The most loops CloudFormation takes inside each other.
const MAX_LEVEL: usize = 5;
/// The sections that may have loops.
const SECTIONS: [&str; 3] = ["Conditions", "Resources", "Outputs"];

/// One use `Fn::ForEach.Refused` for each loop whose name or identifier is taken by something else, or that stands
/// inside of too many.
pub(super) fn refused(tree: &Node) -> Vec<IntrinsicUse> {
    let mut loops = Vec::new();
    for section in tree.entries().iter().filter(|it| SECTIONS.contains(&it.key.as_str())) {
        collect(&section.value, &mut Vec::new(), &mut loops);
    }
    let mut names: HashMap<&str, usize> = HashMap::new();
    loops.iter().for_each(|it| *names.entry(it.name).or_default() += 1);
    let identifiers: HashSet<&str> = loops.iter().map(|it| it.identifier).collect();
    let has = |section: &str, name: &str| tree.get(section).is_some_and(|it| it.get(name).is_some());
    let is_refused = |it: &&Named<'_>| {
        it.name.is_empty()
            || it.is_hidden
            || it.level > MAX_LEVEL
            || names.get(it.name).is_some_and(|count| *count > 1)
            || identifiers.contains(it.name)
            || has("Parameters", it.name)
            || has("Parameters", it.identifier)
            || has("Resources", it.name)
    };
    loops.iter().filter(is_refused).map(|it| features::of_template("Fn::ForEach.Refused", it.entry.key_span)).collect()
}

struct Named<'t> {
    entry: &'t Entry,
    name: &'t str,
    identifier: &'t str,
    /// How many loops are around it, itself included.
    level: usize,
    /// Whether a loop around it has the same identifier.
    is_hidden: bool,
}

fn collect<'t>(node: &'t Node, around: &mut Vec<&'t str>, loops: &mut Vec<Named<'t>>) {
    node.elements().iter().for_each(|it| collect(it, around, loops));
    for entry in node.entries() {
        match Loop::parse(entry) {
            Ok(found) if is_loop(entry) => {
                loops.push(Named {
                    entry,
                    name: found.key.strip_prefix("Fn::ForEach::").unwrap_or_default(),
                    identifier: found.identifier,
                    level: around.len() + 1,
                    is_hidden: around.contains(&found.identifier),
                });
                around.push(found.identifier);
                collect(found.body, around, loops);
                around.pop();
            }
            _ => collect(&entry.value, around, loops),
        }
    }
}

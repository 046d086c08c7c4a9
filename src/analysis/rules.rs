//! The findings that follow from coverage, an update or a suppression rather than from an entry of the knowledge base, for `explain` and catalogues.

use super::{
    PLACEHOLDER_REJECTED, PROPERTY_IGNORED, TYPE_NEEDS_PLAN, TYPE_UNKNOWN, TYPE_UNPROVEN, TYPE_UNSUPPORTED,
    UNUSED_SUPPRESSION, UPDATE_DELETES, UPDATE_FAILS, UPDATE_NAME_KEPT, UPDATE_NOT_MADE, UPDATE_RECREATES,
    UPDATE_RENAMED, UPDATE_REPLACES, UPDATE_TYPE_CHANGED,
};
use crate::db::Category;

/// A finding id that no entry of the knowledge base has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The id of its findings.
    pub id: &'static str,
    /// Their category.
    pub category: Category,
    /// What it is about, a short noun phrase.
    pub feature: &'static str,
    /// When it is found, and what follows.
    pub meaning: &'static str,
    /// What to do about it.
    pub solution: &'static str,
}

/// Every rule, sorted by id.
pub const RULES: [Rule; 15] = [
    Rule {
        id: PLACEHOLDER_REJECTED,
        category: Category::B,
        feature: "placeholder in a property that refuses it",
        meaning: "A type without provider is only pretended: its Ref and attributes are the word `unknown`. A supported \
                  resource takes that word in a property which LocalStack checks, so its creation and the stack fail.",
        solution: "Leave the pretended resource and its consumers out of the LocalStack variant, or put a literal value \
                   in the place of the reference.",
    },
    Rule {
        id: PROPERTY_IGNORED,
        category: Category::B,
        feature: "ignored property",
        meaning: "LocalStack accepts the property and creates the resource without it. It is a warning where results \
                  differ: access, encryption, events, retention, limits and content; otherwise a note. Known of the open \
                  core 2026.3; what a licensed image ignores is not known.",
        solution: "Do not test on LocalStack what depends on it.",
    },
    Rule {
        id: TYPE_NEEDS_PLAN,
        category: Category::A,
        feature: "resource type of a higher plan",
        meaning: "The plan of the target has no provider for the type, a higher one has. By default LocalStack reports \
                  CREATE_COMPLETE without creating anything and gives the word `unknown` for Ref and every attribute; \
                  with CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0 it refuses the change set.",
        solution: "Run LocalStack on that plan, or leave the resource out of the LocalStack variant.",
    },
    Rule {
        id: TYPE_UNKNOWN,
        category: Category::A,
        feature: "resource type that AWS does not have",
        meaning: "The type is in no published list of resource types. AWS refuses the template; LocalStack pretends the \
                  resource by default.",
        solution: "Correct the type, or add the transform that expands it.",
    },
    Rule {
        id: TYPE_UNPROVEN,
        category: Category::A,
        feature: "resource type unproven on the plan",
        meaning: "Only the licensed edition registers the type, and the plan includes its service; nobody has shown that \
                  the plan has the type. The finding is possible, never certain.",
        solution: "Deploy the type once on the plan, and trust the result.",
    },
    Rule {
        id: TYPE_UNSUPPORTED,
        category: Category::A,
        feature: "unsupported resource type",
        meaning: "No edition of the release has a provider for the type. By default LocalStack reports CREATE_COMPLETE \
                  without creating anything and gives the word `unknown` for Ref and every attribute; with \
                  CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0 it refuses the change set.",
        solution: "Leave the resource out of the LocalStack variant and give literal values to what uses it.",
    },
    Rule {
        id: UNUSED_SUPPRESSION,
        category: Category::C,
        feature: "suppression without a finding",
        meaning: "A comment or metadata names a finding that is not there, or an id that no finding has. Entries for \
                  other targets, resources that are not deployed, and updates without `--since` are not looked at.",
        solution: "Remove the suppression, or correct its id.",
    },
    Rule {
        id: UPDATE_DELETES,
        category: Category::C,
        feature: "removal of a retained resource",
        meaning: "With `check --since`: a resource with the DeletionPolicy `RetainExceptOnCreate` is removed. LocalStack \
                  deletes it, AWS keeps it.",
        solution: "Set DeletionPolicy to `Retain` before the resource is removed.",
    },
    Rule {
        id: UPDATE_FAILS,
        category: Category::C,
        feature: "update that fails",
        meaning: "With `check --since`: the provider of the type fails on this change, and LocalStack rolls the stack \
                  back.",
        solution: "Delete the stack on LocalStack and deploy it again.",
    },
    Rule {
        id: UPDATE_NAME_KEPT,
        category: Category::C,
        feature: "replacement of a named resource",
        meaning: "With `check --since`: a create-only property changes while the name of the resource stays. AWS refuses \
                  to replace a resource under its own name; LocalStack tries, and deletes the old one either way.",
        solution: "Change the name too, or let CloudFormation choose it.",
    },
    Rule {
        id: UPDATE_NOT_MADE,
        category: Category::C,
        feature: "update without effect",
        meaning: "With `check --since`: LocalStack answers UPDATE_COMPLETE and leaves the resource as it was. Most \
                  providers of the open core cannot update, others pass on a part of the properties, and a resource \
                  whose condition turns false is not deleted.",
        solution: "Delete the stack on LocalStack and deploy it again.",
    },
    Rule {
        id: UPDATE_RECREATES,
        category: Category::C,
        feature: "update by deletion",
        meaning: "With `check --since`: LocalStack deletes the resource and creates it again where AWS updates it in \
                  place. What it held is gone, and without a fixed name it gets another one.",
        solution: "Give the resource a fixed name, and do not rely on what it holds across updates.",
    },
    Rule {
        id: UPDATE_RENAMED,
        category: Category::C,
        feature: "new logical id for the same name",
        meaning: "With `check --since`: a resource gets another logical id and keeps its name. Both sides create the new \
                  one first: on AWS the name is still taken, on LocalStack nothing is left in the end.",
        solution: "Keep the logical id, or change the name.",
    },
    Rule {
        id: UPDATE_REPLACES,
        category: Category::C,
        feature: "replacement",
        meaning: "With `check --since`: a create-only property changes, or, on LocalStack, refers to a resource that \
                  changes. A new resource is created and the old one deleted.",
        solution: "Expect a new and empty resource.",
    },
    Rule {
        id: UPDATE_TYPE_CHANGED,
        category: Category::C,
        feature: "change of the resource type",
        meaning: "With `check --since`: a logical id gets another type. LocalStack creates the one and deletes the \
                  other; AWS refuses the update.",
        solution: "Give the new resource a logical id of its own.",
    },
];

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|it| it.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_by_their_ids() {
        assert!(RULES.is_sorted_by_key(|it| it.id));
        assert!(RULES.iter().all(|it| rule(it.id) == Some(it)));
        assert_eq!(rule("kms-key-rotation"), None);
    }
}

//! The findings that follow from coverage rather than from an entry of the knowledge base, for `explain` and catalogues.

use super::{PLACEHOLDER_REJECTED, TYPE_NEEDS_PLAN, TYPE_UNKNOWN, TYPE_UNPROVEN, TYPE_UNSUPPORTED};
use crate::db::Category;

/// A finding id that coverage data decides.
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
pub const RULES: [Rule; 5] = [
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

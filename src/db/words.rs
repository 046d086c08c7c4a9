//! The words that stand for the closed sets of the knowledge base, in TOML, on the command line and in reports.

use super::{
    Category, Comparison, Deploy, Edition, Engine, EvidenceKind, FailsOn, Gives, Kind, Order, Plan, Purpose, RefYields,
    ResourceEnd, Safety, Severity, Shape, StackEnd, UpdateEffect,
};

/// A closed set whose members each have one word.
pub trait Word: Copy + PartialEq + 'static {
    /// What the set is called in a message.
    const NAME: &'static str;
    /// Every member with its word, in order.
    const WORDS: &'static [(&'static str, Self)];

    /// The member's word.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, member)| *member == self).map_or("", |(word, _)| word)
    }

    /// The member that `word` stands for.
    ///
    /// # Errors
    /// A message that names the words there are.
    fn from_word(word: &str) -> Result<Self, String> {
        let found = Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, member)| *member);
        found.ok_or_else(|| {
            let known: Vec<String> = Self::WORDS.iter().map(|(known, _)| format!("`{known}`")).collect();
            format!("unknown {} `{word}`; use one of {}", Self::NAME, known.join(", "))
        })
    }
}

macro_rules! words {
    ($set:ident, $name:literal, { $($word:literal => $member:ident),+ $(,)? }) => {
        impl Word for $set {
            const NAME: &'static str = $name;
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, $set::$member)),+];
        }
    };
}

words!(Category, "category", { "A" => A, "B" => B, "C" => C, "D" => D });
words!(Severity, "severity", { "note" => Note, "warning" => Warning, "error" => Error });
words!(FailsOn, "side", { "localstack" => Localstack, "aws" => Aws, "none" => None });
words!(Plan, "plan", {
    "community" => Community, "hobby" => Hobby, "base" => Base, "ultimate" => Ultimate, "enterprise" => Enterprise,
});
words!(Gives, "value", { "unknown" => Unknown, "number" => Number, "mappings" => Mappings });
words!(Shape, "shape", { "text" => Text, "list" => List });
words!(Edition, "edition", { "community" => Community, "pro" => Pro });
words!(Safety, "safety", { "safe" => Safe, "review" => Review, "display" => Display });
words!(EvidenceKind, "kind of evidence", {
    "probe" => Probe, "source" => Source, "docs" => Docs, "issue" => Issue, "report" => Report,
});
words!(Purpose, "purpose", {
    "access" => Access, "encryption" => Encryption, "events" => Events, "retention" => Retention, "limits" => Limits,
    "content" => Content, "network" => Network, "tags" => Tags, "other" => Other,
});
words!(UpdateEffect, "effect of an update", { "nothing" => Nothing, "recreates" => Recreates, "fails" => Fails });
words!(Engine, "way of the engine", { "equals-by-type" => EqualsByType });
words!(Kind, "kind of value", {
    "string" => String, "number" => Number, "boolean" => Boolean, "list" => List, "map" => Map,
});
words!(Deploy, "fixture", { "bad" => Bad, "good" => Good, "update" => Update });
words!(StackEnd, "end of a stack", {
    "CREATE_COMPLETE" => CreateComplete, "CREATE_FAILED" => CreateFailed, "UPDATE_COMPLETE" => UpdateComplete,
    "UPDATE_FAILED" => UpdateFailed, "REJECTED" => Rejected,
});
words!(ResourceEnd, "end of a resource", {
    "CREATE_COMPLETE" => CreateComplete, "CREATE_FAILED" => CreateFailed, "UPDATE_COMPLETE" => UpdateComplete,
    "UPDATE_FAILED" => UpdateFailed,
});
words!(RefYields, "value of Ref", { "name" => Name, "arn" => Arn, "other" => Other });
words!(Order, "order", {
    "written_before" => WrittenBefore, "created_before" => CreatedBefore, "created_after" => CreatedAfter,
    "unordered" => Unordered,
});
words!(Comparison, "comparison", { "lt" => Lt, "le" => Le, "gt" => Gt, "ge" => Ge, "eq" => Eq });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_its_member() {
        for (word, plan) in Plan::WORDS {
            assert_eq!(plan.word(), *word);
            assert_eq!(Plan::from_word(word), Ok(*plan));
        }
    }

    #[test]
    fn an_unknown_word_is_answered_with_the_known_ones() {
        assert_eq!(
            Safety::from_word("sure"),
            Err("unknown safety `sure`; use one of `safe`, `review`, `display`".into())
        );
    }

    #[test]
    fn plans_are_ordered_from_open_to_dear() {
        let order: Vec<Plan> = Plan::WORDS.iter().map(|(_, plan)| *plan).collect();
        assert!(order.is_sorted());
    }
}

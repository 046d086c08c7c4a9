//! The words that several formats share.

use crate::analysis::{AwsVerdict, LocalstackVerdict};
use crate::db::{Action, Category, Word};
use crate::target::{Support, Target};

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `LocalStack 2026.3 (hobby)`.
pub(super) fn localstack(target: &Target) -> String {
    format!("LocalStack {} ({})", target.release_name(), target.plan.word())
}

/// `Category A: Unsupported Resources`.
pub(super) fn category(category: Category) -> String {
    let title = match category {
        Category::A => "Unsupported Resources",
        Category::B => "Deep Functionality Limitations",
        Category::C => "Behavioral Differences",
        Category::D => "Test-Specific Adjustments",
    };
    format!("Category {}: {title}", category.word())
}

/// What reports for programs call the support of a type.
pub(super) fn support(support: Support) -> &'static str {
    match support {
        Support::Supported => "supported",
        Support::Unsupported => "unsupported",
        Support::NeedsPlan => "needs-plan",
        Support::Custom => "custom",
        Support::Unknown => "unknown",
    }
}

/// What reports for programs call a change.
pub(super) fn operation(action: &Action) -> &'static str {
    match action {
        Action::Set(_) => "set",
        Action::Remove => "remove",
        Action::Append(_) => "append",
        Action::Replace(_) => "replace",
        Action::Quote => "quote",
        Action::Unquote => "unquote",
        Action::RemoveResource => "remove_resource",
        Action::Become(_) => "replace_resource",
    }
}

pub(super) fn localstack_verdict(verdict: LocalstackVerdict) -> &'static str {
    match verdict {
        LocalstackVerdict::Deploys => "deploys",
        LocalstackVerdict::DeploysWithGaps => "deploys with gaps",
        LocalstackVerdict::Fails => "fails",
        LocalstackVerdict::Undetermined => "undetermined",
    }
}

pub(super) fn aws_verdict(verdict: AwsVerdict) -> &'static str {
    match verdict {
        AwsVerdict::NoKnownFailure => "no known failure",
        AwsVerdict::Fails => "fails",
        AwsVerdict::Undetermined => "undetermined",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_noun() {
        assert_eq!([0, 1, 2].map(|it| count(it, "stack")), ["0 stacks", "1 stack", "2 stacks"]);
    }
}

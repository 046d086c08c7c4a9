//! Predicates in words a reader understands.

use super::operands::{cidr_words, expression_words, fits_words, operands_words, policy_words};
use crate::db::{Comparison, Kind, Link, Literal, Order, Path, Predicate, RefersTo, Same, Test, Word};

/// The lines that say when `predicate` holds: one, or a heading and one a part.
pub(super) fn lines(predicate: &Predicate) -> Vec<String> {
    let (heading, parts) = match predicate {
        Predicate::All(parts) if parts.len() > 1 => ("all of:", parts),
        Predicate::Any(parts) if parts.len() > 1 => ("any of:", parts),
        _ => return vec![words(predicate)],
    };
    std::iter::once(heading.to_owned()).chain(parts.iter().map(|it| format!("  - {}", words(it)))).collect()
}

/// When `predicate` holds, in one line.
pub(super) fn words(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Always => "always".into(),
        Predicate::All(parts) => joined(parts, " and "),
        Predicate::Any(parts) => joined(parts, " or "),
        Predicate::Not(inner) => format!("not: {}", nested(inner)),
        Predicate::Test(path, test) => test_words(path, test),
        Predicate::Exists(link) => format!("the stack has {}", link_words(link)),
        Predicate::Missing(link) => format!("the stack lacks {}", link_words(link)),
        Predicate::Intrinsic(name) => format!("it uses `{name}`"),
        Predicate::UsesText(text) => format!("some text in it contains `{text}`"),
        Predicate::Calculation(left, how, right) => {
            format!("{} is {} {}", expression_words(left), comparison_words(*how), expression_words(right))
        }
    }
}

fn joined(parts: &[Predicate], separator: &str) -> String {
    parts.iter().map(nested).collect::<Vec<_>>().join(separator)
}

/// Parentheses where `and`, `or` and `not` could be misread.
fn nested(predicate: &Predicate) -> String {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) if parts.len() > 1 => format!("({})", words(predicate)),
        _ => words(predicate),
    }
}

fn test_words(path: &Path, test: &Test) -> String {
    let subject = if path.steps.is_empty() { "it".to_owned() } else { format!("`{path}`") };
    match test {
        Test::Present => format!("{subject} is present"),
        Test::Absent => format!("{subject} is absent"),
        Test::Kind(kind) => format!("{subject} is {}", kind_words(*kind)),
        Test::Eq(value, default) => format!("{subject} is {}{}", value_words(value), default_words(default.as_ref())),
        Test::Ne(value, default) => {
            format!("{subject} is not {}{}", value_words(value), default_words(default.as_ref()))
        }
        Test::In(values, default) => {
            let values: Vec<String> = values.iter().map(value_words).collect();
            format!("{subject} is one of {}{}", values.join(", "), default_words(default.as_ref()))
        }
        Test::Compare(comparison, value, default) => {
            let default = default_words(default.map(Literal::Number).as_ref());
            format!("{subject} is {} {value}{default}", comparison_words(*comparison))
        }
        Test::Matches(pattern) => format!("{subject} matches `{pattern}`"),
        Test::StartsWith(text) => format!("{subject} starts with `{text}`"),
        Test::EndsWith(text) => format!("{subject} ends with `{text}`"),
        Test::Contains(value) => format!("{subject} contains {}", value_words(value)),
        Test::Length(bounds) => {
            let bounds = bounds.iter().map(|(comparison, count)| format!("{} {count}", comparison_words(*comparison)));
            format!("the length of {subject} is {}", bounds.collect::<Vec<_>>().join(" and "))
        }
        Test::Where(inner) => format!("for {subject}: {}", nested(inner)),
        Test::RefersTo(target) => format!("{subject} refers to {}", refers_words(target)),
        Test::PolicyAllows(question) => format!("{subject} allows {}", policy_words(question)),
        Test::RoleAllows(question) => {
            let anybody = policy_words(question);
            format!("{subject} names a role that is allowed{}", anybody.trim_start_matches("some principal"))
        }
        Test::OneOf(operands) => format!("{subject} is one of {}", operands_words(operands, ", ")),
        Test::NoneOf(operands) => format!("{subject} is none of {}", operands_words(operands, ", ")),
        Test::Fits(fits) => format!("{subject} {}", fits_words(fits)),
        Test::Repeated => format!("{subject} has a value twice"),
        Test::Json(inner) => format!("in the document {subject}: {}", nested(inner)),
        Test::Cidr(cidr) => format!("{subject} {}", cidr_words(cidr)),
        Test::Covers(text) => format!("{subject}, as a pattern, covers `{text}`"),
    }
}

fn refers_words(target: &RefersTo) -> String {
    let attribute = target.attribute.as_ref().map(|it| format!(" by its `{it}`")).unwrap_or_default();
    format!("{}{attribute}{}", types_words(&target.resources), filter_words(target.filter.as_deref()))
}

/// Other resources of the stack.
pub(super) fn link_words(link: &Link) -> String {
    let linked = link.linked_by.as_ref().map(|it| format!(" that refers to it by `{it}`")).unwrap_or_default();
    let same: Vec<String> = link.same.iter().map(same_words).collect();
    let same = if same.is_empty() { String::new() } else { format!(" with the same {}", same.join(" and ")) };
    let order = link.order.map(order_words).unwrap_or_default();
    format!("{}{linked}{same}{order}{}", types_words(&link.resources), filter_words(link.filter.as_deref()))
}

fn same_words(same: &Same) -> String {
    format!("`{}`{}", same.path, default_words(same.default.as_ref()))
}

fn order_words(order: Order) -> &'static str {
    match order {
        Order::WrittenBefore => " that is written before it",
        Order::CreatedBefore => " that is created before it",
        Order::CreatedAfter => " that is created after it",
        Order::Unordered => " that is created neither before nor after it",
    }
}

fn types_words(types: &[String]) -> String {
    let types: Vec<String> = types.iter().map(|it| format!("`{it}`")).collect();
    format!("a resource of type {}", types.join(" or "))
}

/// What holds for a resource or value.
pub(super) fn filter_words(filter: Option<&Predicate>) -> String {
    filter.map(|it| format!(" where {}", nested(it))).unwrap_or_default()
}

fn kind_words(kind: Kind) -> String {
    format!("a {}", if kind == Kind::Map { "mapping" } else { kind.word() })
}

fn comparison_words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Lt => "less than",
        Comparison::Le => "at most",
        Comparison::Gt => "greater than",
        Comparison::Ge => "at least",
        Comparison::Eq => "exactly",
    }
}

/// A value of the knowledge base.
pub(super) fn value_words(value: &Literal) -> String {
    format!("`{}`", plain(value))
}

fn default_words(default: Option<&Literal>) -> String {
    default.map(|it| format!(" (when absent: {})", value_words(it))).unwrap_or_default()
}

fn plain(value: &Literal) -> String {
    match value {
        Literal::String(text) => text.clone(),
        other => other.to_json().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;

    #[test]
    fn every_construct_has_words() {
        let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
        assert_eq!(
            lines(&db.limitation("s3-anything").unwrap().when),
            [
                "any of:",
                "  - `A.*.B` is present",
                "  - `A` is a number",
                "  - `A` is `true` (when absent: `false`)",
                "  - `A` is not `x`",
                "  - `A` is one of `x`, `1.5`",
                "  - `A` is less than 60 (when absent: `3`)",
                "  - `A` is at least 2",
                "  - `A` matches `^${region}-[a-z]+$`",
                "  - `A` starts with `arn:${partition}:`",
                "  - `A` ends with `.fifo`",
                "  - `A` contains `x`",
                "  - the length of `A` is at most 16 and greater than 1",
                "  - for `A.*`: it is a string",
                "  - `@DeletionPolicy` is `Retain`",
                "  - the stack has a resource of type `AWS::Logs::LogGroup` or `AWS::KMS::*` that refers to it by `KmsKeyId`",
                "  - the stack lacks a resource of type `AWS::KMS::Key` where `EnableKeyRotation` is `true`",
                "  - it uses `Fn::Cidr`",
                "  - some text in it contains `{{resolve:ssm-secure:`",
                "  - `A.@keys` is none of `B`, `C.@keys` of the `AWS::S3::Bucket`",
                "  - `A` is one of `B` of what `KmsKeyId` refers to (when absent: `x`)",
                "  - `A` matches the expression `B`",
                "  - `A` matches the expression `B` as a whole",
                "  - `A.*.Name` has a value twice",
                "  - in the document `A`: `Statement` is present",
                "  - `A` is a block of addresses without host bits",
                "  - `A` is a block of addresses inside `B` or `C`",
                "  - `A`, as a pattern, covers `${AWS::S3::Bucket.arn}/*`",
                "  - `Role` names a role that is allowed to do `sqs:SendMessage` on `*`",
                "  - `A` allows `s3.amazonaws.com` or `*` to do `sqs:SendMessage` under a condition on `aws:SourceArn` with `aws:SourceAccount` `${account_id}`, no `aws:SourceVpc`",
                "  - (`A` × `B` (when absent: `60`)) is greater than 86400",
                "  - (the number of `A.*` where `B` is `1` + the length of `C` + the size of `D` as JSON + the prefix length of `E`) is at most `F`",
                "  - the sum of `A` over every resource of type `AWS::S3::Bucket` is at least 2",
                "  - the number of times that there is a resource of type `AWS::S3::Bucket` that refers to it by `A` is exactly 2",
                "  - the stack has a resource of type `AWS::S3::Bucket` with the same `A` and `B` (when absent: `x`) that is written before it",
            ]
        );
    }

    #[test]
    fn a_policy_question_reads_as_a_sentence() {
        let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
        assert_eq!(
            words(&db.limitation("kms-key-policy-lacks-logs-principal").unwrap().when),
            "`KmsKeyId` refers to a resource of type `AWS::KMS::Key` by its `Arn` where not: `KeyPolicy` allows \
             `logs.${region}.amazonaws.com` to do `kms:Encrypt*`, `kms:Decrypt*`"
        );
        assert_eq!(words(&Predicate::Always), "always");
    }

    #[test]
    fn nested_alternatives_are_in_parentheses() {
        let uses = |name: &str| Predicate::Intrinsic(name.into());
        let any = Predicate::Any(vec![uses("Fn::A"), uses("Fn::B")]);
        let both = Predicate::All(vec![Predicate::Not(Box::new(any.clone())), any]);
        assert_eq!(words(&both), "not: (it uses `Fn::A` or it uses `Fn::B`) and (it uses `Fn::A` or it uses `Fn::B`)");
    }
}

//! What predicates compare with, in words a reader understands.

use super::predicate::{filter_words, link_words, value_words};
use crate::db::{Cidr, Expression, Fits, Operand, PolicyQuestion};

/// Values of the template: `` `A` ``, `` `A.*` of the `AWS::S3::Bucket` ``.
pub(super) fn operand_words(operand: &Operand) -> String {
    let of = operand.of.as_ref().map(|it| format!(" of the `{it}`")).unwrap_or_default();
    let via = operand.via.as_ref().map(|it| format!(" of what `{it}` refers to")).unwrap_or_default();
    let default = operand.default.as_ref().map(|it| format!(" (when absent: {})", value_words(it)));
    format!("`{}`{via}{of}{}", operand.path, default.unwrap_or_default())
}

/// Several of them, joined by `separator`.
pub(super) fn operands_words(operands: &[Operand], separator: &str) -> String {
    operands.iter().map(operand_words).collect::<Vec<_>>().join(separator)
}

/// A regular expression of the template.
pub(super) fn fits_words(fits: &Fits) -> String {
    let whole = if fits.whole { " as a whole" } else { "" };
    format!("matches the expression {}{whole}", operand_words(&fits.pattern))
}

/// What a block of addresses is.
pub(super) fn cidr_words(cidr: &Cidr) -> String {
    match cidr {
        Cidr::Block => "is a block of addresses".into(),
        Cidr::Network => "is a block of addresses without host bits".into(),
        Cidr::Within(others) => format!("is a block of addresses inside {}", operands_words(others, " or ")),
        Cidr::Overlaps(others) => format!("is a block of addresses that overlaps {}", operands_words(others, " or ")),
    }
}

/// How a number is calculated.
pub(super) fn expression_words(expression: &Expression) -> String {
    match expression {
        Expression::Number(number) => number.to_string(),
        Expression::Values(operand) => operand_words(operand),
        Expression::Count(path, filter) => format!("the number of `{path}`{}", filter_words(filter.as_deref())),
        Expression::Length(operand) => format!("the length of {}", operand_words(operand)),
        Expression::JsonSize(operand) => format!("the size of {} as JSON", operand_words(operand)),
        Expression::PrefixLength(operand) => format!("the prefix length of {}", operand_words(operand)),
        Expression::Sum(parts) => operation(parts, " + "),
        Expression::Product(parts) => operation(parts, " × "),
        Expression::Over(link, each) => match **each {
            Expression::Number(1.0) => format!("the number of times that there is {}", link_words(link)),
            _ => format!(
                "the sum of {} over every {}",
                expression_words(each),
                link_words(link).trim_start_matches("a ")
            ),
        },
    }
}

fn operation(parts: &[Expression], sign: &str) -> String {
    format!("({})", parts.iter().map(expression_words).collect::<Vec<_>>().join(sign))
}

/// What a policy is asked.
pub(super) fn policy_words(question: &PolicyQuestion) -> String {
    let quoted =
        |all: &[String], separator: &str| all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(separator);
    let principal =
        if question.principals.is_empty() { "some principal".into() } else { quoted(&question.principals, " or ") };
    let resource = question.resource.as_ref().map(|it| format!(" on `{it}`")).unwrap_or_default();
    let key = question.condition_key.as_ref().map(|it| format!(" under a condition on `{it}`")).unwrap_or_default();
    let context = question.context.as_ref().map(|keys| {
        let pairs = keys.iter().map(|(key, values)| match values.as_slice() {
            [] => format!("no `{key}`"),
            values => format!("`{key}` {}", quoted(values, " and ")),
        });
        format!(" with {}", pairs.collect::<Vec<_>>().join(", "))
    });
    let context = context.filter(|_| question.context.as_ref().is_some_and(|it| !it.is_empty())).unwrap_or_default();
    format!("{principal} to do {}{resource}{key}{context}", quoted(&question.actions, ", "))
}

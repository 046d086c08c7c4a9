//! `--select` and `--ignore`: which findings a report keeps.

use std::str::FromStr;

use crate::analysis::Finding;
use crate::db::{Category, FailsOn};

use super::Report;

/// Names a group of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// A category: `A`.
    Category(Category),
    /// A failing side: `fails-on=aws`.
    FailsOn(FailsOn),
    /// One limitation or coverage id.
    Id(String),
}

/// A text that is no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no finding id, category (A to D) or `fails-on=aws|localstack|none`")]
pub struct SelectorError(String);

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Self, SelectorError> {
        let selector = match text {
            "A" | "a" => Self::Category(Category::A),
            "B" | "b" => Self::Category(Category::B),
            "C" | "c" => Self::Category(Category::C),
            "D" | "d" => Self::Category(Category::D),
            "fails-on=aws" => Self::FailsOn(FailsOn::Aws),
            "fails-on=localstack" => Self::FailsOn(FailsOn::Localstack),
            "fails-on=none" => Self::FailsOn(FailsOn::None),
            id if is_id(id) => Self::Id(id.to_owned()),
            _ => return Err(SelectorError(text.to_owned())),
        };
        Ok(selector)
    }
}

/// Keeps the findings that `selected` names (all when it is empty) and `ignored` does not. Verdicts stay as they
/// are: they say what happens, not what is shown.
pub fn select(report: &mut Report, selected: &[Selector], ignored: &[Selector]) {
    let keep = |it: &Finding| is_selected(it, selected, ignored);
    report.stacks.iter_mut().for_each(|it| it.report.findings.retain(keep));
    report.tests.iter_mut().for_each(|it| it.findings.retain(keep));
}

/// Whether `selected` names the finding (all when it is empty) and `ignored` does not.
pub fn is_selected(finding: &Finding, selected: &[Selector], ignored: &[Selector]) -> bool {
    let is_named = |by: &[Selector]| by.iter().any(|it| it.names(finding));
    (selected.is_empty() || is_named(selected)) && !is_named(ignored)
}

impl Selector {
    fn names(&self, finding: &Finding) -> bool {
        match self {
            Self::Category(category) => finding.category == *category,
            Self::FailsOn(side) => finding.fails_on == *side,
            Self::Id(id) => finding.id == *id,
        }
    }
}

fn is_id(text: &str) -> bool {
    text.contains('-') && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn ids(selected: &[&str], ignored: &[&str]) -> Vec<String> {
        let parse = |texts: &[&str]| texts.iter().map(|it| it.parse().unwrap()).collect::<Vec<Selector>>();
        let mut report = sample::report();
        select(&mut report, &parse(selected), &parse(ignored));
        let mut ids: Vec<_> = report.findings().map(|it| it.id.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    #[test]
    fn selects_by_category_side_and_id() {
        assert_eq!(ids(&["A"], &[]), ["resource-type-unsupported"]);
        assert_eq!(ids(&["fails-on=aws"], &[]), ["logs-kms-key-policy"]);
        assert_eq!(ids(&["B", "fails-on=aws"], &["lambda-vpc-cold-start"]), ["logs-kms-key-policy"]);
    }

    #[test]
    fn ignoring_wins_over_nothing_selected() {
        assert!(!ids(&[], &["logs-kms-key-policy"]).contains(&"logs-kms-key-policy".to_owned()));
    }

    #[test]
    fn refuses_what_cannot_be_a_selector() {
        assert!("E".parse::<Selector>().is_err());
        assert!("fails-on=gcp".parse::<Selector>().is_err());
    }
}

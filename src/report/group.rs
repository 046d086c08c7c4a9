//! Findings that say the same about several resources, as one.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::analysis::{Certainty, Finding, PROPERTY_IGNORED};
use crate::db::{FailsOn, Severity, Word};

/// Findings that differ only in the resource, the property and the place; never empty.
pub(super) struct Group<'a> {
    first: &'a Finding,
    rest: Vec<&'a Finding>,
}

impl<'a> Group<'a> {
    /// The finding whose words stand for all.
    pub(super) fn first(&self) -> &'a Finding {
        self.first
    }

    /// All findings, by place.
    pub(super) fn findings(&self) -> impl Iterator<Item = &'a Finding> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// The logical ids, each once; the pseudo subject (`Template`) where a finding has none.
    pub(super) fn subjects(&self) -> Vec<String> {
        unique(self.findings().map(|it| self.name(it)))
    }

    /// What a member is called: its subject, with its property where that is not told for all.
    pub(super) fn name(&self, finding: &Finding) -> String {
        match &finding.property {
            Some(property) if self.property().is_none() => format!("{}.{property}", subject(finding)),
            _ => subject(finding).to_owned(),
        }
    }

    /// The property that all members are about; none where the words do not tell what is wrong without it.
    pub(super) fn property(&self) -> Option<&'a str> {
        let first = self.first.property.as_deref().filter(|_| self.first.id != PROPERTY_IGNORED);
        first.filter(|_| self.rest.iter().all(|it| it.property.as_deref() == first))
    }

    /// The findings by resource type, in the order in which the types first come.
    pub(super) fn by_type(&self) -> Vec<(&'a str, Vec<&'a Finding>)> {
        let mut types: Vec<(&str, Vec<&Finding>)> = Vec::new();
        for finding in self.findings() {
            match types.iter_mut().find(|(name, _)| *name == finding.resource_type) {
                Some((_, members)) => members.push(finding),
                None => types.push((&finding.resource_type, vec![finding])),
            }
        }
        types
    }

    /// Everything that consumes the affected values, each once.
    pub(super) fn impact(&self) -> Vec<String> {
        unique(self.findings().flat_map(|it| it.impact.iter().map(String::as_str)))
    }

    /// Whether only an unknown value decides.
    pub(super) fn is_possible(&self) -> bool {
        self.first.certainty == Certainty::Possible
    }
}

/// The logical id a finding is about, or its pseudo subject.
pub(super) fn subject(finding: &Finding) -> &str {
    finding.logical_id.as_deref().unwrap_or(&finding.resource_type)
}

/// Groups findings that print the same words, the worst first; otherwise groups and their members keep the
/// findings' order.
pub(super) fn group<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: HashMap<Words<'a>, usize> = HashMap::new();
    for finding in findings {
        let at = *known.entry(words(finding)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.rest.push(finding),
            None => groups.push(Group { first: finding, rest: Vec::new() }),
        }
    }
    groups.sort_by_key(|it| (Reverse(it.first.severity), it.first.certainty));
    groups
}

/// `error`, `possible error`.
pub(super) fn level(finding: &Finding) -> String {
    let severity = finding.severity.word();
    match finding.certainty {
        Certainty::Certain => severity.to_owned(),
        Certainty::Possible => format!("possible {severity}"),
    }
}

/// Whether two findings differ only in the resource, the property and the place.
pub(super) fn same_words(a: &Finding, b: &Finding) -> bool {
    words(a) == words(b)
}

/// What is printed of a finding whatever resource, property and place it is about.
type Words<'a> = (&'a str, (Severity, Certainty, FailsOn), [&'a str; 4], [Option<&'a str>; 2]);

fn words(finding: &Finding) -> Words<'_> {
    let Finding { feature, localstack, aws, solution, .. } = finding;
    (
        &finding.id,
        (finding.severity, finding.certainty, finding.fails_on),
        [feature, localstack, aws, solution],
        [finding.error.as_deref(), finding.depends_on.as_deref()],
    )
}

/// Each item once, in order.
pub(super) fn unique<T: Into<String>>(items: impl Iterator<Item = T>) -> Vec<String> {
    let mut seen = HashSet::new();
    items.map(Into::into).filter(|it: &String| seen.insert(it.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn same_words_become_one_group_in_order() {
        let report = sample::report();
        let groups = group(&report.stacks[0].report.findings);
        let logs = groups.iter().find(|it| it.first().id == "logs-kms-key-policy").unwrap();
        assert_eq!(logs.subjects(), ["AppLogs", "FlowLogs"]);
        assert_eq!(logs.findings().count(), 2);
    }

    #[test]
    fn the_worst_comes_first() {
        let report = sample::report();
        let groups = group(&report.stacks[0].report.findings);
        let levels: Vec<_> = groups.iter().map(|it| level(it.first())).collect();
        assert_eq!(levels, ["error", "error", "warning", "possible note"]);
    }

    #[test]
    fn a_possible_finding_stays_apart() {
        let mut report = sample::report();
        let findings = &mut report.stacks[0].report.findings;
        findings.iter_mut().find(|it| it.logical_id.as_deref() == Some("FlowLogs")).unwrap().certainty =
            Certainty::Possible;
        let groups = group(findings.iter());
        assert_eq!(groups.iter().filter(|it| it.first().id == "logs-kms-key-policy").count(), 2);
    }
}

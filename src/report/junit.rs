//! A test report as continuous integration reads it: a suite a template, a case a finding.

use std::collections::BTreeMap;
use std::path::Path;

use quick_junit::{NonSuccessKind, Report as Document, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::db::{Severity, Word};

use super::items::{Item, items};
use super::printable::printable;
use super::{FileError, Report};

/// The report. An error is a failed case, a file that cannot be read one with an error; warnings and notes pass and
/// tell their words in the output; what is suppressed is skipped; a template without findings is one case that passes.
///
/// # Errors
/// Never in practice; the signature is `quick_junit`'s.
pub fn junit(report: &Report) -> Result<String, SerializeError> {
    let mut suites: BTreeMap<&Path, Vec<TestCase>> = BTreeMap::new();
    for stack in &report.stacks {
        suites.entry(&stack.path).or_default();
    }
    for item in items(report) {
        suites.entry(item.path).or_default().push(case(&item));
    }
    for error in &report.errors {
        suites.entry(&error.path).or_default().push(unreadable(error));
    }
    let mut document = Document::new("lscompat");
    for (path, mut cases) in suites {
        if cases.is_empty() {
            cases.push(TestCase::new("no findings", TestCaseStatus::success()));
        }
        let mut suite = TestSuite::new(printable(&path.display().to_string()));
        suite.add_test_cases(cases);
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn case(item: &Item<'_>) -> TestCase {
    let finding = item.finding;
    let start = item.range().start;
    let place = format!("{}:{}:{}", printable(&item.path.display().to_string()), start.line, start.column);
    let words = [vec![place], item.sentences()].concat().join("\n");
    let status = match (&finding.suppressed, finding.severity) {
        (Some(reason), _) => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(printable(reason));
            skipped
        }
        (None, Severity::Error) => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed.set_message(printable(&item.title())).set_type(finding.id.clone()).set_description(words.clone());
            failed
        }
        (None, Severity::Warning | Severity::Note) => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(format!("{}: {}", finding.id, printable(&item.title())), status);
    case.set_classname(format!("{}.{}", item.category(), finding.severity.word()));
    if finding.severity != Severity::Error && finding.suppressed.is_none() {
        case.set_system_out(words);
    }
    case
}

fn unreadable(error: &FileError) -> TestCase {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(printable(&error.message)).set_description(error.to_string());
    TestCase::new("the file can be read", status)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn full() {
        insta::assert_snapshot!(junit(&sample::report()).unwrap());
    }

    #[test]
    fn another_reader_counts_the_same() {
        let mut report = sample::report();
        report.stacks[0].report.findings[0].suppressed = Some("known".into());
        report.errors = sample::unreadable().errors;
        let document = Document::deserialize_from_str(&junit(&report).unwrap()).unwrap();
        assert_eq!(document.test_suites.len(), 2);
        let errors = items(&report)
            .iter()
            .filter(|it| it.finding.severity == Severity::Error && it.finding.suppressed.is_none())
            .count();
        assert_eq!(document.test_suites.iter().map(|it| it.failures).sum::<usize>(), errors);
        assert_eq!(document.test_suites.iter().map(|it| it.errors).sum::<usize>(), 1);
        let cases = || document.test_suites.iter().flat_map(|it| &it.test_cases);
        assert_eq!(cases().filter(|it| matches!(it.status, TestCaseStatus::Skipped { .. })).count(), 1);
    }
}

//! The formats that other programs read, each read by a parser that is not ours.

use serde_json::Value;

use crate::program::{Project, root, run_in};

const ALL: [&str; 5] = ["sarif", "github", "gitlab", "junit", "csv"];

fn examples(format: &str) -> String {
    let run = run_in(&root().join("templates/examples"), &["check", "--fail-on", "never", "--format", format]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

fn findings() -> usize {
    let report: Value = serde_json::from_str(&examples("json")).unwrap();
    report["stacks"].as_array().unwrap().iter().map(|it| it["findings"].as_array().unwrap().len()).sum()
}

#[test]
fn sarif_has_every_finding_and_its_rule() {
    let log: serde_sarif::sarif::Sarif = serde_json::from_str(&examples("sarif")).unwrap();
    let run = &log.runs[0];
    let rules = run.tool.driver.rules.as_ref().unwrap();
    let results = run.results.as_ref().unwrap();
    assert_eq!(results.len(), findings());
    for result in results {
        let rule = &rules[usize::try_from(result.rule_index.unwrap()).unwrap()];
        assert_eq!(Some(&rule.id), result.rule_id.as_ref());
    }
}

#[test]
fn gitlab_has_unique_fingerprints() {
    let issues: Value = serde_json::from_str(&examples("gitlab")).unwrap();
    let issues = issues.as_array().unwrap();
    assert_eq!(issues.len(), findings());
    let unique: std::collections::BTreeSet<&str> =
        issues.iter().map(|it| it["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(unique.len(), issues.len());
}

#[test]
fn github_junit_and_csv_have_every_finding() {
    assert_eq!(examples("github").lines().count(), findings());
    assert_eq!(csv::Reader::from_reader(examples("csv").as_bytes()).records().count(), findings());
    let document = quick_junit::Report::deserialize_from_str(&examples("junit")).unwrap();
    assert_eq!(document.test_suites.iter().map(|it| it.tests).sum::<usize>(), findings());
}

#[test]
fn every_format_tells_of_a_file_that_cannot_be_read() {
    let project = Project::new(&[("bad.yaml", "Resources: [\n")]);
    for format in ALL.iter().filter(|it| **it != "csv") {
        let run = project.run(&["check", "bad.yaml", "--format", format]);
        assert_eq!(run.code, 2, "{format}");
        assert!(run.stdout.contains("bad.yaml"), "{format}: {}", run.stdout);
    }
}

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

#[test]
fn one_run_writes_every_pair() {
    let project = Project::new(&[("a.yaml", crate::program::CLEAN)]);
    let run = project.run(&[
        "check",
        "a.yaml",
        "--format",
        "junit",
        "-o",
        "out/../tests.xml",
        "-o",
        "a.html",
        "-o",
        "b.sarif",
    ]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "a missing folder is not made: {}", run.stderr);
    let run = project.run(&[
        "check",
        "a.yaml",
        "--format",
        "junit",
        "-o",
        "tests.xml",
        "-o",
        "a.html",
        "-o",
        "b.sarif",
        "-o",
        "-",
        "-o",
        "c.csv",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("Target: "));
    assert!(project.read("tests.xml").contains("<testsuites"));
    assert!(project.read("a.html").starts_with("<!doctype html>"));
    assert!(project.read("b.sarif").contains("\"2.1.0\""));
    assert!(project.read("c.csv").starts_with("path,line,column"));
    assert_eq!(std::fs::read_dir(project.path("")).unwrap().count(), 5, "a temporary file was left");
}

#[test]
fn a_page_is_made_from_a_template_of_ones_own() {
    let project = Project::new(&[
        ("<b>.yaml", crate::program::CLEAN),
        ("ours.jinja", "<h1>{{ stacks[0].title }}</h1>{{ summary.findings }} {{ target.plan }}\n"),
    ]);
    let own = |rest: &[&str]| project.run(&[&["check", "<b>.yaml", "--template", "ours.jinja"], rest].concat());
    assert_eq!(own(&["--format", "html"]).stdout, "<h1>&lt;b&gt;.yaml</h1>0 hobby\n");
    let run = own(&["--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`--template` is for `--format markdown` and `--format html`"), "{}", run.stderr);
}

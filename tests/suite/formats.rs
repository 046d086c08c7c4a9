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
    let suites = junit_parser::from_reader(examples("junit").as_bytes()).unwrap();
    assert_eq!(suites.suites.iter().map(|it| it.cases.len()).sum::<usize>(), findings());
    let failures: u64 = suites.suites.iter().map(|it| it.failures).sum();
    let is_error = |it: &&Value| it["severity"] == "error";
    let report: Value = serde_json::from_str(&examples("json")).unwrap();
    let stacks = report["stacks"].as_array().unwrap().iter();
    let errors = stacks.flat_map(|it| it["findings"].as_array().unwrap()).filter(is_error).count();
    assert_eq!(failures, u64::try_from(errors).unwrap());
}

/// What a template, its name included, can hold to be taken for something else.
const NAME: &str = "=1+1,\"x\n::error file=a,line=1::fake %0A %25 ]]></failure>\u{1b}[31m";

fn hostile() -> Project {
    let resources = serde_json::json!({
        "Resources": {NAME: {"Type": "AWS::GameLift::Fleet"}, "T": {"Type": "AWS::SNS::Topic", "Condition": NAME}},
        "Outputs": {"O": {"Value": {"Ref": NAME}}}
    });
    Project::new(&[("=a,line=9::b%.json", &resources.to_string())])
}

fn of_hostile(format: &str) -> String {
    hostile().run(&["check", ".", "--plan", "community", "--format", format]).stdout
}

#[test]
fn gitlab_reports_have_the_documented_shape() {
    let schema: Value = serde_json::from_str(include_str!("../schemas/gitlab-code-quality.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for text in [
        examples("gitlab"),
        of_hostile("gitlab"),
        Project::new(&[("./a.yaml", "")]).run(&["check", "./a.yaml", "--format", "gitlab"]).stdout,
    ] {
        let report: Value = serde_json::from_str(&text).unwrap();
        assert!(!report.as_array().unwrap().is_empty());
        let errors: Vec<String> = validator.iter_errors(&report).map(|it| it.to_string()).collect();
        assert_eq!(errors, [""; 0], "{text}");
        assert!(!text.contains("\\u001b"), "{text}");
    }
}

#[test]
fn github_annotations_read_back_as_they_were_meant() {
    let line = regex::Regex::new("^::(error|warning|notice) ([^:]*)::(.*)$").unwrap();
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| data(&text.replace("%3A", ":").replace("%2C", ","));
    let text = of_hostile("github");
    assert!(text.lines().count() >= 3, "{text}");
    for it in text.lines() {
        let parts = line.captures(it).unwrap_or_else(|| panic!("no command: {it}"));
        let properties: Vec<(&str, String)> =
            parts[2].split(',').map(|it| it.split_once('=').unwrap()).map(|(key, it)| (key, property(it))).collect();
        let keys: Vec<&str> = properties.iter().map(|it| it.0).collect();
        assert!(
            keys == ["file", "line", "endLine", "col", "endColumn", "title"]
                || keys == ["file", "line", "endLine", "title"],
            "{it}"
        );
        assert_eq!(properties[0].1, "=a,line=9::b%.json");
        assert!(properties.last().unwrap().1.starts_with("lscompat"));
        assert!(!data(&parts[3]).contains(['\u{1b}', '\r']));
    }
    assert!(
        text.lines().any(|it| data(it).contains("::error file=a,line=1::fake %0A %25 ]]></failure>\\u{1b}[31m")),
        "{text}"
    );
}

#[test]
fn junit_and_csv_keep_every_text_in_its_place() {
    let suites = junit_parser::from_reader(of_hostile("junit").as_bytes()).unwrap();
    assert_eq!((suites.suites.len(), suites.suites[0].name.as_str()), (1, "=a,line=9::b%.json"));
    let failed = suites.suites[0].cases.iter().filter(|it| it.status.is_failure());
    let messages: Vec<&str> = failed.map(|it| it.status.failure_as_ref().message.as_str()).collect();
    assert!(messages.iter().any(|it| it.contains("%25 ]]></failure>\\u{1b}[31m")), "{messages:?}");
    let text = of_hostile("csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|it| it == name).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert!(rows.len() >= 2);
    for row in &rows {
        assert!(row.iter().all(|it| !it.starts_with(['=', '+', '-', '@'])), "{row:?}");
        assert_eq!(&row[at("path")], "'=a,line=9::b%.json");
    }
    assert!(rows.iter().any(|it| it[at("logical_id")].starts_with("'=1+1,\"x")), "{rows:?}");
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
    let printed = |format: &str| project.run(&["check", "--print-template", "--format", format]);
    project.write("ours.jinja", printed("html").stdout);
    assert_eq!(own(&["--format", "html"]).stdout, project.run(&["check", "<b>.yaml", "--format", "html"]).stdout);
    assert!(printed("markdown").stdout.starts_with("{#\nThe compatibility document"));
    assert_eq!(printed("csv").code, 2);
    let run = own(&["--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`--template` is for `--format markdown` and `--format html`"), "{}", run.stderr);
}

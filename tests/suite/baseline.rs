//! `lscompat baseline` and `check --baseline`: taking lscompat up in an old project.

use crate::program::{CLEAN, Project, Run, run_in};

const TEMPLATE: &str = "\
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: a, ProtocolType: HTTP}
  Address:
    Type: AWS::EC2::EIP
";
const FILE: &str = "lscompat-baseline.json";

fn baseline(project: &Project, rest: &[&str]) -> Run {
    project.run(&[&["baseline", "--plan", "community"], rest].concat())
}

fn check(project: &Project, rest: &[&str]) -> Run {
    project.run(&[&["check", "--plan", "community", "--baseline", FILE], rest].concat())
}

fn adopted() -> Project {
    let project = Project::new(&[("stacks/a.yaml", TEMPLATE), ("b.yaml", CLEAN)]);
    let run = baseline(&project, &[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "`lscompat-baseline.json` has 2 findings: 2 added, 0 removed\n"));
    project
}

#[test]
fn what_was_there_is_left_out() {
    let project = adopted();
    insta::assert_snapshot!(project.read(FILE));
    let run = check(&project, &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("note: 2 known findings of the baseline `lscompat-baseline.json` are left out"));
    project.write("stacks/a.yaml", TEMPLATE.to_owned() + "  More:\n    Type: AWS::EC2::EIP\n");
    let run = check(&project, &["--format", "json"]);
    assert_eq!(run.code, 1);
    let report = run.json();
    let findings = report["stacks"][1]["findings"].as_array().unwrap();
    let ids: Vec<_> = findings.iter().map(|it| it["logical_id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["More"]);
}

#[test]
fn it_is_the_same_again_and_from_everywhere() {
    let project = adopted();
    let text = project.read(FILE);
    assert!(baseline(&project, &[]).stdout.ends_with("0 added, 0 removed\n"));
    assert_eq!(project.read(FILE), text);
    let arguments = ["check", "--plan", "community", "--baseline", "../lscompat-baseline.json"];
    assert_eq!(run_in(&project.path("stacks"), &arguments).code, 0);
    project.write("lscompat.toml", format!("plan = 'community'\nbaseline = '{FILE}'\n"));
    assert_eq!(run_in(&project.path("stacks"), &["check"]).code, 0);
    assert!(run_in(&project.path("stacks"), &["baseline", ".."]).stdout.ends_with("0 added, 0 removed\n"));
}

#[test]
fn it_survives_moves_and_renames() {
    let project = adopted();
    std::fs::remove_file(project.path("stacks/a.yaml")).unwrap();
    project.write("infra/b.yaml", format!("# Moved\n\n{}", TEMPLATE.replace("Api:\n", "Orders:\n")));
    let run = check(&project, &["--fail-on", "note"]);
    assert_eq!(run.code, 1, "both at once is another finding: {}", run.stdout);
    project.write("infra/b.yaml", format!("# Moved\n\n{TEMPLATE}"));
    let run = check(&project, &["--fail-on", "note"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(baseline(&project, &["--prune"]).stdout.ends_with("has 2 findings: 0 added, 0 removed\n"));
    assert!(project.read(FILE).contains("\"path\": \"infra/b.yaml\""));
    project.write("infra/b.yaml", TEMPLATE.replace("Api:\n", "Orders:\n"));
    let run = check(&project, &["--fail-on", "note"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn it_shrinks_and_keeps_what_people_wrote() {
    let project = adopted();
    let own = "\"AWS::ApiGatewayV2::Api\", \"level\": \"error\"";
    let text = project.read(FILE).replace(own, &format!("{own}, \"reason\": \"ticket 7\""));
    project.write(FILE, &text);
    project
        .write("stacks/a.yaml", TEMPLATE.split("  Address:").next().unwrap().replace("Api:", "Api:\n    Metadata: {}"));
    let run = check(&project, &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let gone = "note: `resource-type-needs-plan` of `Address` in `stacks/a.yaml` is in the baseline";
    assert!(run.stdout.contains(gone), "{}", run.stdout);
    assert!(run.stdout.contains("`lscompat baseline --prune`"), "{}", run.stdout);
    // Nothing of a file that is not looked at is gone.
    assert!(!check(&project, &["b.yaml"]).stdout.contains("no longer found"));
    let run = baseline(&project, &["--update"]);
    assert_eq!(run.stdout, "`lscompat-baseline.json` has 1 finding: 0 added, 1 removed\n");
    assert!(project.read(FILE).contains("ticket 7"), "{}", project.read(FILE));
    project.write("b.yaml", TEMPLATE);
    let run = baseline(&project, &["b.yaml"]);
    assert_eq!(run.stdout, "`lscompat-baseline.json` has 3 findings: 2 added, 0 removed\n");
    assert!(project.read(FILE).contains("ticket 7"), "{}", project.read(FILE));
}

#[test]
fn what_got_worse_is_reported() {
    let text = "Parameters:\n  Wait: {Type: Number}\nResources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {PendingWindowInDays: !Ref Wait}\n";
    let project = Project::new(&[("a.yaml", text)]);
    baseline(&project, &[]);
    assert_eq!(check(&project, &["--fail-on", "note"]).code, 0);
    let run = check(&project, &["--parameter", "Wait=3", "--select", "kms-pending-window-out-of-range"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(!run.stdout.contains("no longer found"), "{}", run.stdout);
}

#[test]
fn a_review_leaves_it_out_on_both_sides() {
    let project = Project::repository(&[("a.yaml", CLEAN)]);
    project.write("a.yaml", TEMPLATE);
    baseline(&project, &[]);
    let review = |rest: &[&str]| project.run(&[&["review", "--plan", "community", "--base", "HEAD"], rest].concat());
    assert_eq!(review(&[]).code, 1);
    let run = review(&["--baseline", FILE]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("0 new; 0 findings as before"), "{}", run.stdout);
}

#[test]
fn a_mistake_is_said_and_ends_with_2() {
    let project = Project::new(&[("a.yaml", TEMPLATE), (FILE, "{")]);
    for (run, message) in [
        (check(&project, &[]), "the baseline `lscompat-baseline.json` cannot be used: EOF while parsing"),
        (baseline(&project, &["--prune", "--output", "no.json"]), "`no.json` does not exist"),
        (
            project.run(&["check", "--baseline", "no.json"]),
            "the baseline `no.json` cannot be read; `lscompat baseline`",
        ),
    ] {
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

//! `lscompat check`: what it reads, where it writes, how it ends.

use std::io::Read;
use std::process::Stdio;

use crate::program::{CLEAN, Project, command, root, run_in};

const UNSUPPORTED: &str =
    "Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {Name: a, ProtocolType: HTTP}\n";

#[test]
fn nothing_found_is_exit_0_and_said() {
    let run = Project::new(&[("a.yaml", CLEAN)]).run(&["check"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("a.yaml"));
    assert!(run.stdout.contains("Total: 1 stack, 1 resource"));
    assert!(run.stderr.is_empty());
}

#[test]
fn findings_decide_the_exit_code() {
    let project = Project::new(&[("a.yaml", UNSUPPORTED)]);
    let check = |rest: &[&str]| project.run(&[&["check", "--plan", "community"], rest].concat()).code;
    assert_eq!(check(&["--fail-on", "note"]), 1);
    assert_eq!(check(&["--fail-on", "never"]), 0);
    assert_eq!(check(&["--fail-on", "note", "--ignore", "A,B,C"]), 0);
    assert_eq!(check(&["--fail-on", "note", "--select", "A"]), 1);
    project.write("lscompat.toml", "fail-on = 'never'\n");
    assert_eq!(check(&[]), 0);
    assert_eq!(check(&["--fail-on", "note"]), 1);
}

#[test]
fn the_target_is_printed() {
    let project = Project::new(&[("a.yaml", CLEAN), ("lscompat.toml", "plan = 'base'\nregion = 'eu-west-1'\n")]);
    assert!(project.run(&["check"]).stdout.contains("LocalStack 2026.3 (base) · eu-west-1"));
    let run = project.run(&["check", "--plan", "ultimate", "--release", "4.14"]);
    assert!(run.stdout.contains("LocalStack 4.14 (ultimate) · eu-west-1"), "{}", run.stdout);
}

#[test]
fn only_templates_of_a_folder_are_read() {
    let project = Project::new(&[
        ("a.yaml", CLEAN),
        ("package.json", "{\"name\": \"Resources\"}"),
        ("values.yaml", "Resources: {limits: {cpu: 1}}\n"),
        ("broken.yaml", "a: [\n"),
        ("node_modules/p/t.yaml", CLEAN),
        ("sub/b.template", "{\"Resources\": {\"T\": {\"Type\": \"AWS::SNS::Topic\"}}}"),
    ]);
    let report = project.run(&["check", "--format", "json"]).json();
    let paths: Vec<_> = report["stacks"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["a.yaml", "sub/b.template"]);
    assert_eq!(report["errors"].as_array().unwrap().len(), 0);
}

#[test]
fn a_file_given_twice_is_reported_once() {
    let run = Project::new(&[("a.yaml", CLEAN)]).run(&["check", "a.yaml", ".", ".", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["stacks"].as_array().unwrap().len(), 1);
}

#[test]
fn a_parameter_that_nothing_declares_is_noted() {
    let run = Project::new(&[("a.yaml", CLEAN)]).run(&["check", "--parameter", "Stgae=dev"]);
    assert!(run.stdout.contains("note: no template declares the given parameter `Stgae`"));
}

#[test]
fn formats_go_to_their_outputs() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    let run = project.run(&["check", "--format", "json", "--output", "a.json", "--format", "table"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("Target: "));
    assert!(project.read("a.json").starts_with("{\n  \"schema_version\": 1,"));
    let beside = std::fs::read_dir(project.path("")).unwrap().count();
    assert_eq!(beside, 2, "a temporary file was left");
}

#[test]
fn an_output_that_cannot_be_written_is_an_error() {
    let run = Project::new(&[("a.yaml", CLEAN)]).run(&["check", "--format", "json", "--output", "no/such/a.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`no/such/a.json` cannot be written"), "{}", run.stderr);
}

#[test]
fn pipes_get_no_colours_unless_asked() {
    let project = Project::new(&[("a.yaml", UNSUPPORTED), ("b.yaml", "Resources: [")]);
    let plain = project.run(&["check", "-v", "--plan", "community"]);
    assert!(!plain.stdout.contains('\u{1b}') && !plain.stderr.contains('\u{1b}'));
    let always = project.run(&["check", "-v", "--plan", "community", "--color", "always"]);
    assert!(always.stdout.contains('\u{1b}'));
    let never = command(&project.path(""), &["check", "--color", "never"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(!String::from_utf8(never.stdout).unwrap().contains('\u{1b}'));
    let forced = command(&project.path(""), &["check"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(String::from_utf8(forced.stdout).unwrap().contains('\u{1b}'));
    let both = command(&project.path(""), &["check"]).env("NO_COLOR", "1").output().unwrap();
    assert!(!String::from_utf8(both.stdout).unwrap().contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_lscompat"))
        .current_dir(root().join("templates/examples"))
        .args(["check", "--fail-on", "never", "-v"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
}

#[test]
fn two_runs_print_the_same() {
    let run = || run_in(&root().join("templates/examples"), &["check", "--format", "json"]).stdout;
    assert_eq!(run(), run());
}

#[test]
fn help_and_version() {
    let project = Project::new(&[]);
    assert_eq!(project.run(&["--version"]).stdout, format!("lscompat {}\n", env!("CARGO_PKG_VERSION")));
    insta::assert_snapshot!("help", project.run(&["--help"]).stdout);
    insta::assert_snapshot!("help-check", project.run(&["check", "--help"]).stdout);
    insta::assert_snapshot!("help-verify", project.run(&["db", "verify", "--help"]).stdout);
    insta::assert_snapshot!("help-baseline", project.run(&["baseline", "--help"]).stdout);
    insta::assert_snapshot!("help-review", project.run(&["review", "--help"]).stdout);
    insta::assert_snapshot!("help-docs", project.run(&["docs", "--help"]).stdout);
}

#[test]
fn suppressed_findings_do_not_count() {
    let text = UNSUPPORTED.replace(
        "    Type: AWS::ApiGatewayV2::Api\n",
        "    # lscompat: ignore[resource-type-needs-plan] tested on AWS\n    Type: AWS::ApiGatewayV2::Api\n",
    );
    let project = Project::new(&[("a.yaml", text.as_str())]);
    let run = project.run(&["check", "--plan", "community", "--select", "A", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let report = run.json();
    assert_eq!(report["summary"]["suppressed"], 1);
    assert_eq!(report["stacks"][0]["findings"][0]["suppressed"], true);
    assert_eq!(report["stacks"][0]["findings"][0]["suppression_reason"], "tested on AWS");
}

#[test]
fn an_unused_suppression_is_a_note() {
    let text = "Resources:\n  A:\n    Type: AWS::SNS::Topic # lscompat: ignore[kms-key-rotaton] we rotate\n";
    let project = Project::new(&[("a.yaml", text)]);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("\nSuppressions\n") && run.stdout.contains("kms-key-rotation"), "{}", run.stdout);
    assert_eq!(project.run(&["check", "--fail-on", "note"]).code, 1);
    assert_eq!(project.run(&["check", "--fail-on", "note", "--ignore", "unused-suppression"]).code, 0);
    assert!(!project.run(&["docs"]).stdout.contains("kms-key-rot"));
    let findings = &project.run(&["check", "--format", "json"]).json()["stacks"][0]["findings"];
    assert_eq!(
        (&findings[0]["id"], &findings[0]["location"]["start"]["line"]),
        (&"unused-suppression".into(), &3.into())
    );
    project.write("a.yaml", text.replace("rotaton", "rotaton, unused-suppression"));
    assert_eq!(project.run(&["check", "--fail-on", "note"]).code, 0);
}

#[test]
fn a_suppression_that_one_deployment_needs_is_used() {
    let child = "Parameters:\n  Days: {Type: Number}\nResources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      PendingWindowInDays: !Ref Days # lscompat: ignore[kms-pending-window-out-of-range] test only\n";
    let nest = |name: &str, days| {
        format!(
            "  {name}:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: child.yaml, Parameters: {{Days: {days}}}}}\n"
        )
    };
    let parent = format!("Resources:\n{}{}", nest("One", 3), nest("Two", 30));
    let project = Project::new(&[("child.yaml", child), ("parent.yaml", &parent)]);
    let unused =
        || project.run(&["check", "parent.yaml", "--format", "csv"]).stdout.matches("unused-suppression").count();
    assert_eq!(unused(), 0);
    project.write("parent.yaml", parent.replace("Days: 3}", "Days: 20}"));
    assert_eq!(unused(), 1);
}

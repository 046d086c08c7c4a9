//! `check --since`: an old file, or a git revision of the same templates.

use serde_json::Value;

use crate::program::{Project, Run};

const OLD: &str = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n    Properties: {VisibilityTimeout: 30}\n  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      RetentionInDays: 7\n";

fn new() -> String {
    OLD.replace("30", "60")
        .replace("RetentionInDays: 7", "RetentionInDays: 30 # lscompat: ignore[update-not-made] known")
}

fn check(project: &Project, rest: &[&str]) -> Run {
    project.run(&[&["check", "--plan", "community", "--format", "json"], rest].concat())
}

fn outcomes(stack: &Value) -> Vec<[&str; 4]> {
    let resources = stack["updates"]["resources"].as_array().unwrap().iter();
    resources.map(|it| ["logical_id", "change", "localstack", "aws"].map(|key| it[key].as_str().unwrap())).collect()
}

#[test]
fn an_old_file_is_compared_with() {
    let project = Project::new(&[("old.yaml", OLD), ("new.yaml", &new())]);
    let run = check(&project, &["--since", "old.yaml", "new.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let stack = &report["stacks"][0];
    assert_eq!(stack["updates"]["since"], "old.yaml");
    let expected = [["Jobs", "modified", "in-place", "in-place"], ["Logs", "modified", "not-made", "in-place"]];
    assert_eq!(outcomes(stack), expected);
    let property = &stack["updates"]["resources"][1]["properties"][0];
    assert_eq!((property["path"].as_str(), property["made"].as_bool()), (Some("RetentionInDays"), Some(false)));
    assert_eq!(
        (&property["location"]["path"], &property["location"]["start"]["line"]),
        (&"new.yaml".into(), &8.into())
    );
    let findings = stack["findings"].as_array().unwrap();
    let found = findings.iter().find(|it| it["id"] == "update-not-made").unwrap();
    assert_eq!((found["suppressed"].as_bool(), found["suppression_reason"].as_str()), (Some(true), Some("known")));
}

#[test]
fn without_an_old_version_nothing_is_said_of_updates() {
    let report = check(&Project::new(&[("a.yaml", OLD)]), &[]).json();
    assert_eq!(report["stacks"][0]["updates"], Value::Null);
}

#[test]
fn a_revision_has_the_old_version_of_every_template() {
    let project = Project::repository(&[("sub/a.yaml", OLD), ("sub/b.yaml", OLD)]);
    project.write("sub/a.yaml", new());
    project.write("sub/c.yaml", OLD);
    let run = check(&project, &["--since", "HEAD", "sub"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    let touched: Vec<usize> = [0, 1].map(|it| outcomes(&report["stacks"][it]).len()).to_vec();
    assert_eq!(touched, [2, 0]);
    assert_eq!(report["stacks"][2]["updates"], Value::Null);
    assert_eq!(report["notes"][0], "`sub/c.yaml` is new since `HEAD`, so that nothing of it is an update");
}

#[test]
fn nested_stacks_are_compared_as_their_parents_deploy_them() {
    let parent = |days| {
        format!(
            "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: inner.yaml\n      \
             Parameters: {{Days: {days}}}\n"
        )
    };
    let inner = "Parameters:\n  Days: {Type: Number}\nResources:\n  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties: {RetentionInDays: !Ref Days}\n";
    let project = Project::repository(&[("main.yaml", &parent("7")), ("inner.yaml", inner)]);
    project.write("main.yaml", parent("30"));
    let report = check(&project, &["--since", "main", "main.yaml"]).json();
    assert_eq!(report["stacks"][1]["kind"], "nested");
    assert_eq!(outcomes(&report["stacks"][1]), [["Logs", "modified", "not-made", "in-place"]]);
}

#[test]
fn a_mistake_is_said_and_ends_with_2() {
    let project = Project::repository(&[("a.yaml", OLD), ("b.yaml", OLD), ("note.yaml", "a: 1\n")]);
    for (arguments, message) in [
        (vec!["--since", "no-such", "a.yaml"], "error: a.yaml: `no-such` is neither a file nor a revision"),
        (vec!["--since", "note.yaml", "a.yaml"], "error: note.yaml: this is no CloudFormation template"),
        (
            vec!["--since", "a.yaml", "a.yaml", "b.yaml"],
            "error: a.yaml: an old file is compared with one template, but 2",
        ),
    ] {
        let run = check(&project, &arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
    }
    project.write("a.yaml", "Resources: [\n");
    project.git(&["commit", "--quiet", "--all", "--message=broken"]);
    project.write("a.yaml", OLD);
    let run = check(&project, &["--since", "HEAD", "a.yaml"]);
    assert!(run.code == 2 && run.stderr.starts_with("error: HEAD:a.yaml:"), "{}", run.stderr);
    let outside = Project::new(&[("a.yaml", OLD)]);
    let run = check(&outside, &["--since", "HEAD", "a.yaml"]);
    assert!(run.code == 2 && run.stderr.contains("is in no git repository"), "{}", run.stderr);
}

#[test]
fn the_table_and_the_document_have_the_updates() {
    let project = Project::new(&[("old.yaml", OLD), ("new.yaml", &new())]);
    let table = project.run(&["check", "--plan", "community", "--since", "old.yaml", "new.yaml"]).stdout;
    assert!(table.contains("Updates since old.yaml") && table.contains("silently not made"), "{table}");
    let document = project.run(&["docs", "--plan", "community", "--since", "old.yaml", "new.yaml"]);
    assert!(document.stdout.contains("## Updates since `old.yaml`"), "{}{}", document.stdout, document.stderr);
}

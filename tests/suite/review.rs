//! `lscompat review`: what a branch changes, on a real history.

use serde_json::Value;

use crate::program::{CLEAN, Project, Run};
use crate::schema::assert_fits;

/// One finding of each kind on the open core: a type it lacks, a wrong value, a value that nobody knows yet.
const APP: &str = "\
Parameters:
  Wait:
    Type: Number
Resources:
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: orders
      ProtocolType: HTTP
  Key:
    Type: AWS::KMS::Key
    Properties:
      PendingWindowInDays: !Ref Wait
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: '*'}, Action: 'kms:*', Resource: '*'}
  Address:
    Type: AWS::EC2::EIP
";

/// What no entry of the knowledge base words, so that snapshots stay when entries do not.
const UNWRITTEN: &str = "resource-type-needs-plan,property-ignored";

const QUEUE: &str = "Resources:\n  Jobs:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {Name: jobs}\n";

/// A repository whose branch `topic` moves, renames, adds, removes and worsens.
fn history() -> Project {
    let project = Project::repository(&[("stacks/app.yaml", APP), ("queue.yaml", QUEUE)]);
    project.git(&["checkout", "--quiet", "-b", "topic"]);
    std::fs::create_dir(project.path("infra")).unwrap();
    project.git(&["mv", "stacks/app.yaml", "infra/app.yaml"]);
    let new = APP.replace("Type: Number", "Type: Number\n    Default: 3").replace("  Api:", "  Orders:").replace(
        "  Address:\n    Type: AWS::EC2::EIP\n",
        "  Stage:\n    Type: AWS::ApiGatewayV2::Stage\n    Properties: {ApiId: !Ref Orders, StageName: live}\n",
    );
    project.write("infra/app.yaml", format!("# Moved, with\n# other lines\n{new}"));
    project.write(
        "queue.yaml",
        QUEUE.replace("Jobs:\n", "Jobs:\n    # lscompat: ignore[resource-type-needs-plan] mocked in the tests\n"),
    );
    project.commit("two");
    // Goes on on main, which is no change of the branch.
    project.git(&["checkout", "--quiet", "main"]);
    project.write("later.yaml", QUEUE);
    project.commit("three");
    project.git(&["checkout", "--quiet", "topic"]);
    project
}

fn review(project: &Project, rest: &[&str]) -> Run {
    project.run(&[&["review", "--plan", "community"], rest].concat())
}

fn json(project: &Project, rest: &[&str]) -> Value {
    let run = review(project, &[&["--format", "json"], rest].concat());
    assert!(!run.stdout.is_empty(), "{}", run.stderr);
    assert_fits(&run.json(), "review.schema.json");
    run.json()
}

fn names(changes: &Value) -> Vec<String> {
    let name = |it: &Value| {
        let finding = &it["finding"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text(&finding["location"]["path"]), text(&finding["logical_id"]), text(&finding["id"]))
    };
    changes.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn every_format_tells_the_same() {
    let project = history();
    for (format, extension) in
        [("table", "txt"), ("markdown", "md"), ("json", "json"), ("github", "github"), ("sarif", "sarif")]
    {
        let run = review(&project, &["--base", "main", "--format", format, "--select", UNWRITTEN]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{format}");
        let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
        insta::assert_snapshot!(format!("review-{extension}"), run.stdout.replace(&version, "\"this\""));
    }
}

#[test]
fn the_json_fits_its_schema() {
    let report = json(&history(), &["--base", "main"]);
    assert_eq!(names(&report["new"]), ["infra/app.yaml Stage resource-type-needs-plan"]);
    assert_eq!(names(&report["resolved"]), ["stacks/app.yaml Address resource-type-needs-plan"]);
    assert_eq!(names(&report["suppressed"]), ["queue.yaml Jobs resource-type-needs-plan"]);
    let worse = names(&report["worsened"]);
    assert!(worse.contains(&"infra/app.yaml Key kms-pending-window-out-of-range".to_owned()), "{worse:?}");
    assert_eq!(report["worsened"][0]["before"]["certainty"], "possible");
    assert_eq!(report["stacks"][0]["before"]["aws"], "undetermined");
}

#[test]
fn two_revisions_are_compared_without_a_checkout() {
    let project = history();
    project.git(&["checkout", "--quiet", "main"]);
    let before = project.git(&["status", "--porcelain", "--branch"]);
    let report = json(&project, &["--base", "main", "--head", "topic"]);
    assert_eq!(names(&report["new"]), ["infra/app.yaml Stage resource-type-needs-plan"]);
    assert_eq!(report["head"], "topic");
    assert_eq!(project.git(&["status", "--porcelain", "--branch"]), before);
    assert_eq!(project.git(&["stash", "list"]) + &project.git(&["worktree", "prune"]), "");
    // A path that only one of them has, and one below a folder of its own.
    let report = json(&project, &["--base", "main", "--head", "topic", "infra", "later.yaml"]);
    assert_eq!(report["stacks"].as_array().unwrap().len(), 1);
}

#[test]
fn only_what_is_new_fails() {
    let project = history();
    assert_eq!(review(&project, &["--base", "main", "--fail-on", "never"]).code, 0);
    assert_eq!(review(&project, &["--base", "main", "queue.yaml"]).code, 0, "a suppressed finding is no new one");
    assert_eq!(review(&project, &["--base", "topic"]).code, 0, "what was there before does not count");
    project.write("queue.yaml", format!("# lines\n# that moved\n{QUEUE}"));
    let run = review(&project, &["--base", "main", "queue.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    project.write("new.yaml", QUEUE.replace("Jobs", "More"));
    let run = review(&project, &["--base", "topic", "--format", "github"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.starts_with("::error file=new.yaml,line=3,"), "{}", run.stdout);
}

#[test]
fn annotations_are_on_changed_lines_only() {
    let project = history();
    let run = review(&project, &["--base", "main", "--format", "github"]);
    let (on_lines, others): (Vec<_>, Vec<_>) = run.stdout.lines().partition(|it| it.contains(" file="));
    assert_eq!(on_lines.len(), 1, "{}", run.stdout);
    assert!(on_lines[0].starts_with("::error file=infra/app.yaml,line=22,"), "{}", run.stdout);
    assert!(others[0].starts_with("::notice title=lscompat::2 findings that are new or worse are on lines"));
}

#[test]
fn each_side_is_read_with_its_own_files() {
    let nested = "Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ../parts/inner.yaml}\n";
    let inner = "Parameters:\n  Days: {Type: Number}\nResources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {PendingWindowInDays: 30}\n";
    let sam = "Transform: AWS::Serverless-2016-10-31\nParameters:\n  Wait: {Type: Number}\nResources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {PendingWindowInDays: !Ref Wait}\n";
    let config = |wait| format!("[default.deploy.parameters]\nparameter_overrides = 'Wait={wait}'\n");
    let project = Project::repository(&[
        ("stacks/main.yaml", nested),
        ("parts/inner.yaml", inner),
        ("sam/template.yaml", sam),
        ("sam/samconfig.toml", &config(30)),
        ("lscompat.toml", "plan = 'base'\n"),
    ]);
    project.write("parts/inner.yaml", inner.replace("30", "3"));
    project.write("sam/samconfig.toml", config(3));
    let report = json(&project, &["--base", "HEAD", "--parameters-file", "sam/samconfig.toml", "--select", "C"]);
    let expected = [
        "parts/inner.yaml Key kms-pending-window-out-of-range",
        "sam/template.yaml Key kms-pending-window-out-of-range",
    ];
    assert_eq!(names(&report["new"]), expected);
    let nested = report["stacks"].as_array().unwrap().iter().find(|it| it["path"] == "parts/inner.yaml").unwrap();
    assert_eq!(nested["title"], "stacks/main.yaml > Inner (parts/inner.yaml)");
    assert_eq!(nested["before"]["aws"], "no-known-failure");
    // The target is part of the history too.
    let project = Project::repository(&[("queue.yaml", QUEUE), ("lscompat.toml", "plan = 'base'\n")]);
    project.write("lscompat.toml", "plan = 'community'\n");
    let run = project.run(&["review", "--base", "HEAD"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("(on a line that is as before)"), "{}", run.stdout);
    // A base whose own options are wrong does not stop the branch that corrects them.
    project.write("lscompat.toml", "plane = 'base'\n");
    project.commit("wrong");
    project.write("lscompat.toml", "plan = 'base'\n");
    let run = project.run(&["review", "--base", "HEAD"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("the base is read with the options of the branch"), "{}", run.stderr);
}

#[test]
fn it_works_from_a_folder_below_the_top() {
    let project = Project::repository(&[("a/b/app.yaml", APP), ("a/c/queue.yaml", QUEUE)]);
    project.write("a/c/queue.yaml", QUEUE.replace("Jobs", "Tasks") + "  More:\n    Type: AWS::ApiGatewayV2::Api\n");
    let arguments = ["review", "--plan", "community", "--base", "HEAD", "--format", "json", ".", "../c"];
    let report = crate::program::run_in(&project.path("a/b"), &arguments).json();
    assert_eq!(names(&report["new"]), ["../c/queue.yaml More resource-type-needs-plan"]);
    assert_eq!(names(&report["resolved"]), [""; 0]);
}

#[test]
fn an_assembly_that_git_ignores_is_not_compared() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"App": {"type": "aws:cloudformation:stack",
        "properties": {"templateFile": "App.template.json"}}}}"#;
    let template = r#"{"Resources": {"Api": {"Type": "AWS::ApiGatewayV2::Api"}}}"#;
    let project = Project::repository(&[("cdk.json", r#"{"app": "node app.js"}"#), (".gitignore", "cdk.out\n")]);
    project.write("cdk.out/manifest.json", manifest);
    project.write("cdk.out/App.template.json", template);
    let report = json(&project, &["--base", "HEAD"]);
    assert_eq!(report["summary"]["new"], 0);
    assert_eq!(
        report["notes"][0],
        "`cdk.out/App.template.json` is not kept in git, so that nothing of it is compared; `check --baseline` can"
    );
    project.write(".gitignore", "");
    project.commit("kept");
    project.write(
        "cdk.out/App.template.json",
        template.replace("}}}", "}, \"B\": {\"Type\": \"AWS::ApiGatewayV2::Api\"}}}"),
    );
    assert_eq!(
        names(&json(&project, &["--base", "HEAD"])["new"]),
        ["cdk.out/App.template.json B resource-type-needs-plan"]
    );
}

#[test]
fn what_the_branch_breaks_fails_and_what_was_broken_does_not() {
    let project = Project::repository(&[("a.yaml", CLEAN), ("b.yaml", "Resources: [AWS::\n")]);
    assert_eq!(review(&project, &["--base", "HEAD"]).code, 0);
    project.write("a.yaml", "Resources: [AWS::\n");
    let run = review(&project, &["--base", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("error: a.yaml:") && !run.stderr.contains("b.yaml"), "{}", run.stderr);
    project.write("b.yaml", QUEUE);
    project.write("a.yaml", CLEAN);
    let run = review(&project, &["--base", "HEAD"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("the base has an unreadable `b.yaml`"), "{}", run.stdout);
}

#[test]
fn a_branch_that_removes_every_template_resolves_all() {
    let project = Project::repository(&[("queue.yaml", QUEUE)]);
    std::fs::remove_file(project.path("queue.yaml")).unwrap();
    for path in [".", "queue.yaml"] {
        let run = review(&project, &["--base", "HEAD", path]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("0 new, 1 resolved"), "{}", run.stdout);
    }
    assert_eq!(review(&project, &["--base", "HEAD", "no-such.yaml"]).code, 2);
}

#[test]
fn a_shallow_clone_names_the_command_that_helps() {
    let project = history();
    let clones = Project::new(&[]);
    let source = format!("file://{}", project.path("").display());
    clones.git(&["clone", "--quiet", "--depth=1", "--branch", "topic", &source, "clone"]);
    let clone = clones.path("clone");
    let review = |base: &str| crate::program::run_in(&clone, &["review", "--plan", "community", "--base", base]);
    let run = review("origin/main");
    let fetch = "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main";
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`origin/main` is not in this shallow clone"), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("`{fetch}`")), "{}", run.stderr);
    // With the tip but without the commit where they part.
    clones.git(&[
        "-C",
        "clone",
        "fetch",
        "--quiet",
        "--depth=1",
        "origin",
        "+refs/heads/main:refs/remotes/origin/main",
    ]);
    let run = review("origin/main");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("does not reach back to where `origin/main` and `HEAD` part"), "{}", run.stderr);
    assert!(run.stderr.contains(&format!("`{fetch}`")), "{}", run.stderr);
    clones.git(&[&["-C", "clone"], fetch.split(' ').skip(1).collect::<Vec<_>>().as_slice()].concat());
    assert_eq!(review("origin/main").code, 1, "{}", review("origin/main").stderr);
}

#[test]
fn a_mistake_is_said_and_ends_with_2() {
    let project = history();
    for (arguments, message) in [
        (vec!["--base", "no-such"], "`no-such` is neither a file nor a revision"),
        (vec!["--base", "main", "--head", "no-such"], "`no-such` is neither a file nor a revision"),
        (vec!["--base", "main", "--format", "junit"], "a review has no such format; use table"),
    ] {
        let run = review(&project, &arguments);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
    project.git(&["checkout", "--quiet", "--orphan", "other"]);
    project.commit("alone");
    let run = review(&project, &["--base", "main"]);
    assert!(run.stderr.contains("`main` and `HEAD` have no commit in common"), "{}", run.stderr);
    let outside = Project::new(&[("a.yaml", CLEAN)]);
    let run = review(&outside, &["--base", "main"]);
    assert!(run.code == 2 && run.stderr.contains("is in no git repository"), "{}", run.stderr);
}

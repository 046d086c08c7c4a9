//! Nested stacks, CDK assemblies and parameter files, as the program reports them.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{CLEAN, Project, Run, root, run_in};
use crate::schema::assert_valid;

fn fixture(name: &str) -> PathBuf {
    root().join("tests/suite/fixtures").join(name)
}

fn run(name: &str, arguments: &[&str]) -> Run {
    run_in(&fixture(name), &[arguments, &["--plan", "community"]].concat())
}

/// What of a JSON report these tests are about.
fn outline(report: &Value) -> String {
    assert_valid(report);
    let stacks = report["stacks"].as_array().unwrap().iter().map(|stack| {
        let findings = stack["findings"].as_array().unwrap().iter().map(|it| {
            json!([
                it["id"],
                it["logical_id"],
                it["construct_path"],
                it["certainty"],
                it["depends_on"],
                it["location"]["path"]
            ])
        });
        let resources = stack["resources"].as_array().unwrap().iter();
        json!({
            "path": stack["path"], "kind": stack["kind"], "name": stack["name"], "via": stack["via"],
            "region": stack["region"], "account_id": stack["account_id"], "verdict": stack["verdict"],
            "resources": resources.map(|it| json!([it["logical_id"], it["construct_path"]])).collect::<Value>(),
            "findings": findings.collect::<Value>(),
        })
    });
    let outline = json!({ "stacks": stacks.collect::<Value>(), "errors": report["errors"], "notes": report["notes"] });
    serde_json::to_string_pretty(&outline).unwrap()
}

fn notes(run: &Run) -> Vec<String> {
    run.json()["notes"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
}

fn paths(run: &Run) -> Vec<String> {
    run.json()["stacks"].as_array().unwrap().iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn nested() {
    let run = run("nested", &["check", "root.yaml", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    insta::assert_snapshot!(outline(&run.json()));
}

#[test]
fn nested_table() {
    insta::assert_snapshot!(run("nested", &["check", "root.yaml", "--quiet"]).stdout);
}

#[test]
fn nested_document() {
    let text = run("nested", &["docs", "root.yaml"]).document();
    // The contents and what is said of the outermost stack; the others are as every stack.
    insta::assert_snapshot!(text.split("\n## ").skip(1).take(2).collect::<Vec<_>>().join("\n## "));
    assert!(text.contains("\n## `root.yaml > Orders > Gateway (gateway.json)`\n"), "{text}");
}

#[test]
fn a_nested_template_is_reported_once() {
    // Without `replica.yaml`, which the default stage does not deploy, all others are reached through the root.
    let run = run("nested", &["check", "--format", "json"]);
    let own: Vec<String> = run.json()["stacks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["kind"] != "nested")
        .map(|it| it["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(own, ["modules/replica.yaml", "root.yaml"]);
    let named = self::run("nested", &["check", ".", "gateway.json", "--format", "json"]);
    assert_eq!(paths(&named).iter().filter(|it| *it == "gateway.json").count(), 3);
}

#[test]
fn a_condition_decides_what_is_followed() {
    let run = run("nested", &["check", "root.yaml", "--parameter", "Stage=prod", "--format", "json"]);
    assert!(paths(&run).contains(&"modules/replica.yaml".to_owned()));
}

#[test]
fn circles_end() {
    let nest = |url: &str| {
        format!("Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {url}}}\n")
    };
    let project =
        Project::new(&[("a.yaml", &nest("b.yaml")), ("b.yaml", &nest("a.yaml")), ("c.yaml", &nest("c.yaml"))]);
    let run = project.run(&["check", "--format", "json"]);
    assert_eq!(paths(&run), ["a.yaml", "b.yaml", "c.yaml"]);
    let circle = "nested stack `N` is not analysed: its template `a.yaml` is one that it is nested in";
    assert!(notes(&run).iter().any(|it| it.contains(circle)), "{:?}", notes(&run));
}

#[test]
fn many_levels_and_many_children_end() {
    let children: String = (0..12)
        .map(|it| format!("  N{it}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: LEVEL.yaml}}}}\n"))
        .collect();
    let project = Project::new(&[]);
    for level in 0..20 {
        let text = format!("Resources:\n{}", children.replace("LEVEL", &(level + 1).to_string()));
        project.write(&format!("{level}.yaml"), text);
    }
    project.write("20.yaml", CLEAN);
    let run = project.run(&["check", "0.yaml", "--format", "json"]);
    assert_eq!(paths(&run).len(), 501);
    assert!(notes(&run)[0].contains("at most 500 nested stacks and 16 levels"));
}

#[test]
fn files_outside_of_the_project_are_not_read() {
    let nest =
        "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ../outside.yaml}\n";
    let project = Project::new(&[("outside.yaml", CLEAN), ("app/root.yaml", nest)]);
    let run = project.run(&["check", "app", "--format", "json"]);
    assert_eq!(paths(&run), ["app/root.yaml"]);
    assert!(notes(&run)[0].contains("`outside.yaml` is outside of the project"), "{:?}", notes(&run));
    assert_eq!(run.json()["stacks"][0]["verdict"]["localstack"], "undetermined");
    assert_eq!(paths(&project.run(&["check", "--format", "json"])), ["app/root.yaml", "outside.yaml"]);
}

#[test]
fn a_broken_nested_template_is_an_error_of_its_own() {
    let nest = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: lib/n.yaml}\n";
    let project = Project::new(&[("root.yaml", nest), ("lib/n.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic\n")]);
    for paths in [&["root.yaml"][..], &["."], &["lib/n.yaml", "root.yaml"]] {
        let run = project.run(&[&["check", "--format", "json"], paths].concat());
        assert_eq!(run.code, 2, "{paths:?}");
        let report = run.json();
        assert_eq!(report["errors"].as_array().unwrap().len(), 1, "{paths:?}: {}", run.stderr);
        assert_eq!(report["errors"][0]["path"], "lib/n.yaml");
        assert_eq!(report["stacks"][0]["verdict"]["localstack"], "undetermined");
    }
    project.write("lib/n.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic, DependsOn: Gone}\n");
    let report = project.run(&["check", "root.yaml", "--format", "json"]).json();
    assert_eq!(report["stacks"][0]["verdict"]["aws"], "fails");
}

#[cfg(unix)]
#[test]
fn a_link_does_not_lead_out_of_the_project() {
    let nest = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: in.yaml}\n";
    let project = Project::new(&[("secret.yaml", CLEAN), ("app/root.yaml", nest)]);
    std::os::unix::fs::symlink(project.path("secret.yaml"), project.path("app/in.yaml")).unwrap();
    let run = project.run(&["check", "app", "--format", "json"]);
    assert_eq!(paths(&run), ["app/root.yaml"]);
    assert!(notes(&run)[0].contains("outside of the project"), "{:?}", notes(&run));
}

#[test]
fn a_parameter_that_is_not_passed_is_an_error() {
    let nest = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: n.yaml, Parameters: {B: 1}}\n";
    let nested = format!("Parameters:\n  A: {{Type: String}}\n{CLEAN}");
    let run =
        Project::new(&[("root.yaml", nest), ("n.yaml", &nested)]).run(&["check", "root.yaml", "--format", "json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("root.yaml:2:3: nested stack `N` is not given parameter `A`"), "{}", run.stderr);
    assert!(run.stderr.contains("is given parameter `B`, which `n.yaml` does not declare"), "{}", run.stderr);
}

#[test]
fn cdk() {
    let run = run("cdk", &["check", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    insta::assert_snapshot!(outline(&run.json()));
    for path in ["cdk.out", "cdk.out/manifest.json"] {
        assert_eq!(self::run("cdk", &["check", path, "--format", "json"]).stdout, run.stdout, "{path}");
    }
}

#[test]
fn cdk_table() {
    insta::assert_snapshot!(run("cdk", &["check"]).stdout);
}

#[test]
fn cdk_document() {
    let text = run("cdk", &["docs"]).document();
    let section = text.split("\n## ").find(|it| it.starts_with("`shop-network (")).unwrap();
    insta::assert_snapshot!(section);
}

#[test]
fn cdk_stacks_go_where_the_user_says() {
    let run = run("cdk", &["check", "--region", "us-west-2", "--account-id", "222233334444", "--format", "json"]);
    for stack in run.json()["stacks"].as_array().unwrap() {
        assert_eq!((&stack["region"], &stack["account_id"]), (&json!("us-west-2"), &json!("222233334444")));
    }
}

#[test]
fn a_cdk_app_without_templates_says_how_to_make_them() {
    let project = Project::new(&[("app/cdk.json", "{\"app\": \"node app.js\"}")]);
    let run = project.run(&["check", "app"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("`app/` is a CDK app whose templates are not there; run `npx cdk synth`"),
        "{}",
        run.stderr
    );
    project.write("a.yaml", CLEAN);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("note: `app/` is a CDK app whose templates are not there; run `npx cdk synth` in it"));
}

#[test]
fn a_broken_assembly_is_an_error() {
    let manifest = r#"{"version": "36.0.0", "artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.json"}}}}"#;
    let run = Project::new(&[("cdk.out/manifest.json", manifest)]).run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("cdk.out/A.json: the file cannot be read"), "{}", run.stderr);
}

#[test]
fn parameters_from_files() {
    let queue = |arguments: &[&str]| {
        let run = run("parameters", &[&["check", "app.yaml", "--format", "json"], arguments].concat());
        outline(&run.json())
    };
    insta::assert_snapshot!("parameters-default", queue(&["--parameters-file", "samconfig.toml"]));
    insta::assert_snapshot!("parameters-prod", queue(&["--parameters-file", "samconfig.toml", "--config-env", "prod"]));
    insta::assert_snapshot!("parameters-kept", queue(&["--parameters-file", "prod.json"]));
    insta::assert_snapshot!("parameters-unknown", queue(&["--assume-unknown"]));
}

#[test]
fn flags_win_over_files() {
    let json = |arguments: &[&str]| {
        run("parameters", &[&["check", "app.yaml", "--format", "json"], arguments].concat()).json()
    };
    let prod = ["--parameters-file", "samconfig.toml", "--config-env", "prod"];
    let report = json(&[&prod[..], &["--parameter", "Stage=dev", "--region", "us-west-2"]].concat());
    assert_eq!(report["stacks"][0]["excluded"], json!(["Gateway"]));
    assert_eq!(report["target"]["region"], "us-west-2");
    let report = json(&prod);
    assert_eq!(report["stacks"][0]["excluded"], json!([]));
    assert_eq!(report["target"]["region"], "eu-west-1");
}

#[test]
fn a_mistake_in_a_parameter_file_names_its_place() {
    let project = Project::new(&[("a.yaml", CLEAN), ("p.json", "[\n  {\"Name\": \"A\"}\n]")]);
    let run = project.run(&["check", "--parameters-file", "p.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: p.json:2:3: an element is"), "{}", run.stderr);
    project.write("lscompat.toml", "parameters-files = ['other.yaml']\n");
    project.write("other.yaml", "Stgae: dev\n");
    let run = project.run(&["check", "a.yaml"]);
    assert!(
        run.stdout.contains("note: no template declares the given parameter `Stgae`"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn templates_are_known_by_their_content() {
    let project = Project::new(&[
        ("stack.cfn", &format!("AWSTemplateFormatVersion: '2010-09-09'\n{CLEAN}")),
        ("notes.md", "# Resources\nAWSTemplateFormatVersion: AWS::S3::Bucket: [\n"),
        ("stack.yaml.j2", &format!("AWSTemplateFormatVersion: '2010-09-09'\nDescription: {{{{ name }}}}\n{CLEAN}")),
        (".aws-sam/build/template.yaml", CLEAN),
    ]);
    let list = |arguments: &[&str]| project.run(&[&["check", "--list-files"], arguments].concat()).stdout;
    assert_eq!(list(&[]), "stack.cfn\n");
    assert_eq!(list(&[".aws-sam/build"]), ".aws-sam/build/template.yaml\n");
    assert_eq!(list(&[".", ".aws-sam/build"]), "stack.cfn\n");
}

#[test]
fn what_would_be_read_is_listed() {
    let run = run("nested", &["check", "root.yaml", "--list-files"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "root.yaml\nmodules/queue.yaml\ngateway.json\n"));
    let run = self::run("cdk", &["check", "--list-files"]);
    assert_eq!(run.stdout.lines().count(), 3, "{}", run.stdout);
    let run =
        Project::new(&[("bad.yaml", "Resources:\n  A: {Type: AWS::S3::Bucket\n")]).run(&["check", "--list-files"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "bad.yaml\n"));
}

#[cfg(unix)]
#[test]
fn pipes_and_links_are_left_alone() {
    let project = Project::new(&[("a/t.yaml", CLEAN)]);
    std::os::unix::fs::symlink(project.path("a"), project.path("a/loop")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(project.path("pipe.yaml")).status().unwrap();
    assert!(made.success());
    assert_eq!(project.run(&["check", "--list-files"]).stdout, "a/t.yaml\n");
    let run = project.run(&["check", "pipe.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("pipe.yaml: this is a pipe or a device"), "{}", run.stderr);
}

#[test]
fn an_included_file_is_part_of_the_template() {
    let run = run("include", &["check", "template.yaml", "--format", "json"]);
    let report = run.json();
    let address = &report["stacks"][0]["resources"][1];
    assert_eq!((&address["logical_id"], &address["support"]), (&json!("Address"), &json!("needs-plan")));
    let finding = &report["stacks"][0]["findings"][0];
    assert_eq!(finding["logical_id"], "Address");
    assert_eq!(finding["location"]["start"]["line"], 2);
}

#[test]
fn an_included_file_that_is_missing_leaves_the_verdict_open() {
    let template = std::fs::read_to_string(fixture("include").join("template.yaml")).unwrap();
    let project = Project::new(&[("template.yaml", &template)]);
    let run = project.run(&["check", "template.yaml", "--format", "json", "--plan", "community"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["stacks"][0]["verdict"]["localstack"], "undetermined");
    assert!(
        notes(&run)[0].starts_with("template.yaml:2: what `AWS::Include` takes from `network.yaml`"),
        "{:?}",
        notes(&run)
    );
}

#[test]
fn sam() {
    let run = run("sam", &["check", "template.yaml", "--format", "json"]);
    let report = run.json();
    assert_valid(&report);
    let stack = &report["stacks"][0];
    let resources = stack["resources"].as_array().unwrap().iter();
    let findings = stack["findings"].as_array().unwrap().iter();
    let outline = json!({
        "kind": stack["kind"],
        "verdict": stack["verdict"],
        "resources": resources.map(|it| json!([it["logical_id"], it["type"], it["from"]])).collect::<Value>(),
        "findings": findings
            .map(|it| json!([it["id"], it["logical_id"], it["location"]["start"]["line"]]))
            .collect::<Value>(),
        "errors": report["errors"],
        "notes": report["notes"],
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&outline).unwrap());
}

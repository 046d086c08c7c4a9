//! Whatever is wrong with one file is said with its place, and the other files are still reported.

use crate::program::{CLEAN, Project};

/// Checks a folder with `bad.yaml` and a clean template; returns standard error, its one line ending trimmed.
fn complaint(bad: impl AsRef<[u8]>) -> String {
    let project = Project::new(&[("good.yaml", CLEAN)]);
    project.write("bad.yaml", bad);
    let run = project.run(&["check", "bad.yaml", "good.yaml", "--format", "json"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let report = run.json();
    let paths: Vec<_> = report["stacks"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert!(paths.iter().any(|it| *it == "good.yaml"), "{paths:?}");
    assert_eq!(report["errors"][0]["path"], "bad.yaml");
    let message = report["errors"][0]["message"].as_str().unwrap();
    assert!(run.stderr.contains(message), "{} lacks {message}", run.stderr);
    run.stderr
}

#[track_caller]
fn assert_starts(text: &str, start: &str) {
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn bad_yaml() {
    assert_starts(&complaint("Resources:\n  A: [\n"), "error: bad.yaml:");
}

#[test]
fn unknown_intrinsic() {
    let text = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Subb x\n";
    assert_starts(&complaint(text), "error: bad.yaml:5:");
}

#[test]
fn ref_to_nothing() {
    let text = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Ref Nothing\n";
    let stderr = complaint(text);
    assert_starts(&stderr, "error: bad.yaml:5:");
    assert!(stderr.contains("`Nothing`"));
}

#[test]
fn cyclic_conditions() {
    let text = "Conditions:\n  A: !Not [{Condition: B}]\n  B: !Not [{Condition: A}]\nResources:\n  T: {Type: AWS::SNS::Topic}\n";
    assert_starts(&complaint(text), "error: bad.yaml:");
}

#[test]
fn empty_file() {
    assert_starts(&complaint(""), "error: bad.yaml:1:1: the file is empty");
}

#[test]
fn not_utf8() {
    assert_starts(&complaint(b"Resources:\n  \xff\xfe"), "error: bad.yaml: the file is not UTF-8");
}

#[test]
fn no_template() {
    assert_starts(&complaint("kind: Deployment\n"), "error: bad.yaml: this is no CloudFormation template");
}

#[test]
fn no_resources() {
    assert_starts(&complaint("AWSTemplateFormatVersion: '2010-09-09'\n"), "error: bad.yaml:1:1: the template has no");
}

#[test]
fn bad_json() {
    let project = Project::new(&[("a.json", "{\n  \"Resources\": {\"A\": {\"Type\": \"AWS::S3::Bucket\",,}}\n}\n")]);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 2);
    assert_starts(&run.stderr, "error: a.json:2:");
}

#[test]
fn missing_path() {
    let run = Project::new(&[]).run(&["check", "nowhere.yaml"]);
    assert_eq!(run.code, 2);
    assert_starts(&run.stderr, "error: nowhere.yaml: there is no such file or folder");
}

#[test]
fn folder_without_templates() {
    let run = Project::new(&[("README.md", "# Nothing"), ("k8s.yaml", "kind: Deployment\n")]).run(&["check"]);
    assert_eq!(run.code, 2);
    assert_starts(&run.stderr, "error: .: no CloudFormation template was found");
}

#[cfg(unix)]
#[test]
fn unreadable_file() {
    // A link to nothing cannot be read, even by root.
    let project = Project::new(&[("good.yaml", CLEAN)]);
    std::os::unix::fs::symlink("/dev/null/nothing", project.path("broken.yaml")).unwrap();
    let run = project.run(&["check", "broken.yaml", "good.yaml"]);
    assert_eq!(run.code, 2);
    assert_starts(&run.stderr, "error: broken.yaml: ");
    assert!(run.stdout.contains("good.yaml"));
}

#[test]
fn a_folder_named_like_a_template_is_searched() {
    let project = Project::new(&[("stack.yaml/inner.yml", CLEAN)]);
    let run = project.run(&["check", "stack.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("stack.yaml/inner.yml"));
}

#[test]
fn a_template_with_errors_is_never_said_to_deploy() {
    let project = Project::new(&[("a.yaml", "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    DependsOn: Gone\n")]);
    let report = project.run(&["check", "--format", "json"]).json();
    assert_eq!(report["stacks"][0]["verdict"]["localstack"], "fails");
    assert_eq!(report["stacks"][0]["verdict"]["aws"], "fails");
}

#[test]
fn mistakes_on_the_command_line() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    for (arguments, said) in [
        (&["check", "--plan", "gold"][..], "gold"),
        (&["check", "--region", "mars"], "mars"),
        (&["check", "--release", "1.x"], "1.x"),
        (&["check", "--parameter", "Name"], "NAME=VALUE"),
        (&["check", "--select", "E"], "`E` is no finding id"),
        (&["check", "--fail-on", "fatal"], "fatal"),
        (&["check", "--format", "json", "--format", "table"], "two reports would go to standard output"),
        (&["check", "--db", "nowhere"], "nowhere"),
        (&["chekc"], "chekc"),
    ] {
        let run = project.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
        assert!(run.stdout.is_empty(), "{arguments:?}: {}", run.stdout);
    }
}

#[test]
fn a_mistake_in_the_configuration_names_its_line() {
    let project = Project::new(&[("a.yaml", CLEAN), ("lscompat.toml", "plan = \"base\"\nplans = 1\n")]);
    let run = project.run(&["check"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("lscompat.toml:2:1: unknown field `plans`"), "{}", run.stderr);
}

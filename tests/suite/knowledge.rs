//! `lscompat explain` and `lscompat db`, as far as the command line reaches.

use crate::program::{CLEAN, Project};

const OVERLAY: &str = "\
[[limitation]]
id = \"sns-topic-named-by-hand\"
category = \"C\"
severity = \"warning\"
resources = [\"AWS::SNS::Topic\"]
feature = \"Topic name\"
localstack = \"Any name is free.\"
aws = \"A name is taken once in an account and region.\"
solution = \"Leave `TopicName` out\"
when = { path = \"TopicName\", is = \"present\" }
evidence = [{ kind = \"report\", release = \"2026.3.0\", url = \"https://example.org/topic\" }]
";

fn project() -> Project {
    Project::new(&[("a.yaml", CLEAN), ("kb/limitations/sns.toml", OVERLAY)])
}

#[test]
fn an_overlay_is_explained_listed_and_counted() {
    let project = project();
    let explained = project.run(&["explain", "sns-topic-named-by-hand", "--db", "kb"]);
    assert_eq!(explained.code, 0, "{}", explained.stderr);
    assert!(explained.stdout.contains("Leave `TopicName` out"), "{}", explained.stdout);
    let listed = project.run(&["db", "list", "--db", "kb"]);
    assert!(listed.stdout.contains("sns-topic-named-by-hand"), "{}", listed.stdout);
    assert_eq!(project.run(&["db", "stats", "--db", "kb"]).code, 0);
    assert_eq!(project.run(&["db", "lint", "kb"]).code, 0);
}

#[test]
fn a_resource_type_is_explained() {
    let run = project().run(&["explain", "AWS::SNS::Topic"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("AWS::SNS::Topic"));
}

#[test]
fn an_unknown_name_is_an_error() {
    let run = project().run(&["explain", "sns-topik"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("sns-topik"), "{}", run.stderr);
}

#[test]
fn the_configuration_names_an_overlay_beside_it() {
    let project = project();
    project.write("lscompat.toml", "db = 'kb'\n");
    project.write("sub/a.yaml", CLEAN);
    let run = project.run(&["check", "sub", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.json()["tool"]["knowledge_base"]["limitations"].as_u64().unwrap() >= 1);
}

#[test]
fn a_broken_overlay_names_file_and_line() {
    let project = project();
    project.write("kb/limitations/sns.toml", OVERLAY.replace("\"C\"", "\"Z\""));
    let run = project.run(&["check", "--db", "kb"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("sns.toml:3:"), "{}", run.stderr);
}

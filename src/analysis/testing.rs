//! Helpers of the unit tests: stacks from YAML, predicates from TOML.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::context::Context;
use super::matcher::Scope;
use super::outcome::Outcome;
use super::{StackReport, analyse};
use crate::db::{Db, Predicate};
use crate::source::{self, SourceFile};
use crate::stack::{self, Inputs, Reason, Stack, Truth};
use crate::target::{Target, TargetOptions};

/// The built-in knowledge.
pub(super) fn embedded() -> &'static Db {
    static DB: OnceLock<Db> = OnceLock::new();
    DB.get_or_init(|| Db::embedded().unwrap())
}

/// The built-in knowledge with entries written in TOML.
pub(super) fn with_entries(toml: &str) -> Db {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("limitations")).unwrap();
    std::fs::write(dir.path().join("limitations/own.toml"), toml).unwrap();
    embedded().clone().overlay(dir.path()).unwrap()
}

/// One entry with this `when`, and lines to add to it.
pub(super) fn entry(resource: &str, when: &str, more: &str) -> String {
    format!(
        "[[limitation]]\nid = \"test-entry\"\ncategory = \"B\"\nseverity = \"warning\"\nresources = [\"{resource}\"]\n\
         feature = \"Something\"\nlocalstack = \"Something happens here.\"\naws = \"Something happens there.\"\n\
         solution = \"Change something.\"\n{more}\nwhen = {when}\n\
         evidence = [{{ kind = \"docs\", release = \"2026.3.0\", url = \"https://example.com/\" }}]\n"
    )
}

/// The predicate of a `when` written in TOML.
pub(super) fn predicate(when: &str) -> Predicate {
    with_entries(&entry("AWS::S3::Bucket", when, "")).limitation("test-entry").unwrap().when.clone()
}

/// A template as a stack.
pub(super) fn read(template: &str) -> Stack {
    let file = Arc::new(SourceFile::new(Path::new("template.yaml"), template));
    let tree = source::parse(&file).unwrap();
    stack::read(file, &tree, &Inputs::default())
}

/// A template whose section `Parameters` declares `P` and `Q` without default, and whose conditions `C` and `D` depend
/// on them.
pub(super) fn open(resources: &str) -> Stack {
    let head = "Parameters:\n  P: {Type: String}\n  Q: {Type: String}\n\
                Conditions:\n  C: !Equals [!Ref P, x]\n  D: !Equals [!Ref Q, x]\n";
    let stack = read(&format!("{head}{resources}"));
    assert_eq!(stack.problems, [], "the template of a test is sound");
    stack
}

/// What a predicate says of the resource `X`.
pub(super) fn outcome(stack: &Stack, when: &str) -> Outcome {
    let cx = Context::new(stack, embedded());
    let subject = &cx.resources[cx.by_id("X").unwrap()];
    Scope::new(&cx, subject).evaluate(&predicate(when))
}

/// What a predicate says of the one resource `X` with these properties (a YAML flow mapping).
pub(super) fn truth(properties: &str, when: &str) -> Truth {
    let text = format!(
        "Resources:\n  X: {{Type: AWS::S3::Bucket, Properties: {properties}}}\n  B: {{Type: AWS::SQS::Queue}}\n"
    );
    outcome(&open(&text), when).truth
}

/// The answer that depends on the parameter `P`.
pub(super) fn on_parameter() -> Truth {
    Truth::Unknown(Reason::Parameter("P".into()))
}

/// The answer that depends on a condition.
pub(super) fn on_condition(name: &str) -> Truth {
    Truth::Unknown(Reason::Condition(name.into()))
}

/// A target of release 2026.3.
pub(super) fn target(plan: &str, config: &[&str]) -> Target {
    let config: Vec<String> = config.iter().map(|it| (*it).to_owned()).collect();
    let options =
        TargetOptions { release: Some("2026.3"), plan: Some(plan), config: &config, ..TargetOptions::default() };
    Target::new(embedded(), &options).unwrap()
}

/// The report about a template on the open core.
pub(super) fn report(template: &str) -> StackReport {
    analyse(&read(template), &target("community", &[]), embedded())
}

//! Every JSON report is what `schema/report.schema.json` promises.

use serde_json::Value;

use crate::program::{Project, root, run_in};

/// Reads the schemas that others refer to.
struct Folder;

impl jsonschema::Retrieve for Folder {
    fn retrieve(&self, uri: &jsonschema::Uri<String>) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        let name = uri.as_str().rsplit('/').next().unwrap().to_owned();
        Ok(schema(&name))
    }
}

fn schema(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("schema").join(name)).unwrap()).unwrap()
}

#[track_caller]
pub(crate) fn assert_valid(report: &Value) {
    assert_fits(report, "report.schema.json");
}

#[track_caller]
pub(crate) fn assert_fits(report: &Value, name: &str) {
    let validator = jsonschema::options().with_retriever(Folder).build(&schema(name)).unwrap();
    let errors: Vec<_> = validator.iter_errors(report).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn examples_on_every_plan() {
    for plan in ["community", "hobby", "base", "ultimate", "enterprise"] {
        let run = run_in(&root().join("templates/examples"), &["check", "--format", "json", "--plan", plan]);
        assert_valid(&run.json());
    }
}

#[test]
fn errors_and_notes() {
    let project =
        Project::new(&[("a.yaml", "Resources:\n  A: {Type: AWS::S3::Bucket, DependsOn: B}\n"), ("b.yaml", "")]);
    let report = project.run(&["check", "a.yaml", "b.yaml", "c.yaml", "--format", "json", "--parameter", "X=1"]).json();
    assert_eq!(report["errors"].as_array().unwrap().len(), 3);
    assert_eq!(report["notes"].as_array().unwrap().len(), 1);
    assert_valid(&report);
}

#[test]
fn a_changed_field_would_be_noticed() {
    let mut report = run_in(&root().join("templates/examples"), &["check", "--format", "json"]).json();
    report["stacks"][0]["verdict"]["aws"] = "works".into();
    let result = std::panic::catch_unwind(|| assert_valid(&report));
    assert!(result.is_err());
}

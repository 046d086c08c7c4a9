//! The example stacks, in every format. The open core is the target: its coverage is the best proven.

use crate::program::{Run, root, run_in};

fn run(arguments: &[&str]) -> Run {
    run_in(&root().join("templates/examples"), &[arguments, &["--plan", "community"]].concat())
}

#[test]
fn table() {
    insta::assert_snapshot!(run(&["check"]).stdout);
}

#[test]
fn quiet() {
    insta::assert_snapshot!(run(&["check", "--quiet"]).stdout);
}

#[test]
fn verbose() {
    insta::assert_snapshot!(run(&["check", "--verbose", "payments-api.yaml"]).stdout);
}

#[test]
fn json() {
    let text = run(&["check", "--format", "json", "nat-network.yaml"]).stdout;
    // The knowledge base grows with every entry; what is said of this stack should not.
    let mut report: serde_json::Value = serde_json::from_str(&text).unwrap();
    report["tool"]["knowledge_base"] = "counted".into();
    report["tool"]["version"] = "this".into();
    insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
}

#[test]
fn document() {
    insta::assert_snapshot!(run(&["docs", "payments-api.yaml"]).document());
}

#[test]
fn document_of_several() {
    insta::assert_snapshot!(run(&["docs", "nat-network.yaml", "static-site.json"]).document());
}

//! `lscompat db verify`, against a LocalStack that the test makes up.

use std::net::TcpListener;

use crate::fake::Fake;
use crate::program::{Project, Run};

/// One entry whose probe sees `observe`.
fn entry(id: &str, observe: &str, more: &str) -> String {
    format!(
        "[[limitation]]\nid = \"{id}\"\ncategory = \"C\"\nseverity = \"note\"\nresources = [\"AWS::SNS::Topic\"]\n\
         feature = \"Something\"\nlocalstack = \"Something happens.\"\naws = \"Something else happens.\"\n\
         solution = \"Change something.\"\nobserve = [{observe}]\n{more}\n\
         evidence = [{{ kind = \"probe\", release = \"2026.3.0\", url = \"https://example.org/\" }}]\n\n"
    )
}

/// A knowledge base of these entries, each with the fixture `bad`.
fn project(entries: &[(&str, &str, &str, &str)]) -> Project {
    let project = Project::new(&[]);
    let toml: String = entries.iter().map(|(id, _, observe, more)| entry(id, observe, more)).collect();
    project.write("kb/limitations/sns.toml", toml);
    for (id, template, _, _) in entries {
        project.write(&format!("tests/limitations/{id}/bad.yaml"), template);
    }
    project
}

/// Verifies the named entries, the endpoint's port hidden.
fn verify(project: &Project, endpoint: &str, arguments: &[&str]) -> Run {
    let base = ["db", "verify", "--db", "kb", "--endpoint", endpoint, "--jobs", "2"];
    let mut run = project.run(&[&base, arguments].concat());
    run.stdout = run.stdout.replace(endpoint, "http://127.0.0.1:PORT");
    run.stderr = run.stderr.replace(endpoint, "http://127.0.0.1:PORT");
    run
}

const GOOD: &str = "Resources: { Thing: { Type: 'AWS::SNS::Topic' } }";
const BROKEN: &str = "Resources: { Thing: { Type: 'AWS::SNS::Topic', Metadata: Broken } }";
const REFUSED: &str = "Resources: { Thing: { Type: 'AWS::SNS::Topic', Metadata: Refused } }";

#[test]
fn each_claim_is_made_and_its_stack_deleted() {
    let fake = Fake::start("2026.3.0");
    let rotation = "{ call = \"kms GetKeyRotationStatus\", input = { KeyId = \"${Thing}\" }, \
                    answer = { path = \"KeyRotationEnabled\", eq = false } }";
    let project = project(&[
        ("sns-complete", GOOD, "{ stack = \"CREATE_COMPLETE\" }, { output = \"Out\", eq = \"made\" }", ""),
        ("sns-call", GOOD, rotation, ""),
        ("sns-missing", GOOD, "{ call = \"s3 GET /gone/${Thing}\", error = \"NoSuchThing\" }", ""),
        ("sns-fails", BROKEN, "{ resource = \"Thing\", status = \"CREATE_FAILED\", reason = \"is Broken\" }", ""),
        ("sns-refused", REFUSED, "{ stack = \"REJECTED\", reason = \"Refused\" }", ""),
    ]);
    let ids =
        ["--id", "sns-complete", "--id", "sns-call", "--id", "sns-missing", "--id", "sns-fails", "--id", "sns-refused"];
    let run = verify(&project, fake.endpoint(), &ids);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(fake.stacks(), (4, 0), "stacks created, stacks left");
}

#[test]
fn a_claim_that_no_longer_holds_is_told_with_what_was_seen() {
    let fake = Fake::start("2026.3.0");
    let fails = "{ resource = \"Thing\", status = \"CREATE_FAILED\", reason = \"is Broken\" }";
    let project = project(&[
        ("sns-holds", BROKEN, fails, ""),
        ("sns-mended", GOOD, fails, ""),
        ("sns-worse", REFUSED, "{ stack = \"CREATE_COMPLETE\" }", ""),
        ("sns-output", GOOD, "{ output = \"Out\", is = \"absent\" }", ""),
        ("sns-call", GOOD, "{ call = \"s3 GET /gone\" }", ""),
        ("sns-later", GOOD, fails, "applies = { releases = \">=2026.4.0\" }"),
        ("sns-licensed", GOOD, fails, "applies = { plans = [\"base\", \"ultimate\"] }"),
        ("sns-enforced", GOOD, fails, "applies = { config = { ENFORCE_IAM = \"1\" } }"),
        ("sns-outside", BROKEN, "{ stack = \"CREATE_COMPLETE\" }", "needs = [\"thing\"]"),
    ]);
    project.write("kb/needs.toml", "[[need]]\nname = \"thing\"\nwhat = \"a thing\"\nlacking = \"Broken\"\n");
    let ids = ["holds", "mended", "worse", "output", "call", "later", "licensed", "enforced", "outside"];
    let ids: Vec<String> = ids.iter().flat_map(|it| ["--id".to_owned(), format!("sns-{it}")]).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let table = verify(&project, fake.endpoint(), &ids);
    assert_eq!(table.code, 1, "{}{}", table.stdout, table.stderr);
    insta::assert_snapshot!("verify-table", table.stdout);
    let json = verify(&project, fake.endpoint(), &[&ids[..], &["--format", "json"]].concat());
    assert_eq!(json.code, 1);
    insta::assert_snapshot!("verify-json", json.stdout);
    assert_eq!(fake.stacks().1, 0, "stacks left");
}

#[test]
fn a_localstack_that_does_not_answer_is_an_error() {
    let project = project(&[("sns-complete", GOOD, "{ stack = \"CREATE_COMPLETE\" }", "")]);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let run = verify(&project, &endpoint, &["--timeout", "1"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(
        run.stderr,
        "error: what listens at http://127.0.0.1:PORT does not answer within 1 s; restart LocalStack\n"
    );
    drop(silent);
    let run = verify(&project, &endpoint, &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: nothing answers at http://127.0.0.1:PORT: "), "{}", run.stderr);
}

#[test]
fn nothing_is_deployed_to_another_machine_or_for_no_entry() {
    let project = project(&[("sns-complete", GOOD, "{ stack = \"CREATE_COMPLETE\" }", "")]);
    let run = verify(&project, "http://192.0.2.1:4566", &[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`--allow-remote-endpoint`"), "{}", run.stderr);
    let fake = Fake::start("2026.3.0");
    let run = verify(&project, fake.endpoint(), &["--id", "sns-nothing"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, "error: there is no entry `sns-nothing` in the knowledge base\n"));
    assert_eq!(fake.stacks(), (0, 0));
}

#[test]
fn fixtures_can_be_elsewhere() {
    let fake = Fake::start("2026.3.0");
    let project = project(&[("sns-complete", GOOD, "{ stack = \"CREATE_COMPLETE\" }", "")]);
    std::fs::rename(project.path("tests"), project.path("moved")).unwrap();
    let arguments = ["--id", "sns-complete", "--fixtures"];
    let run = verify(&project, fake.endpoint(), &[&arguments[..], &["moved/limitations"]].concat());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let run = verify(&project, fake.endpoint(), &[&arguments[..], &["absent"]].concat());
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the fixtures in `absent` cannot be read"), "{}", run.stderr);
}

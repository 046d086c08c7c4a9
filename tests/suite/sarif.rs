//! SARIF as code scanning takes it: valid, the same finding under the same fingerprint, and fixes that work.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::program::{Project, root, run_in};

const SUPPRESSED: &str = "\
Resources:
  Slow:
    Type: AWS::Lambda::Function
    Properties:
      # lscompat: ignore[lambda-vpc-cold-start] called by hand only
      Timeout: 3
      VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
  Api: {Type: AWS::ApiGatewayV2::Api}
";

fn log(folder: &Path, path: &str) -> Value {
    run_in(folder, &["check", path, "--plan", "community", "--format", "sarif"]).json()
}

fn results(log: &Value) -> &Vec<Value> {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn every_log_fits_the_schema() {
    // A bracket that stands for itself has to be escaped in the dialect that formats are judged in.
    let text = include_str!("../schemas/sarif-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let hostile = "{\"Resources\": {\"A b<>\\u001b\\\"`%\": {\"Type\": \"AWS::GameLift::Fleet\"}}}";
    let files = [("a b/suppressed.yaml", SUPPRESSED), ("#h%.json", hostile), ("bad.yaml", "Resources: [\n")];
    let project = Project::new(&files);
    let mut number = 0;
    let logs = files.map(|(path, _)| log(&project.path(""), path));
    for log in logs.into_iter().chain([log(&root().join("templates/examples"), "."), log(&project.path(""), ".")]) {
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|it| format!("{}: {it}", it.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        number += results(&log).len();
    }
    assert!(number > 20, "{number}");
    let broken = serde_json::json!({"version": "2.1.0", "runs": [{"results": []}]});
    assert!(!validator.is_valid(&broken), "the schema judges nothing");
}

#[test]
fn every_rule_helps() {
    let log = log(&root().join("templates/examples"), ".");
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.len() > 5);
    for rule in rules {
        let help = &rule["help"];
        assert!(help["text"].as_str().unwrap().contains("What to do: "), "{rule}");
        assert!(help["markdown"].as_str().unwrap().contains("**What to do**: "), "{rule}");
        assert!(rule["helpUri"].as_str().is_none_or(|it| it.starts_with("https://")), "{rule}");
    }
    assert!(rules.iter().any(|it| it["helpUri"].is_string()));
}

#[test]
fn a_suppression_keeps_its_reason() {
    let project = Project::new(&[("a.yaml", SUPPRESSED)]);
    let log = log(&project.path(""), "a.yaml");
    let of = |id: &str| results(&log).iter().find(|it| it["ruleId"] == id).unwrap()["suppressions"].clone();
    let expected = serde_json::json!([{"kind": "inSource", "justification": "called by hand only"}]);
    assert_eq!(of("lambda-vpc-cold-start"), expected);
    assert_eq!(of("resource-type-needs-plan"), serde_json::json!([]));
}

#[test]
fn a_finding_keeps_its_fingerprint_when_lines_move() {
    let example = std::fs::read_to_string(root().join("templates/examples/payments-api.yaml")).unwrap();
    let moved = example.replacen("Resources:\n", "# one line\n\n# more lines\nResources:\n", 1);
    assert_ne!(example, moved);
    let prints = |text: &str| -> BTreeMap<String, u64> {
        let project = Project::new(&[("t.yaml", text)]);
        let log = log(&project.path(""), "t.yaml");
        let print = |it: &Value| it["partialFingerprints"]["lscompat/v1"].as_str().unwrap().to_owned();
        let line = |it: &Value| it["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap();
        results(&log).iter().map(|it| (print(it), line(it))).collect()
    };
    let (before, after) = (prints(&example), prints(&moved));
    assert!(before.len() > 3);
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    assert!(before.values().zip(after.values()).any(|(before, after)| *after == before + 3));
}

/// The fix of every limitation's fixture, made by line and column as an editor makes it: the finding is gone.
#[test]
fn fixes_do_what_they_say() {
    let fixtures = std::fs::read_dir(root().join("tests/limitations")).unwrap().map(|it| it.unwrap().path());
    let texts = fixtures.filter_map(|it| {
        let id = it.file_name()?.to_str()?.to_owned();
        Some((format!("{id}.yaml"), std::fs::read_to_string(it.join("bad.yaml")).ok()?))
    });
    let texts: BTreeMap<String, String> = texts.collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let before = log(&Project::new(&files).path(""), ".");
    let fixed: BTreeMap<String, String> = results(&before)
        .iter()
        .filter(|it| is_own(it) && it["fixes"][0].is_object())
        .map(|it| (file_of(it), apply(&texts[&file_of(it)], &it["fixes"][0])))
        .collect();
    assert!(fixed.len() > 20, "{} fixes are offered", fixed.len());
    let files: Vec<(&str, &str)> = fixed.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let after = log(&Project::new(&files).path(""), ".");
    let number = |log: &Value, file: &str| results(log).iter().filter(|it| is_own(it) && file_of(it) == file).count();
    let left: Vec<&String> = fixed.keys().filter(|it| number(&after, it) >= number(&before, it)).collect();
    assert_eq!(left, Vec::<&String>::new());
}

/// Whether a result is what its file is there for.
fn is_own(result: &Value) -> bool {
    file_of(result).trim_end_matches(".yaml") == result["ruleId"]
}

fn file_of(result: &Value) -> String {
    result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned()
}

#[test]
fn a_fix_shows_no_secret_and_is_offered_once() {
    let text = "{\"Parameters\": {\"P\": {\"Type\": \"String\", \"NoEcho\": true, \"Default\": \"hunter2default\"}}, \
                \"Resources\": {\"A\": {\"Type\": \"AWS::ApiGatewayV2::Api\", \"Properties\": {\"Name\": {\"Ref\": \"P\"}}}, \
                \"T\": {\"Type\": \"AWS::SNS::Topic\"}}}";
    let project = Project::new(&[("t.json", text)]);
    let log = log(&project.path(""), "t.json");
    assert!(!log.to_string().contains("hunter2default"));
    let fixes: BTreeSet<String> = results(&log).iter().map(|it| it["fixes"].to_string()).collect();
    assert!(fixes.iter().any(|it| it.contains("remove the resource `A`")), "{fixes:?}");
}

/// `text` after a SARIF fix.
fn apply(text: &str, fix: &Value) -> String {
    let offset = |line: &Value, column: &Value| {
        let (line, column) = (line.as_u64().unwrap(), column.as_u64().unwrap());
        let line_start: usize = text.split_inclusive('\n').take(usize::try_from(line).unwrap() - 1).map(str::len).sum();
        let rest = &text[line_start..];
        line_start + rest.char_indices().nth(usize::try_from(column).unwrap() - 1).map_or(rest.len(), |(at, _)| at)
    };
    let mut out = text.to_owned();
    for it in fix["artifactChanges"][0]["replacements"].as_array().unwrap().iter().rev() {
        let region = &it["deletedRegion"];
        let start = offset(&region["startLine"], &region["startColumn"]);
        let end = offset(&region["endLine"], &region["endColumn"]);
        out.replace_range(start..end, it["insertedContent"]["text"].as_str().unwrap_or_default());
    }
    out
}

//! Each rule answers with the right file, line and reason; nothing else is wrong then.

mod paths;

use std::fs;
use std::path::Path;

use super::{read, read_schemas};
use crate::db::{Db, Deploy, Knowledge, Predicate, Problem};

const ENTRY: &str = r#"[[limitation]]
id = "s3-problem"
category = "B"
severity = "warning"
fails_on = "localstack"
resources = ["AWS::S3::Bucket"]
feature = "A feature"
localstack = "It happens."
aws = "It does not happen."
solution = "Change it"
error = "Refused"
when = { path = "A", is = "present" }
at = { path = "A" }
adjust = [{ set = "A", to = 1, safety = "safe" }]
applies = { releases = ">=3.0", plans = ["hobby"], config = { ENFORCE_IAM = "0" } }
evidence = [{ kind = "probe", release = "2026.3", date = 2026-11-23, url = "https://example.com/x" }]
observe = [{ stack = "CREATE_COMPLETE" }]
"#;
const ROW: &str = r#"service = "S3"
min_plan = "hobby"
[types]
"AWS::S3::Bucket" = { community = ">=3.0", replaces = ["B"] }
"#;
const BEHAVIOUR: &str = r#"["AWS::S3::Bucket"]
ignored.other = ["B"]
rejects = [{ path = "A" }]
"#;
const SCHEMAS: &str = r#"["AWS::S3::Bucket"]
properties = "A=any B Names=[text] Nested=Nested Size=number Tags=[Tag] Values={text}"
attributes = "Arn Endpoint.Port Outputs.*"
shapes.Nested = "Deep Deeper=Nested"
shapes.Tag = "Key Value"
["Template::Resource"]
properties = "DeletionPolicy"
["Template::Output"]
properties = "Export=any Value=any"
"#;
const RELEASES: &str = r#"[[release]]
version = "3.0.0"
date = 2023-11-16
covered = true
[[release]]
version = "2026.3.0"
date = 2026-03-23
covered = true
"#;
const SERVICES: &str = r#"[services]
kms = { protocol = "json", target = "TrentService", version = "1.1" }
elb = { signing = "elasticloadbalancing", protocol = "query", version = "2012-06-01" }
s3 = { protocol = "rest" }
"#;
const CONFIG: &str = r#"[[variable]]
name = "ENFORCE_IAM"
default = "0"
effect = "It enforces."
editions = ["pro"]
since = ">=3.0"
"#;

/// A knowledge base of one file each, `file` in the words of `text`; the problems, without the folder.
fn problems_of(file: &str, text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["limitations", "coverage", "behaviour", "schemas"] {
        fs::create_dir(dir.path().join(folder)).unwrap();
    }
    let files = [
        ("limitations/s3.toml", ENTRY),
        ("coverage/s3.toml", ROW),
        ("behaviour/s3.toml", BEHAVIOUR),
        ("schemas/s3.toml", SCHEMAS),
        ("releases.toml", RELEASES),
        ("config.toml", CONFIG),
        ("services.toml", SERVICES),
    ];
    for (name, default) in files {
        fs::write(dir.path().join(name), default).unwrap();
    }
    fs::write(dir.path().join(file), text).unwrap();
    let result = read_schemas(dir.path()).and_then(|it| read(dir.path(), &Knowledge::default(), Some(&it)));
    let problems = result.err().map(|it| it.0).unwrap_or_default();
    let relative = |path: &Path| path.strip_prefix(dir.path()).unwrap().display().to_string();
    let shown = |it: &Problem| Problem { file: relative(&it.file).into(), ..it.clone() }.to_string();
    problems.iter().map(shown).collect()
}

/// Asserts that replacing a line of a good file gives exactly one problem: at that line, with a message that starts so.
fn expect(file: &str, good: &str, cases: &[(&str, &str, &str)]) {
    assert_eq!(problems_of(file, good), Vec::<String>::new());
    for (line, replacement, message) in cases {
        assert!(good.contains(line), "{line}");
        let number = good.lines().position(|it| it.contains(line)).unwrap() + 1;
        let found = problems_of(file, &good.replacen(line, replacement, 1));
        assert_eq!(found.len(), 1, "{replacement}: {found:#?}");
        assert!(found[0].starts_with(&format!("{file}:{number}: {message}")), "{replacement}: {found:#?}");
    }
}

#[test]
fn broken_words_and_texts_of_an_entry_are_reported() {
    expect(
        "limitations/s3.toml",
        ENTRY,
        &[
            ("s3-problem", "S3-problem", "id `S3-problem` is not kebab-case"),
            ("s3-problem", "s3", "id `s3` is not kebab-case"),
            ("s3-problem", "s3--problem", "id `s3--problem` is not kebab-case"),
            ("\"B\"", "\"E\"", "unknown category `E`; use one of `A`, `B`, `C`, `D`"),
            ("\"B\"", "2", "expected a string, found an integer"),
            ("\"warning\"", "\"fatal\"", "unknown severity `fatal`"),
            ("\"localstack\"", "\"azure\"", "unknown side `azure`"),
            (
                "AWS::S3::Bucket",
                "AWS::S3::Buckt",
                "resource type `AWS::S3::Buckt` is in no coverage file; did you mean `AWS::S3::Bucket`?",
            ),
            ("AWS::S3::Bucket", "AWS::S4::*", "resource type `AWS::S4::*` is in no coverage file"),
            ("[\"AWS::S3::Bucket\"]", "[]", "`resources` names no type"),
            ("A feature", "A feature.", "`feature` is a phrase: leave out the final full stop"),
            ("A feature", "  ", "`feature` is empty"),
            ("It happens.", "", "`localstack` is empty"),
            ("It happens.", "It happens. ", "`localstack` has blanks around it"),
            ("It does not happen.", "It may happen.", "`aws` says `may` without saying when"),
            ("It does not happen.", "It will happen.", "`aws` says `will`; say it in the present tense"),
            ("It does not happen.", "It does not happen", "`aws` is a sentence: end it with a full stop"),
            ("It does not happen.", "It doesn't happen.", "`aws` has the contraction `doesn't`; write it out"),
            ("Change it", "Change it.", "`solution` is an instruction: leave out the final full stop"),
            ("Change it", "change it", "`solution` is an instruction: start it with a capital letter"),
            ("Change it", "Just change it", "`solution` says `Just`; leave it out"),
            ("A feature", "A Cloudformation feature", "`feature` spells `CloudFormation` as `Cloudformation`"),
            ("solution = ", "solutions = \"x\"\nsolution = ", "unknown key `solutions`; known here: `id`"),
        ],
    );
}

#[test]
fn broken_predicates_are_reported() {
    let when = "when = { path = \"A\", is = \"present\" }";
    let cases = [
        ("{ path = \"A\" }", "a predicate with `path` needs exactly one of `is`, `eq`"),
        (
            "{ path = \"A\", eq = 1, ne = 2 }",
            "a predicate with `path` has exactly one of its keys; here are `eq`, `ne`",
        ),
        ("{ path = \"A..B\", eq = 1 }", "path `A..B` has a step `` that is neither"),
        ("{ path = \"A\", is = \"there\" }", "unknown kind of value `there`; use one of `string`"),
        ("{ path = \"A\", like = \"there\", eq = 1 }", "unknown key `like`"),
        ("{ path = \"A\", matches = \"(\" }", "`(` is not a regular expression: unclosed group"),
        ("{ path = \"A\", starts_with = \"\" }", "the text is empty"),
        ("{ path = \"A\", starts_with = \"${regions}\" }", "`${regions}` stands for nothing; known are `region`"),
        ("{ path = \"A\", eq = [\"${x}\"] }", "`${x}` stands for nothing"),
        ("{ path = \"A\", lt = \"1\" }", "expected a number, found a string"),
        ("{ path = \"A\", in = [] }", "the list of values is empty"),
        ("{ path = \"A\", is = \"present\", default = 1 }", "`default` does not go with `is`"),
        ("{ path = \"A\", length = {} }", "`length` needs at least one of"),
        ("{ path = \"A\", length = { gt = -1 } }", "expected a whole number from 0"),
        ("{ path = \"A\", eq = 2026-01-01 }", "expected a value that a template can hold, found a datetime"),
        ("{ path = \"A\", one_of = [] }", "the list of paths is empty"),
        ("{ path = \"A\", one_of = { of = \"AWS::S3::Bucket\" } }", "`path` is missing"),
        (
            "{ path = \"A\", none_of = { path = \"B\", of = \"AWS::X::Y\" } }",
            "resource type `AWS::X::Y` is in no coverage",
        ),
        ("{ path = \"A\", fits = { path = \"B\", full = true } }", "unknown key `full`"),
        ("{ path = \"A\", repeated = false }", "`repeated` is always `true`"),
        ("{ path = \"A\", cidr = \"address\" }", "`address` is nothing a block can be"),
        ("{ path = \"A\", cidr = { inside = \"B\" } }", "`cidr` needs exactly one of `within`, `overlaps`"),
        ("{ path = \"A\", covers = \"${AWS::X::Y.arn}\" }", "resource type `AWS::X::Y` is in no coverage"),
        ("{ path = \"A\", covers = \"${AWS::S3::Bucket.url}\" }", "`${AWS::S3::Bucket.url}` stands for nothing"),
        ("{ path = \"A.@keys.B\", is = \"present\" }", "path `A.@keys.B` goes on behind `@keys`"),
        ("{ value = \"A\" }", "a predicate with `value` needs exactly one of `lt`"),
        ("{ value = {}, gt = 1 }", "an expression needs exactly one of `path`, `count`"),
        ("{ value = { sum = [] }, gt = 1 }", "the list of expressions is empty"),
        ("{ value = true, gt = 1 }", "expected a table, found a boolean"),
        ("{ value = 1, path = \"A\", gt = 1 }", "a predicate has exactly one of its keys; here are `path`, `value`"),
        (
            "{ value = { over = { resource = \"AWS::S3::Bucket\", order = \"unordered\" } }, gt = 1 }",
            "`order` does not go with `over`",
        ),
        ("{ exists = { resource = \"AWS::S3::Bucket\", order = \"first\" } }", "unknown order `first`; use one of"),
        ("{ exists = { resource = \"AWS::S3::Bucket\", same = [] } }", "`same` names no path"),
        ("{ path = \"A\", policy_allows = { principal = \"x\" } }", "a question to a policy needs `actions`"),
        ("{ path = \"A\", policy_allows = { actions = [\"encrypt\"] } }", "`encrypt` is not an action"),
        ("{ path = \"A\", refers_to = { attribute = \"Arn\" } }", "`resource` is missing"),
        ("{ path = \"A\", refers_to = { resource = \"AWS::X::Y\" } }", "resource type `AWS::X::Y` is in no coverage"),
        ("{ exists = { resource = \"AWS::X::Y\" } }", "resource type `AWS::X::Y` is in no coverage"),
        ("{ missing = { resource = \"AWS::S3::Bucket\", linked_by = \"\" } }", "path `` has a step"),
        ("{ policy_allows = { actions = [\"*\"] } }", "`policy_allows` needs a `path`"),
        ("{ not = {} }", "a predicate needs exactly one of `all`, `any`"),
        ("{ all = [], any = [] }", "a predicate has exactly one of its keys; here are `all`, `any`"),
        ("{ all = [] }", "the list of predicates is empty"),
        ("{ intrinsic = \"Cidr\" }", "`Cidr` is not an intrinsic function"),
        ("{ uses_text = \"\" }", "the text is empty"),
        ("[]", "expected a table, found an array"),
    ];
    for (replacement, message) in cases {
        expect("limitations/s3.toml", ENTRY, &[(when, &format!("when = {replacement}"), message)]);
    }
}

#[test]
fn broken_places_changes_targets_and_evidence_are_reported() {
    expect(
        "limitations/s3.toml",
        ENTRY,
        &[
            ("at = { path = \"A\" }", "at = { via = \"A\" }", "`path` is missing"),
            ("at = { path = \"A\" }", "at = { path = \"A b\" }", "path `A b` has a step"),
            ("set = \"A\", to = 1", "set = \"A\"", "`to` is missing"),
            ("set = \"A\", to = 1", "set = \"A\", remove = \"B\"", "an adjustment has exactly one of `set`"),
            ("set = \"A\", to = 1", "remove_resource = false", "`remove_resource` is `true` or left out"),
            ("\"safe\"", "\"sure\"", "unknown safety `sure`"),
            (", safety = \"safe\"", "", "`safety` is missing"),
            (">=3.0", "3.0", "`3.0` needs one of the operators"),
            (">=3.0", ">=three", "`>=three` is not a release requirement"),
            ("\"hobby\"", "\"free\"", "unknown plan `free`"),
            ("ENFORCE_IAM", "ENFORCE", "configuration variable `ENFORCE` is not in `config.toml`"),
            ("probe", "rumour", "unknown kind of evidence `rumour`"),
            ("release = \"2026.3\"", "release = \"2026.13\"", "release `2026.13` is not in `releases.toml`"),
            ("release = \"2026.3\"", "release = \"newest\"", "`newest` is not a release"),
            ("2026-11-23", "\"2026-11-23\"", "expected a date such as 2026-11-23, without quotes"),
            ("https://example.com/x", "example.com/x", "`example.com/x` is not a web address"),
            (
                "https://example.com/x",
                "http://example.com/x",
                "`url` is read over an open line; write it with `https://`",
            ),
            (", date = 2026-11-23", "", "evidence of kind `probe` needs the `date` on which it was seen"),
            ("2026-11-23", "2026-03-01", "2026-03-01 is before this release came out, on 2026-03-23"),
            ("https://example.com/x", "https://", "`https://` is not a web address"),
            (", url = \"https://example.com/x\"", "", "evidence needs a `url` or a `source`"),
            ("[{ kind", "[] #", "`evidence` is empty"),
        ],
    );
}

#[test]
fn broken_checks_are_reported() {
    let cases = [
        ("{ within = 2 }", "a check has exactly one of `stack`, `resource`, `output`, `call`"),
        ("{ stack = \"CREATE_COMPLETE\", output = \"X\" }", "a check has exactly one of `stack`"),
        ("{ stack = \"COMPLETE\" }", "unknown end of a stack `COMPLETE`; use one of `CREATE_COMPLETE`"),
        ("{ stack = \"CREATE_FAILED\", reason = \"(\" }", "`(` is not a regular expression: unclosed group"),
        ("{ stack = \"CREATE_FAILED\", reason = \"\" }", "the expression is empty"),
        ("{ stack = \"CREATE_COMPLETE\", reason = \"x\" }", "a stack that completes gives no reason"),
        ("{ stack = \"UPDATE_COMPLETE\" }", "only `deploy = \"update\"` updates a stack"),
        ("{ stack = \"CREATE_COMPLETE\", deploy = \"update\" }", "a stack that is updated ends with an `UPDATE_`"),
        ("{ stack = \"REJECTED\", deploy = \"worse\" }", "unknown fixture `worse`; use one of `bad`, `good`, `update`"),
        ("{ stack = \"REJECTED\", within = 61 }", "`within` is at most 60 seconds"),
        ("{ stack = \"REJECTED\", after = 4 }", "`after` is at most 3 seconds"),
        ("{ stack = \"REJECTED\", later = 4 }", "unknown key `later`"),
        ("{ resource = \"X\" }", "a check of a `resource` needs at least one of `status`"),
        ("{ resource = \"X\", status = \"DONE\" }", "unknown end of a resource `DONE`"),
        ("{ output = \"X\" }", "a check of an `output` needs exactly one of `is`, `eq`"),
        ("{ output = \"X\", refers_to = {} }", "a check of an `output` needs exactly one of"),
        ("{ call = \"kms\" }", "`kms` is not `SERVICE OPERATION`"),
        ("{ call = \"kns ListKeys\" }", "service `kns` is not in `services.toml`"),
        ("{ call = \"kms GET /keys\" }", "`kms` is called by operation, such as `kms ListThings`"),
        ("{ call = \"s3 ListBuckets\" }", "`s3` is called by method and path, such as `s3 GET /path`"),
        ("{ call = \"s3 GET path\" }", "`s3` is called by method and path"),
        ("{ call = \"kms ListKeys\", input = \"x\" }", "the input of this service is a table"),
        ("{ call = \"elb List\", input = { A = [1] } }", "the input of this service is a flat table"),
        ("{ call = \"s3 PUT /x\", input = 1 }", "the body is a table or a text"),
        ("{ call = \"s3 GET /x\", error = \"(\" }", "`(` is not a regular expression"),
        (
            "{ call = \"s3 GET /x\", error = \"x\", answer = { path = \".\", is = \"map\" } }",
            "a call has an `answer` or an `error`, not both",
        ),
        ("{ call = \"s3 GET /x\", answer = { path = \"A\" } }", "a predicate with `path` needs exactly one of"),
        ("{ call = \"s3 GET /x\", answer = { not = { intrinsic = \"Ref\" } } }", "an answer has no resources"),
    ];
    for (replacement, message) in cases {
        let found =
            problems_of("limitations/s3.toml", &ENTRY.replacen("{ stack = \"CREATE_COMPLETE\" }", replacement, 1));
        assert!(!found.is_empty(), "{replacement}");
        assert!(
            found.iter().any(|it| it.starts_with(&format!("limitations/s3.toml:17: {message}"))),
            "{replacement}: {found:#?}"
        );
    }
    assert_eq!(
        problems_of("limitations/s3.toml", &ENTRY.replace("observe = [{ stack = \"CREATE_COMPLETE\" }]\n", "")),
        [
            "limitations/s3.toml:1: evidence of kind `probe` needs `observe`: what is seen again when the bad fixture is \
             deployed"
        ]
    );
    expect(
        "limitations/s3.toml",
        ENTRY,
        &[("error =", "needs = [\"luck\"]\nerror =", "`luck` is not in `needs.toml`")],
    );
    expect(
        "services.toml",
        SERVICES,
        &[
            ("\"json\"", "\"soap\"", "unknown protocol `soap`; use one of `json`, `query`, `rest`"),
            (", target = \"TrentService\"", "", "`target` is missing"),
            (", version = \"2012-06-01\"", "", "`version` is missing"),
            ("s3 = { protocol = \"rest\" }", "s3 = { protocol = \"rest\", version = \"1\" }", "unknown key `version`"),
        ],
    );
}

#[test]
fn an_entry_that_contradicts_itself_is_reported_at_its_first_line() {
    let found = problems_of("limitations/s3.toml", &ENTRY.replace("fails_on = \"localstack\"\n", ""));
    assert_eq!(found, ["limitations/s3.toml:10: `error` needs `fails_on`: the side that gives this message"]);
    let text = ENTRY.replace("fails_on = \"localstack\"\n", "").replace("error = \"Refused\"\n", "");
    let found = problems_of("limitations/s3.toml", &text.replace("\"warning\"", "\"error\""));
    assert_eq!(found, ["limitations/s3.toml:1: severity `error` needs `fails_on`: the side on which it fails"]);
}

#[test]
fn a_missing_key_is_reported_at_the_entry() {
    for key in ["id", "category", "severity", "resources", "feature", "localstack", "aws", "solution", "evidence"] {
        let text: String = ENTRY.lines().filter(|it| !it.starts_with(key)).map(|it| format!("{it}\n")).collect();
        assert_eq!(problems_of("limitations/s3.toml", &text), [format!("limitations/s3.toml:1: `{key}` is missing")]);
    }
}

#[test]
fn an_id_is_taken_once() {
    let found = problems_of("limitations/s3.toml", &format!("{ENTRY}\n{ENTRY}"));
    assert_eq!(found, ["limitations/s3.toml:19: id `s3-problem` is taken by limitations/s3.toml:1"]);
}

#[test]
fn every_problem_is_reported_in_order() {
    let text = ENTRY.replace("\"B\"", "\"E\"").replace("It happens.", "").replace("is = \"present\"", "lt = \"x\"");
    let found = problems_of("limitations/s3.toml", &text);
    let places: Vec<&str> = found.iter().filter_map(|it| it.split(": ").next()).collect();
    assert_eq!(places, ["limitations/s3.toml:3", "limitations/s3.toml:8", "limitations/s3.toml:12"]);
}

#[test]
fn what_is_not_toml_is_reported_once_with_its_line() {
    let found = problems_of("limitations/s3.toml", &ENTRY.replace("\"B\"", "B"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with("limitations/s3.toml:3: "), "{found:#?}");
}

#[test]
fn inline_tables_stay_on_one_line() {
    let text = ENTRY.replace("{ path = \"A\", is = \"present\" }", "{\n  path = \"A\", is = \"present\" }");
    let found = problems_of("limitations/s3.toml", &text);
    assert_eq!(found, ["limitations/s3.toml:12: an inline table must stay on one line; use a sub-table instead"]);
    let text = ENTRY.replace("{ path = \"A\", is = \"present\" }", "{ path = \"A\", in = [\n  1,\n  2,\n] }");
    assert_eq!(problems_of("limitations/s3.toml", &text), Vec::<String>::new());
}

#[test]
fn inline_tables_do_not_end_with_a_comma() {
    let found = problems_of("limitations/s3.toml", &ENTRY.replace("is = \"present\" }", "is = \"present\", }"));
    assert_eq!(found, ["limitations/s3.toml:12: an inline table must not end with a comma"]);
    let text = ENTRY.replace("{ path = \"A\", is = \"present\" }", "{ not = { path = \"A,\", is = \"present\" }}");
    assert_eq!(problems_of("limitations/s3.toml", &text).len(), 1, "only the path is wrong");
}

#[test]
fn broken_coverage_is_reported() {
    expect(
        "coverage/s3.toml",
        ROW,
        &[
            ("\"S3\"", "\"EC2\"", "service `EC2` belongs in `ec2.toml`"),
            ("\"hobby\"", "\"gold\"", "unknown plan `gold`"),
            ("\"hobby\"", "\"community\"", "a minimal plan is `hobby`"),
            (">=3.0", "3.0", "`3.0` needs one of the operators"),
            ("replaces", "replace", "unknown key `replace`"),
            ("[\"B\"]", "\"B\"", "expected an array, found a string"),
        ],
    );
    let text = ROW.replace("\"AWS::S3::Bucket\"", "\"AWS::S3::Bucket\" = {}\n\"AWS::S3\"");
    let found = problems_of("coverage/s3.toml", &text);
    assert_eq!(found, ["coverage/s3.toml:5: `AWS::S3` is not a resource type such as `AWS::S3::Bucket`"]);
}

#[test]
fn broken_behaviour_is_reported() {
    expect(
        "behaviour/s3.toml",
        BEHAVIOUR,
        &[
            ("path = \"A\"", "path = \"\"", "path `` has a step"),
            ("path = \"A\"", "path = \"A\", accepts = \"[\"", "`[` is not a regular expression"),
            ("path = \"A\"", "error = \"x\"", "`path` is missing"),
            ("path = \"A\"", "path = \"@DeletionPolicy\"", "`@DeletionPolicy` is not a property"),
            ("path = \"A\"", "path = \"A\", shape = \"map\"", "unknown shape `map`; use one of `text`, `list`"),
            ("path = \"A\"", "path = \"A\", accepts = \"a\", refuses = \"b\"", "`accepts` and `refuses` exclude"),
            ("path = \"A\"", "path = \"A\", when = { path = \"B\" }", "a predicate with `path` needs exactly one"),
            ("ignored", "ignores", "unknown key `ignores`"),
            ("ignored.other", "ignored.fun", "unknown purpose `fun`; use one of `access`"),
            ("ignored.other", "aws_defaults.C = 1\nignored.other", "`C` is not in `ignored`"),
            ("ignored.other", "updates = [{ does = \"all\" }]\nignored.other", "unknown effect of an update `all`"),
            ("ignored.other", "updates = [{ paths = [] }]\nignored.other", "`does` is missing"),
            ("[\"B\"]", "\"B\"", "expected an array, found a string"),
            ("AWS::S3::Bucket", "AWS::S3::Buckt", "resource type `AWS::S3::Buckt` is in no coverage file"),
        ],
    );
    let found = problems_of("behaviour/s3.toml", "\"AWS::S3::Bucket\" = 1\n");
    assert_eq!(found, ["behaviour/s3.toml:1: expected a table, found an integer"]);
}

#[test]
fn a_type_is_described_once_and_in_the_file_of_its_service() {
    let found = problems_of("behaviour/s4.toml", BEHAVIOUR);
    assert_eq!(found, ["behaviour/s4.toml:1: `AWS::S3::Bucket` belongs in `behaviour/s3.toml`"]);
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("behaviour")).unwrap();
    fs::write(dir.path().join("behaviour/a.toml"), BEHAVIOUR).unwrap();
    fs::write(dir.path().join("behaviour/b.toml"), BEHAVIOUR).unwrap();
    let base = read(Path::new("tests/db/small"), &Knowledge::default(), None).unwrap();
    let problems = read(dir.path(), &base, None).unwrap_err();
    assert_eq!(problems.0.len(), 1);
    assert_eq!(problems.0[0].message, "`AWS::S3::Bucket` is already described in `behaviour/a.toml`");
}

#[test]
fn broken_releases_and_variables_are_reported() {
    expect(
        "releases.toml",
        RELEASES,
        &[
            ("3.0.0", "three", "`three` is not a release"),
            ("2023-11-16", "\"2023\"", "expected a date"),
            ("date", "day", "unknown key `day`"),
        ],
    );
    let found = problems_of("releases.toml", &RELEASES.replace("3.0.0", "2026.4.0"));
    assert_eq!(found, ["releases.toml:5: release `2026.3.0` must come after `2026.4.0`: oldest first, each once"]);
    expect(
        "config.toml",
        CONFIG,
        &[
            ("\"It enforces.\"", "\"\"", "`effect` is empty"),
            ("[\"pro\"]", "[\"free\"]", "unknown edition `free`"),
            (">=3.0", "always", "`always` is not a release requirement"),
        ],
    );
    let found = problems_of("config.toml", &format!("{CONFIG}{CONFIG}"));
    assert_eq!(found, ["config.toml:8: variable `ENFORCE_IAM` is there already"]);
}

#[test]
fn a_type_is_covered_once() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("coverage")).unwrap();
    fs::write(dir.path().join("coverage/s3.toml"), ROW).unwrap();
    fs::write(dir.path().join("coverage/s3x.toml"), ROW.replace("\"S3\"", "\"S3X\"")).unwrap();
    let problems = read(dir.path(), &Knowledge::default(), None).unwrap_err();
    assert_eq!(problems.0.len(), 1);
    assert_eq!(problems.0[0].line, Some(4));
    assert_eq!(problems.0[0].message, "`AWS::S3::Bucket` is already covered in `coverage/s3.toml`");
}

#[test]
fn folders_that_are_not_there_count_as_empty() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(read(dir.path(), &Knowledge::default(), None), Ok(Knowledge::default()));
    let problems = read(&dir.path().join("absent"), &Knowledge::default(), None).unwrap_err();
    assert!(problems.to_string().ends_with("absent: there is no such folder"), "{problems}");
}

#[test]
fn every_construct_is_read_and_stored() {
    let knowledge = read(Path::new("tests/db/small"), &Knowledge::default(), None).unwrap();
    let stored = postcard::to_stdvec(&knowledge).unwrap();
    assert_eq!(postcard::from_bytes::<Knowledge>(&stored).unwrap(), knowledge);
    let db = Db::new(knowledge);
    let observed = &db.limitation("kms-key-policy-lacks-logs-principal").unwrap().observe;
    assert_eq!(observed.len(), 8);
    assert_eq!(observed.iter().filter(|it| it.deploy == Deploy::Bad).count(), 6);
    let Predicate::Any(predicates) = &db.limitation("s3-anything").unwrap().when else { panic!("not `any`") };
    assert_eq!(predicates.len(), 34);
}

#[test]
fn broken_names_and_policies_of_aws_are_reported() {
    let names = "[\"AWS::S3::Bucket\"]\narn = \"arn:${partition}:s3:::${name}\"\nref = \"name\"\n";
    let arn = "arn:${partition}:s3:::${name}";
    expect(
        "names.toml",
        names,
        &[
            (arn, "arn:aws:s3:::${name}", "`arn:aws:s3:::${name}` is not an ARN such as"),
            (arn, "arn:${partition}:s3:::x", "`arn:${partition}:s3:::x` is not an ARN such as"),
            (arn, "arn:${partition}:${name}:${id}", "`${id}` is no part of an ARN"),
            ("ref = \"name\"", "ref = \"id\"", "unknown value of Ref `id`; use one of `name`, `arn`, `other`"),
            ("ref = ", "reference = ", "unknown key `reference`"),
        ],
    );
    let policies = "[[policy]]\nname = \"A\"\n\
                    statements = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }]\n\
                    [[policy]]\nname = \"B\"\nstatements = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }]\n";
    expect(
        "managed-policies.toml",
        policies,
        &[
            ("name = \"B\"", "name = \"A\"", "policy `A` is there already"),
            (
                "statements = [{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }]",
                "statements = [{ Effect = \"Allow\", Action = \"*\" }]",
                "a statement has `Effect`, `Action` and `Resource`",
            ),
        ],
    );
}

//! Paths and attributes that the schemas do not have.

use super::{BEHAVIOUR, ENTRY, ROW, SCHEMAS, expect, problems_of};

const WHEN: &str = "when = { path = \"A\", is = \"present\" }";

#[test]
fn a_path_that_no_schema_has_is_reported_with_the_nearest_one() {
    let cases = [
        ("{ path = \"Siz\", eq = 1 }", "`AWS::S3::Bucket` has no property `Siz`; did you mean `Size`?"),
        ("{ path = \"Zzzzzz\", eq = 1 }", "`AWS::S3::Bucket` has no property `Zzzzzz`"),
        (
            "{ path = \"Nested.Deeper.Dep\", eq = 1 }",
            "`Nested.Deeper` of `AWS::S3::Bucket` has no `Dep`; did you mean `Deep`?",
        ),
        ("{ path = \"Tags.Key\", eq = 1 }", "`Tags` of `AWS::S3::Bucket` is a list; write `Tags.*.Key`"),
        ("{ path = \"Size.Unit\", eq = 1 }", "`Size` of `AWS::S3::Bucket` is a number, so it has no `Unit`"),
        ("{ path = \"Size.*\", eq = 1 }", "`Size` of `AWS::S3::Bucket` has a single value: leave out `*`"),
        ("{ path = \"@DeletionPolic\", eq = 1 }", "a resource has no property `DeletionPolic`; did you mean `Del"),
        (
            "{ path = \"Tags.*\", where = { path = \"Keys\", eq = 1 } }",
            "`Tags.*` of `AWS::S3::Bucket` has no `Keys`; did you mean `Key`?",
        ),
        (
            "{ path = \"A\", refers_to = { resource = \"AWS::S3::Bucket\", where = { path = \"Siz\", eq = 1 } } }",
            "`AWS::S3::Bucket` has no property `Siz`",
        ),
        (
            "{ path = \"A\", refers_to = { resource = \"AWS::S3::Bucket\", attribute = \"Arm\" } }",
            "`AWS::S3::Bucket` has no attribute `Arm`; did you mean `Arn`?",
        ),
        (
            "{ exists = { resource = \"AWS::S3::Bucket\", linked_by = \"Siz\" } }",
            "`AWS::S3::Bucket` has no property `Siz`",
        ),
        (
            "{ missing = { resource = \"Template::Output\", where = { path = \"Vale\", eq = 1 } } }",
            "`Template::Output` has no property `Vale`; did you mean `Value`?",
        ),
        (
            "{ missing = { resource = \"Template::Output\", where = { path = \"@DeletionPolicy\", eq = 1 } } }",
            "`Template::Output` has properties only: `@` is for resources",
        ),
    ];
    for (replacement, message) in cases {
        expect("limitations/s3.toml", ENTRY, &[(WHEN, &format!("when = {replacement}"), message)]);
    }
}

#[test]
fn an_operator_that_can_never_hold_is_reported() {
    let list = "`Names` of `AWS::S3::Bucket` is a list; its elements are `Names.*`";
    let cases = [
        ("{ path = \"Names\", eq = \"x\" }", list),
        ("{ path = \"Names\", starts_with = \"x\" }", list),
        ("{ path = \"Nested\", in = [\"x\"] }", "`Nested` of `AWS::S3::Bucket` is an object, which this operator"),
    ];
    for (replacement, message) in cases {
        expect("limitations/s3.toml", ENTRY, &[(WHEN, &format!("when = {replacement}"), message)]);
    }
}

#[test]
fn every_way_through_a_schema_is_taken() {
    for when in [
        "{ path = \"A.Any.*.Thing\", eq = 1 }",
        "{ path = \"Names.*\", eq = \"x\" }",
        "{ path = \"Names\", eq = [\"x\"] }",
        "{ path = \"Names\", contains = \"x\" }",
        "{ path = \"Values.Own\", eq = \"x\" }",
        "{ path = \"Nested.Deeper.Deeper.Deep\", eq = 1 }",
        "{ path = \"A\", refers_to = { resource = \"AWS::S3::Bucket\", attribute = \"Outputs.Mine\" } }",
        "{ path = \"A\", refers_to = { resource = \"Custom::Thing\", where = { path = \"Anything\", eq = 1 } } }",
        "{ path = \"A\", refers_to = { resource = \"AWS::S3::*\", where = { path = \"Size\", eq = 1 } } }",
    ] {
        let entry = ENTRY.replace(WHEN, &format!("when = {when}"));
        assert_eq!(problems_of("limitations/s3.toml", &entry), Vec::<String>::new(), "{when}");
    }
}

#[test]
fn places_and_changes_exist() {
    let missing = "`AWS::S3::Bucket` has no property `Siz`";
    expect(
        "limitations/s3.toml",
        ENTRY,
        &[
            ("at = { path = \"A\" }", "at = { path = \"Siz\" }", missing),
            ("at = { path = \"A\" }", "at = { path = \"A\", via = \"Siz\" }", missing),
            ("set = \"A\"", "set = \"Siz\"", missing),
            ("set = \"A\", to = 1", "remove = \"Siz\"", missing),
        ],
    );
}

#[test]
fn a_place_in_another_resource_is_one_of_the_type_that_the_condition_names() {
    let refers = "when = { path = \"B\", refers_to = { resource = \"AWS::S3::Bucket\" } }";
    let entry = ENTRY.replace(WHEN, refers);
    let there =
        |path: &str| entry.replace("at = { path = \"A\" }", &format!("at = {{ path = \"{path}\", via = \"B\" }}"));
    assert_eq!(problems_of("limitations/s3.toml", &there("Size")), Vec::<String>::new());
    let found = problems_of("limitations/s3.toml", &there("Siz"));
    assert_eq!(found, ["limitations/s3.toml:13: `AWS::S3::Bucket` has no property `Siz`; did you mean `Size`?"]);
}

#[test]
fn what_is_generated_or_measured_exists_too() {
    let missing = "`AWS::S3::Bucket` has no property `Siz`; did you mean `Size`?";
    expect("coverage/s3.toml", ROW, &[("[\"B\"]", "[\"Siz\"]", missing)]);
    expect(
        "behaviour/s3.toml",
        BEHAVIOUR,
        &[
            ("[\"B\"]", "[\"Siz\"]", missing),
            ("path = \"A\"", "path = \"Siz\"", missing),
            (
                "ignored.other = [\"B\"]",
                "placeholders = [\"Arm\"]",
                "`AWS::S3::Bucket` has no attribute `Arm`; did you mean",
            ),
        ],
    );
}

#[test]
fn a_type_has_one_schema_with_known_parts() {
    expect(
        "schemas/s3.toml",
        SCHEMAS,
        &[("attributes", "atributes", "unknown key `atributes`"), ("\"Key Value\"", "1", "expected a string")],
    );
}

//! Every operator in three values.

mod others;
mod values;

use super::super::outcome::Segment;
use super::super::testing::*;
use crate::stack::{Reason, Truth};

fn yes(properties: &str, when: &str) {
    assert_eq!(truth(properties, when), Truth::Yes, "{properties} {when}");
}

fn no(properties: &str, when: &str) {
    assert_eq!(truth(properties, when), Truth::No, "{properties} {when}");
}

fn parameter(properties: &str, when: &str) {
    assert_eq!(truth(properties, when), on_parameter(), "{properties} {when}");
}

fn condition(properties: &str, when: &str) {
    assert_eq!(truth(properties, when), on_condition("C"), "{properties} {when}");
}

fn attribute(properties: &str, when: &str) {
    let answer = truth(properties, when);
    assert!(matches!(answer, Truth::Unknown(Reason::Attribute(..))), "{properties} {when}: {answer:?}");
}

#[test]
fn present_and_absent() {
    let present = r#"{ path = "A.B", is = "present" }"#;
    let absent = r#"{ path = "A.B", is = "absent" }"#;
    for properties in ["{A: {B: 1}}", "{A: {B: !Ref P}}", "{A: {B: !GetAtt B.Arn}}", "{A: {B: []}}"] {
        yes(properties, present);
        no(properties, absent);
    }
    for properties in ["{}", "{A: {}}", "{A: {B: !Ref AWS::NoValue}}", "{A: {B: }}", "{A: text}", "{A: [{B: 1}]}"] {
        no(properties, present);
        yes(properties, absent);
    }
    condition("{A: {B: !If [C, 1, !Ref AWS::NoValue]}}", present);
    condition("{A: {B: !If [C, 1, !Ref AWS::NoValue]}}", absent);
    parameter("{A: !Ref P}", present);
}

#[test]
fn stars_cross_lists_maps_and_lone_values() {
    let when = r#"{ path = "A.*.B", eq = 1 }"#;
    yes("{A: [{B: 0}, {B: 1}]}", when);
    yes("{A: {x: {B: 0}, y: {B: 1}}}", when);
    yes("{A: {B: 1, C: x}}", when);
    no("{A: [{B: 0}, {}]}", when);
    no("{A: []}", when);
    no("{}", when);
    parameter("{A: !Ref P}", when);
    parameter("{A: [{B: 0}, {B: !Ref P}]}", when);
    condition("{A: [!If [C, {B: 1}, {B: 2}]]}", when);
    yes("{A: [!If [C, {B: 1}, {B: 2}], {B: 1}]}", when);
    yes("{A: x}", r#"{ path = "A.*", eq = "x" }"#);
    no("{A: []}", r#"{ path = "A.*.B", lt = 60, default = 3 }"#);
    yes("{A: [{}]}", r#"{ path = "A.*.B", lt = 60, default = 3 }"#);
}

#[test]
fn absent_means_that_no_value_is_addressed() {
    yes("{A: []}", r#"{ path = "A.*.B", is = "absent" }"#);
    no("{A: [{B: 1}, {}]}", r#"{ path = "A.*.B", is = "absent" }"#);
    yes("{A: [{B: 1}, {}]}", r#"{ path = "A.*", where = { path = "B", is = "absent" } }"#);
}

#[test]
fn kinds() {
    for (value, kind) in
        [("x", "string"), ("1", "number"), ("'1'", "number"), ("true", "boolean"), ("[1]", "list"), ("{k: 1}", "map")]
    {
        yes(&format!("{{A: {value}}}"), &format!("{{ path = \"A\", is = \"{kind}\" }}"));
    }
    no("{A: x}", r#"{ path = "A", is = "number" }"#);
    no("{A: [x]}", r#"{ path = "A", is = "string" }"#);
    no("{}", r#"{ path = "A", is = "string" }"#);
    yes("{A: !Ref B}", r#"{ path = "A", is = "string" }"#);
    no("{A: !Ref B}", r#"{ path = "A", is = "map" }"#);
    attribute("{A: !GetAtt B.Arn}", r#"{ path = "A", is = "list" }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", is = "number" }"#);
    condition("{A: !If [C, [x], x]}", r#"{ path = "A", is = "list" }"#);
}

#[test]
fn equality() {
    yes("{A: true}", r#"{ path = "A", eq = true }"#);
    yes("{A: 'true'}", r#"{ path = "A", eq = true }"#);
    yes("{A: 60}", r#"{ path = "A", eq = "60" }"#);
    yes("{A: '60'}", r#"{ path = "A", eq = 60 }"#);
    yes("{A: [x, 1]}", r#"{ path = "A", eq = ["x", 1] }"#);
    yes("{A: {k: x}}", r#"{ path = "A", eq = { k = "x" } }"#);
    yes("{A: us-east-1-x}", r#"{ path = "A", eq = "${region}-x" }"#);
    yes("{A: X}", r#"{ path = "A", eq = "${logical_id}" }"#);
    yes("{}", r#"{ path = "A", eq = 3, default = 3 }"#);
    no("{}", r#"{ path = "A", eq = 3 }"#);
    no("{A: x}", r#"{ path = "A", eq = "y" }"#);
    no("{A: [x]}", r#"{ path = "A", eq = ["x", "y"] }"#);
    no("{A: !Sub 'a-${P}'}", r#"{ path = "A", eq = "b" }"#);
    parameter("{A: !Sub 'a-${P}'}", r#"{ path = "A", eq = "a-b" }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", eq = true }"#);
    attribute("{A: !Ref B}", r#"{ path = "A", eq = "b" }"#);
    condition("{A: !If [C, x, y]}", r#"{ path = "A", eq = "x" }"#);
    yes("{A: !If [C, x, x]}", r#"{ path = "A", eq = "x" }"#);
}

#[test]
fn inequality() {
    yes("{A: x}", r#"{ path = "A", ne = "y" }"#);
    no("{A: x}", r#"{ path = "A", ne = "x" }"#);
    no("{}", r#"{ path = "A", ne = "x" }"#);
    yes("{}", r#"{ path = "A", ne = "x", default = "y" }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", ne = "y" }"#);
}

#[test]
fn membership() {
    let when = r#"{ path = "A", in = ["x", 1], default = "x" }"#;
    yes("{A: x}", when);
    yes("{A: 1}", when);
    yes("{}", when);
    no("{A: y}", when);
    no("{}", r#"{ path = "A", in = ["x", 1] }"#);
    parameter("{A: !Ref P}", when);
}

#[test]
fn comparison() {
    yes("{A: 59}", r#"{ path = "A", lt = 60 }"#);
    yes("{A: '60'}", r#"{ path = "A", le = 60 }"#);
    yes("{A: 61}", r#"{ path = "A", gt = 60 }"#);
    yes("{A: 60}", r#"{ path = "A", ge = 60 }"#);
    yes("{}", r#"{ path = "A", lt = 60, default = 3 }"#);
    no("{A: 60}", r#"{ path = "A", lt = 60, default = 3 }"#);
    no("{}", r#"{ path = "A", lt = 60 }"#);
    no("{A: many}", r#"{ path = "A", lt = 60 }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", lt = 60 }"#);
    no("{A: !Sub 'x${P}'}", r#"{ path = "A", lt = 60 }"#);
    condition("{A: !If [C, 30, 90]}", r#"{ path = "A", lt = 60 }"#);
}

#[test]
fn texts() {
    yes("{A: python3.9}", r#"{ path = "A", matches = "^python3" }"#);
    no("{A: node}", r#"{ path = "A", matches = "^python3" }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", matches = "^python3" }"#);
    no("{A: !Sub 'node${P}'}", r#"{ path = "A", matches = "^python3" }"#);
    yes("{A: !Sub '${P}.fifo'}", r#"{ path = "A", ends_with = ".fifo" }"#);
    no("{A: !Sub '${P}.std'}", r#"{ path = "A", ends_with = ".fifo" }"#);
    parameter("{A: !Sub 'x${P}'}", r#"{ path = "A", ends_with = ".fifo" }"#);
    yes("{A: !Sub 'arn:${P}'}", r#"{ path = "A", starts_with = "arn:" }"#);
    no("{A: [arn]}", r#"{ path = "A", starts_with = "arn" }"#);
    no("{}", r#"{ path = "A", starts_with = "x" }"#);
    yes("{A: !GetAtt B.Arn}", r#"{ path = "A", starts_with = "arn:aws:" }"#);
    attribute("{A: !GetAtt B.QueueUrl}", r#"{ path = "A", starts_with = "arn:aws:" }"#);
}

#[test]
fn containment() {
    yes("{A: [x, y]}", r#"{ path = "A", contains = "y" }"#);
    no("{A: [x, y]}", r#"{ path = "A", contains = "z" }"#);
    parameter("{A: [x, !Ref P]}", r#"{ path = "A", contains = "z" }"#);
    condition("{A: [x, !If [C, z, y]]}", r#"{ path = "A", contains = "z" }"#);
    yes("{A: a-latest}", r#"{ path = "A", contains = "latest" }"#);
    no("{A: v1}", r#"{ path = "A", contains = "latest" }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", contains = "latest" }"#);
}

#[test]
fn lengths() {
    yes("{A: [1, 2, 3]}", r#"{ path = "A", length = { gt = 2 } }"#);
    no("{A: [1, 2]}", r#"{ path = "A", length = { gt = 2 } }"#);
    yes("{A: {a: 1}}", r#"{ path = "A", length = { eq = 1 } }"#);
    yes("{A: abc}", r#"{ path = "A", length = { ge = 3, le = 3 } }"#);
    condition("{A: [1, !If [C, 2, !Ref AWS::NoValue]]}", r#"{ path = "A", length = { lt = 2 } }"#);
    yes("{A: [1, !If [C, 2, !Ref AWS::NoValue]]}", r#"{ path = "A", length = { lt = 3 } }"#);
    parameter("{A: !Sub 'abc${P}'}", r#"{ path = "A", length = { gt = 3 } }"#);
    yes("{A: !Sub 'abc${P}'}", r#"{ path = "A", length = { gt = 2 } }"#);
    no("{A: !Sub 'abc${P}'}", r#"{ path = "A", length = { lt = 3 } }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", length = { gt = 2 } }"#);
    yes("{A: !Base64 abcd}", r#"{ path = "A", length = { eq = 8 } }"#);
    yes("{A: !Base64 {'Fn::Sub': 'abcdefg${P}'}}", r#"{ path = "A", length = { ge = 12 } }"#);
    parameter("{A: !Base64 {'Fn::Sub': 'abcdefg${P}'}}", r#"{ path = "A", length = { gt = 12 } }"#);
    no("{}", r#"{ path = "A", length = { lt = 2 } }"#);
}

#[test]
fn where_is_relative_to_the_addressed_value() {
    let when = r#"{ path = "A.*", where = { all = [{ path = "B", eq = 1 }, { path = "C", eq = 2 }] } }"#;
    yes("{A: [{B: 1, C: 2}]}", when);
    no("{A: [{B: 1}, {C: 2}]}", when);
    parameter("{A: [{B: 1, C: !Ref P}]}", when);
    yes("{A: [x, y]}", r#"{ path = "A.*", where = { path = ".", eq = "y" } }"#);
}

#[test]
fn connectives_short_cut() {
    yes("{A: 1}", r#"{ any = [{ path = "A", eq = 1 }, { path = "B", eq = 1 }] }"#);
    no("{A: !Ref P}", r#"{ all = [{ path = "A", eq = 1 }, { path = "B", eq = 1 }] }"#);
    parameter("{A: !Ref P}", r#"{ not = { path = "A", eq = 1 } }"#);
    no("{A: 1}", r#"{ not = { path = "A", eq = 1 } }"#);
}

#[test]
fn alternatives_of_one_condition_hold_together() {
    let both = r#"{ all = [{ path = "A", eq = 1 }, { path = "B", eq = 2 }] }"#;
    no("{A: !If [C, 1, 0], B: !If [C, 0, 2]}", both);
    condition("{A: !If [C, 1, 0], B: !If [C, 2, 0]}", both);
    let either = r#"{ any = [{ path = "A", eq = 1 }, { path = "B", eq = 2 }] }"#;
    yes("{A: !If [C, 1, 0], B: !If [C, 0, 2]}", either);
}

#[test]
fn a_resource_s_own_condition_holds_for_its_properties() {
    let stack = open("Resources:\n  X: {Type: AWS::S3::Bucket, Condition: C, Properties: {A: !If [C, 1, 0]}}\n");
    assert_eq!(outcome(&stack, r#"{ path = "A", eq = 1 }"#).truth, Truth::Yes);
}

#[test]
fn attributes_are_addressed_by_an_at_sign() {
    let stack = open("Resources:\n  X: {Type: AWS::S3::Bucket, DeletionPolicy: Retain}\n");
    assert_eq!(outcome(&stack, r#"{ path = "@DeletionPolicy", eq = "Retain" }"#).truth, Truth::Yes);
    assert_eq!(outcome(&stack, r#"{ path = "@UpdatePolicy", is = "present" }"#).truth, Truth::No);
}

#[test]
fn texts_and_intrinsics_anywhere_in_the_subject() {
    let stack = open(
        "Resources:\n  X:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: [{B: '{{resolve:ssm-secure:x}}'}]\n      C: !Cidr [!GetAtt V.CidrBlock, 2, 8]\n  V: {Type: AWS::EC2::VPC}\n",
    );
    let found = outcome(&stack, r#"{ uses_text = "{{resolve:ssm-secure:" }"#);
    assert_eq!(found.truth, Truth::Yes);
    assert_eq!(outcome(&stack, r#"{ uses_text = "{{resolve:secretsmanager:" }"#).truth, Truth::No);
    let used = outcome(&stack, r#"{ intrinsic = "Fn::Cidr" }"#);
    assert_eq!(used.truth, Truth::Yes);
    assert!(stack.file.slice(used.spots[0].span).starts_with("[!GetAtt V.CidrBlock"));
    assert_eq!(outcome(&stack, r#"{ intrinsic = "Fn::Length" }"#).truth, Truth::No);
}

#[test]
fn the_deepest_place_is_pointed_at() {
    let stack = open(
        "Resources:\n  X:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: 1\n      L: [{B: {C: 0}}, {B: {C: 5}}]\n",
    );
    let found = outcome(
        &stack,
        r#"{ all = [{ path = "A", eq = 1 }, { path = "L.*.B.C", gt = 3 }, { path = "N", is = "absent" }] }"#,
    );
    assert_eq!(found.spots.len(), 1);
    assert_eq!(found.spots[0].property().as_deref(), Some("L.B.C"));
    assert_eq!(found.spots[0].path[1], Segment::Index(1));
    assert_eq!(stack.file.slice(found.spots[0].span), "5");
    let missing = outcome(&stack, r#"{ path = "N", is = "absent" }"#);
    assert_eq!(stack.file.slice(missing.spots[0].span), "X");
    assert_eq!(missing.spots[0].property().as_deref(), Some("N"));
}

const LINKS: &str = "\
Resources:
  X: {Type: AWS::Lambda::Function, Properties: {FunctionName: jobs, KmsKeyArn: KEY}}
  Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/data, TargetKeyId: !Ref Key}}
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub 'q-${P}'}}
";

fn refers(value: &str, when: &str) -> Truth {
    outcome(&open(&LINKS.replace("KEY", value)), when).truth
}

#[test]
fn references_are_followed_in_every_form() {
    let to_key = r#"{ path = "KmsKeyArn", refers_to = { resource = "AWS::KMS::Key", where = { path = "EnableKeyRotation", eq = true } } }"#;
    for value in [
        "!Ref Key",
        "!GetAtt Key.Arn",
        "!Sub '${Key.Arn}'",
        "!Sub 'arn:aws:kms:us-east-1:000000000000:key/${Key}'",
        "!Join [':', [arn, aws, kms, us-east-1, x, !Sub 'key/${Key}']]",
        "alias/data",
        "'arn:aws:kms:us-east-1:000000000000:alias/data'",
        "!Ref Alias",
    ] {
        assert_eq!(refers(value, to_key), Truth::Yes, "{value}");
    }
    for value in ["!Ref Queue", "other", "!Sub 'x-${Key}'", "'arn:aws:kms:us-east-1:000000000000:alias/dat'"] {
        assert_eq!(refers(value, to_key), Truth::No, "{value}");
    }
    assert_eq!(refers("!Ref P", to_key), on_parameter());
    assert_eq!(refers("!If [C, !Ref Key, !Ref AWS::NoValue]", to_key), on_condition("C"));
    assert!(matches!(refers("!ImportValue k", to_key), Truth::Unknown(Reason::Import(_))));
    let by_arn = r#"{ path = "KmsKeyArn", refers_to = { resource = "AWS::KMS::Key", attribute = "Arn" } }"#;
    assert_eq!(refers("!GetAtt Key.Arn", by_arn), Truth::Yes);
    assert_eq!(refers("!Ref Key", by_arn), Truth::No);
    let no_rotation = r#"{ path = "KmsKeyArn", refers_to = { resource = "AWS::KMS::*", where = { path = "EnableKeyRotation", eq = false } } }"#;
    assert_eq!(refers("!Ref Key", no_rotation), Truth::No);
}

#[test]
fn names_with_the_same_unknown_part_are_the_same() {
    let to_queue = r#"{ path = "KmsKeyArn", refers_to = { resource = "AWS::SQS::Queue" } }"#;
    assert_eq!(refers("!Sub 'arn:aws:sqs:us-east-1:000000000000:q-${P}'", to_queue), Truth::Yes);
    assert_eq!(refers("!Sub 'arn:aws:sqs:us-east-1:000000000000:r-${P}'", to_queue), on_parameter());
    assert_eq!(refers("'arn:aws:lambda:us-east-1:000000000000:function:jobs'", to_queue), Truth::No);
}

fn linked(more: &str, when: &str) -> Truth {
    let text = format!(
        "Resources:\n  X: {{Type: AWS::Lambda::Function, Properties: {{FunctionName: jobs}}}}\n  Y: {{Type: AWS::Lambda::Function}}\n{more}"
    );
    outcome(&open(&text), when).truth
}

#[test]
fn linked_resources_exist_or_are_missing() {
    let when = r#"{ exists = { resource = "AWS::Lambda::Permission", linked_by = "FunctionName", where = { path = "Principal", eq = "sns.amazonaws.com" } } }"#;
    let permission = |name: &str, principal: &str| {
        format!(
            "  L: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: {name}, Principal: {principal}}}}}\n"
        )
    };
    for name in ["!Ref X", "!GetAtt X.Arn", "jobs", "'arn:aws:lambda:us-east-1:000000000000:function:jobs'"] {
        assert_eq!(linked(&permission(name, "sns.amazonaws.com"), when), Truth::Yes, "{name}");
        assert_eq!(linked(&permission(name, "s3.amazonaws.com"), when), Truth::No, "{name}");
    }
    assert_eq!(linked(&permission("!Ref Y", "sns.amazonaws.com"), when), Truth::No);
    assert_eq!(linked(&permission("!Ref P", "sns.amazonaws.com"), when), on_parameter());
    assert_eq!(linked(&permission("!If [C, !Ref X, !Ref Y]", "sns.amazonaws.com"), when), on_condition("C"));
    assert_eq!(linked("", when), Truth::No);
    assert_eq!(linked("", &when.replace("exists", "missing")), Truth::Yes);
    assert_eq!(linked("", r#"{ exists = { resource = "AWS::Lambda::Function" } }"#), Truth::Yes, "the other function");
    assert_eq!(linked("", r#"{ missing = { resource = "AWS::S3::*" } }"#), Truth::Yes);
}

#[test]
fn resources_under_a_condition_may_exist() {
    let when = r#"{ exists = { resource = "AWS::SNS::Topic" } }"#;
    assert_eq!(linked("  T: {Type: AWS::SNS::Topic, Condition: C}\n", when), on_condition("C"));
    let stack =
        open("Resources:\n  X: {Type: AWS::SQS::Queue, Condition: C}\n  T: {Type: AWS::SNS::Topic, Condition: C}\n");
    assert_eq!(outcome(&stack, when).truth, Truth::Yes, "both are there under the same condition");
    let stack = read(
        "Conditions: {N: !Equals [a, b]}\nResources:\n  X: {Type: AWS::SQS::Queue}\n  T: {Type: AWS::SNS::Topic, Condition: N}\n",
    );
    assert_eq!(outcome(&stack, when).truth, Truth::No);
}

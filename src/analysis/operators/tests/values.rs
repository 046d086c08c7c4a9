//! Comparisons with other values of the template, and numbers calculated from them.

use super::super::super::testing::*;
use super::{attribute, condition, no, parameter, yes};
use crate::stack::{Reason, Truth};

#[test]
fn keys_are_addressed_as_texts() {
    let when = r#"{ path = "A.@keys", where = { not = { path = ".", matches = "^[a-z]+$" } } }"#;
    yes("{A: {ok: 1, no-t: 2}}", when);
    no("{A: {ok: 1}}", when);
    no("{A: {}}", when);
    no("{A: [x]}", when);
    no("{}", when);
    parameter("{A: !Ref P}", when);
    condition("{A: !If [C, {ok: 1}, {not-ok: 1}]}", when);
    yes("{A: 1, B: 1}", r#"{ path = "@keys", eq = "B" }"#);
}

#[test]
fn a_value_is_one_of_others_or_none() {
    let one = r#"{ path = "A", one_of = "L.*" }"#;
    let none = r#"{ path = "A", none_of = "L.*" }"#;
    for properties in ["{A: x, L: [y, x]}", "{A: 60, L: ['60']}", "{A: !Sub 'q-${P}', L: [!Sub 'q-${P}']}"] {
        yes(properties, one);
        no(properties, none);
    }
    for properties in ["{A: x, L: [y]}", "{A: x, L: []}", "{A: x}", "{A: !Sub 'q-${P}', L: [r]}"] {
        no(properties, one);
        yes(properties, none);
    }
    parameter("{A: x, L: [y, !Ref P]}", one);
    parameter("{A: x, L: [y, !Ref P]}", none);
    parameter("{A: !Ref P, L: [y]}", none);
    condition("{A: x, L: [!If [C, x, y]]}", one);
    no("{L: [x]}", one);
    no("{L: [x]}", none);
    yes("{A: x}", r#"{ path = "A", one_of = { path = "B", default = "x" } }"#);
    yes("{A: {k: [1, y]}, B: {k: ['1', y]}}", r#"{ path = "A", one_of = ["N", "B"] }"#);
    no("{A: {k: 1}, B: {k: 2}}", r#"{ path = "A", one_of = "B" }"#);
}

#[test]
fn any_value_may_be_none_of_the_others() {
    let when = r#"{ path = "States.*.Next", none_of = "States.@keys" }"#;
    yes("{States: {A: {Next: B}}}", when);
    no("{States: {A: {Next: B}, B: {End: true}}}", when);
    parameter("{States: {A: {Next: !Ref P}}}", when);
}

#[test]
fn operands_start_at_the_list_element_or_at_a_named_resource() {
    let here = r#"{ path = "Rules.*", where = { path = "A", one_of = "B" } }"#;
    yes("{Rules: [{A: 1, B: 2}, {A: 2, B: 2}]}", here);
    no("{Rules: [{A: 1, B: 2}], B: 1}", here);
    let resource = r#"{ path = "Rules.*", where = { path = "A", one_of = { path = "B", of = "AWS::S3::Bucket" } } }"#;
    yes("{Rules: [{A: 1, B: 2}], B: 1}", resource);
    let stack = open(
        "Resources:\n  X: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Q.Arn, FunctionName: !Ref F}}\n  \
         Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}\n  F: {Type: AWS::Lambda::Function, Properties: {Timeout: 60}}\n",
    );
    let linked = r#"{ path = "EventSourceArn", refers_to = { resource = "AWS::SQS::Queue", where = { value = "VisibilityTimeout", lt = { path = "Timeout", via = "FunctionName", of = "AWS::Lambda::EventSourceMapping" } } } }"#;
    assert_eq!(outcome(&stack, linked).truth, Truth::Yes);
    assert_eq!(outcome(&stack, &linked.replace("lt =", "gt =")).truth, Truth::No);
}

#[test]
fn expressions_of_the_template_are_tried() {
    let search = r#"{ path = "A", fits = "B" }"#;
    let whole = r#"{ path = "A", fits = { path = "B", whole = true } }"#;
    yes("{A: x1, B: '[0-9]+'}", search);
    no("{A: x1, B: '[0-9]+'}", whole);
    yes("{A: '12', B: '[0-9]+|x'}", whole);
    no("{A: x, B: '^[0-9]+$'}", search);
    parameter("{A: x, B: !Ref P}", search);
    parameter("{A: !Ref P, B: '^[0-9]+$'}", search);
    no("{A: !Sub 'x${P}', B: '^[0-9]+$'}", search);
    no("{A: x}", search);
    assert!(matches!(truth("{A: x, B: '(?=x)x'}", search), Truth::Unknown(_)), "look-ahead is not understood");
}

#[test]
fn values_are_repeated() {
    let when = r#"{ path = "L.*.N", repeated = true }"#;
    yes("{L: [{N: a}, {N: b}, {N: a}]}", when);
    yes("{L: [{N: 1}, {N: '1'}]}", when);
    yes("{L: [{N: !Ref P}, {N: !Ref P}]}", when);
    no("{L: [{N: a}, {N: b}, {}, {}]}", when);
    no("{L: [{N: !Ref P}]}", when);
    no("{}", when);
    parameter("{L: [{N: a}, {N: !Ref P}]}", when);
    parameter("{L: !Ref P}", when);
    condition("{L: [{N: a}, !If [C, {N: a}, !Ref AWS::NoValue]]}", when);
    no("{L: [!If [C, {N: a}, {N: b}], !If [C, {N: b}, {N: a}]]}", when);
    let stack = open("Resources:\n  X: {Type: AWS::S3::Bucket, Properties: {L: [{N: a}, {N: a}]}}\n");
    assert_eq!(outcome(&stack, when).spots[0].path.len(), 3, "the later one is pointed at");
}

#[test]
fn numbers_are_calculated() {
    yes("{A: 30, B: 3000}", r#"{ value = { product = ["A", "B"] }, gt = 86400 }"#);
    no("{A: 30, B: 10}", r#"{ value = { product = ["A", "B"] }, gt = 86400 }"#);
    parameter("{A: 30, B: !Ref P}", r#"{ value = { product = ["A", "B"] }, gt = 86400 }"#);
    no("{A: 30}", r#"{ value = { product = ["A", "B"] }, gt = 0 }"#);
    yes("{A: 30}", r#"{ value = { product = ["A", { path = "B", default = 2 }] }, eq = 60 }"#);
    yes("{A: 1, B: 2}", r#"{ value = { sum = ["A", "B", 3] }, eq = 6 }"#);
    yes("{L: [{N: 1}, {N: 2}]}", r#"{ value = "L.*.N", eq = 3 }"#);
    yes("{A: 5, B: 4}", r#"{ value = "A", gt = "B" }"#);
    no("{A: 5, B: x}", r#"{ value = "A", gt = "B" }"#);
    no("{A: 5}", r#"{ value = "A", gt = "B" }"#);
    attribute("{A: 5, B: !GetAtt B.N}", r#"{ value = "A", gt = "B" }"#);
    condition("{A: !If [C, 1, 9], B: 5}", r#"{ value = "A", gt = "B" }"#);
    yes("{A: !If [C, 8, 9], B: 5}", r#"{ value = "A", gt = "B" }"#);
    no("{A: !Ref P, Z: 0}", r#"{ value = { product = ["A", "Z"] }, gt = 0 }"#);
}

#[test]
fn things_are_counted_and_measured() {
    let count = r#"{ value = { count = "L.*", where = { path = "T", eq = "x" } }, ge = 2 }"#;
    yes("{L: [{T: x}, {T: y}, {T: x}]}", count);
    no("{L: [{T: x}, {T: y}]}", count);
    no("{}", count);
    parameter("{L: [{T: x}, {T: !Ref P}]}", count);
    parameter("{L: !Ref P}", count);
    condition("{L: [{T: x}, !If [C, {T: x}, !Ref AWS::NoValue]]}", count);
    yes("{A: abcd, M: 3}", r#"{ value = { length = "A" }, gt = "M" }"#);
    no("{A: !Sub 'abcd${P}', M: 3}", r#"{ value = { length = "A" }, le = "M" }"#);
    parameter("{A: !Sub 'ab${P}', M: 3}", r#"{ value = { length = "A" }, gt = "M" }"#);
    yes("{A: 10.0.0.0/29}", r#"{ value = { prefix_length = "A" }, gt = 28 }"#);
    no("{A: 10.0.0.0}", r#"{ value = { prefix_length = "A" }, gt = 0 }"#);
    parameter("{A: !Ref P}", r#"{ value = { prefix_length = "A" }, gt = 28 }"#);
    no("{A: !Ref P}", r#"{ value = { prefix_length = "A" }, gt = 128 }"#);
}

#[test]
fn json_has_a_size_without_blanks() {
    let exactly = |size: u32| format!("{{ value = {{ json_size = \"A\" }}, eq = {size} }}");
    yes("{A: {a: [1, true, 'x y'], b: {}}}", &exactly(r#"{"a":[1,true,"xy"],"b":{}}"#.len() as u32));
    yes(r#"{A: '{"a":  [1, 2]}'}"#, &exactly(r#"{"a":[1,2]}"#.len() as u32));
    yes(r#"{A: {a: 'say "x"'}}"#, &exactly(r#"{"a":"say\"x\""}"#.len() as u32));
    let over = r#"{ value = { json_size = "A.*" }, gt = 10 }"#;
    yes("{A: [{a: 12345}, {b: 12345}]}", over);
    yes("{A: [{a: 12345, b: !Ref P}]}", over);
    parameter("{A: [{b: !Ref P}]}", over);
    condition("{A: [{b: !If [C, 1, 123456789]}]}", over);
    no("{A: [{b: 1}]}", over);
    yes("{}", r#"{ value = { sum = [{ json_size = "A" }, { json_size = "B" }, 1] }, eq = 1 }"#);
}

#[test]
fn json_texts_are_taken_for_what_they_say() {
    let when = r#"{ path = "A", json = { path = "S.*", where = { path = "N", none_of = "X" } } }"#;
    let when = when.replace("\"X\"", r#""M""#);
    yes(r#"{A: '{"S": [{"N": "a", "M": "b"}]}'}"#, &when);
    no(r#"{A: '{"S": [{"N": "a", "M": "a"}]}'}"#, &when);
    yes("{A: {S: [{N: a, M: b}]}}", &when);
    parameter(r#"{A: !Sub '{"S": [{"N": "a", "M": "${P}"}]}'}"#, &when);
    no(r#"{A: !Sub '{"S": [{"N": "a", "M": "a"}], "T": "${P}"}'}"#, &when);
    parameter("{A: !Ref P}", &when);
    no("{A: no json}", &when);
    no("{}", &when);
    condition(r#"{A: !If [C, '{"S": [{"N": "a", "M": "b"}]}', '{}']}"#, &when);
    let invalid =
        r#"{ all = [{ path = "A", is = "string" }, { not = { path = "A", json = { path = ".", is = "present" } } }] }"#;
    yes("{A: 'no json'}", invalid);
    no("{A: '{}'}", invalid);
    parameter("{A: !Sub '{\"a\": ${P}'}", invalid);
}

#[test]
fn blocks_of_addresses() {
    yes("{A: 10.0.1.0/24}", r#"{ path = "A", cidr = "network" }"#);
    no("{A: 10.0.1.5/24}", r#"{ path = "A", cidr = "network" }"#);
    yes("{A: 10.0.1.5/24}", r#"{ path = "A", cidr = "block" }"#);
    no("{A: 10.0.1.5}", r#"{ path = "A", cidr = "block" }"#);
    parameter("{A: !Ref P}", r#"{ path = "A", cidr = "block" }"#);
    let within = r#"{ path = "A", cidr = { within = ["B", "C.*"] } }"#;
    yes("{A: 10.0.1.0/24, B: 10.0.0.0/16}", within);
    yes("{A: 10.0.1.0/24, B: 10.1.0.0/16, C: [10.0.0.0/8]}", within);
    no("{A: 10.0.1.0/24, B: 10.1.0.0/16}", within);
    no("{A: 10.0.1.0/24}", within);
    parameter("{A: 10.0.1.0/24, B: !Ref P}", within);
    parameter("{A: !Ref P, B: 10.0.0.0/16}", within);
    condition("{A: 10.0.1.0/24, B: !If [C, 10.0.0.0/16, 10.1.0.0/16]}", within);
    yes("{A: 10.0.0.0/8, B: 10.0.0.0/16}", r#"{ path = "A", cidr = { overlaps = "B" } }"#);
    no("{A: 11.0.0.0/8, B: 10.0.0.0/16}", r#"{ path = "A", cidr = { overlaps = "B" } }"#);
    no("{A: x, B: !Ref P}", r#"{ path = "A", cidr = { overlaps = "B" } }"#);
}

#[test]
fn patterns_cover_arns_however_they_are_written() {
    let judged = |source: &str, bucket: &str| {
        let stack = open(&format!(
            "Resources:\n  X: {{Type: AWS::S3::Bucket, Properties: {{{bucket}}}}}\n  B: {{Type: AWS::S3::Bucket}}\n  \
             L: {{Type: AWS::Lambda::Permission, Properties: {{SourceArn: {source}}}}}\n"
        ));
        let when = r#"{ exists = { resource = "AWS::Lambda::Permission", where = { path = "SourceArn", covers = "${AWS::S3::Bucket.arn}" } } }"#;
        outcome(&stack, when).truth
    };
    for source in ["!GetAtt X.Arn", "!Sub 'arn:aws:s3:::${X}'", "'arn:aws:s3:::*'", "'*'", "!Sub '${X.Arn}*'"] {
        assert_eq!(judged(source, ""), Truth::Yes, "{source}");
    }
    assert_eq!(judged("arn:aws:s3:::logs", "BucketName: logs"), Truth::Yes);
    assert_eq!(judged("!GetAtt X.Arn", "BucketName: logs"), Truth::Yes);
    assert_eq!(judged("!Sub 'arn:aws:s3:::${P}'", "BucketName: !Ref P"), Truth::Yes);
    assert_eq!(judged("arn:aws:s3:::other", "BucketName: logs"), Truth::No);
    assert_eq!(judged("!Sub '${X.Arn}/*'", "BucketName: logs"), Truth::No);
    let other = judged("!GetAtt B.Arn", "BucketName: logs");
    assert_eq!(other, Truth::Unknown(Reason::Attribute("B".into(), None)));
    assert_eq!(judged("!Ref P", ""), on_parameter());
}

//! Loops written out, from text to stack.

use std::path::Path;
use std::sync::Arc;

use crate::source::{self, SourceFile};
use crate::stack::{Data, Inputs, Place, Resource, Stack, Value, read};

fn stack_with(text: &str, parameters: &[(&str, &str)]) -> Stack {
    let text = format!("Transform: AWS::LanguageExtensions\n{text}");
    let file = SourceFile::new(Path::new("t.yaml"), text);
    let tree = source::parse(&file).unwrap();
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    read(Arc::new(file), &tree, &Inputs { parameters, ..Inputs::default() })
}

/// The stack of a template that is all known.
fn stack(text: &str) -> Stack {
    let stack = stack_with(text, &[]);
    assert_eq!((&stack.problems, &stack.unexpanded), (&Vec::new(), &Vec::new()), "{text}");
    stack
}

/// A loop over topics, whose collection is `collection`, in a template with `head` before it.
fn topics(head: &str, collection: &str) -> String {
    format!(
        "{head}\nResources:\n  Fn::ForEach::Topics:\n  - Name\n  - {collection}\n  - Topic${{Name}}: {{Type: AWS::SNS::Topic}}\n"
    )
}

fn ids(stack: &Stack) -> Vec<&str> {
    stack.resources.iter().map(|it| it.logical_id.as_str()).collect()
}

fn property<'a>(stack: &'a Stack, id: &str, name: &str) -> &'a Value {
    stack.resource(id).unwrap().properties.get(name).unwrap()
}

fn text(value: &Value) -> String {
    value.scalar_text().unwrap_or_else(|| panic!("a text: {value:?}"))
}

fn refused(stack: &Stack) -> usize {
    uses(stack).into_iter().filter(|it| *it == "Fn::ForEach.Refused").count()
}

fn uses(stack: &Stack) -> Vec<&str> {
    stack.intrinsics.iter().filter(|it| it.place == Place::Template).map(|it| it.function.as_str()).collect()
}

fn messages(stack: &Stack) -> Vec<&str> {
    stack.problems.iter().map(|it| it.message.as_str()).collect()
}

#[test]
fn resources_are_written_out_in_their_place() {
    let found = stack(
        "
Resources:
  First: {Type: AWS::SQS::Queue}
  Fn::ForEach::Queues:
  - Name
  - [a, 2, true]
  - Queue${Name}:
      Type: AWS::SQS::Queue
      Properties: {QueueName: !Sub 'q-${Name}', Plain: 'p-${Name}', Value: !Ref Name, Other: !Sub '${AWS::Region}'}
    Topic${Name}: {Type: AWS::SNS::Topic, DependsOn: 'Queue${Name}'}
  Last: {Type: AWS::SQS::Queue, Properties: {A: !Ref Queue2}}",
    );
    assert_eq!(ids(&found), ["First", "Queuea", "Topica", "Queue2", "Topic2", "Queuetrue", "Topictrue", "Last"]);
    assert_eq!(text(property(&found, "Queue2", "QueueName")), "q-2");
    assert_eq!(text(property(&found, "Queue2", "Plain")), "p-2");
    assert_eq!(property(&found, "Queue2", "Value").data, Data::String("2".into()));
    assert_eq!(text(property(&found, "Queue2", "Other")), "us-east-1");
    assert_eq!(found.resource("Topica").unwrap().depends_on, ["Queuea"]);
    let origin = |it: &Resource| it.from.clone();
    assert_eq!(found.resource("Topica").and_then(origin), Some("Fn::ForEach::Queues".into()));
    assert_eq!(found.resource("First").and_then(origin), None);
}

#[test]
fn what_is_generated_keeps_the_spans_of_the_body() {
    let found = stack(
        "
Resources:
  Fn::ForEach::Queues:
  - Name
  - [a, b]
  - Queue${Name}:
      Type: AWS::SQS::Queue
      Properties: {QueueName: !Sub 'q-${Name}', DelaySeconds: !Ref Name}",
    );
    for id in ["Queuea", "Queueb"] {
        let resource = found.resource(id).unwrap();
        assert_eq!(found.file.slice(resource.id_span), "Queue${Name}");
        assert_eq!(found.file.slice(resource.kind_span), "AWS::SQS::Queue");
        let value = |name| found.file.slice(property(&found, id, name).span);
        assert_eq!((value("QueueName"), value("DelaySeconds")), ("'q-${Name}'", "Name"));
    }
}

#[test]
fn names_take_letters_and_digits_only() {
    let found = stack(
        "
Resources:
  Fn::ForEach::Nets:
  - Cidr
  - [10.0.0.0/16, 10.1.0.0/16]
  - Vpc&{Cidr}: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Ref Cidr, Tag: !Sub 'n&{Cidr}'}}
    Net&{Cidr}: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref 'Vpc&{Cidr}'}}",
    );
    assert_eq!(ids(&found), ["Vpc1000016", "Net1000016", "Vpc1010016", "Net1010016"]);
    assert_eq!(text(property(&found, "Vpc1010016", "CidrBlock")), "10.1.0.0/16");
    assert_eq!(text(property(&found, "Vpc1010016", "Tag")), "n1010016");
    assert!(
        matches!(&property(&found, "Net1010016", "VpcId").data, Data::Reference(it) if it.logical_id == "Vpc1010016")
    );
    let refused = stack_with(&topics("", "[a-b, c-d]"), &[]);
    assert_eq!(
        messages(&refused),
        [
            "`Fn::ForEach::Topics` generates the name `Topica-b`, which has more than letters and digits; write `&{Name}` for them"
        ]
    );
}

#[test]
fn loops_nest() {
    let found = stack(
        "
Mappings: {Sizes: {dev: {Names: [x]}, prod: {Names: [y, z]}}}
Resources:
  Fn::ForEach::Outer:
  - Env
  - [dev, prod]
  - Topic${Env}: {Type: AWS::SNS::Topic}
    Fn::ForEach::Inner:
    - Name
    - !FindInMap [Sizes, !Ref Env, Names]
    - Queue${Env}${Name}:
        Type: AWS::SQS::Queue
        Properties: {QueueName: !Sub '${Env}-${Name}', Topic: !GetAtt 'Topic${Env}.TopicArn'}",
    );
    assert_eq!(ids(&found), ["Topicdev", "Queuedevx", "Topicprod", "Queueprody", "Queueprodz"]);
    assert_eq!(text(property(&found, "Queueprodz", "QueueName")), "prod-z");
    let edge = found.edges.iter().find(|it| found.resources[it.to].logical_id == "Topicprod");
    assert_eq!(edge.unwrap().attribute.as_deref(), Some("TopicArn"));
    assert_eq!(found.resource("Queuedevx").unwrap().from.as_deref(), Some("Fn::ForEach::Inner"));
}

#[test]
fn properties_outputs_and_conditions_have_loops() {
    let found = stack(
        "
Parameters: {Env: {Type: String, Default: b}}
Conditions:
  Fn::ForEach::Envs:
  - Name
  - [a, b]
  - Is${Name}: !Equals [!Ref Env, !Ref Name]
Resources:
  Fn::ForEach::Queues:
  - Name
  - [a, b]
  - Queue${Name}:
      Type: AWS::SQS::Queue
      Condition: Is${Name}
      Properties:
        FifoQueue: true
        Fn::ForEach::Settings:
        - Key
        - [DelaySeconds, VisibilityTimeout]
        - ${Key}: !If ['Is${Name}', 5, 6]
Outputs:
  Fn::ForEach::Outputs:
  - Attribute
  - [Arn, QueueName]
  - Queue${Attribute}: {Value: !GetAtt [Queueb, !Ref Attribute]}",
    );
    assert!(found.resource("Queuea").unwrap().included.is_no());
    let keys: Vec<&str> =
        found.resource("Queueb").unwrap().properties.fields().iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["FifoQueue", "DelaySeconds", "VisibilityTimeout"]);
    assert_eq!(text(property(&found, "Queueb", "DelaySeconds")), "5");
    let outputs: Vec<&str> = found.outputs.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(outputs, ["QueueArn", "QueueQueueName"]);
    assert!(uses(&found).contains(&"Fn::ForEach.Conditions"));
}

#[test]
fn collections_come_from_what_is_known() {
    let head = "
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'a, b'}
  Empty: {Type: CommaDelimitedList, Default: ''}
  One: {Type: String, Default: c}
Mappings: {M: {us-east-1: {L: [x, y]}, '000000000000': {L: [z]}}}
Conditions: {Here: !Equals [!Ref AWS::Region, us-east-1]}";
    for (collection, expected) in [
        ("!Ref Names", vec!["Topica", "Topicb"]),
        ("!Ref Empty", vec![]),
        ("[]", vec![]),
        ("[!Ref One, !Sub '${One}d']", vec!["Topicc", "Topiccd"]),
        ("!FindInMap [M, !Ref AWS::Region, L]", vec!["Topicx", "Topicy"]),
        ("!FindInMap [M, !Ref AWS::AccountId, L]", vec!["Topicz"]),
        ("{Fn::FindInMap: [M, nowhere, L, {DefaultValue: [d]}]}", vec!["Topicd"]),
        ("!Split [',', 'p,q']", vec!["Topicp", "Topicq"]),
        ("!If [Here, [h], []]", vec!["Topich"]),
    ] {
        assert_eq!(ids(&stack(&topics(head, collection))), expected, "{collection}");
    }
    let given = stack_with(&topics(head, "!Ref Names"), &[("Names", "k")]);
    assert_eq!(ids(&given), ["Topick"]);
}

#[test]
fn a_collection_that_is_not_known_is_listed() {
    let head = "
Parameters:
  Open: {Type: CommaDelimitedList}
  Ssm: {Type: 'AWS::SSM::Parameter::Value<List<String>>', Default: /x}
  Secret: {Type: CommaDelimitedList, Default: 'hunter2', NoEcho: true}
  Env: {Type: String}
Conditions: {C: !Equals [!Ref Env, dev]}";
    for (collection, reason) in [
        ("!Ref Open", "parameter `Open`, which has no default"),
        ("!Ref Ssm", "parameter `Ssm`, read from Systems Manager at deployment"),
        ("!Ref Secret", "parameter `Secret`, whose value must not be shown (`NoEcho`)"),
        ("[a, !Sub 'x${Secret}']", "parameter `Secret`, whose value must not be shown (`NoEcho`)"),
        ("[a, !Ref Env]", "parameter `Env`, which has no default"),
        ("!If [C, [a], [b]]", "condition `C`"),
        ("!GetAZs ''", "the Availability Zones of us-east-1"),
        ("!Split [',', !ImportValue x]", "the export `x` of another stack"),
        ("['{{resolve:ssm:x}}']", "the dynamic reference `{{resolve:ssm:x}}`"),
    ] {
        let text = topics(head, collection) + "  User: {Type: AWS::SQS::Queue, Properties: {A: !Ref Topica}}\n";
        let found = stack_with(&text, &[]);
        let message = format!("the loop `Fn::ForEach::Topics` is not expanded: its collection depends on {reason}");
        let unexpanded: Vec<&str> = found.unexpanded.iter().map(|it| it.message.as_str()).collect();
        assert_eq!((unexpanded, found.problems.len()), (vec![message.as_str()], 0), "{collection}");
        assert!(collection.ends_with(found.file.slice(found.unexpanded[0].span)));
        assert_eq!(ids(&found), ["User"]);
    }
}

#[test]
fn properties_beside_a_loop_that_is_not_known_are_not_known() {
    let found = stack_with(
        "
Parameters: {Open: {Type: CommaDelimitedList}}
Resources:
  A:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      Fn::ForEach::Settings: [Key, !Ref Open, {'${Key}': 1}]",
        &[],
    );
    assert!(matches!(found.resources[0].properties.data, Data::Unknown(_)));
    assert_eq!((found.unexpanded.len(), found.problems.len()), (1, 0));
}

#[test]
fn malformed_loops_are_problems() {
    let cases = [
        ("[A, [b]]", "`Fn::ForEach::X` takes a list of an identifier, a collection and a mapping"),
        ("x", "`Fn::ForEach::X` takes a list of an identifier, a collection and a mapping"),
        ("[[A], [b], {c: d}]", "the identifier of `Fn::ForEach::X` is a text that is not empty"),
        ("['', [b], {c: d}]", "the identifier of `Fn::ForEach::X` is a text that is not empty"),
        ("[!Ref A, [b], {c: d}]", "the identifier of `Fn::ForEach::X` is a text that is not empty"),
        ("[A, [b], c]", "the third element of `Fn::ForEach::X` is a mapping"),
        (
            "[A, 'b,c', {d: e}]",
            "the collection of `Fn::ForEach::X` is no list of texts; write one, or refer to a list parameter",
        ),
        (
            "[A, [{b: c}], {d: e}]",
            "the collection of `Fn::ForEach::X` is no list of texts; write one, or refer to a list parameter",
        ),
        (
            "[A, !Ref Nothing, {d: e}]",
            "the collection of `Fn::ForEach::X` refers to `Nothing`, which is no parameter; loops are written out before anything exists",
        ),
    ];
    for (value, expected) in cases {
        let found = stack_with(&format!("Resources:\n  Fn::ForEach::X: {value}\n"), &[]);
        assert_eq!(messages(&found), [expected], "{value}");
    }
}

#[test]
fn growth_is_bounded() {
    let items: Vec<String> = (0..60).map(|it| format!("a{it}")).collect();
    let items = items.join(", ");
    let mut text = String::from("Resources:\n");
    for level in 0..5 {
        let indent = " ".repeat(2 + 4 * level);
        text.push_str(&format!(
            "{indent}Fn::ForEach::L{level}:\n{indent}  - I{level}\n{indent}  - [{items}]\n{indent}  -\n"
        ));
    }
    text.push_str(&format!("{}Q${{I0}}${{I1}}${{I2}}${{I3}}${{I4}}: {{Type: AWS::SQS::Queue}}\n", " ".repeat(22)));
    let found = stack_with(&text, &[]);
    assert_eq!(messages(&found).len(), 1);
    assert!(messages(&found)[0].ends_with("generates more than a template can hold; shorten the collections"));
    let long = "x".repeat(100_000);
    let body = "${N}".repeat(1000);
    let found = stack_with(
        &format!("Resources:\n  Fn::ForEach::L: [N, [{long}], {{A: {{Type: T, Properties: {{P: '{body}'}}}}}}]\n"),
        &[],
    );
    assert!(messages(&found)[0].starts_with("`Fn::ForEach::L` generates more"));
}

#[test]
fn what_only_aws_refuses_is_noted() {
    let head = "Parameters: {P: {Type: String, Default: x}}\nResources:\n  Taken: {Type: AWS::SNS::Topic}\n";
    for (loops, count) in [
        ("  Fn::ForEach::L: [N, [a, b], {'Q${N}': {Type: AWS::SQS::Queue}}]", 0),
        ("  Fn::ForEach::L: [N, [a, a], {'Q${N}': {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::L: [N, [a, b], {Q: {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::L: [N, [Taken], {'${N}': {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::L: [P, [a], {'Q${P}': {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::P: [N, [a], {'Q${N}': {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::Taken: [N, [a], {'Q${N}': {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::L: [L, [a], {'Q${L}': {Type: AWS::SQS::Queue}}]", 1),
        ("  Fn::ForEach::L: [N, [a], {'Fn::ForEach::M': [N, [b], {'Q${N}': {Type: AWS::SQS::Queue}}]}]", 1),
        ("  Fn::ForEach: [N, [a], {'Q${N}': {Type: AWS::SQS::Queue}}]", 1),
    ] {
        assert_eq!(refused(&stack(&format!("{head}{loops}"))), count, "{loops}");
    }
}

#[test]
fn the_first_round_tells_how_the_loop_is_written() {
    let found = stack(
        "
Resources:
  Fn::ForEach::Outer:
  - A
  - [x, 1]
  - Fn::ForEach::Inner:
    - B
    - !Split [',', 'p,q']
    - Topic${A}&{B}:
        Type: AWS::SNS::Topic
        DependsOn: Other${A}
        Properties:
          Texts: ['t-${B}', !Sub 's&{B}', plain, !Sub '${B}']
          Names: !GetAtt 'Other${A}.TopicName'
          Variables: !Sub '${B}${AWS::Region}'
          Lists: !Sub ['${B}${V}', {V: !Ref A}]
          Joins: !Join [',', [a, !Ref B, !Ref AWS::Region]]
          Fine: !Join [',', [a, !Ref B, !Sub '${B}']]
    Other${A}: {Type: AWS::SNS::Topic}",
    );
    let facts = |id: &str| found.resource(id).unwrap().attributes.get("Fn::ForEach").cloned();
    assert_eq!((facts("Topicxq"), facts("Other1")), (None, None));
    let inner = facts("Topicxp").unwrap();
    let list = |name: &str| inner.get(name).unwrap().elements().iter().map(text).collect::<Vec<_>>();
    assert_eq!(text(inner.get("Key").unwrap()), "alphanumeric");
    assert_eq!(text(inner.get("Collection").unwrap()), "Fn::Split");
    assert_eq!(list("Texts"), ["t-${B}", "s&{B}"]);
    assert_eq!(list("Names"), ["Other${A}", "Other${A}.TopicName"]);
    assert_eq!(list("Variables"), ["${B}${AWS::Region}", "${B}${V}"]);
    assert_eq!((list("Lists").len(), list("Joins").len()), (1, 1));
    assert_eq!(list("Outer"), ["A"]);
    let outer = facts("Otherx").unwrap();
    assert_eq!(outer.get("Items").unwrap().elements().iter().map(text).collect::<Vec<_>>(), ["text", "number"]);
    assert_eq!(found.file.slice(inner.get("Texts").unwrap().elements()[0].span), "'t-${B}'");
}

#[test]
fn names_and_policies_may_be_computed() {
    let found = stack(
        "
Parameters: {Keep: {Type: String, Default: Retain}}
Mappings: {M: {a: {Policy: Delete, Condition: C}}}
Conditions: {C: !Equals [a, b]}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  A:
    Type: AWS::SQS::Queue
    DeletionPolicy: !Ref Keep
    UpdateReplacePolicy: !FindInMap [M, a, Policy]
    Properties:
      R: {Ref: {Fn::Sub: Topic}}
      S: !Ref {'Fn::Join': ['', [Top, ic]]}
      G: {Fn::GetAtt: [!Sub Topic, TopicName]}
  B: {Type: AWS::SQS::Queue, DeletionPolicy: !If [C, Retain, Delete]}
  D: {Type: AWS::SQS::Queue, Condition: !FindInMap [M, a, Condition]}
  E: {Type: AWS::SQS::Queue, Condition: {Fn::FindInMap: [M, b, Condition, {DefaultValue: !Ref AWS::NoValue}]}}",
    );
    let policy = |id: &str, name: &str| text(found.resource(id).unwrap().attributes.get(name).unwrap());
    assert_eq!(policy("A", "DeletionPolicy"), "Retain");
    assert_eq!(policy("A", "UpdateReplacePolicy"), "Delete");
    assert_eq!(policy("B", "DeletionPolicy"), "Delete");
    for name in ["R", "S", "G"] {
        assert!(matches!(&property(&found, "A", name).data, Data::Reference(it) if it.logical_id == "Topic"), "{name}");
    }
    assert!(found.resource("D").unwrap().included.is_no());
    assert!(found.resource("E").unwrap().included.is_yes());
}

#[test]
fn the_transform_comes_before_sam() {
    let resources = "Resources:\n  Fn::ForEach::L: [N, [a], {'Q${N}': {Type: AWS::SQS::Queue}}]\n";
    let messages_of = |transforms: &str| {
        let file = SourceFile::new(Path::new("t.yaml"), format!("Transform: {transforms}\n{resources}"));
        let tree = source::parse(&file).unwrap();
        let found = read(Arc::new(file), &tree, &Inputs::default());
        assert_eq!(ids(&found), ["Qa"]);
        found.problems.into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    assert_eq!(
        messages_of("[AWS::Serverless-2016-10-31, AWS::LanguageExtensions]"),
        ["`AWS::LanguageExtensions` stands behind SAM, which takes no loops; list it first"]
    );
    assert!(messages_of("[AWS::LanguageExtensions, AWS::Serverless-2016-10-31]").is_empty());
}

#[test]
fn lengths_and_json_texts_are_computed() {
    let found = stack(
        "
Parameters: {Open: {Type: String}, List: {Type: CommaDelimitedList, Default: 'a,b'}}
Resources:
  T: {Type: AWS::SNS::Topic}
  A:
    Type: AWS::SQS::Queue
    Properties:
      Length: {Fn::Length: !Ref List}
      Json: {Fn::ToJsonString: {b: 1.10, a: [true, null, 0x10, 'ä\"', !Ref AWS::Region, !Ref AWS::NoValue]}}
      Kept: {Fn::ToJsonString: {a: !Ref T}}
      Open: {Fn::ToJsonString: {a: !Ref Open}}",
    );
    assert_eq!(text(property(&found, "A", "Length")), "2");
    assert_eq!(text(property(&found, "A", "Json")), r#"{"b":1.10,"a":[true,null,16,"ä\"","us-east-1"]}"#);
    for name in ["Kept", "Open"] {
        assert!(matches!(&property(&found, "A", name).data, Data::Call(it) if it.function == "Fn::ToJsonString"));
    }
}

#[test]
fn without_the_transform_loops_stay_and_uses_are_noted() {
    let text = "
Parameters: {D: {Type: String, Default: Retain}}
Mappings: {M: {a: {b: c}}}
Resources:
  Fn::ForEach::Topics: [Name, [a], {'Topic${Name}': {Type: AWS::SNS::Topic}}]
  A:
    Type: AWS::SQS::Queue
    DeletionPolicy: !Ref D
    Properties:
      L: {Fn::Length: [a]}
      J: {Fn::ToJsonString: {a: b}}
      D: !FindInMap [M, a, x, {DefaultValue: y}]
      K: !FindInMap [M, !Sub a, b]
      F: !FindInMap [M, !Ref D, b, {DefaultValue: y}]
";
    let file = SourceFile::new(Path::new("t.yaml"), text);
    let tree = source::parse(&file).unwrap();
    let found = read(Arc::new(file), &tree, &Inputs::default());
    assert_eq!(ids(&found), ["A"]);
    assert_eq!(
        uses(&found),
        [
            "Fn::DeletionPolicy",
            "Fn::ForEach",
            "Fn::Length",
            "Fn::ToJsonString",
            "Fn::FindInMap.DefaultValue",
            "Fn::FindInMap.Keys",
            "Fn::FindInMap.DefaultValue"
        ]
    );
}

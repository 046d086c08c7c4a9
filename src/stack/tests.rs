//! Templates read end to end: text to stack.

use std::path::Path;
use std::sync::Arc;

use super::{Data, EdgeKind, Equality, Inputs, Piece, Place, Reason, Reference, Refusal, Stack, Truth, Value, read};
use crate::source;

fn stack_with(text: &str, parameters: &[(&str, &str)]) -> Stack {
    let file = source::decode(Path::new("t.yaml"), text.as_bytes().to_vec()).unwrap();
    let tree = source::parse(&file).unwrap();
    let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    read(Arc::new(file), &tree, &Inputs { parameters, ..Inputs::default() })
}

fn stack(text: &str) -> Stack {
    stack_with(text, &[])
}

/// The value of property `P` of resource `X`, whose text is `value`, in a template with `head` before it.
fn value(head: &str, value: &str) -> Data {
    let text = format!(
        "{head}\nResources:\n  Q: {{Type: AWS::SQS::Queue}}\n  X:\n    Type: AWS::SNS::Topic\n    Properties:\n      P: {value}\n"
    );
    let stack = stack(&text);
    assert_eq!(stack.problems, [], "{text}");
    stack.resource("X").unwrap().properties.get("P").map_or(Data::Absent, |it| it.data.clone())
}

fn text(text: &str) -> Data {
    Data::String(text.into())
}

fn reference(id: &str, attribute: Option<&str>) -> Reference {
    Reference { logical_id: id.into(), attribute: attribute.map(Into::into) }
}

fn messages(stack: &Stack) -> Vec<&str> {
    stack.problems.iter().map(|it| it.message.as_str()).collect()
}

const PARAMETERS: &str = "
Parameters:
  Env: {Type: String, Default: dev}
  Size: {Type: Number, Default: '5'}
  Nets: {Type: CommaDelimitedList, Default: 'a, b'}
  Open: {Type: String}
  Ami: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /x}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsOpen: !Equals [!Ref Open, yes-please]
Mappings:
  Regions: {us-east-1: {Name: virginia}, eu-west-1: {Name: ireland}}";

#[test]
fn parameters_take_their_defaults() {
    assert_eq!(value(PARAMETERS, "!Ref Env"), text("dev"));
    assert!(matches!(value(PARAMETERS, "!Ref Size"), Data::Number(it) if it.value == 5.0));
    let Data::List(elements) = value(PARAMETERS, "!Ref Nets") else { panic!("a list") };
    assert_eq!(elements.iter().map(|it| it.data.clone()).collect::<Vec<_>>(), [text("a"), text("b")]);
    assert_eq!(value(PARAMETERS, "!Ref Open"), Data::Unknown(Reason::Parameter("Open".into())));
    assert_eq!(value(PARAMETERS, "!Ref Ami"), Data::Unknown(Reason::SsmParameter("Ami".into())));
}

#[test]
fn a_given_parameter_decides_a_condition() {
    let template = "
Parameters: {Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}}
Conditions: {IsProd: !Equals [!Ref Env, prod]}
Resources:
  A: {Type: AWS::SQS::Queue, Condition: IsProd}
  B: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: !If [IsProd, 1, !Ref AWS::NoValue]}}";
    let dev = stack(template);
    assert_eq!(dev.resource("A").unwrap().included, Truth::No);
    assert_eq!(dev.resource("B").unwrap().properties.get("DelaySeconds"), None);
    let prod = stack_with(template, &[("Env", "prod")]);
    assert_eq!(prod.resource("A").unwrap().included, Truth::Yes);
    assert_eq!(prod.resource("B").unwrap().properties.get("DelaySeconds").unwrap().as_number(), Some(1.0));
    let other = stack_with(template, &[("Env", "test")]);
    assert_eq!(messages(&other), ["parameter `Env` does not allow the given value `test`; use one of `dev`, `prod`"]);
}

#[test]
fn a_secret_parameter_is_not_shown() {
    let template = "
Parameters: {P: {Type: String, NoEcho: true, AllowedValues: [a]}}
Resources: {A: {Type: AWS::SQS::Queue}}";
    assert!(!messages(&stack_with(template, &[("P", "hunter2")]))[0].contains("hunter2"));
}

#[test]
fn pseudo_parameters_are_the_targets() {
    assert_eq!(
        value("", "!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:q'"),
        text("arn:aws:sqs:us-east-1:000000000000:q")
    );
    assert_eq!(value("", "!Sub 'logs.${AWS::Region}.${AWS::URLSuffix}'"), text("logs.us-east-1.amazonaws.com"));
}

#[test]
fn references_stay_references() {
    assert_eq!(value("", "!Ref Q"), Data::Reference(reference("Q", None)));
    assert_eq!(value("", "!GetAtt Q.Arn"), Data::Reference(reference("Q", Some("Arn"))));
    assert_eq!(value("", "{'Fn::GetAtt': [Q, Arn]}"), Data::Reference(reference("Q", Some("Arn"))));
    assert_eq!(value("", "!Sub '${Q.Arn}'"), Data::Reference(reference("Q", Some("Arn"))));
    let pieces = vec![Piece::Reference(reference("Q", Some("Arn"))), Piece::Text("/*".into())];
    assert_eq!(value("", "!Join ['', [!GetAtt Q.Arn, '/*']]"), Data::Text(pieces));
}

#[test]
fn known_intrinsics_are_computed() {
    assert_eq!(value(PARAMETERS, "!Join ['-', [a, !Ref Env, 3]]"), text("a-dev-3"));
    assert_eq!(value(PARAMETERS, "!Select [1, !Split [',', 'x,y']]"), text("y"));
    assert_eq!(value(PARAMETERS, "!Select ['0', !Ref Nets]"), text("a"));
    assert_eq!(value(PARAMETERS, "!FindInMap [Regions, !Ref AWS::Region, Name]"), text("virginia"));
    assert_eq!(value(PARAMETERS, "!If [IsDev, small, large]"), text("small"));
    assert_eq!(value(PARAMETERS, "!Sub ['${V}-${!V}', {V: !Ref Env}]"), text("dev-${V}"));
    assert_eq!(value(PARAMETERS, "!Select [1, !Cidr [10.0.0.0/16, 2, 8]]"), text("10.0.1.0/24"));
}

#[test]
fn what_is_not_known_names_its_reason() {
    assert_eq!(value(PARAMETERS, "!ImportValue vpc"), Data::Unknown(Reason::Import("vpc".into())));
    let pieces = vec![Piece::Text("a-".into()), Piece::Unknown(Reason::Parameter("Open".into()))];
    assert_eq!(value(PARAMETERS, "!Sub 'a-${Open}'"), Data::Text(pieces));
    let Data::OneOf(alternatives) = value(PARAMETERS, "!If [IsOpen, 1, 2]") else { panic!("alternatives") };
    assert_eq!(
        alternatives.iter().map(|it| (it.condition.as_str(), it.holds)).collect::<Vec<_>>(),
        [("IsOpen", true), ("IsOpen", false)]
    );
    let secret = "{{resolve:secretsmanager:db:SecretString:password}}";
    assert_eq!(value("", &format!("'{secret}'")), Data::Unknown(Reason::Dynamic(secret.into())));
}

#[test]
fn an_operand_that_needs_deployment_keeps_the_call() {
    let Data::Call(call) = value("", "!Select [5, !Split [':', !GetAtt Q.Arn]]") else { panic!("a call") };
    assert_eq!(call.function, "Fn::Select");
    let Data::Call(split) = &call.operands[1].data else { panic!("a call") };
    assert_eq!(split.operands[1].data, Data::Reference(reference("Q", Some("Arn"))));
    let Data::Call(base64) = value("", "{'Fn::Base64': !Sub '${Q}'}") else { panic!("a call") };
    assert_eq!(base64.operands[0].data, Data::Reference(reference("Q", None)));
    let Data::Call(short) = value("", "!Base64 abc") else { panic!("a call") };
    assert_eq!(short.operands[0].data, text("abc"));
}

#[test]
fn edges_name_place_and_path() {
    let stack = stack("
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  A: {Type: AWS::SNS::Topic, DependsOn: Q, Properties: {L: [{E: !GetAtt Q.Arn}], S: 'arn:aws:sqs:us-east-1:000000000000:jobs'}}
Outputs:
  O: {Value: !Sub 'x${Q}'}");
    let found: Vec<_> =
        stack.edges.iter().map(|it| (it.from.clone(), it.kind, it.path.as_str(), it.attribute.as_deref())).collect();
    assert!(found.contains(&(Place::Resource(1), EdgeKind::Value, "L.0.E", Some("Arn"))));
    assert!(found.contains(&(Place::Resource(1), EdgeKind::DependsOn, "DependsOn", None)));
    assert!(found.contains(&(Place::Resource(1), EdgeKind::Literal, "S", None)));
    assert!(found.contains(&(Place::Output(0), EdgeKind::Value, "Value", None)));
    assert_eq!(found.len(), 4);
}

#[test]
fn template_errors_say_where_and_what() {
    for (template, expected) in [
        (
            "Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nope}}}",
            "`Nope` is neither a parameter nor a resource of this template; declare it or correct the name",
        ),
        (
            "Resources: {A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Foo x}}}",
            "`Fn::Foo` is no intrinsic function of CloudFormation; correct `Foo` or quote the text",
        ),
        ("Resources: {A: {Properties: {}}}", "resource `A` has no `Type`; add one such as `Type: AWS::S3::Bucket`"),
        (
            "Resources: {A: {Type: AWS::SQS::Queue, DependsOn: B}}",
            "`DependsOn` names `B`, which is no resource of this template; correct or remove it",
        ),
        (
            "Resources: {A: {Type: AWS::SQS::Queue, Condition: C}}",
            "condition `C` is not declared; declare it under `Conditions` or correct its name",
        ),
        (
            "Conditions: {A: !Condition B, B: !Not [!Condition A]}\nResources: {}",
            "condition `A` depends on itself; break the cycle",
        ),
        (
            "Resources: {A: {Type: AWS::SQS::Queue, Properties: {N: !Ref B}}, B: {Type: AWS::SQS::Queue, DependsOn: A}}",
            "resources depend on each other in a circle: `A` -> `B`; remove one of the references",
        ),
        (
            "Resources: {A: {Type: AWS::SQS::Queue, Properties: {N: !GetAtt A.Arn}}}",
            "resource `A` depends on itself; remove the reference",
        ),
        ("Resources: [1]", "`Resources` is a mapping"),
        (
            "Mappings: {M: {a: {b: c}}}\nResources: {A: {Type: X::Y::Z, Properties: {N: !FindInMap [M, a, z]}}}",
            "`Fn::FindInMap` finds no `M.a.z`; add the key or correct the name",
        ),
    ] {
        assert_eq!(messages(&stack(template)), [expected], "{template}");
    }
}

#[test]
fn a_problem_points_at_its_text() {
    let template = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Ref Nope\n";
    let stack = stack(template);
    assert_eq!(stack.file.position(stack.problems[0].span.start).line, 5);
}

#[test]
fn a_cycle_through_an_undecided_branch_is_no_problem() {
    let template = "
Parameters: {P: {Type: String}}
Conditions: {C: !Equals [!Ref P, x]}
Resources:
  A: {Type: AWS::SQS::Queue, Properties: {N: !If [C, !Ref B, x]}}
  B: {Type: AWS::SQS::Queue, Properties: {N: !Ref A}}";
    assert_eq!(messages(&stack(template)), [""; 0]);
}

#[test]
fn an_api_and_its_function_are_no_circle() {
    let template = "
Transform: AWS::Serverless-2016-10-31
Resources:
  A:
    Type: AWS::Serverless::Api
    Properties: {StageName: live, DefinitionBody: {openapi: 3.0.1, x-uri: !GetAtt F.Arn}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: a.b
      InlineCode: x
      Events: {Get: {Type: Api, Properties: {Path: /, Method: get, RestApiId: !Ref A}}}";
    assert_eq!(messages(&stack(template)), [""; 0]);
}

#[test]
fn a_transform_may_add_what_is_missing() {
    let template = "
Transform: Shout
Resources:
  F: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Made}}";
    let stack = stack(template);
    assert_eq!(messages(&stack), [""; 0]);
    assert_eq!(stack.unexpanded.len(), 1);
}

#[test]
fn what_sam_expands_is_kept_as_written() {
    let template = "
Transform: AWS::Serverless-2016-10-31
Resources:
  T: {Type: AWS::Serverless::SimpleTable}";
    let stack = stack(template);
    assert_eq!(stack.resources[0].kind, "AWS::DynamoDB::Table");
    assert_eq!(stack.sources[0].kind, "AWS::Serverless::SimpleTable");
}

#[test]
fn three_valued_conditions_do_not_need_every_operand() {
    let template = "
Parameters: {P: {Type: String}}
Conditions:
  U: !Equals [!Ref P, x]
  T: !Or [!Condition U, !Equals [a, a]]
  F: !And [!Condition U, !Equals [a, b]]
Resources: {A: {Type: AWS::SQS::Queue, Condition: T}, B: {Type: AWS::SQS::Queue, Condition: F}, C: {Type: AWS::SQS::Queue, Condition: U}}";
    let stack = stack(template);
    let included: Vec<&Truth> = stack.resources.iter().map(|it| &it.included).collect();
    assert_eq!(included, [&Truth::Yes, &Truth::No, &Truth::Unknown(Reason::Parameter("P".into()))]);
}

#[test]
fn the_template_subject_is_literal() {
    let stack = stack(
        "Description: x\nResources: {A: {Type: T::T::T, Properties: {N: 1}}}\nRules: {R: {Assertions: [{Assert: !Equals [a, b]}]}}",
    );
    let resource: &Value = stack.template.get("Resources").unwrap().get("A").unwrap();
    assert_eq!(resource.fields().len(), 1);
    assert!(stack.template.get("Rules").unwrap().get("R").is_some());
}

#[test]
fn a_circle_of_many_is_one_problem_that_names_a_few() {
    let resources: String = (0..2000)
        .map(|it| {
            let next = (it + 1) % 2000;
            format!("  Q{it}: {{Type: AWS::SQS::Queue, Properties: {{A: !Ref Q{next}, B: !Ref Q0}}}}\n")
        })
        .collect();
    let stack = stack(&format!("Resources:\n{resources}"));
    let [problem] = stack.problems.as_slice() else { panic!("{:?}", messages(&stack)) };
    assert!(problem.message.len() < 200, "{}", problem.message);
}

#[test]
fn a_circle_that_needs_depends_on_fails_on_aws_only() {
    let refusals = |text: &str| stack(text).problems.iter().map(|it| it.refusal).collect::<Vec<_>>();
    let head = "Resources:\n  A: {Type: T::T::T, DependsOn: B}\n";
    assert_eq!(refusals(&format!("{head}  B: {{Type: T::T::T, Properties: {{P: !Ref A}}}}\n")), [Refusal::AwsOnly]);
    let both = format!(
        "{head}  B: {{Type: T::T::T, Properties: {{P: !Ref A, Q: !Ref C}}}}\n  C: {{Type: T::T::T, Properties: {{P: !Ref B}}}}\n"
    );
    assert_eq!(refusals(&both), [Refusal::Everywhere]);
}

#[test]
fn a_chain_of_conditions_is_followed_to_its_end() {
    let chain: String = (0..20_000).map(|it| format!("  C{it}: !Not [!Condition C{}]\n", it + 1)).collect();
    let text =
        format!("Conditions:\n{chain}  C20000: !Equals [a, a]\nResources:\n  Q: {{Type: T::T::T, Condition: C0}}\n");
    assert_eq!(stack(&text).resources[0].included, Truth::Yes);
    let circle = text.replace("!Equals [a, a]", "!Not [!Condition C0]");
    assert_eq!(messages(&stack(&circle)), ["condition `C0` depends on itself; break the cycle"]);
}

#[test]
fn the_elements_of_a_list_parameter_stand_where_it_is_used() {
    let stack = stack(
        "Parameters: {P: {Type: CommaDelimitedList, Default: 'a,b'}}\nResources: {Q: {Type: T::T::T, Properties: {L: !Ref P}}}",
    );
    let list = stack.resources[0].properties.get("L").unwrap();
    assert!(list.elements().iter().all(|it| it.span == list.span));
    assert_eq!(list.elements().len(), 2);
}

#[test]
fn equality_by_type_keeps_numbers_and_texts_apart() {
    let template = "
Parameters:
  Count: {Type: Number, Default: '3'}
  Name: {Type: String, Default: true}
  Given: {Type: String, Default: true}
Conditions:
  Quoted: !Equals [!Ref Count, '3']
  Plain: !Equals [!Ref Count, 3]
  Bool: !Equals [!Ref Name, true]
  Text: !Equals [!Ref Name, 'true']
  GivenBool: !Equals [!Ref Given, true]
  Sub: !Equals [!Sub '${Count}', '3']
  Same: !Equals [!Sub 'v${Count}', v3]
Resources: {}
";
    let holds = |equality| {
        let file = source::decode(Path::new("t.yaml"), template.as_bytes().to_vec()).unwrap();
        let tree = source::parse(&file).unwrap();
        let parameters = [("Given".to_owned(), "true".to_owned())].into();
        let stack = read(Arc::new(file), &tree, &Inputs { parameters, equality, ..Inputs::default() });
        let differing = stack.intrinsics.iter().filter(|it| it.function == "Fn::Equals.Types").count();
        let holding = stack.conditions.into_iter().filter(|(_, truth)| truth.is_yes()).map(|(name, _)| name);
        (holding.collect::<Vec<_>>(), differing)
    };
    let all = ["Quoted", "Plain", "Bool", "Text", "GivenBool", "Sub", "Same"].map(str::to_owned).to_vec();
    assert_eq!(holds(Equality::Text), (all, 4));
    assert_eq!(holds(Equality::Type), (["Plain", "Bool", "Same"].map(str::to_owned).to_vec(), 4));
}

#[test]
fn metadata_is_not_evaluated_by_localstack() {
    let stack = stack("Resources: {A: {Type: T, Metadata: {Text: !Sub '${!Name}', Gone: !Ref Missing}}}");
    assert!(stack.intrinsics.is_empty());
    assert_eq!(stack.problems.iter().map(|it| it.refusal).collect::<Vec<_>>(), [Refusal::AwsOnly]);
}

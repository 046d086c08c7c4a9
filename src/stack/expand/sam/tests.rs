//! SAM templates read end to end: what they become, and where it stands.

mod events;
mod others;

use std::path::Path;
use std::sync::Arc;

use crate::source;
use crate::stack::{Data, Inputs, Resource, Stack, read};

/// A template of `resources` (indented by two) with the transform.
fn sam(resources: &str) -> String {
    format!("Transform: AWS::Serverless-2016-10-31\nResources:\n{resources}")
}

/// A function `F` with more `properties` (indented by six).
fn function(properties: &str) -> String {
    sam(&format!(
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Handler: a.b\n      Runtime: python3.13\n      \
         CodeUri: src/\n{properties}"
    ))
}

fn stack(text: &str) -> Stack {
    let file = source::decode(Path::new("t.yaml"), text.as_bytes().to_vec()).unwrap();
    let tree = source::parse(&file).unwrap();
    read(Arc::new(file), &tree, &Inputs::default())
}

/// The resources that `text` expands to without anything wrong, as `id type` without `AWS::`, sorted.
fn expanded(text: &str) -> Vec<String> {
    let stack = stack(text);
    assert_eq!((&stack.problems, &stack.unexpanded), (&vec![], &vec![]), "{text}");
    let mut all: Vec<String> =
        stack.resources.iter().map(|it| format!("{} {}", it.logical_id, it.kind.trim_start_matches("AWS::"))).collect();
    all.sort();
    all
}

/// The source line, trimmed, on which a resource's logical id stands.
fn line<'s>(stack: &'s Stack, id: &str) -> &'s str {
    line_of(stack, stack.resource(id).unwrap().id_span)
}

fn line_of(stack: &Stack, span: source::Span) -> &str {
    let line = stack.file.position(span.start).line;
    stack.file.slice(stack.file.line_span(line).unwrap()).trim()
}

/// The value at a path of property names and list indices, as a text.
fn text(resource: &Resource, path: &str) -> String {
    let mut value = &resource.properties;
    for step in path.split('.') {
        value = match (&value.data, step.parse::<usize>()) {
            (Data::List(elements), Ok(index)) => &elements[index],
            _ => value.get(step).unwrap_or_else(|| panic!("`{path}` of {}: {value:?}", resource.logical_id)),
        };
    }
    match &value.data {
        Data::String(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_function_gets_a_role() {
    let text = function("      Tracing: Active\n      VpcConfig: {SubnetIds: [s]}\n      Policies: [AWSLambdaRole]\n");
    assert_eq!(expanded(&text), ["F Lambda::Function", "FRole IAM::Role"]);
    let stack = stack(&text);
    let role = stack.resource("FRole").unwrap();
    assert_eq!(role.from.as_deref(), Some("F"));
    assert_eq!(
        text_of_list(role, "ManagedPolicyArns"),
        [
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess",
            "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
            "arn:aws:iam::aws:policy/service-role/AWSLambdaRole",
        ]
    );
    let function = stack.resource("F").unwrap();
    assert_eq!(function.from, None);
    assert_eq!(self::text(function, "TracingConfig.Mode"), "Active");
}

fn text_of_list(resource: &Resource, property: &str) -> Vec<String> {
    let Some(Data::List(all)) = resource.properties.get(property).map(|it| &it.data) else { panic!("a list") };
    (0..all.len()).map(|it| text(resource, &format!("{property}.{it}"))).collect()
}

#[test]
fn a_function_with_a_role_gets_none() {
    assert_eq!(expanded(&function("      Role: arn:aws:iam::000000000000:role/r\n")), ["F Lambda::Function"]);
}

#[test]
fn a_role_under_a_condition_is_made_for_the_other_case() {
    let head = "Conditions: {C: !Equals [!Ref AWS::Region, x]}\n";
    let text = format!("{head}{}", function("      Role: !If [C, arn:x, !Ref AWS::NoValue]\n"));
    let stack = stack(&text);
    assert_eq!(stack.resource("FRole").unwrap().condition.as_deref(), Some("NOTC"));
    assert!(stack.conditions.iter().any(|(name, holds)| name == "NOTC" && holds.is_yes()));
}

#[test]
fn policy_templates_become_statements() {
    let text = function("      Policies:\n        - SQSPollerPolicy: {QueueName: q}\n");
    let stack = stack(&text);
    let role = stack.resource("FRole").unwrap();
    assert_eq!(self::text(role, "Policies.0.PolicyName"), "FRolePolicy0");
    assert_eq!(self::text(role, "Policies.0.PolicyDocument.Statement.0.Action.0"), "sqs:ChangeMessageVisibility");
    let statement = &role.properties.get("Policies").unwrap();
    assert_eq!(line_of(&stack, statement.span), "F:");
    let Data::List(policies) = &statement.data else { panic!("a list") };
    assert_eq!(line_of(&stack, policies[0].span), "- SQSPollerPolicy: {QueueName: q}");
}

#[test]
fn globals_merge_by_kind() {
    let globals = "Globals:\n  Function:\n    Timeout: 5\n    MemorySize: 512\n    Layers: [arn:one]\n    \
                   Architectures: [arm64]\n    Environment: {Variables: {A: '1', B: '1'}}\n";
    let own = "      Timeout: 9\n      Layers: [arn:two]\n      Architectures: [x86_64]\n      \
               Environment: {Variables: {B: '2'}}\n";
    let text = format!("{globals}{}", function(own));
    let stack = stack(&text);
    let function = stack.resource("F").unwrap();
    assert_eq!(text_of_list(function, "Layers"), ["arn:one", "arn:two"]);
    assert_eq!(text_of_list(function, "Architectures"), ["x86_64"]);
    assert_eq!(self::text(function, "Environment.Variables.A"), "1");
    assert_eq!(self::text(function, "Environment.Variables.B"), "2");
    assert!(self::text(function, "Timeout").contains("9.0"));
    let memory = function.properties.get("MemorySize").unwrap();
    assert_eq!(line_of(&stack, memory.span), "MemorySize: 512");
}

#[test]
fn globals_can_be_ignored() {
    let globals = "Globals: {Function: {Timeout: 5, MemorySize: 512}}\n";
    let text = format!("{globals}{}    IgnoreGlobals: [Timeout]\n", function(""));
    let stack = stack(&text);
    let properties = &stack.resource("F").unwrap().properties;
    assert!(properties.get("Timeout").is_none() && properties.get("MemorySize").is_some());
}

#[test]
fn an_alias_publishes_a_version() {
    let text =
        function("      AutoPublishAlias: live-1\n      Events:\n        E: {Type: SQS, Properties: {Queue: q}}\n");
    let all = expanded(&text);
    assert_eq!(
        all,
        [
            "F Lambda::Function",
            "FAliasliveD1 Lambda::Alias",
            "FE Lambda::EventSourceMapping",
            "FRole IAM::Role",
            // SHA-1 of {"S3Bucket":"bucket","S3Key":"value"}, as the translator has it.
            "FVersionb3d38083f6 Lambda::Version",
        ]
    );
    let stack = stack(&text);
    assert_eq!(line(&stack, "FAliasliveD1"), "AutoPublishAlias: live-1");
    assert!(self::text(stack.resource("FE").unwrap(), "FunctionName").contains("FAliasliveD1"));
}

#[test]
fn an_alias_by_parameter_needs_its_value() {
    let text = format!("Parameters: {{A: {{Type: String}}}}\n{}", function("      AutoPublishAlias: !Ref A\n"));
    let stack = stack(&text);
    let reason = "the alias of `F` depends on a value that is not known; give it a value";
    assert!(stack.unexpanded.iter().any(|it| it.message == reason), "{:?}", stack.unexpanded);
    assert_eq!(stack.resources[0].kind, "AWS::Serverless::Function");
    let known = text.replace("Type: String", "Type: String, Default: live");
    assert!(expanded(&known).contains(&"FAliaslive Lambda::Alias".to_owned()));
}

#[test]
fn a_deployment_preference_brings_code_deploy() {
    let text = function("      AutoPublishAlias: live\n      DeploymentPreference: {Type: AllAtOnce}\n");
    let all = expanded(&text);
    for wanted in [
        "CodeDeployServiceRole IAM::Role",
        "FDeploymentGroup CodeDeploy::DeploymentGroup",
        "ServerlessDeploymentApplication CodeDeploy::Application",
    ] {
        assert!(all.iter().any(|it| it == wanted), "{wanted}: {all:?}");
    }
    let off = text.replace("Type: AllAtOnce", "Enabled: false");
    assert!(!expanded(&off).iter().any(|it| it.contains("CodeDeploy")));
}

#[test]
fn a_url_for_anybody_needs_two_permissions() {
    let text = function("      FunctionUrlConfig: {AuthType: NONE}\n");
    assert_eq!(
        expanded(&text),
        [
            "F Lambda::Function",
            "FRole IAM::Role",
            "FURLInvokeAllowPublicAccess Lambda::Permission",
            "FUrl Lambda::Url",
            "FUrlPublicPermissions Lambda::Permission",
        ]
    );
    assert_eq!(line(&stack(&text), "FUrl"), "FunctionUrlConfig: {AuthType: NONE}");
    assert_eq!(expanded(&text.replace("NONE", "AWS_IAM")).len(), 3);
}

#[test]
fn destinations_of_asynchronous_calls_are_made() {
    let text = function(
        "      EventInvokeConfig:\n        DestinationConfig:\n          OnSuccess: {Type: SQS}\n          \
         OnFailure: {Type: SNS}\n",
    );
    assert_eq!(
        expanded(&text),
        [
            "F Lambda::Function",
            "FEventInvokeConfig Lambda::EventInvokeConfig",
            "FEventInvokeConfigOnFailureTopic SNS::Topic",
            "FEventInvokeConfigOnSuccessQueue SQS::Queue",
            "FRole IAM::Role",
        ]
    );
    assert_eq!(line(&stack(&text), "FEventInvokeConfigOnSuccessQueue"), "OnSuccess: {Type: SQS}");
}

#[test]
fn a_generated_id_must_be_free() {
    let text = format!("{}  FRole: {{Type: AWS::SNS::Topic}}\n", function(""));
    let stack = stack(&text);
    assert!(stack.problems[0].message.starts_with("`FRole` is the logical id of an `AWS::IAM::Role`"));
    assert_eq!(line_of(&stack, stack.problems[0].span), "FRole: {Type: AWS::SNS::Topic}");
}

#[test]
fn other_resources_stay_and_names_are_checked() {
    let text = format!("{}  T: {{Type: AWS::SNS::Topic, Properties: {{TopicName: !Ref Nowhere}}}}\n", function(""));
    let stack = stack(&text);
    assert_eq!(stack.resource("T").unwrap().from, None);
    assert_eq!(stack.problems.len(), 1, "everything is expanded, so an unknown name is wrong");
}

#[test]
fn without_the_transform_nothing_is_expanded() {
    let text = function("").replace("Transform: AWS::Serverless-2016-10-31\n", "");
    let stack = stack(&text);
    assert_eq!(stack.resources[0].kind, "AWS::Serverless::Function");
    assert_eq!(stack.resources.len(), 1);
}

//! SAM templates read end to end: what they become, and where it stands.

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

/// What an event `E` of `F` with these `properties` adds to the function and its role.
fn event(kind: &str, properties: &str) -> Vec<String> {
    let text = function(&format!("      Events:\n        E: {{Type: {kind}, Properties: {{{properties}}}}}\n"));
    let mut all = expanded(&text);
    all.retain(|it| !it.starts_with("F ") && !it.starts_with("FRole "));
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
fn polled_sources_become_mappings() {
    for (kind, properties) in [
        ("SQS", "Queue: arn:q"),
        ("Kinesis", "Stream: arn:s, StartingPosition: LATEST"),
        ("DynamoDB", "Stream: arn:s, StartingPosition: LATEST"),
        ("MSK", "Stream: arn:s, StartingPosition: LATEST, Topics: [t]"),
        ("MQ", "Broker: arn:b, Queues: [q], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:s}]"),
        (
            "SelfManagedKafka",
            "Topics: [t], KafkaBootstrapServers: ['h:1'], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:s}]",
        ),
        ("DocumentDB", "Cluster: arn:c, DatabaseName: d, SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: arn:s}]"),
    ] {
        assert_eq!(event(kind, properties), ["FE Lambda::EventSourceMapping"], "{kind}");
    }
}

#[test]
fn rules_and_schedules_call_functions() {
    let rule = ["FE Events::Rule", "FEPermission Lambda::Permission"];
    assert_eq!(event("Schedule", "Schedule: rate(1 hour)"), rule);
    assert_eq!(event("CloudWatchEvent", "Pattern: {source: [x]}"), rule);
    assert_eq!(event("EventBridgeRule", "Pattern: {source: [x]}"), rule);
    assert_eq!(event("ScheduleV2", "ScheduleExpression: rate(1 hour)"), ["FE Scheduler::Schedule", "FERole IAM::Role"]);
    assert_eq!(
        event("Schedule", "Schedule: rate(1 hour), DeadLetterConfig: {Type: SQS}"),
        ["FE Events::Rule", "FEPermission Lambda::Permission", "FEQueue SQS::Queue", "FEQueuePolicy SQS::QueuePolicy",]
    );
}

#[test]
fn services_call_functions() {
    assert_eq!(event("AlexaSkill", ""), ["FEPermission Lambda::Permission"]);
    assert_eq!(event("IoTRule", "Sql: s"), ["FE IoT::TopicRule", "FEPermission Lambda::Permission"]);
    assert_eq!(
        event("CloudWatchLogs", "LogGroupName: g, FilterPattern: ''"),
        ["FE Logs::SubscriptionFilter", "FEPermission Lambda::Permission",]
    );
    assert_eq!(event("SNS", "Topic: arn:t"), ["FE SNS::Subscription", "FEPermission Lambda::Permission"]);
    assert_eq!(
        event("SNS", "Topic: arn:t, SqsSubscription: true"),
        [
            "FE SNS::Subscription",
            "FEEventSourceMapping Lambda::EventSourceMapping",
            "FEQueue SQS::Queue",
            "FEQueuePolicy SQS::QueuePolicy",
        ]
    );
}

#[test]
fn buckets_and_user_pools_are_changed_in_place() {
    let events = "      Events:\n        E: {Type: S3, Properties: {Bucket: !Ref B, Events: 's3:ObjectCreated:*'}}\n        \
                  U: {Type: Cognito, Properties: {UserPool: !Ref P, Trigger: PreSignUp}}\n";
    let text = format!("{}  B: {{Type: AWS::S3::Bucket}}\n  P: {{Type: AWS::Cognito::UserPool}}\n", function(events));
    assert_eq!(
        expanded(&text),
        [
            "B S3::Bucket",
            "F Lambda::Function",
            "FCognitoPermission Lambda::Permission",
            "FEPermission Lambda::Permission",
            "FRole IAM::Role",
            "P Cognito::UserPool",
        ]
    );
    let stack = stack(&text);
    let bucket = stack.resource("B").unwrap();
    assert_eq!(bucket.depends_on, ["FEPermission"]);
    assert_eq!(self::text(bucket, "NotificationConfiguration.LambdaConfigurations.0.Event"), "s3:ObjectCreated:*");
    assert!(self::text(stack.resource("P").unwrap(), "LambdaConfig.PreSignUp").contains("\"F\""));
}

#[test]
fn events_name_what_is_missing() {
    let stack =
        stack(&function("      Events:\n        E: {Type: S3, Properties: {Bucket: somewhere-else, Events: x}}\n"));
    let problem = &stack.problems[0];
    assert_eq!(problem.message, "`Bucket` of event `E` must be a `Ref` to a resource of this template");
    assert!(line_of(&stack, problem.span).starts_with("E:"));
    assert_eq!(stack.resources[0].kind, "AWS::Serverless::Function");
}

#[test]
fn an_unknown_event_is_told() {
    let stack = stack(&function("      Events:\n        E: {Type: Telepathy}\n"));
    assert!(stack.unexpanded.iter().any(|it| it.message == "event type `Telepathy` is not expanded"));
    assert_eq!(stack.problems, []);
}

#[test]
fn api_events_make_an_implicit_api() {
    let text = function("      Events:\n        E: {Type: Api, Properties: {Path: '/a/{b}', Method: GET}}\n");
    let stack = stack(&text);
    let deployment = stack.resources.iter().find(|it| it.kind == "AWS::ApiGateway::Deployment").unwrap();
    assert!(deployment.logical_id.starts_with("ServerlessRestApiDeployment"));
    for id in ["FEPermissionProd", "ServerlessRestApi", "ServerlessRestApiProdStage"] {
        assert!(line(&stack, id).starts_with("E: {Type: Api"), "{id}");
    }
    let api = stack.resource("ServerlessRestApi").unwrap();
    assert_eq!(self::text(api, "Body.paths./a/{b}.get.x-amazon-apigateway-integration.type"), "aws_proxy");
    assert_eq!(stack.problems, []);
}

#[test]
fn http_api_events_make_an_implicit_api() {
    let text = function(
        "      Events:\n        E: {Type: HttpApi}\n        X: {Type: HttpApi, Properties: {Path: /x, Method: get}}\n",
    );
    // The default route calls the function already: no permission for the other one.
    assert_eq!(
        expanded(&text),
        [
            "F Lambda::Function",
            "FEPermission Lambda::Permission",
            "FRole IAM::Role",
            "ServerlessHttpApi ApiGatewayV2::Api",
            "ServerlessHttpApiApiGatewayDefaultStage ApiGatewayV2::Stage",
        ]
    );
}

#[test]
fn an_implicit_api_has_the_condition_of_all_that_ask_for_it() {
    let head = "Conditions: {C: !Equals [!Ref AWS::Region, us-east-1]}\n";
    let events = "      Events:\n        E: {Type: Api, Properties: {Path: /, Method: get}}\n";
    let text = format!("{head}{}    Condition: C\n", function(events));
    let stack = stack(&text);
    for id in ["F", "FRole", "FEPermissionProd", "ServerlessRestApi", "ServerlessRestApiProdStage"] {
        assert_eq!(stack.resource(id).unwrap().condition.as_deref(), Some("C"), "{id}");
    }
}

#[test]
fn an_api_has_a_domain_a_plan_and_authorizers() {
    let text = sam(
        "  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      Domain: {DomainName: a.example, \
         CertificateArn: arn:c, BasePath: [one], Route53: {HostedZoneId: Z}}\n      Auth:\n        UsagePlan: \
         {CreateUsagePlan: PER_API}\n        Authorizers:\n          L: {FunctionArn: arn:f}\n",
    );
    let mut all = expanded(&text);
    all.retain(|it| !it.contains("Deployment"));
    assert_eq!(
        all,
        [
            "A ApiGateway::RestApi",
            "AApiKey ApiGateway::ApiKey",
            "ALAuthorizerPermission Lambda::Permission",
            "AUsagePlan ApiGateway::UsagePlan",
            "AUsagePlanKey ApiGateway::UsagePlanKey",
            "AoneBasePathMapping ApiGateway::BasePathMapping",
            "ApiGatewayDomainNamef4e610b835 ApiGateway::DomainName",
            "Av1Stage ApiGateway::Stage",
            "RecordSetGroup909f99a779 Route53::RecordSetGroup",
        ]
    );
    let stack = stack(&text);
    assert!(line(&stack, "ALAuthorizerPermission").starts_with("L: "));
    assert!(line(&stack, "AoneBasePathMapping").starts_with("Domain: "));
}

#[test]
fn references_to_generated_resources_are_rewritten() {
    let text = format!(
        "{}  L: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: l/}}}}\n  A: {{Type: AWS::Serverless::Api, \
         Properties: {{StageName: v1}}}}\n  T:\n    Type: AWS::SNS::Topic\n    DependsOn: L\n    Properties:\n      \
         TopicName: !Ref A.Stage\n      DisplayName: !Sub '${{F.Version}}-${{L}}'\nOutputs:\n  O: {{Value: !Ref F.Alias}}\n",
        function("      AutoPublishAlias: live\n      Layers: [!Ref L]\n")
    );
    let stack = stack(&text);
    assert_eq!((&stack.problems, &stack.unexpanded), (&vec![], &vec![]));
    let layer = stack.resources.iter().find(|it| it.kind == "AWS::Lambda::LayerVersion").unwrap();
    assert_eq!(layer.from.as_deref(), Some("L"));
    let topic = stack.resource("T").unwrap();
    assert_eq!(topic.depends_on, std::slice::from_ref(&layer.logical_id));
    assert!(self::text(topic, "TopicName").contains("Av1Stage"));
    let position = |id: &str| stack.position(id).unwrap();
    assert!(stack.edges.iter().any(|it| it.to == position("FAliaslive")));
    assert!(stack.edges.iter().any(|it| it.to == position(&layer.logical_id)));
}

#[test]
fn state_machines_have_roles_versions_and_events() {
    let text = sam(
        "  S:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition: {StartAt: A, States: {A: {Type: \
         Succeed, Comment: !Ref AWS::Region}}}\n      AutoPublishAlias: live\n      Events:\n        T: {Type: Schedule, \
         Properties: {Schedule: rate(1 day)}}\n        V: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}\n        \
         P: {Type: EventBridgeRule, Properties: {Pattern: {source: [x]}}}\n        G: {Type: Api, Properties: {Path: /, Method: post}}\n",
    );
    let mut all = expanded(&text);
    all.retain(|it| !it.starts_with("ServerlessRestApi"));
    assert_eq!(
        all,
        [
            "S StepFunctions::StateMachine",
            "SAliaslive StepFunctions::StateMachineAlias",
            "SGRole IAM::Role",
            "SP Events::Rule",
            "SPRole IAM::Role",
            "SRole IAM::Role",
            "ST Events::Rule",
            "STRole IAM::Role",
            "SV Scheduler::Schedule",
            "SVRole IAM::Role",
            "SVersion StepFunctions::StateMachineVersion",
        ]
    );
    let stack = stack(&text);
    let machine = stack.resource("S").unwrap();
    assert_eq!(self::text(machine, "DefinitionSubstitutions.definition_substitution_1"), "us-east-1");
}

#[test]
fn a_simple_table_has_a_key_and_a_billing_mode() {
    let stack =
        stack(&sam("  T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: k, Type: Number}}}\n"));
    let table = stack.resource("T").unwrap();
    assert_eq!(table.kind, "AWS::DynamoDB::Table");
    assert_eq!(self::text(table, "AttributeDefinitions.0.AttributeType"), "N");
    assert_eq!(self::text(table, "KeySchema.0.AttributeName"), "k");
    assert_eq!(self::text(table, "BillingMode"), "PAY_PER_REQUEST");
}

#[test]
fn an_application_is_a_nested_stack() {
    let stack = stack(&sam("  N: {Type: AWS::Serverless::Application, Properties: {Location: ./child.yaml}}\n"));
    let nested = stack.resource("N").unwrap();
    assert_eq!(nested.kind, "AWS::CloudFormation::Stack");
    assert_eq!(self::text(nested, "TemplateURL"), "./child.yaml");
}

#[test]
fn connectors_become_policies() {
    let connector = "    Connectors:\n      C: {Properties: {Destination: {Id: T}, Permissions: [Read]}}\n";
    let text = format!("{}{connector}  T: {{Type: AWS::Serverless::SimpleTable}}\n", function(""));
    assert_eq!(
        expanded(&text),
        ["F Lambda::Function", "FCPolicy IAM::ManagedPolicy", "FRole IAM::Role", "T DynamoDB::Table",]
    );
    let stack = stack(&text);
    assert!(line(&stack, "FCPolicy").starts_with("C: "));
    let policy = stack.resource("FCPolicy").unwrap();
    assert_eq!(self::text(policy, "PolicyDocument.Statement.0.Effect"), "Allow");
}

#[test]
fn a_graphql_api_has_its_parts() {
    let text = sam(
        "  G:\n    Type: AWS::Serverless::GraphQLApi\n    Properties:\n      SchemaInline: s\n      Auth: {Type: API_KEY}\n      \
         ApiKeys: {K: {}}\n      DataSources: {DynamoDb: {D: {TableName: t, TableArn: arn:t}}}\n      Functions:\n        Fn: \
         {Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, DataSource: D, CodeUri: f.js}\n      Resolvers: {Query: {q: {Pipeline: [Fn]}}}\n",
    );
    assert_eq!(
        expanded(&text),
        [
            "G AppSync::GraphQLApi",
            "GCloudWatchRole IAM::Role",
            "GDDynamoDBDataSource AppSync::DataSource",
            "GDDynamoDBDataSourceRole IAM::Role",
            "GDDynamoDBDataSourceToTableConnectorPolicy IAM::ManagedPolicy",
            "GFn AppSync::FunctionConfiguration",
            "GK AppSync::ApiKey",
            "GQueryq AppSync::Resolver",
            "GSchema AppSync::GraphQLSchema",
        ]
    );
}

#[test]
fn a_web_socket_api_has_routes() {
    let text = sam(
        "  W:\n    Type: AWS::Serverless::WebSocketApi\n    Properties:\n      RouteSelectionExpression: r\n      Routes: \
         {$connect: {FunctionArn: arn:f}}\n",
    );
    assert_eq!(
        expanded(&text),
        [
            "W ApiGatewayV2::Api",
            "WConnectIntegration ApiGatewayV2::Integration",
            "WConnectPermission Lambda::Permission",
            "WConnectRoute ApiGatewayV2::Route",
            "WDefaultStage ApiGatewayV2::Stage",
        ]
    );
}

#[test]
fn a_capacity_provider_has_a_role() {
    let text = sam("  C: {Type: AWS::Serverless::CapacityProvider, Properties: {VpcConfig: {SubnetIds: [s]}}}\n");
    assert_eq!(expanded(&text), ["C Lambda::CapacityProvider", "COperatorRole IAM::Role"]);
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

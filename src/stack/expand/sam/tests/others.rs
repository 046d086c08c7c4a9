//! APIs, state machines and the other SAM resources.

use super::{expanded, function, line, sam, stack, text};

#[test]
fn api_events_make_an_implicit_api() {
    let template = function("      Events:\n        E: {Type: Api, Properties: {Path: '/a/{b}', Method: GET}}\n");
    let stack = stack(&template);
    let deployment = stack.resources.iter().find(|it| it.kind == "AWS::ApiGateway::Deployment").unwrap();
    assert!(deployment.logical_id.starts_with("ServerlessRestApiDeployment"));
    for id in ["FEPermissionProd", "ServerlessRestApi", "ServerlessRestApiProdStage"] {
        assert!(line(&stack, id).starts_with("E: {Type: Api"), "{id}");
    }
    let api = stack.resource("ServerlessRestApi").unwrap();
    assert_eq!(text(api, "Body.paths./a/{b}.get.x-amazon-apigateway-integration.type"), "aws_proxy");
    assert_eq!(stack.problems, []);
}

#[test]
fn http_api_events_make_an_implicit_api() {
    let template = function(
        "      Events:\n        E: {Type: HttpApi}\n        X: {Type: HttpApi, Properties: {Path: /x, Method: get}}\n",
    );
    // The default route calls the function already: no permission for the other one.
    assert_eq!(
        expanded(&template),
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
    let template = format!("{head}{}    Condition: C\n", function(events));
    let stack = stack(&template);
    for id in ["F", "FRole", "FEPermissionProd", "ServerlessRestApi", "ServerlessRestApiProdStage"] {
        assert_eq!(stack.resource(id).unwrap().condition.as_deref(), Some("C"), "{id}");
    }
}

#[test]
fn an_api_has_a_domain_a_plan_and_authorizers() {
    let template = sam(
        "  A:\n    Type: AWS::Serverless::Api\n    Properties:\n      StageName: v1\n      Domain: {DomainName: a.example, \
         CertificateArn: arn:c, BasePath: [one], Route53: {HostedZoneId: Z}}\n      Auth:\n        UsagePlan: \
         {CreateUsagePlan: PER_API}\n        Authorizers:\n          L: {FunctionArn: arn:f}\n",
    );
    let mut all = expanded(&template);
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
    let stack = stack(&template);
    assert!(line(&stack, "ALAuthorizerPermission").starts_with("L: "));
    assert!(line(&stack, "AoneBasePathMapping").starts_with("Domain: "));
}

#[test]
fn references_to_generated_resources_are_rewritten() {
    let template = format!(
        "{}  L: {{Type: AWS::Serverless::LayerVersion, Properties: {{ContentUri: l/}}}}\n  A: {{Type: AWS::Serverless::Api, \
         Properties: {{StageName: v1}}}}\n  T:\n    Type: AWS::SNS::Topic\n    DependsOn: L\n    Properties:\n      \
         TopicName: !Ref A.Stage\n      DisplayName: !Sub '${{F.Version}}-${{L}}'\nOutputs:\n  O: {{Value: !Ref F.Alias}}\n",
        function("      AutoPublishAlias: live\n      Layers: [!Ref L]\n")
    );
    let stack = stack(&template);
    assert_eq!((&stack.problems, &stack.unexpanded), (&vec![], &vec![]));
    let layer = stack.resources.iter().find(|it| it.kind == "AWS::Lambda::LayerVersion").unwrap();
    assert_eq!(layer.from.as_deref(), Some("L"));
    let topic = stack.resource("T").unwrap();
    assert_eq!(topic.depends_on, std::slice::from_ref(&layer.logical_id));
    assert!(text(topic, "TopicName").contains("Av1Stage"));
    let position = |id: &str| stack.position(id).unwrap();
    assert!(stack.edges.iter().any(|it| it.to == position("FAliaslive")));
    assert!(stack.edges.iter().any(|it| it.to == position(&layer.logical_id)));
}

#[test]
fn state_machines_have_roles_versions_and_events() {
    let template = sam(
        "  S:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      Definition: {StartAt: A, States: {A: {Type: \
         Succeed, Comment: !Ref AWS::Region}}}\n      AutoPublishAlias: live\n      Events:\n        T: {Type: Schedule, \
         Properties: {Schedule: rate(1 day)}}\n        V: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}\n        \
         P: {Type: EventBridgeRule, Properties: {Pattern: {source: [x]}}}\n        G: {Type: Api, Properties: {Path: /, Method: post}}\n",
    );
    let mut all = expanded(&template);
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
    let stack = stack(&template);
    let machine = stack.resource("S").unwrap();
    assert_eq!(text(machine, "DefinitionSubstitutions.definition_substitution_1"), "us-east-1");
}

#[test]
fn a_simple_table_has_a_key_and_a_billing_mode() {
    let stack =
        stack(&sam("  T: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: {Name: k, Type: Number}}}\n"));
    let table = stack.resource("T").unwrap();
    assert_eq!(table.kind, "AWS::DynamoDB::Table");
    assert_eq!(text(table, "AttributeDefinitions.0.AttributeType"), "N");
    assert_eq!(text(table, "KeySchema.0.AttributeName"), "k");
    assert_eq!(text(table, "BillingMode"), "PAY_PER_REQUEST");
}

#[test]
fn an_application_is_a_nested_stack() {
    let stack = stack(&sam("  N: {Type: AWS::Serverless::Application, Properties: {Location: ./child.yaml}}\n"));
    let nested = stack.resource("N").unwrap();
    assert_eq!(nested.kind, "AWS::CloudFormation::Stack");
    assert_eq!(text(nested, "TemplateURL"), "./child.yaml");
}

#[test]
fn connectors_become_policies() {
    let connector = "    Connectors:\n      C: {Properties: {Destination: {Id: T}, Permissions: [Read]}}\n";
    let template = format!("{}{connector}  T: {{Type: AWS::Serverless::SimpleTable}}\n", function(""));
    assert_eq!(
        expanded(&template),
        ["F Lambda::Function", "FCPolicy IAM::ManagedPolicy", "FRole IAM::Role", "T DynamoDB::Table",]
    );
    let stack = stack(&template);
    assert!(line(&stack, "FCPolicy").starts_with("C: "));
    let policy = stack.resource("FCPolicy").unwrap();
    assert_eq!(text(policy, "PolicyDocument.Statement.0.Effect"), "Allow");
}

#[test]
fn a_graphql_api_has_its_parts() {
    let template = sam(
        "  G:\n    Type: AWS::Serverless::GraphQLApi\n    Properties:\n      SchemaInline: s\n      Auth: {Type: API_KEY}\n      \
         ApiKeys: {K: {}}\n      DataSources: {DynamoDb: {D: {TableName: t, TableArn: arn:t}}}\n      Functions:\n        Fn: \
         {Runtime: {Name: APPSYNC_JS, Version: 1.0.0}, DataSource: D, CodeUri: f.js}\n      Resolvers: {Query: {q: {Pipeline: [Fn]}}}\n",
    );
    assert_eq!(
        expanded(&template),
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
    let template = sam(
        "  W:\n    Type: AWS::Serverless::WebSocketApi\n    Properties:\n      RouteSelectionExpression: r\n      Routes: \
         {$connect: {FunctionArn: arn:f}}\n",
    );
    assert_eq!(
        expanded(&template),
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
    let template = sam("  C: {Type: AWS::Serverless::CapacityProvider, Properties: {VpcConfig: {SubnetIds: [s]}}}\n");
    assert_eq!(expanded(&template), ["C Lambda::CapacityProvider", "COperatorRole IAM::Role"]);
    let stack = stack(&template);
    assert_eq!(text(stack.resource("COperatorRole").unwrap(), "Tags.0.Key"), "lambda:createdBy");
    assert!(!format!("{:?}", stack.resource("COperatorRole").unwrap().properties).contains("VpcConfig"));
}

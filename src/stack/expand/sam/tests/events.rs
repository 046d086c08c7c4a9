//! What each type of event becomes.

use super::{expanded, function, line_of, stack, text};

/// What an event `E` of `F` with these `properties` adds to the function and its role.
fn event(kind: &str, properties: &str) -> Vec<String> {
    let template = function(&format!("      Events:\n        E: {{Type: {kind}, Properties: {{{properties}}}}}\n"));
    let mut all = expanded(&template);
    all.retain(|it| !it.starts_with("F ") && !it.starts_with("FRole "));
    all
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
    let template =
        format!("{}  B: {{Type: AWS::S3::Bucket}}\n  P: {{Type: AWS::Cognito::UserPool}}\n", function(events));
    assert_eq!(
        expanded(&template),
        [
            "B S3::Bucket",
            "F Lambda::Function",
            "FCognitoPermission Lambda::Permission",
            "FEPermission Lambda::Permission",
            "FRole IAM::Role",
            "P Cognito::UserPool",
        ]
    );
    let stack = stack(&template);
    let bucket = stack.resource("B").unwrap();
    assert_eq!(bucket.depends_on, ["FEPermission"]);
    assert_eq!(text(bucket, "NotificationConfiguration.LambdaConfigurations.0.Event"), "s3:ObjectCreated:*");
    assert!(text(stack.resource("P").unwrap(), "LambdaConfig.PreSignUp").contains("\"F\""));
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

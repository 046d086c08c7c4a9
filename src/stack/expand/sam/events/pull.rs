//! Events that Lambda polls for: queues, streams, brokers, databases.

use super::super::role::{Role, allowing, storing};
use super::super::{Declined, Outcome, Sam};
use super::{Event, Target};
use crate::source::Node;
use crate::stack::expand::make::At;
use crate::stack::expand::shape;

/// The managed policy that lets a role poll a queue.
pub(super) const QUEUE_POLICY: &str = "service-role/AWSLambdaSQSQueueExecutionRole";

/// A type of source that is polled.
pub(super) struct Polled {
    /// The event's type.
    pub(super) kind: &'static str,
    /// The property with the ARN of the source.
    source: Option<&'static str>,
    /// What polling needs.
    policy: Option<&'static str>,
    /// The property that `ConsumerGroupId` and the schema registry go to.
    consumer: Option<&'static str>,
}

const fn polled(kind: &'static str, source: Option<&'static str>, policy: Option<&'static str>) -> Polled {
    Polled { kind, source, policy, consumer: None }
}

/// The types of sources that are polled.
pub(super) const POLLED: &[Polled] = &[
    polled("SQS", Some("Queue"), Some(QUEUE_POLICY)),
    polled("Kinesis", Some("Stream"), Some("service-role/AWSLambdaKinesisExecutionRole")),
    polled("DynamoDB", Some("Stream"), Some("service-role/AWSLambdaDynamoDBExecutionRole")),
    Polled {
        consumer: Some("AmazonManagedKafkaEventSourceConfig"),
        ..polled("MSK", Some("Stream"), Some("service-role/AWSLambdaMSKExecutionRole"))
    },
    polled("MQ", Some("Broker"), None),
    Polled { consumer: Some("SelfManagedKafkaEventSourceConfig"), ..polled("SelfManagedKafka", None, None) },
    polled("DocumentDB", Some("Cluster"), None),
];

const KEPT: &[&str] = &[
    "StartingPosition",
    "StartingPositionTimestamp",
    "BatchSize",
    "Enabled",
    "MaximumBatchingWindowInSeconds",
    "MaximumRetryAttempts",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "ParallelizationFactor",
    "Topics",
    "Queues",
    "SourceAccessConfigurations",
    "TumblingWindowInSeconds",
    "FunctionResponseTypes",
    "FilterCriteria",
    "KmsKeyArn",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "MetricsConfig",
    "LoggingConfig",
];
/// Network interfaces in a VPC.
const INTERFACES: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

/// The event source mapping of `event`; adds to `role` what polling needs.
pub(super) fn mapping(sam: &Sam<'_>, event: &Event, polled: &Polled, target: &Target, role: &mut Role) -> Outcome {
    let at = event.at;
    let properties = &event.properties;
    let mut made = target
        .beside(at, event.id.as_str(), "AWS::Lambda::EventSourceMapping")
        .with("FunctionName", target.name(at))
        .copy(properties, KEPT);
    if let Some(key) = polled.source {
        event.required(key)?;
        made = made.copy_as(properties, key, "EventSourceArn");
    }
    if let Some(servers) = shape::set(properties, "KafkaBootstrapServers") {
        let endpoints = at.map([("KafkaBootstrapServers", servers.clone())]);
        made.set("SelfManagedEventSource", at.map([("Endpoints", endpoints)]));
    }
    if let Some(key) = polled.consumer {
        let given = |key| shape::set(properties, key).map(|it| (key, it.clone()));
        let config: Vec<_> = ["ConsumerGroupId", "SchemaRegistryConfig"].into_iter().filter_map(given).collect();
        if !config.is_empty() {
            made.set(key, at.map(config));
        }
    }
    if polled.kind == "DocumentDB" {
        let given = |key| shape::some(properties, key).map(|it| (key, it.clone()));
        let config = ["DatabaseName", "CollectionName", "FullDocument"].into_iter().filter_map(given);
        made.set("DocumentDBEventSourceConfig", at.map(config));
    }
    if let Some(config) = shape::set(properties, "DestinationConfig") {
        made.set("DestinationConfig", destination(event, config, role)?);
    }
    if let Some(policy) = polled.policy {
        role.manage(sam.managed_policy(at, policy));
    }
    allow_source(event, polled, role);
    Ok(vec![made])
}

/// `DestinationConfig` without SAM's `Type`; lets `role` send there.
fn destination(event: &Event, config: &Node, role: &mut Role) -> Result<Node, Declined> {
    let at = At(config.span);
    let Some(failure) = shape::some(config, "OnFailure") else {
        let message = format!("`DestinationConfig` of event `{}` needs `OnFailure`", event.name);
        return Err(Declined::wrong(at, message));
    };
    let to = failure.get("Destination").cloned().unwrap_or_else(|| at.no_value());
    let id = &event.id;
    match failure.get("Type").and_then(Node::as_str) {
        Some("SQS") => role.allow(allowing(at, &format!("{id}SQSPolicy"), "sqs:SendMessage", to)),
        Some("SNS") => role.allow(allowing(at, &format!("{id}SNSPolicy"), "sns:publish", to)),
        Some("S3") => role.allow(storing(at, &format!("{id}S3Policy"), to)),
        _ => {}
    }
    let mut config = config.clone();
    shape::change_child(&mut config, "OnFailure", at, |it| shape::change(it, |all| all.retain(|it| it.key != "Type")));
    Ok(config)
}

/// Lets `role` read the secrets and describe the source, where no managed policy does.
fn allow_source(event: &Event, polled: &Polled, role: &mut Role) {
    let at = event.at;
    let properties = &event.properties;
    let statement = |actions: &[&str], resource: Node| {
        let actions = at.list(actions.iter().map(|it| at.text(*it)));
        at.map([("Action", actions), ("Effect", at.text("Allow")), ("Resource", resource)])
    };
    let accesses = properties.get("SourceAccessConfigurations").map(Node::elements).unwrap_or_default();
    let is_network = |it: &Node| {
        it.get("Type").and_then(Node::as_str).is_some_and(|it| it.starts_with("VPC_") || it == "VIRTUAL_HOST")
    };
    let secrets = accesses.iter().filter(|it| !is_network(it)).filter_map(|it| shape::some(it, "URI"));
    let mut statements: Vec<Node> =
        secrets.map(|it| statement(&["secretsmanager:GetSecretValue"], it.clone())).collect();
    let name = match polled.kind {
        "MQ" => {
            let broker = properties.get("Broker").cloned();
            statements.extend(broker.map(|it| statement(&["mq:DescribeBroker"], it)));
            match shape::set(properties, "DynamicPolicyName") {
                Some(_) => format!("{}AMQPolicy", event.id),
                None => "SamAutoGeneratedAMQPolicy".to_owned(),
            }
        }
        "DocumentDB" => {
            let arn = |what: &str| {
                at.sub(format!("arn:${{AWS::Partition}}:rds:${{AWS::Region}}:${{AWS::AccountId}}:{what}:*"))
            };
            statements.push(statement(&["rds:DescribeDBClusterParameters"], arn("cluster-pg")));
            statements.push(statement(&["rds:DescribeDBSubnetGroups"], arn("subgrp")));
            let cluster = properties.get("Cluster").cloned();
            statements.extend(cluster.map(|it| statement(&["rds:DescribeDBClusters"], it)));
            statements.push(statement(INTERFACES, at.text("*")));
            "SamAutoGeneratedDocumentDBPolicy".to_owned()
        }
        "SelfManagedKafka" => {
            if accesses.iter().any(is_network) {
                statements.push(statement(INTERFACES, at.text("*")));
            }
            "SelfManagedKafkaExecutionRolePolicy".to_owned()
        }
        "MSK" => "MSKExecutionRolePolicy".to_owned(),
        _ => return,
    };
    if let Some(key) = shape::set(properties, "SecretsManagerKmsKeyId").and_then(Node::as_str) {
        let arn = format!("arn:${{AWS::Partition}}:kms:${{AWS::Region}}:${{AWS::AccountId}}:key/{key}");
        statements.push(statement(&["kms:Decrypt"], at.sub(arn)));
    }
    if !statements.is_empty() {
        let document = at.map([("Statement", at.list(statements))]);
        role.allow(at.map([("PolicyName", at.text(name)), ("PolicyDocument", document)]));
    }
}

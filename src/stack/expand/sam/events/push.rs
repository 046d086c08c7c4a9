//! Events that a service sends by itself: buckets, topics, user pools, logs, devices, skills.

use super::super::role::{Role, same};
use super::super::{Declined, Outcome, Sam};
use super::rules::sending;
use super::{Event, Target, pull};
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

/// `Bucket`, `UserPool`: the resource of the same template that the property of `event` refers to.
fn linked(sam: &Sam<'_>, event: &Event, key: &str) -> Result<String, Declined> {
    let value = event.required(key)?;
    match shape::referred(value).filter(|it| sam.position(it).is_some()) {
        Some(id) => Ok(id.to_owned()),
        None => {
            let message = format!("`{key}` of event `{}` must be a `Ref` to a resource of this template", event.name);
            Err(Declined::wrong(At(value.span), message))
        }
    }
}

/// The elements of a list, or the one value.
fn listed(node: &Node) -> Vec<Node> {
    match &node.kind {
        NodeKind::Sequence(elements) => elements.clone(),
        _ => vec![node.clone()],
    }
}

impl Sam<'_> {
    /// Notifications of a bucket: set on the bucket itself.
    pub(super) fn bucket_event(&mut self, event: &Event, target: &Target) -> Outcome {
        let at = event.at;
        let id = linked(self, event, "Bucket")?;
        let names = listed(event.required("Events")?);
        let permission = target
            .permission(at, &event.id, "", "s3.amazonaws.com")
            .with("SourceAccount", at.reference("AWS::AccountId"));
        let mut configurations = Vec::new();
        for name in names {
            let mut entries = vec![("Function", target.arn(at))];
            entries.extend(shape::some(&event.properties, "Filter").map(|it| ("Filter", it.clone())));
            entries.push(("Event", name));
            let configuration = at.map(entries);
            configurations.push(match target.source.condition() {
                Some(condition) => at.choose(condition, configuration, at.no_value()),
                None => configuration,
            });
        }
        let Some(bucket) = self.source_mut(&id) else { return Ok(vec![permission]) };
        if let Some(condition) = permission.condition() {
            let key = format!("sam:ConditionalDependsOn:{}", permission.id);
            let value = at.choose(condition, at.reference(&permission.id), at.text("no dependency"));
            let tag = at.map([("Key", at.text(key)), ("Value", value)]);
            shape::change_child(&mut bucket.node, "Properties", at, |it| {
                shape::change_child(it, "Tags", at, |it| shape::append(it, [tag]));
            });
        } else {
            depend_on(&mut bucket.node, at, &permission.id);
        }
        shape::change_child(&mut bucket.node, "Properties", at, |it| {
            shape::change_child(it, "NotificationConfiguration", at, |it| {
                shape::change_child(it, "LambdaConfigurations", at, |it| {
                    let known = it.elements().to_vec();
                    let new = configurations.into_iter().filter(|new| !known.iter().any(|old| same(old, new)));
                    shape::append(it, new);
                });
            });
        });
        Ok(vec![permission])
    }

    /// Triggers of a user pool: set on the pool itself.
    pub(super) fn user_pool_event(&mut self, event: &Event, target: &Target) -> Outcome {
        let at = event.at;
        let id = linked(self, event, "UserPool")?;
        let triggers = listed(event.required("Trigger")?);
        let permission = target
            .permission(at, &format!("{}Cognito", target.id()), "", "cognito-idp.amazonaws.com")
            .with("SourceArn", at.get_att(&id, "Arn"));
        if let Some(pool) = self.source_mut(&id) {
            shape::change_child(&mut pool.node, "Properties", at, |it| {
                shape::change_child(it, "LambdaConfig", at, |it| {
                    for trigger in triggers.iter().filter_map(Node::as_str) {
                        shape::put_in(it, at.entry(trigger, target.arn(at)));
                    }
                });
            });
        }
        Ok(vec![permission])
    }

    /// A subscription to a topic, direct or through a queue.
    pub(super) fn topic_event(&mut self, event: &Event, target: &Target, role: &mut Role) -> Outcome {
        let at = event.at;
        let topic = event.required("Topic")?.clone();
        let queue = shape::set(&event.properties, "SqsSubscription");
        let Some(queue) = queue else {
            let permission = target.permission(at, &event.id, "", "sns.amazonaws.com").with("SourceArn", topic.clone());
            return Ok(vec![permission, subscription(event, target, "lambda", target.arn(at), topic)]);
        };
        let mut made = Vec::new();
        let (arn, url, policy_id) = match (queue.get("QueueArn"), queue.get("QueueUrl")) {
            (Some(arn), Some(url)) => {
                (arn.clone(), url.clone(), queue.get("QueuePolicyLogicalId").and_then(Node::as_str))
            }
            _ => {
                let id = format!("{}Queue", event.id);
                let mut own = target.beside(at, id.as_str(), "AWS::SQS::Queue");
                if let Some(fifo) = self.is_fifo(&topic) {
                    own.set("FifoQueue", fifo);
                }
                made.push(own);
                (at.get_att(&id, "Arn"), at.reference(&id), None)
            }
        };
        let policy_id = policy_id.map_or_else(|| format!("{}QueuePolicy", event.id), str::to_owned);
        let document = sending(at, arn.clone(), topic.clone(), at.text("*"));
        let policy = target.beside(at, policy_id, "AWS::SQS::QueuePolicy");
        made.push(policy.with("PolicyDocument", document).with("Queues", at.list([url])));
        made.push(subscription(event, target, "sqs", arn.clone(), topic));
        let size = queue.get("BatchSize").cloned().unwrap_or_else(|| at.number(10));
        let mapping = target
            .beside(at, format!("{}EventSourceMapping", event.id), "AWS::Lambda::EventSourceMapping")
            .with("FunctionName", target.name(at))
            .with("EventSourceArn", arn)
            .with("BatchSize", size)
            .with("Enabled", at.bool(true));
        made.push(mapping);
        role.manage(self.managed_policy(at, pull::QUEUE_POLICY));
        Ok(made)
    }

    /// `FifoTopic` of the topic of this template that `topic` refers to, when it is set.
    fn is_fifo(&self, topic: &Node) -> Option<Node> {
        let topic = self.source(shape::logical_id(topic)?)?;
        let fifo = self.parameters.resolve(shape::set(topic.node.get("Properties")?, "FifoTopic")?);
        shape::is_truthy(&fifo).then_some(fifo)
    }
}

/// Adds `id` to what the resource `node` is ordered after.
fn depend_on(node: &mut Node, at: At, id: &str) {
    let mut names = node.get("DependsOn").map(listed).unwrap_or_default();
    if !names.iter().any(|it| it.as_str() == Some(id)) {
        names.push(at.text(id));
    }
    shape::put_in(node, at.entry("DependsOn", at.list(names)));
}

fn subscription(event: &Event, target: &Target, protocol: &str, endpoint: Node, topic: Node) -> Made {
    let at = event.at;
    target
        .beside(at, event.id.as_str(), "AWS::SNS::Subscription")
        .with("Endpoint", endpoint)
        .with("Protocol", at.text(protocol))
        .with("TopicArn", topic)
        .copy(&event.properties, &["Region", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"])
}

/// An Alexa skill that calls the function.
pub(super) fn alexa_skill(event: &Event, target: &Target) -> Vec<Made> {
    let permission = target.permission(event.at, &event.id, "", "alexa-appkit.amazon.com");
    vec![permission.copy_as(&event.properties, "SkillId", "EventSourceToken")]
}

/// A rule for messages of devices.
pub(super) fn iot_rule(sam: &Sam<'_>, event: &Event, target: &Target) -> Outcome {
    let at = event.at;
    let arn = format!("arn:{}:iot:${{AWS::Region}}:${{AWS::AccountId}}:rule/${{RuleName}}", sam.inputs.partition);
    let permission = target
        .permission(at, &event.id, "", "iot.amazonaws.com")
        .with("SourceArn", at.sub_with(&arn, [("RuleName", at.reference(&event.id))]))
        .with("SourceAccount", at.sub("${AWS::AccountId}"));
    let action = at.map([("Lambda", at.map([("FunctionArn", target.arn(at))]))]);
    let mut payload =
        vec![("Sql", event.required("Sql")?.clone()), ("RuleDisabled", at.bool(false)), ("Actions", at.list([action]))];
    let version = shape::some(&event.properties, "AwsIotSqlVersion");
    payload.extend(version.map(|it| ("AwsIotSqlVersion", it.clone())));
    let rule = target.beside(at, event.id.as_str(), "AWS::IoT::TopicRule");
    Ok(vec![permission, rule.with("TopicRulePayload", at.map(payload))])
}

/// A subscription to a log group.
pub(super) fn log_group(sam: &Sam<'_>, event: &Event, target: &Target) -> Outcome {
    let at = event.at;
    let group = event.required("LogGroupName")?;
    let partition = &sam.inputs.partition;
    let arn = format!("arn:{partition}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:${{__LogGroupName__}}:*");
    let permission = target
        .permission(at, &event.id, "", "logs.amazonaws.com")
        .with("SourceArn", at.sub_with(&arn, [("__LogGroupName__", group.clone())]));
    event.required("FilterPattern")?;
    let filter = target
        .beside(at, event.id.as_str(), "AWS::Logs::SubscriptionFilter")
        .depends_on(&[&permission.id])
        .copy(&event.properties, &["LogGroupName", "FilterPattern"])
        .with("DestinationArn", target.arn(at));
    Ok(vec![permission, filter])
}

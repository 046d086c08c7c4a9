//! Events by time and by pattern: rules of EventBridge and schedules of its scheduler.

use super::super::role::{Role, allowing};
use super::super::source::Source;
use super::super::{Declined, Outcome};
use super::{Event, Target};
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;
use serde_json::json;

/// Longest id of a target.
const LONGEST_TARGET_ID: usize = 64;

/// The rule that calls a function, and the permission to.
pub(super) fn function_rule(event: &Event, target: &Target, by: &str) -> Outcome {
    let at = event.at;
    let mut made = rule(event, &target.source, by, "LambdaTarget", target.arn(at), None)?;
    let permission = target.permission(at, &event.id, "", "events.amazonaws.com");
    made.push(permission.with("SourceArn", at.get_att(&event.id, "Arn")));
    Ok(made)
}

/// What starts a state machine by time or pattern; `None` for events of another type.
pub(in super::super) fn state_machine_rule(event: &Event, source: &Source, target: &str) -> Option<Outcome> {
    let at = event.at;
    let by = match event.kind.as_str() {
        "Schedule" => "Schedule",
        "CloudWatchEvent" | "EventBridgeRule" => "Pattern",
        "ScheduleV2" => return Some(schedule(event, source, at.reference(target), true)),
        _ => return None,
    };
    let (arn, role) = match shape::some(&event.properties, "RoleArn").filter(|_| by == "Schedule") {
        Some(arn) => (arn.clone(), None),
        None => {
            let role = start_role(event, source, target, "events.amazonaws.com");
            (at.get_att(&role.id, "Arn"), Some(role))
        }
    };
    let made = rule(event, source, by, "StepFunctionsTarget", at.reference(target), Some(arn));
    Some(made.map(|mut made| {
        made.extend(role);
        made
    }))
}

/// The role with which `service` starts the state machine `target`.
pub(in super::super) fn start_role(event: &Event, source: &Source, target: &str, service: &str) -> Made {
    let at = event.at;
    let id = format!("{}Role", event.id);
    let mut role = Role::new(at, id.as_str(), service);
    role.allow(allowing(at, &format!("{id}StartExecutionPolicy"), "states:StartExecution", at.reference(target)));
    without_managed(role.made(source, None))
}

/// A role for one purpose has no managed policies, and no path of its function's.
fn without_managed(made: Made) -> Made {
    made.without(&["ManagedPolicyArns", "Path"])
}

fn rule(event: &Event, source: &Source, by: &str, suffix: &str, arn: Node, role: Option<Node>) -> Outcome {
    let at = event.at;
    let properties = &event.properties;
    if by == "Schedule" {
        event.required("Schedule")?;
    }
    let mut made = source
        .beside(at, event.id.as_str(), "AWS::Events::Rule")
        .copy_as(properties, "Schedule", "ScheduleExpression")
        .copy_as(properties, "Pattern", "EventPattern")
        .copy(properties, &["EventBusName", "Name", "Description"])
        .copy_as(properties, "RuleName", "Name")
        .with_some("State", state(properties));
    let (queue, queues) = dead_letters(event, source, Some(at.get_att(&event.id, "Arn")))?;
    let id = properties.get("Target").and_then(|it| it.get("Id")).cloned();
    let mut entry = vec![("Arn", arn), ("Id", id.unwrap_or_else(|| at.text(target_id(&event.id, suffix))))];
    entry.extend(role.map(|it| ("RoleArn", it)));
    for key in ["Input", "InputPath", "RetryPolicy", "InputTransformer"] {
        entry.extend(shape::some(properties, key).map(|it| (key, it.clone())));
    }
    entry.extend(queue.map(|it| ("DeadLetterConfig", at.map([("Arn", it)]))));
    made.set("Targets", at.list([at.map(entry)]));
    let mut all = vec![made];
    all.extend(queues);
    Ok(all)
}

/// The state: as given, or by `Enabled`.
fn state(properties: &Node) -> Option<Node> {
    let given = shape::set(properties, "State").cloned();
    given.or_else(|| {
        let enabled = shape::some(properties, "Enabled")?;
        match enabled.kind {
            NodeKind::Bool(_) => {
                Some(At(enabled.span).text(if shape::is_truthy(enabled) { "ENABLED" } else { "DISABLED" }))
            }
            _ => None,
        }
    })
}

fn target_id(id: &str, suffix: &str) -> String {
    let room = LONGEST_TARGET_ID.saturating_sub(suffix.len());
    format!("{}{suffix}", id.chars().take(room).collect::<String>())
}

/// The ARN of the queue of `DeadLetterConfig`, with the queue and, for a rule (of ARN `rule`), its policy when they are
/// made for it.
fn dead_letters(event: &Event, source: &Source, rule: Option<Node>) -> Result<(Option<Node>, Vec<Made>), Declined> {
    let Some(config) = shape::some(&event.properties, "DeadLetterConfig") else { return Ok((None, Vec::new())) };
    if let Some(arn) = shape::some(config, "Arn") {
        return Ok((Some(arn.clone()), Vec::new()));
    }
    let at = event.at;
    let given = config.get("QueueLogicalId").and_then(Node::as_str).map(str::to_owned);
    let id = given.unwrap_or_else(|| format!("{}Queue", event.id));
    let arn = at.get_att(&id, "Arn");
    let mut made = vec![source.beside(at, id.as_str(), "AWS::SQS::Queue")];
    if let Some(rule) = rule {
        let document = sending(at, arn.clone(), rule, at.json(&json!({ "Service": "events.amazonaws.com" })));
        let policy = source.beside(at, format!("{}QueuePolicy", event.id), "AWS::SQS::QueuePolicy");
        made.push(policy.with("PolicyDocument", document).with("Queues", at.list([at.reference(&id)])));
    }
    Ok((Some(arn), made))
}

/// A queue's policy that lets `principal` send for `from`.
pub(super) fn sending(at: At, queue: Node, from: Node, principal: Node) -> Node {
    let condition = at.map([("ArnEquals", at.map([("aws:SourceArn", from)]))]);
    let statement = at.map([
        ("Action", at.text("sqs:SendMessage")),
        ("Effect", at.text("Allow")),
        ("Principal", principal),
        ("Resource", queue),
        ("Condition", condition),
    ]);
    at.map([("Version", at.text("2012-10-17")), ("Statement", at.list([statement]))])
}

/// The schedule that calls the function or state machine of ARN `arn`, with its role.
pub(super) fn schedule(event: &Event, source: &Source, arn: Node, is_state_machine: bool) -> Outcome {
    event.required("ScheduleExpression")?;
    let at = event.at;
    let properties = &event.properties;
    let mut made = source.beside(at, event.id.as_str(), "AWS::Scheduler::Schedule");
    if shape::set(properties, "OmitName").is_none() {
        made.set("Name", at.text(event.id.as_str()));
    }
    let window = properties.get("FlexibleTimeWindow").cloned().unwrap_or_else(|| at.map([("Mode", at.text("OFF"))]));
    let kept = ["ScheduleExpression", "Name", "State", "Description", "StartDate", "EndDate"];
    let mut made = made
        .copy(properties, &kept)
        .copy(properties, &["ScheduleExpressionTimezone", "GroupName", "KmsKeyArn"])
        .with("FlexibleTimeWindow", window);
    let (queue, queues) = dead_letters(event, source, None)?;
    let mut all = queues;
    let role_arn = match shape::set(properties, "RoleArn") {
        Some(given) => given.clone(),
        None => {
            let role = schedule_role(event, source, &arn, is_state_machine, queue.as_ref());
            let arn = at.get_att(&role.id, "Arn");
            all.push(role);
            arn
        }
    };
    let mut target = vec![("Arn", arn), ("RoleArn", role_arn)];
    for key in ["Input", "RetryPolicy"] {
        target.extend(shape::some(properties, key).map(|it| (key, it.clone())));
    }
    target.extend(queue.map(|it| ("DeadLetterConfig", at.map([("Arn", it)]))));
    made.set("Target", at.map(target));
    all.insert(0, made);
    Ok(all)
}

fn schedule_role(event: &Event, source: &Source, arn: &Node, is_state_machine: bool, queue: Option<&Node>) -> Made {
    let at = event.at;
    let mut role = Role::new(at, format!("{}Role", event.id), "scheduler.amazonaws.com");
    let (name, action) = match is_state_machine {
        true => ("StartExecutionPolicy", "states:StartExecution"),
        false => ("LambdaPolicy", "lambda:InvokeFunction"),
    };
    role.allow(allowing(at, &format!("{}{name}", event.id), action, arn.clone()));
    if let Some(queue) = queue {
        role.allow(allowing(at, &format!("{}SQSPolicy", event.id), "sqs:SendMessage", queue.clone()));
    }
    let made = without_managed(role.made(source, None)).without(&["PermissionsBoundary"]);
    made.copy(&event.properties, &["PermissionsBoundary"])
}

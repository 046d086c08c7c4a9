//! Stacks on a running LocalStack: created through a change set, updated, described and deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::answer;
use super::client::{Client, Silence};
use super::request::{Scope, request};
use crate::db::{Literal, Operation, Protocol, ResourceEnd, Service, StackEnd};

/// The longest that a stack is waited for.
const STACK_SECONDS: u64 = 60;
/// The longest that a deleted stack is waited for.
const DELETE_SECONDS: u64 = 15;
const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// The text by which LocalStack says that it only pretended to create a resource.
const PRETENDED: &str = "was deployed as a fallback";
const CAPABILITIES: [&str; 3] = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"];

/// CloudFormation at one endpoint.
pub(super) struct CloudFormation<'c> {
    client: &'c Client,
    scope: Scope<'c>,
    service: Service,
}

/// What became of a stack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Deployed {
    /// How it ends; `None` while it has no end.
    pub(super) end: Option<StackEnd>,
    /// Its status, or what refused it.
    pub(super) status: String,
    /// The reason of the status.
    pub(super) reason: String,
    /// Its resources.
    pub(super) resources: Vec<Resource>,
    /// Its outputs by name.
    pub(super) outputs: BTreeMap<String, String>,
}

/// What became of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resource {
    /// Its logical id.
    pub(super) logical_id: String,
    /// Its type.
    pub(super) kind: String,
    /// Its last status.
    pub(super) status: String,
    /// Its physical id; empty without one.
    pub(super) physical_id: String,
    /// The reason of its status or of its failure.
    pub(super) reason: String,
}

/// Why CloudFormation did not do something.
enum Refusal {
    /// It says so.
    Said(String),
    /// It says nothing.
    Silence(Silence),
}

impl<'c> CloudFormation<'c> {
    /// CloudFormation of a region and account at an endpoint.
    pub(super) fn new(client: &'c Client, scope: Scope<'c>) -> Self {
        let protocol = Protocol::Query { version: "2010-05-15".into() };
        let service = Service { name: "cloudformation".into(), signing: "cloudformation".into(), protocol };
        Self { client, scope, service }
    }

    /// Creates a stack and watches it to its end.
    pub(super) fn create(
        &self,
        name: &str,
        template: &str,
        parameters: &[(String, String)],
    ) -> Result<Deployed, Silence> {
        self.deploy("CREATE", name, template, parameters, &BTreeSet::new())
    }

    /// Updates a stack and watches it to its end.
    pub(super) fn update(
        &self,
        name: &str,
        template: &str,
        parameters: &[(String, String)],
    ) -> Result<Deployed, Silence> {
        let earlier = match self.events(name) {
            Ok(events) => events.iter().map(|it| text(it, "EventId")).collect(),
            Err(Refusal::Said(_)) => BTreeSet::new(),
            Err(Refusal::Silence(silence)) => return Err(silence),
        };
        self.deploy("UPDATE", name, template, parameters, &earlier)
    }

    /// Deletes a stack and waits until its names are free again; best effort.
    pub(super) fn delete(&self, name: &str) -> Result<(), Silence> {
        let until = Instant::now() + Duration::from_secs(DELETE_SECONDS);
        let mut pause = SHORTEST_PAUSE;
        match self.call("DeleteStack", &[("StackName", name)]) {
            Err(Refusal::Silence(silence)) => return Err(silence),
            Err(Refusal::Said(_)) => return Ok(()),
            Ok(_) => {}
        }
        while Instant::now() < until {
            match self.stack(name) {
                Ok(stack) if text(&stack, "StackStatus").ends_with("IN_PROGRESS") => rest(&mut pause),
                Err(Refusal::Silence(silence)) => return Err(silence),
                Ok(_) | Err(Refusal::Said(_)) => break,
            }
        }
        Ok(())
    }

    fn deploy(
        &self,
        kind: &str,
        name: &str,
        template: &str,
        parameters: &[(String, String)],
        earlier: &BTreeSet<String>,
    ) -> Result<Deployed, Silence> {
        let outcome = self.change(kind, name, template, parameters).and_then(|()| self.watch(name, earlier));
        match outcome {
            Ok(deployed) => Ok(deployed),
            Err(Refusal::Said(reason)) => {
                Ok(Deployed { end: Some(StackEnd::Rejected), status: "REJECTED".into(), reason, ..Deployed::default() })
            }
            Err(Refusal::Silence(silence)) => Err(silence),
        }
    }

    fn change(&self, kind: &str, name: &str, template: &str, parameters: &[(String, String)]) -> Result<(), Refusal> {
        let set = format!("{}-{name}", kind.to_ascii_lowercase());
        let both = [("StackName", name), ("ChangeSetName", set.as_str())];
        let numbered = |list: &str, at: usize, field: &str| format!("{list}.member.{}{field}", at + 1);
        let mut fields: Vec<(String, &str)> = both.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        fields.extend([("ChangeSetType".to_owned(), kind), ("TemplateBody".to_owned(), template)]);
        fields.extend(CAPABILITIES.iter().enumerate().map(|(at, it)| (numbered("Capabilities", at, ""), *it)));
        for (at, (key, value)) in parameters.iter().enumerate() {
            fields.push((numbered("Parameters", at, ".ParameterKey"), key));
            fields.push((numbered("Parameters", at, ".ParameterValue"), value));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), *value)).collect();
        self.call("CreateChangeSet", &fields)?;
        let until = Instant::now() + Duration::from_secs(STACK_SECONDS);
        let mut pause = SHORTEST_PAUSE;
        loop {
            let set = self.call("DescribeChangeSet", &both)?;
            match text(&set, "Status").as_str() {
                "CREATE_COMPLETE" => break,
                "FAILED" => return Err(Refusal::Said(text(&set, "StatusReason"))),
                status if Instant::now() > until => {
                    return Err(Refusal::Said(format!("the change set stays {status}")));
                }
                _ => rest(&mut pause),
            }
        }
        self.call("ExecuteChangeSet", &[both[0], both[1], ("DisableRollback", "true")]).map(drop)
    }

    fn watch(&self, name: &str, earlier: &BTreeSet<String>) -> Result<Deployed, Refusal> {
        let until = Instant::now() + Duration::from_secs(STACK_SECONDS);
        let mut pause = SHORTEST_PAUSE;
        let stack = loop {
            let stack = self.stack(name)?;
            if !text(&stack, "StackStatus").ends_with("IN_PROGRESS") || Instant::now() > until {
                break stack;
            }
            rest(&mut pause);
        };
        let outputs = entries(&stack, "Outputs").iter();
        let status = text(&stack, "StackStatus");
        Ok(Deployed {
            end: end(&status),
            reason: text(&stack, "StackStatusReason"),
            resources: self.resources(name, earlier)?,
            outputs: outputs.map(|it| (text(it, "OutputKey"), text(it, "OutputValue"))).collect(),
            status,
        })
    }

    /// Every resource with its last status, and the reason of the worst thing that happened to it.
    fn resources(&self, name: &str, earlier: &BTreeSet<String>) -> Result<Vec<Resource>, Refusal> {
        let mut failures: BTreeMap<String, (String, String)> = BTreeMap::new();
        // The newest event comes first.
        for event in self.events(name)?.iter().rev().filter(|it| !earlier.contains(&text(it, "EventId"))) {
            let status = text(event, "ResourceStatus");
            if status.ends_with("_FAILED") {
                let failure = (status, text(event, "ResourceStatusReason"));
                failures.insert(text(event, "LogicalResourceId"), failure);
            }
        }
        let described = self.call("DescribeStackResources", &[("StackName", name)])?;
        let resource = |it: &Value| {
            let logical_id = text(it, "LogicalResourceId");
            let (status, reason) = failures.get(&logical_id).cloned().unwrap_or_default();
            let own = |given: String, key: &str| if given.is_empty() { text(it, key) } else { given };
            Resource {
                status: own(status, "ResourceStatus"),
                reason: own(reason, "ResourceStatusReason"),
                kind: text(it, "ResourceType"),
                physical_id: text(it, "PhysicalResourceId"),
                logical_id,
            }
        };
        Ok(entries(&described, "StackResources").iter().map(resource).collect())
    }

    fn events(&self, name: &str) -> Result<Vec<Value>, Refusal> {
        let answer = self.call("DescribeStackEvents", &[("StackName", name)])?;
        Ok(entries(&answer, "StackEvents").to_vec())
    }

    fn stack(&self, name: &str) -> Result<Value, Refusal> {
        let answer = self.call("DescribeStacks", &[("StackName", name)])?;
        let stack = entries(&answer, "Stacks").first().cloned();
        stack.ok_or_else(|| Refusal::Said(format!("stack `{name}` is not there")))
    }

    fn call(&self, operation: &str, fields: &[(&str, &str)]) -> Result<Value, Refusal> {
        let fields = fields.iter().map(|(key, value)| ((*key).to_owned(), Literal::String((*value).to_owned())));
        let input = Literal::Map(fields.collect());
        let request = request(&self.service, &Operation::Named(operation.to_owned()), Some(&input), self.scope);
        let response = self.client.send(&request).map_err(Refusal::Silence)?;
        answer::read(&self.service.protocol, &response).map_err(Refusal::Said)
    }
}

impl Deployed {
    /// What kept the stack from its end: the resources that failed for a reason, else those that failed, else those that
    /// are still waited for.
    pub(super) fn culprits(&self) -> Vec<&Resource> {
        let failed = || self.resources.iter().filter(|it| it.status.ends_with("_FAILED"));
        let tried: Vec<&Resource> = failed().filter(|it| !it.reason.is_empty()).collect();
        if !tried.is_empty() {
            return tried;
        }
        let failed: Vec<&Resource> = failed().collect();
        if !failed.is_empty() {
            return failed;
        }
        self.resources.iter().filter(|it| it.status.ends_with("_IN_PROGRESS")).collect()
    }

    /// Every reason that something gives, one a line.
    pub(super) fn reasons(&self) -> String {
        let failed = self.culprits().into_iter().map(|it| it.reason.clone());
        let all = failed.chain([self.reason.clone()]).filter(|it| !it.is_empty());
        all.collect::<Vec<_>>().join("\n")
    }

    /// Its end and why, on one line.
    pub(super) fn story(&self) -> String {
        let status = match self.end {
            None => format!("no end after {STACK_SECONDS} seconds ({})", self.status),
            Some(_) => self.status.clone(),
        };
        let culprits = self.culprits();
        let named = culprits.iter().map(|it| {
            let reason = if it.reason.is_empty() { &it.status } else { &it.reason };
            format!("`{}`: {reason}", it.logical_id)
        });
        let why: Vec<String> = if culprits.is_empty() { vec![self.reason.clone()] } else { named.collect() };
        let why = why.join("; ");
        if why.is_empty() { status } else { format!("{status}: {why}") }
    }
}

impl Resource {
    /// Whether it is reported as created although nothing was.
    pub(super) fn is_pretended(&self) -> bool {
        self.status == "CREATE_COMPLETE" && self.reason.contains(PRETENDED)
    }

    /// How it ends.
    pub(super) fn end(&self) -> Option<ResourceEnd> {
        match self.status.as_str() {
            "CREATE_COMPLETE" => Some(ResourceEnd::CreateComplete),
            "CREATE_FAILED" => Some(ResourceEnd::CreateFailed),
            "UPDATE_COMPLETE" => Some(ResourceEnd::UpdateComplete),
            "UPDATE_FAILED" => Some(ResourceEnd::UpdateFailed),
            _ => None,
        }
    }
}

fn end(status: &str) -> Option<StackEnd> {
    match status {
        "CREATE_COMPLETE" => Some(StackEnd::CreateComplete),
        "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" => Some(StackEnd::CreateFailed),
        "UPDATE_COMPLETE" => Some(StackEnd::UpdateComplete),
        "UPDATE_FAILED" | "UPDATE_ROLLBACK_COMPLETE" | "UPDATE_ROLLBACK_FAILED" => Some(StackEnd::UpdateFailed),
        _ => None,
    }
}

fn rest(pause: &mut Duration) {
    std::thread::sleep(*pause);
    *pause = (*pause * 3 / 2).min(LONGEST_PAUSE);
}

/// The entries of a list of an answer.
fn entries<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(|it| it.get("member")).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The text of a field; empty without one.
fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

//! The execution role of a function or state machine: who assumes it and what it may do.

use serde_json::json;

use super::Sam;
use super::policies::{self, Policy};
use super::source::Source;
use crate::source::Node;
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

/// A role that events still add to.
pub(super) struct Role {
    at: At,
    id: String,
    assume: Node,
    managed: Vec<Node>,
    policies: Vec<Node>,
}

/// The trust policy for one service.
pub(super) fn trust(at: At, service: &str) -> Node {
    at.json(&json!({
        "Version": "2012-10-17",
        "Statement": [
            { "Action": ["sts:AssumeRole"], "Effect": "Allow", "Principal": { "Service": [service] } }
        ]
    }))
}

/// An inline policy with one allowing statement.
pub(super) fn allowing(at: At, name: &str, action: &str, resource: Node) -> Node {
    let statement = at.map([("Action", at.text(action)), ("Effect", at.text("Allow")), ("Resource", resource)]);
    let document = at.map([("Statement", at.list([statement]))]);
    at.map([("PolicyName", at.text(name)), ("PolicyDocument", document)])
}

/// An inline policy to store objects in the bucket of ARN `bucket`.
pub(super) fn storing(at: At, name: &str, bucket: Node) -> Node {
    let objects = at.map([("Fn::Join", at.list([at.text("/"), at.list([bucket.clone(), at.text("*")])]))]);
    let statement = |action: &str, resource: Node| {
        at.map([("Action", at.text(action)), ("Effect", at.text("Allow")), ("Resource", resource)])
    };
    let statements = [statement("s3:PutObject", objects), statement("s3:ListBucket", bucket)];
    let document = at.map([("Statement", at.list(statements))]);
    at.map([("PolicyName", at.text(name)), ("PolicyDocument", document)])
}

impl Role {
    /// The role `id` that `service` assumes.
    pub(super) fn new(at: At, id: impl Into<String>, service: &str) -> Self {
        Self { at, id: id.into(), assume: trust(at, service), managed: Vec::new(), policies: Vec::new() }
    }

    /// Replaces the trust policy.
    pub(super) fn assume(&mut self, document: Node) {
        self.assume = document;
    }

    /// Adds a managed policy, once.
    pub(super) fn manage(&mut self, arn: Node) {
        if !self.managed.iter().any(|it| same(it, &arn)) {
            self.managed.push(arn);
        }
    }

    /// Adds an inline policy, unless one with the same document is there.
    pub(super) fn allow(&mut self, policy: Node) {
        let document = policy.get("PolicyDocument").cloned();
        let is_there = |it: &Node| match (it.get("PolicyDocument"), &document) {
            (Some(a), Some(b)) => same(a, b),
            _ => false,
        };
        if !self.policies.iter().any(is_there) {
            self.policies.push(policy);
        }
    }

    /// Adds what the `Policies` property of `properties` asks for.
    pub(super) fn add_policies(&mut self, sam: &Sam<'_>, properties: &Node) {
        let Some(listed) = shape::set(properties, "Policies") else { return };
        let one = [listed.clone()];
        let listed = if listed.elements().is_empty() { &one[..] } else { listed.elements() };
        for (index, policy) in listed.iter().enumerate() {
            let name = format!("{}Policy{index}", self.id);
            match policies::policy(sam, policy, &name) {
                Policy::Managed(arn) => self.manage(arn),
                Policy::Inline(policy) => self.policies.push(policy),
            }
        }
    }

    /// The role as a resource of `source`; `tags` in the form of a list.
    pub(super) fn made(self, source: &Source, tags: Option<Node>) -> Made {
        let at = self.at;
        let properties = source.properties();
        source
            .beside(at, self.id, "AWS::IAM::Role")
            .with("AssumeRolePolicyDocument", self.assume)
            .with("ManagedPolicyArns", at.list(self.managed))
            .copy_as(&properties, "RolePath", "Path")
            .with_some("Policies", Some(self.policies).filter(|it| !it.is_empty()).map(|it| at.list(it)))
            .copy(&properties, &["PermissionsBoundary"])
            .with_some("Tags", tags)
    }
}

/// Whether two values are equal wherever they stand.
pub(super) fn same(a: &Node, b: &Node) -> bool {
    let text = |it: &Node| {
        let mut out = String::new();
        shape::write_json(it, &mut out);
        out
    };
    text(a) == text(b)
}

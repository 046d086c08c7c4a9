//! `AWS::Serverless::Connector`: the policies that let one resource use another.
//!
//! The profiles are those of the open-source translator (Apache-2.0).

use std::sync::LazyLock;

use serde_json::Value as Json;

use super::role::same;
use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

static PROFILES: LazyLock<Json> = LazyLock::new(|| {
    // The file is part of the program and read by a test.
    serde_json::from_str(include_str!("connectors.json")).unwrap_or_default()
});

/// The names under which a profile asks for what an end of a connector is, and its name among the outputs of a type.
const PARTS: [(&str, &str); 5] =
    [("Arn", "Arn"), ("ResourceId", "Id"), ("Name", "Name"), ("Qualifier", "Qualifier"), ("QueueUrl", "Url")];

/// One end of a connector.
struct End {
    kind: String,
    role: Option<Node>,
    parts: Vec<(&'static str, Node)>,
}

impl Sam<'_> {
    /// Adds the connectors written inside other resources.
    pub(super) fn add_embedded_connectors(&mut self) {
        let mut found = Vec::new();
        for source in &mut self.sources {
            let Some(connectors) = source.node.get("Connectors").map(shape::normal) else { continue };
            shape::change(&mut source.node, |all| all.retain(|it| it.key != "Connectors"));
            for entry in connectors.entries() {
                let at = At(entry.key_span);
                let mut node = entry.value.clone();
                shape::put_in(&mut node, at.entry("Type", at.text("AWS::Serverless::Connector")));
                let id = source.id.clone();
                shape::change_child(&mut node, "Properties", at, |properties| {
                    let mut origin = at.map([("Id", at.text(id.as_str()))]);
                    let more = properties.get("SourceReference").map(Node::entries).unwrap_or_default().to_vec();
                    more.into_iter().for_each(|it| shape::put_in(&mut origin, it));
                    shape::put_in(properties, at.entry("Source", origin));
                });
                let id = format!("{}{}", source.id, entry.key);
                let kind = "AWS::Serverless::Connector".to_owned();
                found.push(Source { id, at, kind, node, made: None });
            }
        }
        self.sources.extend(found);
    }

    /// The policies of a connector.
    pub(super) fn connector(&mut self, source: &Source) -> Outcome {
        let properties = source.properties();
        let missing = || {
            let message = format!("connector `{}` needs `Source`, `Destination` and `Permissions`", source.id);
            Declined::wrong(source.at, message)
        };
        let from = properties.get("Source").ok_or_else(missing)?;
        let to = properties.get("Destination").ok_or_else(missing)?;
        let permissions = properties.get("Permissions").map(Node::elements).unwrap_or_default();
        let permissions: Vec<&str> = permissions.iter().filter_map(Node::as_str).collect();
        if permissions.is_empty() {
            return Err(missing());
        }
        let is_many = matches!(to.kind, NodeKind::Sequence(_));
        let one = [to.clone()];
        let destinations = if is_many { to.elements() } else { &one[..] };
        let mut made = Vec::new();
        for (index, to) in destinations.iter().enumerate() {
            let suffix = if is_many { format!("Destination{index}") } else { String::new() };
            made.extend(self.connection(source, from, to, &permissions, &suffix)?);
        }
        self.order_after(&source.id, &made);
        Ok(made)
    }

    /// What lets `from` use `to`; the logical ids end in `suffix`.
    pub(super) fn connection(
        &self,
        source: &Source,
        from: &Node,
        to: &Node,
        permissions: &[&str],
        suffix: &str,
    ) -> Outcome {
        let at = source.at;
        let [from_end, to_end] = [self.end(source, from, to)?, self.end(source, to, from)?];
        let profile = PROFILES.pointer("/Permissions").and_then(|it| it.get(&from_end.kind)?.get(&to_end.kind));
        let Some(profile) = profile else {
            let message = format!("no connector leads from `{}` to `{}`", from_end.kind, to_end.kind);
            return Err(Declined::wrong(at, message));
        };
        let properties = profile.get("Properties").cloned().unwrap_or_default();
        let categories = properties.get("AccessCategories").and_then(Json::as_object).cloned().unwrap_or_default();
        if let Some(unknown) = permissions.iter().find(|it| !categories.contains_key(**it)) {
            let message = format!("connector `{}` cannot give `{unknown}`", source.id);
            return Err(Declined::wrong(at, message));
        }
        let is_source = properties.get("SourcePolicy").and_then(Json::as_bool).unwrap_or_default();
        let owner = if is_source { &from_end } else { &to_end };
        let given = || categories.iter().filter(|(name, _)| permissions.contains(&name.as_str()));
        let fill = |it: &Json| replace(at.json(it), &from_end, &to_end);
        let statements = given().filter_map(|(_, it)| it.get("Statement").and_then(Json::as_array)).flatten();
        let document = at.map([("Version", at.text("2012-10-17")), ("Statement", at.list(statements.map(fill)))]);
        let new = |name: &str, kind: &str| source.beside(at, format!("{}{name}{suffix}", source.id), kind);
        let part = |name: &str| owner.parts.iter().find(|(key, _)| *key == name).map(|(_, it)| it.clone());
        let incomplete = |what: &str| {
            Declined::unknown(at, format!("connector `{}` is not expanded: the {what} is not known", source.id))
        };
        Ok(match profile.get("Type").and_then(Json::as_str) {
            Some("AWS_IAM_ROLE_MANAGED_POLICY") => {
                let role = owner.role.clone().ok_or_else(|| incomplete("role"))?;
                let policy = new("Policy", "AWS::IAM::ManagedPolicy").with("PolicyDocument", document);
                vec![policy.with("Roles", at.list([role]))]
            }
            Some("AWS_SQS_QUEUE_POLICY") => {
                let url = part("QueueUrl").ok_or_else(|| incomplete("queue"))?;
                let policy = new("QueuePolicy", "AWS::SQS::QueuePolicy").with("PolicyDocument", document);
                vec![policy.with("Queues", at.list([url]))]
            }
            Some("AWS_SNS_TOPIC_POLICY") => {
                let arn = part("Arn").ok_or_else(|| incomplete("topic"))?;
                let policy = new("TopicPolicy", "AWS::SNS::TopicPolicy").with("PolicyDocument", document);
                vec![policy.with("Topics", at.list([arn]))]
            }
            Some("AWS_LAMBDA_PERMISSION") => {
                let function = part("Arn").ok_or_else(|| incomplete("function"))?;
                let permission = |(name, access): (&String, &Json)| {
                    let made = new(&format!("{name}LambdaPermission"), "AWS::Lambda::Permission");
                    ["Action", "Principal", "SourceArn", "SourceAccount"]
                        .iter()
                        .fold(made.with("FunctionName", function.clone()), |made, key| {
                            made.with_some(key, access.get(key).map(fill))
                        })
                };
                given().map(permission).collect()
            }
            _ => return Err(incomplete("kind of policy")),
        })
    }

    /// What `reference` (a `Source` or `Destination`) is.
    fn end(&self, source: &Source, reference: &Node, other: &Node) -> Result<End, Declined> {
        let at = At(reference.span);
        let Some(id) = reference.get("Id").and_then(Node::as_str) else {
            let kind = reference.get("Type").and_then(Node::as_str).unwrap_or_default();
            let parts = PARTS.iter().filter_map(|(key, _)| Some((*key, reference.get(key)?.clone()))).collect();
            let role = reference.get("RoleName").cloned();
            return Ok(End { kind: plain_kind(kind).to_owned(), role, parts });
        };
        let Some((kind, properties)) = self.resource_now(id) else {
            let message = format!("connector `{}` names `{id}`, which is no resource of this template", source.id);
            return Err(Declined::wrong(at, message));
        };
        let known = PROFILES.pointer("/CfnResourceProperties").and_then(|it| it.get(&kind));
        let outputs = known.and_then(|it| it.get("Outputs")).and_then(Json::as_object).cloned().unwrap_or_default();
        let mut parts = Vec::new();
        for (name, output) in PARTS {
            let own = reference.get(name).cloned();
            let text = outputs.get(output).map(|it| it.to_string().replace("%{logicalId}", id));
            let made = text.and_then(|it| serde_json::from_str::<Json>(&it).ok()).map(|it| at.json(&it));
            parts.extend(own.or(made).map(|it| (name, it)));
        }
        let input = known.and_then(|it| it.pointer("/Inputs/Role"));
        let role = match input {
            Some(Json::String(key)) => properties.get(key).cloned(),
            Some(_) => rule_role(&properties, other),
            None => None,
        };
        let role = role.and_then(|it| shape::logical_id(&it).map(|id| at.reference(id)));
        Ok(End { kind, role, parts })
    }

    /// Type and properties of `id` as far as the template is expanded now.
    fn resource_now(&self, id: &str) -> Option<(String, Node)> {
        let made = self.sources.iter().filter_map(|it| it.made.as_ref()).flatten().find(|it| it.id == id);
        if let Some(made) = made {
            return Some((made.kind.clone(), made.properties()));
        }
        let source = self.source(id).filter(|it| it.made.is_none())?;
        Some((source.kind.clone(), shape::normal(&source.properties())))
    }

    /// Whatever is ordered after the connector `id` is ordered after what it became.
    fn order_after(&mut self, id: &str, made: &[Made]) {
        for source in self.sources.iter_mut().filter(|it| it.made.is_none()) {
            let Some(names) = source.node.get("DependsOn").cloned() else { continue };
            let all = if names.as_str().is_some() { vec![names.clone()] } else { names.elements().to_vec() };
            if !all.iter().any(|it| it.as_str() == Some(id)) {
                continue;
            }
            let at = At(names.span);
            let kept = all.into_iter().filter(|it| it.as_str() != Some(id));
            let names = at.list(kept.chain(made.iter().map(|it| at.text(it.id.as_str()))));
            shape::put_in(&mut source.node, at.entry("DependsOn", names));
        }
    }
}

/// The type that a SAM type of the same use becomes.
fn plain_kind(kind: &str) -> &str {
    match kind {
        "AWS::Serverless::Function" => "AWS::Lambda::Function",
        "AWS::Serverless::StateMachine" => "AWS::StepFunctions::StateMachine",
        "AWS::Serverless::Api" => "AWS::ApiGateway::RestApi",
        "AWS::Serverless::HttpApi" => "AWS::ApiGatewayV2::Api",
        "AWS::Serverless::SimpleTable" => "AWS::DynamoDB::Table",
        other => other,
    }
}

/// The role of the target of a rule that is the connector's other end.
fn rule_role(rule: &Node, other: &Node) -> Option<Node> {
    let id = other.get("Id").and_then(Node::as_str);
    let arn = other.get("Arn");
    let leads_there = |target: &&Node| {
        let to = target.get("Arn");
        let is_named = id.is_some() && to.and_then(shape::logical_id) == id;
        is_named || matches!((to, arn), (Some(to), Some(arn)) if same(to, arn))
    };
    rule.get("Targets")?.elements().iter().filter(leads_there).find_map(|it| it.get("RoleArn").cloned())
}

/// `node` with every `%{Source.…}` and `%{Destination.…}` replaced.
fn replace(node: Node, from: &End, to: &End) -> Node {
    let kind = match node.kind {
        NodeKind::Sequence(all) => NodeKind::Sequence(all.into_iter().map(|it| replace(it, from, to)).collect()),
        NodeKind::Mapping(mut entries) => {
            for entry in &mut entries {
                entry.value = replace(entry.value.clone(), from, to);
            }
            NodeKind::Mapping(entries)
        }
        NodeKind::String(text) => return replaced_text(At(node.span), text, from, to),
        other => other,
    };
    Node { kind, ..node }
}

fn replaced_text(at: At, mut text: String, from: &End, to: &End) -> Node {
    let mut variables = Vec::new();
    for (prefix, end) in [("Source", from), ("Destination", to)] {
        for (name, value) in &end.parts {
            let pattern = format!("%{{{prefix}.{name}}}");
            if text == pattern {
                return value.clone();
            }
            if text.contains(&pattern) {
                let variable = format!("{prefix}{name}");
                text = text.replace(&pattern, &format!("${{{variable}}}"));
                variables.push((variable, value.clone()));
            }
        }
    }
    match (text.contains("${"), variables.is_empty()) {
        (false, _) => at.text(text),
        (true, true) => at.sub(text),
        (true, false) => at.sub_with(&text, variables.iter().map(|(name, value)| (name.as_str(), value.clone()))),
    }
}

#[cfg(test)]
mod tests {
    use super::PROFILES;

    #[test]
    fn profiles_are_there() {
        assert!(PROFILES["Permissions"]["AWS::Lambda::Function"]["AWS::DynamoDB::Table"].is_object());
    }
}

//! `AWS::Serverless::StateMachine`: the state machine, its role, version, alias and what starts it.

use super::events::{self, state_machine_rule};
use super::function::{location, propagate_tags, tag_list};
use super::role::Role;
use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::{hash, shape};

impl Sam<'_> {
    /// The resources of a state machine.
    pub(super) fn state_machine(&mut self, source: &Source) -> Outcome {
        let properties = source.properties();
        let tags = tag_list(source, properties.get("Tags"), "stateMachine:createdBy");
        let mut machine = source
            .primary("AWS::StepFunctions::StateMachine")
            .copy_as(&properties, "Name", "StateMachineName")
            .copy_as(&properties, "Type", "StateMachineType")
            .copy_as(&properties, "Logging", "LoggingConfiguration")
            .copy_as(&properties, "Tracing", "TracingConfiguration")
            .copy(&properties, &["DefinitionSubstitutions"])
            .with_some("Tags", tags.clone());
        if let Some(definition) = shape::set(&properties, "Definition") {
            definition_string(&mut machine, definition);
        } else if let Some(uri) = shape::set(&properties, "DefinitionUri") {
            let at = source.at_property("DefinitionUri");
            machine.set("DefinitionS3Location", location(at, Some(uri), ["Bucket", "Key", "Version"]));
        } else {
            let message = format!("state machine `{}` needs `Definition` or `DefinitionUri`", source.id);
            return Err(Declined::wrong(source.at, message));
        }
        let mut made = Vec::new();
        if shape::set(&properties, "Role").is_some() {
            machine = machine.copy_as(&properties, "Role", "RoleArn");
        } else {
            let role = self.state_machine_role(source, &properties, tags);
            machine.set("RoleArn", source.at.get_att(&role.id, "Arn"));
            made.push(role);
        }
        let alias = publish(source, &properties, &mut made);
        let target = match shape::set(&properties, "UseAliasAsEventTarget").and(alias) {
            Some(alias) => alias,
            None => source.id.clone(),
        };
        for event in events::events(source, &properties)? {
            made.extend(self.state_machine_event(source, &event, &target)?);
        }
        made.insert(0, machine);
        propagate_tags(&properties, &mut made);
        Ok(made)
    }

    fn state_machine_role(&self, source: &Source, properties: &Node, tags: Option<Node>) -> Made {
        let at = source.at;
        let mut role = Role::new(at, format!("{}Role", source.id), "states.amazonaws.com");
        role.add_policies(self, properties);
        let traces = properties.get("Tracing").and_then(|it| it.get("Enabled"));
        if traces.is_some_and(|it| shape::is_truthy(it) && shape::intrinsic(it).is_none()) {
            role.manage(self.managed_policy(source.at_property("Tracing"), self.xray_policy()));
        }
        role.made(source, tags)
    }

    fn state_machine_event(&mut self, source: &Source, event: &events::Event, target: &str) -> Outcome {
        if let Some(outcome) = state_machine_rule(event, source, target) {
            return outcome;
        }
        if event.kind != "Api" {
            let message = format!("event type `{}` of a state machine is not expanded", event.kind);
            return Err(Declined::unknown(event.at, message));
        }
        let role = events::start_role(event, source, target, "apigateway.amazonaws.com");
        self.state_machine_api_event(event, source, &role.id)?;
        Ok(vec![role])
    }
}

/// The version and alias of `AutoPublishAlias`; the alias' logical id.
fn publish(source: &Source, properties: &Node, made: &mut Vec<Made>) -> Option<String> {
    let name = shape::set(properties, "AutoPublishAlias")?;
    let at = source.at_property("AutoPublishAlias");
    let version_id = format!("{}Version", source.id);
    let mut version = source.beside(at, version_id.as_str(), "AWS::StepFunctions::StateMachineVersion");
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        if source.node.get(key).is_none() {
            version.set_attribute(at.entry(key, at.text("Retain")));
        }
    }
    let version = version
        .with("StateMachineArn", at.reference(&source.id))
        .with("StateMachineRevisionId", at.get_att(&source.id, "StateMachineRevisionId"));
    let given = shape::set(properties, "DeploymentPreference").cloned();
    let mut preference = given.unwrap_or_else(|| at.map([("Type", at.text("ALL_AT_ONCE"))]));
    shape::put_in(&mut preference, at.entry("StateMachineVersionArn", at.reference(&version_id)));
    let alias_id = format!("{}Alias{}", source.id, name.as_str().unwrap_or_default());
    let alias = source
        .beside(at, alias_id.as_str(), "AWS::StepFunctions::StateMachineAlias")
        .with("Name", name.clone())
        .with("DeploymentPreference", preference);
    made.extend([version, alias]);
    Some(alias_id)
}

/// Sets the definition as a text, what only deployment can tell as substitutions.
fn definition_string(machine: &mut Made, definition: &Node) {
    let mut definition = definition.clone();
    let mut found = Vec::new();
    substitute(&mut definition, &mut found);
    let at = At(definition.span);
    if !found.is_empty() {
        let mut all = machine.get("DefinitionSubstitutions").cloned().unwrap_or_else(|| at.entries(Vec::new()));
        for (name, value) in found {
            shape::put_in(&mut all, At(value.span).entry(name, value));
        }
        machine.set("DefinitionSubstitutions", all);
    }
    machine.set("DefinitionString", at.text(hash::json(&definition)));
}

/// Replaces every intrinsic and dynamic reference inside `node` by a variable, and collects them.
fn substitute(node: &mut Node, found: &mut Vec<(String, Node)>) {
    let replace = |child: &mut Node, found: &mut Vec<(String, Node)>| {
        let is_dynamic = child.as_str().is_some_and(|it| it.starts_with("{{resolve:"));
        if is_dynamic || shape::intrinsic(child).is_some() {
            let name = format!("definition_substitution_{}", found.len() + 1);
            let variable = At(child.span).text(format!("${{{name}}}"));
            found.push((name, std::mem::replace(child, variable)));
        } else {
            substitute(child, found);
        }
    };
    match &mut node.kind {
        NodeKind::Sequence(elements) => elements.iter_mut().for_each(|it| replace(it, found)),
        NodeKind::Mapping(entries) => {
            let mut order: Vec<usize> = (0..entries.len()).collect();
            order.sort_by_key(|at| entries.get(*at).map(|it| it.key.clone()));
            for at in order {
                if let Some(entry) = entries.get_mut(at) {
                    replace(&mut entry.value, found);
                }
            }
        }
        _ => {}
    }
}

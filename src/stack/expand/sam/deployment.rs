//! `DeploymentPreference`: CodeDeploy's application, role and groups, shared by all functions.

use super::role::Role;
use super::source::Source;
use super::{Declined, Sam, simple};
use crate::source::{Entry, Node};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;
use serde_json::json;

const APPLICATION: &str = "ServerlessDeploymentApplication";
/// The condition under which any function is deployed this way.
const CONDITION: &str = "ServerlessCodeDeployCondition";
const ROLE: &str = "CodeDeployServiceRole";
/// Deployment configurations that CodeDeploy brings.
const PREDEFINED: &[&str] = &[
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
];

/// What the functions' preferences need, each resource with the function that asked for it.
#[derive(Default)]
pub(super) struct Deployments {
    groups: Vec<(String, Made)>,
    role: Option<(String, Made)>,
    application: Option<(String, Made)>,
    is_unconditional: bool,
}

impl Deployments {
    /// All resources. When every group has a condition, those they share have the one under which any of them is there;
    /// it is added to `conditions` when it is a new one.
    pub(super) fn take(&mut self, conditions: &mut Vec<Entry>) -> Vec<(String, Made)> {
        let mut all: Vec<(String, Made)> = self.application.take().into_iter().chain(self.role.take()).collect();
        let mut names: Vec<&str> = self.groups.iter().filter_map(|(_, it)| it.condition()).collect();
        names.sort_unstable();
        names.dedup();
        if let Some(at) = self.groups.first().map(|(_, it)| it.at()).filter(|_| !self.is_unconditional) {
            let name = match names.as_slice() {
                [only] => *only,
                _ => {
                    let any = names.iter().map(|it| at.map([("Condition", at.text(*it))]));
                    conditions.push(at.entry(CONDITION, at.map([("Fn::Or", at.list(any))])));
                    CONDITION
                }
            };
            all.iter_mut().for_each(|(_, it)| it.set_attribute(at.entry("Condition", at.text(name))));
        }
        all.append(&mut self.groups);
        all
    }
}

impl Sam<'_> {
    /// Notes the deployment preference of a function, whose alias in `made` gets an update policy.
    pub(super) fn deployment_preference(
        &mut self,
        source: &Source,
        properties: &Node,
        made: &mut [Made],
    ) -> Result<(), Declined> {
        let Some(preference) = shape::set(properties, "DeploymentPreference") else { return Ok(()) };
        let at = source.at_property("DeploymentPreference");
        let mut preference = preference.clone();
        for key in ["Enabled", "Type", "PassthroughCondition"] {
            if let Some(value) = shape::some(&preference, key) {
                let value = self.parameters.resolve(value);
                shape::put_in(&mut preference, At(value.span).entry(key, value));
            }
        }
        let is_enabled = preference.get("Enabled").is_none_or(is_on);
        if !is_enabled {
            return Ok(());
        }
        let Some(alias) = made.iter_mut().find(|it| it.kind == "AWS::Lambda::Alias") else {
            let message = format!("`DeploymentPreference` of `{}` needs `AutoPublishAlias`", source.id);
            return Err(Declined::wrong(at, message));
        };
        let Some(kind) = shape::some(&preference, "Type") else {
            let message = format!("`DeploymentPreference` of `{}` needs `Type`", source.id);
            return Err(Declined::wrong(at, message));
        };
        let group_id = format!("{}DeploymentGroup", source.id);
        alias.set_attribute(at.entry("UpdatePolicy", update_policy(at, &preference, &group_id)));

        let passes = preference.get("PassthroughCondition").is_some_and(is_on);
        let condition = source.condition().filter(|_| passes);
        let mut group = Made::new(at, group_id.as_str(), "AWS::CodeDeploy::DeploymentGroup");
        match condition {
            Some(name) => group.set_attribute(at.entry("Condition", at.text(name))),
            None => self.deployments.is_unconditional = true,
        }
        let tags = shape::set(properties, "PropagateTags").and_then(|_| shape::set(properties, "Tags"));
        let mut group = group
            .with("ApplicationName", at.reference(APPLICATION))
            .with("AutoRollbackConfiguration", rollback(at))
            .with("DeploymentConfigName", configuration(kind))
            .with(
                "DeploymentStyle",
                at.json(&json!({
                    "DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"
                })),
            )
            .with("ServiceRoleArn", at.get_att(ROLE, "Arn"))
            .copy_as(&preference, "Role", "ServiceRoleArn")
            .copy(&preference, &["TriggerConfigurations"])
            .with_some("Tags", tags.map(simple::pairs));
        if let Some(alarms) = shape::set(&preference, "Alarms").and_then(alarm_configuration) {
            group.set("AlarmConfiguration", alarms);
        }
        self.deployments.groups.push((source.id.clone(), group));
        if self.deployments.application.is_none() {
            let application = Made::new(at, APPLICATION, "AWS::CodeDeploy::Application");
            let application = application.with("ComputePlatform", at.text("Lambda"));
            self.deployments.application = Some((source.id.clone(), application));
        }
        if shape::set(&preference, "Role").is_none() && self.deployments.role.is_none() {
            let mut role = Role::new(at, ROLE, "codedeploy.amazonaws.com");
            role.manage(self.managed_policy(at, "service-role/AWSCodeDeployRoleForLambda"));
            let role = role.made(source, None).without(&["Path", "PermissionsBoundary"]).only(&[]);
            self.deployments.role = Some((source.id.clone(), role));
        }
        Ok(())
    }
}

fn update_policy(at: At, preference: &Node, group: &str) -> Node {
    let mut update = vec![("ApplicationName", at.reference(APPLICATION)), ("DeploymentGroupName", at.reference(group))];
    let hooks = preference.get("Hooks");
    for (from, to) in [("PreTraffic", "BeforeAllowTrafficHook"), ("PostTraffic", "AfterAllowTrafficHook")] {
        update.extend(hooks.and_then(|it| shape::set(it, from)).map(|it| (to, it.clone())));
    }
    at.map([("CodeDeployLambdaAliasUpdate", at.map(update))])
}

fn rollback(at: At) -> Node {
    at.json(&json!({
        "Enabled": true,
        "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"]
    }))
}

/// Whether a switch, given as text or not, is on.
fn is_on(switch: &Node) -> bool {
    match switch.as_str() {
        Some(text) => !matches!(text, "false" | "False" | ""),
        None => shape::is_truthy(switch),
    }
}

/// `Alarms` as CodeDeploy takes them.
fn alarm_configuration(alarms: &Node) -> Option<Node> {
    let at = At(alarms.span);
    if let Some((condition, yes, no)) = shape::choice(alarms) {
        let branch = |it: &Node| alarm_configuration(it).unwrap_or_else(|| at.no_value());
        return Some(at.choose(condition, branch(yes), branch(no)));
    }
    let names = alarms.elements().iter().filter(|it| !shape::is_no_value(it));
    let names: Vec<Node> = names.map(|it| At(it.span).map([("Name", it.clone())])).collect();
    (!names.is_empty()).then(|| at.map([("Enabled", at.bool(true)), ("Alarms", at.list(names))]))
}

/// A deployment configuration with its full name.
fn configuration(kind: &Node) -> Node {
    let at = At(kind.span);
    if let Some((condition, yes, no)) = shape::choice(kind) {
        return at.choose(condition, configuration(yes), configuration(no));
    }
    match kind.as_str().filter(|it| PREDEFINED.contains(it)) {
        Some(name) => at.sub_with("CodeDeployDefault.Lambda${ConfigName}", [("ConfigName", at.text(name))]),
        None => kind.clone(),
    }
}

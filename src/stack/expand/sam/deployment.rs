//! `DeploymentPreference`: CodeDeploy's application, role and groups, shared by all functions.

use super::role::Role;
use super::source::Source;
use super::{Declined, Sam, simple};
use crate::source::Node;
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;
use serde_json::json;

const APPLICATION: &str = "ServerlessDeploymentApplication";
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
}

impl Deployments {
    /// All resources.
    pub(super) fn take(&mut self) -> Vec<(String, Made)> {
        let mut all: Vec<(String, Made)> = self.application.take().into_iter().chain(self.role.take()).collect();
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
        let preference = self.parameters.resolve(preference);
        let is_enabled = preference.get("Enabled").is_none_or(|it| match it.as_str() {
            Some(text) => !matches!(text, "false" | "False" | ""),
            None => shape::is_truthy(it),
        });
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

        let passes = preference.get("PassthroughCondition").is_some_and(shape::is_truthy);
        let condition = source.condition().filter(|_| passes);
        let is_condition = |it: &crate::source::Entry| it.key == "Condition" && condition.is_some();
        let attributes: Vec<_> = source.passed_on().into_iter().filter(is_condition).collect();
        let new = |id: &str, kind: &str| Made::new(at, id, kind).attributes(attributes.iter().cloned());
        let tags = shape::set(properties, "PropagateTags").and_then(|_| shape::set(properties, "Tags"));
        let mut group = new(&group_id, "AWS::CodeDeploy::DeploymentGroup")
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
        if let Some(alarms) = shape::set(&preference, "Alarms").filter(|it| !it.elements().is_empty()) {
            let names = alarms.elements().iter().map(|it| At(it.span).map([("Name", it.clone())]));
            let all = At(alarms.span).list(names);
            group.set("AlarmConfiguration", at.map([("Enabled", at.bool(true)), ("Alarms", all)]));
        }
        self.deployments.groups.push((source.id.clone(), group));
        if self.deployments.application.is_none() {
            let application = new(APPLICATION, "AWS::CodeDeploy::Application");
            let application = application.with("ComputePlatform", at.text("Lambda"));
            self.deployments.application = Some((source.id.clone(), application));
        }
        if shape::set(&preference, "Role").is_none() && self.deployments.role.is_none() {
            let mut role = Role::new(at, ROLE, "codedeploy.amazonaws.com");
            role.manage(self.managed_policy(at, "service-role/AWSCodeDeployRoleForLambda"));
            let role = role.made(source, None).without(&["Path", "PermissionsBoundary"]).only(&attributes);
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

/// The full name of a deployment configuration.
fn configuration(kind: &Node) -> Node {
    let at = At(kind.span);
    match kind.as_str().filter(|it| PREDEFINED.contains(it)) {
        Some(name) => at.sub_with("CodeDeployDefault.Lambda${ConfigName}", [("ConfigName", at.text(name))]),
        None => kind.clone(),
    }
}

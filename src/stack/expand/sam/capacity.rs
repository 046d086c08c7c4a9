//! `AWS::Serverless::CapacityProvider`: the provider and the role that runs its instances.

use super::function::tag_list;
use super::role::Role;
use super::source::Source;
use super::{Sam, simple};
use crate::source::Node;
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

impl Sam<'_> {
    /// The resources of a capacity provider.
    pub(super) fn capacity_provider(&self, source: &Source) -> Vec<Made> {
        let at = source.at;
        let properties = source.properties();
        let mut made = Vec::new();
        let role_arn = shape::set(&properties, "OperatorRole").cloned().unwrap_or_else(|| {
            let mut role = Role::new(at, format!("{}OperatorRole", source.id), "lambda.amazonaws.com");
            role.manage(self.managed_policy(at, "AWSLambdaManagedEC2ResourceOperator"));
            let tags = tag_list(source, None, "lambda:createdBy");
            let role = role.made(source, tags);
            let arn = at.get_att(&role.id, "Arn");
            made.push(role);
            arn
        });
        let permissions = at.map([("CapacityProviderOperatorRoleArn", role_arn)]);
        let logging = shape::set(&properties, "LoggingConfig");
        let tags = shape::set(&properties, "ManagedResourceTags").and_then(|it| it.get("Tags"));
        let explicit = |it: &Node| at.map([("Mode", at.text("Explicit")), ("ExplicitTags", simple::pairs(it))]);
        let provider = source
            .primary("AWS::Lambda::CapacityProvider")
            .copy(&properties, &["CapacityProviderName", "VpcConfig", "KmsKeyArn"])
            .with("PermissionsConfig", permissions)
            .with_some("Tags", tag_list(source, properties.get("Tags"), "lambda:createdBy"))
            .with_some("InstanceRequirements", shape::set(&properties, "InstanceRequirements").map(requirements))
            .with_some("CapacityProviderScalingConfig", shape::set(&properties, "ScalingConfig").map(scaling))
            .with_some("TelemetryConfig", logging.map(|it| at.map([("LoggingConfig", it.clone())])))
            .with_some("PropagateTags", tags.map(explicit));
        made.insert(0, provider);
        made
    }
}

fn requirements(given: &Node) -> Node {
    let names = [
        ("Architectures", "Architectures"),
        ("AllowedTypes", "AllowedInstanceTypes"),
        ("ExcludedTypes", "ExcludedInstanceTypes"),
    ];
    let entries = names.iter().filter_map(|(from, to)| Some((*to, shape::some(given, from)?.clone())));
    At(given.span).map(entries)
}

fn scaling(given: &Node) -> Node {
    let at = At(given.span);
    let mut entries = Vec::new();
    entries.extend(shape::some(given, "MaxVCpuCount").map(|it| ("MaxVCpuCount", it.clone())));
    match shape::some(given, "AverageCPUUtilization") {
        Some(target) => {
            let metric = at.text("LambdaCapacityProviderAverageCPUUtilization");
            let policy = at.map([("PredefinedMetricType", metric), ("TargetValue", target.clone())]);
            entries.extend([("ScalingMode", at.text("Manual")), ("ScalingPolicies", at.list([policy]))]);
        }
        None => entries.push(("ScalingMode", at.text("Auto"))),
    }
    at.map(entries)
}

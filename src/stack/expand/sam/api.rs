//! `AWS::Serverless::Api`: the REST API with its deployment and stage, domain, plan and authorizers.

use super::body::{self, Dialect};
use super::function::{location, propagate_tags};
use super::source::Source;
use super::{Outcome, Sam, simple};
use crate::source::Node;
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::{hash, shape};

const KEPT: &[&str] = &[
    "Name",
    "Description",
    "BinaryMediaTypes",
    "MinimumCompressionSize",
    "FailOnWarnings",
    "Mode",
    "ApiKeySourceType",
    "Policy",
    "SecurityPolicy",
    "EndpointAccessMode",
];
const STAGE: &[&str] = &[
    "StageName",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "Variables",
    "MethodSettings",
    "AccessLogSetting",
    "CanarySetting",
    "TracingEnabled",
];

impl Sam<'_> {
    /// The resources of a REST API.
    pub(super) fn api(&mut self, source: &Source) -> Outcome {
        let mut properties = source.properties();
        for key in ["BinaryMediaTypes", "Domain", "Auth"] {
            if let Some(value) = shape::some(&properties, key) {
                let value = self.parameters.resolve(value);
                shape::put_in(&mut properties, source.at_property(key).entry(key, value));
            }
        }
        let api = self.rest_api(source, &properties);
        let (deployment, stage) = stage(source, &properties, &api);
        let mut made = self.authorizer_permissions(source, &properties, |it| {
            it.get("DisableFunctionDefaultPermissions").is_none_or(|it| !shape::is_truthy(it))
        });
        made.extend(self.api_domain(source, &properties)?);
        made.extend(self.usage_plan(source, &properties, &stage.id)?);
        made.extend([deployment, stage]);
        made.insert(0, api);
        propagate_tags(&properties, &mut made);
        Ok(made)
    }

    fn rest_api(&self, source: &Source, properties: &Node) -> Made {
        let mut api = source.primary("AWS::ApiGateway::RestApi").copy(properties, KEPT);
        if let Some(uri) = shape::set(properties, "DefinitionUri") {
            let at = source.at_property("DefinitionUri");
            api.set("BodyS3Location", location(at, Some(uri), ["Bucket", "Key", "Version"]));
        } else {
            let routes = self.routes.get(&source.id).map(Vec::as_slice).unwrap_or_default();
            let given = shape::set(properties, "DefinitionBody").cloned();
            api.set("Body", given.unwrap_or_else(|| body::definition(source.at, Dialect::Swagger, routes, properties)));
        }
        if let Some(endpoint) = shape::set(properties, "EndpointConfiguration") {
            let at = source.at_property("EndpointConfiguration");
            let kind = shape::set(endpoint, "Type").unwrap_or(endpoint).clone();
            let mut configuration = vec![("Types", at.list([kind.clone()]))];
            let ids = shape::set(endpoint, "VPCEndpointIds").or_else(|| shape::set(endpoint, "VpcEndpointIds"));
            configuration.extend(ids.map(|it| ("VpcEndpointIds", it.clone())));
            configuration.extend(shape::set(endpoint, "IpAddressType").map(|it| ("IpAddressType", it.clone())));
            api.set("EndpointConfiguration", at.map(configuration));
            api.set("Parameters", at.map([("endpointConfigurationTypes", kind)]));
        }
        api
    }

    /// Permissions to call the functions of the authorizers that `is_wanted` lets through.
    pub(super) fn authorizer_permissions(
        &self,
        source: &Source,
        properties: &Node,
        is_wanted: impl Fn(&Node) -> bool,
    ) -> Vec<Made> {
        let authorizers = properties.get("Auth").and_then(|it| it.get("Authorizers"));
        let authorizers = authorizers.map(Node::entries).unwrap_or_default();
        let wanted = authorizers.iter().filter(|it| is_wanted(&it.value));
        let made = wanted.filter_map(|it| {
            let function = shape::set(&it.value, "FunctionArn")?;
            let id = format!("{}{}AuthorizerPermission", source.id, it.key);
            Some(self.authorizer_permission(source, At(it.key_span), id, function.clone()))
        });
        made.collect()
    }

    /// The permission `id` for the authorizers of the API `source` to call `function`.
    pub(super) fn authorizer_permission(&self, source: &Source, at: At, id: String, function: Node) -> Made {
        let partition =
            if source.kind == "AWS::Serverless::Api" { &self.inputs.partition } else { "${AWS::Partition}" };
        let arn =
            format!("arn:{partition}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/authorizers/*");
        source
            .beside(at, id, "AWS::Lambda::Permission")
            .with("Action", at.text("lambda:InvokeFunction"))
            .with("FunctionName", function)
            .with("Principal", at.text("apigateway.amazonaws.com"))
            .with("SourceArn", at.sub_with(&arn, [("__ApiId__", at.reference(&source.id))]))
    }
}

/// The deployment and stage of `api`. The deployment's suffix changes with the definition, as it does on AWS, but is
/// not the same: there it depends on the order that an old Python gave to dictionaries.
fn stage(source: &Source, properties: &Node, api: &Made) -> (Made, Made) {
    let at = source.at;
    let definition = api.get("Body").or_else(|| api.get("BodyS3Location"));
    let suffix = definition.map(hash::of_node).unwrap_or_default();
    let mut deployment = source
        .beside(at, format!("{}Deployment{suffix}", source.id), "AWS::ApiGateway::Deployment")
        .with("RestApiId", at.reference(&source.id));
    if shape::set(properties, "OpenApiVersion").is_none() {
        deployment.set("StageName", at.text("Stage"));
    }
    let stage = source
        .beside(source.at_property("StageName"), stage_id(source, properties), "AWS::ApiGateway::Stage")
        .with("RestApiId", at.reference(&source.id))
        .with("DeploymentId", at.reference(&deployment.id))
        .copy(properties, STAGE)
        .with_some("Tags", shape::some(properties, "Tags").map(simple::pairs));
    (deployment, stage)
}

/// The logical id of the stage of an API.
pub(super) fn stage_id(source: &Source, properties: &Node) -> String {
    let name = properties.get("StageName").and_then(Node::as_str).unwrap_or_default();
    if shape::is_alphanumeric(name) {
        return format!("{}{name}Stage", source.id);
    }
    format!("{}Stage{}", source.id, hash::of_text(name))
}

//! `AWS::Serverless::WebSocketApi`: the API with its routes, integrations, permissions and stage.

use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Entry, Node};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

const KEPT: &[&str] = &[
    "ApiKeySelectionExpression",
    "Description",
    "DisableExecuteApiEndpoint",
    "DisableSchemaValidation",
    "IpAddressType",
    "RouteSelectionExpression",
];
/// The tag that SAM sets.
const OWN_TAG: &str = "websocketapi:createdBy";
const ROUTE: &[&str] = &[
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
];

impl Sam<'_> {
    /// The resources of a WebSocket API.
    pub(super) fn web_socket_api(&mut self, source: &Source) -> Outcome {
        let at = source.at;
        let mut properties = source.properties();
        for key in ["Auth", "Domain", "Routes"] {
            if let Some(value) = shape::some(&properties, key) {
                let value = self.parameters.resolve(value);
                shape::put_in(&mut properties, source.at_property(key).entry(key, value));
            }
        }
        let Some(routes) = shape::set(&properties, "Routes") else {
            return Err(Declined::wrong(at, format!("WebSocket API `{}` needs `Routes`", source.id)));
        };
        let mut tags = shape::some(&properties, "Tags").cloned().unwrap_or_else(|| at.entries(Vec::new()));
        shape::put_in(&mut tags, at.entry(OWN_TAG, at.text("SAM")));
        let api = source
            .primary("AWS::ApiGatewayV2::Api")
            .with("Name", at.text(source.id.as_str()))
            .copy(&properties, &["Name"])
            .copy(&properties, KEPT)
            .with("ProtocolType", at.text("WEBSOCKET"))
            .with("Tags", tags);
        let mut made = vec![api];
        for route in routes.entries() {
            made.extend(route_resources(source, &properties, route)?);
        }
        made.extend(self.authorizer(source, &properties));
        made.extend(self.api_v2_domain(source, &properties, false)?);
        made.push(stage(source, &properties));
        Ok(made)
    }

    /// The authorizer of the `$connect` route, when a function is one.
    fn authorizer(&self, source: &Source, properties: &Node) -> Vec<Made> {
        let Some((auth, function)) = custom_auth(properties) else { return Vec::new() };
        let at = source.at_property("Auth");
        let id = authorizer_id(source);
        let authorizer = source
            .beside(at, id.as_str(), "AWS::ApiGatewayV2::Authorizer")
            .with("ApiId", at.reference(&source.id))
            .with("AuthorizerType", at.text("REQUEST"))
            .with("AuthorizerUri", invocation(at, "AuthArn", function))
            .with("Name", at.text(id))
            .copy(auth, &["Name", "IdentitySource"])
            .copy_as(auth, "InvokeRole", "AuthorizerCredentialsArn");
        let mut made = vec![authorizer];
        if shape::set(auth, "InvokeRole").is_none() {
            let id = format!("{}AuthorizerPermission", source.id);
            made.push(self.authorizer_permission(source, at, id, function.clone()));
        }
        made
    }
}

/// `Auth` and its function, when that decides who may connect.
fn custom_auth(properties: &Node) -> Option<(&Node, &Node)> {
    let auth = properties.get("Auth")?;
    let is_custom = auth.get("AuthType").and_then(Node::as_str) == Some("CUSTOM");
    let function = shape::set(auth, "AuthArn").filter(|_| is_custom)?;
    Some((auth, function))
}

fn authorizer_id(source: &Source) -> String {
    format!("{}ConnectAuthorizer", source.id)
}

fn invocation(at: At, variable: &str, function: &Node) -> Node {
    let uri = format!(
        "arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{variable}}}/invocations"
    );
    at.sub_with(&uri, [(variable, function.clone())])
}

fn route_resources(source: &Source, properties: &Node, route: &Entry) -> Outcome {
    let at = At(route.key_span);
    let Some(function) = shape::some(&route.value, "FunctionArn") else {
        return Err(Declined::wrong(at, format!("route `{}` of `{}` needs `FunctionArn`", route.key, source.id)));
    };
    let mut name = route.key.trim_start_matches('$').to_lowercase();
    if let Some(first) = name.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    let id = format!("{}{name}", source.id);
    let integration_id = format!("{id}Integration");
    let target = at.list([at.text("integrations"), at.reference(&integration_id)]);
    let mut made = source
        .beside(at, format!("{id}Route"), "AWS::ApiGatewayV2::Route")
        .with("ApiId", at.reference(&source.id))
        .with("RouteKey", at.text(route.key.as_str()))
        .copy(&route.value, ROUTE)
        .with("Target", at.map([("Fn::Join", at.list([at.text("/"), target]))]));
    let kind = properties.get("Auth").and_then(|it| shape::some(it, "AuthType"));
    if let Some(kind) = kind.filter(|_| route.key == "$connect") {
        made.set("AuthorizationType", kind.clone());
        if custom_auth(properties).is_some() {
            made.set("AuthorizerId", at.reference(&authorizer_id(source)));
        }
    }
    let integration = source
        .beside(at, integration_id, "AWS::ApiGatewayV2::Integration")
        .with("ApiId", at.reference(&source.id))
        .with("IntegrationType", at.text("AWS_PROXY"))
        .with("IntegrationUri", invocation(at, "FunctionArn", function))
        .copy_as(&route.value, "IntegrationTimeout", "TimeoutInMillis");
    let stage = stage_name(source, properties);
    let arn = format!(
        "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{}.ApiId}}/{}/{}",
        source.id,
        stage.as_str().unwrap_or("${__StageName__}"),
        route.key
    );
    let arn = match stage.as_str() {
        Some(_) => at.sub(arn),
        None => at.sub_with(&arn, [("__StageName__", stage)]),
    };
    let permission = source
        .beside(at, format!("{id}Permission"), "AWS::Lambda::Permission")
        .with("Action", at.text("lambda:InvokeFunction"))
        .with("FunctionName", function.clone())
        .with("Principal", at.text("apigateway.amazonaws.com"))
        .with("SourceArn", arn);
    Ok(vec![made, integration, permission])
}

fn stage_name(source: &Source, properties: &Node) -> Node {
    shape::some(properties, "StageName").cloned().unwrap_or_else(|| source.at.text("default"))
}

fn stage(source: &Source, properties: &Node) -> Made {
    let at = source.at_property("StageName");
    let name = stage_name(source, properties);
    let id = match name.as_str().unwrap_or_default() {
        "default" => format!("{}DefaultStage", source.id),
        text => format!("{}{text}Stage", source.id),
    };
    source
        .beside(at, id, "AWS::ApiGatewayV2::Stage")
        .with("ApiId", at.reference(&source.id))
        .with("StageName", name)
        .copy(properties, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"])
        .with("Tags", at.map([(OWN_TAG, at.text("SAM"))]))
        .with("AutoDeploy", at.bool(true))
}

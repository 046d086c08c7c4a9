//! `AWS::Serverless::HttpApi`: the API with its stage, domain and authorizers.

use super::api::stage_id;
use super::body::{self, DEFAULT_ROUTE, Dialect};
use super::function::location;
use super::source::Source;
use super::{Outcome, Sam};
use crate::source::{Entry, Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

impl Sam<'_> {
    /// The resources of an HTTP API.
    pub(super) fn http_api(&mut self, source: &Source) -> Outcome {
        let mut properties = source.properties();
        for key in ["CorsConfiguration", "Domain"] {
            if let Some(value) = shape::some(&properties, key) {
                let value = self.parameters.resolve(value);
                shape::put_in(&mut properties, source.at_property(key).entry(key, value));
            }
        }
        let mut made = vec![self.http_api_itself(source, &properties)];
        made.extend(self.authorizer_permissions(source, &properties, |it| {
            it.get("EnableFunctionDefaultPermissions").is_some_and(shape::is_truthy)
        }));
        made.extend(self.api_v2_domain(source, &properties, true)?);
        made.push(stage(source, &properties));
        Ok(made)
    }

    fn http_api_itself(&self, source: &Source, properties: &Node) -> Made {
        let mut api = source.primary("AWS::ApiGatewayV2::Api").copy(properties, &["FailOnWarnings"]);
        if let Some(uri) = shape::set(properties, "DefinitionUri") {
            let at = source.at_property("DefinitionUri");
            api.set("BodyS3Location", location(at, Some(uri), ["Bucket", "Key", "Version"]));
            return api;
        }
        let routes = self.routes.get(&source.id).map(Vec::as_slice).unwrap_or_default();
        let given = shape::set(properties, "DefinitionBody").cloned();
        let mut body = given.unwrap_or_else(|| body::definition(source.at, Dialect::OpenApi, routes, properties));
        if let Some(cors) = shape::set(properties, "CorsConfiguration") {
            let at = source.at_property("CorsConfiguration");
            shape::put_in(&mut body, at.entry("x-amazon-apigateway-cors", cors_of(cors, at)));
        }
        api.with("Body", body)
    }
}

/// The CORS settings under the names of the definition.
fn cors_of(cors: &Node, at: At) -> Node {
    match &cors.kind {
        NodeKind::Mapping(entries) if shape::intrinsic(cors).is_none() => {
            let renamed = entries.iter().map(|it| {
                let mut characters = it.key.chars();
                let first = characters.next().map(|it| it.to_ascii_lowercase());
                let key = first.into_iter().chain(characters).collect::<String>();
                Entry { key, ..it.clone() }
            });
            at.entries(renamed.collect())
        }
        NodeKind::Bool(_) => at.map([("allowOrigins", at.list([at.text("*")]))]),
        _ => at.map([("allowOrigins", cors.clone())]),
    }
}

fn stage(source: &Source, properties: &Node) -> Made {
    let at = source.at_property("StageName");
    let name = shape::set(properties, "StageName");
    let id = match name.map(|it| it.as_str()) {
        None | Some(Some(DEFAULT_ROUTE)) => format!("{}ApiGatewayDefaultStage", source.id),
        Some(_) => stage_id(source, properties),
    };
    // The tag goes where the translator can write one into the definition.
    let body = shape::set(properties, "DefinitionBody");
    let has_own_tag = body.map_or(properties.get("DefinitionUri").is_none(), |it| it.get("openapi").is_some());
    let mut tags = shape::some(properties, "Tags").cloned();
    if has_own_tag {
        let tags = tags.get_or_insert_with(|| at.entries(Vec::new()));
        shape::put_in(tags, at.entry("httpapi:createdBy", at.text("SAM")));
    }
    source
        .beside(at, id, "AWS::ApiGatewayV2::Stage")
        .with("ApiId", at.reference(&source.id))
        .with("StageName", name.cloned().unwrap_or_else(|| at.text(DEFAULT_ROUTE)))
        .copy(properties, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"])
        .with_some("Tags", tags)
        .with("AutoDeploy", at.bool(true))
}

//! Events by HTTP: methods of a REST API and routes of an HTTP API.

use super::super::body::{ANY_METHOD, DEFAULT_ROUTE, Route};
use super::super::{Declined, Outcome, Sam};
use super::{Event, Target};
use crate::source::Node;
use crate::stack::expand::make::At;
use crate::stack::expand::shape;

/// Path and method of a route.
struct Asked {
    path: String,
    method: String,
}

impl Sam<'_> {
    /// A method of a REST API that calls a function.
    pub(super) fn api_event(&mut self, event: &Event, target: &Target) -> Outcome {
        let at = event.at;
        let api = self.api_of(event, "RestApiId")?;
        let asked = asked(event)?;
        let stage = match api.as_deref().and_then(|it| self.source(it)).map(|it| it.properties()) {
            None => "AllStages".to_owned(),
            Some(properties) => properties.get("StageName").and_then(Node::as_str).unwrap_or("Stage").to_owned(),
        };
        let verb = if asked.method == "any" { "*".to_owned() } else { asked.method.to_uppercase() };
        let path = wildcards(without_trailing_slash(&asked.path));
        let arn = format!(
            "arn:{}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/${{__Stage__}}/{verb}{path}",
            self.inputs.partition
        );
        let variables = [("__ApiId__", event.required("RestApiId")?.clone()), ("__Stage__", at.text("*"))];
        let permission = target
            .permission(at, &event.id, &stage, "apigateway.amazonaws.com")
            .with("SourceArn", at.sub_with(&arn, variables));
        if let Some(api) = api {
            let integration = lambda_uri(at, &self.inputs.partition, target);
            self.add_route(&api, event, target, asked, integration);
        }
        Ok(vec![permission])
    }

    /// A route of an HTTP API that calls a function.
    pub(super) fn http_api_event(&mut self, event: &Event, target: &Target) -> Outcome {
        let at = event.at;
        let api = self.api_of(event, "ApiId")?;
        let asked = asked(event)?;
        let is_any = asked.method == "any" || asked.method == ANY_METHOD;
        let is_default = asked.path == DEFAULT_ROUTE;
        let is_covered = !is_default && api.as_deref().is_some_and(|it| self.takes_everything(it, target));
        let path = if is_default { String::new() } else { wildcards(without_trailing_slash(&asked.path)) };
        let verb = if is_any { "*".to_owned() } else { asked.method.to_uppercase() };
        let arn = format!(
            "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:\
             ${{__ApiId__}}/${{__Stage__}}/{verb}{path}"
        );
        let id = event.required("ApiId")?.clone();
        let permission = target
            .permission(at, &event.id, "", "apigateway.amazonaws.com")
            .with("SourceArn", at.sub_with(&arn, [("__ApiId__", id), ("__Stage__", at.text("*"))]));
        if let Some(api) = api {
            let integration = lambda_uri(at, "${AWS::Partition}", target);
            self.add_route(&api, event, target, asked, integration);
        }
        Ok(if is_covered { Vec::new() } else { vec![permission] })
    }

    /// A method of a REST API that starts a state machine with the role `role`.
    pub(in super::super) fn state_machine_api_event(
        &mut self,
        event: &Event,
        source: &super::Source,
        role: &str,
    ) -> Result<(), Declined> {
        let at = event.at;
        let api = self.api_of(event, "RestApiId")?;
        let asked = asked(event)?;
        if let Some(api) = api {
            let uri = at.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution");
            let input = format!(
                "{{\"input\": \"$util.escapeJavaScript($input.json('$'))\", \"stateMachineArn\": \"${{{}}}\"}}",
                source.id
            );
            let templates = at.map([("application/json", at.sub(input))]);
            let integration = at.map([
                ("type", at.text("aws")),
                ("httpMethod", at.text("POST")),
                ("uri", uri),
                ("credentials", at.get_att(role, "Arn")),
                ("requestTemplates", templates),
            ]);
            self.add_route(&api, event, &Target::function(source, None), asked, integration);
        }
        Ok(())
    }

    /// The API of this template that `key` of `event` names; `None` when it names another one.
    fn api_of(&self, event: &Event, key: &str) -> Result<Option<String>, Declined> {
        let value = event.required(key)?;
        let id = shape::referred(value).or_else(|| value.as_str());
        match id.and_then(|it| self.source(it)) {
            Some(api) if event.kind == "Api" && api.kind == "AWS::Serverless::HttpApi" => {
                let message = format!(
                    "`{key}` of event `{}` names `{}`, an HTTP API; use an event of type `HttpApi`",
                    event.name, api.id
                );
                Err(Declined::wrong(At(value.span), message))
            }
            Some(api) => Ok(Some(api.id.clone())),
            None => {
                let message = format!("`{key}` of event `{}` must name an API of this template", event.name);
                Err(Declined::wrong(At(value.span), message))
            }
        }
    }

    fn add_route(&mut self, api: &str, event: &Event, target: &Target, asked: Asked, integration: Node) {
        let route = Route {
            at: event.at,
            path: asked.path,
            method: asked.method,
            integration,
            event: event.properties.clone(),
            function: target.id().to_owned(),
            condition: target.source.condition().map(str::to_owned),
        };
        self.routes.entry(api.to_owned()).or_default().push(route);
    }

    /// Whether the API already sends every request to `target`, so that no other permission is needed.
    fn takes_everything(&self, api: &str, target: &Target) -> bool {
        let routes = self.routes.get(api).map(Vec::as_slice).unwrap_or_default();
        let is_default = |it: &Route| it.path == DEFAULT_ROUTE && (it.method == "any" || it.method == ANY_METHOD);
        if routes.iter().any(|it| is_default(it) && it.function == target.id()) {
            return true;
        }
        let body = self.source(api).and_then(|it| it.properties().get("DefinitionBody").cloned());
        let route = ["paths", DEFAULT_ROUTE, ANY_METHOD, "x-amazon-apigateway-integration", "uri", "Fn::Sub"];
        let uri = body.and_then(|it| route.iter().try_fold(it, |node, key| node.get(key).cloned()));
        uri.as_ref().and_then(Node::as_str).is_some_and(|it| it.contains(&format!("${{{}.Arn}}", target.id())))
    }
}

fn asked(event: &Event) -> Result<Asked, Declined> {
    let text = |key: &str| {
        let value = event.required(key)?;
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| Declined::wrong(At(value.span), format!("`{key}` of event `{}` must be a text", event.name)))
    };
    Ok(Asked { path: text("Path")?, method: text("Method")?.to_lowercase() })
}

/// The integration that calls `target`.
fn lambda_uri(at: At, partition: &str, target: &Target) -> Node {
    let uri = format!(
        "arn:{partition}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{}/invocations",
        target.arn_variable()
    );
    at.map([("type", at.text("aws_proxy")), ("httpMethod", at.text("POST")), ("uri", at.sub(uri))])
}

fn without_trailing_slash(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => path,
    }
}

/// `path` with every `{parameter}` as a `*`.
fn wildcards(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, tail)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push('*');
        rest = tail;
    }
    out.push_str(rest);
    out
}

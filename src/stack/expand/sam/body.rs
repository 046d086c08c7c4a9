//! The API definition that SAM writes from events: paths, methods, integrations and who may call them.
//!
//! A definition that the template brings itself is left as it is.

use crate::source::{Entry, Node};
use crate::stack::expand::make::{At, Entries, put};
use crate::stack::expand::shape;

/// The route of an HTTP API that takes what no other does.
pub(super) const DEFAULT_ROUTE: &str = "$default";
/// Every method.
pub(super) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";

/// One method of a path that an event adds.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// Where the event's name stands.
    pub(super) at: At,
    /// The path.
    pub(super) path: String,
    /// The method in small letters.
    pub(super) method: String,
    /// The integration.
    pub(super) integration: Node,
    /// The event's properties.
    pub(super) event: Node,
    /// The logical id of the function, alias or state machine that is called.
    pub(super) function: String,
    /// The condition of that.
    pub(super) condition: Option<String>,
}

/// The kinds of definition.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Swagger 2, of REST APIs.
    Swagger,
    /// OpenAPI 3, of HTTP APIs.
    OpenApi,
}

/// The definition of an API with `properties` whose `routes` events add.
pub(super) fn definition(at: At, dialect: Dialect, routes: &[Route], properties: &Node) -> Node {
    let auth = properties.get("Auth");
    let mut paths = Entries::default();
    for route in routes {
        let method = if route.method == "any" { ANY_METHOD } else { &route.method };
        let value = operation(dialect, route, auth);
        let value = match &route.condition {
            Some(condition) => route.at.choose(condition, value, route.at.no_value()),
            None => value,
        };
        let mut methods = paths.get(&route.path).map(|it| it.entries().to_vec()).unwrap_or_default();
        put(&mut methods, route.at.entry(method, value));
        paths.put(route.at.entry(route.path.as_str(), route.at.entries(methods)));
    }
    let mut paths = paths.all;
    if dialect == Dialect::Swagger && shape::set(properties, "Cors").is_some() {
        paths.iter_mut().for_each(add_options);
    }
    let info = at.map([("version", at.text("1.0")), ("title", at.reference("AWS::StackName"))]);
    let version = match dialect {
        Dialect::Swagger => ("swagger", at.text("2.0")),
        Dialect::OpenApi => ("openapi", at.text("3.0.1")),
    };
    let mut entries =
        vec![at.entry(version.0, version.1), at.entry("info", info), at.entry("paths", at.entries(paths))];
    let schemes = auth.map(|it| schemes(dialect, it)).unwrap_or_default();
    if !schemes.is_empty() {
        entries.push(match dialect {
            Dialect::Swagger => at.entry("securityDefinitions", at.entries(schemes)),
            Dialect::OpenApi => at.entry("components", at.map([("securitySchemes", at.entries(schemes))])),
        });
    }
    at.entries(entries)
}

fn operation(dialect: Dialect, route: &Route, auth: Option<&Node>) -> Node {
    let at = route.at;
    let mut integration = route.integration.clone();
    if dialect == Dialect::OpenApi {
        let version = route.event.get("PayloadFormatVersion").cloned().unwrap_or_else(|| at.text("2.0"));
        shape::put_in(&mut integration, at.entry("payloadFormatVersion", version));
    }
    if let Some(timeout) = shape::set(&route.event, "TimeoutInMillis") {
        shape::put_in(&mut integration, at.entry("timeoutInMillis", timeout.clone()));
    }
    let mut entries =
        vec![at.entry("x-amazon-apigateway-integration", integration), at.entry("responses", at.entries(Vec::new()))];
    if route.path == DEFAULT_ROUTE {
        entries.push(at.entry("isDefaultRoute", at.bool(true)));
    }
    let security = security(route, auth);
    if !security.is_empty() {
        entries.push(at.entry("security", at.list(security)));
    }
    at.entries(entries)
}

/// What a caller of `route` must bring.
fn security(route: &Route, auth: Option<&Node>) -> Vec<Node> {
    let at = route.at;
    let own = route.event.get("Auth");
    let named = own.and_then(|it| shape::set(it, "Authorizer"));
    let default = auth.and_then(|it| shape::set(it, "DefaultAuthorizer"));
    let authorizer = named.or(default).and_then(Node::as_str).filter(|it| *it != "NONE");
    let mut all = Vec::new();
    if let Some(name) = authorizer {
        let declared = auth.and_then(|it| it.get("Authorizers")).and_then(|it| it.get(name));
        let scopes = own.and_then(|it| it.get("AuthorizationScopes"));
        let scopes = scopes.or_else(|| declared.and_then(|it| it.get("AuthorizationScopes"))).cloned();
        all.push(at.map([(name, scopes.unwrap_or_else(|| at.list([])))]));
    }
    let key = own.and_then(|it| it.get("ApiKeyRequired")).or_else(|| auth.and_then(|it| it.get("ApiKeyRequired")));
    if key.is_some_and(shape::is_truthy) {
        all.push(at.map([("api_key", at.list([]))]));
    }
    all
}

/// The security schemes of `auth`.
fn schemes(dialect: Dialect, auth: &Node) -> Vec<Entry> {
    let authorizers = auth.get("Authorizers").map(Node::entries).unwrap_or_default();
    let mut schemes: Vec<Entry> = authorizers.iter().map(|it| scheme(dialect, it)).collect();
    let at = At(auth.span);
    let header = |name: &str| vec![("type", at.text("apiKey")), ("name", at.text(name)), ("in", at.text("header"))];
    let default = auth.get("DefaultAuthorizer").and_then(Node::as_str);
    if default == Some("AWS_IAM") || shape::set(auth, "EnableIamAuthorizer").is_some() {
        let mut iam = header("Authorization");
        iam.push(("x-amazon-apigateway-authtype", at.text("awsSigv4")));
        schemes.push(at.entry("AWS_IAM", at.map(iam)));
    }
    if shape::set(auth, "ApiKeyRequired").is_some() {
        schemes.push(at.entry("api_key", at.map(header("x-api-key"))));
    }
    schemes
}

fn scheme(dialect: Dialect, authorizer: &Entry) -> Entry {
    let at = At(authorizer.key_span);
    let given = &authorizer.value;
    let mut inner = Vec::new();
    let kind = if let Some(pool) = shape::some(given, "UserPoolArn") {
        let pools = if pool.elements().is_empty() { at.list([pool.clone()]) } else { pool.clone() };
        inner.extend([("type", at.text("cognito_user_pools")), ("providerARNs", pools)]);
        "cognito_user_pools"
    } else if let Some(jwt) = shape::some(given, "JwtConfiguration") {
        inner.extend([("type", at.text("jwt")), ("jwtConfiguration", jwt.clone())]);
        inner.extend(shape::some(given, "IdentitySource").map(|it| ("identitySource", it.clone())));
        "oauth2"
    } else {
        let payload = given.get("FunctionPayloadType").and_then(Node::as_str);
        let is_request = dialect == Dialect::OpenApi || payload == Some("REQUEST");
        inner.push(("type", at.text(if is_request { "request" } else { "token" })));
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/\
                   ${__FunctionArn__}/invocations";
        let function = shape::some(given, "FunctionArn").cloned().unwrap_or_else(|| at.no_value());
        inner.push(("authorizerUri", at.sub_with(uri, [("__FunctionArn__", function)])));
        let version = shape::some(given, "AuthorizerPayloadFormatVersion");
        inner.extend(version.map(|it| ("authorizerPayloadFormatVersion", it.clone())));
        "custom"
    };
    let mut outer = match kind {
        "oauth2" => vec![("type", at.text("oauth2"))],
        _ => vec![("type", at.text("apiKey")), ("name", at.text("Authorization")), ("in", at.text("header"))],
    };
    if dialect == Dialect::Swagger {
        outer.push(("x-amazon-apigateway-authtype", at.text(kind)));
    }
    outer.push(("x-amazon-apigateway-authorizer", at.map(inner)));
    Entry { value: at.map(outer), ..authorizer.clone() }
}

/// Adds the method that answers what a browser asks beforehand.
fn add_options(path: &mut Entry) {
    let at = At(path.key_span);
    let integration = at.map([
        ("type", at.text("mock")),
        ("requestTemplates", at.map([("application/json", at.text("{\n  \"statusCode\" : 200\n}\n"))])),
    ]);
    let described = at.map([("description", at.text("Default response for CORS method"))]);
    let options = at.map([
        ("summary", at.text("CORS support")),
        ("x-amazon-apigateway-integration", integration),
        ("responses", at.map([("200", described)])),
    ]);
    if path.value.get("options").is_none() {
        shape::put_in(&mut path.value, at.entry("options", options));
    }
}

//! `AWS::Serverless::GraphQLApi`: the API with its schema, data sources, functions and resolvers.

use super::function::tag_list;
use super::role::trust;
use super::source::Source;
use super::{Outcome, Sam};
use crate::source::{Entry, Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

const KEPT: &[&str] = &[
    "Name",
    "XrayEnabled",
    "Visibility",
    "OwnerContact",
    "IntrospectionConfig",
    "QueryDepthLimit",
    "ResolverCountLimit",
];
/// The code of a resolver that only runs its pipeline.
const PIPELINE: &str = "
export function request(ctx) {
    return {};
}

export function response(ctx) {
    return ctx.prev.result;
}
";

impl Sam<'_> {
    /// The resources of a GraphQL API.
    pub(super) fn graphql_api(&mut self, source: &Source) -> Outcome {
        let at = source.at;
        let properties = source.properties();
        let mut made = Vec::new();
        let mut api = source
            .primary("AWS::AppSync::GraphQLApi")
            .with("Name", at.text(source.id.as_str()))
            .copy(&properties, KEPT)
            .with_some("Tags", tag_list(source, properties.get("Tags"), "graphqlapi:createdBy"));
        made.extend(self.authentication(source, &properties, &mut api)?);
        made.extend(logging(source, &properties, &mut api));
        let schema_id = format!("{}Schema", source.id);
        let schema = part(source, source.at_property("SchemaUri"), &schema_id, "AWS::AppSync::GraphQLSchema")
            .copy_as(&properties, "SchemaInline", "Definition")
            .copy_as(&properties, "SchemaUri", "DefinitionS3Location");
        made.push(schema);
        made.extend(keys(source, &properties));
        made.extend(cache_and_domain(source, &properties));
        made.extend(self.data_sources(source, &properties)?);
        let needs_none = functions(source, &properties, &mut made);
        resolvers(source, &properties, &schema_id, &mut made);
        if let Some(at) = needs_none {
            let id = format!("{}NoneDataSource", source.id);
            let none = part(source, at, &id, "AWS::AppSync::DataSource");
            made.push(none.with("Name", at.text(id)).with("Type", at.text("NONE")));
        }
        made.insert(0, api);
        Ok(made)
    }

    /// Sets who may call; a function that decides gets a permission.
    fn authentication(&self, source: &Source, properties: &Node, api: &mut Made) -> Outcome {
        let Some(auth) = properties.get("Auth") else { return Ok(Vec::new()) };
        let mut functions = Vec::new();
        if let Some(kind) = auth.get("Type") {
            api.set("AuthenticationType", kind.clone());
        }
        if let Some((key, value)) = provider(auth, &mut functions) {
            api.set(key, value);
        }
        let more = auth.get("Additional").map(Node::elements).unwrap_or_default();
        let more: Vec<Node> = more
            .iter()
            .map(|it| {
                let at = At(it.span);
                let mut entries =
                    vec![("AuthenticationType", it.get("Type").cloned().unwrap_or_else(|| at.no_value()))];
                entries.extend(provider(it, &mut functions));
                at.map(entries)
            })
            .collect();
        let at = source.at_property("Auth");
        if !more.is_empty() {
            api.set("AdditionalAuthenticationProviders", at.list(more));
        }
        let mut made = Vec::new();
        for (index, function) in functions.into_iter().enumerate() {
            let id = format!("{}ToLambdaAuthConnector{}", source.id, index + 1);
            let from = at.map([
                ("Type", at.text("AWS::AppSync::GraphQLApi")),
                ("Arn", at.reference(&source.id)),
                ("ResourceId", at.get_att(&source.id, "ApiId")),
            ]);
            let to = at.map([("Type", at.text("AWS::Lambda::Function")), ("Arn", function)]);
            made.extend(self.connection(&bare(source, at, id), &from, &to, &["Write"], "")?);
        }
        Ok(made)
    }

    fn data_sources(&self, source: &Source, properties: &Node) -> Outcome {
        let mut made = Vec::new();
        let Some(all) = properties.get("DataSources") else { return Ok(made) };
        for entry in all.get("DynamoDb").map(Node::entries).unwrap_or_default() {
            let given = &entry.value;
            let at = At(entry.key_span);
            let region = given.get("Region").cloned().unwrap_or_else(|| at.reference("AWS::Region"));
            let mut config = vec![("AwsRegion", region.clone())];
            let kept = ["TableName", "UseCallerCredentials", "Versioned"];
            config.extend(kept.iter().filter_map(|key| Some((*key, shape::some(given, key)?.clone()))));
            config.extend(shape::some(given, "DeltaSync").map(|it| ("DeltaSyncConfig", it.clone())));
            let table = given.get("TableName").cloned().unwrap_or_else(|| at.no_value());
            let arn = shape::some(given, "TableArn").cloned().unwrap_or_else(|| {
                let text = "arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}";
                at.sub_with(text, [("__TableName__", table), ("__Region__", region)])
            });
            let permissions = given.get("Permissions").map(Node::elements).unwrap_or_default();
            let permissions: Vec<&str> = permissions.iter().filter_map(Node::as_str).collect();
            let permissions = if permissions.is_empty() { vec!["Read", "Write"] } else { permissions };
            let kind = ("AMAZON_DYNAMODB", "DynamoDB", "Table", "AWS::DynamoDB::Table");
            let data_source = self.data_source(source, entry, kind, arn, &permissions)?;
            made.extend(with_config(data_source, "DynamoDBConfig", at.map(config)));
        }
        for entry in all.get("Lambda").map(Node::entries).unwrap_or_default() {
            let at = At(entry.key_span);
            let function = entry.value.get("FunctionArn").cloned().unwrap_or_else(|| at.no_value());
            let config = at.map([("LambdaFunctionArn", function.clone())]);
            let kind = ("AWS_LAMBDA", "Lambda", "Lambda", "AWS::Lambda::Function");
            let data_source = self.data_source(source, entry, kind, function, &["Write"])?;
            made.extend(with_config(data_source, "LambdaConfig", config));
        }
        Ok(made)
    }

    /// A data source and, unless it has its own, the role that may use `arn`.
    fn data_source(
        &self,
        source: &Source,
        entry: &Entry,
        (kind, suffix, connector, target): (&str, &str, &str, &str),
        arn: Node,
        permissions: &[&str],
    ) -> Outcome {
        let at = At(entry.key_span);
        let id = data_source_id(source, &entry.key, suffix);
        let made = part(source, at, &id, "AWS::AppSync::DataSource")
            .with("Name", at.text(entry.key.as_str()))
            .copy(&entry.value, &["Name", "Description", "ServiceRoleArn"])
            .with("Type", at.text(kind));
        if made.get("ServiceRoleArn").is_some() {
            return Ok(vec![made]);
        }
        let role_id = format!("{id}Role");
        let role = source.beside(at, role_id.as_str(), "AWS::IAM::Role");
        let role = role.with("AssumeRolePolicyDocument", trust(at, "appsync.amazonaws.com"));
        let from = at.map([
            ("Type", at.text("AWS::AppSync::DataSource")),
            ("Arn", at.get_att(&id, "DataSourceArn")),
            ("RoleName", at.reference(&role_id)),
        ]);
        let to = at.map([("Type", at.text(target)), ("Arn", arn)]);
        let connector = bare(source, at, format!("{id}To{connector}Connector"));
        let policies = self.connection(&connector, &from, &to, permissions, "")?;
        let mut all = vec![made.with("ServiceRoleArn", at.get_att(&role_id, "Arn")), role];
        all.extend(policies);
        Ok(all)
    }
}

/// A source of the logical id `id` without attributes, to hang generated resources on.
fn bare(source: &Source, at: At, id: String) -> Source {
    Source { id, at, kind: source.kind.clone(), node: at.entries(Vec::new()), made: None }
}

/// A resource of the API.
fn part(source: &Source, at: At, id: &str, kind: &str) -> Made {
    source.beside(at, id, kind).with("ApiId", at.get_att(&source.id, "ApiId"))
}

fn data_source_id(source: &Source, name: &str, suffix: &str) -> String {
    format!("{}{name}{suffix}DataSource", source.id)
}

fn with_config(mut made: Vec<Made>, key: &str, config: Node) -> Vec<Made> {
    if let Some(first) = made.first_mut() {
        first.set(key, config);
    }
    made
}

/// The settings of one way to authenticate; notes the function that decides.
fn provider(auth: &Node, functions: &mut Vec<Node>) -> Option<(&'static str, Node)> {
    let names = [
        ("LambdaAuthorizer", "LambdaAuthorizerConfig"),
        ("OpenIDConnect", "OpenIDConnectConfig"),
        ("UserPool", "UserPoolConfig"),
    ];
    let (key, value) = names.iter().find_map(|(from, to)| Some((*to, shape::some(auth, from)?.clone())))?;
    if key == "LambdaAuthorizerConfig" {
        functions.extend(value.get("AuthorizerUri").cloned());
    }
    Some((key, value))
}

/// Sets where the API logs to; the role for it when none is given.
fn logging(source: &Source, properties: &Node, api: &mut Made) -> Option<Made> {
    let given = properties.get("Logging");
    if matches!(given.map(|it| &it.kind), Some(NodeKind::Bool(false))) {
        return None;
    }
    let at = source.at_property("Logging");
    let given = given.filter(|it| matches!(it.kind, NodeKind::Mapping(_)));
    let kept = |key| given.and_then(|it| shape::some(it, key)).cloned();
    let level = kept("FieldLogLevel").unwrap_or_else(|| at.text("ALL"));
    let mut config = vec![("FieldLogLevel", level)];
    config.extend(kept("ExcludeVerboseContent").map(|it| ("ExcludeVerboseContent", it)));
    let id = format!("{}CloudWatchRole", source.id);
    let own = kept("CloudWatchLogsRoleArn");
    let is_own = own.is_some();
    config.push(("CloudWatchLogsRoleArn", own.unwrap_or_else(|| at.get_att(&id, "Arn"))));
    api.set("LogConfig", at.map(config));
    let policy = "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs";
    let role = source
        .beside(at, id, "AWS::IAM::Role")
        .with("AssumeRolePolicyDocument", trust(at, "appsync.amazonaws.com"))
        .with("ManagedPolicyArns", at.list([at.sub(policy)]));
    (!is_own).then_some(role)
}

fn keys(source: &Source, properties: &Node) -> Vec<Made> {
    let keys = properties.get("ApiKeys").map(Node::entries).unwrap_or_default().iter();
    let made = keys.map(|it| {
        let id = format!("{}{}", source.id, it.key);
        part(source, At(it.key_span), &id, "AWS::AppSync::ApiKey")
            .copy(&it.value, &["ApiKeyId", "Description"])
            .copy_as(&it.value, "ExpiresOn", "Expires")
    });
    made.collect()
}

fn cache_and_domain(source: &Source, properties: &Node) -> Vec<Made> {
    let mut made = Vec::new();
    if let Some(cache) = shape::set(properties, "Cache") {
        let id = format!("{}ApiCache", source.id);
        let kept = ["ApiCachingBehavior", "Type", "Ttl", "AtRestEncryptionEnabled", "TransitEncryptionEnabled"];
        made.push(part(source, source.at_property("Cache"), &id, "AWS::AppSync::ApiCache").copy(cache, &kept));
    }
    if let Some(domain) = shape::set(properties, "DomainName") {
        let at = source.at_property("DomainName");
        let id = format!("{}DomainName", source.id);
        let name = source.beside(at, id.as_str(), "AWS::AppSync::DomainName");
        made.push(name.copy(domain, &["CertificateArn", "DomainName", "Description"]));
        let tie = format!("{}DomainNameApiAssociation", source.id);
        let tie = part(source, at, &tie, "AWS::AppSync::DomainNameApiAssociation");
        made.push(tie.with("DomainName", at.reference(&id)));
    }
    made
}

/// Adds the functions; where one without a data source stands, when there is one.
fn functions(source: &Source, properties: &Node, made: &mut Vec<Made>) -> Option<At> {
    let mut needs_none = None;
    for entry in properties.get("Functions").map(Node::entries).unwrap_or_default() {
        let given = &entry.value;
        let at = At(entry.key_span);
        if shape::some(given, "Id").is_some() {
            continue;
        }
        let data_source = match given.get("DataSource").and_then(Node::as_str) {
            Some(name) if name.eq_ignore_ascii_case("none") => {
                needs_none.get_or_insert(at);
                Some(at.get_att(&format!("{}NoneDataSource", source.id), "Name"))
            }
            Some(name) => data_source_name(source, properties, name, at),
            None => given.get("DataSource").cloned(),
        };
        let function = part(source, at, &format!("{}{}", source.id, entry.key), "AWS::AppSync::FunctionConfiguration")
            .with("Name", at.text(entry.key.as_str()))
            .copy(given, &["Name", "MaxBatchSize", "Description"])
            .copy_as(given, "Sync", "SyncConfig")
            .with_some("DataSourceName", data_source);
        made.push(with_code(function, given));
    }
    needs_none
}

fn data_source_name(source: &Source, properties: &Node, name: &str, at: At) -> Option<Node> {
    let all = properties.get("DataSources")?;
    let kinds = [("DynamoDb", "DynamoDB"), ("Lambda", "Lambda")];
    let (_, suffix) = kinds.iter().find(|(key, _)| all.get(key).is_some_and(|it| it.get(name).is_some()))?;
    Some(at.get_att(&data_source_id(source, name, suffix), "Name"))
}

fn with_code(made: Made, given: &Node) -> Made {
    let runtime = shape::some(given, "Runtime").map(|it| {
        let names = [("Name", "Name"), ("Version", "RuntimeVersion")];
        At(it.span).map(names.iter().filter_map(|(from, to)| Some((*to, it.get(from)?.clone()))))
    });
    made.copy_as(given, "InlineCode", "Code").copy_as(given, "CodeUri", "CodeS3Location").with_some("Runtime", runtime)
}

fn resolvers(source: &Source, properties: &Node, schema: &str, made: &mut Vec<Made>) {
    for kind in properties.get("Resolvers").map(Node::entries).unwrap_or_default() {
        for entry in kind.value.entries() {
            let given = &entry.value;
            let at = At(entry.key_span);
            let pipeline = given.get("Pipeline").map(Node::elements).unwrap_or_default();
            let functions = pipeline.iter().filter_map(Node::as_str).map(|name| {
                let own = properties.get("Functions").and_then(|it| it.get(name)).and_then(|it| shape::some(it, "Id"));
                own.cloned().unwrap_or_else(|| at.get_att(&format!("{}{name}", source.id), "FunctionId"))
            });
            let id = format!("{}{}{}", source.id, kind.key, entry.key);
            let mut resolver = part(source, at, &id, "AWS::AppSync::Resolver")
                .depends_on(&[schema])
                .with("FieldName", at.text(entry.key.as_str()))
                .copy(given, &["FieldName", "MaxBatchSize"])
                .with("TypeName", At(kind.key_span).text(kind.key.as_str()))
                .with("Kind", at.text("PIPELINE"))
                .with("PipelineConfig", at.map([("Functions", at.list(functions))]))
                .copy_as(given, "Caching", "CachingConfig");
            resolver = with_code(resolver, given);
            if resolver.get("Code").is_none() && resolver.get("CodeS3Location").is_none() {
                resolver.set("Code", at.text(PIPELINE));
                let runtime = at.map([("Name", at.text("APPSYNC_JS")), ("RuntimeVersion", at.text("1.0.0"))]);
                resolver.set("Runtime", runtime);
            }
            made.push(resolver);
        }
    }
}

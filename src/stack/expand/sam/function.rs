//! `AWS::Serverless::Function`: the function, its role and what its events need.

use super::events::Target;
use super::role::{Role, allowing};
use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Entry, Node};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::{hash, shape};

/// The properties that keep name and value.
const KEPT: &[&str] = &[
    "FunctionName",
    "Handler",
    "Runtime",
    "Description",
    "MemorySize",
    "Timeout",
    "VpcConfig",
    "Role",
    "Environment",
    "KmsKeyArn",
    "ReservedConcurrentExecutions",
    "Layers",
    "FileSystemConfigs",
    "ImageConfig",
    "PackageType",
    "Architectures",
    "SnapStart",
    "EphemeralStorage",
    "CodeSigningConfigArn",
    "RuntimeManagementConfig",
    "LoggingConfig",
    "TenancyConfig",
    "RecursiveLoop",
    "DurableConfig",
    "FunctionScalingConfig",
    "PublishToLatestPublished",
];
/// Where code is taken to be that only packaging will place: the bucket and key that other tools put in too.
const PACKAGED: (&str, &str) = ("bucket", "value");

impl Sam<'_> {
    /// The resources of a function.
    pub(super) fn function(&mut self, source: &Source) -> Outcome {
        let properties = source.properties();
        let mut function = self.lambda_function(source, &properties)?;
        let mut made = Vec::new();
        let alias = self.publish(source, &properties, &function, &mut made)?;
        self.function_url(source, &properties, alias.as_deref(), &mut made);
        self.deployment_preference(source, &properties, &mut made)?;
        let mut role = self.function_role(source, &properties);
        self.event_invoke_config(source, &properties, alias.as_deref(), &mut role, &mut made);
        role.add_policies(self, &properties);
        let target = Target::function(source, alias);
        made.extend(self.function_events(source, &properties, &target, &mut role)?);
        let tags = tag_list(source, properties.get("Tags"), "lambda:createdBy");
        self.give_role(source, &mut function, role.made(source, tags), &mut made);
        made.insert(0, function);
        propagate_tags(&properties, &mut made);
        Ok(made)
    }

    fn lambda_function(&self, source: &Source, properties: &Node) -> Result<Made, Declined> {
        let code = self.code(source, properties)?;
        let mut function = source
            .primary("AWS::Lambda::Function")
            .with("Code", code)
            .copy(properties, KEPT)
            .with_some("Tags", tag_list(source, properties.get("Tags"), "lambda:createdBy"));
        if let Some(mode) = self.tracing(properties) {
            function.set("TracingConfig", source.at_property("Tracing").map([("Mode", mode)]));
        }
        if let Some(queue) = properties.get("DeadLetterQueue") {
            let Some(target) = shape::set(queue, "TargetArn") else {
                let message = format!("`DeadLetterQueue` of `{}` needs `Type` and `TargetArn`", source.id);
                return Err(Declined::wrong(source.at_property("DeadLetterQueue"), message));
            };
            function.set("DeadLetterConfig", At(queue.span).map([("TargetArn", target.clone())]));
        }
        if let Some(config) = shape::set(properties, "CapacityProviderConfig") {
            function.set("CapacityProviderConfig", capacity_provider_config(config));
        }
        Ok(function)
    }

    /// The tracing mode, when tracing is on.
    fn tracing(&self, properties: &Node) -> Option<Node> {
        let mode = shape::set(properties, "Tracing")?;
        (self.parameters.resolve(mode).as_str() != Some("Disabled")).then(|| mode.clone())
    }

    /// The `Code` property: inline, an image or a place in a bucket.
    fn code(&self, source: &Source, properties: &Node) -> Result<Node, Declined> {
        let is_image = properties.get("PackageType").and_then(Node::as_str) == Some("Image");
        let mut code = if is_image {
            let at = source.at_property("ImageUri");
            let uri = shape::some(properties, "ImageUri").cloned();
            at.map([("ImageUri", uri.unwrap_or_else(|| at.text(format!("s3://{}/{}", PACKAGED.0, PACKAGED.1))))])
        } else if let Some(inline) = shape::some(properties, "InlineCode") {
            source.at_property("InlineCode").map([("ZipFile", inline.clone())])
        } else {
            location(source.at_property("CodeUri"), properties.get("CodeUri"), ["S3Bucket", "S3Key", "S3ObjectVersion"])
        };
        if !is_image {
            for key in ["Runtime", "Handler"] {
                if shape::some(properties, key).is_none() {
                    let message = format!("function `{}` needs `{key}`, as its code is no image", source.id);
                    return Err(Declined::wrong(source.at, message));
                }
            }
            if let Some(key) = shape::some(properties, "SourceKMSKeyArn") {
                shape::put_in(&mut code, source.at_property("SourceKMSKeyArn").entry("SourceKMSKeyArn", key.clone()));
            }
        }
        Ok(code)
    }

    fn function_role(&self, source: &Source, properties: &Node) -> Role {
        let at = source.at;
        let mut role = Role::new(at, format!("{}Role", source.id), "lambda.amazonaws.com");
        if let Some(document) = shape::some(properties, "AssumeRolePolicyDocument") {
            role.assume(document.clone());
        }
        let basic = match shape::set(properties, "DurableConfig") {
            Some(_) => "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
            None => "service-role/AWSLambdaBasicExecutionRole",
        };
        role.manage(self.managed_policy(at, basic));
        if self.tracing(properties).is_some() {
            role.manage(self.managed_policy(source.at_property("Tracing"), self.xray_policy()));
        }
        if shape::set(properties, "VpcConfig").is_some() {
            let at = source.at_property("VpcConfig");
            role.manage(self.managed_policy(at, "service-role/AWSLambdaVPCAccessExecutionRole"));
        }
        if let Some(queue) = shape::set(properties, "DeadLetterQueue") {
            let at = source.at_property("DeadLetterQueue");
            let is_topic = queue.get("Type").and_then(Node::as_str) == Some("SNS");
            let action = if is_topic { "sns:Publish" } else { "sqs:SendMessage" };
            if let Some(target) = queue.get("TargetArn") {
                role.allow(allowing(at, "DeadLetterQueuePolicy", action, target.clone()));
            }
        }
        role
    }

    /// The managed policy that lets a role write traces.
    pub(super) fn xray_policy(&self) -> &'static str {
        if self.inputs.partition == "aws" { "AWSXrayWriteOnlyAccess" } else { "AWSXRayDaemonWriteAccess" }
    }

    /// Gives `function` the role `made`, unless it has its own; under a condition when its own is under one.
    fn give_role(&mut self, source: &Source, function: &mut Made, mut role: Made, made: &mut Vec<Made>) {
        let at = source.at;
        let arn = at.get_att(&role.id, "Arn");
        let Some(own) = function.get("Role").cloned() else {
            function.set("Role", arn);
            made.push(role);
            return;
        };
        let resolved = self.parameters.resolve(&own);
        let Some((condition, yes, no)) = shape::choice(&resolved) else { return };
        let chosen = match (shape::is_no_value(yes), shape::is_no_value(no)) {
            (true, true) => arn,
            (true, false) => {
                role.set_attribute(at.entry("Condition", at.text(condition)));
                at.choose(condition, arn, no.clone())
            }
            (false, true) => {
                let name = format!("NOT{condition}");
                let holds = at.map([("Condition", at.text(condition))]);
                self.conditions.push(at.entry(name.as_str(), at.map([("Fn::Not", at.list([holds]))])));
                role.set_attribute(at.entry("Condition", at.text(name)));
                at.choose(condition, yes.clone(), arn)
            }
            (false, false) => return,
        };
        function.set("Role", chosen);
        made.push(role);
    }

    /// The layer version: a new logical id for every content.
    pub(super) fn layer(&mut self, source: &Source) -> Vec<Made> {
        let at = source.at;
        let mut properties = source.properties();
        for key in ["LayerName", "LicenseInfo", "Description", "RetentionPolicy"] {
            if let Some(value) = shape::some(&properties, key) {
                let resolved = self.parameters.resolve(value);
                shape::put_in(&mut properties, source.at_property(key).entry(key, resolved));
            }
        }
        let id = format!("{}{}", source.id, layer_suffix(source, &properties));
        self.renames.note_id(&source.id, &id);
        let retention = properties.get("RetentionPolicy").and_then(Node::as_str).unwrap_or("Retain");
        let retention = if retention.eq_ignore_ascii_case("delete") { "Delete" } else { "Retain" };
        let mut made = source.beside(at, id, "AWS::Lambda::LayerVersion");
        if let Some(depends_on) = source.node.get("DependsOn") {
            made.set_attribute(at.entry("DependsOn", depends_on.clone()));
        }
        let is_given = source.node.get("DeletionPolicy").is_some() && properties.get("RetentionPolicy").is_none();
        if !is_given {
            made.set_attribute(at.entry("DeletionPolicy", at.text(retention)));
        }
        let kind_span = source.node.get("Type").map_or(at.0, |it| it.span);
        let content = location(
            source.at_property("ContentUri"),
            properties.get("ContentUri"),
            ["S3Bucket", "S3Key", "S3ObjectVersion"],
        );
        vec![
            made.typed_at(kind_span)
                .with("LayerName", at.text(source.id.as_str()))
                .copy(&properties, &["LayerName", "Description"])
                .with("Content", content)
                .copy(&properties, &["CompatibleArchitectures", "CompatibleRuntimes", "LicenseInfo"]),
        ]
    }
}

/// The suffix of a layer's logical id: over the declaration without what does not change the content.
fn layer_suffix(source: &Source, properties: &Node) -> String {
    let at = source.at;
    let known = [
        "LayerName",
        "Description",
        "PublishLambdaVersion",
        "ContentUri",
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "LicenseInfo",
        "RetentionPolicy",
    ];
    let mut hashed: Vec<Entry> = Vec::new();
    for key in known {
        let packaged = || at.text(format!("s3://{}/{}", PACKAGED.0, PACKAGED.1));
        let value = match shape::some(properties, key) {
            Some(value) if key == "ContentUri" && !is_in_bucket(value) => Some(packaged()),
            other => other.cloned(),
        };
        hashed.extend(value.map(|it| at.entry(key, it)));
    }
    let mut declaration = vec![at.entry("Type", at.text(source.kind.as_str()))];
    let kept = ["DependsOn", "UpdatePolicy", "Condition"];
    declaration.extend(source.node.entries().iter().filter(|it| kept.contains(&it.key.as_str())).cloned());
    declaration.push(at.entry("Properties", at.entries(hashed)));
    hash::of_node(&at.map([(source.id.as_str(), at.entries(declaration))]))
}

fn is_in_bucket(location: &Node) -> bool {
    match location.as_str() {
        Some(text) => text.starts_with("s3://"),
        None => shape::intrinsic(location).is_none(),
    }
}

/// A place in a bucket under the names of `keys` (bucket, key, version); a local path counts as packaged.
pub(super) fn location(at: At, given: Option<&Node>, keys: [&str; 3]) -> Node {
    let [bucket_key, key_key, version_key] = keys;
    let packaged = || at.map([(bucket_key, at.text(PACKAGED.0)), (key_key, at.text(PACKAGED.1))]);
    let Some(given) = given else { return packaged() };
    if let Some(text) = given.as_str() {
        let Some((bucket, rest)) = text.strip_prefix("s3://").and_then(|it| it.split_once('/')) else {
            return packaged();
        };
        let at = At(given.span);
        let (key, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut entries = vec![(bucket_key, at.text(bucket)), (key_key, at.text(key))];
        if let Some(version) = query.strip_prefix("versionId=") {
            entries.push((version_key, at.text(version)));
        }
        return at.map(entries);
    }
    match (shape::some(given, "Bucket"), shape::some(given, "Key")) {
        (Some(bucket), Some(key)) => {
            let mut entries = vec![(bucket_key, bucket.clone()), (key_key, key.clone())];
            entries.extend(shape::some(given, "Version").map(|it| (version_key, it.clone())));
            At(given.span).map(entries)
        }
        _ => packaged(),
    }
}

/// SAM's own tag and the `given` ones, as a list of keys and values.
pub(super) fn tag_list(source: &Source, given: Option<&Node>, own: &str) -> Option<Node> {
    let at = source.at;
    let pair = |at: At, key: &str, value: Node| at.map([("Key", at.text(key)), ("Value", value)]);
    let mut tags = vec![pair(at, own, at.text("SAM"))];
    let given = given.map(Node::entries).unwrap_or_default().iter();
    tags.extend(given.map(|it| pair(At(it.key_span), &it.key, it.value.clone())));
    Some(at.list(tags))
}

/// With `PropagateTags`, the tags of every generated resource that takes tags, in the place of its own.
pub(super) fn propagate_tags(properties: &Node, made: &mut [Made]) {
    let (Some(_), Some(tags)) = (shape::set(properties, "PropagateTags"), shape::set(properties, "Tags")) else {
        return;
    };
    const TAGGED: &[&str] = &[
        "AWS::Lambda::Function",
        "AWS::StepFunctions::StateMachine",
        "AWS::IoT::TopicRule",
        "AWS::ApiGateway::Stage",
        "AWS::ApiGateway::RestApi",
        "AWS::ApiGateway::ApiKey",
        "AWS::ApiGateway::UsagePlan",
        "AWS::ApiGateway::DomainName",
        "AWS::SQS::Queue",
        "AWS::SNS::Topic",
        "AWS::IAM::Role",
    ];
    for it in made.iter_mut().filter(|it| TAGGED.contains(&it.kind.as_str())) {
        let at = At(tags.span);
        let pairs = tags.entries().iter().map(|tag| {
            let at = At(tag.key_span);
            at.map([("Key", at.text(tag.key.as_str())), ("Value", tag.value.clone())])
        });
        it.set("Tags", at.list(pairs));
    }
}

fn capacity_provider_config(config: &Node) -> Node {
    let at = At(config.span);
    let names = [
        ("Arn", "CapacityProviderArn"),
        ("PerExecutionEnvironmentMaxConcurrency", "PerExecutionEnvironmentMaxConcurrency"),
        ("ExecutionEnvironmentMemoryGiBPerVCpu", "ExecutionEnvironmentMemoryGiBPerVCpu"),
    ];
    let entries = names.iter().filter_map(|(from, to)| Some((*to, shape::some(config, from)?.clone())));
    at.map([("LambdaManagedInstancesCapacityProviderConfig", at.map(entries))])
}

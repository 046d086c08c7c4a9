//! What a function has beside its code: published version and alias, URL, destinations of asynchronous calls.

use super::role::{Role, allowing, storing};
use super::source::Source;
use super::{Declined, Sam};
use crate::source::{Entry, Node, Span};
use crate::stack::expand::make::{At, Made, put};
use crate::stack::expand::{hash, shape};

/// A generated name longer than this is cut.
const LONGEST_CONDITION: usize = 255;

impl Sam<'_> {
    /// The version and alias of `AutoPublishAlias`; the alias' logical id.
    pub(super) fn publish(
        &mut self,
        source: &Source,
        properties: &Node,
        function: &Made,
        made: &mut Vec<Made>,
    ) -> Result<Option<String>, Declined> {
        let Some(given) = shape::set(properties, "AutoPublishAlias") else { return Ok(None) };
        let at = source.at_property("AutoPublishAlias");
        let resolved = self.parameters.resolve(given);
        let Some(name) = resolved.as_str() else {
            let message = format!("the alias of `{}` depends on a value that is not known; give it a value", source.id);
            return Err(Declined::unknown(at, message));
        };
        let version_id = format!("{}Version{}", source.id, self.version_suffix(properties, function));
        let mut version = source.beside(at, version_id.as_str(), "AWS::Lambda::Version");
        if source.node.get("DeletionPolicy").is_none() {
            let default = if shape::some(properties, "CapacityProviderConfig").is_some() { "Delete" } else { "Retain" };
            let policy = shape::some(properties, "VersionDeletionPolicy").cloned();
            version.set_attribute(at.entry("DeletionPolicy", policy.unwrap_or_else(|| at.text(default))));
        }
        let version = version.with("FunctionName", at.reference(&source.id));
        let version = version.copy_as(properties, "VersionDescription", "Description");
        let version = match shape::some(properties, "CapacityProviderConfig") {
            Some(_) => version.copy(properties, &["FunctionScalingConfig"]),
            None => version,
        };
        let alias_id = format!("{}Alias{}", source.id, name.replace('-', "D").replace('_', "U"));
        let alias = source
            .beside(at, alias_id.as_str(), "AWS::Lambda::Alias")
            .with("Name", At(given.span).text(name))
            .with("FunctionName", at.reference(&source.id))
            .with("FunctionVersion", at.get_att(&version_id, "Version"))
            .copy(properties, &["ProvisionedConcurrencyConfig"]);
        made.extend([version, alias]);
        Ok(Some(alias_id))
    }

    /// The suffix of a version: over the code and what a version fixes with it.
    fn version_suffix(&self, properties: &Node, function: &Made) -> String {
        if let Some(sha) = shape::set(properties, "AutoPublishCodeSha256") {
            let sha = self.parameters.resolve(sha);
            return sha.as_str().unwrap_or("fakesha").chars().take(10).collect();
        }
        if shape::set(properties, "AutoPublishAliasAllProperties").is_some() {
            return hash::of_node(&self.with_published_layers(function.properties()));
        }
        let code = function.get("Code").map(|it| self.parameters.resolve(it));
        let mut hashed: Vec<Entry> = code.map(|it| it.entries().to_vec()).unwrap_or_default();
        for entry in shape::set(properties, "Environment").map(Node::entries).unwrap_or_default() {
            put(&mut hashed, entry.clone());
        }
        let at = At(Span { start: 0, end: 0 });
        if let Some(size) = shape::set(properties, "MemorySize") {
            put(&mut hashed, at.entry("MemorySize", size.clone()));
        }
        let snap_start = shape::set(properties, "SnapStart");
        if let Some(snap) = snap_start.filter(|it| it.get("ApplyOn").is_some_and(|on| on.as_str() != Some("None"))) {
            put(&mut hashed, at.entry("SnapStart", snap.clone()));
        }
        hash::of_node(&at.entries(hashed))
    }

    fn with_published_layers(&self, mut properties: Node) -> Node {
        let at = At(properties.span);
        let layers = properties.get("Layers").map(Node::elements).unwrap_or_default().to_vec();
        for id in layers.iter().filter_map(shape::logical_id) {
            let layer = self.source(id).map(Source::properties);
            if let Some(layer) = layer.filter(|it| shape::set(it, "PublishLambdaVersion").is_some()) {
                shape::put_in(&mut properties, at.entry(id, layer));
            }
        }
        properties
    }

    /// The URL of `FunctionUrlConfig`, and who may call it when anybody may.
    pub(super) fn function_url(&self, source: &Source, properties: &Node, alias: Option<&str>, made: &mut Vec<Made>) {
        let Some(config) = shape::set(properties, "FunctionUrlConfig") else { return };
        let at = source.at_property("FunctionUrlConfig");
        let function = at.reference(alias.unwrap_or(&source.id));
        let url = source
            .beside(at, format!("{}Url", source.id), "AWS::Lambda::Url")
            .copy(config, &["Cors", "AuthType", "InvokeMode"])
            .with("TargetFunctionArn", function.clone());
        made.push(url);
        if config.get("AuthType").and_then(Node::as_str) != Some("NONE") {
            return;
        }
        let permission = |suffix: &str, action: &str| {
            source
                .beside(at, format!("{}{suffix}", source.id), "AWS::Lambda::Permission")
                .with("Action", at.text(action))
                .with("FunctionName", function.clone())
                .with("Principal", at.text("*"))
        };
        let call = permission("UrlPublicPermissions", "lambda:InvokeFunctionUrl");
        made.push(call.copy_as(config, "AuthType", "FunctionUrlAuthType"));
        let invoke = permission("URLInvokeAllowPublicAccess", "lambda:InvokeFunction");
        made.push(invoke.with("InvokedViaFunctionUrl", at.bool(true)));
    }

    /// The destinations of `EventInvokeConfig`, with the queues and topics that are made for them.
    pub(super) fn event_invoke_config(
        &mut self,
        source: &Source,
        properties: &Node,
        alias: Option<&str>,
        role: &mut Role,
        made: &mut Vec<Made>,
    ) {
        let Some(config) = shape::set(properties, "EventInvokeConfig") else { return };
        let at = source.at_property("EventInvokeConfig");
        let config = self.parameters.resolve(config);
        let id = format!("{}EventInvokeConfig", source.id);
        let mut destinations = Vec::new();
        let given = config.get("DestinationConfig").map(Node::entries).unwrap_or_default();
        for entry in ["OnSuccess", "OnFailure"].iter().filter_map(|key| given.iter().find(|it| it.key == *key)) {
            let destination = self.destination(source, entry, &id, role, made);
            let value = At(entry.value.span).map([("Destination", destination)]);
            destinations.push(Entry { value, ..entry.clone() });
        }
        let qualifier = shape::set(properties, "AutoPublishAlias").map(|it| self.parameters.resolve(it));
        let mut invoke = source.beside(at, id, "AWS::Lambda::EventInvokeConfig");
        if let Some(alias) = alias {
            invoke = invoke.depends_on(&[alias]);
        }
        made.push(
            invoke
                .with("FunctionName", at.reference(&source.id))
                .with("Qualifier", qualifier.unwrap_or_else(|| at.text("$LATEST")))
                .with("DestinationConfig", at.entries(destinations))
                .copy(&config, &["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]),
        );
    }

    /// Where `entry` sends to; allows the role to, and makes a queue or topic when none is named.
    fn destination(
        &mut self,
        source: &Source,
        entry: &Entry,
        config_id: &str,
        role: &mut Role,
        made: &mut Vec<Made>,
    ) -> Node {
        let at = At(entry.key_span);
        let id = format!("{config_id}{}", entry.key);
        let kind = entry.value.get("Type").and_then(Node::as_str).unwrap_or_default();
        let given = shape::some(&entry.value, "Destination");
        let (condition, given) = self.when_missing(given, config_id, at);
        let made_here = match kind {
            "SQS" => Some((format!("{id}Queue"), "AWS::SQS::Queue")),
            "SNS" => Some((format!("{id}Topic"), "AWS::SNS::Topic")),
            _ => None,
        };
        let destination = match (made_here, &given, &condition) {
            (Some((made_id, made_kind)), given, condition) if given.is_none() || condition.is_some() => {
                let arn = match kind {
                    "SNS" => at.reference(&made_id),
                    _ => at.get_att(&made_id, "Arn"),
                };
                let mut resource = source.beside(at, made_id, made_kind);
                if let Some(both) = self.both(source.condition(), condition.as_deref(), source, at) {
                    resource.set_attribute(at.entry("Condition", at.text(both)));
                }
                made.push(resource);
                match (condition, given) {
                    (Some(condition), Some(given)) => at.choose(condition, arn, given.clone()),
                    _ => arn,
                }
            }
            (_, Some(given), _) => given.clone(),
            _ => at.no_value(),
        };
        let arn = destination.clone();
        match kind {
            "SQS" => role.allow(allowing(at, &format!("{id}SQSPolicy"), "sqs:SendMessage", arn)),
            "SNS" => role.allow(allowing(at, &format!("{id}SNSPolicy"), "sns:publish", arn)),
            "EventBridge" => role.allow(allowing(at, &format!("{id}EventBridgePolicy"), "events:PutEvents", arn)),
            "Lambda" => role.allow(allowing(at, &format!("{id}LambdaPolicy"), "lambda:InvokeFunction", arn)),
            "S3Bucket" => role.allow(storing(at, &format!("{id}S3Policy"), arn)),
            _ => {}
        }
        destination
    }

    /// The condition under which `given` has no value, and the value it has otherwise.
    fn when_missing(&mut self, given: Option<&Node>, config_id: &str, at: At) -> (Option<String>, Option<Node>) {
        let Some((condition, yes, no)) = given.and_then(shape::choice) else { return (None, given.cloned()) };
        match (shape::is_no_value(yes), shape::is_no_value(no)) {
            (true, true) => (None, None),
            (true, false) => (Some(condition.to_owned()), Some(no.clone())),
            (false, true) => {
                let name = generated_condition(&format!("NOT{condition}"), config_id);
                let holds = at.map([("Condition", at.text(condition))]);
                self.conditions.push(at.entry(name.as_str(), at.map([("Fn::Not", at.list([holds]))])));
                (Some(name), Some(yes.clone()))
            }
            (false, false) => (None, given.cloned()),
        }
    }

    /// The condition that both hold.
    fn both(&mut self, one: Option<&str>, other: Option<&str>, source: &Source, at: At) -> Option<String> {
        let (Some(first), Some(second)) = (one, other) else { return one.or(other).map(str::to_owned) };
        let name = generated_condition(&format!("{first}AND{second}"), &source.id);
        let all = [first, second].map(|it| at.map([("Condition", at.text(it))]));
        self.conditions.push(at.entry(name.as_str(), at.map([("Fn::And", at.list(all))])));
        Some(name)
    }
}

fn generated_condition(name: &str, hashed: &str) -> String {
    format!("{name}{}", hash::of_text(hashed)).chars().take(LONGEST_CONDITION).collect()
}

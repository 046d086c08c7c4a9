//! SAM resources that become one resource: `SimpleTable` and `Application`.

use super::source::Source;
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::shape;

/// The table of a `SimpleTable`.
pub(super) fn table(source: &Source) -> Vec<Made> {
    let properties = source.properties();
    let at = source.at_property("PrimaryKey");
    let key = shape::set(&properties, "PrimaryKey");
    let name = key.and_then(|it| it.get("Name")).cloned().unwrap_or_else(|| at.text("id"));
    let kind = key.and_then(|it| it.get("Type"));
    let letter = match kind.and_then(Node::as_str) {
        None | Some("String") => "S",
        Some("Number") => "N",
        Some("Binary") => "B",
        Some(other) => other,
    };
    let attribute =
        at.map([("AttributeName", name.clone()), ("AttributeType", kind.map_or(at, |it| At(it.span)).text(letter))]);
    let hash_key = at.map([("AttributeName", name), ("KeyType", at.text("HASH"))]);
    let mut made = source
        .primary("AWS::DynamoDB::Table")
        .with("AttributeDefinitions", at.list([attribute]))
        .with("KeySchema", at.list([hash_key]))
        .copy(&properties, &["PointInTimeRecoverySpecification", "ProvisionedThroughput", "SSESpecification"])
        .copy(&properties, &["TableName"]);
    if shape::set(&properties, "ProvisionedThroughput").is_none() {
        made.set("BillingMode", source.at.text("PAY_PER_REQUEST"));
    }
    if let Some(tags) = shape::set(&properties, "Tags") {
        made.set("Tags", pairs(tags));
    }
    vec![made]
}

/// The nested stack of an `Application`.
pub(super) fn application(source: &Source) -> Vec<Made> {
    let properties = source.properties();
    let at = source.at_property("Location");
    let location = properties.get("Location");
    let mut made = source
        .primary("AWS::CloudFormation::Stack")
        .copy(&properties, &["Parameters", "NotificationARNs", "TimeoutInMinutes"]);
    let url = match location {
        Some(Node { kind: NodeKind::String(_), .. }) => location.cloned(),
        // An application of the public repository gets its address only when it is deployed.
        _ => properties.get("TemplateUrl").cloned(),
    };
    made.set("TemplateURL", url.unwrap_or_else(|| at.text("")));
    let mut tags = vec![pair(source.at, "lambda:createdBy", source.at.text("SAM"))];
    for (key, tag) in [("ApplicationId", "applicationId"), ("SemanticVersion", "semanticVersion")] {
        let value = location.and_then(|it| shape::some(it, key));
        tags.extend(value.map(|it| pair(At(it.span), &format!("serverlessrepo:{tag}"), it.clone())));
    }
    if let Some(given) = properties.get("Tags") {
        tags.extend(pairs(given).elements().iter().cloned());
    }
    vec![made.with("Tags", source.at.list(tags))]
}

/// A mapping of tags as a list of keys and values.
pub(super) fn pairs(tags: &Node) -> Node {
    At(tags.span).list(tags.entries().iter().map(|it| pair(At(it.key_span), &it.key, it.value.clone())))
}

fn pair(at: At, key: &str, value: Node) -> Node {
    at.map([("Key", at.text(key)), ("Value", value)])
}

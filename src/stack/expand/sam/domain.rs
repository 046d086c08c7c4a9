//! The `Domain` of APIs: domain name, mappings of paths and records in a hosted zone.

use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Node, NodeKind};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::{hash, shape};

/// The groups of records that several APIs may share, each with the API that asked first.
#[derive(Default)]
pub(super) struct RecordSets(Vec<(String, Made)>);

impl RecordSets {
    /// All groups.
    pub(super) fn take(&mut self) -> Vec<(String, Made)> {
        std::mem::take(&mut self.0)
    }
}

impl Sam<'_> {
    /// The resources of the domain of a REST API.
    pub(super) fn api_domain(&mut self, source: &Source, properties: &Node) -> Outcome {
        let Some(domain) = shape::some(properties, "Domain") else { return Ok(Vec::new()) };
        let at = source.at_property("Domain");
        let (name, certificate) = required(source, domain, at)?;
        let endpoint = domain.get("EndpointConfiguration").and_then(Node::as_str).unwrap_or("REGIONAL");
        let is_private = endpoint == "PRIVATE";
        let version = if is_private { "V2" } else { "" };
        let id = format!("ApiGatewayDomainName{version}{}", hash::of_node(name));
        let mut configuration = vec![("Types", at.list([at.text(endpoint)]))];
        configuration.extend(shape::set(domain, "IpAddressType").map(|it| ("IpAddressType", it.clone())));
        let certificate_key = if endpoint == "REGIONAL" { "RegionalCertificateArn" } else { "CertificateArn" };
        let made = source
            .beside(at, id.as_str(), &format!("AWS::ApiGateway::DomainName{version}"))
            .with("DomainName", name.clone())
            .with(certificate_key, certificate.clone())
            .with("EndpointConfiguration", at.map(configuration))
            .copy(domain, &["MutualTlsAuthentication", "SecurityPolicy", "EndpointAccessMode"])
            .copy(domain, &["OwnershipVerificationCertificateArn"]);
        let made = if is_private { made.copy(domain, &["Policy"]) } else { made };
        let mut all = vec![made];
        let name_key = if is_private { "DomainNameArn" } else { "DomainName" };
        let is_normal = domain.get("NormalizeBasePath").is_none_or(shape::is_truthy);
        for path in base_paths(domain) {
            let plain: String = path.iter().flat_map(|it| it.chars()).filter(|it| it.is_alphanumeric()).collect();
            let mapping = source
                .beside(
                    at,
                    format!("{}{plain}BasePathMapping", source.id),
                    &format!("AWS::ApiGateway::BasePathMapping{version}"),
                )
                .with(name_key, at.reference(&id))
                .with("RestApiId", at.reference(&source.id))
                .with("Stage", at.reference(&format!("{}.Stage", source.id)));
            let base = path.map(|it| at.text(if is_normal { plain } else { it }));
            all.push(mapping.with_some("BasePath", base));
        }
        if let Some(access) = shape::some(domain, "AccessAssociation").filter(|_| is_private) {
            let endpoint = access.get("VpcEndpointId").cloned().unwrap_or_else(|| at.no_value());
            let suffix = hash::of_node(&at.list([endpoint.clone(), at.text(id.as_str())]));
            let kind = "AWS::ApiGateway::DomainNameAccessAssociation";
            all.push(
                source
                    .beside(at, format!("DomainNameAccessAssociation{suffix}"), kind)
                    .with("DomainNameArn", at.reference(&id))
                    .with("AccessAssociationSourceType", at.text("VPCE"))
                    .with("AccessAssociationSource", endpoint),
            );
        }
        self.records(source, domain, at, &id, endpoint)?;
        Ok(all)
    }

    /// The resources of the domain of an HTTP or WebSocket API.
    pub(super) fn api_v2_domain(&mut self, source: &Source, properties: &Node, is_tagged: bool) -> Outcome {
        let Some(domain) = shape::some(properties, "Domain") else { return Ok(Vec::new()) };
        let at = source.at_property("Domain");
        let (name, certificate) = required(source, domain, at)?;
        let id = format!("ApiGatewayDomainNameV2{}", hash::of_node(name));
        let endpoint = domain.get("EndpointConfiguration").cloned().unwrap_or_else(|| at.text("REGIONAL"));
        let mut configuration = vec![("CertificateArn", certificate.clone()), ("EndpointType", endpoint)];
        for key in ["OwnershipVerificationCertificateArn", "SecurityPolicy"] {
            configuration.extend(shape::set(domain, key).map(|it| (key, it.clone())));
        }
        let mut made = source
            .beside(at, id.as_str(), "AWS::ApiGatewayV2::DomainName")
            .with("DomainName", name.clone())
            .with("DomainNameConfigurations", at.list([at.map(configuration)]))
            .copy(domain, &["MutualTlsAuthentication"]);
        if is_tagged {
            made.set("Tags", at.map([("httpapi:createdBy", at.text("SAM"))]));
        }
        let mut all = vec![made];
        for path in base_paths(domain) {
            let plain: String =
                path.iter().flat_map(|it| it.chars()).filter(|it| !matches!(it, '-' | '_' | '/')).collect();
            let mapping = source
                .beside(at, format!("{}{plain}ApiMapping", source.id), "AWS::ApiGatewayV2::ApiMapping")
                .with("DomainName", at.reference(&id))
                .with("ApiId", at.reference(&source.id))
                .with("Stage", at.reference(&format!("{}.Stage", source.id)));
            all.push(mapping.with_some("ApiMappingKey", path.map(|it| at.text(it.trim_matches('/')))));
        }
        self.records(source, domain, at, &id, "REGIONAL")?;
        Ok(all)
    }

    /// Adds the records of `Route53` to the group of their hosted zone.
    fn records(&mut self, source: &Source, domain: &Node, at: At, name: &str, endpoint: &str) -> Result<(), Declined> {
        let Some(route53) = shape::some(domain, "Route53") else { return Ok(()) };
        let zone = shape::set(route53, "HostedZoneId").or_else(|| shape::set(route53, "HostedZoneName"));
        let Some(zone) = zone else {
            let message = format!("`Route53` of `{}` needs `HostedZoneId` or `HostedZoneName`", source.id);
            return Err(Declined::wrong(At(route53.span), message));
        };
        let suffix = if shape::set(route53, "SeparateRecordSetGroup").is_some() {
            let own = domain.get("DomainName").cloned().unwrap_or_else(|| at.no_value());
            hash::of_node(&at.list([zone.clone(), own]))
        } else {
            hash::of_node(zone)
        };
        let id = format!("RecordSetGroup{suffix}");
        let records = record_sets(domain, route53, at, name, endpoint);
        match self.record_sets.0.iter_mut().find(|(_, it)| it.id == id) {
            Some((_, group)) => {
                let mut all = group.get("RecordSets").map(|it| it.elements().to_vec()).unwrap_or_default();
                all.extend(records);
                group.set("RecordSets", at.list(all));
            }
            None => {
                let group = source
                    .beside(at, id, "AWS::Route53::RecordSetGroup")
                    .copy(route53, &["HostedZoneId", "HostedZoneName"])
                    .with("RecordSets", at.list(records));
                self.record_sets.0.push((source.id.clone(), group));
            }
        }
        Ok(())
    }
}

fn required<'n>(source: &Source, domain: &'n Node, at: At) -> Result<(&'n Node, &'n Node), Declined> {
    match (shape::some(domain, "DomainName"), shape::some(domain, "CertificateArn")) {
        (Some(name), Some(certificate)) => Ok((name, certificate)),
        _ => Err(Declined::wrong(at, format!("`Domain` of `{}` needs `DomainName` and `CertificateArn`", source.id))),
    }
}

/// The base paths, or one that is none.
fn base_paths(domain: &Node) -> Vec<Option<String>> {
    match shape::set(domain, "BasePath").map(|it| &it.kind) {
        Some(NodeKind::String(path)) => vec![Some(path.clone())],
        Some(NodeKind::Sequence(paths)) => {
            paths.iter().filter_map(|it| it.as_str().map(|it| Some(it.to_owned()))).collect()
        }
        _ => vec![None],
    }
}

fn record_sets(domain: &Node, route53: &Node, at: At, name: &str, endpoint: &str) -> Vec<Node> {
    let given = |key| route53.get(key).cloned();
    let (zone, host) = match endpoint {
        "REGIONAL" => (Some(at.get_att(name, "RegionalHostedZoneId")), Some(at.get_att(name, "RegionalDomainName"))),
        "EDGE" => {
            let distribution = given("DistributionDomainName");
            let host = distribution.unwrap_or_else(|| at.get_att(name, "DistributionDomainName"));
            // The hosted zone of every CloudFront distribution.
            (Some(at.text("Z2FDTNDATAQYW2")), Some(host))
        }
        _ => (given("VpcEndpointHostedZoneId"), given("VpcEndpointDomainName")),
    };
    let mut target = Vec::new();
    target.extend(given("EvaluateTargetHealth").map(|it| ("EvaluateTargetHealth", it)));
    target.extend(zone.map(|it| ("HostedZoneId", it)));
    target.extend(host.map(|it| ("DNSName", it)));
    let record = |kind: &str| {
        let mut entries = Vec::new();
        entries.extend(domain.get("DomainName").map(|it| ("Name", it.clone())));
        entries.extend([("Type", at.text(kind)), ("AliasTarget", at.map(target.clone()))]);
        entries.extend(["Region", "SetIdentifier"].into_iter().filter_map(|key| Some((key, given(key)?))));
        at.map(entries)
    };
    let mut records = vec![record("A")];
    if route53.get("IpV6").is_some_and(shape::is_truthy) {
        records.push(record("AAAA"));
    }
    records
}

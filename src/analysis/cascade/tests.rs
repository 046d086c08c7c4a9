//! Each form of a rejection, on the open core where `Db` is only pretended.

use super::REJECTED;
use crate::analysis::analyse;
use crate::analysis::testing::{embedded, open, read, target};
use crate::db::Db;
use crate::stack::Stack;

/// The built-in knowledge, and these rejections of `AWS::SNS::Topic`.
fn knowledge(rejects: &str) -> Db {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("behaviour")).unwrap();
    let text = format!("[\"AWS::SNS::Topic\"]\nrejects = [{rejects}]\n");
    std::fs::write(dir.path().join("behaviour/sns.toml"), text).unwrap();
    embedded().clone().overlay(dir.path()).unwrap()
}

fn found(stack: &Stack, db: &Db) -> Vec<String> {
    let report = analyse(stack, &target("community", &[]), db);
    let rejections = report.findings.iter().filter(|it| it.id == REJECTED);
    let name = |it: &crate::analysis::Finding| {
        let certain = if it.depends_on.is_none() { "" } else { "?" };
        format!("{certain}{}", it.property.as_deref().unwrap_or_default())
    };
    rejections.map(name).collect()
}

/// Which properties of a topic are refused.
fn refused(rejects: &str, properties: &str) -> Vec<String> {
    let text = format!(
        "Resources:\n  Db: {{Type: AWS::RDS::DBCluster}}\n  X: {{Type: AWS::SNS::Topic, Properties: {properties}}}\n"
    );
    found(&open(&text), &knowledge(rejects))
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_list_may_refuse_the_word_in_its_place_only() {
    let list = "{ path = \"Tags\", shape = \"list\" }";
    assert_eq!(refused(list, "{Tags: !GetAtt Db.TagList}"), ["Tags"]);
    assert_eq!(refused(list, "{Tags: [!GetAtt Db.Tag]}"), NOTHING);
    assert_eq!(refused(list, "{Tags: !Split [',', !Ref Db]}"), NOTHING);
    assert_eq!(refused(list, "{Tags: !If [C, !GetAtt Db.TagList, []]}"), ["?Tags"]);
}

#[test]
fn a_condition_of_a_rejection_is_asked_of_the_mapping_that_holds_the_property() {
    let endpoint = "{ path = \"Subscription.*.Endpoint\", when = { path = \"Protocol\", eq = \"sqs\" } }";
    let topic = |protocol: &str, other: &str| {
        format!("{{Subscription: [{{Protocol: {protocol}, Endpoint: !Ref Db}}, {{Protocol: {other}, Endpoint: x}}]}}")
    };
    assert_eq!(refused(endpoint, &topic("sqs", "email")), ["Subscription.Endpoint"]);
    assert_eq!(refused(endpoint, &topic("email", "sqs")), NOTHING);
    assert_eq!(refused(endpoint, &topic("!Ref P", "sqs")), ["?Subscription.Endpoint"]);
    let name = "{ path = \"TopicName\", when = { path = \"FifoTopic\", eq = true } }";
    assert_eq!(refused(name, "{TopicName: !Ref Db, FifoTopic: true}"), ["TopicName"]);
    assert_eq!(refused(name, "{TopicName: !Ref Db}"), NOTHING);
    let elements = "{ path = \"Tags.*\", when = { path = \"FifoTopic\", is = \"absent\" } }";
    assert_eq!(refused(elements, "{Tags: [a, !Ref Db]}"), ["Tags"]);
    assert_eq!(refused(elements, "{Tags: [a, !Ref Db], FifoTopic: true}"), NOTHING);
}

#[test]
fn texts_pass_or_fail_by_a_regular_expression() {
    let accepts = "{ path = \"TopicName\", accepts = \"^a-\" }";
    assert_eq!(refused(accepts, "{TopicName: !Sub 'a-${Db}'}"), NOTHING);
    assert_eq!(refused(accepts, "{TopicName: !Ref Db}"), ["TopicName"]);
    let refuses = "{ path = \"TopicName\", refuses = 'Resource: unknown' }";
    assert_eq!(refused(refuses, "{TopicName: !Sub 'Resource: ${Db}'}"), ["TopicName"]);
    assert_eq!(refused(refuses, "{TopicName: !Sub 'Resource: a-${Db}'}"), NOTHING);
    assert_eq!(refused(refuses, "{TopicName: !Sub '${P}: ${Db}'}"), ["?TopicName"]);
}

#[test]
fn attributes_of_supported_types_give_what_their_row_says() {
    let endpoint = |kind: &str, value: &str| {
        let text = format!(
            "Resources:\n  E: {{Type: AWS::EC2::VPCEndpoint, Properties: {{VpcEndpointType: {kind}}}}}\n  \
             X: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {value}}}}}\n"
        );
        found(&open(&text), embedded())
    };
    let first = "!Select [0, !GetAtt E.DnsEntries]";
    assert_eq!(endpoint("Gateway", first), ["DisplayName"], "a word is no list");
    assert_eq!(endpoint("Interface", first), ["DisplayName"], "mappings cannot be selected");
    let joined = "!Join [',', !GetAtt E.DnsEntries]";
    assert_eq!(endpoint("Gateway", joined), ["DisplayName"]);
    assert_eq!(endpoint("Interface", joined), NOTHING);
    assert_eq!(endpoint("!Ref P", joined), ["?DisplayName"]);
    let network = "!Select [0, !GetAtt E.NetworkInterfaceIds]";
    assert_eq!(endpoint("Interface", network), NOTHING);
    assert_eq!(endpoint("!Ref 'AWS::NoValue'", network), ["DisplayName"], "a gateway is the default");
}

#[test]
fn a_number_cannot_be_read_from_anywhere() {
    let list = |value: &str| {
        let text = format!(
            "Resources:\n  L: {{Type: AWS::EC2::PrefixList, Properties: {{AddressFamily: IPv4}}}}\n  \
             X: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {value}}}}}\n"
        );
        found(&read(&text), embedded())
    };
    assert_eq!(list("!GetAtt L.Version"), ["DisplayName"]);
    assert_eq!(list("!Sub 'v${L.Version}'"), ["DisplayName"]);
    assert_eq!(list("!Ref L"), NOTHING);
}

#[test]
fn a_dynamic_reference_cannot_find_the_placeholder() {
    let stack = |value: &str| {
        let text = format!(
            "Resources:\n  Db: {{Type: AWS::RDS::DBCluster}}\n  S: {{Type: AWS::SecretsManager::Secret}}\n  \
             X: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {value}}}}}\n"
        );
        found(&read(&text), embedded())
    };
    for lost in [
        "!Sub '{{resolve:secretsmanager:${Db.MasterUserSecret.SecretArn}:SecretString:password}}'",
        "!Join ['', ['{{resolve:secretsmanager:', !Ref Db, ':SecretString:password}}']]",
        "!Sub 'x-{{resolve:ssm:/db/${Db}}}'",
        "!Sub '{{resolve:ssm-secure:${Db}:1}}'",
    ] {
        assert_eq!(stack(lost), ["DisplayName"], "{lost}");
    }
    for fine in [
        "!Sub '{{resolve:secretsmanager:${S}:SecretString:password}}'",
        "!Sub '${Db}-{{resolve:ssm:/db/host}}'",
        "!Sub '{{resolve:other:${Db}}}'",
    ] {
        assert_eq!(stack(fine), NOTHING, "{fine}");
    }
}

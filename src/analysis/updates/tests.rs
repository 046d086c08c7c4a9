//! What updates do, on the built-in knowledge: each case was deployed and updated on a running LocalStack.

use super::{UpdateOutcome, Updates, updates};
use crate::analysis::testing::{embedded, read};
use crate::analysis::{Certainty, Finding};
use crate::db::{FailsOn, Schemas, Severity};
use crate::target::{Target, TargetOptions};

use UpdateOutcome::*;

fn schemas() -> &'static Schemas {
    static SCHEMAS: std::sync::OnceLock<Schemas> = std::sync::OnceLock::new();
    SCHEMAS.get_or_init(|| Schemas::embedded().unwrap())
}

fn on(plan: &str, old: &str, new: &str) -> Updates {
    let options = TargetOptions { release: Some("2026.3"), plan: Some(plan), ..TargetOptions::default() };
    let target = Target::new(embedded(), &options).unwrap();
    updates(&read(&format!("Resources:\n{old}")), &read(&format!("Resources:\n{new}")), &target, embedded(), schemas())
}

/// The outcomes of `A` on LocalStack and on AWS, and the ids of the findings.
fn of(old: &str, new: &str) -> (UpdateOutcome, UpdateOutcome, Vec<String>) {
    let Updates { updates, findings } = on("community", old, new);
    let own = updates.iter().find(|it| it.logical_id == "A").unwrap();
    (own.localstack, own.aws, findings.into_iter().map(|it| it.id).collect())
}

/// One resource `A` of `kind` with other properties.
fn modified(kind: &str, old: &str, new: &str) -> (UpdateOutcome, UpdateOutcome, Vec<String>) {
    let one = |properties| format!("  A: {{Type: '{kind}', Properties: {properties}}}\n");
    of(&one(old), &one(new))
}

fn finding(plan: &str, old: &str, new: &str, id: &str) -> Finding {
    let findings = on(plan, old, new).findings;
    findings.iter().find(|it| it.id == id).unwrap_or_else(|| panic!("{findings:?}")).clone()
}

#[test]
fn a_provider_that_updates_makes_the_change() {
    for (kind, old, new) in [
        ("AWS::SQS::Queue", "{VisibilityTimeout: 30}", "{VisibilityTimeout: 60}"),
        ("AWS::SQS::Queue", "{VisibilityTimeout: 30}", "{}"),
        ("AWS::SQS::Queue", "{Tags: [{Key: a, Value: b}]}", "{Tags: [{Key: c, Value: d}]}"),
        ("AWS::SSM::Parameter", "{Type: String, Value: a}", "{Type: String, Value: b, Tags: {x: '1'}}"),
        ("AWS::SNS::Topic", "{TopicName: t, DisplayName: a}", "{TopicName: t, DisplayName: b}"),
        ("AWS::Lambda::Function", "{Timeout: 3}", "{Timeout: 9}"),
        ("AWS::ApiGateway::Method", "{AuthorizationType: NONE}", "{AuthorizationType: AWS_IAM}"),
    ] {
        assert_eq!(modified(kind, old, new), (InPlace, InPlace, Vec::new()), "{kind} {old} {new}");
    }
}

#[test]
fn a_provider_without_update_says_nothing() {
    for (kind, old, new) in [
        ("AWS::S3::Bucket", "{}", "{VersioningConfiguration: {Status: Enabled}}"),
        ("AWS::KMS::Key", "{Description: a}", "{Description: b}"),
        ("AWS::Events::Rule", "{ScheduleExpression: rate(1 hour)}", "{ScheduleExpression: rate(2 hours)}"),
        ("AWS::SecretsManager::Secret", "{SecretString: a}", "{SecretString: b}"),
        ("AWS::EC2::VPC", "{CidrBlock: 10.0.0.0/16}", "{CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}"),
        ("AWS::Kinesis::Stream", "{ShardCount: 1}", "{ShardCount: 2}"),
        ("AWS::IAM::User", "{Path: /a/}", "{Path: /b/}"),
        ("AWS::ApiGateway::RestApi", "{Name: a}", "{Name: b}"),
    ] {
        let not_made = vec!["update-not-made".to_owned()];
        assert_eq!(modified(kind, old, new), (NotMade, InPlace, not_made), "{kind} {old} {new}");
    }
}

#[test]
fn aws_replaces_what_localstack_leaves_as_it_is() {
    let table = "AWS::DynamoDB::Table";
    let (localstack, aws, _) =
        modified(table, "{KeySchema: [{AttributeName: a}]}", "{KeySchema: [{AttributeName: b}]}");
    assert_eq!((localstack, aws), (NotMade, Replaced));
}

#[test]
fn properties_that_a_provider_does_not_pass_on_are_told_apart() {
    let role = "AWS::IAM::Role";
    assert_eq!(modified(role, "{Policies: []}", "{Policies: [{PolicyName: a}]}").0, NotMade);
    let function = "AWS::Lambda::Function";
    assert_eq!(modified(function, "{Description: a}", "{}").0, NotMade);
    assert_eq!(modified(function, "{Description: a}", "{Description: b}").0, InPlace);
    let partly = on(
        "community",
        "  A: {Type: AWS::Lambda::Function, Properties: {Timeout: 3}}\n",
        "  A: {Type: AWS::Lambda::Function, Properties: {Timeout: 4, ReservedConcurrentExecutions: 1}}\n",
    );
    let own = &partly.updates[0];
    assert_eq!(own.localstack, PartlyMade);
    let made: Vec<_> = own.properties.iter().map(|it| (it.path.as_str(), it.is_made)).collect();
    assert_eq!(made, [("Timeout", Some(true)), ("ReservedConcurrentExecutions", Some(false))]);
    assert!(partly.findings[0].localstack.contains("`ReservedConcurrentExecutions` (new)"));
    assert_eq!(
        modified(
            "AWS::ApiGateway::Method",
            "{Integration: {Type: MOCK}, AuthorizationType: NONE}",
            "{Integration: {Type: MOCK}, AuthorizationType: AWS_IAM}"
        )
        .0,
        NotMade
    );
}

#[test]
fn some_providers_delete_and_create_again() {
    assert_eq!(modified("AWS::SNS::Topic", "{DisplayName: a}", "{DisplayName: b}").0, Recreated);
    let role = "AWS::IAM::Role";
    let (localstack, aws, ids) = modified(role, "{ManagedPolicyArns: []}", "{ManagedPolicyArns: [a]}");
    assert_eq!((localstack, aws, ids), (Recreated, InPlace, vec!["update-recreates".to_owned()]));
}

#[test]
fn some_updates_fail() {
    let failing = |kind, old, new| modified(kind, old, new) == (Fails, InPlace, vec!["update-fails".to_owned()]);
    assert!(failing("AWS::EC2::Instance", "{InstanceType: t2.micro}", "{InstanceType: t3.micro}"));
    assert!(failing("AWS::SSM::Parameter", "{Value: a, Tags: {x: '1'}}", "{Value: a, Tags: {y: '1'}}"));
    assert!(failing("AWS::Route53::RecordSet", "{HostedZoneName: a., TTL: 60}", "{HostedZoneName: a., TTL: 90}"));
    assert_eq!(
        modified("AWS::Route53::RecordSet", "{HostedZoneId: a, TTL: 60}", "{HostedZoneId: a, TTL: 90}").0,
        InPlace
    );
}

#[test]
fn create_only_properties_replace() {
    let (localstack, aws, ids) = modified("AWS::SQS::Queue", "{QueueName: a}", "{QueueName: b}");
    assert_eq!((localstack, aws, ids), (Replaced, Replaced, vec!["update-replaces".to_owned()]));
    assert_eq!(modified("AWS::EC2::Instance", "{ImageId: a}", "{ImageId: b}").0, Replaced);
}

#[test]
fn a_named_resource_is_not_replaced_on_aws() {
    let role = |path| format!("  A: {{Type: AWS::IAM::Role, Properties: {{RoleName: r, Path: {path}}}}}\n");
    let found = finding("community", &role("/a/"), &role("/b/"), "update-name-kept");
    assert_eq!((found.severity, found.fails_on), (Severity::Error, FailsOn::Aws));
    assert_eq!(found.property.as_deref(), Some("Path"));
    let other = |name, path| format!("  A: {{Type: AWS::IAM::Role, Properties: {{RoleName: {name}, Path: {path}}}}}\n");
    assert_eq!(of(&other("a", "/a/"), &other("b", "/b/")).2, ["update-replaces"]);
}

#[test]
fn a_policy_is_replaced_when_its_bucket_changes_too() {
    let policy = |tags, action| {
        format!(
            "  B: {{Type: AWS::S3::Bucket, Properties: {{Tags: {tags}}}}}\n  A: {{Type: AWS::S3::BucketPolicy, \
             Properties: {{Bucket: !Ref B, PolicyDocument: {action}}}}}\n"
        )
    };
    let (localstack, aws, _) = of(&policy("[]", "a"), &policy("[{Key: a, Value: b}]", "b"));
    assert_eq!((localstack, aws), (Replaced, InPlace));
    assert_eq!(of(&policy("[]", "a"), &policy("[]", "b")).0, NotMade);
    let untouched = on("community", &policy("[]", "a"), &policy("[{Key: a, Value: b}]", "a"));
    assert_eq!(untouched.updates.len(), 1);
}

#[test]
fn what_refers_to_a_new_identity_changes_with_it() {
    let target = |name| {
        format!(
            "  Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n  A: {{Type: AWS::Events::Rule, \
             Properties: {{Targets: [{{Id: a, Arn: !GetAtt Q.Arn}}]}}}}\n"
        )
    };
    assert_eq!(of(&target("a"), &target("b")).0, NotMade);
    let subscription = |name| {
        format!(
            "  T: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: {name}}}}}\n  A: {{Type: AWS::SNS::Subscription, \
             Properties: {{Protocol: sqs, TopicArn: !Ref T, Endpoint: x}}}}\n"
        )
    };
    let (localstack, aws, ids) = of(&subscription("a"), &subscription("b"));
    assert_eq!((localstack, aws), (Replaced, Unchanged));
    assert_eq!(ids, ["update-recreates", "update-replaces"]);
}

#[test]
fn additions_and_removals() {
    let queue = "  A: {Type: AWS::SQS::Queue}\n";
    let other = "  B: {Type: AWS::SQS::Queue}\n";
    assert_eq!(of(other, &format!("{queue}{other}")), (Created, Created, Vec::new()));
    assert_eq!(of(&format!("{queue}{other}"), other), (Deleted, Deleted, Vec::new()));
    let kept = |policy| format!("  A: {{Type: AWS::SQS::Queue, DeletionPolicy: {policy}}}\n{other}");
    assert_eq!(of(&kept("Retain"), other), (Kept, Kept, Vec::new()));
    assert_eq!(of(&kept("RetainExceptOnCreate"), other), (Deleted, Kept, vec!["update-deletes".to_owned()]));
    assert_eq!(of(other, &format!("{other}  A: {{Type: AWS::Glue::Job}}\n")).0, Pretended);
}

#[test]
fn a_condition_that_turns_false_deletes_nothing() {
    let options = TargetOptions { release: Some("2026.3"), plan: Some("community"), ..TargetOptions::default() };
    let target = Target::new(embedded(), &options).unwrap();
    let stack = |value: &str| {
        read(&format!(
            "Conditions: {{C: !Equals [a, {value}]}}\nResources:\n  A: {{Type: AWS::SQS::Queue, Condition: C}}\n"
        ))
    };
    let found = updates(&stack("a"), &stack("b"), &target, embedded(), schemas());
    assert_eq!((found.updates[0].localstack, found.updates[0].aws), (NotMade, Deleted));
    assert_eq!(found.findings[0].id, "update-not-made");
    let on = updates(&stack("b"), &stack("a"), &target, embedded(), schemas());
    assert_eq!((on.updates[0].localstack, on.findings.len()), (Created, 0));
}

#[test]
fn a_name_that_moves_to_another_logical_id_is_taken() {
    let queue = |id, name| format!("  {id}: {{Type: AWS::SQS::Queue, Properties: {{QueueName: {name}}}}}\n");
    let found = finding("community", &queue("Old", "a"), &queue("A", "a"), "update-renamed");
    assert!(found.solution.contains("`Old`"));
    assert_eq!(found.fails_on, FailsOn::Aws);
    assert_eq!(of(&queue("Old", "a"), &queue("A", "b")).2, [""; 0]);
}

#[test]
fn a_type_that_changes_is_refused_by_aws() {
    let (localstack, aws, ids) = of("  A: {Type: AWS::SQS::Queue}\n", "  A: {Type: AWS::SNS::Topic}\n");
    assert_eq!((localstack, aws, ids), (Replaced, Refused, vec!["update-type-changed".to_owned()]));
}

#[test]
fn metadata_and_policies_alone_change_no_resource() {
    let queue = |more| format!("  A: {{Type: AWS::SQS::Queue{more}}}\n");
    for more in [", Metadata: {a: 1}", ", DeletionPolicy: Retain", ", UpdateReplacePolicy: Retain"] {
        assert_eq!(on("community", &queue(""), &queue(more)), Updates::default(), "{more}");
    }
}

#[test]
fn tags_alone_are_a_note() {
    let bucket = |tags| format!("  A: {{Type: AWS::S3::Bucket, Properties: {{Tags: {tags}}}}}\n");
    let found = finding("community", &bucket("[]"), &bucket("[{Key: a, Value: b}]"), "update-not-made");
    assert_eq!(found.severity, Severity::Note);
}

#[test]
fn nothing_is_certain_about_a_licensed_image() {
    let bucket = |properties| format!("  A: {{Type: AWS::S3::Bucket, Properties: {properties}}}\n");
    let (old, new) = (bucket("{}"), bucket("{AccessControl: Private}"));
    let found = finding("hobby", &old, &new, "update-not-made");
    assert_eq!(found.certainty, Certainty::Possible);
    assert!(found.depends_on.unwrap().contains("LocalStack 2026.3 (hobby)"));
    let api = |name| format!("  A: {{Type: AWS::ApiGatewayV2::Api, Properties: {{Name: {name}}}}}\n");
    let licensed = on("base", &api("a"), &api("b"));
    assert_eq!((licensed.updates[0].localstack, licensed.updates[0].aws), (Unknown, InPlace));
    assert_eq!(licensed.findings, []);
}

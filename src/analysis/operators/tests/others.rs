//! Other resources: what they have in common with the subject, when they are created, what a role is allowed.

use super::super::super::testing::*;
use crate::stack::{Reason, Truth};

fn judged(resources: &str, when: &str) -> Truth {
    outcome(&open(&format!("Resources:\n{resources}")), when).truth
}

const TWIN: &str = r#"{ exists = { resource = "AWS::SQS::Queue", same = ["QueueName"] } }"#;

fn queues(own: &str, other: &str) -> String {
    format!("  Y: {{Type: AWS::SQS::Queue, {other}}}\n  X: {{Type: AWS::SQS::Queue, {own}}}\n")
}

#[test]
fn resources_have_values_in_common() {
    let named = |own: &str, other: &str| {
        judged(
            &queues(&format!("Properties: {{QueueName: {own}}}"), &format!("Properties: {{QueueName: {other}}}")),
            TWIN,
        )
    };
    assert_eq!(named("a", "a"), Truth::Yes);
    assert_eq!(named("!Sub 'a-${P}'", "!Sub 'a-${P}'"), Truth::Yes);
    assert_eq!(named("!Sub '${AWS::StackName}-q'", "!Sub '${AWS::StackName}-q'"), Truth::Yes);
    assert_eq!(named("a", "b"), Truth::No);
    assert_eq!(named("a", "!Ref AWS::NoValue"), Truth::No);
    assert_eq!(named("!Ref AWS::NoValue", "!Ref AWS::NoValue"), Truth::No);
    assert_eq!(named("a", "!Ref P"), on_parameter());
    assert_eq!(named("!Ref P", "a"), on_parameter());
    assert_eq!(named("a", "!If [C, a, b]"), on_condition("C"));
    assert_eq!(judged(&queues("", ""), TWIN), Truth::No);
    let alone = "  X: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref P}}\n";
    assert_eq!(judged(alone, TWIN), Truth::No, "there is no other one");
}

#[test]
fn absent_values_in_common_count_by_their_default() {
    let when = r#"{ exists = { resource = "AWS::Events::Rule", same = ["Name", { path = "EventBusName", default = "default" }] } }"#;
    let rule = |id: &str, more: &str| format!("  {id}: {{Type: AWS::Events::Rule, Properties: {{Name: a{more}}}}}\n");
    assert_eq!(judged(&(rule("X", "") + &rule("Y", "")), when), Truth::Yes);
    assert_eq!(judged(&(rule("X", "") + &rule("Y", ", EventBusName: default")), when), Truth::Yes);
    assert_eq!(judged(&(rule("X", "") + &rule("Y", ", EventBusName: own")), when), Truth::No);
}

#[test]
fn resources_under_conditions_may_be_twins() {
    let name = "Properties: {QueueName: a}";
    assert_eq!(judged(&queues(name, &format!("Condition: C, {name}")), TWIN), on_condition("C"));
    assert_eq!(judged(&queues(&format!("Condition: C, {name}"), &format!("Condition: C, {name}")), TWIN), Truth::Yes);
}

#[test]
fn the_later_one_can_be_asked_for() {
    let when = r#"{ exists = { resource = "AWS::SQS::Queue", same = ["QueueName"], order = "written_before" } }"#;
    let name = "Properties: {QueueName: a}";
    assert_eq!(judged(&queues(name, name), when), Truth::Yes);
    let turned = "  X: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}\n  Y: {Type: AWS::SQS::Queue, Properties: {QueueName: a}}\n";
    assert_eq!(judged(turned, when), Truth::No);
}

#[test]
fn parts_of_the_template_are_compared_too() {
    let entries = entry(
        "Template::Output",
        r#"{ exists = { resource = "Template::Output", same = ["Export.Name"], order = "written_before" } }"#,
        "",
    );
    let db = with_entries(&entries);
    let stack = read(
        "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs:\n  A: {Value: x, Export: {Name: n}}\n  B: {Value: y, Export: {Name: n}}\n  C: {Value: z, Export: {Name: m}}\n  D: {Value: z}\n",
    );
    let report = super::super::super::analyse(&stack, &target("community", &[]), &db);
    let found: Vec<&str> =
        report.findings.iter().filter(|it| it.id == "test-entry").filter_map(|it| it.logical_id.as_deref()).collect();
    assert_eq!(found, ["B"]);
}

#[test]
fn sums_go_over_resources() {
    let when = r#"{ value = { over = { resource = "AWS::Lambda::Function" }, each = "ReservedConcurrentExecutions" }, gt = 900 }"#;
    let function = |id: &str, more: &str| format!("  {id}: {{Type: AWS::Lambda::Function, {more}}}\n");
    let reserved = |n: &str| format!("Properties: {{ReservedConcurrentExecutions: {n}}}");
    assert_eq!(judged(&(function("X", &reserved("500")) + &function("Y", &reserved("500"))), when), Truth::Yes);
    assert_eq!(judged(&(function("X", &reserved("500")) + &function("Y", "")), when), Truth::No);
    assert_eq!(judged(&(function("X", &reserved("500")) + &function("Y", &reserved("!Ref P"))), when), on_parameter());
    let conditional = format!("Condition: C, {}", reserved("500"));
    assert_eq!(judged(&(function("X", &reserved("500")) + &function("Y", &conditional)), when), on_condition("C"));
    let count =
        r#"{ value = { over = { resource = "AWS::Logs::SubscriptionFilter", linked_by = "LogGroupName" } }, gt = 2 }"#;
    let filter =
        |id: &str| format!("  {id}: {{Type: AWS::Logs::SubscriptionFilter, Properties: {{LogGroupName: !Ref X}}}}\n");
    let group = "  X: {Type: AWS::Logs::LogGroup}\n";
    assert_eq!(judged(&(group.to_owned() + &filter("A") + &filter("B")), count), Truth::No);
    assert_eq!(judged(&(group.to_owned() + &filter("A") + &filter("B") + &filter("D")), count), Truth::Yes);
}

fn ordered(own: &str, between: &str, order: &str) -> Truth {
    let when = format!("{{ exists = {{ resource = \"AWS::EC2::VPCGatewayAttachment\", order = \"{order}\" }} }}");
    judged(
        &format!(
            "  X: {{Type: AWS::EC2::NatGateway, {own}}}\n  M: {{Type: AWS::EC2::Route, {between}}}\n  G: {{Type: AWS::EC2::VPCGatewayAttachment}}\n"
        ),
        &when,
    )
}

#[test]
fn resources_wait_for_others() {
    for (own, between) in [
        ("DependsOn: G", ""),
        ("DependsOn: [M]", "DependsOn: G"),
        ("Properties: {A: !Ref M}", "Properties: {B: !Sub '${G}'}"),
        ("Properties: {A: !GetAtt G.Id}", ""),
    ] {
        assert_eq!(ordered(own, between, "created_before"), Truth::Yes, "{own} {between}");
        assert_eq!(ordered(own, between, "created_after"), Truth::No, "{own} {between}");
        assert_eq!(ordered(own, between, "unordered"), Truth::No, "{own} {between}");
    }
    assert_eq!(ordered("", "DependsOn: G", "created_before"), Truth::No);
    assert_eq!(ordered("", "", "unordered"), Truth::Yes);
    let conditional = ordered("Properties: {A: !If [C, !Ref G, x]}", "", "created_before");
    assert!(matches!(conditional, Truth::Unknown(_)), "{conditional:?}");
    let through = ordered("DependsOn: M", "Condition: C, DependsOn: G", "created_before");
    assert!(matches!(through, Truth::Unknown(_)), "{through:?}");
}

fn role(role: &str, more: &str) -> Truth {
    let when =
        r#"{ path = "Role", role_allows = { actions = ["sqs:SendMessage"], resource = "${AWS::SQS::Queue.arn}" } }"#;
    let when = when.replace("${AWS::SQS::Queue.arn}", "arn:aws:sqs:us-east-1:000000000000:q");
    judged(
        &format!(
            "  X: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt R.Arn}}}}\n  R: {{Type: AWS::IAM::Role, Properties: {{{role}}}}}\n{more}"
        ),
        &when,
    )
}

const SEND: &str = "{Statement: [{Effect: Allow, Action: 'sqs:Send*', Resource: '*'}]}";
const DENY: &str = "{Statement: [{Effect: Deny, Action: 'sqs:*', Resource: '*'}]}";

#[test]
fn a_role_is_allowed_what_its_policies_allow() {
    assert_eq!(role("", ""), Truth::No);
    assert_eq!(role(&format!("Policies: [{{PolicyName: p, PolicyDocument: {SEND}}}]"), ""), Truth::Yes);
    let other = SEND.replace("sqs:Send", "sns:Pub");
    assert_eq!(role(&format!("Policies: [{{PolicyName: p, PolicyDocument: {other}}}]"), ""), Truth::No);
    for (kind, by) in
        [("Policy", "Roles: [!Ref R]"), ("ManagedPolicy", "Roles: [!Ref R]"), ("RolePolicy", "RoleName: !Ref R")]
    {
        let policy = |condition: &str| {
            format!("  P1: {{Type: AWS::IAM::{kind}, {condition}Properties: {{PolicyDocument: {SEND}, {by}}}}}\n")
        };
        assert_eq!(role("", &policy("")), Truth::Yes, "{kind}");
        assert_eq!(role("", &policy("Condition: C, ")), on_condition("C"), "{kind}");
    }
    let managed = format!("  P1: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {SEND}}}}}\n");
    assert_eq!(role("ManagedPolicyArns: [!Ref P1]", &managed), Truth::Yes);
    assert_eq!(role("", &managed), Truth::No, "it is attached to nobody");
}

#[test]
fn what_is_known_of_aws_s_own_policies_counts() {
    assert_eq!(role("ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess']", ""), Truth::Yes);
    assert_eq!(
        role("ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess']", ""),
        Truth::Yes
    );
    assert_eq!(
        role("ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole']", ""),
        Truth::No
    );
    let unheard = role("ManagedPolicyArns: ['arn:aws:iam::aws:policy/SomethingNew']", "");
    assert!(matches!(unheard, Truth::Unknown(Reason::Other(_))), "{unheard:?}");
    assert_eq!(role("ManagedPolicyArns: [!Ref P]", ""), on_parameter());
    assert_eq!(role("ManagedPolicyArns: !Ref P", ""), on_parameter());
}

#[test]
fn a_denial_in_one_policy_wins_over_another() {
    let both =
        format!("Policies: [{{PolicyName: p, PolicyDocument: {SEND}}}, {{PolicyName: d, PolicyDocument: {DENY}}}]");
    assert_eq!(role(&both, ""), Truth::No);
    let managed = "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonSQSFullAccess']";
    assert_eq!(role(&format!("{managed}, Policies: [{{PolicyName: d, PolicyDocument: {DENY}}}]"), ""), Truth::No);
    let bounded = format!("{managed}, PermissionsBoundary: 'arn:aws:iam::aws:policy/AmazonSNSFullAccess'");
    assert_eq!(role(&bounded, ""), Truth::No);
    assert_eq!(role(&bounded.replace("SNSFull", "SQSFull"), ""), Truth::Yes);
    assert_eq!(role(&format!("{managed}, PermissionsBoundary: !Ref P"), ""), on_parameter());
}

#[test]
fn a_role_outside_of_the_stack_is_not_known() {
    let when = r#"{ path = "Role", role_allows = { actions = ["sqs:SendMessage"] } }"#;
    let of =
        |role: &str| judged(&format!("  X: {{Type: AWS::Lambda::Function, Properties: {{Role: {role}}}}}\n"), when);
    assert!(matches!(of("'arn:aws:iam::000000000000:role/x'"), Truth::Unknown(Reason::Other(_))));
    assert_eq!(of("!Ref P"), on_parameter());
    assert!(matches!(of("!ImportValue k"), Truth::Unknown(Reason::Import(_))));
    assert_eq!(judged("  X: {Type: AWS::Lambda::Function}\n", when), Truth::No);
}

use crate::analysis::testing::{on_condition, on_parameter, open, outcome};
use crate::stack::{Reason, Truth};

/// What the question says of a policy with these statements (YAML flow).
fn allows(statements: &str, question: &str) -> Truth {
    document(&format!("{{Version: '2012-10-17', Statement: {statements}}}"), question)
}

fn document(policy: &str, question: &str) -> Truth {
    let text = format!(
        "Resources:\n  X: {{Type: AWS::KMS::Key, Properties: {{KeyPolicy: {policy}}}}}\n  R: {{Type: AWS::IAM::Role}}\n"
    );
    outcome(&open(&text), &format!("{{ path = \"KeyPolicy\", policy_allows = {question} }}")).truth
}

const LOGS: &str = r#"{ principal = "logs.${region}.amazonaws.com", actions = ["kms:Encrypt", "kms:Decrypt"] }"#;

fn principal(principal: &str) -> Truth {
    allows(&format!("[{{Effect: Allow, Principal: {principal}, Action: 'kms:*', Resource: '*'}}]"), LOGS)
}

#[test]
fn everyone_and_the_regional_service_may() {
    for it in [
        "'*'",
        "{AWS: '*'}",
        "{AWS: ['arn:aws:iam::000000000000:root', '*']}",
        "{Service: logs.us-east-1.amazonaws.com}",
        "{Service: [s3.amazonaws.com, !Sub 'logs.${AWS::Region}.amazonaws.com']}",
        "{Service: !Sub 'logs.${AWS::Region}.amazonaws.com', AWS: x}",
        "{Service: '*'}",
    ] {
        assert_eq!(principal(it), Truth::Yes, "{it}");
    }
}

#[test]
fn the_global_service_and_the_account_may_not() {
    for it in [
        "{Service: logs.amazonaws.com}",
        "{Service: [s3.amazonaws.com, lambda.amazonaws.com, logs.amazonaws.com]}",
        "{AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}",
        "{AWS: logs.us-east-1.amazonaws.com}",
        "{AWS: !GetAtt R.Arn}",
        "{Federated: cognito-identity.amazonaws.com}",
        "[]",
        "text",
    ] {
        assert_eq!(principal(it), Truth::No, "{it}");
    }
}

#[test]
fn an_unknown_principal_decides_only_when_it_could_be_the_one() {
    assert_eq!(principal("{Service: !Ref P}"), on_parameter());
    assert_eq!(principal("{Service: !Sub '${P}.amazonaws.com'}"), on_parameter());
    assert_eq!(principal("{Service: !Sub 's3.${P}'}"), Truth::No);
    assert_eq!(principal("{AWS: !Ref P}"), on_parameter(), "it could be `*`");
    assert_eq!(principal("!If [C, '*', {AWS: x}]"), on_condition("C"));
    assert_eq!(principal("{Service: [!If [C, logs.us-east-1.amazonaws.com, !Ref AWS::NoValue]]}"), on_condition("C"));
}

#[test]
fn an_account_is_its_root() {
    let root = |asked: &str, entry: &str| {
        let question = format!("{{ principal = \"{asked}\", actions = [\"kms:Encrypt\"] }}");
        allows(&format!("[{{Effect: Allow, Principal: {{AWS: {entry}}}, Action: 'kms:*', Resource: '*'}}]"), &question)
    };
    let (id, arn) = ("000000000000", "arn:aws:iam::000000000000:root");
    for (asked, entry) in
        [(id, id), (id, arn), (arn, id), (arn, arn), ("arn:${partition}:iam::${account_id}:root", arn)]
    {
        assert_eq!(root(asked, &format!("'{entry}'")), Truth::Yes, "{asked} {entry}");
    }
    let another = root(id, "'111111111111'");
    assert!(matches!(another, Truth::Unknown(Reason::Named(_))), "AWS deploys to any account: {another:?}");
    assert_eq!(root("222222222222", "'111111111111'"), Truth::No);
    assert_eq!(root("arn:aws:iam::000000000000:role/x", "'arn:aws:iam::000000000000:role/x'"), Truth::Yes);
    assert!(matches!(root("arn:aws:iam::000000000000:role/x", "!GetAtt R.Arn"), Truth::Unknown(Reason::Attribute(..))));
}

fn actions(action: &str, asked: &str) -> Truth {
    let question = format!("{{ actions = [{asked}] }}");
    allows(&format!("[{{Effect: Allow, Principal: '*', {action}, Resource: '*'}}]"), &question)
}

#[test]
fn every_action_must_be_covered() {
    assert_eq!(actions("Action: 'kms:*'", "\"kms:Encrypt*\", \"kms:Decrypt\""), Truth::Yes);
    assert_eq!(actions("Action: '*'", "\"kms:Encrypt*\""), Truth::Yes);
    assert_eq!(actions("Action: ['kms:Encrypt*', 'KMS:decrypt']", "\"kms:Encrypt\", \"kms:Decrypt\""), Truth::Yes);
    assert_eq!(actions("Action: 'kms:ReEncrypt*'", "\"kms:ReEncryptFrom\""), Truth::Yes);
    assert_eq!(actions("Action: ['kms:Decrypt', 'kms:CreateGrant']", "\"kms:Encrypt\", \"kms:Decrypt\""), Truth::No);
    assert_eq!(actions("Action: 'kms:Encrypt'", "\"kms:Encrypt*\""), Truth::No);
    assert_eq!(actions("Action: !Ref P", "\"kms:Encrypt\""), on_parameter());
    assert_eq!(actions("Action: !Sub 's3:${P}'", "\"kms:Encrypt\""), Truth::No);
    assert_eq!(actions("Action: !Sub 'kms:${P}'", "\"kms:Encrypt\""), on_parameter());
}

#[test]
fn not_action_is_everything_else() {
    assert_eq!(actions("NotAction: 's3:*'", "\"kms:Encrypt\""), Truth::Yes);
    assert_eq!(actions("NotAction: ['kms:Encrypt']", "\"kms:Encrypt\""), Truth::No);
    assert_eq!(actions("NotAction: ['kms:EncryptData']", "\"kms:Encrypt*\""), Truth::No, "a part is left out");
    assert_eq!(actions("NotAction: !Ref P", "\"kms:Encrypt\""), on_parameter());
}

#[test]
fn several_statements_add_up() {
    let statements = "[{Effect: Allow, Principal: '*', Action: 'kms:Encrypt', Resource: '*'}, \
                       {Effect: Allow, Principal: '*', Action: 'kms:Decrypt', Resource: '*'}]";
    assert_eq!(allows(statements, LOGS), Truth::Yes);
}

fn with_denial(denial: &str) -> Truth {
    let statements = format!(
        "[{{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}}, {{Effect: Deny, Resource: '*', {denial}}}]"
    );
    allows(&statements, LOGS)
}

#[test]
fn a_denial_wins() {
    assert_eq!(with_denial("Principal: '*', Action: 'kms:Decrypt'"), Truth::No);
    assert_eq!(with_denial("Principal: '*', Action: 'kms:*'"), Truth::No);
    assert_eq!(with_denial("Principal: '*', Action: 'kms:ScheduleKeyDeletion'"), Truth::Yes);
    assert_eq!(with_denial("Principal: {AWS: 'arn:aws:iam::000000000000:root'}, Action: 'kms:*'"), Truth::Yes);
    assert_eq!(with_denial("NotPrincipal: {AWS: 'arn:aws:iam::000000000000:root'}, Action: 'kms:*'"), Truth::No);
    assert_eq!(with_denial("NotPrincipal: {Service: logs.us-east-1.amazonaws.com}, Action: 'kms:*'"), Truth::Yes);
    assert_eq!(with_denial("Principal: '*', NotAction: 'kms:*'"), Truth::Yes);
    assert_eq!(with_denial("Principal: {Service: !Ref P}, Action: 'kms:*'"), on_parameter());
}

#[test]
fn a_conditional_denial_does_not_count() {
    let bool_condition = "Condition: {Bool: {'aws:SecureTransport': 'false'}}";
    assert_eq!(with_denial(&format!("Principal: '*', Action: 'kms:*', {bool_condition}")), Truth::Yes);
}

fn resources(resource: &str) -> Truth {
    let statements = format!("[{{Effect: Allow, Principal: '*', Action: 's3:GetObject', {resource}}}]");
    allows(&statements, r#"{ actions = ["s3:GetObject"], resource = "arn:aws:s3:::logs/*" }"#)
}

#[test]
fn resources_must_be_covered() {
    for it in [
        "Resource: '*'",
        "Resource: 'arn:aws:s3:::*'",
        "Resource: [x, 'arn:aws:s3:::logs/*']",
        "NotResource: 'arn:aws:s3:::other/*'",
    ] {
        assert_eq!(resources(it), Truth::Yes, "{it}");
    }
    for it in ["Resource: 'arn:aws:s3:::logs'", "Resource: 'arn:aws:s3:::logs/a'", "NotResource: 'arn:aws:s3:::logs/a'"]
    {
        assert_eq!(resources(it), Truth::No, "{it}");
    }
    assert_eq!(resources("Resource: !Sub 'arn:aws:s3:::${P}/*'"), on_parameter());
    assert_eq!(resources("Resource: !Sub 'arn:aws:sqs:${P}'"), Truth::No);
}

#[test]
fn a_condition_key_is_looked_for_when_asked() {
    let question = r#"{ actions = ["kms:Encrypt"], condition_key = "kms:EncryptionContext:aws:logs:arn" }"#;
    let with = |condition: &str| {
        allows(&format!("[{{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*', {condition}}}]"), question)
    };
    assert_eq!(with("Condition: {ArnLike: {'kms:EncryptionContext:aws:logs:arn': x}}"), Truth::Yes);
    assert_eq!(with("Condition: {ArnLike: {'aws:SourceArn': x}}"), Truth::No);
    assert_eq!(with("Sid: x"), Truth::No);
    assert_eq!(with("Condition: !If [C, {ArnLike: {'kms:EncryptionContext:aws:logs:arn': x}}, {}]"), on_condition("C"));
    let plain =
        "[{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*', Condition: {ArnLike: {'aws:SourceArn': x}}}]";
    assert_eq!(allows(plain, LOGS), Truth::Yes, "a condition is met at the call or not");
}

#[test]
fn documents_come_in_many_shapes() {
    let statement = "{Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}";
    assert_eq!(allows(statement, LOGS), Truth::Yes, "a lone statement");
    let json = r#"'{"Statement": [{"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Action": "kms:*", "Resource": "*"}]}'"#;
    assert_eq!(document(json, LOGS), Truth::Yes);
    assert_eq!(document(&json.replace("us-east-1", "eu-west-1"), LOGS), Truth::No);
    let sub = format!("!Sub {}", json.replace("us-east-1", "${P}"));
    assert_eq!(document(&sub, LOGS), on_parameter());
    assert_eq!(document(&sub.replace("logs.${P}", "s3.${P}"), LOGS), Truth::No);
    assert_eq!(document("'not json'", LOGS), Truth::No);
    assert_eq!(document("!Ref P", LOGS), on_parameter());
    assert_eq!(document("{Version: x}", LOGS), Truth::No);
    assert_eq!(document(&format!("!If [C, {{Statement: [{statement}]}}, {{Statement: []}}]"), LOGS), on_condition("C"));
    assert_eq!(allows(&format!("[!If [C, {statement}, !Ref AWS::NoValue]]"), LOGS), on_condition("C"));
    assert_eq!(allows(&format!("!If [C, [{statement}], [{statement}]]"), LOGS), Truth::Yes);
    assert_eq!(allows("[{Effect: !Ref P, Principal: '*', Action: 'kms:*', Resource: '*'}]", LOGS), on_parameter());
}

#[test]
fn identity_policies_name_nobody() {
    let statement = "[{Effect: Allow, Action: 'kms:*', Resource: '*'}]";
    assert_eq!(allows(statement, LOGS), Truth::No);
    assert_eq!(allows(statement, r#"{ actions = ["kms:Encrypt"] }"#), Truth::Yes);
}

#[test]
fn the_deciding_statement_is_pointed_at() {
    let text = "Resources:\n  X:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n          - {Sid: one, Effect: Allow, Principal: {AWS: x}, Action: 'kms:*', Resource: '*'}\n          - {Sid: two, Effect: Allow, Principal: '*', Action: 'kms:*', Resource: '*'}\n";
    let stack = open(text);
    let found = outcome(&stack, &format!("{{ path = \"KeyPolicy\", policy_allows = {LOGS} }}"));
    assert_eq!(found.truth, Truth::Yes);
    assert!(stack.file.slice(found.spots[0].span).contains("Sid: two"));
}

//! AWS's evaluation logic, case by case: what is asked of which statements, and the answer.
//!
//! From the IAM user guide: "Policy evaluation logic", "AWS JSON policy elements" (`Principal`, `NotPrincipal`,
//! `Action`, `NotAction`, `Resource`, `NotResource`, `Condition`) and "Condition operators".

use crate::analysis::testing::{open, outcome};
use crate::stack::Truth;

/// Y: allowed, N: not allowed, U: a value that is not known decides.
type Case<'c> = (&'c str, &'c str, char);

/// Statements of a policy in YAML flow, a question in TOML, and the answer.
fn check(cases: &[Case<'_>]) {
    for (statements, question, expected) in cases {
        let text = format!(
            "Resources:\n  X:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      Queues: [!Ref Queue]\n      \
             PolicyDocument: {{Version: '2012-10-17', Statement: [{statements}]}}\n  Queue: {{Type: AWS::SQS::Queue}}\n  \
             Role: {{Type: AWS::IAM::Role}}\n  Bucket: {{Type: AWS::S3::Bucket}}\n"
        );
        let when = format!("{{ path = \"PolicyDocument\", policy_allows = {{ {question} }} }}");
        let answer = match outcome(&open(&text), &when).truth {
            Truth::Yes => 'Y',
            Truth::No => 'N',
            Truth::Unknown(_) => 'U',
        };
        assert_eq!(answer, *expected, "{question} of {statements}");
    }
}

/// Cases that differ in one element of an allowing statement for `sqs:SendMessage`.
fn check_element(rest: &str, question: &str, cases: &[(&str, char)]) {
    for (element, expected) in cases {
        let statement = format!("{{Effect: Allow, {rest}, {element}}}");
        check(&[(&statement, &format!("actions = [\"sqs:SendMessage\"], {question}"), *expected)]);
    }
}

const ANYONE: &str = "Principal: '*', Action: 'sqs:*'";
const SEND: &str = r#"actions = ["sqs:SendMessage"]"#;
const ROLE: &str = "arn:aws:iam::111122223333:role/app";

#[test]
fn what_nothing_allows_is_refused_and_a_denial_wins() {
    let allow = "{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*'}";
    let deny = "{Effect: Deny, Principal: '*', Action: 'sqs:SendMessage', Resource: '*'}";
    let other = "{Effect: Deny, Principal: '*', Action: 'sqs:DeleteQueue', Resource: '*'}";
    let unknown = "{Effect: Deny, Principal: '*', Action: !Ref P, Resource: '*'}";
    check(&[
        ("", SEND, 'N'),
        (allow, SEND, 'Y'),
        (deny, SEND, 'N'),
        (&format!("{allow}, {deny}"), SEND, 'N'),
        (&format!("{deny}, {allow}"), SEND, 'N'),
        (&format!("{allow}, {other}"), SEND, 'Y'),
        (&format!("{allow}, {unknown}"), SEND, 'U'),
        (unknown, SEND, 'N'),
        ("{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*', Condition: {}}", SEND, 'Y'),
        ("{Effect: allow, Principal: '*', Action: 'sqs:*', Resource: '*'}", SEND, 'N'),
        ("{Principal: '*', Action: 'sqs:*', Resource: '*'}", SEND, 'N'),
        ("{Effect: !If [C, Allow, Deny], Principal: '*', Action: 'sqs:*', Resource: '*'}", SEND, 'U'),
        ("!If [C, {Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*'}, !Ref AWS::NoValue]", SEND, 'U'),
    ]);
}

#[test]
fn all_actions_must_be_allowed_by_one_or_several_statements() {
    let of = |action: &str| format!("{{Effect: Allow, Principal: '*', {action}, Resource: '*'}}");
    let both = r#"actions = ["sqs:SendMessage", "sqs:ReceiveMessage"]"#;
    let split = format!("{}, {}", of("Action: 'sqs:SendMessage'"), of("Action: 'sqs:ReceiveMessage'"));
    check(&[
        (&of("Action: 'sqs:SendMessage'"), both, 'N'),
        (&split, both, 'Y'),
        (&of("Action: ['sqs:SendMessage', 'sqs:ReceiveMessage']"), both, 'Y'),
        (&of("Action: 'sqs:*Message'"), both, 'Y'),
        (&of("Action: 'SQS:sendmessage'"), SEND, 'Y'),
        (&of("Action: 'sqs:SendMessag?'"), SEND, 'Y'),
        (&of("Action: 'sqs:Send?'"), SEND, 'N'),
        (&of("Action: '*'"), SEND, 'Y'),
        (&of("Action: '*:*'"), SEND, 'Y'),
        (&of("Action: 'sqs'"), SEND, 'N'),
        (&of("Action: 'sns:*'"), SEND, 'N'),
        (&of("Action: !If [C, 'sqs:*', 'sns:*']"), SEND, 'U'),
        (&of("Action: ['sns:*', !If [C, 'sqs:*', !Ref AWS::NoValue]]"), SEND, 'U'),
        (&of("NotAction: 'sns:*'"), SEND, 'Y'),
        (&of("NotAction: 'sqs:Send*'"), SEND, 'N'),
        (&of("NotAction: ['sns:*', 'sqs:DeleteQueue']"), SEND, 'Y'),
        (&of("NotAction: !Ref P"), SEND, 'U'),
        (&of("Sid: none"), SEND, 'N'),
        (&of("Action: 'sqs:SendMessage'"), r#"actions = ["sqs:Send*"]"#, 'N'),
        (&of("Action: 'sqs:Send*'"), r#"actions = ["sqs:SendMessage*"]"#, 'Y'),
    ]);
}

#[test]
fn denials_of_other_actions_leave_a_grant_alone() {
    let with = |denied: &str| {
        format!("{{Effect: Allow, {ANYONE}, Resource: '*'}}, {{Effect: Deny, Principal: '*', {denied}, Resource: '*'}}")
    };
    check(&[
        (&with("NotAction: 'sqs:*'"), SEND, 'Y'),
        (&with("NotAction: 'sqs:ReceiveMessage'"), SEND, 'N'),
        (&with("Action: 'sqs:S*'"), SEND, 'N'),
        (&with("Action: 'sqs:SetQueueAttributes'"), r#"actions = ["sqs:Se*"]"#, 'N'),
        (&with("Action: 'sqs:SetQueueAttributes'"), r#"actions = ["sqs:Send*"]"#, 'Y'),
    ]);
}

#[test]
fn services_are_named_exactly() {
    check_element(
        "Action: 'sqs:*', Resource: '*'",
        r#"principal = "sns.amazonaws.com""#,
        &[
            ("Principal: '*'", 'Y'),
            ("Principal: {AWS: '*'}", 'Y'),
            ("Principal: {Service: sns.amazonaws.com}", 'Y'),
            ("Principal: {Service: [s3.amazonaws.com, sns.amazonaws.com]}", 'Y'),
            ("Principal: {Service: sns.us-east-1.amazonaws.com}", 'N'),
            ("Principal: {Service: s3.amazonaws.com}", 'N'),
            ("Principal: {Service: !Sub 'sns.${AWS::URLSuffix}'}", 'Y'),
            ("Principal: {Service: !Ref P}", 'U'),
            ("Principal: {Service: !Sub 's3.${P}'}", 'N'),
            ("Principal: {AWS: sns.amazonaws.com}", 'N'),
            ("Principal: {AWS: '000000000000'}", 'N'),
            ("Principal: {Federated: '*'}", 'N'),
            ("Principal: {CanonicalUser: '*'}", 'N'),
            ("Principal: {AWS: !GetAtt Role.Arn}", 'N'),
            ("Principal: sns.amazonaws.com", 'N'),
            ("NotPrincipal: {Service: sns.amazonaws.com}", 'N'),
            ("NotPrincipal: {Service: s3.amazonaws.com}", 'Y'),
            ("Sid: nobody", 'N'),
        ],
    );
}

#[test]
fn several_principals_may_be_asked_for() {
    let regional = r#"principal = ["logs.amazonaws.com", "logs.${region}.amazonaws.com"]"#;
    let rest = "Action: 'sqs:*', Resource: '*'";
    check_element(
        rest,
        regional,
        &[
            ("Principal: {Service: logs.amazonaws.com}", 'Y'),
            ("Principal: {Service: logs.us-east-1.amazonaws.com}", 'Y'),
            ("Principal: {Service: logs.eu-west-1.amazonaws.com}", 'N'),
        ],
    );
    check_element(
        rest,
        r#"principal = "logs.*.amazonaws.com""#,
        &[
            ("Principal: {Service: logs.eu-west-1.amazonaws.com}", 'Y'),
            ("Principal: {Service: logs.amazonaws.com}", 'N'),
            ("Principal: {Service: !Sub 'logs.${P}.amazonaws.com'}", 'Y'),
        ],
    );
}

#[test]
fn accounts_are_their_id_or_their_root() {
    let rest = "Action: 'sqs:*', Resource: '*'";
    for account in ["111122223333", "arn:aws:iam::111122223333:root"] {
        check_element(
            rest,
            &format!("principal = \"{account}\""),
            &[
                ("Principal: {AWS: '111122223333'}", 'Y'),
                ("Principal: {AWS: 'arn:aws:iam::111122223333:root'}", 'Y'),
                ("Principal: {AWS: ['arn:aws:iam::444455556666:root', '111122223333']}", 'Y'),
                ("Principal: {AWS: '444455556666'}", 'N'),
                ("Principal: {AWS: 'arn:aws:iam::111122223333:role/app'}", 'N'),
                ("Principal: {AWS: !Ref P}", 'U'),
                ("Principal: {Service: '111122223333'}", 'N'),
                ("NotPrincipal: {AWS: '111122223333'}", 'N'),
            ],
        );
    }
    check_element(
        rest,
        r#"principal = "${account_id}""#,
        &[
            ("Principal: {AWS: !Ref AWS::AccountId}", 'Y'),
            ("Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}", 'Y'),
            ("Principal: {AWS: '111122223333'}", 'U'),
        ],
    );
}

#[test]
fn roles_are_named_by_their_arn_or_left_to_their_own_policies() {
    let rest = "Action: 'sqs:*', Resource: '*'";
    check_element(
        rest,
        &format!("principal = \"{ROLE}\""),
        &[
            ("Principal: {AWS: 'arn:aws:iam::111122223333:role/app'}", 'Y'),
            ("Principal: {AWS: ['arn:aws:iam::111122223333:user/x', 'arn:aws:iam::111122223333:role/app']}", 'Y'),
            ("Principal: {AWS: 'arn:aws:iam::111122223333:role/*'}", 'N'),
            ("Principal: {AWS: 'arn:aws:iam::111122223333:role/other'}", 'N'),
            ("Principal: {AWS: 'arn:aws:sts::111122223333:assumed-role/app/session'}", 'N'),
            ("Principal: {AWS: '111122223333'}", 'U'),
            ("Principal: {AWS: 'arn:aws:iam::111122223333:root'}", 'U'),
            ("Principal: {AWS: '444455556666'}", 'N'),
            ("Principal: {AWS: !Ref P}", 'U'),
            ("Principal: '*'", 'Y'),
        ],
    );
}

#[test]
fn roles_of_the_stack_are_the_same_however_they_are_written() {
    let rest = "Effect: Allow, Action: 'sts:AssumeRole'";
    let ask = |principal: &str| {
        let text = format!(
            "Resources:\n  R: {{Type: AWS::IAM::Role}}\n  Other: {{Type: AWS::IAM::Role, Properties: {{RoleName: other}}}}\n  \
             Target: {{Type: AWS::IAM::Role, Properties: {{AssumeRolePolicyDocument: {{Statement: [{{{rest}, Principal: {{AWS: {principal}}}}}]}}}}}}\n  \
             X: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt R.Arn, Target: !Ref Target}}}}\n"
        );
        let when = r#"{ path = "Role", refers_to = { resource = "AWS::IAM::Role", where = { exists = { resource = "AWS::IAM::Role", where = { path = "AssumeRolePolicyDocument", policy_allows = { principal = "arn:aws:iam::${account_id}:role/${AWS::IAM::Role.name}", actions = ["sts:AssumeRole"] } } } } } }"#;
        // The closest role is the one that is asked about, so its name is written out.
        let when = when.replace("${AWS::IAM::Role.name}", "other");
        outcome(&open(&text), &when).truth
    };
    assert_eq!(ask("!GetAtt Other.Arn"), Truth::Yes);
    assert_eq!(ask("!Sub 'arn:aws:iam::${AWS::AccountId}:role/other'"), Truth::Yes);
    assert_eq!(ask("!Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Other}'"), Truth::Yes);
    assert_eq!(ask("'arn:aws:iam::000000000000:role/third'"), Truth::No);
    assert!(matches!(ask("!GetAtt R.Arn"), Truth::Unknown(_)), "its name is made up at deployment");
}

#[test]
fn everybody_federations_and_canonical_users() {
    let rest = "Action: 'sqs:*', Resource: '*'";
    check_element(
        rest,
        r#"principal = "*""#,
        &[
            ("Principal: '*'", 'Y'),
            ("Principal: {AWS: '*'}", 'Y'),
            ("Principal: {AWS: ['111122223333', '*']}", 'Y'),
            ("Principal: {AWS: '111122223333'}", 'N'),
            ("Principal: {Service: '*'}", 'N'),
            ("Principal: {AWS: !GetAtt Role.Arn}", 'N'),
            ("Principal: {AWS: !Ref P}", 'U'),
        ],
    );
    check_element(
        rest,
        r#"principal = "federated:cognito-identity.amazonaws.com""#,
        &[
            ("Principal: {Federated: cognito-identity.amazonaws.com}", 'Y'),
            ("Principal: {Federated: accounts.google.com}", 'N'),
            ("Principal: {Service: cognito-identity.amazonaws.com}", 'N'),
        ],
    );
    check_element(
        rest,
        r#"principal = "canonical:79a59df900b949e55d96a1e698fb""#,
        &[
            ("Principal: {CanonicalUser: 79a59df900b949e55d96a1e698fb}", 'Y'),
            ("Principal: {CanonicalUser: 1234}", 'N'),
            ("Principal: {AWS: 79a59df900b949e55d96a1e698fb}", 'N'),
        ],
    );
}

#[test]
fn a_denial_for_an_account_is_one_for_its_roles() {
    let with = |who: &str| {
        format!("{{Effect: Allow, {ANYONE}, Resource: '*'}}, {{Effect: Deny, {who}, Action: 'sqs:*', Resource: '*'}}")
    };
    let role = format!("{SEND}, principal = \"{ROLE}\"");
    let service = format!("{SEND}, principal = \"sns.amazonaws.com\"");
    check(&[
        (&with("Principal: {AWS: '111122223333'}"), &role, 'N'),
        (&with("Principal: {AWS: 'arn:aws:iam::111122223333:role/app'}"), &role, 'N'),
        (&with("Principal: {AWS: '444455556666'}"), &role, 'Y'),
        (&with("Principal: {Service: sns.amazonaws.com}"), &role, 'Y'),
        (&with("Principal: {AWS: '111122223333'}"), &service, 'Y'),
        (&with("Principal: '*'"), &service, 'N'),
        (&with("NotPrincipal: {AWS: ['111122223333', 'arn:aws:iam::111122223333:role/app']}"), &role, 'Y'),
        (&with("NotPrincipal: {AWS: 'arn:aws:iam::111122223333:role/app'}"), &role, 'U'),
        (&with("NotPrincipal: {AWS: '111122223333'}"), &role, 'N'),
        (&with("NotPrincipal: {AWS: '111122223333'}"), &service, 'N'),
        (&with("NotPrincipal: {Service: sns.amazonaws.com}"), &service, 'Y'),
    ]);
}

#[test]
fn resources_are_patterns_and_may_be_left_out() {
    let arn = r#"resource = "arn:aws:sqs:us-east-1:000000000000:jobs""#;
    check_element(
        ANYONE,
        arn,
        &[
            ("Resource: '*'", 'Y'),
            ("Resource: 'arn:aws:sqs:us-east-1:000000000000:jobs'", 'Y'),
            ("Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:jobs'", 'Y'),
            ("Resource: 'arn:aws:sqs:*:*:jo?s'", 'Y'),
            ("Resource: ['arn:aws:sqs:*:*:a', 'arn:aws:sqs:*:*:j*']", 'Y'),
            ("Resource: 'arn:aws:sqs:us-east-1:000000000000:other'", 'N'),
            ("Resource: 'arn:aws:sqs:us-east-1:123456789012:jobs'", 'U'),
            ("Resource: 'arn:aws:sqs:us-east-1:123456789012:other'", 'N'),
            ("Resource: 'arn:aws:sqs:eu-west-1:000000000000:jobs'", 'N'),
            ("Resource: !Sub 'arn:aws:sqs:us-east-1:${AWS::AccountId}:${P}'", 'U'),
            ("Resource: !Sub 'arn:aws:sns:us-east-1:${AWS::AccountId}:${P}'", 'N'),
            ("Resource: 'arn:aws:sqs:us-east-1:000000000000:${aws:username}'", 'U'),
            ("NotResource: 'arn:aws:sqs:us-east-1:000000000000:jobs'", 'N'),
            ("NotResource: 'arn:aws:sqs:us-east-1:000000000000:other'", 'Y'),
            ("Sid: none", 'Y'),
        ],
    );
    let deny =
        |resource: &str| format!("{{Effect: Allow, {ANYONE}, Resource: '*'}}, {{Effect: Deny, {ANYONE}, {resource}}}");
    let jobs = format!("{SEND}, {arn}");
    check(&[
        (&deny("Resource: 'arn:aws:sqs:us-east-1:000000000000:jobs'"), &jobs, 'N'),
        (&deny("Resource: 'arn:aws:sqs:us-east-1:000000000000:other'"), &jobs, 'Y'),
        (&deny("NotResource: 'arn:aws:sqs:us-east-1:000000000000:jobs'"), &jobs, 'Y'),
        (&deny("NotResource: 'arn:aws:sqs:us-east-1:000000000000:other'"), &jobs, 'N'),
    ]);
}

#[test]
fn conditions_are_not_judged_unless_the_request_is_described() {
    let condition = "Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:s3:::b'}}";
    let allow = format!("{{Effect: Allow, {ANYONE}, Resource: '*', {condition}}}");
    let deny =
        format!("{{Effect: Allow, {ANYONE}, Resource: '*'}}, {{Effect: Deny, {ANYONE}, Resource: '*', {condition}}}");
    let with = format!("{SEND}, context = {{}}");
    let from = |bucket: &str| format!("{SEND}, context = {{ \"aws:SourceArn\" = \"arn:aws:s3:::{bucket}\" }}");
    check(&[
        (&allow, SEND, 'Y'),
        (&deny, SEND, 'Y'),
        (&allow, &with, 'U'),
        (&deny, &with, 'U'),
        (&allow, &from("b"), 'Y'),
        (&allow, &from("c"), 'N'),
        (&deny, &from("b"), 'N'),
        (&deny, &from("c"), 'Y'),
    ]);
}

/// Cases of one condition for a request with these keys.
fn check_condition(context: &str, cases: &[(&str, char)]) {
    let rest = format!("{ANYONE}, Resource: '*'");
    for (condition, expected) in cases {
        check_element(
            &rest,
            &format!("context = {{ {context} }}"),
            &[(&format!("Condition: {{{condition}}}"), *expected)],
        );
    }
}

#[test]
fn text_operators() {
    check_condition(
        r#""aws:PrincipalTag/team" = "Blue", "aws:Absent" = []"#,
        &[
            ("StringEquals: {'aws:PrincipalTag/team': Blue}", 'Y'),
            ("StringEquals: {'AWS:principaltag/TEAM': Blue}", 'Y'),
            ("StringEquals: {'aws:PrincipalTag/team': blue}", 'N'),
            ("StringEquals: {'aws:PrincipalTag/team': [Red, Blue]}", 'Y'),
            ("StringEquals: {'aws:PrincipalTag/team': 'B*'}", 'N'),
            ("StringEquals: {'aws:PrincipalTag/team': !Ref P}", 'U'),
            ("StringEqualsIgnoreCase: {'aws:PrincipalTag/team': BLUE}", 'Y'),
            ("StringNotEquals: {'aws:PrincipalTag/team': Red}", 'Y'),
            ("StringNotEquals: {'aws:PrincipalTag/team': [Red, Blue]}", 'N'),
            ("StringNotEqualsIgnoreCase: {'aws:PrincipalTag/team': BLUE}", 'N'),
            ("StringLike: {'aws:PrincipalTag/team': 'B*'}", 'Y'),
            ("StringLike: {'aws:PrincipalTag/team': 'b*'}", 'N'),
            ("StringLike: {'aws:PrincipalTag/team': 'B??e'}", 'Y'),
            ("StringLike: {'aws:PrincipalTag/team': '${aws:username}'}", 'U'),
            ("StringNotLike: {'aws:PrincipalTag/team': 'R*'}", 'Y'),
            ("StringEquals: {'aws:Absent': x}", 'N'),
            ("StringNotEquals: {'aws:Absent': x}", 'Y'),
            ("StringEqualsIfExists: {'aws:Absent': x}", 'Y'),
            ("StringEqualsIfExists: {'aws:PrincipalTag/team': Red}", 'N'),
            ("StringEquals: {'aws:Other': x}", 'U'),
            ("StringMatches: {'aws:PrincipalTag/team': x}", 'U'),
            ("StringEquals: {'aws:PrincipalTag/team': Blue, 'aws:Absent': x}", 'N'),
            ("StringEquals: {'aws:PrincipalTag/team': Red, 'aws:Other': x}", 'N'),
            ("StringEquals: {'aws:PrincipalTag/team': Blue}, StringLike: {'aws:PrincipalTag/team': 'R*'}", 'N'),
            ("'Null': {'aws:Absent': 'true'}", 'Y'),
            ("'Null': {'aws:Absent': false}", 'N'),
            ("'Null': {'aws:PrincipalTag/team': 'true'}", 'N'),
            ("'Null': {'aws:PrincipalTag/team': 'false'}", 'Y'),
        ],
    );
}

#[test]
fn operators_of_arns_numbers_dates_addresses_and_booleans() {
    check_condition(
        r#""aws:SourceArn" = "arn:aws:sns:us-east-1:${account_id}:topic", "aws:SourceAccount" = "${account_id}", "aws:SourceIp" = "10.1.2.3", "aws:SecureTransport" = "true", "s3:max-keys" = "10", "aws:CurrentTime" = "2026-06-01T00:00:00Z""#,
        &[
            ("ArnEquals: {'aws:SourceArn': !Sub 'arn:aws:sns:us-east-1:${AWS::AccountId}:topic'}", 'Y'),
            ("ArnLike: {'aws:SourceArn': !Sub 'arn:aws:sns:*:${AWS::AccountId}:*'}", 'Y'),
            ("ArnLike: {'aws:SourceArn': 'arn:aws:sns:us-east-1:*'}", 'Y'),
            ("ArnLike: {'aws:SourceArn': 'arn:aws:s3:*:*:*'}", 'N'),
            ("ArnLike: {'aws:SourceArn': 'arn:aws:*:us-east-1:*:topi?'}", 'Y'),
            ("ArnLike: {'aws:SourceArn': 'arn:aws:*:eu-west-1:*:topic'}", 'N'),
            ("ArnLike: {'aws:SourceArn': '*'}", 'Y'),
            ("ArnEquals: {'aws:SourceArn': !Sub 'arn:aws:sns:us-east-1:${AWS::AccountId}:${P}'}", 'U'),
            ("ArnNotEquals: {'aws:SourceArn': !Sub 'arn:aws:sns:us-east-1:${AWS::AccountId}:other'}", 'Y'),
            ("ArnNotLike: {'aws:SourceArn': 'arn:aws:sns:*:*:*'}", 'N'),
            ("StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}", 'Y'),
            ("StringEquals: {'aws:SourceAccount': '123456789012'}", 'U'),
            ("IpAddress: {'aws:SourceIp': 10.0.0.0/8}", 'Y'),
            ("IpAddress: {'aws:SourceIp': [192.168.0.0/16, 10.1.2.3]}", 'Y'),
            ("IpAddress: {'aws:SourceIp': 192.168.0.0/16}", 'N'),
            ("NotIpAddress: {'aws:SourceIp': 192.168.0.0/16}", 'Y'),
            ("IpAddress: {'aws:SourceIp': !Ref P}", 'U'),
            ("Bool: {'aws:SecureTransport': true}", 'Y'),
            ("Bool: {'aws:SecureTransport': 'false'}", 'N'),
            ("NumericLessThanEquals: {'s3:max-keys': 10}", 'Y'),
            ("NumericLessThan: {'s3:max-keys': '10'}", 'N'),
            ("NumericGreaterThan: {'s3:max-keys': 9}", 'Y'),
            ("NumericGreaterThanEquals: {'s3:max-keys': 11}", 'N'),
            ("NumericEquals: {'s3:max-keys': 10.0}", 'Y'),
            ("NumericNotEquals: {'s3:max-keys': 10}", 'N'),
            ("DateLessThan: {'aws:CurrentTime': '2027-01-01T00:00:00Z'}", 'Y'),
            ("DateGreaterThan: {'aws:CurrentTime': '2027-01-01T00:00:00Z'}", 'N'),
            ("DateGreaterThan: {'aws:CurrentTime': '1767225600'}", 'U'),
        ],
    );
}

#[test]
fn keys_with_several_values() {
    check_condition(
        r#""aws:TagKeys" = ["env", "team"], "aws:Absent" = []"#,
        &[
            ("'ForAllValues:StringEquals': {'aws:TagKeys': [env, team, cost]}", 'Y'),
            ("'ForAllValues:StringEquals': {'aws:TagKeys': [env]}", 'N'),
            ("'ForAnyValue:StringEquals': {'aws:TagKeys': [env]}", 'Y'),
            ("'ForAnyValue:StringEquals': {'aws:TagKeys': [cost]}", 'N'),
            ("'ForAllValues:StringNotEquals': {'aws:TagKeys': [cost]}", 'Y'),
            ("'ForAllValues:StringNotEquals': {'aws:TagKeys': [env]}", 'N'),
            ("'ForAnyValue:StringNotEquals': {'aws:TagKeys': [env]}", 'Y'),
            ("'ForAllValues:StringEquals': {'aws:Absent': [env]}", 'Y'),
            ("'ForAnyValue:StringEquals': {'aws:Absent': [env]}", 'N'),
            ("'ForAllValues:StringLike': {'aws:TagKeys': ['e*', !Ref P]}", 'U'),
            ("'ForNoValue:StringEquals': {'aws:TagKeys': [env]}", 'U'),
        ],
    );
}

#[test]
fn conditions_may_depend_on_the_template_s_own() {
    let rest = format!("{ANYONE}, Resource: '*'");
    let question = r#"context = { "aws:SourceAccount" = "${account_id}" }"#;
    check_element(
        &rest,
        question,
        &[
            ("Condition: !If [C, {StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}}, !Ref AWS::NoValue]", 'Y'),
            ("Condition: !If [C, {StringEquals: {'aws:SourceAccount': none}}, !Ref AWS::NoValue]", 'U'),
            ("Condition: {StringEquals: {'aws:SourceAccount': !If [C, none, !Ref AWS::AccountId]}}", 'U'),
            ("Condition: {StringEquals: !If [C, {'aws:SourceAccount': none}, {'aws:SourceAccount': nobody}]}", 'N'),
        ],
    );
}

/// Whether the policy of a queue lets a source of the stack send to it.
fn delivery(policy: &str, service: &str, source: &str) -> Truth {
    let text = format!(
        "Resources:\n  Bucket: {{Type: AWS::S3::Bucket}}\n  Topic: {{Type: AWS::SNS::Topic}}\n  \
         Rule: {{Type: AWS::Events::Rule, Properties: {{Name: nightly}}}}\n  \
         Queue: {{Type: AWS::SQS::Queue, Properties: {{QueueName: jobs}}}}\n  \
         Policy: {{Type: AWS::SQS::QueuePolicy, Properties: {{Queues: [!Ref Queue], PolicyDocument: {{Statement: [{policy}]}}}}}}\n  \
         X: {{Type: {source}, Properties: {{Name: other, TopicName: other, BucketName: other, Q: !GetAtt Queue.Arn}}}}\n"
    );
    let when = format!(
        "{{ path = \"Q\", refers_to = {{ resource = \"AWS::SQS::Queue\", where = {{ exists = {{ resource = \"AWS::SQS::QueuePolicy\", linked_by = \"Queues.*\", \
         where = {{ path = \"PolicyDocument\", policy_allows = {{ principal = \"{service}\", actions = [\"sqs:SendMessage\"], resource = \"${{AWS::SQS::Queue.arn}}\", \
         context = {{ \"aws:SourceArn\" = \"${{{source}.arn}}\", \"aws:SourceAccount\" = \"${{account_id}}\" }} }} }} }} }} }} }}"
    );
    outcome(&open(&text), &when).truth
}

#[test]
fn queues_are_reached_by_the_source_their_policy_names() {
    let statement = |service: &str, condition: &str| {
        format!(
            "{{Effect: Allow, Principal: {{Service: {service}}}, Action: 'sqs:SendMessage', Resource: !GetAtt Queue.Arn{condition}}}"
        )
    };
    let sources = [
        ("s3.amazonaws.com", "AWS::S3::Bucket", "arn:aws:s3:::other"),
        ("sns.amazonaws.com", "AWS::SNS::Topic", "arn:aws:sns:us-east-1:000000000000:other"),
        ("events.amazonaws.com", "AWS::Events::Rule", "arn:aws:events:us-east-1:000000000000:rule/other"),
    ];
    for (service, source, arn) in sources {
        let plain = delivery(&statement(service, ""), service, source);
        assert_eq!(plain, Truth::Yes, "{source}");
        let named = format!(", Condition: {{ArnEquals: {{'aws:SourceArn': '{arn}'}}}}");
        assert_eq!(delivery(&statement(service, &named), service, source), Truth::Yes, "{source}");
        let by_function = ", Condition: {ArnLike: {'aws:SourceArn': !GetAtt X.Arn}}"
            .replace("X.Arn", if source == "AWS::SNS::Topic" { "X.TopicArn" } else { "X.Arn" });
        // The policy would then wait for the source and the source for the queue, which is no cycle.
        assert_eq!(delivery(&statement(service, &by_function), service, source), Truth::Yes, "{source}");
        let another = ", Condition: {ArnEquals: {'aws:SourceArn': 'arn:aws:lambda:us-east-1:000000000000:function:f'}}";
        assert_eq!(delivery(&statement(service, another), service, source), Truth::No, "{source}");
        let account = ", Condition: {StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}}";
        assert_eq!(delivery(&statement(service, account), service, source), Truth::Yes, "{source}");
        let foreign = ", Condition: {StringEquals: {'aws:SourceAccount': '123456789012'}}";
        assert!(matches!(delivery(&statement(service, foreign), service, source), Truth::Unknown(_)), "{source}");
        assert_eq!(delivery(&statement("lambda.amazonaws.com", ""), service, source), Truth::No, "{source}");
        let elsewhere =
            statement(service, "").replace("!GetAtt Queue.Arn", "'arn:aws:sqs:us-east-1:000000000000:none'");
        assert_eq!(delivery(&elsewhere, service, source), Truth::No, "{source}");
    }
}

#[test]
fn the_first_deciding_statement_is_named() {
    use crate::analysis::context::Context;
    use crate::analysis::matcher::Scope;
    use crate::analysis::testing::embedded;
    use crate::db::PolicyQuestion;

    let stack = open(
        "Resources:\n  X:\n    Type: AWS::SQS::QueuePolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n          \
         - {Sid: a, Effect: Allow, Principal: '*', Action: 'sns:*'}\n          \
         - {Sid: b, Effect: Allow, Principal: '*', Action: 'sqs:*'}\n          \
         - {Sid: c, Effect: Deny, Principal: '*', Action: 'sqs:Delete*'}\n",
    );
    let cx = Context::new(&stack, embedded());
    let subject = &cx.resources[0];
    let policy = subject.properties.get("PolicyDocument").unwrap();
    let index = |action: &str| {
        let question = PolicyQuestion {
            principals: Vec::new(),
            actions: vec![action.into()],
            resource: None,
            condition_key: None,
            context: None,
        };
        super::allows(&Scope::new(&cx, subject), policy, &question).statement.map(|it| it.index)
    };
    assert_eq!(index("sns:Publish"), Some(0));
    assert_eq!(index("sqs:SendMessage"), Some(1));
    assert_eq!(index("sqs:DeleteMessage"), Some(2));
    assert_eq!(index("s3:GetObject"), None);
}

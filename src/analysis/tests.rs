use super::testing::*;
use super::*;
use crate::db::{Action, Category, FailsOn, Severity};
use crate::source::{self, SourceFile};

const NAT: &str = "\
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
  Internet: {Type: AWS::EC2::InternetGateway}
  Attached:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: {VpcId: !Ref Vpc, InternetGatewayId: !Ref Internet}
  Eip: {Type: AWS::EC2::EIP, Properties: {Domain: vpc}}
  Nat:
    Type: AWS::EC2::NatGateway
    Properties:
      SubnetId: !Ref Subnet
      AllocationId: !GetAtt Eip.AllocationId
  Table: {Type: AWS::EC2::RouteTable, Properties: {VpcId: !Ref Vpc}}
  Route:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}
Outputs:
  Address: {Value: !Ref Eip}
  Gateway: {Value: !Ref Nat}
";

/// What is found but for notes, of which many templates have some.
fn ids(report: &StackReport) -> Vec<(&str, &str)> {
    let found = report.findings.iter().filter(|it| it.severity != Severity::Note);
    found.map(|it| (it.id.as_str(), it.logical_id.as_deref().unwrap_or_default())).collect()
}

#[test]
fn uses_name_both_ends_once() {
    let uses = report(NAT).uses;
    let pairs: Vec<(&str, &str)> = uses.iter().map(|it| (it.of.as_str(), it.by.as_str())).collect();
    for pair in [("Eip", "Nat"), ("Nat", "Route"), ("Eip", "Outputs.Address"), ("Nat", "Outputs.Gateway")] {
        assert_eq!(pairs.iter().filter(|it| **it == pair).count(), 1, "{pairs:?}");
    }
    assert!(uses.iter().all(|it| it.is_value));
}

#[test]
fn an_elastic_ip_fails_its_nat_gateway() {
    let report = report(NAT);
    assert_eq!(ids(&report), [(TYPE_NEEDS_PLAN, "Eip"), (PLACEHOLDER_REJECTED, "Nat")]);
    let (eip, nat) = (&report.findings[0], &report.findings[1]);
    assert_eq!(eip.impact, ["Nat", "Route", "Outputs.Address", "Outputs.Gateway"]);
    assert_eq!(nat.property.as_deref(), Some("AllocationId"));
    assert_eq!(nat.certainty, Certainty::Certain);
    assert_eq!(nat.impact, ["Route", "Outputs.Gateway"]);
    assert_eq!(
        nat.localstack,
        "`Eip` (`AWS::EC2::EIP`, needs a higher plan) -> `Nat.AllocationId`: LocalStack 2026.3 (community) gives the \
         word `unknown` for `Eip.AllocationId`; that is refused, and the stack rolls back."
    );
    assert!(nat.error.as_deref().unwrap().starts_with("InvalidAllocationID.NotFound"));
    assert_eq!(report.localstack, LocalstackVerdict::Fails);
    assert_eq!(report.aws, AwsVerdict::NoKnownFailure);
}

#[test]
fn a_licensed_plan_has_the_elastic_ip() {
    let stack = read(NAT);
    let base = analyse(&stack, &target("base", &[]), embedded());
    assert_eq!(ids(&base), []);
    assert_eq!(base.localstack, LocalstackVerdict::Deploys);
    let hobby = analyse(&stack, &target("hobby", &[]), embedded());
    assert_eq!(ids(&hobby), [(TYPE_UNPROVEN, "Eip"), (PLACEHOLDER_REJECTED, "Nat")]);
    assert!(hobby.findings.iter().all(|it| it.certainty == Certainty::Possible));
    let depends_on = "whether plan hobby includes `AWS::EC2::EIP`, which nobody has shown";
    assert!(hobby.findings.iter().all(|it| it.depends_on.as_deref() == Some(depends_on)));
    assert_eq!(hobby.localstack, LocalstackVerdict::Undetermined);
}

#[test]
fn a_strict_target_refuses_unsupported_types_and_has_no_placeholders() {
    let target = target("community", &["CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0"]);
    let report = analyse(&read(NAT), &target, embedded());
    assert_eq!(ids(&report), [(TYPE_NEEDS_PLAN, "Eip")]);
    assert_eq!(report.findings[0].fails_on, FailsOn::Localstack);
    assert!(report.findings[0].localstack.ends_with("because CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES is off."));
    assert_eq!(report.localstack, LocalstackVerdict::Fails);
}

#[test]
fn types_are_what_they_are() {
    let report = report(
        "Resources:\n  Fleet: {Type: AWS::EC2::EC2Fleet}\n  Typo: {Type: AWS::S3::Buckett}\n  \
         Own: {Type: Custom::Thing, Properties: {ServiceToken: x}}\n  Mod: {Type: Acme::Web::MODULE}\n  \
         Good: {Type: AWS::SQS::Queue}\n",
    );
    let of_types: Vec<_> = ids(&report).into_iter().filter(|it| it.0.starts_with("resource-type")).collect();
    assert_eq!(of_types, [(TYPE_UNSUPPORTED, "Fleet"), (TYPE_UNKNOWN, "Typo")]);
    let typo = report.findings.iter().find(|it| it.id == TYPE_UNKNOWN).unwrap();
    assert_eq!((typo.category, typo.fails_on, typo.severity), (Category::A, FailsOn::Aws, Severity::Error));
    assert_eq!(typo.error.as_deref(), Some("Template format error: Unrecognized resource types: [AWS::S3::Buckett]"));
    assert_eq!(typo.solution, "Correct the type; the closest that AWS has is `AWS::S3::Bucket`.");
    assert_eq!(report.aws, AwsVerdict::Fails);
    assert_eq!(report.localstack, LocalstackVerdict::DeploysWithGaps);
    let supports: Vec<Support> = report.resources.iter().map(|it| it.support).collect();
    use Support::*;
    assert_eq!(supports, [Unsupported, Unsupported, Custom, Custom, Supported]);
}

#[test]
fn sam_types_need_their_transform() {
    let table = "Resources:\n  T: {Type: AWS::Serverless::SimpleTable}\n";
    let plain = report(table);
    assert_eq!(ids(&plain), [(TYPE_UNKNOWN, "T")]);
    assert!(plain.findings[0].solution.contains("Transform: AWS::Serverless-2016-10-31"));
    let sam = report(&format!("Transform: AWS::Serverless-2016-10-31\n{table}"));
    assert!(sam.findings.iter().all(|it| it.id != TYPE_UNKNOWN));
    assert_eq!(sam.resources[0].resource_type, "AWS::DynamoDB::Table");
}

/// The rejections in a template, as `id.property`.
fn rejected(template: &str) -> Vec<String> {
    let report = report(template);
    let found = report.findings.iter().filter(|it| it.id == PLACEHOLDER_REJECTED);
    let name = |it: &Finding| {
        format!("{}.{}", it.logical_id.clone().unwrap_or_default(), it.property.clone().unwrap_or_default())
    };
    found.map(|it| format!("{}{}", if it.certainty == Certainty::Possible { "?" } else { "" }, name(it))).collect()
}

fn policy(resource: &str) -> String {
    format!(
        "Resources:\n  Db: {{Type: AWS::RDS::DBCluster, Properties: {{Engine: aurora-mysql}}}}\n  Queue: {{Type: AWS::SQS::Queue}}\n  \
         Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{}}\n      Policies:\n        \
         - PolicyName: p\n          PolicyDocument:\n            Statement:\n              - {{Effect: Allow, Action: '*', Resource: {resource}}}\n"
    )
}

#[test]
fn a_policy_accepts_a_placeholder_inside_an_arn_only() {
    let place = "Role.Policies.PolicyDocument.Statement.Resource";
    assert_eq!(rejected(&policy("!GetAtt Db.DBClusterArn")), [place]);
    assert_eq!(rejected(&policy("[!GetAtt Queue.Arn, !Sub '${Db.DBClusterArn}/*']")), [place]);
    assert_eq!(rejected(&policy("!Join ['', [!Ref Db, '/*']]")), [place]);
    for fine in
        ["'*'", "!GetAtt Queue.Arn", "!Sub 'arn:aws:rds:us-east-1:x:cluster:${Db}'", "!Sub '${Queue.Arn}/${Db}'"]
    {
        assert_eq!(rejected(&policy(fine)), Vec::<String>::new(), "{fine}");
    }
    assert_eq!(rejected(&policy("!Sub '${AWS::StackName}${Db}'")), [format!("?{place}")]);
}

#[test]
fn a_lone_statement_is_looked_at_too() {
    let text = policy("!Ref Db").replace("- {Effect", "{Effect");
    assert_eq!(rejected(&text), ["Role.Policies.PolicyDocument.Statement.Resource"]);
}

fn nat(allocation: &str, more: &str) -> String {
    format!(
        "Parameters:\n  P: {{Type: String}}\nConditions:\n  C: !Equals [!Ref P, x]\n  Never: !Equals [a, b]\nResources:\n  \
         Eip: {{Type: AWS::EC2::EIP{more}}}\n  Other: {{Type: AWS::EC2::EIP}}\n  \
         Nat: {{Type: AWS::EC2::NatGateway, Properties: {{SubnetId: s, AllocationId: {allocation}}}}}\n"
    )
}

#[test]
fn conditions_make_a_rejection_possible() {
    assert_eq!(rejected(&nat("!GetAtt Eip.AllocationId", "")), ["Nat.AllocationId"]);
    assert_eq!(rejected(&nat("!GetAtt Eip.AllocationId", ", Condition: C")), ["?Nat.AllocationId"]);
    assert_eq!(rejected(&nat("!If [C, !GetAtt Eip.AllocationId, x]", "")), ["?Nat.AllocationId"]);
    let either = "!If [C, !GetAtt Eip.AllocationId, !GetAtt Other.AllocationId]";
    assert_eq!(rejected(&nat(either, ", Condition: C")), ["Nat.AllocationId"]);
    assert_eq!(rejected(&nat("eipalloc-1", "")), Vec::<String>::new());
    assert_eq!(rejected(&nat("!Ref P", "")), Vec::<String>::new());
    let conditional =
        nat("!GetAtt Eip.AllocationId", ", Condition: C").replace("NatGateway,", "NatGateway, Condition: C,");
    let report = report(&conditional);
    let rejection = report.findings.iter().find(|it| it.id == PLACEHOLDER_REJECTED).unwrap();
    assert_eq!(rejection.certainty, Certainty::Possible);
    assert_eq!(rejection.depends_on.as_deref(), Some("condition `C` (parameter `P`, which has no default)"));
    let excluded = nat("!GetAtt Eip.AllocationId", "").replace("NatGateway,", "NatGateway, Condition: Never,");
    assert_eq!(rejected(&excluded), Vec::<String>::new());
}

fn consumer(value: &str) -> String {
    format!(
        "Resources:\n  Db: {{Type: AWS::RDS::DBCluster}}\n  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}\n  \
         P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: {value}}}}}\n"
    )
}

#[test]
fn lists_made_of_a_placeholder_fail_in_the_engine() {
    for value in [
        "!Select [1, !Split ['/', !Ref Db]]",
        "!Select [0, !GetAtt Db.ReadEndpoints]",
        "!Join [',', !GetAtt Db.ReadEndpoints]",
        "!Sub ['x-${V}', {V: !Select [1, !Split ['/', !Ref Db]]}]",
    ] {
        assert_eq!(rejected(&consumer(value)), ["P.Value"], "{value}");
    }
    for value in [
        "!Select [0, !Split ['/', !Ref Db]]",
        "!Select [1, !Split ['/', !Sub 'a/${Db}']]",
        "!Select [1, !Split ['/', !Ref Vpc]]",
        "!Join [',', [!Ref Db]]",
    ] {
        assert_eq!(rejected(&consumer(value)), Vec::<String>::new(), "{value}");
    }
}

#[test]
fn an_output_fails_the_stack_only_when_it_cannot_be_computed() {
    let template =
        |value: &str| format!("Resources:\n  Db: {{Type: AWS::RDS::DBCluster}}\nOutputs:\n  O: {{Value: {value}}}\n");
    assert_eq!(rejected(&template("!Ref Db")), Vec::<String>::new());
    assert_eq!(rejected(&template("!Select [1, !Split ['/', !Ref Db]]")), ["O.Value"]);
    let shown = report(&template("!Ref Db"));
    assert_eq!(shown.findings[0].impact, ["Outputs.O"]);
    assert_eq!(shown.localstack, LocalstackVerdict::DeploysWithGaps);
}

#[test]
fn custom_resources_give_placeholders_on_the_open_core_only() {
    let text = "Resources:\n  Own: {Type: 'Custom::Zone', Properties: {ServiceToken: x}}\n  \
                S: {Type: AWS::EC2::Subnet, Properties: {VpcId: v, CidrBlock: 10.0.0.0/24, AvailabilityZone: !GetAtt Own.Zone}}\n";
    assert_eq!(rejected(text), ["S.AvailabilityZone"]);
    let base = analyse(&read(text), &target("base", &[]), embedded());
    assert!(base.findings.iter().all(|it| it.id != PLACEHOLDER_REJECTED));
}

const ENCRYPTED: &str = "\
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
          - {Effect: Allow, Principal: {Service: [s3.amazonaws.com, logs.amazonaws.com]}, Action: [kms:Decrypt], Resource: '*'}
  One: {Type: AWS::Logs::LogGroup, Properties: {KmsKeyId: !GetAtt Key.Arn}}
  Two: {Type: AWS::Logs::LogGroup, Properties: {KmsKeyId: !GetAtt Key.Arn}}
  Plain: {Type: AWS::Logs::LogGroup}
";

fn key_policy_db() -> Db {
    let when = r#"{ path = "KmsKeyId", refers_to = { resource = "AWS::KMS::Key", where = { not = { path = "KeyPolicy", policy_allows = { principal = "logs.${region}.amazonaws.com", actions = ["kms:Encrypt"] } } } } }"#;
    let more = "fails_on = \"aws\"\nat = { path = \"KeyPolicy\", via = \"KmsKeyId\" }\n\
                adjust = [{ append = \"KeyPolicy.Statement\", value = { Effect = \"Allow\" }, via = \"KmsKeyId\", safety = \"review\" }]";
    with_entries(&entry("AWS::Logs::LogGroup", when, more).replace("severity = \"warning\"", "severity = \"error\""))
}

#[test]
fn a_key_policy_that_lacks_the_service_fails_on_aws() {
    let db = key_policy_db();
    let on = |text: &str| analyse(&read(text), &target("community", &[]), &db);
    let own = |report: &StackReport| -> Vec<String> {
        report.findings.iter().filter(|it| it.id == "test-entry").filter_map(|it| it.logical_id.clone()).collect()
    };
    let broken = on(ENCRYPTED);
    assert_eq!(own(&broken), ["One", "Two"]);
    assert_ne!(broken.localstack, LocalstackVerdict::Fails);
    assert_eq!(broken.aws, AwsVerdict::Fails);
    let finding = broken.findings.iter().find(|it| it.id == "test-entry").unwrap();
    let file = SourceFile::new("t", ENCRYPTED);
    assert_eq!(file.slice(finding.span), "KeyPolicy");
    assert_eq!(finding.property.as_deref(), Some("KmsKeyId"));
    assert_eq!(finding.adjustments[0].logical_id, "Key");
    assert_eq!(finding.adjustments[0].path, "KeyPolicy.Statement");
    let allowed = ENCRYPTED.replace(
        "logs.amazonaws.com]}, Action: [kms:Decrypt]",
        "!Sub 'logs.${AWS::Region}.amazonaws.com']}, Action: 'kms:*'",
    );
    assert_eq!(own(&on(&allowed)), Vec::<String>::new());
    let unknown = format!(
        "Parameters: {{Service: {{Type: String}}}}\n{}",
        ENCRYPTED.replace("logs.amazonaws.com]}, Action: [kms:Decrypt]", "!Ref Service]}, Action: 'kms:*'")
    );
    let possible = on(&unknown);
    assert_eq!(own(&possible), ["One", "Two"]);
    assert_eq!(possible.aws, AwsVerdict::Undetermined);
    let finding = possible.findings.iter().find(|it| it.id == "test-entry").unwrap();
    assert_eq!(finding.depends_on.as_deref(), Some("parameter `Service`, which has no default"));
}

#[test]
fn stars_of_an_adjustment_are_the_elements_that_matched() {
    let more = "adjust = [{ set = \"Rules.*.Age\", to = 60, safety = \"safe\" }, { remove = \"@DeletionPolicy\", safety = \"safe\" }, { remove = \"BucketName\", safety = \"safe\" }, { remove_resource = true, safety = \"review\" }]";
    let db = with_entries(&entry("AWS::S3::Bucket", r#"{ path = "Rules.*.Age", lt = 60 }"#, more));
    let stack = read(
        "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: Retain\n    Properties:\n      Rules: [{Age: 90}, {Age: 30}, {Age: 1}]\n",
    );
    let report = analyse(&stack, &target("community", &[]), &db);
    let own: Vec<&Finding> = report.findings.iter().filter(|it| it.id == "test-entry").collect();
    assert_eq!(own.len(), 1);
    let paths: Vec<&str> = own[0].adjustments.iter().map(|it| it.path.as_str()).collect();
    // There is no name to remove.
    assert_eq!(paths, ["Rules.1.Age", "Rules.2.Age", "@DeletionPolicy", ""]);
    assert_eq!(own[0].adjustments[3].action, Action::RemoveResource);
    assert_eq!(stack.file.slice(own[0].span), "30");
    assert_eq!(own[0].property.as_deref(), Some("Rules.Age"));
}

#[test]
fn parts_of_the_template_are_subjects() {
    let db = with_entries(&entry("Template::Output", r#"{ path = "Export", is = "present" }"#, ""));
    let stack = read("Resources: {}\nOutputs:\n  A: {Value: x, Export: {Name: n}}\n  B: {Value: y}\n");
    let report = analyse(&stack, &target("community", &[]), &db);
    assert_eq!(ids(&report), [("test-entry", "A")]);
    assert_eq!(report.findings[0].resource_type, "Template::Output");
    let db = with_entries(&entry("Template", r#"{ path = "Rules", is = "present" }"#, ""));
    let report = analyse(&read("Rules: {}\nResources: {}\n"), &target("community", &[]), &db);
    assert_eq!(report.findings[0].logical_id, None);
    let db = with_entries(&entry("Template::Parameter", r#"{ path = "Type", eq = "List<String>" }"#, ""));
    let report =
        analyse(&read("Parameters: {P: {Type: List<String>}}\nResources: {}\n"), &target("community", &[]), &db);
    assert_eq!(ids(&report), [("test-entry", "P")]);
}

#[test]
fn entries_hold_for_their_targets_only() {
    let db =
        with_entries(&entry("AWS::S3::Bucket", r#"{ path = "A", is = "absent" }"#, "applies = { plans = [\"base\"] }"));
    let stack = read("Resources: {B: {Type: AWS::S3::Bucket}}\n");
    let has = |plan| analyse(&stack, &target(plan, &[]), &db).findings.iter().any(|it| it.id == "test-entry");
    assert!(has("base"));
    assert!(!has("community"));
}

#[test]
fn excluded_resources_are_listed_and_left_alone() {
    let report = report(
        "Conditions: {N: !Equals [a, b]}\nResources:\n  E: {Type: AWS::EC2::EIP, Condition: N}\n  Q: {Type: AWS::SQS::Queue}\n",
    );
    assert_eq!(ids(&report), []);
    assert_eq!(report.excluded, ["E"]);
    assert!(!report.resources[0].included);
    assert_eq!(report.localstack, LocalstackVerdict::Deploys);
}

#[test]
fn a_template_that_is_wrong_fails_everywhere() {
    let report = report("Resources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Nothing}}}\n");
    assert_eq!((report.localstack, report.aws), (LocalstackVerdict::Fails, AwsVerdict::Fails));
}

#[test]
fn findings_are_suppressed_by_metadata_and_comments() {
    let text = "\
Resources:
  A:
    Type: AWS::EC2::EIP
    Metadata: {lscompat: {ignore: [resource-type-needs-plan]}}
  B:
    # lscompat: ignore[other, resource-type-needs-plan] tested on AWS
    # a further remark
    Type: AWS::EC2::EIP
  C:
    Type: AWS::EC2::EIP # lscompat: ignore[resource-type-needs-plan]
  D:
    Type: AWS::EC2::EIP # lscompat: ignore[other] no
  E:
    Type: AWS::EC2::EIP
";
    let stack = read(text);
    let mut report = analyse(&stack, &target("community", &[]), embedded());
    let tree = source::parse(&stack.file).unwrap();
    suppress_by_comments(&mut report, &stack.file, &source::comments(&stack.file, &tree));
    let suppressed: Vec<Option<&str>> = report.findings.iter().map(|it| it.suppressed.as_deref()).collect();
    assert_eq!(suppressed, [Some(""), Some("tested on AWS"), Some(""), None, None]);
    assert_eq!(report.localstack, LocalstackVerdict::DeploysWithGaps);
}

#[test]
fn suppressions_without_a_finding_are_told() {
    let text = "\
Conditions:
  Never: !Equals [a, b]
Resources:
  A:
    Type: AWS::SNS::Topic # lscompat: ignore[resource-type-needs-plan] was an EIP
    Metadata: {lscompat: {ignore: {resource-type-needs-plan: as above}}}
  B:
    # lscompat: ignore[resource-type-need-plan, resource-type-needs-plan]
    Type: AWS::EC2::EIP
  C:
    Type: AWS::SNS::Topic # lscompat: ignore[update-not-made]
    Condition: Never
    Metadata: {lscompat: {ignore: [resource-type-unknown]}}
  D:
    Type: AWS::EC2::EIP
    Metadata: {lscompat: {ignore: {resource-type-needs-plan: on AWS only}}}
  E:
    Type: AWS::SNS::Topic # lscompat: ignore[update-not-made]
";
    let stack = read(text);
    let target = target("community", &[]);
    let mut report = analyse(&stack, &target, embedded());
    let tree = source::parse(&stack.file).unwrap();
    let comments = source::comments(&stack.file, &tree);
    suppress_by_comments(&mut report, &stack.file, &comments);
    let reasons: Vec<Option<&str>> = report.findings.iter().map(|it| it.suppressed.as_deref()).collect();
    assert_eq!(reasons, [Some(""), Some("on AWS only")]);
    let unused = |has_updates| {
        let run = Run { target: &target, db: embedded(), has_updates };
        let all = unused_suppressions(&report, &stack, &comments, run);
        let line = |it: &Finding| stack.file.position(it.span.start).line;
        all.iter().map(|it| (line(it), it.logical_id.clone(), it.solution.clone())).collect::<Vec<_>>()
    };
    let expected = [
        (5, None, "Remove it".to_owned()),
        (8, None, "Write `resource-type-needs-plan`, or remove it".to_owned()),
        (6, Some("A".to_owned()), "Remove it".to_owned()),
    ];
    assert_eq!(unused(false), expected);
    assert_eq!(unused(true).len(), 4);
}

#[test]
fn a_type_is_only_possible_where_a_condition_decides() {
    let stack =
        open("Resources:\n  A: {Type: AWS::EC2::EIP, Condition: C}\n  B: {Type: AWS::EC2::Elastic, Condition: C}\n");
    let strict = target("community", &["CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0"]);
    let report = analyse(&stack, &strict, embedded());
    let said: Vec<_> = report.findings.iter().map(|it| (it.certainty, it.depends_on.is_some())).collect();
    assert_eq!(said, [(Certainty::Possible, true), (Certainty::Certain, false)]);
    assert_eq!(report.localstack, LocalstackVerdict::Undetermined);
}

#[test]
fn a_placeholder_that_may_not_be_selected_is_only_possible() {
    let stack = read(&nat("!Select [!Ref P, [!GetAtt Eip.AllocationId, eipalloc-1]]", ""));
    let report = analyse(&stack, &target("community", &[]), embedded());
    let rejected = report.findings.iter().find(|it| it.id == PLACEHOLDER_REJECTED).unwrap();
    assert_eq!(rejected.certainty, Certainty::Possible);
}

#[test]
fn metadata_of_a_resource_says_nothing_about_an_output_of_its_name() {
    let report = report(
        "\
Resources:
  A: {Type: AWS::EC2::EIP, Metadata: {lscompat: {ignore: [placeholder-rejected]}}}
Outputs:
  A: {Value: !Select [0, !GetAtt A.AllocationId]}
",
    );
    let rejected = report.findings.iter().find(|it| it.id == PLACEHOLDER_REJECTED).unwrap();
    assert_eq!(rejected.suppressed, None);
}

#[test]
fn the_same_input_gives_the_same_report_in_order() {
    let (first, second) = (report(NAT), report(NAT));
    assert_eq!(first, second);
    assert!(first.findings.is_sorted_by_key(|it| it.span));
}

#[test]
fn nested_alternatives_take_linear_time() {
    let mut value = "x".to_owned();
    for _ in 0..60 {
        value = format!("!If [C, {value}, y]");
    }
    let stack = open(&format!("Resources:\n  X: {{Type: AWS::S3::Bucket, Properties: {{A: {value}}}}}\n"));
    assert_eq!(outcome(&stack, r#"{ path = "A", eq = "x" }"#).truth, on_condition("C"));
}

#[test]
fn the_template_s_own_text_and_loops_are_found() {
    let on = |when: &str, text: &str| {
        let db = with_entries(&entry("Template", when, ""));
        let stack = read(text);
        let report = analyse(&stack, &target("community", &[]), &db);
        report.findings.iter().find(|it| it.id == "test-entry").map(|it| stack.file.position(it.span.start).line)
    };
    let escape = r#"{ uses_text = "${!" }"#;
    let queue = "Resources:\n  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: NAME}}\n";
    assert_eq!(on(escape, &queue.replace("NAME", "!Sub 'a-${!b}'")), Some(2));
    assert_eq!(on(escape, &queue.replace("NAME}}", "b}} # no ${!b}")), None);
    assert_eq!(
        on(r#"{ uses_text = "AWS::NotificationARNs" }"#, &queue.replace("NAME", "!Ref AWS::NotificationARNs")),
        Some(2)
    );
    let loops = r#"{ path = "Outputs", where = { intrinsic = "Fn::ForEach" } }"#;
    let looped = "Transform: AWS::LanguageExtensions\nResources: {}\nOutputs:\n  Fn::ForEach::Names: [N, [a, b], {'O${N}': {Value: x}}]\n";
    assert_eq!(on(loops, looped), Some(4));
    assert_eq!(on(loops, "Resources: {}\nOutputs: {O: {Value: x}}\n"), None);
    let joined = r#"{ path = "Outputs.O.Value", where = { intrinsic = "Fn::Join" } }"#;
    assert_eq!(on(joined, "Resources: {}\nOutputs:\n  O: {Value: !Join ['', [a]]}\n  P: {Value: x}\n"), Some(3));
    assert_eq!(on(joined, "Resources: {}\nOutputs:\n  P: {Value: !Join ['', [a]]}\n  O: {Value: x}\n"), None);
}

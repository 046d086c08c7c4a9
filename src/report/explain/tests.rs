use super::*;
use crate::target::TargetOptions;

fn explain(name: &str, plan: &str) -> String {
    let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
    let target = Target::new(&db, &TargetOptions { plan: Some(plan), ..TargetOptions::default() }).unwrap();
    text(find(&db, &target, name).unwrap(), &db, &target)
}

fn explain_json(name: &str) -> Value {
    let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
    let target = Target::new(&db, &TargetOptions::default()).unwrap();
    json(find(&db, &target, name).unwrap(), &db, &target).unwrap()
}

#[test]
fn an_entry_tells_everything() {
    assert_eq!(
        explain("kms-key-policy-lacks-logs-principal", "hobby"),
        "\
kms-key-policy-lacks-logs-principal
Log group encryption · category C · error · fails on AWS

On LocalStack: The log group is created whatever the key policy says.
On AWS:        CloudWatch Logs refuses a key whose policy does not let it encrypt.
Error:         The specified KMS key does not exist or is not allowed to be used
What to do:    Allow the service principal of CloudWatch Logs in the key policy

Resources:     AWS::Logs::LogGroup
Targets:       releases >=3.0.0, <2026.5.0; plans community, hobby; with ENFORCE_IAM=0
               LocalStack 2026.3 (hobby) is included
Applies when:  `KmsKeyId` refers to a resource of type `AWS::KMS::Key` by its `Arn` where not: `KeyPolicy` allows `logs.${region}.amazonaws.com` to do `kms:Encrypt*`, `kms:Decrypt*`
Points at:     `KeyPolicy` of the resource that `KmsKeyId` refers to

Changes
  append to `KeyPolicy.Statement` of the resource that `KmsKeyId` refers to (review)
      - Effect: Allow
        Principal:
          Service:
            Fn::Sub: logs.${AWS::Region}.amazonaws.com
        Action:
        - kms:Encrypt
  remove `KmsKeyId` (display)

Evidence
  probe, release 2026.3, 2026-11-23: Deployed.
      https://github.com/localstack/localstack
  source, release 4.14
      localstack-core: localstack/services/logs/provider.py

Also found by another linter's E1
Defined in limitations/kms.toml, line 1
"
    );
    assert!(
        explain("kms-key-policy-lacks-logs-principal", "base").contains("LocalStack 2026.3 (base) is not included")
    );
}

#[test]
fn changes_are_shown_as_template_text() {
    let text = explain("s3-anything", "hobby");
    assert!(text.contains("  set `Timeout` (safe)\n      Timeout: 60\n"), "{text}");
    assert!(text.contains("  replace `A.B` (safe)\n      B:\n      - 1\n      - true\n      - x\n"), "{text}");
    assert!(explain("kms-everything", "hobby").contains("  remove the resource (review)\n"));
}

#[test]
fn a_type_tells_its_support_by_release_and_plan() {
    assert_eq!(
        explain("AWS::ApiGatewayV2::Api", "community"),
        "\
AWS::ApiGatewayV2::Api
On LocalStack 2026.3 (community): needs the plan base: it is reported as created, and its Ref and attributes are the word `unknown`

Support by release and plan
  releases       community   hobby       base  ultimate  enterprise
  3.0            no          no          no    no        no
  4.9 to 2026.3  needs base  needs base  yes   yes       yes

Create: yes   Delete: yes
Update: no: an update is reported as done and changes nothing, unless it replaces the resource

Limitations
  kms-everything  (B, note) Everything
"
    );
    assert!(explain("AWS::EC2::EIP", "community").contains("  3.0 to 2026.3  licensed only  unproven  yes "));
    assert!(explain("AWS::EC2::EIP", "hobby").contains("2026.3 (hobby): unproven: only the licensed edition"));
}

#[test]
fn a_type_tells_what_is_dropped_made_up_and_refused() {
    let text = explain("AWS::Logs::LogGroup", "community");
    assert!(text.contains("Ref gives a made-up value\n"), "{text}");
    assert!(
        text.contains(
            "Refuse the placeholder `unknown` of another resource:\n  \
             `Policies.*.Resource` unless the text matches `^(\\*|arn:.*)$`: InvalidParameterException\n  `KmsKeyId`\n  \
             `Tags` in place of the list when `LogGroupClass` is `DELIVERY`\n  \
             `LogGroupName` if the text matches `^unknown$`\n"
        ),
        "{text}"
    );
    let text = explain("AWS::S3::Bucket", "community");
    assert!(text.contains("Accepted and ignored (other): AnalyticsConfigurations\n"), "{text}");
    assert!(text.contains("Replaced when these change: BucketName\n"), "{text}");
    let text = explain("AWS::KMS::Key", "base");
    assert!(text.contains("Attributes that come back as `unknown`: RotationStatus\n"), "{text}");
    assert!(text.contains("cannot read, as they are no texts: Spec (when `KeySpec` is present)\n"), "{text}");
}

#[test]
fn types_that_coverage_does_not_decide_say_so() {
    assert!(explain("Custom::Thing", "hobby").contains("depends on its own provider"));
    let text = explain("AWS::Serverless::Function", "hobby");
    assert!(text.contains("replaced by other resources when the serverless transform runs"), "{text}");
    assert!(!text.contains("unproven"), "{text}");
}

#[test]
fn json_says_the_same() {
    let entry = explain_json("kms-key-policy-lacks-logs-principal");
    assert_eq!(entry["applies"]["target"], true);
    assert_eq!(entry["adjustments"][0]["op"], "append");
    assert_eq!(
        entry["adjustments"][0]["value"]["Principal"]["Service"]["Fn::Sub"],
        "logs.${AWS::Region}.amazonaws.com"
    );
    assert_eq!(entry["evidence"][0]["release"], "2026.3");
    let row = explain_json("AWS::ApiGatewayV2::Api");
    assert_eq!(row["support"], "needs-plan");
    assert_eq!(row["min_plan"], "base");
    assert_eq!(row["releases"][1]["plans"][2]["support"], "supported");
    assert_eq!(row["limitations"][0], "kms-everything");
    assert_eq!(explain_json("Custom::Thing")["support"], "custom");
}

#[test]
fn words_that_are_no_types_are_not_explained() {
    let db = Db::from_dir(std::path::Path::new("tests/db/small")).unwrap();
    let target = Target::new(&db, &TargetOptions::default()).unwrap();
    assert_eq!(find(&db, &target, "bucket"), None);
    assert_eq!(find(&db, &target, "AWS::S3::Buckett"), None);
}

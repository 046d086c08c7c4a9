//! A report that has one of everything, for the formats' tests.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::analysis::{
    Adjustment, AwsVerdict, Certainty, Change, Finding, LocalstackVerdict, ResourceStatus, StackReport, Support,
    Update, UpdateKind, UpdateOutcome, UpdatedProperty, Use,
};
use crate::db::{Action, Category, Evidence, EvidenceKind, FailsOn, Literal, Plan, Safety, Severity};
use crate::source::{SourceFile, Span};
use crate::stack::StackKind;
use crate::target::{Place, Source, Sources, Target};

use super::{FileError, KnowledgeBase, Origin, Report, StackEntry, UpdatesEntry};

const TEMPLATE: &str = "\
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: logs.amazonaws.com}
            Action: kms:Decrypt
            Resource: '*'
  AppLogs:
    Type: AWS::Logs::LogGroup
    Properties: {KmsKeyId: !GetAtt Key.Arn}
  FlowLogs:
    Type: AWS::Logs::LogGroup
    Properties: {KmsKeyId: !GetAtt Key.Arn}
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Timeout: 30
  Api:
    Type: AWS::ApiGatewayV2::Api
    Properties: {Name: pay | ments, ProtocolType: HTTP}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Ref Name}
";

pub(super) fn target() -> Target {
    Target {
        release: semver::Version::new(2026, 3, 0),
        plan: Plan::Hobby,
        region: "us-east-1".into(),
        account_id: "000000000000".into(),
        config: BTreeMap::new(),
        notes: Vec::new(),
        sources: Sources {
            plan: Source::Option("--plan"),
            release: Source::Project(Place {
                path: "compose.yaml".into(),
                line: Some(3),
                what: "image localstack/localstack:2026.3".into(),
            }),
            ..Sources::default()
        },
    }
}

pub(super) fn report() -> Report {
    let file = Arc::new(SourceFile::new("stack.yaml", TEMPLATE));
    Report {
        knowledge_base: KnowledgeBase { limitations: 60, resource_types: 1500 },
        target: target(),
        stacks: vec![entry(file)],
        tests: Vec::new(),
        errors: Vec::new(),
        notes: Vec::new(),
    }
}

/// A report without findings.
pub(super) fn clean() -> Report {
    let mut report = report();
    for stack in &mut report.stacks {
        stack.report.findings.clear();
        stack.report.localstack = LocalstackVerdict::Deploys;
        stack.report.aws = AwsVerdict::NoKnownFailure;
        stack.report.resources.iter_mut().for_each(|it| it.support = Support::Supported);
        stack.report.excluded.clear();
    }
    report
}

/// A report of an update with one of every kind.
pub(super) fn updated() -> Report {
    let mut report = clean();
    let span = Span { start: 0, end: 4 };
    let property =
        |path: &str, change, is_made| UpdatedProperty { path: path.into(), change, follows: None, is_made, span };
    let update = |logical_id: &str, kind, localstack, aws| Update {
        logical_id: logical_id.into(),
        resource_type: "AWS::SQS::Queue".into(),
        kind,
        properties: Vec::new(),
        localstack,
        aws,
        depends_on: None,
        span,
    };
    let updates = vec![
        update("New", UpdateKind::Added, UpdateOutcome::Created, UpdateOutcome::Created),
        Update {
            properties: vec![
                property("Timeout", Change::Changed, Some(true)),
                property("Tags.0.Value", Change::Changed, Some(false)),
                property("Old|Value", Change::Removed, Some(false)),
                UpdatedProperty { follows: Some("New".into()), ..property("Role", Change::Changed, Some(true)) },
            ],
            ..update("Worker", UpdateKind::Modified, UpdateOutcome::PartlyMade, UpdateOutcome::InPlace)
        },
        Update {
            depends_on: Some("parameter `P`, which has no default".into()),
            properties: vec![property("QueueName", Change::Added, Some(true))],
            ..update("Jobs", UpdateKind::Modified, UpdateOutcome::Replaced, UpdateOutcome::Replaced)
        },
        update("Kind", UpdateKind::Retyped("AWS::SNS::Topic".into()), UpdateOutcome::Replaced, UpdateOutcome::Refused),
        update("Gone", UpdateKind::Removed, UpdateOutcome::Deleted, UpdateOutcome::Kept),
    ];
    for stack in &mut report.stacks {
        stack.updates = Some(UpdatesEntry { since: "main".into(), updates: updates.clone() });
    }
    report
}

/// A report of one file that could not be read.
pub(super) fn unreadable() -> Report {
    let error = FileError { path: PathBuf::from("bad.yaml"), message: "the file is empty".into(), range: None };
    Report { stacks: Vec::new(), errors: vec![error], ..report() }
}

fn entry(file: Arc<SourceFile>) -> StackEntry {
    let findings = vec![
        logs_key(&file, "AppLogs"),
        logs_key(&file, "FlowLogs"),
        cold_start(&file),
        unsupported_api(&file),
        index_lag(&file),
    ];
    let report = StackReport {
        resources: vec![
            status("Key", "AWS::KMS::Key", Support::Supported),
            status("AppLogs", "AWS::Logs::LogGroup", Support::Supported),
            status("FlowLogs", "AWS::Logs::LogGroup", Support::Supported),
            status("Worker", "AWS::Lambda::Function", Support::Supported),
            ResourceStatus {
                min_plan: Some(Plan::Base),
                ..status("Api", "AWS::ApiGatewayV2::Api", Support::NeedsPlan)
            },
            status("Table", "AWS::DynamoDB::Table", Support::Supported),
            ResourceStatus {
                condition: Some("IsProd".into()),
                included: false,
                ..status("Replica", "AWS::RDS::DBInstance", Support::Supported)
            },
        ],
        findings,
        excluded: vec!["Replica".into()],
        localstack: LocalstackVerdict::Fails,
        aws: AwsVerdict::Fails,
        uses: vec![
            Use { of: "Key".into(), by: "AppLogs".into(), is_value: true },
            Use { of: "Api".into(), by: "Stage".into(), is_value: true },
            Use { of: "Api".into(), by: "Outputs.Url".into(), is_value: true },
        ],
    };
    StackEntry {
        path: "stack.yaml".into(),
        kind: StackKind::CloudFormation,
        origin: Origin::Template,
        region: "us-east-1".into(),
        account_id: "000000000000".into(),
        constructs: BTreeMap::new(),
        nested: 0,
        not_analysed: Vec::new(),
        file,
        report,
        updates: None,
        fixes: Vec::new(),
    }
}

fn status(logical_id: &str, resource_type: &str, support: Support) -> ResourceStatus {
    ResourceStatus {
        logical_id: logical_id.into(),
        resource_type: resource_type.into(),
        support,
        min_plan: None,
        condition: None,
        included: true,
        from: None,
        content: 0,
    }
}

fn finding(file: &SourceFile, logical_id: &str, at: &str) -> Finding {
    let start = file.text().find(at).unwrap();
    Finding {
        id: String::new(),
        category: Category::B,
        severity: Severity::Warning,
        certainty: Certainty::Certain,
        fails_on: FailsOn::None,
        logical_id: Some(logical_id.into()),
        resource_type: String::new(),
        property: None,
        feature: String::new(),
        localstack: String::new(),
        aws: String::new(),
        solution: String::new(),
        error: None,
        also: None,
        adjustments: Vec::new(),
        evidence: vec![Evidence {
            kind: EvidenceKind::Probe,
            release: "2026.3.0".into(),
            date: Some("2026-11-23".into()),
            url: Some("https://example.org/evidence".into()),
            source: None,
            note: None,
        }],
        depends_on: None,
        impact: Vec::new(),
        span: Span { start, end: start + at.len() },
        suppressed: None,
    }
}

fn logs_key(file: &SourceFile, logical_id: &str) -> Finding {
    let statement = "- Effect: Allow
            Principal: {Service: logs.amazonaws.com}
            Action: kms:Decrypt
            Resource: '*'";
    let service = Literal::Map(vec![("Fn::Sub".into(), Literal::String("logs.${AWS::Region}.amazonaws.com".into()))]);
    let value = Literal::Map(vec![
        ("Effect".into(), Literal::String("Allow".into())),
        ("Principal".into(), Literal::Map(vec![("Service".into(), service)])),
        ("Action".into(), Literal::List(vec![Literal::String("kms:Encrypt*".into())])),
        ("Resource".into(), Literal::String("*".into())),
    ]);
    Finding {
        id: "logs-kms-key-policy".into(),
        category: Category::C,
        severity: Severity::Error,
        fails_on: FailsOn::Aws,
        resource_type: "AWS::Logs::LogGroup".into(),
        property: Some("KeyPolicy.Statement".into()),
        feature: "KMS encryption of a log group".into(),
        localstack: "The log group is created without looking at the key policy".into(),
        aws: "CloudWatch Logs must be allowed by the key policy as `logs.us-east-1.amazonaws.com`".into(),
        solution: "Add a statement that allows the regional service principal to use the key".into(),
        error: Some("The specified KMS key does not exist or is not allowed to be used".into()),
        also: Some("cfn-lint E3012".into()),
        adjustments: vec![Adjustment {
            action: Action::Append(value),
            logical_id: "Key".into(),
            path: "KeyPolicy.Statement".into(),
            safety: Safety::Review,
        }],
        ..finding(file, logical_id, statement)
    }
}

fn cold_start(file: &SourceFile) -> Finding {
    Finding {
        id: "lambda-vpc-cold-start".into(),
        resource_type: "AWS::Lambda::Function".into(),
        property: Some("Timeout".into()),
        feature: "VPC-attached cold start".into(),
        localstack: "The first call may take longer than the timeout".into(),
        aws: "Normal cold start".into(),
        solution: "Raise `Timeout` to 60 seconds".into(),
        adjustments: vec![Adjustment {
            action: Action::Set(Literal::Number(60.0)),
            logical_id: "Worker".into(),
            path: "Timeout".into(),
            safety: Safety::Safe,
        }],
        ..finding(file, "Worker", "30")
    }
}

fn unsupported_api(file: &SourceFile) -> Finding {
    Finding {
        id: "resource-type-unsupported".into(),
        category: Category::A,
        severity: Severity::Error,
        fails_on: FailsOn::Localstack,
        resource_type: "AWS::ApiGatewayV2::Api".into(),
        feature: "Resource type".into(),
        localstack: "Not created; its Ref is the word `unknown`".into(),
        aws: "Fully supported".into(),
        solution: "Use plan base, or put the resource behind a condition".into(),
        impact: vec!["Stage".into(), "Outputs.Url".into()],
        ..finding(file, "Api", "AWS::ApiGatewayV2::Api")
    }
}

fn index_lag(file: &SourceFile) -> Finding {
    Finding {
        id: "dynamodb-table-name".into(),
        category: Category::C,
        severity: Severity::Note,
        certainty: Certainty::Possible,
        resource_type: "AWS::DynamoDB::Table".into(),
        property: Some("TableName".into()),
        feature: "Table name <length>".into(),
        localstack: "Any a|b name".into(),
        aws: "At least 3 characters".into(),
        solution: "Use a longer name".into(),
        depends_on: Some("parameter `Name`, which has no default".into()),
        ..finding(file, "Table", "!Ref Name")
    }
}

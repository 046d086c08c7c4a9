//! Templates to measure with: generated ones, or the files of a folder.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A template's name and text.
pub(crate) struct Template {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The variable that names a folder of real templates to measure with in place of generated ones.
pub(crate) const FOLDER: &str = "LSCOMPAT_BENCH_CORPUS";
/// Templates of the generated corpus.
pub(crate) const GENERATED: usize = 300;

/// One template of about 20 KB and 40 resources, the size of a service's stack.
pub(crate) fn mid_size() -> Template {
    Template { name: "service.yaml".into(), text: generate(10) }
}

/// The templates below the folder that [`FOLDER`] names, or [`GENERATED`] ones from 4 to 60 resources.
pub(crate) fn corpus() -> io::Result<Vec<Template>> {
    match std::env::var_os(FOLDER) {
        Some(folder) => {
            let mut found = Vec::new();
            collect(Path::new(&folder), &mut found)?;
            found.sort();
            found.into_iter().map(|path| Ok(Template { text: fs::read_to_string(&path)?, name: name(&path) })).collect()
        }
        None => Ok((0..GENERATED)
            .map(|index| Template { name: format!("stack-{index:03}.yaml"), text: generate(1 + index % 15) })
            .collect()),
    }
}

fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json") {
            found.push(path);
        }
    }
    Ok(())
}

/// A template of `workers` workers of four resources each, chained by references, with parameters, a mapping,
/// conditions and outputs, so that every stage of the analysis has something to do.
fn generate(workers: usize) -> String {
    let mut text = String::from(HEADER);
    for index in 0..workers {
        text.push_str(&WORKER.replace("@N", &index.to_string()));
    }
    text.push_str("Outputs:\n");
    for index in 0..workers {
        let _ = write!(text, "  Queue{index}Arn:\n    Value: !GetAtt Queue{index}.Arn\n");
    }
    text
}

const HEADER: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Description: Generated for measuring
Parameters:
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
  AlertTopic:
    Type: String
Mappings:
  Sizes:
    dev: { Memory: 256, Days: 7 }
    prod: { Memory: 1024, Days: 90 }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
"#;

const WORKER: &str = r#"  Queue@N:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${AWS::StackName}-work-@N"
      VisibilityTimeout: 180
      MessageRetentionPeriod: !If [IsProd, 1209600, 345600]
  Role@N:
    Type: AWS::IAM::Role
    Properties:
      # The worker reads its own queue and nothing else.
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: lambda.amazonaws.com }
            Action: sts:AssumeRole
      Policies:
        - PolicyName: work
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]
                Resource: !GetAtt Queue@N.Arn
              - Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !Sub "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/*"
  Worker@N:
    Type: AWS::Lambda::Function
    DependsOn: [Queue@N]
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role@N.Arn
      MemorySize: !FindInMap [Sizes, !Ref Stage, Memory]
      Timeout: 30
      Environment:
        Variables:
          QUEUE_URL: !Ref Queue@N
          STAGE: !Ref Stage
          LABEL: !Join ["-", [!Ref Stage, worker, "@N"]]
      Code:
        ZipFile: |
          import json

          def handler(event, context):
              for record in event["Records"]:
                  print(json.dumps(record))
              return {}
  Alarm@N:
    Type: AWS::CloudWatch::Alarm
    Condition: IsProd
    Properties:
      AlarmDescription: !Sub "messages of ${Queue@N} wait too long"
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{ Name: QueueName, Value: !GetAtt Queue@N.QueueName }]
      Statistic: Maximum
      Period: 60
      EvaluationPeriods: 5
      Threshold: 900
      ComparisonOperator: GreaterThanThreshold
      AlarmActions: [!Ref AlertTopic]
"#;

//! `lscompat adapt`: what it prints, what it writes, and what it leaves alone.

use std::io::{Read, Write};
use std::process::Stdio;

use crate::program::{CLEAN, Project, command, root, run_in};

const NETWORK: &str = "\
# The network of the shop.
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16} # small
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}

  Address:
    Type: AWS::EC2::EIP
  Nat:
    Type: AWS::EC2::NatGateway
    Properties:
      AllocationId: !GetAtt Address.AllocationId
      SubnetId: !Ref Subnet

  Routes:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Out:
    Type: AWS::EC2::Route
    DependsOn: Nat
    Properties:
      RouteTableId: !Ref Routes
      DestinationCidrBlock: 0.0.0.0/0
      NatGatewayId: !Ref Nat
Outputs:
  Ip: {Value: !Ref Address}
  Vpc: {Value: !Ref Vpc}
";

fn adapt(project: &Project, rest: &[&str]) -> crate::program::Run {
    project.run(&[&["adapt", "--plan", "community"], rest].concat())
}

#[test]
fn what_cannot_live_without_a_removed_resource_goes_too() {
    let project = Project::new(&[("net.yaml", NETWORK)]);
    let run = adapt(&project, &["net.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("adapt-diff", run.stdout);
    insta::assert_snapshot!("adapt-summary", run.stderr);
    assert_eq!(project.read("net.yaml"), NETWORK);
}

#[test]
fn a_guarded_template_serves_both_worlds() {
    let project = Project::new(&[("net.yaml", NETWORK)]);
    let run = adapt(&project, &["net.yaml", "--guard", "--comment", "--output", "both.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("adapt-guard", project.read("both.yaml"));
    let check = |value: &str| {
        let given = format!("IsLocalStack={value}");
        project.run(&["check", "both.yaml", "--plan", "community", "--select", "A", "--parameter", &given]).code
    };
    assert_eq!((check("true"), check("false")), (0, 1));
}

#[test]
fn adapting_an_adapted_template_changes_nothing() {
    for options in [&[][..], &["--guard"], &["--comment"], &["--fix-aws"]] {
        let project = Project::new(&[("net.yaml", NETWORK)]);
        let first = adapt(&project, &[&["net.yaml", "--in-place"], options].concat());
        assert_eq!(first.code, 0, "{}", first.stderr);
        let once = project.read("net.yaml");
        assert_ne!(once, NETWORK);
        let run = adapt(&project, &[&["net.yaml", "--in-place"], options].concat());
        assert_eq!((run.code, project.read("net.yaml")), (0, once), "{options:?}");
        assert!(run.stderr.contains("nothing to change"), "{}", run.stderr);
    }
}

#[test]
fn the_diff_is_one_that_patch_takes() {
    let project = Project::new(&[("net.yaml", NETWORK)]);
    let coloured = adapt(&project, &["net.yaml", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}[31m-"), "{coloured}");
    project.write("net.diff", &adapt(&project, &["net.yaml"]).stdout);
    let patch = std::process::Command::new("patch")
        .args(["-p1", "-s", "-i", "net.diff"])
        .current_dir(project.path(""))
        .status();
    // Not every machine has it.
    if let Ok(status) = patch {
        assert!(status.success());
        let variant = adapt(&Project::new(&[("net.yaml", NETWORK)]), &["net.yaml", "--output", "-"]).stdout;
        assert_eq!(project.read("net.yaml"), variant);
    }
}

#[test]
fn an_output_is_another_file() {
    let project = Project::new(&[("net.yaml", NETWORK)]);
    let run = adapt(&project, &["net.yaml", "--output", "net.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("use `--in-place`"), "{}", run.stderr);
    let run = adapt(&project, &["net.yaml", "--output", "-"]);
    assert!(run.stdout.starts_with("# The network of the shop.\n"), "{}", run.stdout);
    assert!(!run.stdout.contains("EIP"));
}

#[test]
fn nothing_is_written_when_nothing_would_be_left() {
    let project = Project::new(&[("a.yaml", "Resources:\n  A:\n    Type: AWS::EC2::EIP\n")]);
    let run = adapt(&project, &["a.yaml", "--in-place"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no resource would be left"), "{}", run.stderr);
    assert!(project.read("a.yaml").contains("EIP"));
    assert_eq!(adapt(&project, &["missing.yaml"]).code, 2);
}

#[test]
fn findings_are_chosen_by_options_or_one_by_one() {
    let project = Project::new(&[("net.yaml", NETWORK)]);
    let run = adapt(&project, &["net.yaml", "--ignore", "A"]);
    assert!(run.stderr.contains("`Nat` (AWS::EC2::NatGateway)") && !run.stderr.contains("`Address`"), "{}", run.stderr);
    let ask = |answers: &'static str| {
        let arguments = ["adapt", "net.yaml", "--plan", "community", "--interactive"];
        let output = command(&project.path(""), &arguments).write_stdin(answers).output().unwrap();
        crate::program::Run::of(output)
    };
    assert_eq!(ask("q\n").stdout, "");
    assert!(ask("a\n").stdout.contains("-  Address:"));
}

#[test]
fn nested_stacks_are_adapted_together() {
    let parent = "\
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Api: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: a, ProtocolType: HTTP}}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: {ApiId: !Ref Api, Name: orders}
Outputs:
  Address: {Value: !GetAtt Child.Outputs.Ip}
  Queue: {Value: !GetAtt Child.Outputs.Queue}
";
    let child = "\
Parameters:
  ApiId: {Type: String}
  Name: {Type: String}
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}
  Address: {Type: AWS::EC2::EIP}
  Setting: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref ApiId}}
Outputs:
  Ip: {Value: !Ref Address}
  Queue: {Value: !Ref Queue}
";
    let project = Project::new(&[("a.yaml", parent), ("child.yaml", child)]);
    assert_eq!(adapt(&project, &["a.yaml", "--output", "b.yaml"]).code, 2);
    let run = adapt(&project, &["a.yaml", "--in-place"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("adapt-nested", format!("{}---\n{}", project.read("a.yaml"), project.read("child.yaml")));
}

#[test]
fn a_cdk_app_is_told_what_to_change() {
    let run = run_in(&root().join("tests/suite/fixtures/cdk"), &["adapt", "--plan", "community", "cdk.out"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("adapt-cdk", run.stdout);
}

#[test]
fn a_clean_template_stays() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    let run = adapt(&project, &["a.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("a.yaml: nothing to change"));
}

#[test]
fn help() {
    insta::assert_snapshot!("help-adapt", Project::new(&[]).run(&["adapt", "--help"]).stdout);
}

#[test]
fn answers_are_read_from_a_pipe() {
    let project = Project::new(&[("net.yaml", NETWORK), ("two.yaml", TWO)]);
    let ask = |quiet: &[&str], answers: &'static str| {
        let arguments = [&["adapt", "two.yaml", "--plan", "community", "--interactive"], quiet].concat();
        crate::program::Run::of(command(&project.path(""), &arguments).write_stdin(answers).output().unwrap())
    };
    let removes = |run: &crate::program::Run| ["First", "Second"].map(|it| run.stdout.contains(&format!("-  {it}:")));
    assert_eq!(removes(&ask(&[], "y\nn\n")), [true, false]);
    assert_eq!(removes(&ask(&[], "n\nYES\n")), [false, true]);
    assert_eq!(removes(&ask(&[], "y\nq\n")), [true, false]);
    let run = ask(&["--quiet"], "what\nn\na\n");
    assert_eq!(removes(&run), [false, true]);
    assert_eq!(run.stderr.matches("change it?").count(), 3, "{}", run.stderr);
    // The end of the answers is a no to all that follows.
    let run = ask(&[], "");
    assert_eq!((run.code, removes(&run)), (0, [false, false]));
    insta::assert_snapshot!("adapt-question", run.stderr);
}

const TWO: &str = "\
Resources:
  First:
    Type: AWS::EC2::EIP
  Second:
    Type: AWS::EC2::EIP
  Topic:
    Type: AWS::SNS::Topic
";

#[test]
fn an_implicit_api_goes_with_the_events_that_ask_for_it() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Web:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: 'def handler(event, context): return {}'
      Events:
        Http:
          Type: HttpApi
          Properties: {Path: /, Method: get}
        Daily:
          Type: Schedule
          Properties: {Schedule: rate(1 day)}
Outputs:
  Url:
    Value: !Sub 'https://${ServerlessHttpApi}.execute-api.${AWS::Region}.amazonaws.com'
";
    let project = Project::new(&[("a.yaml", template)]);
    let run = adapt(&project, &["a.yaml", "--in-place"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = project.read("a.yaml");
    assert!(text.contains("Daily:") && !text.contains("Http"), "{text}");
    assert!(run.stderr.contains("`ServerlessHttpApi` (AWS::ApiGatewayV2::Api)"), "{}", run.stderr);
}

#[test]
fn errors_name_the_line_and_what_to_do() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Address: {Type: AWS::EC2::EIP}
  Web:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      InlineCode: 'def handler(event, context): return {}'
      Tags: !If [Always, {Ip: !Ref Address}, !Ref AWS::NoValue]
Conditions:
  Always: !Equals [a, a]
";
    let project =
        Project::new(&[("a.yaml", template), ("b.yaml", "Resources:\n  A: {Type: AWS::SNS::Topic}\n  A: 1\n")]);
    let run = adapt(&project, &["a.yaml", "--guard"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("a.yaml:10:"), "{}", run.stderr);
    assert!(run.stderr.contains("adapt without `--guard`, or leave its finding out with `--ignore`"), "{}", run.stderr);
    let run = adapt(&project, &["b.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("b.yaml:3:3: the key `A` stands twice"), "{}", run.stderr);
}

#[test]
fn a_finding_that_stays_keeps_everything_as_it_is() {
    let overlay = "\
[[limitation]]
id = \"sns-topic-name\"
category = \"B\"
severity = \"warning\"
resources = [\"AWS::SNS::Topic\"]
feature = \"topic names\"
localstack = \"Names are dropped.\"
aws = \"Names are kept.\"
solution = \"Set another name\"
when = { path = \"TopicName\", is = \"present\" }
adjust = [ { set = \"TopicName\", to = \"other\", safety = \"safe\" } ]
evidence = [ { kind = \"report\", release = \"2026.3.0\", date = 2026-11-20, url = \"https://example.com/\" } ]
";
    let topic = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: mine\n";
    let project = Project::new(&[("a.yaml", topic), ("own/limitations/sns.toml", overlay)]);
    let run = adapt(&project, &["a.yaml", "--in-place", "--db", "own", "--select", "sns-topic-name"]);
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("a.yaml: sns-topic-name at `A.TopicName` is still there"), "{}", run.stderr);
    assert!(run.stderr.contains("nothing is written"), "{}", run.stderr);
    assert_eq!(project.read("a.yaml"), topic);
}

#[test]
fn a_file_that_changed_meanwhile_is_left_alone() {
    let project = Project::new(&[("two.yaml", TWO)]);
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_lscompat"))
        .args(["adapt", "two.yaml", "--plan", "community", "--interactive", "--in-place"])
        .current_dir(project.path(""))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = program.stderr.take().unwrap();
    let mut asked = String::new();
    while !asked.contains("change it?") {
        let mut byte = [0];
        stderr.read_exact(&mut byte).unwrap();
        asked.push(char::from(byte[0]));
    }
    let theirs = TWO.replace("Topic", "Other");
    project.write("two.yaml", &theirs);
    program.stdin.take().unwrap().write_all(b"a\n").unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(program.wait().unwrap().code(), Some(2), "{rest}");
    assert!(rest.contains("`two.yaml` has changed since it was read; run it again"), "{rest}");
    assert_eq!(project.read("two.yaml"), theirs);
}

#[test]
fn the_document_says_what_was_applied() {
    let project = Project::new(&[("net.yaml", NETWORK), ("doc.md", "")]);
    let run = adapt(&project, &["net.yaml", "--in-place", "--document", "doc.md"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = project.read("doc.md");
    let rows: Vec<&str> = document.lines().filter(|it| it.starts_with("| `")).collect();
    insta::assert_snapshot!("adapt-document", rows.join("\n"));
}

#[test]
fn a_type_that_does_the_same_takes_the_place_of_another() {
    let template = "\
Resources:
  Reader:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}
  Read:
    Type: AWS::IAM::RolePolicy # kept apart
    Properties:
      RoleName: !Ref Reader
      PolicyName: read
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Action: 's3:GetObject', Resource: '*'}
  Used:
    Type: AWS::IAM::RolePolicy
    Properties: {RoleName: !Ref Reader, PolicyName: used, PolicyDocument: {Version: '2012-10-17', Statement: []}}
Outputs:
  Policy: {Value: !Ref Used}
";
    let project = Project::new(&[("a.yaml", template)]);
    let run = adapt(&project, &["a.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("adapt-equivalent", run.stdout);
    assert!(run.stderr.contains("make `Read` an `AWS::IAM::Policy`"), "{}", run.stderr);
}

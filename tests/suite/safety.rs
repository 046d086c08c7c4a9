//! Whatever a template holds: no secret, no escape sequence and no foreign markup gets into a report, and a hostile
//! file ends in an error.

use crate::program::{CLEAN, Project, Run};

const SECRET: &str = r#"
Parameters:
  Given: {Type: String, NoEcho: true, AllowedValues: [hunter2default]}
  Kept:
    Type: Strin
    NoEcho: "true"
    Default: hunter2default
  Flow: {Type: Strin, NoEcho: true, Default: hunter2default}
Mappings: {M: {a: {b: c}}}
Conditions:
  C: !Equals [!FindInMap [M, a, !Ref Given], x]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Ref Given
      Tags: [{Key: a, Value: !FindInMap [M, !Ref Given, b]}]
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !GetAtt [!Ref Given, Arn]
      KmsMasterKeyId: {Ref: !Ref Kept}
      RedrivePolicy: !ImportValue {Ref: Given}
  Function:
    Type: AWS::Lambda::Function
    Condition: !Ref Given
    Properties:
      Runtime: !Ref Given
      Handler: !Ref Kept
      Timeout: !Select [0, !Cidr [!Ref Given, 3, 4]]
      Role: !Sub "{{resolve:ssm:${Given}:1}}"
      VpcConfig: {SubnetIds: [!Select [0, !GetAZs {Ref: Given}]]}
      Code: {ZipFile: !ImportValue {"Fn::Sub": "x-${Kept}"}}
Outputs:
  O: {Value: !Ref Given, Export: {Name: !Ref Given}}
"#;

const HOSTILE: &str = r###"{"Resources": {
 "A\u001b[31m|`x`\n# head <script>": {"Type": "AWS::GameLift::Fl\u001b]0;x\u0007eet|a`b\n"},
 "B\u009b2J\u202e": {"Type": "AWS::Lambda::Function", "Condition": "no\u001b[1m\nerror: fake", "Properties": {
   "Timeout": {"Ref": "nope\u001b[1m\nerror: fake"}, "VpcConfig": {"SubnetIds": ["a"]}}}
}, "Outputs": {"O\u001b[1m|": {"Value": {"Ref": "A\u001b[31m|`x`\n# head <script>"}}}}"###;

const IN_BROWSER: &str = r###"{"Description": "</script><script>alert(1)</script>", "Resources": {
 "A\"'><img src=x onerror=\"alert(1)\"><!--\u202e": {"Type": "AWS::GameLift::Fl<script>alert(1)</script>eet"},
 "B</script><script>alert(1)</script>": {"Type": "AWS::Lambda::Function", "Properties": {
   "Timeout": 3, "VpcConfig": {"SubnetIds": ["]]></style><script>alert(1)</script>"]},
   "Role": {"Fn::GetAtt": ["A\"'><img src=x onerror=\"alert(1)\"><!--\u202e", "Arn"]}}}
}, "Outputs": {"O<b>": {"Value": {"Ref": "A\"'><img src=x onerror=\"alert(1)\"><!--\u202e"}}}}"###;

fn reports(project: &Project, file: &str, rest: &[&str]) -> Vec<Run> {
    let formats = [["table", "-v"], ["json", "-v"], ["markdown", "-v"], ["html", "-v"]];
    let run = |format: [&str; 2]| {
        let arguments = ["check", file, "--plan", "community", "--color", "always", "--format"];
        project.run(&[&arguments, &format[..], rest].concat())
    };
    formats.into_iter().map(run).collect()
}

#[test]
fn no_secret_is_reported() {
    let project = Project::new(&[("a.yaml", SECRET)]);
    for run in reports(&project, "a.yaml", &["--parameter", "Given=TOPSECRET"]) {
        assert!(run.stderr.contains("`Fn::FindInMap` finds no `M.a.****`"), "{}", run.stderr);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains("TOPSECRET") && !text.contains("hunter2default"), "{text}");
        }
    }
}

#[test]
fn no_template_controls_the_terminal() {
    let project = Project::new(&[("a.json", HOSTILE)]);
    for run in reports(&project, "a.json", &[]) {
        for text in [&run.stdout, &run.stderr] {
            assert!(
                !text.contains("\u{1b}[31m|") && !text.contains("\u{1b}]") && !text.contains("\u{1b}[1m|"),
                "{text}"
            );
            // JSON is for programs: what it need not escape is written as it is.
            let is_json = text.starts_with('{');
            assert!(is_json || !text.contains(['\u{7}', '\u{9b}', '\u{202e}']), "{text}");
            assert!(!text.lines().any(|it| it.starts_with("error: fake")), "{text}");
        }
    }
}

#[test]
fn no_template_writes_markup() {
    let project = Project::new(&[("a.json", HOSTILE)]);
    let run = project.run(&["check", "a.json", "--plan", "community", "--format", "markdown"]);
    let mut is_code = false;
    for line in run.stdout.lines() {
        is_code ^= line.trim_start().starts_with("```");
        assert!(!line.starts_with("# head"), "{line}");
        if line.starts_with('|') && !is_code {
            let separators = line.replace("\\|", "").matches('|').count();
            assert!((4..=6).contains(&separators), "{line}");
        }
    }
}

#[test]
fn no_template_becomes_a_part_of_the_page() {
    let project = Project::new(&[("a.json", IN_BROWSER), ("<img src=x>.json", IN_BROWSER)]);
    let page = project.run(&["check", ".", "--plan", "community", "--format", "html"]).stdout;
    assert_eq!((page.matches("<script").count(), page.matches("</script").count()), (1, 1));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"), "{page}");
    for markup in ["<img", "<!--", "onerror=\"", "alert(1)<", "\u{202e}"] {
        assert!(!page.contains(markup), "{markup}");
    }
}

#[test]
fn hostile_files_end_in_an_error() {
    let deep = "[".repeat(100_000);
    let bomb: String =
        (1..12).map(|it| format!("a{it}: &a{it} [{}]\n", vec![format!("*a{}", it - 1); 10].join(","))).collect();
    let project = Project::new(&[("good.yaml", CLEAN)]);
    for (name, text, said) in [
        ("deep.yaml", format!("Resources: {deep}"), "nested more than 256 deep"),
        ("deep.json", format!("{{\"Resources\": {deep}"), "nested more than 256 deep"),
        ("bomb.yaml", format!("a0: &a0 [x]\n{bomb}Resources: {{}}\n"), "once its aliases are expanded"),
        ("large.yaml", "x".repeat(17 << 20), "more than 16777216 bytes"),
        (
            "map.yaml",
            "Mappings: {M: {a: {b: !FindInMap [M, a, b]}}}\nResources: {A: {Type: AWS::SNS::Topic, \
             Properties: {TopicName: !FindInMap [M, a, b], DisplayName: !Ref None}}}\n"
                .to_owned(),
            "`None` is neither a parameter nor a resource",
        ),
    ] {
        project.write(name, text);
        let run = project.run(&["check", name, "good.yaml", "-q"]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{name}: {}", run.stderr);
        assert!(run.stdout.contains("good.yaml"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn pipes_devices_and_links_of_a_folder_are_not_opened() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("in/good.yaml", CLEAN)]);
    let pipe = std::process::Command::new("mkfifo").arg(project.path("in/pipe.yaml")).status().unwrap();
    assert!(pipe.success());
    symlink("/dev/zero", project.path("in/zero.yaml")).unwrap();
    symlink("..", project.path("in/loop")).unwrap();
    let run = project.run(&["check", "in", "-q"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("Total: 1 stack, 1 resource"), "{}", run.stdout);
    let endless = project.run(&["check", "in/zero.yaml"]);
    assert_eq!(endless.code, 2);
    assert!(endless.stderr.contains("this is a pipe or a device"), "{}", endless.stderr);
}

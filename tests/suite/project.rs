//! The target that a project's files, `lscompat.toml` and a running LocalStack name.

use crate::fake::Fake;
use crate::program::{CLEAN, Project};
use crate::schema::assert_valid;

const COMPOSE: &str = "services:\n  aws:\n    image: localstack/localstack:${TAG:-4.9}\n    environment:\n      - \
                       CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0\n      - LOCALSTACK_AUTH_TOKEN=ls-secret\n";
const JOBS: &str = "jobs:\n  test:\n    steps:\n      - uses: LocalStack/setup-localstack@v0.3.2\n        with:\n          \
                    image-tag: 2026.3.0\n";

fn project(more: &[(&str, &str)]) -> Project {
    let files = [("stacks/a.yaml", CLEAN), ("docker-compose.yml", COMPOSE), (".git/HEAD", "")];
    Project::new(&[files.as_slice(), more].concat())
}

fn header(project: &Project, arguments: &[&str]) -> String {
    let run = project.run(&[&["check", "stacks/a.yaml", "--quiet"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout.split("\n\n").next().unwrap().to_owned()
}

#[test]
fn the_files_of_the_project_say_it() {
    insta::assert_snapshot!("project", header(&project(&[(".github/workflows/ci.yml", JOBS)]), &[]));
    let tagged = project(&[(".env", "TAG=4.14\n")]);
    assert!(header(&tagged, &[]).starts_with("Target: LocalStack 4.14 (community)"));
    let run = tagged.run(&["check", "--format", "json", "stacks"]);
    assert!(!run.stdout.contains("ls-secret"), "a licence is never shown");
    let report = run.json();
    assert_valid(&report);
    insta::assert_snapshot!("project-json", serde_json::to_string_pretty(&report["target"]).unwrap());
    assert!(tagged.run(&["docs", "stacks"]).stdout.contains("docker-compose.yml:3 (image localstack/localstack:4.14)"));
}

#[test]
fn flags_and_the_configuration_file_win() {
    let project = project(&[("lscompat.toml", "plan = 'base'\n[config-vars]\nENFORCE_IAM = '1'\n")]);
    insta::assert_snapshot!("project-flags", header(&project, &["--release", "4.14"]));
}

#[test]
fn nothing_is_looked_for_when_that_is_not_wanted() {
    let project = project(&[]);
    let default = "Target: LocalStack 2026.3 (hobby) · us-east-1 · account 000000000000\n  all values: default";
    assert_eq!(header(&project, &["--no-project-target"]), default);
    project.write("lscompat.toml", "project-target = false\n");
    assert_eq!(header(&project, &[]), default);
}

#[test]
fn a_file_that_cannot_be_read_is_no_failure() {
    let broken = project(&[]);
    broken.write("docker-compose.yml", "services: [localstack\n");
    let header = header(&broken, &[]);
    assert!(
        header.contains("\n  all values: default\nnote: `docker-compose.yml` is not read for the target"),
        "{header}"
    );
}

#[test]
fn a_running_localstack_says_it() {
    let fake = Fake::start("4.14.0");
    let project = project(&[]);
    let told = header(&project, &["--endpoint", fake.endpoint()]).replace(fake.endpoint(), "http://127.0.0.1:PORT");
    insta::assert_snapshot!("project-endpoint", told);
    assert!(
        header(&project, &["--endpoint", fake.endpoint(), "--release", "4.2"]).contains("LocalStack 4.2 (community)")
    );
    assert_eq!(fake.stacks(), (0, 0), "nothing is deployed");
}

#[test]
fn an_instance_that_cannot_be_asked_is_a_failure() {
    let ask = |address: &str| {
        let run = project(&[]).run(&["check", "stacks", "--endpoint", address]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        run.stderr
    };
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(ask(&format!("http://{free}")).starts_with(&format!("error: nothing answers at http://{free}")));
    let remote = ask("http://192.0.2.7:4566");
    assert!(remote.contains("`192.0.2.7` is not on this machine; it is used only with `--allow-remote-endpoint`"));
}

#[test]
fn tests_that_start_containers_say_it() {
    let files = [
        ("a.yaml", CLEAN),
        (
            "src/test/java/QueueIT.java",
            "class QueueIT {\n  static LocalStackContainer aws = new LocalStackContainer(\n      \
             DockerImageName.parse(\"localstack/localstack:3.8.1\"))\n      .withEnv(\"ENFORCE_IAM\", \"1\");\n}\n",
        ),
    ];
    let run = Project::new(&files).run(&["check", "--quiet"]);
    assert!(run.stdout.starts_with("Target: LocalStack 3.8.1 (community)"), "{}", run.stdout);
    assert!(run.stdout.contains("ENFORCE_IAM: src/test/java/QueueIT.java:4"), "{}", run.stdout);
}

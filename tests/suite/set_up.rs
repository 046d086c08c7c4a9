//! `lscompat init`, `completions` and `man`.

use crate::program::{CLEAN, Project};

const COMPOSE: &str =
    "services:\n  aws:\n    image: localstack/localstack:4.14\n    environment:\n      ENFORCE_IAM: 1\n";

#[test]
fn init_writes_what_it_finds() {
    let files = [
        ("infra/a.yaml", CLEAN),
        ("infra/nested/b.yaml", CLEAN),
        ("services/x/c.yml", CLEAN),
        ("compose.yaml", COMPOSE),
    ];
    let project = Project::new(&files);
    let run = project.run(&["init"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    insta::assert_snapshot!("init", run.stdout);
    let written = project.read("lscompat.toml");
    insta::assert_snapshot!("init-file", written);
    let check = project.run(&["check", "--quiet"]);
    assert_eq!(check.code, 0, "{}", check.stderr);
    assert!(check.stdout.starts_with("Target: LocalStack 4.14 (community)"), "{}", check.stdout);
    assert!(check.stdout.contains("release, plan and ENFORCE_IAM: lscompat.toml"), "{}", check.stdout);
    assert!(check.stdout.contains("infra/a.yaml") && check.stdout.contains("services/x/c.yml"), "{}", check.stdout);
}

#[test]
fn init_never_overwrites_unasked() {
    let project = Project::new(&[("a.yaml", CLEAN), ("lscompat.toml", "plan = 'base'\n")]);
    let run = project.run(&["init"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("`lscompat.toml` is there already; `--force` replaces it"), "{}", run.stderr);
    let dry = project.run(&["init", "--dry-run"]);
    assert_eq!(dry.code, 0);
    insta::assert_snapshot!("init-nothing-found", dry.stdout);
    assert_eq!(project.read("lscompat.toml"), "plan = 'base'\n");
    assert_eq!(project.run(&["init", "--force"]).code, 0);
    assert_eq!(project.read("lscompat.toml"), dry.stdout);
}

#[test]
fn init_pins_no_tag_that_moves_on() {
    let project = Project::new(&[("app/a.yaml", CLEAN), ("compose.yaml", &COMPOSE.replace("4.14", "latest"))]);
    assert_eq!(project.run(&["init", "."]).code, 0);
    let text = project.read("lscompat.toml");
    assert!(text.contains("(image localstack/localstack:latest) moves on with every release\n# release = "), "{text}");
}

#[test]
fn a_file_that_says_otherwise_than_the_project_is_told() {
    let project = Project::new(&[("a.yaml", CLEAN), ("lscompat.toml", "release = '4.9'\n"), ("compose.yaml", COMPOSE)]);
    let run = project.run(&["check", "--quiet"]);
    let note = "note: lscompat.toml names release 4.9, compose.yaml:3 (image localstack/localstack:4.14) names 4.14.0";
    assert!(run.stdout.contains(note), "{}", run.stdout);
}

#[test]
fn paths_of_the_file_count_where_none_are_given() {
    let project = Project::new(&[("a/a.yaml", CLEAN), ("b/b.yaml", CLEAN), ("lscompat.toml", "paths = ['a']\n")]);
    assert_eq!(project.run(&["check", "--list-files"]).stdout, "a/a.yaml\n");
    assert_eq!(project.run(&["check", "--list-files", "b"]).stdout, "b/b.yaml\n");
}

#[test]
fn completions_name_commands_and_options() {
    let project = Project::new(&[("lscompat.toml", "no toml")]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = project.run(&["completions", shell]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for word in ["adapt", "fail-on", "no-project-target"] {
            assert!(run.stdout.contains(word), "{shell} lacks {word}");
        }
    }
    assert_eq!(project.run(&["completions", "basic"]).code, 2);
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let project = Project::new(&[]);
    let page = project.run(&["man"]).stdout;
    assert!(page.contains(".TH lscompat 1") && page.contains(".SH SUBCOMMANDS"), "{page}");
    assert_eq!(project.run(&["man", "--output", "man1"]).code, 0);
    for name in ["lscompat", "lscompat-check", "lscompat-db-verify"] {
        assert!(project.read(&format!("man1/{name}.1")).contains(".SH SYNOPSIS"), "{name}");
    }
}

#[test]
fn help_of_these_commands() {
    let project = Project::new(&[]);
    for name in ["init", "completions", "man"] {
        insta::assert_snapshot!(format!("help-{name}"), project.run(&[name, "--help"]).stdout);
    }
}

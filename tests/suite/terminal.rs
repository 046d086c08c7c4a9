//! What a terminal gets and a pipe does not: colours, links, its own width and progress. The terminal is one that
//! `script` of util-linux makes.

#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};

use crate::program::{Project, root};

const LINK: &str = "\u{1b}]8;";
const COLOUR: &str = "\u{1b}[";

/// What the program writes to a terminal of `columns`, standard output and standard error in one.
fn on_terminal(folder: &std::path::Path, columns: u16, arguments: &str, variables: &[(&str, &str)]) -> String {
    let program = env!("CARGO_BIN_EXE_lscompat");
    let line = format!("stty rows 40 cols {columns}; '{program}' {arguments}");
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).current_dir(folder).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
        command.env_remove(name);
    }
    command.env("TERM", "xterm-256color").envs(variables.iter().copied());
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

fn project() -> Project {
    Project::new(&[("a.yaml", "Resources:\n  Api: {Type: AWS::ApiGatewayV2::Api}\n")])
}

#[test]
fn a_terminal_gets_colours_links_and_its_own_width() {
    let project = project();
    let arguments = "check a.yaml --plan community";
    for columns in [60, 120, 200] {
        let text = on_terminal(&project.path(""), columns, arguments, &[]);
        assert!(
            text.contains(COLOUR) && text.contains(&format!("{LINK}id=resource-type-needs-plan;https://")),
            "{text}"
        );
        let rule = text.lines().map(|it| it.matches('─').count()).max().unwrap();
        assert_eq!(rule, usize::from(columns), "{text}");
    }
    let plain = on_terminal(&project.path(""), 120, arguments, &[("NO_COLOR", "1")]);
    assert!(plain.contains("needs-plan") && !plain.contains(LINK) && !plain.contains(COLOUR), "{plain}");
    let dumb = on_terminal(&project.path(""), 120, arguments, &[("TERM", "dumb")]);
    assert!(dumb.contains("needs-plan") && !dumb.contains(LINK) && !dumb.contains(COLOUR), "{dumb}");
}

#[test]
fn a_pipe_gets_eighty_columns_and_no_links() {
    let project = project();
    for colour in ["auto", "always"] {
        let run = project.run(&["check", "a.yaml", "--plan", "community", "-v", "--color", colour]);
        assert!(!run.stdout.contains(LINK), "{}", run.stdout);
        assert_eq!(run.stdout.lines().map(|it| it.matches('─').count()).max(), Some(80));
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn a_long_scan_shows_how_far_it_is_and_clears_it() {
    let folder = root().join("tests/limitations");
    let bar = |text: &str| text.contains(" files  ");
    let text = on_terminal(&folder, 120, "check . -o /dev/null --format csv", &[]);
    assert!(bar(&text), "{text}");
    let last = text.rsplit("files  ").next().unwrap();
    assert!(last.contains("\u{1b}[2K") || last.contains("\u{1b}[K"), "the bar is left: {last:?}");
    assert!(!bar(&on_terminal(&root().join("templates/examples"), 120, "check . -q", &[])));
}

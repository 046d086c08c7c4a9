//! `lscompat docs`: the document, and the text that people keep around it.

use crate::program::{CLEAN, Project};

const UNSUPPORTED: &str =
    "Resources:\n  Api:\n    Type: AWS::ApiGatewayV2::Api\n    Properties: {Name: a, ProtocolType: HTTP}\n";

const SECTIONS: [&str; 7] = [
    "## Critical Failures",
    "## LocalStack Compatibility Adjustments",
    "### Category A: Unsupported Resources",
    "### Category B: Deep Functionality Limitations",
    "### Category C: Behavioral Differences",
    "### Category D: Test-Specific Adjustments",
    "### LocalStack Deployment Notes",
];

#[test]
fn the_sections_come_in_order() {
    let run = Project::new(&[("a.yaml", CLEAN)]).run(&["docs", "a.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let places: Vec<_> = SECTIONS.iter().map(|it| run.stdout.find(&format!("\n{it}\n"))).collect();
    assert!(places.iter().all(Option::is_some), "{}", run.stdout);
    assert!(places.is_sorted());
}

#[test]
fn the_environment_is_the_targets() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    let run = project.run(&["docs", "--region", "eu-west-1", "--account-id", "111122223333"]);
    for text in ["AWS_ENDPOINT_URL=http://localhost:4566", "Region `eu-west-1`", "Account ID `111122223333`"] {
        assert!(run.stdout.contains(text), "{}", run.stdout);
    }
}

#[test]
fn text_around_the_markers_stays() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    let run = project.run(&["docs", "a.yaml", "--output", "COMPAT.md"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let first = project.read("COMPAT.md");
    project.write("COMPAT.md", format!("# Ours\n\n{first}\nWritten by a person.\n"));
    assert_eq!(project.run(&["docs", "a.yaml", "--plan", "base", "--output", "COMPAT.md"]).code, 0);
    let second = project.read("COMPAT.md");
    assert!(second.starts_with("# Ours\n\n<!-- lscompat:begin -->\n"));
    assert!(second.ends_with("<!-- lscompat:end -->\n\nWritten by a person.\n"));
    assert!(second.contains("base plan"));
}

#[test]
fn text_between_the_markers_stays() {
    let project = Project::new(&[("a.yaml", UNSUPPORTED), ("b.yaml", CLEAN)]);
    let docs = |plan: &str| project.run(&["docs", "--plan", plan, "--output", "COMPAT.md"]);
    assert_eq!(docs("community").code, 0);
    let first = project.read("COMPAT.md");
    let note = "\nWe mock this in `tests/api.py`.\n\n- See ADR 7\n";
    let edited = first.replacen("\n#### Category B", &format!("{note}\n#### Category B"), 1);
    project.write("COMPAT.md", &edited);
    assert_eq!(docs("community").code, 0);
    assert_eq!(project.read("COMPAT.md"), edited, "written again, nothing changes");
    assert_eq!(docs("base").code, 0);
    let text = project.read("COMPAT.md");
    let section = text.split_once("Category A").unwrap().1.split_once("#### Category B").unwrap().0;
    assert!(section.ends_with(&format!("{note}\n")) && !section.contains("ApiGatewayV2"), "{text}");
    assert_eq!(text.matches(note).count(), 1);
}

#[test]
fn a_document_out_of_date_is_found() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    let check = || project.run(&["docs", "--check", "--output", "COMPAT.md"]);
    let run = check();
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    assert_eq!(run.stdout, "`COMPAT.md` does not exist; `lscompat docs --output COMPAT.md` writes it\n");
    assert_eq!(project.run(&["docs", "--output", "COMPAT.md"]).code, 0);
    let written = project.read("COMPAT.md");
    project.write("COMPAT.md", written.replace("## Critical", "Ours.\n\n## Critical"));
    assert_eq!((check().code, check().stdout.as_str()), (0, ""), "notes of people are no difference");
    project.write("a.yaml", CLEAN.replace("Topic:", "Alarms:") + "  More:\n    Type: AWS::SNS::Topic\n");
    let run = check();
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("\n-- **Template**: `a.yaml`, 1 resource\n+- **Template**: `a.yaml`, 2 resources\n"));
    assert!(!run.stdout.contains("lscompat:lines"), "{}", run.stdout);
    project.write("COMPAT.md", "Mine.\n");
    assert_eq!(check().code, 2);
    assert_eq!(project.run(&["docs", "--check"]).code, 2);
}

#[test]
fn windows_line_ends_are_no_difference() {
    let project = Project::new(&[("a.yaml", CLEAN)]);
    assert_eq!(project.run(&["docs", "--output", "COMPAT.md"]).code, 0);
    project.write("COMPAT.md", project.read("COMPAT.md").replace('\n', "\r\n"));
    let run = project.run(&["docs", "--check", "--output", "COMPAT.md"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn the_built_in_template_can_be_a_start() {
    let project = Project::new(&[("a.yaml", CLEAN), ("b.yaml", UNSUPPORTED)]);
    let printed = project.run(&["docs", "--print-template"]).stdout;
    assert!(printed.contains("stacks[].critical[].impact_level  "), "{printed}");
    project.write("ours.jinja", printed);
    let ours = project.run(&["docs", "--template", "ours.jinja"]);
    assert_eq!(ours.stdout, project.run(&["docs"]).stdout);
}

#[test]
fn a_hand_written_file_is_not_overwritten() {
    let project = Project::new(&[("a.yaml", CLEAN), ("COMPAT.md", "Mine.\n")]);
    let run = project.run(&["docs", "a.yaml", "--output", "COMPAT.md"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`COMPAT.md` is not overwritten"), "{}", run.stderr);
    assert!(run.stderr.contains("lscompat:begin"), "{}", run.stderr);
    assert_eq!(project.read("COMPAT.md"), "Mine.\n");
    assert_eq!(project.run(&["docs", "a.yaml", "--output", "COMPAT.md", "--force"]).code, 0);
    assert!(project.read("COMPAT.md").starts_with("<!-- lscompat:begin -->"));
}

#[test]
fn a_template_of_ones_own() {
    let project = Project::new(&[
        ("a.yaml", CLEAN),
        ("ours.jinja", "{% for stack in stacks %}{{ stack.path }} on {{ target.plan }}{% endfor %}\n"),
        ("bad.jinja", "\n{% for %}"),
    ]);
    let run = project.run(&["docs", "--template", "ours.jinja"]);
    assert_eq!(run.document(), "<!-- lscompat:begin -->\na.yaml on hobby\n<!-- lscompat:end -->\n");
    let run = project.run(&["docs", "--template", "bad.jinja"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`bad.jinja` cannot be used: line 2"), "{}", run.stderr);
}

#[test]
fn nothing_is_written_when_nothing_could_be_read() {
    let project = Project::new(&[("a.yaml", "Resources: [")]);
    let run = project.run(&["docs", "a.yaml", "--output", "COMPAT.md"]);
    assert_eq!(run.code, 2);
    assert!(!project.path("COMPAT.md").exists());
}

#[test]
fn a_broken_template_is_said_to_be_so() {
    let project = Project::new(&[("a.yaml", "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    DependsOn: Gone\n")]);
    let run = project.run(&["docs", "a.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("- **Template error**: line 4: "), "{}", run.stdout);
    assert!(run.stdout.contains("- **On AWS**: the deployment fails until the template is corrected\n"));
}

#[test]
fn a_template_that_holds_the_markers_can_be_documented_twice() {
    let text = "Resources:\n  A:\n    Type: AWS::Nothing::Here # <!-- lscompat:end --> <!-- lscompat:begin -->\n";
    let project = Project::new(&[("a.yaml", text)]);
    for _ in 0..2 {
        let run = project.run(&["docs", "a.yaml", "--output", "COMPAT.md"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    assert_eq!(project.read("COMPAT.md").matches("<!-- lscompat:end -->").count(), 1);
}

#[test]
fn the_catalogue_is_written_again_around_what_people_wrote() {
    let project = Project::new(&[]);
    let run = project.run(&["docs", "--catalog", "--output", "catalog"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let page = project.read("catalog/services/lambda.md");
    for text in ["### `AWS::Lambda::Function`", "### lambda-vpc-cold-start", "| Releases | community |"] {
        assert!(page.contains(text), "{text}");
    }
    assert!(project.read("catalog/limitations.md").contains("(services/lambda.md#lambda-vpc-cold-start)"));
    project.write("catalog/services/lambda.md", format!("Ours.\n\n{page}"));
    project.write("catalog/services/gone.md", "<!-- lscompat:begin -->\n<!-- lscompat:end -->\n");
    let again = project.run(&["docs", "--catalog", "--output", "catalog"]);
    assert!(again.stdout.contains("gone.md` is left of an earlier catalogue"), "{}", again.stdout);
    assert_eq!(project.read("catalog/services/lambda.md"), format!("Ours.\n\n{page}"));
}

#[test]
fn a_catalogue_needs_a_folder_and_spares_other_peoples_files() {
    let project = Project::new(&[("catalog/README.md", "Mine.\n")]);
    assert_eq!(project.run(&["docs", "--catalog"]).code, 2);
    let run = project.run(&["docs", "--catalog", "--output", "catalog"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("is not overwritten"), "{}", run.stderr);
    assert_eq!(project.read("catalog/README.md"), "Mine.\n");
}

//! `lscompat docs`: the document, and the text that people keep around it.

use crate::program::{CLEAN, Project};

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
    assert_eq!(run.stdout, "<!-- lscompat:begin -->\na.yaml on hobby\n<!-- lscompat:end -->\n");
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

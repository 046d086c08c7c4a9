//! What the compatibility document says, as the context its template is rendered with. A user's own template sees
//! these names too: fields may be added, not changed. The built-in template starts with a list of them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::{
    Certainty, Finding, LocalstackVerdict, ResourceStatus, StackReport, Support, UNUSED_SUPPRESSION,
};
use crate::db::{Action, Category, Evidence, EvidenceKind, FailsOn, Severity, Word};
use crate::target::Target;

use super::group::{Group, group, unique};
use super::snippet::Change;
use super::{FileError, Report, StackEntry, Summary, TestEntry, UpdatesEntry, snippet, updates, words};

/// LocalStack's account, when credentials name no other.
const DEFAULT_ACCOUNT: &str = "000000000000";
const ENDPOINT: &str = "http://localhost:4566";
const EVERY_TEST: &str = "Every integration test";

#[derive(Serialize)]
pub(super) struct Document {
    target: TargetContext,
    stacks: Vec<Section>,
    /// What integration tests need, of several stacks; that of a single one is in its own table.
    tests: Vec<TestRow>,
    /// What could not be read and belongs to no stack.
    errors: Vec<String>,
}

#[derive(Serialize)]
struct TargetContext {
    release: String,
    plan: &'static str,
    region: String,
    account_id: String,
    config: Vec<(String, String)>,
    /// Who gave these values, in one line.
    sources: String,
    environment: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct Section {
    path: String,
    /// The path, with the stack's name in a CDK app or the stacks it is nested in.
    title: String,
    /// What a link in the document ends with to lead to the heading of the stack.
    anchor: String,
    /// Standing findings by severity.
    counts: Counts,
    region: String,
    account_id: String,
    resources: usize,
    language: &'static str,
    critical: Vec<Critical>,
    a: Vec<Row>,
    b: Vec<Row>,
    c: Vec<Row>,
    d: Vec<TestRow>,
    errors: Vec<String>,
    environment: Vec<(&'static str, String)>,
    /// Number of nested stacks whose verdicts count in this one's.
    nested: usize,
    /// Nested stacks that are not followed, and why.
    not_analysed: Vec<String>,
    notes: Notes,
    /// What an update from an old version does, when one is given.
    updates: Option<UpdatesContext>,
}

#[derive(Serialize)]
struct Counts {
    errors: usize,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct UpdatesContext {
    since: String,
    rows: Vec<UpdateRow>,
}

/// One line of the table of updates.
#[derive(Serialize)]
struct UpdateRow {
    change: &'static str,
    logical_id: String,
    resource_type: String,
    properties: Vec<String>,
    localstack: String,
    aws: &'static str,
}

/// Something that LocalStack accepts and AWS refuses.
#[derive(Serialize)]
struct Critical {
    title: String,
    subjects: Vec<String>,
    impact_level: &'static str,
    localstack: String,
    aws: String,
    error: Option<String>,
    excerpts: Vec<String>,
    solution: String,
    fixes: Vec<Change>,
    depends_on: Option<String>,
    references: Vec<String>,
    evidence: Vec<String>,
}

/// One line of the tables A, B and C.
#[derive(Serialize)]
struct Row {
    subjects: Vec<Subjects>,
    feature: String,
    localstack: String,
    aws: String,
    solution: String,
    error: Option<String>,
    impact: Vec<String>,
    depends_on: Option<String>,
}

/// Resources of one type; none where the template as a whole is meant.
#[derive(Serialize)]
struct Subjects {
    resource_type: String,
    logical_ids: Vec<String>,
    /// The CDK constructs that declare them.
    constructs: Vec<String>,
}

/// One line of table D.
#[derive(Serialize)]
struct TestRow {
    test: String,
    adjustment: String,
    reason: String,
}

#[derive(Serialize)]
struct Notes {
    localstack: &'static str,
    aws: &'static str,
    /// What stops the deployment, or decides whether it is stopped.
    blockers: Vec<Row>,
    services: Vec<String>,
    unsupported: Vec<Unsupported>,
    removed: Vec<String>,
    excluded: Vec<String>,
}

#[derive(Serialize)]
struct Unsupported {
    resource_type: String,
    min_plan: Option<&'static str>,
}

impl Document {
    pub(super) fn of(report: &Report) -> Self {
        let target = &report.target;
        let context = TargetContext {
            release: target.release_name(),
            plan: target.plan.word(),
            region: target.region.clone(),
            account_id: target.account_id.clone(),
            config: target.config.clone().into_iter().collect(),
            sources: target.sources.line(),
            environment: environment(target),
        };
        let mut stacks: Vec<Section> = report.stacks.iter().map(|it| Section::of(it, report)).collect();
        number_repeated(stacks.iter_mut().map(|it| &mut it.anchor));
        let tests = if report.stacks.len() == 1 { Vec::new() } else { scanned_tests(&report.tests) };
        let is_alone = |it: &&FileError| !report.stacks.iter().any(|stack| stack.path == it.path);
        let errors = report.errors.iter().filter(is_alone).map(FileError::to_string).collect();
        Self { target: context, stacks, tests, errors }
    }
}

impl Section {
    fn of(stack: &StackEntry, report: &Report) -> Self {
        // What is said of comments is no compatibility of the stack.
        let groups = group(stack.standing().filter(|it| it.id != UNUSED_SUPPRESSION));
        let (critical, rest): (Vec<_>, Vec<_>) = groups.iter().partition(|it| it.first().fails_on == FailsOn::Aws);
        let rows =
            |category| rest.iter().filter(|it| it.first().category == category).map(|it| Row::of(it, stack)).collect();
        let on_stack = rest.iter().filter(|it| it.first().category == Category::D);
        let mut d: Vec<TestRow> = on_stack.map(|it| TestRow::of(&stack.path.display().to_string(), it)).collect();
        let (region, account_id) = (stack.region.clone(), stack.account_id.clone());
        let target = Target { region, account_id, ..report.target.clone() };
        if report.stacks.len() == 1 {
            d.extend(scanned_tests(&report.tests));
        }
        d.extend(every_test(&target));
        let Summary { errors, warnings, notes, .. } = stack.summary();
        Self {
            path: stack.path.display().to_string(),
            title: stack.title(),
            anchor: anchor(&stack.title()),
            counts: Counts { errors, warnings, notes },
            region: stack.region.clone(),
            account_id: stack.account_id.clone(),
            resources: stack.deployed(),
            language: snippet::language(&stack.file),
            critical: critical.iter().map(|it| Critical::of(it, stack)).collect(),
            a: rows(Category::A),
            b: rows(Category::B),
            c: rows(Category::C),
            d,
            errors: report.errors_of(stack).map(template_error).collect(),
            environment: environment(&target),
            nested: stack.nested,
            not_analysed: stack.not_analysed.clone(),
            notes: Notes::of(stack, &groups),
            updates: stack.updates.as_ref().map(UpdatesContext::of),
        }
    }
}

impl UpdatesContext {
    fn of(entry: &UpdatesEntry) -> Self {
        let rows = entry.updates.iter().map(|it| UpdateRow {
            change: updates::kind(&it.kind),
            logical_id: it.logical_id.clone(),
            resource_type: it.resource_type.clone(),
            properties: updates::properties(it),
            localstack: updates::on_localstack(it),
            aws: updates::phrase(it.aws),
        });
        Self { since: entry.since.clone(), rows: rows.collect() }
    }
}

impl Critical {
    fn of(group: &Group<'_>, stack: &StackEntry) -> Self {
        let first = group.first();
        let mut excerpts: Vec<String> = Vec::new();
        for finding in group.findings() {
            push_new(&mut excerpts, snippet::excerpt(&stack.file, finding.span));
        }
        Self {
            title: first.feature.clone(),
            subjects: group.subjects(),
            impact_level: impact_level(first),
            localstack: first.localstack.clone(),
            aws: first.aws.clone(),
            error: first.error.clone(),
            excerpts,
            solution: first.solution.clone(),
            fixes: snippet::changes(group.findings(), snippet::language(&stack.file)),
            depends_on: first.depends_on.clone(),
            references: urls(&first.evidence, |it| it == EvidenceKind::Docs),
            evidence: urls(&first.evidence, |it| it != EvidenceKind::Docs),
        }
    }
}

impl Row {
    fn of(group: &Group<'_>, stack: &StackEntry) -> Self {
        let first = group.first();
        Self {
            subjects: group.by_type().iter().map(|(name, members)| Subjects::of(name, members, group, stack)).collect(),
            feature: first.feature.clone(),
            localstack: first.localstack.clone(),
            aws: first.aws.clone(),
            solution: first.solution.clone(),
            error: first.error.clone(),
            impact: group.impact(),
            depends_on: first.depends_on.clone(),
        }
    }
}

impl Subjects {
    fn of(resource_type: &str, findings: &[&Finding], group: &Group<'_>, stack: &StackEntry) -> Self {
        let named = findings.iter().filter(|it| it.logical_id.is_some());
        let logical_ids = unique(named.map(|it| group.name(it)));
        let constructs = unique(findings.iter().filter_map(|it| stack.construct_of(it)));
        Self { resource_type: resource_type.to_owned(), logical_ids, constructs }
    }
}

impl TestRow {
    fn of(path: &str, group: &Group<'_>) -> Self {
        let first = group.first();
        Self { test: path.to_owned(), adjustment: first.solution.clone(), reason: first.localstack.clone() }
    }

    fn every(adjustment: String, reason: &str) -> Self {
        Self { test: EVERY_TEST.to_owned(), adjustment, reason: reason.to_owned() }
    }
}

impl Notes {
    fn of(stack: &StackEntry, groups: &[Group<'_>]) -> Self {
        let report = &stack.report;
        let wanted = match report.localstack {
            LocalstackVerdict::Fails => Some(Certainty::Certain),
            LocalstackVerdict::Undetermined => Some(Certainty::Possible),
            LocalstackVerdict::Deploys | LocalstackVerdict::DeploysWithGaps => None,
        };
        let blocks = |it: &&Group<'_>| {
            let first = it.first();
            first.severity == Severity::Error
                && first.fails_on == FailsOn::Localstack
                && wanted == Some(first.certainty)
        };
        let mut removed = Vec::new();
        for adjustment in stack.standing().flat_map(|it| &it.adjustments) {
            if adjustment.action == Action::RemoveResource {
                push_new(&mut removed, adjustment.logical_id.clone());
            }
        }
        Self {
            localstack: words::localstack_verdict(report.localstack),
            aws: words::aws_verdict(report.aws),
            blockers: groups.iter().filter(blocks).map(|it| Row::of(it, stack)).collect(),
            services: services(report),
            unsupported: unsupported(report),
            removed,
            excluded: report.excluded.clone(),
        }
    }
}

fn template_error(error: &FileError) -> String {
    match error.range {
        Some(range) => format!("line {}: {}", range.start.line, error.message),
        None => error.message.clone(),
    }
}

fn impact_level(finding: &Finding) -> &'static str {
    match (finding.severity, finding.certainty) {
        (Severity::Error, Certainty::Certain) => "Critical",
        (Severity::Error, Certainty::Possible) => "High",
        (Severity::Warning, _) => "Medium",
        (Severity::Note, _) => "Low",
    }
}

fn urls(evidence: &[Evidence], wanted: impl Fn(EvidenceKind) -> bool) -> Vec<String> {
    let mut urls = Vec::new();
    for url in evidence.iter().filter(|it| wanted(it.kind)).filter_map(|it| it.url.as_ref()) {
        push_new(&mut urls, url.clone());
    }
    urls
}

/// What Markdown renderers call a heading: its words in lower case, joined by dashes.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|it| if it == ' ' { '-' } else { it }).collect()
}

/// Tells anchors that are the same apart, as renderers do.
fn number_repeated<'a>(anchors: impl Iterator<Item = &'a mut String>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for anchor in anchors {
        let number = seen.entry(anchor.clone()).or_default();
        if *number > 0 {
            *anchor = format!("{anchor}-{number}");
        }
        *number += 1;
    }
}

fn scanned_tests(tests: &[TestEntry]) -> Vec<TestRow> {
    let mut rows = Vec::new();
    for test in tests {
        let standing = test.findings.iter().filter(|it| it.suppressed.is_none());
        let path = test.path.display().to_string();
        rows.extend(group(standing).iter().map(|it| TestRow::of(&path, it)));
    }
    rows
}

/// What every test of the target needs.
fn every_test(target: &Target) -> [TestRow; 4] {
    let own_account = target.account_id != DEFAULT_ACCOUNT;
    let account = if own_account { "Account of the deployment" } else { "LocalStack default account" };
    let credentials = if own_account {
        "LocalStack takes the account from the access key"
    } else {
        "LocalStack accepts any credentials"
    };
    let set = |names: &[&str]| {
        let environment = environment(target);
        let chosen = environment.iter().filter(|(name, _)| names.contains(name));
        chosen.map(|(name, value)| format!("`{name}={value}`")).collect::<Vec<_>>().join(", ")
    };
    [
        TestRow::every(set(&["AWS_ENDPOINT_URL"]), "LocalStack endpoint"),
        TestRow::every(format!("Account ID `{}`", target.account_id), account),
        TestRow::every(format!("Region `{}`", target.region), "Region of the deployment"),
        TestRow::every(set(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]), credentials),
    ]
}

/// What a shell that talks to LocalStack exports.
fn environment(target: &Target) -> Vec<(&'static str, String)> {
    // LocalStack reads a twelve-digit access key id as the account.
    let key = if target.account_id == DEFAULT_ACCOUNT { "test" } else { &target.account_id };
    vec![
        ("AWS_ENDPOINT_URL", ENDPOINT.to_owned()),
        ("AWS_REGION", target.region.clone()),
        ("AWS_DEFAULT_REGION", target.region.clone()),
        ("AWS_ACCESS_KEY_ID", key.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ]
}

/// The services of the deployed resources: the middle of `AWS::S3::Bucket`, each once, sorted.
fn services(report: &StackReport) -> Vec<String> {
    let deployed = report.resources.iter().filter(|it| it.included);
    let names = deployed.filter_map(|it| it.resource_type.strip_prefix("AWS::")?.split_once("::"));
    let mut services: Vec<String> = names.map(|(service, _)| service.to_owned()).collect();
    services.sort();
    services.dedup();
    services
}

/// The types that LocalStack does not have, each once.
fn unsupported(report: &StackReport) -> Vec<Unsupported> {
    let mut types: Vec<Unsupported> = Vec::new();
    let missing = |it: &&ResourceStatus| matches!(it.support, Support::Unsupported | Support::NeedsPlan);
    for resource in report.resources.iter().filter(|it| it.included).filter(missing) {
        if !types.iter().any(|it| it.resource_type == resource.resource_type) {
            let min_plan = resource.min_plan.filter(|_| resource.support == Support::NeedsPlan).map(Word::word);
            types.push(Unsupported { resource_type: resource.resource_type.clone(), min_plan });
        }
    }
    types
}

fn push_new(items: &mut Vec<String>, item: String) {
    if !items.contains(&item) {
        items.push(item);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::super::{DEFAULT_TEMPLATE, sample};
    use super::*;
    use crate::analysis::Adjustment;
    use crate::db::Safety;

    /// `stacks[].path` and the like, of every value that is no mapping or list of mappings.
    fn fields(value: &Value, path: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(entries) => {
                let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                entries.iter().for_each(|(key, value)| fields(value, &join(key), found));
            }
            Value::Array(elements) if elements.iter().all(Value::is_object) => {
                elements.iter().for_each(|it| fields(it, &format!("{path}[]"), found));
            }
            _ => drop(found.insert(path.to_owned())),
        }
    }

    fn context(report: &Report) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        fields(&serde_json::to_value(Document::of(report)).unwrap(), "", &mut found);
        found
    }

    /// The names in the first comment of the built-in template, which stand two columns in.
    fn documented() -> BTreeSet<String> {
        let comment = DEFAULT_TEMPLATE.strip_prefix("{#").unwrap().split_once("#}").unwrap().0;
        let lines = comment.lines().filter_map(|it| it.strip_prefix("  ")).filter(|it| !it.starts_with(' '));
        lines.map(|it| it.split_once("  ").unwrap().0.to_owned()).collect()
    }

    /// Two stacks of which, between them, no list is empty.
    fn everything() -> Report {
        let mut report = sample::report();
        report.target.config.insert("DEBUG".into(), "1".into());
        report.errors = sample::unreadable().errors;
        report.errors.push(FileError { path: "stack.yaml".into(), message: "bad".into(), range: None });
        let stack = &mut report.stacks[0];
        stack.not_analysed.push("a macro".into());
        stack.constructs = ["Api", "AppLogs", "Worker", "Table"].map(|it| (it.into(), format!("App/{it}"))).into();
        stack.report.findings.iter_mut().for_each(|it| {
            let evidence = it.evidence[0].clone();
            it.evidence.push(Evidence { kind: EvidenceKind::Docs, ..evidence });
            it.impact = vec!["Outputs.Url".into()];
            it.adjustments.push(Adjustment {
                action: Action::RemoveResource,
                logical_id: "Api".into(),
                path: String::new(),
                safety: Safety::Review,
            });
        });
        let mut on_stack = stack.report.findings[0].clone();
        on_stack.fails_on = FailsOn::None;
        let kinds = [Category::A, Category::B, Category::C, Category::D];
        stack.report.findings.extend(kinds.map(|category| Finding { category, ..on_stack.clone() }));
        let test = TestEntry { path: "t.py".into(), file: stack.file.clone(), findings: vec![on_stack] };
        report.tests.push(test);
        report.stacks.extend(sample::updated().stacks);
        report
    }

    #[test]
    fn the_built_in_template_lists_every_field_of_its_context() {
        let (found, documented) = (context(&everything()), documented());
        assert_eq!(found.difference(&documented).collect::<Vec<_>>(), [""; 0], "not documented");
        assert_eq!(documented.difference(&found).collect::<Vec<_>>(), [""; 0], "not there");
    }

    #[test]
    fn a_project_has_one_table_of_contents() {
        let text = super::super::markdown(&everything(), DEFAULT_TEMPLATE).unwrap();
        let contents = text.split_once("## Contents\n").unwrap().1.split_once("\n## ").unwrap().0;
        insta::assert_snapshot!(contents, @r"
        | Stack | On LocalStack | On AWS | Errors | Warnings | Notes |
        |-------|---------------|--------|--------|----------|-------|
        | [`stack.yaml`](#stackyaml) | fails | fails | 7 | 1 | 1 |
        | [`stack.yaml`](#stackyaml-1) | fails | fails | 0 | 0 | 0 |

        [Integration tests](#integration-tests)
        ");
        assert_eq!(text.matches("t.py").count(), 1, "tests of the project are told once");
        assert!(text.contains("## Not Read\n\n- bad.yaml: the file is empty\n"), "{text}");
    }

    #[test]
    fn anchors_are_those_of_renderers() {
        assert_eq!(anchor("App > Inner (stacks/a_b-c.yaml)"), "app--inner-stacksa_b-cyaml");
        let mut anchors = ["a", "b", "a", "a"].map(str::to_owned);
        number_repeated(anchors.iter_mut());
        assert_eq!(anchors, ["a", "b", "a-1", "a-2"]);
    }
}

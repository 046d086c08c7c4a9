//! The JSON report, `schema_version` 1. Fields may be added to these types, never changed or removed.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::analysis::{Adjustment, AwsVerdict, Certainty, Finding, LocalstackVerdict, ResourceStatus};
use crate::db::{Evidence, Literal, Word};
use crate::source::{Position, SourceFile};
use crate::stack::StackKind;
use crate::target::{Source, Sources, Target};

use super::updates::JsonUpdate;
use super::{FileError, Origin, Range, Report, StackEntry, Summary, TestEntry, UpdatesEntry, snippet, words};

/// Version of the shape that [`json`] writes.
pub const SCHEMA_VERSION: u32 = 1;
/// What reports call the tool.
pub(super) const TOOL: &str = env!("CARGO_PKG_NAME");

/// The report as pretty-printed JSON, with a final line break.
///
/// # Errors
/// Never in practice; the signature is `serde_json`'s.
pub fn json(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&JsonReport::of(report)).map(|it| it + "\n")
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema_version: u32,
    tool: JsonTool,
    target: JsonTarget<'a>,
    summary: JsonSummary,
    stacks: Vec<JsonStack<'a>>,
    tests: Vec<JsonTest<'a>>,
    errors: Vec<JsonError<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
    knowledge_base: JsonKnowledgeBase,
}

#[derive(Serialize)]
struct JsonKnowledgeBase {
    limitations: usize,
    resource_types: usize,
}

#[derive(Serialize)]
pub(super) struct JsonTarget<'a> {
    release: String,
    plan: &'static str,
    region: &'a str,
    account_id: &'a str,
    config: &'a BTreeMap<String, String>,
    sources: JsonSources<'a>,
}

#[derive(Serialize)]
struct JsonSources<'a> {
    release: JsonSource,
    plan: JsonSource,
    region: JsonSource,
    account_id: JsonSource,
    config: BTreeMap<&'a str, JsonSource>,
}

#[derive(Serialize)]
struct JsonSource {
    kind: &'static str,
    path: Option<String>,
    line: Option<usize>,
    text: String,
}

#[derive(Serialize)]
struct JsonSummary {
    stacks: usize,
    resources: usize,
    by_category: JsonCategories,
    fails_on: JsonFailsOn,
    by_severity: JsonSeverities,
    suppressed: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
struct JsonCategories {
    a: usize,
    b: usize,
    c: usize,
    d: usize,
}

#[derive(Serialize)]
struct JsonFailsOn {
    aws: usize,
    localstack: usize,
}

#[derive(Serialize)]
struct JsonSeverities {
    error: usize,
    warning: usize,
    note: usize,
}

#[derive(Serialize)]
struct JsonStack<'a> {
    path: String,
    kind: &'static str,
    name: Option<&'a str>,
    via: &'a [String],
    region: &'a str,
    account_id: &'a str,
    verdict: JsonVerdict,
    resources: Vec<JsonResource<'a>>,
    findings: Vec<JsonFinding<'a>>,
    excluded: &'a [String],
    updates: Option<JsonUpdates<'a>>,
}

#[derive(Serialize)]
struct JsonUpdates<'a> {
    since: &'a str,
    resources: Vec<JsonUpdate<'a, JsonLocation>>,
}

#[derive(Serialize)]
pub(super) struct JsonVerdict {
    localstack: &'static str,
    aws: &'static str,
}

#[derive(Serialize)]
struct JsonResource<'a> {
    logical_id: &'a str,
    #[serde(rename = "type")]
    resource_type: &'a str,
    support: &'static str,
    min_plan: Option<&'static str>,
    condition: Option<&'a str>,
    included: bool,
    from: Option<&'a str>,
    construct_path: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct JsonFinding<'a> {
    id: &'a str,
    category: &'static str,
    severity: &'static str,
    certainty: &'static str,
    fails_on: &'static str,
    logical_id: Option<&'a str>,
    construct_path: Option<&'a str>,
    resource_type: &'a str,
    property: Option<&'a str>,
    feature: &'a str,
    localstack: &'a str,
    aws: &'a str,
    solution: &'a str,
    error: Option<&'a str>,
    also: Option<&'a str>,
    adjustments: Vec<JsonAdjustment<'a>>,
    evidence: Vec<JsonEvidence<'a>>,
    depends_on: Option<&'a str>,
    impact: &'a [String],
    location: JsonLocation,
    suppressed: bool,
    suppression_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonAdjustment<'a> {
    op: &'static str,
    logical_id: &'a str,
    path: &'a str,
    value: Option<Value>,
    safety: &'static str,
    snippet: Option<String>,
}

#[derive(Serialize)]
struct JsonEvidence<'a> {
    kind: &'static str,
    release: &'a str,
    date: Option<&'a str>,
    url: Option<&'a str>,
    source: Option<&'a str>,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonLocation {
    path: String,
    start: JsonPosition,
    end: JsonPosition,
}

#[derive(Serialize)]
struct JsonPosition {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct JsonTest<'a> {
    path: String,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
pub(super) struct JsonError<'a> {
    path: String,
    message: &'a str,
    location: Option<JsonLocation>,
}

impl<'a> JsonReport<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: JsonTool {
                name: TOOL,
                version: env!("CARGO_PKG_VERSION"),
                knowledge_base: JsonKnowledgeBase {
                    limitations: report.knowledge_base.limitations,
                    resource_types: report.knowledge_base.resource_types,
                },
            },
            target: JsonTarget::of(&report.target),
            summary: JsonSummary::of(&report.summary()),
            stacks: report.stacks.iter().map(JsonStack::of).collect(),
            tests: report.tests.iter().map(JsonTest::of).collect(),
            errors: report.errors.iter().map(JsonError::of).collect(),
            notes: &report.notes,
        }
    }
}

impl<'a> JsonSources<'a> {
    fn of(sources: &'a Sources) -> Self {
        Self {
            release: JsonSource::of(&sources.release),
            plan: JsonSource::of(&sources.plan),
            region: JsonSource::of(&sources.region),
            account_id: JsonSource::of(&sources.account_id),
            config: sources.config.iter().map(|(name, it)| (name.as_str(), JsonSource::of(it))).collect(),
        }
    }
}

impl JsonSource {
    fn of(source: &Source) -> Self {
        let place = if let Source::Project(place) = source { Some(place) } else { None };
        let path = match source {
            Source::Config(path) => Some(path),
            _ => place.map(|it| &it.path),
        };
        Self {
            kind: source.kind(),
            path: path.map(|it| it.display().to_string()),
            line: place.and_then(|it| it.line),
            text: source.to_string(),
        }
    }
}

impl JsonSummary {
    fn of(summary: &Summary) -> Self {
        let [a, b, c, d] = summary.by_category;
        Self {
            stacks: summary.stacks,
            resources: summary.resources,
            by_category: JsonCategories { a, b, c, d },
            fails_on: JsonFailsOn { aws: summary.fails_on_aws, localstack: summary.fails_on_localstack },
            by_severity: JsonSeverities { error: summary.errors, warning: summary.warnings, note: summary.notes },
            suppressed: summary.suppressed,
        }
    }
}

impl<'a> JsonStack<'a> {
    fn of(stack: &'a StackEntry) -> Self {
        let report = &stack.report;
        let finding = |it: &'a Finding| JsonFinding {
            construct_path: stack.construct_of(it),
            ..JsonFinding::of(it, &stack.path, &stack.file)
        };
        Self {
            path: stack.path.display().to_string(),
            kind: match (&stack.origin, stack.kind) {
                (Origin::Nested(_), _) => "nested",
                (Origin::Cdk(_), _) => "cdk",
                (Origin::Template, StackKind::CloudFormation) => "cloudformation",
                (Origin::Template, StackKind::Sam) => "sam",
            },
            name: match &stack.origin {
                Origin::Cdk(name) => Some(name),
                Origin::Template | Origin::Nested(_) => None,
            },
            via: match &stack.origin {
                Origin::Nested(via) => via,
                Origin::Template | Origin::Cdk(_) => &[],
            },
            region: &stack.region,
            account_id: &stack.account_id,
            verdict: JsonVerdict::of(report.localstack, report.aws),
            resources: report.resources.iter().map(|it| JsonResource::of(it, stack)).collect(),
            findings: report.findings.iter().map(finding).collect(),
            excluded: &report.excluded,
            updates: stack.updates.as_ref().map(|it| JsonUpdates::of(it, stack)),
        }
    }
}

impl<'a> JsonTarget<'a> {
    pub(super) fn of(target: &'a Target) -> Self {
        Self {
            release: target.release_name(),
            plan: target.plan.word(),
            region: &target.region,
            account_id: &target.account_id,
            config: &target.config,
            sources: JsonSources::of(&target.sources),
        }
    }
}

impl JsonVerdict {
    pub(super) fn of(localstack: LocalstackVerdict, aws: AwsVerdict) -> Self {
        Self {
            localstack: match localstack {
                LocalstackVerdict::Deploys => "deploys",
                LocalstackVerdict::DeploysWithGaps => "deploys-with-gaps",
                LocalstackVerdict::Fails => "fails",
                LocalstackVerdict::Undetermined => "undetermined",
            },
            aws: match aws {
                AwsVerdict::NoKnownFailure => "no-known-failure",
                AwsVerdict::Fails => "fails",
                AwsVerdict::Undetermined => "undetermined",
            },
        }
    }
}

impl<'a> JsonUpdates<'a> {
    fn of(entry: &'a UpdatesEntry, stack: &StackEntry) -> Self {
        let locate = |span| JsonLocation::of(&stack.path, Range::of(&stack.file, span));
        Self { since: &entry.since, resources: entry.updates.iter().map(|it| JsonUpdate::of(it, locate)).collect() }
    }
}

impl<'a> JsonResource<'a> {
    fn of(status: &'a ResourceStatus, stack: &'a StackEntry) -> Self {
        Self {
            logical_id: &status.logical_id,
            resource_type: &status.resource_type,
            support: words::support(status.support),
            min_plan: status.min_plan.map(Word::word),
            condition: status.condition.as_deref(),
            included: status.included,
            from: status.from.as_deref(),
            construct_path: stack.constructs.get(&status.logical_id).map(String::as_str),
        }
    }
}

impl<'a> JsonFinding<'a> {
    pub(super) fn of(finding: &'a Finding, path: &Path, file: &SourceFile) -> Self {
        Self {
            id: &finding.id,
            category: finding.category.word(),
            severity: finding.severity.word(),
            certainty: certainty(finding.certainty),
            fails_on: finding.fails_on.word(),
            logical_id: finding.logical_id.as_deref(),
            construct_path: None,
            resource_type: &finding.resource_type,
            property: finding.property.as_deref(),
            feature: &finding.feature,
            localstack: &finding.localstack,
            aws: &finding.aws,
            solution: &finding.solution,
            error: finding.error.as_deref(),
            also: finding.also.as_deref(),
            adjustments: finding.adjustments.iter().map(|it| JsonAdjustment::of(it, file)).collect(),
            evidence: finding.evidence.iter().map(JsonEvidence::of).collect(),
            depends_on: finding.depends_on.as_deref(),
            impact: &finding.impact,
            location: JsonLocation::of(path, Range::of(file, finding.span)),
            suppressed: finding.suppressed.is_some(),
            suppression_reason: finding.suppressed.as_deref().filter(|it| !it.is_empty()),
        }
    }
}

impl<'a> JsonAdjustment<'a> {
    fn of(adjustment: &'a Adjustment, file: &SourceFile) -> Self {
        Self {
            op: words::operation(&adjustment.action),
            logical_id: &adjustment.logical_id,
            path: &adjustment.path,
            value: adjustment.value().map(Literal::to_json),
            safety: adjustment.safety.word(),
            snippet: snippet::adjustment(adjustment, snippet::language(file)),
        }
    }
}

impl<'a> JsonEvidence<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        Self {
            kind: evidence.kind.word(),
            release: &evidence.release,
            date: evidence.date.as_deref(),
            url: evidence.url.as_deref(),
            source: evidence.source.as_deref(),
            note: evidence.note.as_deref(),
        }
    }
}

impl JsonLocation {
    fn of(path: &Path, range: Range) -> Self {
        let position = |it: Position| JsonPosition { line: it.line, column: it.column };
        Self { path: path.display().to_string(), start: position(range.start), end: position(range.end) }
    }
}

impl<'a> JsonTest<'a> {
    fn of(test: &'a TestEntry) -> Self {
        Self {
            path: test.path.display().to_string(),
            findings: test.findings.iter().map(|it| JsonFinding::of(it, &test.path, &test.file)).collect(),
        }
    }
}

impl<'a> JsonError<'a> {
    pub(super) fn of(error: &'a FileError) -> Self {
        Self {
            path: error.path.display().to_string(),
            message: &error.message,
            location: error.range.map(|it| JsonLocation::of(&error.path, it)),
        }
    }
}

pub(super) fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Possible => "possible",
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn value(report: &Report) -> Value {
        serde_json::from_str(&json(report).unwrap()).unwrap()
    }

    #[test]
    fn a_report_with_everything_fits_the_schema() {
        let schema: Value = serde_json::from_str(include_str!("../../schema/report.schema.json")).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for report in [sample::report(), sample::clean(), sample::updated(), sample::unreadable()] {
            let errors: Vec<_> = validator.iter_errors(&value(&report)).map(|it| it.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn updated() {
        let report = value(&sample::updated());
        insta::assert_snapshot!(serde_json::to_string_pretty(&report["stacks"][0]["updates"]).unwrap());
    }

    #[test]
    fn full() {
        let mut report = value(&sample::report());
        report["tool"]["version"] = "this".into();
        insta::assert_snapshot!(serde_json::to_string_pretty(&report).unwrap());
    }
}

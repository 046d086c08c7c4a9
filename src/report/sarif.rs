//! SARIF 2.1.0, as code scanning reads it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix, Invocation, Location, LogicalLocation, Message,
    MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region, Replacement, ReportingConfiguration,
    ReportingDescriptor, Result as SarifResult, ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent,
};

use crate::adjust;
use crate::analysis::{Certainty, Finding, rule};
use crate::db::{FailsOn, Severity, Word};

use super::items::{Item, items, uri};
use super::{FileError, Range, Report};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The name under which fingerprints are compared; another way to make them needs another name.
const FINGERPRINT: &str = "lscompat/v1";

/// The report as pretty-printed SARIF, with a final line break.
///
/// # Errors
/// Never in practice; the signature is `serde_json`'s.
pub fn sarif(report: &Report) -> Result<String, serde_json::Error> {
    sarif_of(report, &items(report).iter().collect::<Vec<_>>())
}

/// The log of `items` only, in their order.
pub(super) fn sarif_of(report: &Report, items: &[&Item<'_>]) -> Result<String, serde_json::Error> {
    let rules = rules(items);
    let index: BTreeMap<&str, i64> = rules.iter().zip(0..).map(|(rule, index)| (rule.id.as_str(), index)).collect();
    let results: Vec<SarifResult> = items.iter().map(|it| result(it, &index)).collect();
    let driver = ToolComponent::builder()
        .name(env!("CARGO_PKG_NAME"))
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules.clone())
        .build();
    let invocation = Invocation::builder()
        .execution_successful(report.errors.is_empty())
        .tool_execution_notifications(report.errors.iter().map(notification).collect::<Vec<_>>())
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .invocations(vec![invocation])
        .results(results)
        .column_kind("unicodeCodePoints")
        .build();
    let log = Sarif::builder().schema(SCHEMA).version("2.1.0").runs(vec![run]).build();
    serde_json::to_string_pretty(&log).map(|it| it + "\n")
}

/// What the findings have in common, once an id, by id.
fn rules(items: &[&Item<'_>]) -> Vec<ReportingDescriptor> {
    let mut first: BTreeMap<&str, &Item<'_>> = BTreeMap::new();
    for item in items {
        first.entry(&item.finding.id).or_insert(item);
    }
    first.into_values().map(descriptor).collect()
}

fn descriptor(item: &Item<'_>) -> ReportingDescriptor {
    let finding = item.finding;
    // The words of a rule that coverage decides name one resource; those of an entry hold for every finding.
    let (short, long, solution) = match rule(&finding.id) {
        Some(rule) => (rule.feature, rule.meaning.to_owned(), rule.solution),
        None => (
            finding.feature.as_str(),
            format!("On LocalStack: {} On AWS: {}", finding.localstack, finding.aws),
            finding.solution.as_str(),
        ),
    };
    let mut tags = vec!["localstack".to_owned(), format!("category-{}", item.category())];
    if finding.fails_on != FailsOn::None {
        tags.push(format!("fails-on-{}", finding.fails_on.word()));
    }
    let links: String = links(finding).iter().map(|it| format!("\n- <{it}>")).collect();
    let help = MultiformatMessageString::builder()
        .text(format!("{long} What to do: {solution}"))
        .markdown(format!("{long}\n\n**What to do**: {solution}\n{links}"))
        .build();
    let descriptor = ReportingDescriptor::builder()
        .id(finding.id.as_str())
        .short_description(plain(short))
        .full_description(plain(&long))
        .help(help)
        .default_configuration(ReportingConfiguration::builder().level(json!(level(finding).to_string())).build())
        .properties(PropertyBag::builder().tags(tags).additional_properties(BTreeMap::new()).build());
    match item.url() {
        Some(url) => descriptor.help_uri(url).build(),
        None => descriptor.build(),
    }
}

fn links(finding: &Finding) -> Vec<&str> {
    finding.evidence.iter().filter_map(|it| it.url.as_deref()).collect()
}

fn plain(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn level(finding: &Finding) -> ResultLevel {
    match finding.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Note => ResultLevel::Note,
    }
}

fn result(item: &Item<'_>, index: &BTreeMap<&str, i64>) -> SarifResult {
    let finding = item.finding;
    let text = [vec![item.title() + "."], item.sentences()].concat().join(" ");
    let certainty = if finding.certainty == Certainty::Certain { "certain" } else { "possible" };
    let properties = [
        ("certainty", certainty),
        ("category", item.category()),
        ("failsOn", finding.fails_on.word()),
        ("resourceType", finding.resource_type.as_str()),
    ];
    let properties = properties.map(|(name, value)| (name.to_owned(), json!(value)));
    let suppression = |reason: &String| {
        let suppression = Suppression::builder().kind("inSource");
        if reason.is_empty() { suppression.build() } else { suppression.justification(reason.as_str()).build() }
    };
    SarifResult::builder()
        .rule_id(finding.id.as_str())
        .rule_index(index.get(finding.id.as_str()).copied().unwrap_or(-1))
        .level(level(finding))
        .message(Message::builder().text(text).build())
        .locations(vec![location(item)])
        .partial_fingerprints([(FINGERPRINT.to_owned(), item.fingerprint.clone())])
        .fixes(item.fix.iter().map(|it| fix(item, it)).collect::<Vec<_>>())
        .suppressions(finding.suppressed.iter().map(suppression).collect::<Vec<_>>())
        .properties(PropertyBag::builder().additional_properties(BTreeMap::from(properties)).build())
        .build()
}

fn fix(item: &Item<'_>, fix: &adjust::Fix) -> Fix {
    let replacement = |it: &adjust::Replacement| {
        let deleted = Replacement::builder().deleted_region(region(Range::of(item.file, it.span)));
        match it.text.as_str() {
            "" => deleted.build(),
            text => deleted.inserted_content(ArtifactContent::builder().text(text).build()).build(),
        }
    };
    let change = ArtifactChange::builder()
        .artifact_location(ArtifactLocation::builder().uri(uri(item.path)).build())
        .replacements(fix.replacements.iter().map(replacement).collect::<Vec<_>>())
        .build();
    Fix::builder()
        .description(Message::builder().text(fix.what.as_str()).build())
        .artifact_changes(vec![change])
        .build()
}

fn location(item: &Item<'_>) -> Location {
    let physical = physical(item.path, Some(item.range()));
    match &item.finding.logical_id {
        Some(name) => {
            let logical = LogicalLocation::builder().name(name.as_str()).kind("resource").build();
            Location::builder().physical_location(physical).logical_locations(vec![logical]).build()
        }
        None => Location::builder().physical_location(physical).build(),
    }
}

fn physical(path: &Path, range: Option<Range>) -> PhysicalLocation {
    let artifact = ArtifactLocation::builder().uri(uri(path)).build();
    match range {
        Some(range) => PhysicalLocation::builder().artifact_location(artifact).region(region(range)).build(),
        None => PhysicalLocation::builder().artifact_location(artifact).build(),
    }
}

fn region(Range { start, end }: Range) -> Region {
    let number = |it: usize| i64::try_from(it).unwrap_or(i64::MAX);
    Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .build()
}

fn notification(error: &FileError) -> Notification {
    Notification::builder()
        .level("error")
        .message(Message::builder().text(error.message.as_str()).build())
        .locations(vec![Location::builder().physical_location(physical(&error.path, error.range)).build()])
        .build()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn full() {
        let mut report = sample::report();
        report.stacks[0].report.findings[1].suppressed = Some("accepted".into());
        report.errors = sample::unreadable().errors;
        insta::assert_snapshot!(sarif(&report).unwrap());
    }
}

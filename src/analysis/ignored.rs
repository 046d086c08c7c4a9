//! Properties that a template sets and LocalStack's provider drops, as findings.

use std::collections::BTreeSet;

use super::context::Context;
use super::coverage::Types;
use super::finding::Finding;
use super::limitations::certainty;
use super::matcher::Scope;
use super::outcome::Outcome;
use crate::db::{
    Category, Coverage, Db, Edition, Evidence, EvidenceKind, FailsOn, Ignored, Predicate, Purpose, Severity, Test,
};
use crate::target::{Support, Target};

/// A property that is accepted and dropped.
pub const IGNORED: &str = "property-ignored";

/// Releases of this first number were measured.
const MEASURED: u64 = 2026;
const RELEASE: &str = "2026.3.0";

/// The properties that `target` ignores, one finding each; none about what an entry of the knowledge base speaks of, none
/// of a resource that fails (`known` are the other findings), and none for a value that AWS assumes anyway.
pub(super) fn findings(
    cx: &Context<'_>,
    types: &Types<'_>,
    target: &Target,
    db: &Db,
    known: &[Finding],
) -> Vec<Finding> {
    // What the licensed image ignores is not known.
    if target.edition() != Edition::Community || target.release.major != MEASURED {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (index, subject) in cx.resources.iter().enumerate().filter(|(_, it)| !it.included.is_no()) {
        let is_supported = types.of(index).is_some_and(|it| it.support == Support::Supported);
        let Some(row) = db.coverage(subject.kind).filter(|it| is_supported && !it.ignored.is_empty()) else { continue };
        let scope = Scope::new(cx, subject);
        // What is never created ignores nothing.
        let fails = |it: &Finding| it.fails_on == FailsOn::Localstack && it.logical_id.as_deref() == subject.name;
        if known.iter().any(fails) {
            continue;
        }
        let said = said(db, target, &row.resource_type);
        for ignored in row.ignored.iter().filter(|it| !said.iter().any(|path| meet(path, &written(it)))) {
            findings.extend(finding(&scope, row, ignored));
        }
    }
    findings
}

fn finding(scope: &Scope<'_, '_>, row: &Coverage, ignored: &Ignored) -> Option<Finding> {
    let Outcome { truth, spots } = scope.evaluate(&is_set(ignored));
    // A transform adds properties of its own, at the place of the resource.
    let own = scope.subject.span;
    let spot = spots.iter().find(|it| it.present && it.span != own)?;
    if truth.is_no() {
        return None;
    }
    let (certainty, depends_on) = certainty(scope.cx, &truth, &scope.inclusion(scope.subject));
    Some(Finding {
        id: IGNORED.to_owned(),
        category: Category::B,
        severity: if ignored.purpose.changes_results() { Severity::Warning } else { Severity::Note },
        certainty,
        fails_on: FailsOn::None,
        logical_id: scope.subject.name.map(str::to_owned),
        resource_type: row.resource_type.clone(),
        property: spot.property(),
        feature: feature(ignored.purpose).to_owned(),
        localstack: "The property is accepted and ignored: the resource is created without it.".to_owned(),
        aws: on_aws(ignored.purpose).to_owned(),
        solution: solution(ignored.purpose).to_owned(),
        error: None,
        also: None,
        adjustments: Vec::new(),
        evidence: vec![Evidence {
            kind: EvidenceKind::Source,
            release: RELEASE.to_owned(),
            date: None,
            url: None,
            source: Some(format!("localstack-core {RELEASE}: the resource provider of {}", row.resource_type)),
            note: Some("The provider passes the property to no call.".to_owned()),
        }],
        depends_on,
        impact: Vec::new(),
        span: spot.span,
        suppressed: None,
    })
}

/// Whether the property has a value that AWS does not assume anyway.
fn is_set(ignored: &Ignored) -> Predicate {
    let path = || ignored.path.clone();
    let present = Predicate::Test(path(), Test::Present);
    match &ignored.aws_default {
        None => present,
        Some(default) => Predicate::All(vec![present, Predicate::Test(path(), Test::Ne(default.clone(), None))]),
    }
}

/// The properties that entries for the type speak of on `target`; their conditions say when one matters.
fn said(db: &Db, target: &Target, resource_type: &str) -> BTreeSet<String> {
    let mut said = BTreeSet::new();
    for entry in db.limitations_for(resource_type) {
        if entry.category == Category::B && entry.fails_on == FailsOn::None && target.applies(db, &entry.applies) {
            paths(&entry.when, &mut said);
        }
    }
    said
}

fn paths(predicate: &Predicate, found: &mut BTreeSet<String>) {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().for_each(|it| paths(it, found)),
        Predicate::Test(path, _) if !path.attribute => {
            found.insert(path.to_string().replace(".*", ""));
        }
        _ => {}
    }
}

fn written(ignored: &Ignored) -> String {
    ignored.path.to_string().replace(".*", "")
}

/// Whether one of two dotted paths is the other or below it.
fn meet(a: &str, b: &str) -> bool {
    a.split('.').zip(b.split('.')).all(|(a, b)| a == b)
}

fn feature(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Access => "ignored access control",
        Purpose::Encryption => "ignored encryption",
        Purpose::Events => "ignored event or record flow",
        Purpose::Retention => "ignored retention or protection",
        Purpose::Limits => "ignored limit",
        Purpose::Content => "ignored content",
        Purpose::Network => "ignored network setting",
        Purpose::Tags => "ignored tags",
        Purpose::Other => "ignored property",
    }
}

fn on_aws(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Access => "It decides who may use the resource, and how.",
        Purpose::Encryption => "Data is encrypted as it says.",
        Purpose::Events => "Events or records flow as it says.",
        Purpose::Retention => "It decides how long data is kept and what protects it.",
        Purpose::Limits => "It limits how much the resource serves.",
        Purpose::Content => "The resource is made of what it names.",
        Purpose::Network => "The network setting takes effect.",
        Purpose::Tags => "The resource has the tags.",
        Purpose::Other => "The property is applied.",
    }
}

fn solution(purpose: Purpose) -> &'static str {
    if purpose.changes_results() {
        "Do not test on LocalStack what depends on it, or set it through the service's API after the deployment"
    } else {
        "Nothing, unless a test reads it back"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{embedded, open, with_entries};
    use crate::analysis::{Certainty, LocalstackVerdict, StackReport, analyse};
    use crate::target::TargetOptions;

    fn on(plan: &str, db: &Db, resources: &str) -> StackReport {
        let options = TargetOptions { release: Some("2026.3"), plan: Some(plan), ..TargetOptions::default() };
        analyse(&open(resources), &Target::new(db, &options).unwrap(), db)
    }

    /// The properties that are found ignored, with their severity.
    fn ignored(resources: &str) -> Vec<(String, Severity)> {
        let report = on("community", embedded(), resources);
        let own = report.findings.into_iter().filter(|it| it.id == IGNORED);
        own.map(|it| (it.property.unwrap(), it.severity)).collect()
    }

    fn one(kind: &str, properties: &str) -> String {
        format!("Resources:\n  A:\n    Type: {kind}\n    Properties: {properties}\n")
    }

    #[test]
    fn what_a_property_is_for_decides_how_much_it_matters() {
        let alarm = one("AWS::Lambda::Permission", "{FunctionName: f, Action: a, Principal: p, SourceAccount: '1'}");
        assert_eq!(ignored(&alarm), [("SourceAccount".into(), Severity::Warning)]);
        let server = one("AWS::EC2::Instance", "{Monitoring: true}");
        assert_eq!(ignored(&server), [("Monitoring".into(), Severity::Note)]);
        let tags = one("AWS::CloudWatch::Alarm", "{Tags: [{Key: a, Value: b}, {Key: c, Value: d}]}");
        assert_eq!(ignored(&tags), [("Tags".into(), Severity::Note)]);
    }

    #[test]
    fn what_aws_assumes_anyway_is_no_loss() {
        let record = |value| one("AWS::SSM::Parameter", &format!("{{Type: String, Value: a, DataType: {value}}}"));
        assert_eq!(ignored(&record("text")), []);
        assert_eq!(ignored(&record("aws:ec2:image")).len(), 1);
        let open = on("community", embedded(), &record("!Ref P"));
        let found = open.findings.iter().find(|it| it.id == IGNORED).unwrap();
        assert_eq!(found.certainty, Certainty::Possible);
    }

    #[test]
    fn an_entry_that_says_it_comes_first() {
        let entry = crate::analysis::testing::entry(
            "AWS::IAM::ManagedPolicy",
            "{ any = [{ path = \"Description\", is = \"present\" }, { path = \"Path\", is = \"present\" }] }",
            "",
        );
        let both = one("AWS::IAM::ManagedPolicy", "{Description: d, Path: /x/}");
        assert!(ignored(&both).contains(&("Description".into(), Severity::Note)));
        let report = on("community", &with_entries(&entry), &both);
        let ids: Vec<_> = report.findings.iter().map(|it| it.id.as_str()).filter(|it| *it != "test-entry").collect();
        assert!(!ids.contains(&IGNORED), "{ids:?}");
    }

    #[test]
    fn a_licensed_image_and_a_pretended_type_are_left_alone() {
        let policy = one("AWS::IAM::ManagedPolicy", "{Description: d}");
        assert!(on("hobby", embedded(), &policy).findings.iter().all(|it| it.id != IGNORED));
        assert_eq!(ignored(&one("AWS::ECR::Repository", "{ImageTagMutability: MUTABLE}")), []);
    }

    #[test]
    fn an_ignored_property_that_changes_results_is_a_gap() {
        let gaps = |properties| on("community", embedded(), &one("AWS::EC2::Instance", properties)).localstack;
        assert_eq!(gaps("{Monitoring: true}"), LocalstackVerdict::Deploys);
        assert_eq!(gaps("{LaunchTemplate: {LaunchTemplateId: a, Version: '1'}}"), LocalstackVerdict::DeploysWithGaps);
    }
}

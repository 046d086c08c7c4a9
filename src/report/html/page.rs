//! What the page says, as the context its template is rendered with. A user's own template sees these names too:
//! fields may be added, not changed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::{AwsVerdict, Finding, LocalstackVerdict};
use crate::db::{Category, FailsOn, Word};
use crate::report::group::{Group, group};
use crate::report::printable::printable;
use crate::report::snippet::Change;
use crate::report::{FileError, Report, StackEntry, Summary, TestEntry, snippet, updates, words};
use crate::source::SourceFile;

use super::code::{Code, code};
use super::graph::{Graph, graph};

/// Most pieces of code that one finding shows.
const MAX_CODES: usize = 4;

/// The whole page.
#[derive(Serialize)]
pub(super) struct Page {
    tool: Tool,
    target: TargetContext,
    summary: Counts,
    /// How often each verdict is given, the worst first.
    localstack: Vec<Tally>,
    aws: Vec<Tally>,
    stacks: Vec<Stack>,
    tests: Vec<Test>,
    /// What could not be read, apart from what is wrong in a template of `stacks`.
    errors: Vec<String>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Tool {
    version: &'static str,
    limitations: usize,
    resource_types: usize,
}

#[derive(Serialize)]
struct TargetContext {
    release: String,
    plan: &'static str,
    region: String,
    account_id: String,
    config: Vec<(String, String)>,
    sources: String,
}

#[derive(Serialize)]
struct Counts {
    stacks: usize,
    resources: usize,
    findings: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    suppressed: usize,
    a: usize,
    b: usize,
    c: usize,
    d: usize,
    fails_on_aws: usize,
    fails_on_localstack: usize,
}

#[derive(Serialize)]
struct Tally {
    verdict: Verdict,
    stacks: usize,
}

/// `level` is `good`, `partial`, `bad` or `open`.
#[derive(Clone, Copy, PartialEq, Serialize)]
struct Verdict {
    level: &'static str,
    text: &'static str,
}

#[derive(Serialize)]
struct Stack {
    anchor: String,
    title: String,
    region: String,
    account_id: String,
    localstack: Verdict,
    aws: Verdict,
    counts: Counts,
    errors: Vec<String>,
    not_analysed: Vec<String>,
    nested: usize,
    excluded: Vec<String>,
    graph: Option<Graph>,
    sections: Vec<Section>,
    suppressed: Vec<Suppressed>,
    updates: Option<Updates>,
}

/// The findings of one category, or those that fail on AWS and not on LocalStack.
#[derive(Serialize)]
struct Section {
    title: String,
    cards: Vec<Card>,
}

/// Findings that say the same.
#[derive(Serialize)]
struct Card {
    anchor: String,
    id: String,
    category: &'static str,
    severity: &'static str,
    is_possible: bool,
    fails_on: &'static str,
    feature: String,
    localstack: String,
    aws: String,
    solution: String,
    error: Option<String>,
    also: Option<String>,
    depends_on: Option<String>,
    /// Number of findings.
    findings: usize,
    subjects: Vec<Subject>,
    impact: Vec<String>,
    changes: Vec<Change>,
    codes: Vec<Code>,
    /// Number of places whose code is left out.
    more_codes: usize,
    evidence: Vec<Proof>,
}

#[derive(Serialize)]
struct Subject {
    name: String,
    resource_type: String,
    construct: Option<String>,
    property: Option<String>,
    line: usize,
}

#[derive(Serialize)]
struct Proof {
    kind: &'static str,
    release: String,
    date: Option<String>,
    /// An address that a browser may open.
    url: Option<String>,
    source: Option<String>,
    note: Option<String>,
}

#[derive(Serialize)]
struct Suppressed {
    name: String,
    id: String,
    feature: String,
    line: usize,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Updates {
    since: String,
    rows: Vec<UpdateRow>,
}

#[derive(Serialize)]
struct UpdateRow {
    change: &'static str,
    logical_id: String,
    resource_type: String,
    properties: Vec<String>,
    localstack: String,
    aws: &'static str,
}

#[derive(Serialize)]
struct Test {
    anchor: String,
    title: String,
    cards: Vec<Card>,
}

impl Page {
    /// The page of `report`, whose texts are printable.
    pub(super) fn of(report: &Report) -> Self {
        let target = &report.target;
        let is_of_no_stack = |it: &&FileError| !report.stacks.iter().any(|stack| stack.path == it.path);
        Self {
            tool: Tool {
                version: env!("CARGO_PKG_VERSION"),
                limitations: report.knowledge_base.limitations,
                resource_types: report.knowledge_base.resource_types,
            },
            target: TargetContext {
                release: target.release_name(),
                plan: target.plan.word(),
                region: target.region.clone(),
                account_id: target.account_id.clone(),
                config: target.config.clone().into_iter().collect(),
                sources: printable(&target.sources.line()),
            },
            summary: Counts::of(&report.summary()),
            localstack: tally(report.stacks.iter().map(|it| localstack(it.report.localstack))),
            aws: tally(report.stacks.iter().map(|it| aws(it.report.aws))),
            stacks: report.stacks.iter().enumerate().map(|(at, it)| Stack::of(it, at + 1, report)).collect(),
            tests: report.tests.iter().enumerate().map(|(at, it)| Test::of(it, at + 1)).collect(),
            errors: report.errors.iter().filter(is_of_no_stack).map(ToString::to_string).collect(),
            notes: report.notes.clone(),
        }
    }
}

impl Counts {
    fn of(summary: &Summary) -> Self {
        let [a, b, c, d] = summary.by_category;
        Self {
            stacks: summary.stacks,
            resources: summary.resources,
            findings: summary.findings(),
            errors: summary.errors,
            warnings: summary.warnings,
            notes: summary.notes,
            suppressed: summary.suppressed,
            a,
            b,
            c,
            d,
            fails_on_aws: summary.fails_on_aws,
            fails_on_localstack: summary.fails_on_localstack,
        }
    }
}

impl Stack {
    fn of(stack: &StackEntry, number: usize, report: &Report) -> Self {
        let mut cards = Cards { file: &stack.file, stack: Some(stack), prefix: format!("stack-{number}"), made: 0 };
        let groups = group(stack.standing());
        let is_critical = |it: &&Group<'_>| it.first().fails_on == FailsOn::Aws;
        let mut sections = Vec::new();
        let mut add = |title: String, groups: Vec<&Group<'_>>| {
            if !groups.is_empty() {
                sections.push(Section { title, cards: groups.into_iter().map(|it| cards.card(it)).collect() });
            }
        };
        add("Fails on AWS, passes on LocalStack".to_owned(), groups.iter().filter(is_critical).collect());
        for category in [Category::A, Category::B, Category::C, Category::D] {
            let own = groups.iter().filter(|it| it.first().category == category && !is_critical(it));
            add(words::category(category), own.collect());
        }
        let graph = graph(stack, &anchors(&sections));
        let suppressed = stack.report.findings.iter().filter_map(|it| Suppressed::of(it, &stack.file));
        Self {
            anchor: format!("stack-{number}"),
            title: printable(&stack.title()),
            region: stack.region.clone(),
            account_id: stack.account_id.clone(),
            localstack: localstack(stack.report.localstack),
            aws: aws(stack.report.aws),
            counts: Counts::of(&stack.summary()),
            errors: report.errors_of(stack).map(ToString::to_string).collect(),
            not_analysed: stack.not_analysed.clone(),
            nested: stack.nested,
            excluded: stack.report.excluded.clone(),
            graph,
            sections,
            suppressed: suppressed.collect(),
            updates: stack
                .updates
                .as_ref()
                .map(|it| Updates { since: it.since.clone(), rows: it.updates.iter().map(UpdateRow::of).collect() }),
        }
    }
}

impl Test {
    fn of(test: &TestEntry, number: usize) -> Self {
        let mut cards = Cards { file: &test.file, stack: None, prefix: format!("test-{number}"), made: 0 };
        let standing = test.findings.iter().filter(|it| it.suppressed.is_none());
        Self {
            anchor: format!("test-{number}"),
            title: printable(&test.path.display().to_string()),
            cards: group(standing).iter().map(|it| cards.card(it)).collect(),
        }
    }
}

/// Makes cards, each with an anchor of its own.
struct Cards<'a> {
    file: &'a SourceFile,
    stack: Option<&'a StackEntry>,
    prefix: String,
    made: usize,
}

impl Cards<'_> {
    fn card(&mut self, group: &Group<'_>) -> Card {
        self.made += 1;
        let first = group.first();
        let mut spans: Vec<_> = group.findings().filter(|it| !is_whole(it)).map(|it| it.span).collect();
        spans.sort_unstable();
        spans.dedup();
        Card {
            anchor: format!("{}-{}", self.prefix, self.made),
            id: first.id.clone(),
            category: first.category.word(),
            severity: first.severity.word(),
            is_possible: group.is_possible(),
            fails_on: first.fails_on.word(),
            feature: first.feature.clone(),
            localstack: first.localstack.clone(),
            aws: first.aws.clone(),
            solution: first.solution.clone(),
            error: first.error.clone(),
            also: first.also.clone(),
            depends_on: first.depends_on.clone().filter(|_| group.is_possible()),
            findings: group.findings().count(),
            subjects: group.findings().map(|it| self.subject(it)).collect(),
            impact: group.impact(),
            changes: snippet::changes(group.findings(), snippet::language(self.file)),
            codes: spans.iter().take(MAX_CODES).map(|it| code(self.file, *it)).collect(),
            more_codes: spans.len().saturating_sub(MAX_CODES),
            evidence: first.evidence.iter().map(Proof::of).collect(),
        }
    }

    fn subject(&self, finding: &Finding) -> Subject {
        Subject {
            name: finding.logical_id.clone().unwrap_or_else(|| finding.resource_type.clone()),
            resource_type: finding.logical_id.as_ref().map(|_| finding.resource_type.clone()).unwrap_or_default(),
            construct: self.stack.and_then(|it| it.construct_of(finding)).map(str::to_owned),
            property: finding.property.clone(),
            line: self.file.position(finding.span.start).line,
        }
    }
}

impl Proof {
    fn of(evidence: &crate::db::Evidence) -> Self {
        let is_web = |it: &&String| it.starts_with("https://") || it.starts_with("http://");
        Self {
            kind: evidence.kind.word(),
            release: evidence.release.clone(),
            date: evidence.date.clone(),
            url: evidence.url.as_ref().filter(is_web).cloned(),
            source: evidence.source.clone(),
            note: evidence.note.clone(),
        }
    }
}

impl Suppressed {
    fn of(finding: &Finding, file: &SourceFile) -> Option<Self> {
        let reason = finding.suppressed.as_ref()?;
        Some(Self {
            name: finding.logical_id.clone().unwrap_or_else(|| finding.resource_type.clone()),
            id: finding.id.clone(),
            feature: finding.feature.clone(),
            line: file.position(finding.span.start).line,
            reason: Some(reason.clone()).filter(|it| !it.is_empty()),
        })
    }
}

impl UpdateRow {
    fn of(update: &crate::analysis::Update) -> Self {
        Self {
            change: updates::kind(&update.kind),
            logical_id: update.logical_id.clone(),
            resource_type: update.resource_type.clone(),
            properties: updates::properties(update),
            localstack: updates::on_localstack(update),
            aws: updates::phrase(update.aws),
        }
    }
}

/// Where each resource is first told of, findings about its type before others.
fn anchors(sections: &[Section]) -> BTreeMap<String, String> {
    let cards = || sections.iter().flat_map(|it| &it.cards);
    let (types, others): (Vec<&Card>, Vec<&Card>) = cards().partition(|it| it.category == Category::A.word());
    let mut anchors = BTreeMap::new();
    for card in types.into_iter().chain(others) {
        for subject in &card.subjects {
            anchors.entry(subject.name.clone()).or_insert_with(|| card.anchor.clone());
        }
    }
    anchors
}

/// Whether a finding is about the template as a whole, so that no line of it tells more than another.
fn is_whole(finding: &Finding) -> bool {
    finding.logical_id.is_none() && finding.span.start == 0
}

/// How often each verdict comes, the worst first.
fn tally(verdicts: impl Iterator<Item = Verdict>) -> Vec<Tally> {
    let all: Vec<Verdict> = verdicts.collect();
    let count = |level: &str| {
        let of_level: Vec<&Verdict> = all.iter().filter(|it| it.level == level).collect();
        of_level.first().map(|it| Tally { verdict: **it, stacks: of_level.len() })
    };
    ["bad", "partial", "open", "good"].into_iter().filter_map(count).collect()
}

fn localstack(verdict: LocalstackVerdict) -> Verdict {
    let level = match verdict {
        LocalstackVerdict::Deploys => "good",
        LocalstackVerdict::DeploysWithGaps => "partial",
        LocalstackVerdict::Fails => "bad",
        LocalstackVerdict::Undetermined => "open",
    };
    Verdict { level, text: words::localstack_verdict(verdict) }
}

fn aws(verdict: AwsVerdict) -> Verdict {
    let level = match verdict {
        AwsVerdict::NoKnownFailure => "good",
        AwsVerdict::Fails => "bad",
        AwsVerdict::Undetermined => "open",
    };
    Verdict { level, text: words::aws_verdict(verdict) }
}

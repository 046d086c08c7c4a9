//! The report of one run: what was analysed, for which target, and what could not be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adjust::{Fix, Key};
use crate::analysis::{Finding, StackReport, Update};
use crate::db::{Category, FailsOn, Severity};
use crate::source::{Position, SourceFile, Span};
use crate::stack::StackKind;
use crate::target::Target;

use super::printable::printable;

/// Everything one run has to say.
#[derive(Debug, Clone)]
pub struct Report {
    /// The size of the knowledge base that was used.
    pub knowledge_base: KnowledgeBase,
    /// The LocalStack the stacks were judged against.
    pub target: Target,
    /// The stacks, in the order they were given or found.
    pub stacks: Vec<StackEntry>,
    /// Integration tests with findings of category D.
    pub tests: Vec<TestEntry>,
    /// What could not be read or is wrong in a template itself.
    pub errors: Vec<FileError>,
    /// Remarks about the run as a whole: lower case, no final full stop.
    pub notes: Vec<String>,
}

/// How much was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnowledgeBase {
    /// Number of limitations.
    pub limitations: usize,
    /// Number of resource types with coverage.
    pub resource_types: usize,
}

/// One analysed stack.
#[derive(Debug, Clone)]
pub struct StackEntry {
    /// The template's path as given or found.
    pub path: PathBuf,
    /// Its dialect.
    pub kind: StackKind,
    /// How it comes to be deployed.
    pub origin: Origin,
    /// The region it is deployed to.
    pub region: String,
    /// The account it is deployed to.
    pub account_id: String,
    /// Construct paths of the CDK by logical id.
    pub constructs: BTreeMap<String, String>,
    /// Number of nested stacks whose verdicts count in its own.
    pub nested: usize,
    /// What of it is not analysed, and why: lower case, no final full stop.
    pub not_analysed: Vec<String>,
    /// Its text, for positions and excerpts.
    pub file: Arc<SourceFile>,
    /// What the analysis says.
    pub report: StackReport,
    /// What an update from an old version does; nothing when none is given, or the old version has no such stack.
    pub updates: Option<UpdatesEntry>,
    /// The changes for single findings, where they are asked for.
    pub fixes: Vec<Fix>,
}

/// What the update of one stack does.
#[derive(Debug, Clone)]
pub struct UpdatesEntry {
    /// The old version: a file's path, or a revision's name.
    pub since: String,
    /// The resources that it touches.
    pub updates: Vec<Update>,
}

/// How a stack comes to be deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// From its template as it is.
    Template,
    /// By a CDK app, under this name.
    Cdk(String),
    /// By a resource of another stack: the outermost stack (its path, or its name in a CDK app), then the logical ids
    /// that lead from it to this one.
    Nested(Vec<String>),
}

/// One integration test with findings.
#[derive(Debug, Clone)]
pub struct TestEntry {
    /// Its path as given or found.
    pub path: PathBuf,
    /// Its text.
    pub file: Arc<SourceFile>,
    /// Its findings.
    pub findings: Vec<Finding>,
}

/// A file, or a place of one, that kept lscompat from doing its job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// The path as given or found.
    pub path: PathBuf,
    /// What is wrong and what to do: lower case, no final full stop.
    pub message: String,
    /// Where; `None` when the file as a whole is meant.
    pub range: Option<Range>,
}

/// A range of a text for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Its first character.
    pub start: Position,
    /// One past its last character.
    pub end: Position,
}

/// Counts over a whole report; suppressed findings are counted only as such.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Stacks analysed.
    pub stacks: usize,
    /// Resources that are deployed.
    pub resources: usize,
    /// Findings of the categories A to D.
    pub by_category: [usize; 4],
    /// Findings that fail on AWS.
    pub fails_on_aws: usize,
    /// Findings that fail on LocalStack.
    pub fails_on_localstack: usize,
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Suppressed findings.
    pub suppressed: usize,
}

impl Report {
    /// Every finding of stacks and tests, suppressed ones included.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let stacks = self.stacks.iter().flat_map(|it| &it.report.findings);
        stacks.chain(self.tests.iter().flat_map(|it| &it.findings))
    }

    /// The most severe finding that is not suppressed.
    pub fn worst(&self) -> Option<Severity> {
        self.findings().filter(|it| it.suppressed.is_none()).map(|it| it.severity).max()
    }

    /// What is wrong in the template of a stack.
    pub fn errors_of<'a>(&'a self, stack: &'a StackEntry) -> impl Iterator<Item = &'a FileError> {
        self.errors.iter().filter(|it| it.path == stack.path)
    }

    /// Counts over everything.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary {
            stacks: self.stacks.len(),
            resources: self.stacks.iter().map(StackEntry::deployed).sum(),
            ..Summary::default()
        };
        self.findings().for_each(|it| summary.add(it));
        summary
    }
}

impl Origin {
    /// That of the stack which the resource `logical_id` of this one creates; `path` is this one's template.
    pub fn nested(&self, path: &Path, logical_id: &str) -> Self {
        let mut via = match self {
            Self::Template => vec![path.display().to_string()],
            Self::Cdk(name) => vec![name.clone()],
            Self::Nested(via) => via.clone(),
        };
        via.push(logical_id.to_owned());
        Self::Nested(via)
    }
}

impl StackEntry {
    /// What a reader knows the stack by: its path, with its name in a CDK app or the stacks it is nested in.
    pub fn title(&self) -> String {
        let path = self.path.display();
        match &self.origin {
            Origin::Template => path.to_string(),
            Origin::Cdk(name) => format!("{name} ({path})"),
            Origin::Nested(via) => format!("{} ({path})", via.join(" > ")),
        }
    }

    /// The construct that a finding is about.
    pub fn construct_of(&self, finding: &Finding) -> Option<&str> {
        self.constructs.get(finding.logical_id.as_ref()?).map(String::as_str)
    }

    /// The change for a finding.
    pub fn fix_of(&self, finding: &Finding) -> Option<&Fix> {
        self.fixes.iter().find(|it| it.span == finding.span && it.key == Key::of(finding))
    }

    /// Number of resources that are deployed.
    pub fn deployed(&self) -> usize {
        self.report.resources.iter().filter(|it| it.included).count()
    }

    /// The findings that are not suppressed.
    pub fn standing(&self) -> impl Iterator<Item = &Finding> {
        self.report.findings.iter().filter(|it| it.suppressed.is_none())
    }

    /// Counts over this stack.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { stacks: 1, resources: self.deployed(), ..Summary::default() };
        self.report.findings.iter().for_each(|it| summary.add(it));
        summary
    }
}

impl Summary {
    /// Number of findings that are not suppressed.
    pub fn findings(&self) -> usize {
        self.errors + self.warnings + self.notes
    }

    fn add(&mut self, finding: &Finding) {
        if finding.suppressed.is_some() {
            self.suppressed += 1;
            return;
        }
        let [a, b, c, d] = &mut self.by_category;
        *match finding.category {
            Category::A => a,
            Category::B => b,
            Category::C => c,
            Category::D => d,
        } += 1;
        *match finding.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        } += 1;
        match finding.fails_on {
            FailsOn::Aws => self.fails_on_aws += 1,
            FailsOn::Localstack => self.fails_on_localstack += 1,
            FailsOn::None => {}
        }
    }
}

impl Range {
    /// The range of `span` in `file`.
    pub fn of(file: &SourceFile, span: Span) -> Self {
        Self { start: file.position(span.start), end: file.position(span.end) }
    }
}

impl std::fmt::Display for FileError {
    /// `PATH:LINE:COL: message`, or `PATH: message` about a whole file; on one line and safe for a terminal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = printable(&self.path.display().to_string());
        let message = printable(&self.message);
        match self.range {
            Some(Range { start, .. }) => write!(f, "{path}:{}:{}: {message}", start.line, start.column),
            None => write!(f, "{path}: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn suppressed_findings_do_not_count() {
        let mut report = sample::report();
        let before = report.summary();
        report.stacks[0].report.findings[0].suppressed = Some("accepted".into());
        let after = report.summary();
        assert_eq!(after.findings(), before.findings() - 1);
        assert_eq!(after.suppressed, before.suppressed + 1);
        assert_eq!(after.by_category.iter().sum::<usize>(), after.findings());
    }

    #[test]
    fn worst_is_the_most_severe_standing_finding() {
        let mut report = sample::report();
        assert_eq!(report.worst(), Some(Severity::Error));
        for finding in &mut report.stacks[0].report.findings {
            finding.suppressed = Some(String::new());
        }
        assert_eq!(report.worst(), None);
    }

    #[test]
    fn an_error_prints_its_place() {
        let position = Position { line: 3, column: 7 };
        let range = Some(Range { start: position, end: position });
        let error = FileError { path: "a.yaml".into(), message: "bad".into(), range };
        assert_eq!(error.to_string(), "a.yaml:3:7: bad");
        assert_eq!(FileError { range: None, ..error }.to_string(), "a.yaml: bad");
    }
}

//! Rounds of planning and editing until nothing is left to change, and what came of each finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::document::{Document, Refusal};
use super::guard::guarded;
use super::needs::Needs;
use super::plan::{Key, Made, Plan, Scope, Skipped, is_rejection, plan};
use super::remove::{Cut, Given, Lost, Removed};
use crate::analysis::{Finding, StackReport};
use crate::db::{FailsOn, Severity};
use crate::source::{Node, SourceError, SourceFile};
use crate::stack::Stack;

/// A change can lead to findings that were hidden before, but not without end.
const MAX_ROUNDS: usize = 8;

/// Reads and analyses a template.
pub type Read<'r> = dyn Fn(Arc<SourceFile>, &Node) -> (Stack, StackReport) + 'r;

/// How a template is adapted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Which findings are changed for.
    pub scope: Scope,
    /// Whether every change stands behind a condition. The template is read as if deployed to LocalStack then.
    pub guard: bool,
    /// Whether comments say what was changed.
    pub comment: bool,
}

/// A template after its changes.
#[derive(Debug, Clone)]
pub struct Adapted {
    /// Its text.
    pub text: String,
    /// What was changed for which finding.
    pub made: Vec<Made>,
    /// What was removed.
    pub removed: Vec<Removed>,
    /// What was cut from others.
    pub cuts: Vec<Cut>,
    /// Findings that were to be changed for and could not.
    pub skipped: Vec<Skipped>,
    /// Findings that were changed for and are gone.
    pub gone: Vec<Key>,
    /// Findings that were changed for and are still there.
    pub still: Vec<Key>,
    /// Findings that were not there before; those that only AWS would make count when its failures are fixed too.
    pub new: Vec<(Key, Severity)>,
    /// What is wrong with the template now and was not before.
    pub problems: Vec<String>,
    /// What the analysis says after the changes.
    pub report: StackReport,
}

impl Adapted {
    /// Whether no resource is left, so that there is nothing to deploy.
    pub fn leaves_nothing(&self) -> bool {
        !self.removed.is_empty() && !self.report.resources.iter().any(|it| it.included)
    }

    /// This, and what was changed afterwards.
    pub fn then(mut self, next: Adapted) -> Self {
        self.made.extend(next.made);
        self.removed.extend(next.removed);
        self.cuts.extend(next.cuts);
        self.skipped.extend(next.skipped);
        self.gone.extend(next.gone);
        self.still.extend(next.still);
        self.new.extend(next.new);
        self.problems.extend(next.problems);
        Self { text: next.text, report: next.report, ..self }
    }
}

/// Why a template cannot be adapted.
#[derive(Debug, thiserror::Error)]
pub enum AdaptError {
    /// It cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A place cannot be edited.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Changes the template in `file` for every finding that is in the scope of `options` and that `wants` names, and for
/// what is `lost`.
///
/// # Errors
/// The file cannot be read, or a place cannot be edited without changing another one.
pub fn adapt(
    file: Arc<SourceFile>,
    read: &Read<'_>,
    needs: Needs<'_>,
    options: Options,
    wants: &dyn Fn(&Finding) -> bool,
    lost: &Lost,
) -> Result<Adapted, AdaptError> {
    let given = Given { needs, lost, guards: options.guard };
    let mut document = Document::read(file)?;
    let (mut stack, mut report) = read(Arc::clone(document.file()), document.tree());
    let before = places(&report);
    let problems_before = messages(&stack);
    let mut whole = Plan::default();
    for _ in 0..MAX_ROUNDS {
        let is_wanted = |it: &Finding| options.scope.has(it) && wants(it);
        let mut round = (Plan::default(), Vec::new());
        whole.skipped.clear();
        // What refuses a placeholder is looked at when the pretended resources are gone.
        for after in [false, true] {
            let wanted = report.findings.iter().filter(|it| is_rejection(it) == after && is_wanted(it));
            let mut plan = plan(&document, &stack, given, &wanted.collect::<Vec<_>>());
            let edits = std::mem::take(&mut plan.edits);
            whole.skipped.append(&mut plan.skipped);
            let edits = match options.guard {
                true => guarded(&document, given.needs, edits, &lost.guarded)?,
                false => edits,
            };
            if !edits.is_empty() {
                round = (plan, edits);
                break;
            }
        }
        let (round, mut edits) = round;
        if edits.is_empty() {
            break;
        }
        if !options.comment {
            edits.iter_mut().for_each(|it| it.note = None);
        }
        let text = document.edit(&edits)?;
        let path = document.file().path().to_owned();
        document = Document::read(Arc::new(SourceFile::new(path, text)))?;
        (stack, report) = read(Arc::clone(document.file()), document.tree());
        whole.made.extend(round.made);
        whole.removed.extend(round.removed);
        whole.cuts.extend(round.cuts);
    }
    let after: BTreeSet<Key> = report.findings.iter().map(Key::of).collect();
    let changed: BTreeSet<&Key> = whole.made.iter().map(|it| &it.key).collect();
    let (still, gone): (Vec<&Key>, Vec<&Key>) = changed.into_iter().partition(|it| after.contains(*it));
    let matters = |it: &Finding| it.suppressed.is_none() && (options.scope.fix_aws || it.fails_on != FailsOn::Aws);
    // A finding may point at another property of the same resource now.
    let now = places(&report);
    let is_new = |it: &Key| now.get(&place(it)) > before.get(&place(it));
    let new = report.findings.iter().filter(|it| matters(it) && is_new(&Key::of(it)));
    Ok(Adapted {
        text: document.file().text().to_owned(),
        gone: gone.into_iter().cloned().collect(),
        still: still.into_iter().cloned().collect(),
        new: new.map(|it| (Key::of(it), it.severity)).collect(),
        problems: messages(&stack).difference(&problems_before).cloned().collect(),
        made: whole.made,
        removed: whole.removed,
        cuts: whole.cuts,
        skipped: whole.skipped,
        report,
    })
}

/// What a finding is and about what.
fn place(key: &Key) -> (String, String) {
    (key.id.clone(), key.logical_id.clone())
}

/// How often each finding is made about each resource.
fn places(report: &StackReport) -> BTreeMap<(String, String), usize> {
    let mut places = BTreeMap::new();
    for finding in &report.findings {
        *places.entry(place(&Key::of(finding))).or_default() += 1;
    }
    places
}

fn messages(stack: &Stack) -> BTreeSet<String> {
    stack.problems.iter().map(|it| it.message.clone()).collect()
}

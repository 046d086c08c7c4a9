//! Rounds of planning and editing until nothing is left to change, and what came of each finding.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::document::{Document, Refusal};
use super::needs::Needs;
use super::plan::{Key, Made, Plan, Scope, Skipped, plan};
use super::remove::{Cut, Removed};
use crate::analysis::{Finding, StackReport};
use crate::db::{Db, Schemas, Severity, UnpackError};
use crate::source::{Node, SourceError, SourceFile};
use crate::stack::Stack;

/// A change can lead to findings that were hidden before, but not without end.
const MAX_ROUNDS: usize = 8;

/// Reads and analyses a template.
pub type Read<'r> = dyn Fn(Arc<SourceFile>, &Node) -> (Stack, StackReport) + 'r;

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
    /// Findings that were not there before.
    pub new: Vec<(Key, Severity)>,
    /// What the analysis says after the changes.
    pub report: StackReport,
}

/// Why a template cannot be adapted.
#[derive(Debug, thiserror::Error)]
pub enum AdaptError {
    /// It cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The schemas of resource types cannot be unpacked.
    #[error(transparent)]
    Schemas(#[from] UnpackError),
    /// A place cannot be edited.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Changes the template in `file` for every finding in `scope` that `wants` names.
///
/// # Errors
/// The file cannot be read, or a place cannot be edited without changing another one.
pub fn adapt(
    file: Arc<SourceFile>,
    read: &Read<'_>,
    db: &Db,
    scope: Scope,
    wants: &dyn Fn(&Finding) -> bool,
) -> Result<Adapted, AdaptError> {
    let schemas = Schemas::embedded()?;
    let needs = Needs { db, schemas: &schemas };
    let mut document = Document::read(file)?;
    let (mut stack, mut report) = read(Arc::clone(document.file()), document.tree());
    let before: BTreeSet<Key> = report.findings.iter().map(Key::of).collect();
    let mut whole = Plan::default();
    for _ in 0..MAX_ROUNDS {
        let wanted: Vec<&Finding> = report.findings.iter().filter(|it| scope.has(it) && wants(it)).collect();
        let round = plan(&document, &stack, needs, &wanted);
        whole.skipped.clone_from(&round.skipped);
        if round.edits.is_empty() {
            break;
        }
        let text = document.edit(&round.edits)?;
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
    let new = report.findings.iter().filter(|it| it.suppressed.is_none() && !before.contains(&Key::of(it)));
    Ok(Adapted {
        text: document.file().text().to_owned(),
        gone: gone.into_iter().cloned().collect(),
        still: still.into_iter().cloned().collect(),
        new: new.map(|it| (Key::of(it), it.severity)).collect(),
        made: whole.made,
        removed: whole.removed,
        cuts: whole.cuts,
        skipped: whole.skipped,
        report,
    })
}

//! Suppressions that hide nothing: what they named was corrected, or is misspelt.
//!
//! What this run cannot find is not called unused: an entry for other targets, an update without an old version, a
//! resource that is not deployed.

use std::collections::BTreeMap;

use super::finding::{Certainty, Finding, StackReport};
use super::suppress::{Directives, ignored, is_about};
use super::{RULES, rule};
use crate::db::{Category, Db, FailsOn, Severity, Word, closest};
use crate::source::{Comment, Span};
use crate::stack::{Resource, Stack};
use crate::target::Target;

/// A suppression without a finding.
pub const UNUSED: &str = "unused-suppression";

const UPDATES: &str = "update-";

/// What decides which findings can be there.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The LocalStack that is assumed.
    pub target: &'a Target,
    /// The knowledge.
    pub db: &'a Db,
    /// Whether an update is judged.
    pub has_updates: bool,
}

/// The suppressions in comments and metadata of `stack` that name nothing in `report`, the complete one.
pub fn unused_suppressions(report: &StackReport, stack: &Stack, comments: &[Comment], run: Run<'_>) -> Vec<Finding> {
    let file = &stack.file;
    let line = |at: usize| file.position(at).line;
    let resources = || stack.resources.iter().chain(&stack.sources);
    let is_left_out = |at: usize| {
        let excluded = resources().filter(|it| it.included.is_no());
        excluded.into_iter().any(|it| (line(it.id_span.start)..=line(it.span.end)).contains(&at))
    };
    let mut unused = Vec::new();
    let directives = Directives::of(file, comments);
    for directive in directives.iter().filter(|it| !is_left_out(directives.target(it))) {
        for id in directive.ids.iter().filter(|it| run.can_find(it)) {
            let mut named = report.findings.iter().filter(|it| it.id == *id);
            if !named.any(|it| directives.covers(directive, line(it.span.start))) {
                unused.push(run.finding(id, None, directive.span));
            }
        }
    }
    // The resources of a loop have their metadata in common: it is used when one of them needs it.
    let mut named: BTreeMap<(Span, String), (&Resource, bool)> = BTreeMap::new();
    for resource in resources().filter(|it| !it.included.is_no()) {
        for it in ignored(resource).into_iter().filter(|it| run.can_find(&it.id)) {
            let is_used = report.findings.iter().any(|finding| finding.id == it.id && is_about(finding, resource));
            named.entry((it.span, it.id)).or_insert((resource, false)).1 |= is_used;
        }
    }
    let named = named.into_iter().filter(|(_, (_, is_used))| !is_used);
    unused.extend(named.map(|((span, id), (resource, _))| run.finding(&id, Some(resource), span)));
    unused
}

impl Run<'_> {
    /// Whether a finding of this id would have been found; also of an id that no finding has.
    fn can_find(&self, id: &str) -> bool {
        match self.db.limitation(id) {
            Some(entry) => self.target.applies(self.db, &entry.applies),
            None => id != UNUSED && (self.has_updates || !id.starts_with(UPDATES) || rule(id).is_none()),
        }
    }

    fn finding(&self, id: &str, resource: Option<&Resource>, span: Span) -> Finding {
        let target = format!("LocalStack {} ({})", self.target.release_name(), self.target.plan.word());
        let is_known = self.db.limitation(id).is_some() || rule(id).is_some();
        let (localstack, solution) = match is_known {
            true => {
                (format!("`{id}` is not found here for {target}: the suppression hides nothing."), "Remove it".into())
            }
            false => (format!("No finding has the id `{id}`: the suppression hides nothing."), self.correction(id)),
        };
        Finding {
            id: UNUSED.to_owned(),
            category: Category::C,
            severity: Severity::Note,
            certainty: Certainty::Certain,
            fails_on: FailsOn::None,
            logical_id: resource.map(|it| it.logical_id.clone()),
            resource_type: resource.map_or("Template", |it| it.kind.as_str()).to_owned(),
            property: None,
            feature: "suppression without a finding".to_owned(),
            localstack,
            aws: "Suppressions mean nothing to AWS.".to_owned(),
            solution,
            error: None,
            also: None,
            adjustments: Vec::new(),
            evidence: Vec::new(),
            depends_on: None,
            impact: Vec::new(),
            span,
            suppressed: None,
        }
    }

    fn correction(&self, id: &str) -> String {
        let ids = self.db.limitations().iter().map(|it| it.id.as_str()).chain(RULES.iter().map(|it| it.id));
        match closest(id, ids).first() {
            Some(near) => format!("Write `{near}`, or remove it"),
            None => "Correct the id, or remove it".to_owned(),
        }
    }
}

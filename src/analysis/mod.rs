//! Limitations and coverage matched against a stack: findings and verdict. Pure: no input or output.
//!
//! A value that is not known never makes a certain finding: every question is answered yes, no, or with what
//! would decide it.

mod adjustments;
mod answer;
mod cascade;
mod context;
mod coverage;
mod finding;
mod glob;
mod ignored;
mod impact;
mod json_text;
mod limitations;
mod locate;
mod matcher;
mod naming;
mod operators;
mod outcome;
mod path;
mod patterns;
mod placeholder;
mod policy;
mod rules;
mod subject;
mod suppress;
mod text;
mod unused;
mod updates;
mod uses;
mod verdict;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use crate::db::Db;
use crate::stack::Stack;
use crate::target::Target;

pub use crate::target::Support;
pub use answer::holds;
pub use cascade::REJECTED as PLACEHOLDER_REJECTED;
pub use coverage::{
    NEEDS_PLAN as TYPE_NEEDS_PLAN, UNKNOWN_TYPE as TYPE_UNKNOWN, UNPROVEN as TYPE_UNPROVEN,
    UNSUPPORTED as TYPE_UNSUPPORTED,
};
pub use finding::{Adjustment, AwsVerdict, Certainty, Finding, LocalstackVerdict, ResourceStatus, StackReport, Use};
pub use ignored::IGNORED as PROPERTY_IGNORED;
pub use rules::{RULES, Rule, rule};
pub use suppress::suppress_by_comments;
pub use unused::{Run, UNUSED as UNUSED_SUPPRESSION, unused_suppressions};
pub use updates::{
    Change, DELETED as UPDATE_DELETES, FAILS as UPDATE_FAILS, NAME_KEPT as UPDATE_NAME_KEPT,
    NOT_MADE as UPDATE_NOT_MADE, RECREATES as UPDATE_RECREATES, RENAMED as UPDATE_RENAMED, REPLACES as UPDATE_REPLACES,
    TYPE_CHANGED as UPDATE_TYPE_CHANGED, Update, UpdateKind, UpdateOutcome, UpdatedProperty, Updates, updates,
};

use cascade::Rejection;
use context::Context;
use coverage::Types;
use limitations::Entries;
use subject::Subject;

/// What happens to `stack` on the LocalStack `target` and on AWS, as far as `db` knows.
///
/// Findings are sorted by place and id; the same input gives the same report. Suppressions in the template's metadata
/// are marked; those in comments are marked by [`suppress_by_comments`].
pub fn analyse(stack: &Stack, target: &Target, db: &Db) -> StackReport {
    let cx = Context::new(stack, db);
    let types = Types::new(&cx, target, db);
    let entries = Entries::new(db, target);
    let deployed = || cx.resources.iter().enumerate().filter(|(_, it)| !it.included.is_no());

    let mut findings: Vec<Finding> = deployed().filter_map(|(index, _)| types.finding(&cx, index)).collect();
    let rejections = cascade::rejections(&cx, &types, db);
    tell_impact(&cx, &mut findings, &rejections);
    findings.extend(rejections.into_iter().map(|it| it.finding));
    let sources: Vec<Subject<'_>> = Subject::sources(stack).collect();
    let others = sources.iter().chain(&cx.parts).filter(|it| !it.included.is_no());
    for subject in deployed().map(|(_, it)| it).chain(others) {
        findings.extend(entries.findings(&cx, subject));
    }
    let ignored = ignored::findings(&cx, &types, target, db, &findings);
    findings.extend(ignored);
    suppress::by_metadata(&mut findings, &stack.resources);
    suppress::by_metadata(&mut findings, &stack.sources);
    sort(&mut findings);

    let excluded = stack.resources.iter().filter(|it| it.included.is_no()).map(|it| it.logical_id.clone());
    StackReport {
        resources: types.statuses(&cx),
        excluded: excluded.collect(),
        localstack: verdict::localstack(&cx, &types, &findings),
        aws: verdict::aws(&cx, &findings),
        uses: uses::uses(&cx),
        findings,
    }
}

impl StackReport {
    /// Adds findings about `stack` that an update makes, in their places. The verdicts are about creation and stay.
    pub fn add(&mut self, mut findings: Vec<Finding>, stack: &Stack) {
        suppress::by_metadata(&mut findings, &stack.resources);
        self.findings.extend(findings);
        sort(&mut self.findings);
    }
}

fn sort(findings: &mut [Finding]) {
    findings
        .sort_by(|a, b| (a.span, &a.id, &a.logical_id, &a.property).cmp(&(b.span, &b.id, &b.logical_id, &b.property)));
}

/// Tells for each finding about a type what consumes the resource's values, and what fails further down because of it.
fn tell_impact(cx: &Context<'_>, findings: &mut [Finding], rejections: &[Rejection]) {
    let mut failing: HashMap<usize, Vec<usize>> = HashMap::new();
    for rejection in rejections {
        for from in &rejection.from {
            failing.entry(*from).or_default().extend(rejection.at);
        }
    }
    for finding in findings {
        let Some(own) = finding.logical_id.as_deref().and_then(|it| cx.by_id(it)) else { continue };
        let mut consumers = impact::direct(cx, own, |_| true);
        for at in failing.get(&own).into_iter().flatten() {
            consumers.extend(impact::dependants(cx, *at));
        }
        consumers.remove(&impact::Consumer::Resource(own));
        finding.impact = impact::names(cx, &consumers);
    }
}

//! What an update of a deployed stack does on LocalStack and on AWS: two versions of a template, compared resource by
//! resource. Pure; never says whether the new version would deploy on its own.

mod diff;
mod judge;
mod names;
mod pairs;
mod provider;
mod said;

#[cfg(test)]
mod tests;

use super::context::Context;
use super::coverage::Types;
use super::finding::Finding;
use crate::db::{Db, Schemas};
use crate::source::Span;
use crate::stack::Stack;
use crate::target::Target;

pub use diff::Change;
pub use said::{DELETED, FAILS, NAME_KEPT, NOT_MADE, RECREATES, RENAMED, REPLACES, TYPE_CHANGED};

/// What is known of an update, in the order of the new version, removed resources last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Updates {
    /// The resources that the update touches.
    pub updates: Vec<Update>,
    /// What of it a reader has to know, sorted by place.
    pub findings: Vec<Finding>,
}

/// One resource that an update touches.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// Its logical id.
    pub logical_id: String,
    /// Its type in the new version; in the old one when it is removed.
    pub resource_type: String,
    /// What the new version does with it.
    pub kind: UpdateKind,
    /// The properties that differ.
    pub properties: Vec<UpdatedProperty>,
    /// What happens on LocalStack.
    pub localstack: UpdateOutcome,
    /// What happens on AWS.
    pub aws: UpdateOutcome,
    /// What decides, when it is not certain: without final full stop.
    pub depends_on: Option<String>,
    /// Its place in the new version; that of the section `Resources` when it is not there.
    pub span: Span,
}

/// What a new version does with a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateKind {
    /// The old version has none.
    Added,
    /// The new version has none, or leaves it out by its condition.
    Removed,
    /// Properties differ, or what they refer to gets a new identity.
    Modified,
    /// Its type differs; this is the old one.
    Retyped(String),
}

/// One property that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedProperty {
    /// Keys and list indices, joined by dots.
    pub path: String,
    /// How it differs.
    pub change: Change,
    /// The resource whose new identity makes it differ, when its text is the same.
    pub follows: Option<String>,
    /// Whether LocalStack makes the change; `None` when nobody has shown.
    pub is_made: Option<bool>,
    /// Its place in the new version; of a removed one, that of the closest surrounding value.
    pub span: Span,
}

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UpdateOutcome {
    /// Nothing, and nothing should.
    Unchanged,
    /// It is created.
    Created,
    /// Nothing, because the resource is only pretended; success is reported.
    Pretended,
    /// It is updated in place.
    InPlace,
    /// Some of the changes are made; success is reported.
    PartlyMade,
    /// Nothing is done; success is reported.
    NotMade,
    /// A new one is created, then the old one deleted.
    Replaced,
    /// It is deleted, then created again, with another identity.
    Recreated,
    /// It is deleted.
    Deleted,
    /// It leaves the stack and stays.
    Kept,
    /// It fails, and the stack is rolled back.
    Fails,
    /// The update is refused before anything is changed.
    Refused,
    /// Nobody has shown it.
    Unknown,
}

/// What updating a stack from `old` to `new` does on `target` and on AWS, as far as `db` knows; `schemas` say which
/// properties AWS replaces a resource for.
pub fn updates(old: &Stack, new: &Stack, target: &Target, db: &Db, schemas: &Schemas) -> Updates {
    let (before, after) = (Context::new(old, db), Context::new(new, db));
    let types = (Types::new(&before, target, db), Types::new(&after, target, db));
    let judge = judge::Judge::new(target, db, schemas, &types.1);
    let pairs = pairs::pairs(&before, &after);
    let mut updates = judge.updates(&pairs, &after);
    updates.extend(judge.removals(&pairs, &before, &after, &types.0));
    let mut findings = said::findings(&updates, &pairs, &before, &after, &judge);
    findings.sort_by(|a, b| (a.span, &a.id, &a.logical_id).cmp(&(b.span, &b.id, &b.logical_id)));
    Updates { updates, findings }
}

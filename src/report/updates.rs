//! Words and shapes of updates that several formats share.

use serde::Serialize;

use crate::analysis::{Change, Update, UpdateKind, UpdateOutcome, UpdatedProperty};

/// Most properties in one row of a table for people.
const MAX_PROPERTIES: usize = 6;

/// What reports for programs call an outcome.
pub(super) fn outcome(outcome: UpdateOutcome) -> &'static str {
    match outcome {
        UpdateOutcome::Unchanged => "unchanged",
        UpdateOutcome::Created => "created",
        UpdateOutcome::Pretended => "pretended",
        UpdateOutcome::InPlace => "in-place",
        UpdateOutcome::PartlyMade => "partly-made",
        UpdateOutcome::NotMade => "not-made",
        UpdateOutcome::Replaced => "replaced",
        UpdateOutcome::Recreated => "recreated",
        UpdateOutcome::Deleted => "deleted",
        UpdateOutcome::Kept => "kept",
        UpdateOutcome::Fails => "fails",
        UpdateOutcome::Refused => "refused",
        UpdateOutcome::Unknown => "unknown",
    }
}

/// What people call an outcome.
pub(super) fn phrase(outcome: UpdateOutcome) -> &'static str {
    match outcome {
        UpdateOutcome::Unchanged => "unchanged",
        UpdateOutcome::Created => "created",
        UpdateOutcome::Pretended => "only pretended",
        UpdateOutcome::InPlace => "updated in place",
        UpdateOutcome::PartlyMade => "silently made only in part",
        UpdateOutcome::NotMade => "silently not made",
        UpdateOutcome::Replaced => "replaced by a new one",
        UpdateOutcome::Recreated => "deleted and created again",
        UpdateOutcome::Deleted => "deleted",
        UpdateOutcome::Kept => "kept outside of the stack",
        UpdateOutcome::Fails => "fails, rolled back",
        UpdateOutcome::Refused => "refused",
        UpdateOutcome::Unknown => "unknown",
    }
}

/// What happens on LocalStack, for people.
pub(super) fn on_localstack(update: &Update) -> String {
    let phrase = phrase(update.localstack);
    if update.depends_on.is_some() { format!("possibly {phrase}") } else { phrase.to_owned() }
}

/// What the new version does with the resource: `added`, `removed`, `changed`, `type changed`.
pub(super) fn kind(kind: &UpdateKind) -> &'static str {
    match kind {
        UpdateKind::Added => "added",
        UpdateKind::Removed => "removed",
        UpdateKind::Modified => "changed",
        UpdateKind::Retyped(_) => "type changed",
    }
}

/// The properties that differ, one a line; the ones that LocalStack does not make are marked.
pub(super) fn properties(update: &Update) -> Vec<String> {
    let some_are_made = update.localstack == UpdateOutcome::PartlyMade;
    let line = |it: &UpdatedProperty| {
        let change = match (&it.follows, it.change) {
            (Some(id), _) => format!(" (through {id})"),
            (None, Change::Added) => " (new)".to_owned(),
            (None, Change::Removed) => " (left out)".to_owned(),
            (None, Change::Changed) => String::new(),
        };
        let lost = if some_are_made && it.is_made == Some(false) { ", not made" } else { "" };
        format!("{}{change}{lost}", it.path)
    };
    let mut lines: Vec<String> = update.properties.iter().take(MAX_PROPERTIES).map(line).collect();
    if update.properties.len() > MAX_PROPERTIES {
        lines.push(format!("and {} more", update.properties.len() - MAX_PROPERTIES));
    }
    if let UpdateKind::Retyped(old) = &update.kind {
        lines.push(format!("was {old}"));
    }
    lines
}

/// An update for programs.
#[derive(Serialize)]
pub(super) struct JsonUpdate<'a, L> {
    logical_id: &'a str,
    #[serde(rename = "type")]
    resource_type: &'a str,
    change: &'static str,
    old_type: Option<&'a str>,
    properties: Vec<JsonProperty<'a, L>>,
    localstack: &'static str,
    aws: &'static str,
    certainty: &'static str,
    depends_on: Option<&'a str>,
    location: L,
}

#[derive(Serialize)]
struct JsonProperty<'a, L> {
    path: &'a str,
    change: &'static str,
    follows: Option<&'a str>,
    made: Option<bool>,
    location: L,
}

impl<'a, L> JsonUpdate<'a, L> {
    /// `update`, with places as `locate` writes them.
    pub(super) fn of(update: &'a Update, locate: impl Fn(crate::source::Span) -> L) -> Self {
        let property = |it: &'a UpdatedProperty| JsonProperty {
            path: &it.path,
            change: match it.change {
                Change::Added => "added",
                Change::Removed => "removed",
                Change::Changed => "changed",
            },
            follows: it.follows.as_deref(),
            made: it.is_made,
            location: locate(it.span),
        };
        Self {
            logical_id: &update.logical_id,
            resource_type: &update.resource_type,
            change: match update.kind {
                UpdateKind::Added => "added",
                UpdateKind::Removed => "removed",
                UpdateKind::Modified => "modified",
                UpdateKind::Retyped(_) => "retyped",
            },
            old_type: match &update.kind {
                UpdateKind::Retyped(old) => Some(old),
                _ => None,
            },
            properties: update.properties.iter().map(property).collect(),
            localstack: outcome(update.localstack),
            aws: outcome(update.aws),
            certainty: if update.depends_on.is_some() { "possible" } else { "certain" },
            depends_on: update.depends_on.as_deref(),
            location: locate(update.span),
        }
    }
}

//! What a reader has to know of an update, as findings.

use super::diff::Change;
use super::judge::Judge;
use super::names::{name_kept, renamed};
use super::pairs::Pair;
use super::{Update, UpdateKind, UpdateOutcome, UpdatedProperty};
use crate::analysis::context::Context;
use crate::analysis::finding::{Certainty, Finding};
use crate::db::{Category, Evidence, EvidenceKind, FailsOn, Severity};
use crate::source::Span;

/// An update that LocalStack fails to make.
pub const FAILS: &str = "update-fails";
/// A replacement that keeps the name of what it replaces.
pub const NAME_KEPT: &str = "update-name-kept";
/// A removal that keeps the resource on AWS only.
pub const DELETED: &str = "update-deletes";
/// A change that LocalStack reports as made, and does not make.
pub const NOT_MADE: &str = "update-not-made";
/// A change for which LocalStack deletes the resource and creates it again.
pub const RECREATES: &str = "update-recreates";
/// A logical id that changes while the name stays.
pub const RENAMED: &str = "update-renamed";
/// A change that replaces the resource.
pub const REPLACES: &str = "update-replaces";
/// A resource whose type changes.
pub const TYPE_CHANGED: &str = "update-type-changed";

const RELEASE: &str = "2026.3.0";
const ENGINE: &str =
    "localstack-core 2026.3.0: localstack/services/cloudformation/engine/v2/change_set_model_executor.py";
const REPLACE_DOCS: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html";
const TYPE_ISSUE: &str = "https://github.com/aws/aws-sam-cli/issues/6786";
const POLICY_DOCS: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html";

/// Most properties that a finding names.
const MAX_NAMED: usize = 4;

/// The findings about `updates`.
pub(super) fn findings(
    updates: &[Update],
    pairs: &[Pair],
    before: &Context<'_>,
    after: &Context<'_>,
    judge: &Judge<'_>,
) -> Vec<Finding> {
    let said = |it| name_kept(it, before, after, judge).or_else(|| about(it, after, judge));
    let mut findings: Vec<Finding> = updates.iter().filter_map(said).collect();
    findings.extend(renamed(pairs, before, after, judge));
    findings
}

/// What one update says on its own.
fn about(update: &Update, after: &Context<'_>, judge: &Judge<'_>) -> Option<Finding> {
    match (&update.kind, update.localstack, update.aws) {
        (UpdateKind::Retyped(old), _, _) => Some(type_changed(update, old)),
        (UpdateKind::Removed, UpdateOutcome::NotMade, _) => Some(not_removed(update, after)),
        (UpdateKind::Removed, UpdateOutcome::Deleted, UpdateOutcome::Kept) => Some(deleted(update)),
        (UpdateKind::Modified, UpdateOutcome::NotMade | UpdateOutcome::PartlyMade, aws) => {
            Some(not_made(update, aws, judge))
        }
        (UpdateKind::Modified, UpdateOutcome::Recreated, aws) if aws != UpdateOutcome::Replaced => {
            Some(recreates(update))
        }
        (UpdateKind::Modified, UpdateOutcome::Replaced, aws) => Some(replaces(update, aws)),
        (UpdateKind::Modified, UpdateOutcome::Fails, _) => Some(fails(update)),
        _ => None,
    }
}

fn not_made(update: &Update, aws: UpdateOutcome, judge: &Judge<'_>) -> Finding {
    let lost: Vec<&UpdatedProperty> = update.properties.iter().filter(|it| it.is_made == Some(false)).collect();
    let is_never = judge.row(&update.resource_type).is_some_and(|it| it.update == Some(false));
    let why = if is_never { "never updates a resource of this type" } else { "does not pass it on in an update" };
    let of = if lost.len() == 1 { "the change of" } else { "the changes of" };
    let only_tags = lost.iter().all(|it| it.path == "Tags" || it.path.starts_with("Tags."));
    let then = match aws {
        UpdateOutcome::Replaced => "AWS replaces the resource.",
        UpdateOutcome::Unchanged => "AWS has nothing to change.",
        _ => "AWS updates the resource in place.",
    };
    Finding {
        severity: if only_tags { Severity::Note } else { Severity::Warning },
        localstack: format!(
            "LocalStack reports UPDATE_COMPLETE without making {of} {}: it {why}.",
            named(&lost, update)
        ),
        aws: then.to_owned(),
        solution: "Delete the stack on LocalStack and deploy it again to see the change.".to_owned(),
        evidence: vec![engine(
            "a provider without update keeps its previous state; seen of 13 types that were read back",
        )],
        ..finding(update, NOT_MADE, "Update without effect", lost.first().copied())
    }
}

fn not_removed(update: &Update, after: &Context<'_>) -> Finding {
    let condition = after.stack.resource(&update.logical_id).and_then(|it| it.condition.as_deref());
    Finding {
        localstack: format!(
            "The condition {} turns false: the change set lists the removal, and LocalStack reports UPDATE_COMPLETE \
             without deleting the resource.",
            condition.map(|it| format!("`{it}`")).unwrap_or_default()
        ),
        aws: match update.aws {
            UpdateOutcome::Kept => "The resource leaves the stack and stays, as its DeletionPolicy says.".to_owned(),
            _ => "The resource is deleted.".to_owned(),
        },
        solution: "Delete the stack on LocalStack and deploy it again to be without the resource.".to_owned(),
        severity: Severity::Warning,
        evidence: vec![probe("A queue whose condition turned false was still there after UPDATE_COMPLETE.")],
        ..finding(update, NOT_MADE, "Update without effect", None)
    }
}

fn deleted(update: &Update) -> Finding {
    Finding {
        severity: Severity::Warning,
        localstack: "LocalStack deletes the resource: of the values of DeletionPolicy it follows only `Retain`."
            .to_owned(),
        aws: "The resource leaves the stack and stays: its DeletionPolicy is `RetainExceptOnCreate`.".to_owned(),
        solution: "Set DeletionPolicy to `Retain` in the deployed version before the resource is removed.".to_owned(),
        evidence: vec![probe("A removed bucket with RetainExceptOnCreate was deleted."), docs(POLICY_DOCS)],
        ..finding(update, DELETED, "Removal of a retained resource", None)
    }
}

fn recreates(update: &Update) -> Finding {
    let made: Vec<&UpdatedProperty> = update.properties.iter().collect();
    Finding {
        severity: Severity::Warning,
        localstack: format!(
            "For {} LocalStack deletes the resource and creates it again: what it held or what was attached to it from \
             outside of the stack is gone, and without a fixed name it has a new one.",
            named(&made, update)
        ),
        aws: "AWS updates the resource in place.".to_owned(),
        solution: "Give the resource a fixed name, and do not rely on what it holds across updates on LocalStack."
            .to_owned(),
        evidence: vec![probe("The resource had another identity after the update.")],
        ..finding(update, RECREATES, "Update by deletion", made.first().copied())
    }
}

fn replaces(update: &Update, aws: UpdateOutcome) -> Finding {
    let all: Vec<&UpdatedProperty> = update.properties.iter().collect();
    let named = named(&all, update);
    let then =
        "creates a new one and then deletes the old one, so that nothing is left where both have the same identity";
    let only_follows = all.iter().all(|it| it.follows.is_some());
    let (severity, localstack, aws, solution) = match aws {
        UpdateOutcome::Replaced => (
            Severity::Note,
            format!("{named} replaces the resource: LocalStack {then}."),
            "AWS replaces the resource too.",
            "Expect a new and empty resource on both sides.",
        ),
        UpdateOutcome::Unchanged if only_follows => (
            Severity::Note,
            format!("{named} gets another value, which replaces the resource: LocalStack {then}."),
            "AWS has nothing to change.",
            "Keep the resource that it refers to from getting another identity.",
        ),
        UpdateOutcome::InPlace => (
            Severity::Warning,
            format!(
                "{named} differs, and a create-only property refers to a resource that changes too: LocalStack takes \
                 that for a change, {then}."
            ),
            "AWS updates the resource in place.",
            "Deploy the change of the other resource on its own first.",
        ),
        _ => (
            Severity::Note,
            format!("{named} replaces the resource: LocalStack {then}."),
            "The documentation of the property tells whether AWS replaces the resource.",
            "Expect a new and empty resource.",
        ),
    };
    Finding {
        severity,
        localstack,
        aws: aws.to_owned(),
        solution: solution.to_owned(),
        evidence: vec![engine("create-only properties are compared by name"), docs(REPLACE_DOCS)],
        ..finding(update, REPLACES, "Replacement", all.first().copied())
    }
}

fn fails(update: &Update) -> Finding {
    let all: Vec<&UpdatedProperty> = update.properties.iter().collect();
    Finding {
        severity: Severity::Error,
        fails_on: FailsOn::Localstack,
        localstack: format!(
            "LocalStack fails to update {}, and the stack ends in UPDATE_ROLLBACK_COMPLETE.",
            named(&all, update)
        ),
        aws: "AWS makes the update.".to_owned(),
        error: Some(format!(
            "Failed to delete resource with id {} of type {}",
            update.logical_id, update.resource_type
        )),
        solution: "Delete the stack on LocalStack and deploy it again to make the change.".to_owned(),
        evidence: vec![probe("The update ended in UPDATE_FAILED.")],
        ..finding(update, FAILS, "Update that fails", all.first().copied())
    }
}

fn type_changed(update: &Update, old: &str) -> Finding {
    let new = &update.resource_type;
    Finding {
        severity: Severity::Error,
        fails_on: FailsOn::Aws,
        property: Some("Type".to_owned()),
        localstack: format!("LocalStack creates the `{new}` and deletes the `{old}`."),
        aws: "AWS refuses an update that gives a logical id another resource type.".to_owned(),
        error: Some(format!(
            "Update of resource type is not permitted. The new template modifies resource type of the following \
             resources: [{}]",
            update.logical_id
        )),
        solution: "Give the new resource a logical id of its own.".to_owned(),
        evidence: vec![engine("the type migration"), issue(TYPE_ISSUE)],
        ..finding(update, TYPE_CHANGED, "Change of the resource type", None)
    }
}

/// The changed properties in words: `` `A` (new) and `B` ``.
pub(super) fn named(properties: &[&UpdatedProperty], update: &Update) -> String {
    let one = |it: &&UpdatedProperty| match (&it.follows, it.change) {
        (Some(id), _) => format!("`{}` (through `{id}`)", it.path),
        (None, Change::Added) => format!("`{}` (new)", it.path),
        (None, Change::Removed) => format!("`{}` (left out)", it.path),
        (None, Change::Changed) => format!("`{}`", it.path),
    };
    let mut parts: Vec<String> = properties.iter().take(MAX_NAMED).map(one).collect();
    if properties.len() > MAX_NAMED {
        parts.push(format!("{} more", properties.len() - MAX_NAMED));
    }
    match parts.split_last() {
        None => format!("`{}`", update.logical_id),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A finding about `update`, at a property or the resource.
pub(super) fn finding(update: &Update, id: &str, feature: &str, at: Option<&UpdatedProperty>) -> Finding {
    let keys = |it: &UpdatedProperty| {
        let keys: Vec<&str> = it.path.split('.').filter(|it| it.parse::<usize>().is_err()).collect();
        keys.join(".")
    };
    Finding {
        certainty: if update.depends_on.is_some() { Certainty::Possible } else { Certainty::Certain },
        depends_on: update.depends_on.clone(),
        property: at.map(keys),
        ..base(id, feature, &update.logical_id, &update.resource_type, at.map_or(update.span, |it| it.span))
    }
}

/// A finding that says nothing yet.
pub(super) fn base(id: &str, feature: &str, logical_id: &str, resource_type: &str, span: Span) -> Finding {
    Finding {
        id: id.to_owned(),
        category: Category::C,
        severity: Severity::Note,
        certainty: Certainty::Certain,
        fails_on: FailsOn::None,
        logical_id: Some(logical_id.to_owned()),
        resource_type: resource_type.to_owned(),
        property: None,
        feature: feature.to_owned(),
        localstack: String::new(),
        aws: String::new(),
        solution: String::new(),
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

fn evidence(kind: EvidenceKind) -> Evidence {
    Evidence { kind, release: RELEASE.to_owned(), date: None, url: None, source: None, note: None }
}

/// Something seen on a running LocalStack.
pub(super) fn probe(note: &str) -> Evidence {
    let source = Some(ENGINE.to_owned());
    Evidence {
        date: Some("2026-11-23".to_owned()),
        source,
        note: Some(note.to_owned()),
        ..evidence(EvidenceKind::Probe)
    }
}

fn engine(note: &str) -> Evidence {
    Evidence { source: Some(ENGINE.to_owned()), note: Some(note.to_owned()), ..evidence(EvidenceKind::Source) }
}

/// Something that AWS documents.
pub(super) fn docs(url: &str) -> Evidence {
    Evidence { url: Some(url.to_owned()), ..evidence(EvidenceKind::Docs) }
}

/// Something that people met.
pub(super) fn issue(url: &str) -> Evidence {
    Evidence { url: Some(url.to_owned()), ..evidence(EvidenceKind::Issue) }
}

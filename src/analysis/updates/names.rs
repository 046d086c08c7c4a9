//! Names that a resource gives itself: what is replaced, or moves to another logical id, while its name stays.

use super::diff::same;
use super::judge::Judge;
use super::pairs::Pair;
use super::said::{base, docs, finding, issue, named, probe};
use super::{NAME_KEPT, RENAMED, Update, UpdateKind, UpdateOutcome, UpdatedProperty};
use crate::analysis::context::Context;
use crate::analysis::finding::Finding;
use crate::db::{FailsOn, Severity};
use crate::stack::{Data, Resource, Value};

const NAME_DOCS: &str =
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html";
const RENAME_ISSUE: &str = "https://github.com/aws/aws-cdk/issues/15357";

/// A resource that AWS would have to replace while it has a name of its own.
pub(super) fn name_kept(
    update: &Update,
    before: &Context<'_>,
    after: &Context<'_>,
    judge: &Judge<'_>,
) -> Option<Finding> {
    if update.kind != UpdateKind::Modified || update.aws != UpdateOutcome::Replaced {
        return None;
    }
    let property = judge.row(&update.resource_type)?.named_by.as_deref()?;
    let old = before.stack.resource(&update.logical_id)?.properties.get(property)?;
    let new = after.stack.resource(&update.logical_id)?.properties.get(property)?;
    if !is_settled(new) || !same(old, new) {
        return None;
    }
    let cause: Vec<&UpdatedProperty> = update.properties.iter().collect();
    let localstack = match update.localstack {
        UpdateOutcome::Replaced => {
            "LocalStack creates the new resource beside the old one, which is refused or gives the same one, and then \
             deletes the old one: nothing is left."
        }
        _ => "LocalStack does not replace the resource.",
    };
    let name = update_name(new);
    Some(Finding {
        severity: Severity::Error,
        fails_on: FailsOn::Aws,
        localstack: localstack.to_owned(),
        aws: format!(
            "{} can only change with a new resource, and AWS refuses to replace one whose name, {name}, stays.",
            named(&cause, update)
        ),
        error: Some("CloudFormation cannot update a stack when a custom-named resource requires replacing.".to_owned()),
        solution: format!("Change `{property}` too, or leave it out."),
        evidence: vec![probe("A role and a security group: rolled back, with the old one deleted."), docs(NAME_DOCS)],
        ..finding(update, NAME_KEPT, "Replacement of a named resource", cause.first().copied())
    })
}

/// Resources that get another logical id and keep their name.
pub(super) fn renamed(pairs: &[Pair], before: &Context<'_>, after: &Context<'_>, judge: &Judge<'_>) -> Vec<Finding> {
    let name = |it: &'_ Resource| -> Option<Value> {
        let property = judge.row(&it.kind)?.named_by.as_deref()?;
        it.properties.get(property).filter(|it| is_settled(it)).cloned()
    };
    let gone = pairs.iter().filter_map(|it| match it {
        // One that its condition leaves out is not deleted by LocalStack, and comes first on AWS.
        Pair::Removed { old, excluded: None } => before.stack.resources.get(*old),
        _ => None,
    });
    let gone: Vec<(&Resource, Value)> = gone.filter_map(|it| Some((it, name(it)?))).collect();
    let added = pairs.iter().filter_map(|it| match it {
        Pair::Added { new } => after.stack.resources.get(*new),
        _ => None,
    });
    let found = added.filter_map(|it| {
        let own = name(it)?;
        let (old, _) = gone.iter().find(|(old, known)| old.kind == it.kind && same(known, &own))?;
        Some(renaming(it, &old.logical_id, &own))
    });
    found.collect()
}

fn renaming(resource: &Resource, old: &str, name: &Value) -> Finding {
    let (id, name) = (&resource.logical_id, update_name(name));
    Finding {
        severity: Severity::Error,
        fails_on: FailsOn::Aws,
        localstack: format!(
            "LocalStack creates `{id}` before it deletes `{old}`: the creation is refused, or both are the same {name}, \
             which is then deleted. Nothing is left."
        ),
        aws: format!("AWS creates `{id}` before it deletes `{old}`, and the name {name} is still taken."),
        error: Some("already exists".to_owned()),
        solution: format!("Keep the logical id `{old}`, or give `{id}` another name."),
        evidence: vec![
            probe(
                "A queue, a topic and a bucket were gone after UPDATE_COMPLETE; a role and a log group after a rollback.",
            ),
            issue(RENAME_ISSUE),
        ],
        ..base(RENAMED, "New logical id for the same name", id, &resource.kind, resource.id_span)
    }
}

/// A name that the template itself decides.
fn is_settled(name: &Value) -> bool {
    matches!(name.data, Data::String(_) | Data::Number(_))
}

fn update_name(name: &Value) -> String {
    name.scalar_text().map(|it| format!("`{it}`")).unwrap_or_default()
}

//! What a provider, or AWS, does with the changes of one resource.

use super::UpdateOutcome;
use super::diff::Change;
use crate::db::{Coverage, Path, Schemas, Step, UpdateEffect, UpdateRule};
use crate::stack::Resource;

/// One change as a side sees it.
pub(super) struct Seen<'d> {
    /// Keys and list indices.
    pub(super) path: &'d [String],
    /// How the property differs.
    pub(super) change: Change,
}

/// What AWS does with `changes` of a resource of type `kind`.
pub(super) fn on_aws(schemas: &Schemas, kind: &str, row: Option<&Coverage>, changes: &[Seen<'_>]) -> UpdateOutcome {
    if changes.is_empty() {
        return UpdateOutcome::Unchanged;
    }
    let Some(schema) = schemas.get(kind) else { return UpdateOutcome::Unknown };
    let more = row.map(|it| it.replaces_on_aws.as_slice()).unwrap_or_default();
    let create_only: Vec<Vec<&str>> =
        schema.create_only.iter().chain(more).map(|it| it.split('.').filter(|it| *it != "*").collect()).collect();
    let keys =
        |path: &[String]| -> Vec<String> { path.iter().filter(|it| it.parse::<usize>().is_err()).cloned().collect() };
    let meets = |path: &[String], only: &[&str]| path.iter().zip(only).all(|(a, b)| a == b);
    match changes.iter().any(|change| create_only.iter().any(|it| meets(&keys(change.path), it))) {
        true => UpdateOutcome::Replaced,
        false => UpdateOutcome::InPlace,
    }
}

/// Whether LocalStack's engine replaces the resource when this top-level property changes.
pub(super) fn is_create_only(row: &Coverage, property: Option<&str>) -> bool {
    property.is_some_and(|it| row.replaces.iter().any(|name| name == it))
}

/// What a provider that can update does with `changes`.
pub(super) fn by_rules(row: &Coverage, changes: &[Seen<'_>], resource: &Resource) -> UpdateOutcome {
    let any = |effect| changes.iter().any(|change| has_effect(row, effect, change, resource));
    if any(UpdateEffect::Fails) {
        return UpdateOutcome::Fails;
    }
    if any(UpdateEffect::Recreates) {
        return UpdateOutcome::Recreated;
    }
    match changes.iter().filter(|it| is_dropped(row, it, resource)).count() {
        0 => UpdateOutcome::InPlace,
        dropped if dropped == changes.len() => UpdateOutcome::NotMade,
        _ => UpdateOutcome::PartlyMade,
    }
}

/// Whether the provider does not pass the change on.
pub(super) fn is_dropped(row: &Coverage, change: &Seen<'_>, resource: &Resource) -> bool {
    has_effect(row, UpdateEffect::Nothing, change, resource)
}

fn has_effect(row: &Coverage, effect: UpdateEffect, change: &Seen<'_>, resource: &Resource) -> bool {
    let has = |name: &String| resource.properties.get(name).is_some();
    row.updates.iter().filter(|it| it.does == effect).any(|rule| {
        is_about(rule, change) && rule.with.as_ref().is_none_or(has) && !rule.without.as_ref().is_some_and(has)
    })
}

/// Whether a rule is about the property: it, or one below it; exactly it when it is removed.
fn is_about(rule: &UpdateRule, change: &Seen<'_>) -> bool {
    let matches = |path: &Path| {
        let fits = |(step, key): (&Step, &String)| match step {
            Step::Key(name) => name == key,
            Step::Each | Step::Keys => true,
        };
        let is_long_enough =
            if rule.removed { path.steps.len() == change.path.len() } else { path.steps.len() <= change.path.len() };
        is_long_enough && path.steps.iter().zip(change.path).all(fits)
    };
    let is_change = !rule.removed || change.change == Change::Removed;
    is_change && (rule.paths.is_empty() || rule.paths.iter().any(matches))
}

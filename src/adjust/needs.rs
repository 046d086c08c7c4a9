//! Which properties something cannot do without.

use crate::db::{Db, Schemas};

/// What stands for an element of a list in a path.
pub(super) const EACH: &str = "*";
/// The types that an application names itself.
const CUSTOM: &str = "Custom::";
const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

/// What is known of the types.
#[derive(Debug, Clone, Copy)]
pub struct Needs<'d> {
    /// What resources need beyond what their types require.
    pub db: &'d Db,
    /// What the types require.
    pub schemas: &'d Schemas,
}

impl Needs<'_> {
    /// Whether the mapping at `path`, from the properties of a resource of type `kind` on, needs `key`, given which of
    /// its other keys are left.
    pub(super) fn has(self, kind: &str, path: &[String], key: &str, is_left: &dyn Fn(&str) -> bool) -> bool {
        let kind = if kind.starts_with(CUSTOM) { CUSTOM_RESOURCE } else { kind };
        self.schemas.get(kind).is_some_and(|it| it.requires(path, key))
            || self.makes_sense_with(kind, path, key, is_left)
    }

    /// Whether the value at `path`, from the properties of a resource of type `kind` on, cannot depend on a condition.
    /// A last `*` stands for everything below.
    pub(super) fn is_unconditional(self, kind: &str, path: &[String]) -> bool {
        let covers = |known: &String| {
            let steps: Vec<&str> = known.split('.').collect();
            let is_long_enough = path.len() == steps.len() || path.len() > steps.len() && known.ends_with(EACH);
            is_long_enough && steps.iter().zip(path).all(|(step, own)| *step == EACH || *step == own.as_str())
        };
        self.db.coverage(kind).is_some_and(|it| it.unconditional.iter().any(covers))
    }

    /// Whether `key` is the last that is left of a group of which one is needed.
    fn makes_sense_with(self, kind: &str, path: &[String], key: &str, is_left: &dyn Fn(&str) -> bool) -> bool {
        let groups = self.db.coverage(kind).map(|it| it.needs.as_slice()).unwrap_or_default();
        groups.iter().any(|group| {
            let here: Vec<&str> = group.iter().filter_map(|it| last_step(it, path)).collect();
            here.iter().any(|it| *it == key || *it == EACH) && !here.iter().any(|it| is_left(it))
        })
    }
}

/// The last step of a path of the knowledge base that leads through `path`.
fn last_step<'p>(needed: &'p str, path: &[String]) -> Option<&'p str> {
    let (before, last) = needed.rsplit_once('.').unwrap_or(("", needed));
    let before: Vec<&str> = before.split('.').filter(|it| !it.is_empty()).collect();
    let matches = |(step, own): (&&str, &String)| *step == EACH || *step == own.as_str();
    (before.len() == path.len() && before.iter().zip(path).all(matches)).then_some(last)
}

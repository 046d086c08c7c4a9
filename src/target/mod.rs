//! Which LocalStack is assumed to be running, and what it has.
//!
//! Built from what the user says, the files of the project and the knowledge base; never asks a running instance.

mod layers;
mod options;
mod project;
mod sources;
mod support;

use std::collections::BTreeMap;

use semver::Version;

use crate::db::{Applies, Db, Edition, Engine, Plan, Variable, display_release, in_range};

pub use layers::Layer;
pub use options::{TargetError, TargetOptions, setting};
pub use project::Project;
pub use sources::{Place, Source, Sources};
pub use support::{Support, support};

/// Decides whether a type that LocalStack does not have is skipped or stops the deployment.
const IGNORE_UNSUPPORTED: &str = "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES";
/// Types that are skipped even then.
const IGNORE_UNSUPPORTED_CREATE: &str = "CFN_IGNORE_UNSUPPORTED_TYPE_CREATE";
/// Since this release `localstack/localstack` is the licensed image; before, it was the open core.
const SINGLE_IMAGE: Version = Version::new(2026, 3, 0);
/// Turns the licensed image into the open core.
const ACTIVATE_PRO: &str = "ACTIVATE_PRO";

/// The LocalStack a stack is judged against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The release.
    pub release: Version,
    /// The plan.
    pub plan: Plan,
    /// The region resources are deployed to.
    pub region: String,
    /// The account they are deployed to.
    pub account_id: String,
    /// Configuration variables that differ from their defaults.
    pub config: BTreeMap<String, String>,
    /// What a reader should know about how this target is judged: lower case, no final full stop.
    pub notes: Vec<String>,
    /// Who gave each of these values.
    pub sources: Sources,
}

impl Target {
    /// The AWS partition of the region.
    pub fn partition(&self) -> &'static str {
        match self.region.as_str() {
            it if it.starts_with("cn-") => "aws-cn",
            it if it.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// The release as people write it: `4.14`, `2026.3`.
    pub fn release_name(&self) -> String {
        display_release(&self.release)
    }

    /// What the plan runs as. The licensed image without its licensed part is the open core.
    pub fn edition(&self) -> Edition {
        let is_off = self.config.get(ACTIVATE_PRO).is_some_and(|it| is_false(it));
        if self.plan == Plan::Community || is_off { Edition::Community } else { Edition::Pro }
    }

    /// The covered release that stands for this one: itself, the newest one before it, else the oldest one. `None` when
    /// the knowledge base covers no release.
    pub fn coverage_release(&self, db: &Db) -> Option<Version> {
        db.covered().rfind(|it| *it <= self.release).or_else(|| db.covered().next())
    }

    /// The value of a configuration variable: the given one when this release and edition read it, else its default,
    /// else nothing.
    pub fn config_value<'t>(&'t self, db: &'t Db, name: &str) -> &'t str {
        let variable = db.variable(name);
        let is_read = variable.is_none_or(|it| self.release_reads(it) && self.edition_reads(it));
        let given = self.config.get(name).filter(|_| is_read);
        given.map(String::as_str).or(variable.map(|it| it.default.as_str())).unwrap_or_default()
    }

    /// Whether a resource type that this LocalStack does not have is skipped (and gives placeholder values) instead of
    /// failing the change set.
    pub fn ignores_unsupported(&self, db: &Db, resource_type: &str) -> bool {
        let by_release = || {
            let release = self.coverage_release(db)?.to_string();
            db.releases().iter().find(|it| it.version == release)?.ignores_unsupported
        };
        let ignores = match self.config.get(IGNORE_UNSUPPORTED) {
            Some(given) => !is_false(given),
            None => by_release().unwrap_or_else(|| !is_false(self.config_value(db, IGNORE_UNSUPPORTED))),
        };
        ignores || self.config_value(db, IGNORE_UNSUPPORTED_CREATE).split(',').any(|it| it.trim() == resource_type)
    }

    /// Whether the engine of this LocalStack computes in the way of `engine`.
    pub fn computes(&self, db: &Db, engine: Engine) -> bool {
        db.limitations().iter().any(|it| it.engine == Some(engine) && self.applies(db, &it.applies))
    }

    /// Whether an entry that holds for `applies` holds for this target.
    pub fn applies(&self, db: &Db, applies: &Applies) -> bool {
        let plan = if self.edition() == Edition::Community { Plan::Community } else { self.plan };
        let in_release = applies.releases.is_none() || in_range(applies.releases.as_deref(), &self.release);
        let in_plan = applies.plans.is_empty() || applies.plans.contains(&plan);
        let has = |(name, value): &(String, String)| same_setting(self.config_value(db, name), value);
        in_release && in_plan && applies.config.iter().all(has)
    }

    fn release_reads(&self, variable: &Variable) -> bool {
        variable.since.is_none() || in_range(variable.since.as_deref(), &self.release)
    }

    fn edition_reads(&self, variable: &Variable) -> bool {
        let is_read = variable.editions.contains(&self.edition());
        // The licensed image reads it before it turns into the open core.
        is_read || (variable.name == ACTIVATE_PRO && self.plan != Plan::Community)
    }
}

/// LocalStack's own reading: `0` and `false` are false, whatever their case.
fn is_false(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "0" | "false")
}

/// Whether LocalStack reads two values as the same: `1` and `true` are one, so are `0` and `false`.
fn same_setting(a: &str, b: &str) -> bool {
    let normal = |it: &str| match it.trim().to_ascii_lowercase().as_str() {
        "true" => "1".to_owned(),
        "false" => "0".to_owned(),
        other => other.to_owned(),
    };
    normal(a) == normal(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db() -> Db {
        Db::from_dir(std::path::Path::new("tests/db/small")).unwrap()
    }

    fn target(release: &str, plan: &str, config: &[&str]) -> Target {
        let config: Vec<String> = config.iter().map(|it| (*it).to_owned()).collect();
        let options =
            TargetOptions { release: Some(release), plan: Some(plan), config: &config, ..TargetOptions::default() };
        Target::new(&db(), &options).unwrap()
    }

    #[test]
    fn the_partition_follows_the_region() {
        let db = db();
        for (region, partition) in
            [("us-east-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-3", "aws")]
        {
            let options = TargetOptions { region: Some(region), ..TargetOptions::default() };
            assert_eq!(Target::new(&db, &options).unwrap().partition(), partition);
        }
    }

    #[test]
    fn a_licensed_image_without_its_licensed_part_is_community() {
        assert_eq!(target("2026.3", "base", &[]).edition(), Edition::Pro);
        assert_eq!(target("2026.3", "base", &["ACTIVATE_PRO=0"]).edition(), Edition::Community);
        assert_eq!(target("2026.3", "community", &["ACTIVATE_PRO=1"]).edition(), Edition::Community);
    }

    #[test]
    fn unsupported_types_are_ignored_until_told_otherwise() {
        let db = db();
        assert!(target("4.14", "hobby", &[]).ignores_unsupported(&db, "AWS::EC2::Fleet"));
        for value in ["0", "false", "FALSE"] {
            let strict = target("4.14", "hobby", &[&format!("CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES={value}")]);
            assert!(!strict.ignores_unsupported(&db, "AWS::EC2::Fleet"), "{value}");
        }
    }

    #[test]
    fn a_list_of_types_is_ignored_by_releases_that_read_it() {
        let db = db();
        let config = [
            "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0",
            "CFN_IGNORE_UNSUPPORTED_TYPE_CREATE=AWS::A::B, AWS::EC2::Fleet",
        ];
        let new = target("4.14", "hobby", &config);
        assert!(new.ignores_unsupported(&db, "AWS::EC2::Fleet"));
        assert!(!new.ignores_unsupported(&db, "AWS::EC2::Spot"));
        assert!(!target("4.9", "hobby", &config).ignores_unsupported(&db, "AWS::EC2::Fleet"));
    }

    #[test]
    fn a_variable_that_the_edition_does_not_read_keeps_its_default() {
        let db = db();
        assert_eq!(target("2026.3", "base", &["ENFORCE_IAM=1"]).config_value(&db, "ENFORCE_IAM"), "1");
        assert_eq!(target("2026.3", "base", &[]).config_value(&db, "ENFORCE_IAM"), "0");
        assert_eq!(target("2026.3", "community", &["ENFORCE_IAM=1"]).config_value(&db, "ENFORCE_IAM"), "0");
        assert_eq!(target("2026.3", "base", &["DEBUG=1"]).config_value(&db, "DEBUG"), "1");
        assert_eq!(target("2026.3", "base", &[]).config_value(&db, "DEBUG"), "");
        let off = target("2026.3", "base", &["ACTIVATE_PRO=0"]);
        assert_eq!(off.config_value(&db, "ACTIVATE_PRO"), "0");
        assert!(off.notes.is_empty());
    }

    #[test]
    fn an_entry_holds_when_release_plan_and_configuration_fit() {
        let db = db();
        let applies = &db.limitation("kms-key-policy-lacks-logs-principal").unwrap().applies;
        assert!(target("2026.3", "hobby", &[]).applies(&db, applies));
        assert!(target("2026.3", "hobby", &["ENFORCE_IAM=false"]).applies(&db, applies));
        assert!(target("2026.3", "ultimate", &["ACTIVATE_PRO=0"]).applies(&db, applies));
        assert!(!target("2026.3", "ultimate", &[]).applies(&db, applies));
        assert!(!target("2026.5.1", "hobby", &[]).applies(&db, applies));
        assert!(!target("2.3", "hobby", &[]).applies(&db, applies));
        assert!(!target("2026.3", "hobby", &["ENFORCE_IAM=true"]).applies(&db, applies));
        assert!(target("2.3", "enterprise", &[]).applies(&db, &Applies::default()));
    }

    #[test]
    fn a_release_that_is_not_covered_is_judged_by_its_nearest_older_neighbour() {
        let db = db();
        let stands_for =
            |release| target(release, "hobby", &[]).coverage_release(&db).map(|it| it.to_string()).unwrap();
        assert_eq!(stands_for("2026.5.1"), "2026.3.0");
        assert_eq!(stands_for("2026.3"), "2026.3.0");
        assert_eq!(stands_for("4.9.3"), "4.9.0");
        assert_eq!(stands_for("2.3"), "3.0.0");
    }
}

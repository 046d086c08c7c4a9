//! Which LocalStack is assumed to be running.

use std::collections::BTreeMap;

use crate::db::Plan;

/// The LocalStack a stack is judged against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The release.
    pub release: semver::Version,
    /// The plan.
    pub plan: Plan,
    /// The region resources are deployed to.
    pub region: String,
    /// The account they are deployed to.
    pub account_id: String,
    /// Configuration variables that differ from their defaults.
    pub config: BTreeMap<String, String>,
}

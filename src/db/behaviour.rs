//! What was measured of a resource type's provider: plain types, as [`super::entry`]'s.

use serde::{Deserialize, Serialize};

use super::Path;

/// What an update of some properties does, where the provider does not simply make it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpdateRule {
    /// What happens.
    pub does: UpdateEffect,
    /// The properties whose change it happens for; every one when empty.
    pub paths: Vec<Path>,
    /// Whether it happens only for a property that the new template leaves out.
    pub removed: bool,
    /// Whether it happens only while the template sets this property.
    pub with: Option<String>,
    /// Whether it happens only while the template does not set this property.
    pub without: Option<String>,
}

/// What a provider does with a change, when it does not make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UpdateEffect {
    /// Nothing: the change is not made, and nobody is told.
    Nothing,
    /// It deletes the resource and creates it again.
    Recreates,
    /// It fails, and the stack is rolled back.
    Fails,
}

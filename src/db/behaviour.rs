//! What was measured of a resource type's provider: plain types, as [`super::entry`]'s.

use serde::{Deserialize, Serialize};

use super::{Literal, Path};

/// What becomes of a property when another one is taken away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instead {
    /// The property that is taken away.
    pub of: String,
    /// The property that changes with it, where it is set.
    pub set: String,
    /// Its value then.
    pub to: Literal,
}

/// A type that does the same as another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equivalent {
    /// The other type.
    pub resource_type: String,
    /// The properties that have to be there, under the same name for both.
    pub keeps: Vec<String>,
    /// Properties that become the only element of a list: the property, and the list.
    pub lists: Vec<(String, String)>,
}

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

/// A property that is accepted and dropped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ignored {
    /// The property.
    pub path: Path,
    /// What it is for.
    pub purpose: Purpose,
    /// The value that AWS assumes when it is left out: setting it changes nothing.
    pub aws_default: Option<Literal>,
}

/// What an ignored property is for: decides how much it matters that it is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Purpose {
    /// Who may use the resource.
    Access,
    /// How data is encrypted.
    Encryption,
    /// Which events and records come in or go out.
    Events,
    /// How long data is kept, and whether it can be brought back.
    Retention,
    /// How much or how fast the resource serves.
    Limits,
    /// What the resource holds or is made of.
    Content,
    /// Where in the network the resource is.
    Network,
    /// Tags.
    Tags,
    /// Anything else.
    Other,
}

impl Purpose {
    /// Whether results differ when the property is ignored. Networks are not simulated at all.
    pub fn changes_results(self) -> bool {
        !matches!(self, Self::Network | Self::Tags | Self::Other)
    }
}

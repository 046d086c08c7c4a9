//! The knowledge base as the program uses it: plain types that postcard stores (no untagged, flattened or
//! skipped fields) and that the matching engine reads without further parsing.

use serde::{Deserialize, Serialize};

use super::{Equivalent, Ignored, Instead, Literal, Observation, Path, Predicate, UpdateRule};

/// What kind of limitation an entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Category {
    /// Unsupported resource.
    A,
    /// Deep functionality limitation: it deploys, a feature is limited or a property ignored.
    B,
    /// Behavioural difference.
    C,
    /// Test-specific adjustment.
    D,
}

/// How much a finding costs its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A wrong or missing result.
    Warning,
    /// The deployment or the run fails on one side.
    Error,
}

/// The side on which it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailsOn {
    /// Deploying or running fails on LocalStack.
    Localstack,
    /// LocalStack accepts it, AWS refuses it.
    Aws,
    /// Nothing fails; the outcome differs.
    None,
}

/// A LocalStack plan; `Community` is the open core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    /// The open core, to 4.14 and the 2026.3 core packages.
    Community,
    /// Free plan of the unified image.
    Hobby,
    /// Base plan.
    Base,
    /// Ultimate plan.
    Ultimate,
    /// Enterprise plan.
    Enterprise,
}

/// One of the two things LocalStack ships as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edition {
    /// The open core.
    Community,
    /// The licensed image, every plan of it.
    Pro,
}

/// One entry of the knowledge base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Limitation {
    /// Unique, stable, kebab-case.
    pub id: String,
    /// Its category.
    pub category: Category,
    /// Its severity.
    pub severity: Severity,
    /// The side it fails on.
    pub fails_on: FailsOn,
    /// Resource types it applies to: exact, `AWS::S3::*`, or a pseudo subject (`Template`, `Template::Output`, `Template::Parameter`).
    pub resources: Vec<String>,
    /// Short noun phrase.
    pub feature: String,
    /// What happens on LocalStack.
    pub localstack: String,
    /// What happens on AWS.
    pub aws: String,
    /// What to change.
    pub solution: String,
    /// The exact short error message of the failing side.
    pub error: Option<String>,
    /// Another tool's rule that finds the same.
    pub also: Option<String>,
    /// Where it applies.
    pub when: Predicate,
    /// Whether it is left out where a value that is not known decides.
    pub only_certain: bool,
    /// Where a finding points, when not at the first value `when` looked at.
    pub at: Option<Locator>,
    /// Concrete changes.
    pub adjust: Vec<Adjust>,
    /// How the engine itself works where it holds.
    pub engine: Option<Engine>,
    /// For which targets it holds.
    pub applies: Applies,
    /// How it is known; never empty.
    pub evidence: Vec<Evidence>,
    /// What its probe sees, in order; empty when nobody has written that down.
    pub observe: Vec<Observation>,
    /// What a LocalStack needs beside itself for that: names of [`Need`](super::Need)s.
    pub needs: Vec<String>,
    /// The file that defines it, relative to the knowledge base's folder.
    pub file: String,
    /// The line of that file.
    pub line: u32,
}

/// A way in which LocalStack's CloudFormation engine computes otherwise than AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Engine {
    /// `Fn::Equals` compares types too: the number 3 is not the text `3`.
    EqualsByType,
}

/// A place to point at or to edit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locator {
    /// The property; the resource itself when it has no steps.
    pub path: Path,
    /// A property of the subject that refers to the resource meant; the subject itself when `None`.
    pub via: Option<Path>,
}

/// How safe an adjustment is to apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Nothing but the named property changes.
    Safe,
    /// A person should look.
    Review,
    /// Shown, never applied.
    Display,
}

/// One concrete change to a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Adjust {
    /// What is done.
    pub action: Action,
    /// Where.
    pub target: Locator,
    /// How safe it is.
    pub safety: Safety,
}

/// What an adjustment does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Gives the property this value, adding it if need be.
    Set(Literal),
    /// Removes the property.
    Remove,
    /// Adds an element to the list.
    Append(Literal),
    /// Replaces the value that is there.
    Replace(Literal),
    /// Writes numbers and booleans as text.
    Quote,
    /// Writes text that is a number or a boolean as that.
    Unquote,
    /// Removes the resource.
    RemoveResource,
    /// Puts a resource of another type in its place.
    Become(Equivalent),
}

impl Action {
    /// The value that is set, appended or put in place, if any.
    pub fn value(&self) -> Option<&Literal> {
        match self {
            Self::Set(value) | Self::Append(value) | Self::Replace(value) => Some(value),
            Self::Remove | Self::Quote | Self::Unquote | Self::RemoveResource | Self::Become(_) => None,
        }
    }
}

/// For which targets an entry holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Applies {
    /// A release requirement in semver's syntax; all when `None`.
    pub releases: Option<String>,
    /// The plans; all when empty.
    pub plans: Vec<Plan>,
    /// Configuration variables and the value they must have.
    pub config: Vec<(String, String)>,
}

/// How something is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The kind.
    pub kind: EvidenceKind,
    /// The LocalStack release it speaks of.
    pub release: String,
    /// When, as `YYYY-MM-DD`.
    pub date: Option<String>,
    /// A public address.
    pub url: Option<String>,
    /// A path in a published package.
    pub source: Option<String>,
    /// What exactly was seen.
    pub note: Option<String>,
}

/// Kinds of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// Seen on a running LocalStack.
    Probe,
    /// Read in published source.
    Source,
    /// Read in documentation.
    Docs,
    /// Read in an issue.
    Issue,
    /// A user's experience.
    Report,
}

/// What is known of one resource type: a generated row of `coverage/`, joined with what `behaviour/` says of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Coverage {
    /// The type.
    pub resource_type: String,
    /// Releases in which the open core registers it; never when `None`.
    pub community: Option<String>,
    /// Releases in which the licensed edition registers it; never when `None`.
    pub pro: Option<String>,
    /// The cheapest plan that includes its service, when known.
    pub min_plan: Option<Plan>,
    /// Whether creating does something.
    pub create: Option<bool>,
    /// Whether updating does something.
    pub update: Option<bool>,
    /// Whether deleting does something.
    pub delete: Option<bool>,
    /// Properties that are accepted and dropped.
    pub ignored: Vec<Ignored>,
    /// Attributes that do not have the value they should have.
    pub placeholders: Vec<Placeholder>,
    /// Whether Ref yields a made-up value.
    pub ref_placeholder: bool,
    /// Create-only properties: LocalStack replaces the resource when one of them changes.
    pub replaces: Vec<String>,
    /// The property that gives the resource a name which no other has.
    pub named_by: Option<String>,
    /// Properties whose change makes AWS replace the resource although its schema does not say so.
    pub replaces_on_aws: Vec<String>,
    /// What an update of some properties does, where the provider does not simply make it.
    pub updates: Vec<UpdateRule>,
    /// Properties that refuse a placeholder.
    pub rejects: Vec<Rejects>,
    /// Groups of properties of which the resource needs one, beyond what the type requires.
    pub needs: Vec<Vec<String>>,
    /// Properties that only make sense with others.
    pub instead: Vec<Instead>,
    /// Properties that a transform reads before conditions are decided: they cannot be an `Fn::If`.
    pub unconditional: Vec<String>,
    /// The type that does the same.
    pub equivalent: Option<Equivalent>,
}

/// An attribute that does not have the value it should have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Placeholder {
    /// The attribute.
    pub attribute: String,
    /// What it has instead.
    pub gives: Gives,
    /// When. Always, when `None`.
    pub when: Option<Predicate>,
}

/// What an attribute has in place of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Gives {
    /// The word `unknown`.
    Unknown,
    /// A number or boolean, which the engine does not let anybody read.
    Number,
    /// A list of mappings instead of a list of texts.
    Mappings,
}

/// A property that refuses the placeholder `unknown`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejects {
    /// The property.
    pub path: Path,
    /// What the property wants instead.
    pub shape: Shape,
    /// When it refuses; its paths start at the mapping that holds the property. Always, when `None`.
    pub when: Option<Predicate>,
    /// Texts that pass although they contain a placeholder.
    pub accepts: Option<String>,
    /// The only texts with a placeholder that do not pass.
    pub refuses: Option<String>,
    /// What LocalStack answers.
    pub error: Option<String>,
}

/// What a property wants that refuses the placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// Another text, or a list of other texts.
    Text,
    /// A list of whatever texts: it refuses one text in place of the list.
    List,
}

/// One LocalStack release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Three numbers, semantic or calendar.
    pub version: String,
    /// When it came out, as `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Default of `CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES`, when verified.
    pub ignores_unsupported: Option<bool>,
    /// Whether coverage was read for it.
    pub covered: bool,
}

/// A configuration variable that changes a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its default, empty when unset.
    pub default: String,
    /// What it changes.
    pub effect: String,
    /// The editions that read it; never empty.
    pub editions: Vec<Edition>,
    /// The releases that read it; all when `None`.
    pub since: Option<String>,
}

//! The knowledge base as the program uses it: plain types that postcard stores (no untagged, flattened or
//! skipped fields) and that the matching engine reads without further parsing.

use serde::{Deserialize, Serialize};

use super::{Need, Observation, UpdateRule};

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
    /// Where a finding points, when not at the first value `when` looked at.
    pub at: Option<Locator>,
    /// Concrete changes.
    pub adjust: Vec<Adjust>,
    /// For which targets it holds.
    pub applies: Applies,
    /// How it is known; never empty.
    pub evidence: Vec<Evidence>,
    /// What its probe sees, in order; empty when nobody has written that down.
    pub observe: Vec<Observation>,
    /// What a LocalStack needs beside itself for that.
    pub needs: Vec<Need>,
    /// The file that defines it, relative to the knowledge base's folder.
    pub file: String,
    /// The line of that file.
    pub line: u32,
}

/// A predicate over one subject, evaluated in three values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Predicate {
    /// Always holds (an entry without `when`).
    Always,
    /// All hold.
    All(Vec<Predicate>),
    /// At least one holds.
    Any(Vec<Predicate>),
    /// The opposite holds.
    Not(Box<Predicate>),
    /// A test of the values at a path.
    Test(Path, Test),
    /// A resource like this exists in the stack.
    Exists(Link),
    /// No resource like this exists in the stack.
    Missing(Link),
    /// The subject uses this intrinsic function.
    Intrinsic(String),
    /// Some text anywhere in the subject contains this.
    UsesText(String),
}

/// A property path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// Starts at the resource's attributes (`@DeletionPolicy`) instead of its properties.
    pub attribute: bool,
    /// The steps; none is the value itself (`.`).
    pub steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// The value of a key.
    Key(String),
    /// Every element of a list or every value of a mapping; a scalar counts as one element.
    Each,
}

/// A test of one value; holds for a path when any addressed value satisfies it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Test {
    /// There is a value.
    Present,
    /// There is none.
    Absent,
    /// It is of this kind.
    Kind(Kind),
    /// Equal; an absent value counts as the default.
    Eq(Literal, Option<Literal>),
    /// Not equal (an absent value without default: no).
    Ne(Literal, Option<Literal>),
    /// One of these.
    In(Vec<Literal>, Option<Literal>),
    /// Numeric comparison.
    Compare(Comparison, f64, Option<f64>),
    /// The whole text matches this regular expression (unanchored, as written).
    Matches(String),
    /// The text starts so.
    StartsWith(String),
    /// The text ends so.
    EndsWith(String),
    /// The list has this element, or the text contains this text.
    Contains(Literal),
    /// Entries of a list or mapping, characters of a text.
    Length(Vec<(Comparison, u64)>),
    /// A predicate relative to the value.
    Where(Box<Predicate>),
    /// Follows the value to a resource of the stack.
    RefersTo(RefersTo),
    /// The policy document allows this.
    PolicyAllows(PolicyQuestion),
}

/// Kinds of values a test can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A text.
    String,
    /// A number (or a text that is one).
    Number,
    /// A boolean.
    Boolean,
    /// A list.
    List,
    /// A mapping.
    Map,
}

/// Numeric comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Less than.
    Lt,
    /// At most.
    Le,
    /// Greater than.
    Gt,
    /// At least.
    Ge,
    /// Equal.
    Eq,
}

/// A value written in the knowledge base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Literal {
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A text, possibly with `${region}`, `${account_id}`, `${partition}`, `${logical_id}`.
    String(String),
    /// A list.
    List(Vec<Literal>),
    /// A mapping in the order written.
    Map(Vec<(String, Literal)>),
}

/// Follows a value to a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefersTo {
    /// Types of the resource referred to (as in [`Limitation::resources`]).
    pub resources: Vec<String>,
    /// The attribute used; any when `None`.
    pub attribute: Option<String>,
    /// What must hold for that resource.
    pub filter: Option<Box<Predicate>>,
}

/// A question to a policy document: is this principal allowed all these actions?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyQuestion {
    /// A service principal, account root or ARN.
    pub principal: Option<String>,
    /// The actions; all must be allowed.
    pub actions: Vec<String>,
    /// The resource asked about; any when `None`.
    pub resource: Option<String>,
    /// A condition key that the deciding statement must use; not looked at when `None`.
    pub condition_key: Option<String>,
}

/// Another resource of the stack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Its types.
    pub resources: Vec<String>,
    /// What must hold for it.
    pub filter: Option<Box<Predicate>>,
    /// Its property that must refer to the subject.
    pub linked_by: Option<Path>,
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
    /// Removes the resource.
    RemoveResource,
}

impl Action {
    /// The value that is set, appended or put in place, if any.
    pub fn value(&self) -> Option<&Literal> {
        match self {
            Self::Set(value) | Self::Append(value) | Self::Replace(value) => Some(value),
            Self::Remove | Self::RemoveResource => None,
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
    pub ignored: Vec<String>,
    /// Attributes whose value is the word `unknown`.
    pub placeholders: Vec<String>,
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
}

/// A property that refuses the placeholder `unknown`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejects {
    /// The property.
    pub path: Path,
    /// Texts that pass although they contain a placeholder.
    pub accepts: Option<String>,
    /// What LocalStack answers.
    pub error: Option<String>,
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

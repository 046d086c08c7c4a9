//! What the analysis of one stack says.

use crate::db::{Category, Evidence, FailsOn, Literal, Plan, Safety, Severity};
use crate::source::Span;
use crate::target::Support;

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It holds.
    Certain,
    /// A value that is not known decides.
    Possible,
}

/// A limitation, or a fact of coverage, met at one place of one stack.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The limitation's id, or a coverage id (`resource-type-unsupported`, `placeholder-rejected`, ...).
    pub id: String,
    /// Its category.
    pub category: Category,
    /// Its severity.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// The side it fails on.
    pub fails_on: FailsOn,
    /// The resource, output or parameter it is about; `None` for the template itself.
    pub logical_id: Option<String>,
    /// The resource's type, or the pseudo subject.
    pub resource_type: String,
    /// The property it points at, list indices left out.
    pub property: Option<String>,
    /// Short noun phrase.
    pub feature: String,
    /// What happens on LocalStack.
    pub localstack: String,
    /// What happens on AWS.
    pub aws: String,
    /// What to change.
    pub solution: String,
    /// The short error message of the side it fails on.
    pub error: Option<String>,
    /// Another tool's rule that finds the same.
    pub also: Option<String>,
    /// Concrete changes.
    pub adjustments: Vec<Adjustment>,
    /// How it is known.
    pub evidence: Vec<Evidence>,
    /// What decides, when it is only possible.
    pub depends_on: Option<String>,
    /// Logical ids and `Outputs.NAME` that consume the affected values.
    pub impact: Vec<String>,
    /// The place.
    pub span: Span,
    /// The reason given for suppressing it (empty when none was given); `None` when it stands.
    pub suppressed: Option<String>,
}

/// A concrete change to one resource of the template.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    /// What is done.
    pub action: crate::db::Action,
    /// The resource.
    pub logical_id: String,
    /// The property, dotted; empty for the resource itself.
    pub path: String,
    /// How safe it is.
    pub safety: Safety,
}

impl Adjustment {
    /// The value that is set, appended or put in place, if any.
    pub fn value(&self) -> Option<&Literal> {
        self.action.value()
    }
}

/// What is known of one resource of the stack.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceStatus {
    /// Its logical id.
    pub logical_id: String,
    /// Its type.
    pub resource_type: String,
    /// Its support.
    pub support: Support,
    /// The cheapest plan that has it, when a plan matters.
    pub min_plan: Option<Plan>,
    /// The name of its condition.
    pub condition: Option<String>,
    /// Whether it is deployed; `true` when its condition is not known.
    pub included: bool,
    /// What of the source a transform makes it from, where that differs: a SAM resource's id, a loop's key.
    pub from: Option<String>,
    /// Equal for declarations that are written alike, blanks aside. Means nothing outside of this run.
    pub content: u64,
}

/// What happens to a stack on LocalStack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LocalstackVerdict {
    /// Everything is created.
    Deploys,
    /// `CREATE_COMPLETE`, with something only pretended or ignored.
    DeploysWithGaps,
    /// At least one certain finding stops it.
    Fails,
    /// A value that is not known decides.
    Undetermined,
}

/// What happens to a stack on AWS, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AwsVerdict {
    /// Nothing known stops it; never a promise.
    NoKnownFailure,
    /// A certain finding stops it.
    Fails,
    /// A possible finding would stop it.
    Undetermined,
}

/// The analysis of one stack.
#[derive(Debug, Clone, PartialEq)]
pub struct StackReport {
    /// Every resource.
    pub resources: Vec<ResourceStatus>,
    /// The findings, sorted by place.
    pub findings: Vec<Finding>,
    /// Resources whose condition is false.
    pub excluded: Vec<String>,
    /// What happens on LocalStack.
    pub localstack: LocalstackVerdict,
    /// What happens on AWS.
    pub aws: AwsVerdict,
    /// Who uses whose values.
    pub uses: Vec<Use>,
}

/// A resource that something else needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The resource's logical id.
    pub of: String,
    /// What needs it: a logical id, or `Outputs.NAME`.
    pub by: String,
    /// Whether a value of it is used; otherwise it is only waited for.
    pub is_value: bool,
}

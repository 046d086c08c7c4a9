//! Tree to stack: what one template deploys, with parameters, mappings, conditions and intrinsics resolved
//! as far as they can be before deployment.
//!
//! Never judges: whether LocalStack or AWS accepts what is found here is the business of `analysis`.

mod answer;
mod cidr;
mod conditions;
mod cycles;
mod expand;
mod intrinsics;
mod json;
mod literal;
mod parameters;
mod read;
mod references;
mod resolver;
mod sub;
#[cfg(test)]
mod tests;
mod truth;
mod value;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::source::{SourceFile, Span};

pub(crate) use expand::implicit_api;
pub(crate) use intrinsics::call;
pub use read::read;
pub(crate) use sub::variables;
pub use truth::Truth;
pub use value::{Alternative, Call, Data, Field, Piece, Reason, Reference, Value};

/// What is given from outside to resolve a template with.
#[derive(Debug, Clone)]
pub struct Inputs {
    /// Parameter values by name.
    pub parameters: BTreeMap<String, String>,
    /// Parameters that are given, but not known as a whole, and what is known of each.
    pub open_parameters: BTreeMap<String, Data>,
    /// Whether a parameter that is not given is unknown even where it has a default.
    pub ignores_defaults: bool,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`.
    pub account_id: String,
    /// `AWS::Partition`.
    pub partition: String,
    /// `AWS::StackName`; unknown when `None`.
    pub stack_name: Option<String>,
    /// What decides conditions.
    pub equality: Equality,
}

/// How `Fn::Equals` compares two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Equality {
    /// By their texts, as on AWS: `true` equals `'true'`.
    Text,
    /// By their types as well: a number or a boolean never equals a text.
    Type,
}

impl Default for Inputs {
    fn default() -> Self {
        Self {
            parameters: BTreeMap::new(),
            open_parameters: BTreeMap::new(),
            ignores_defaults: false,
            region: "us-east-1".into(),
            account_id: "000000000000".into(),
            partition: "aws".into(),
            stack_name: None,
            equality: Equality::Text,
        }
    }
}

/// The dialect a stack is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackKind {
    /// Plain CloudFormation.
    CloudFormation,
    /// With the `AWS::Serverless-2016-10-31` transform.
    Sam,
}

/// One deployable unit read from one template.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The template's text and path.
    pub file: Arc<SourceFile>,
    /// Its dialect.
    pub kind: StackKind,
    /// `AWS::Region` it is read for.
    pub region: String,
    /// `AWS::AccountId` it is read for.
    pub account_id: String,
    /// `AWS::Partition` it is read for.
    pub partition: String,
    /// The names of the transforms applied to the whole template.
    pub transforms: Vec<String>,
    /// The template's top-level mapping before transforms, intrinsics left as they are (subject `Template`); of each
    /// resource only its type.
    pub template: Value,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its conditions, evaluated.
    pub conditions: Vec<(String, Truth)>,
    /// Its resources in source order, excluded ones included.
    pub resources: Vec<Resource>,
    /// The SAM resources of the source that were expanded into others, as they are written. They are not deployed.
    pub sources: Vec<Resource>,
    /// Its outputs in source order.
    pub outputs: Vec<Output>,
    /// Every reference to a resource of this stack, by place.
    pub edges: Vec<Edge>,
    /// Intrinsic functions and where they are used.
    pub intrinsics: Vec<IntrinsicUse>,
    /// What is wrong with the template itself; such a stack cannot be deployed anywhere.
    pub problems: Vec<Problem>,
    /// Parts that only a transform can expand (macros, loops, SAM resources): what they deploy is not known.
    pub unexpanded: Vec<Problem>,
    /// Where each logical id stands in [`Stack::resources`].
    index: HashMap<String, usize>,
}

/// Whether LocalStack refuses a template for a problem; AWS refuses it for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// LocalStack refuses it too.
    Everywhere,
    /// LocalStack takes the template as it is.
    AwsOnly,
}

/// Something wrong in the template itself, at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Who refuses the template for it.
    pub refusal: Refusal,
    /// What is wrong and what to do: lower case, no final full stop.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Problem {
    /// A problem that stops the template everywhere.
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { refusal: Refusal::Everywhere, message: message.into(), span }
    }

    /// A problem that only AWS refuses the template for.
    pub(crate) fn aws_only(span: Span, message: impl Into<String>) -> Self {
        Self { refusal: Refusal::AwsOnly, ..Self::new(span, message) }
    }
}

/// A declared parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its `Type`, as written.
    pub kind: String,
    /// Its value: given, or the default, or unknown.
    pub value: Value,
    /// The whole declaration, literal.
    pub declaration: Value,
    /// `NoEcho: true`: the value must not appear in any report.
    pub no_echo: bool,
}

/// A resource as declared.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its logical id.
    pub logical_id: String,
    /// Where the logical id stands.
    pub id_span: Span,
    /// Its `Type`.
    pub kind: String,
    /// Where the type stands.
    pub kind_span: Span,
    /// The whole declaration after its key.
    pub span: Span,
    /// Its `Properties`, resolved ([`Data::Map`]; an empty map at the logical id's span when absent).
    pub properties: Value,
    /// Every other attribute (`DependsOn`, `DeletionPolicy`, `Metadata`, ...), resolved, as one [`Data::Map`]. On the
    /// first resource of a loop, `Fn::ForEach` tells how the loop is written.
    pub attributes: Value,
    /// The name of its `Condition`.
    pub condition: Option<String>,
    /// Whether it is deployed, by that condition.
    pub included: Truth,
    /// The logical ids it is ordered after by `DependsOn`.
    pub depends_on: Vec<String>,
    /// What generates it, when it is not in the source itself: the key of a loop (`Fn::ForEach::Name`).
    pub from: Option<String>,
}

/// A stack output.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its declaration (`Value`, `Export`, `Description`), resolved.
    pub declaration: Value,
    /// Whether it is produced, by its condition.
    pub included: Truth,
}

/// Where something is used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A resource, by its index in [`Stack::resources`].
    Resource(usize),
    /// An output, by its index in [`Stack::outputs`].
    Output(usize),
    /// A condition, by name.
    Condition(String),
    /// Anything else of the template.
    Template,
}

/// How one place refers to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// `Ref`, `Fn::GetAtt` or a variable of `Fn::Sub`.
    Value,
    /// `DependsOn`.
    DependsOn,
    /// A literal text equal to the resource's known name or ARN.
    Literal,
}

/// A reference from a place to a resource.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Who refers.
    pub from: Place,
    /// The index in [`Stack::resources`] of the resource referred to.
    pub to: usize,
    /// The attribute, `None` for Ref and `DependsOn`.
    pub attribute: Option<String>,
    /// How.
    pub kind: EdgeKind,
    /// The property path inside the place, keys and list indices joined by dots (`Policies.0.PolicyName`).
    pub path: String,
    /// Where it is written.
    pub span: Span,
    /// Whether it is there whatever the conditions turn out to be.
    pub certain: bool,
}

/// One use of an intrinsic function.
#[derive(Debug, Clone)]
pub struct IntrinsicUse {
    /// The full name, such as `Fn::Cidr` or `Ref`. A form or a part that LocalStack treats in its own way is recorded
    /// once more, named behind a dot: `Fn::FindInMap.DefaultValue`, `Fn::Sub.Escape`, `Ref.NotificationARNs`,
    /// `Fn::Equals.Types` (equal texts of different types).
    pub function: String,
    /// Where.
    pub place: Place,
    /// The call, without its tag.
    pub span: Span,
    /// Whether it is computed whatever the conditions turn out to be.
    pub certain: bool,
}

impl Stack {
    /// The resource of `logical_id`.
    pub fn resource(&self, logical_id: &str) -> Option<&Resource> {
        self.position(logical_id).and_then(|at| self.resources.get(at))
    }

    /// The template's text as a report may quote it: without the values of parameters with `NoEcho`.
    pub fn quotable(&self) -> Arc<SourceFile> {
        let hidden = self.parameters.iter().filter(|it| it.no_echo);
        let values = hidden.flat_map(|it| ["Default", "AllowedValues"].map(|key| it.declaration.get(key)));
        let spans: Vec<Span> = values.flatten().map(|it| it.span).collect();
        if spans.is_empty() { Arc::clone(&self.file) } else { Arc::new(self.file.masked(&spans)) }
    }

    /// The index in [`Stack::resources`] of `logical_id`.
    pub fn position(&self, logical_id: &str) -> Option<usize> {
        self.index.get(logical_id).copied()
    }
}

//! The value lattice: what is known of a property before anything is deployed.

use std::fmt;

use crate::source::Span;

/// Why something is not known, in words a report prints after "depends on": a parameter without default, an
/// import, an attribute that exists only after deployment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A parameter that has neither a default nor a given value.
    Parameter(String),
    /// A parameter whose value is read from Systems Manager at deployment.
    SsmParameter(String),
    /// A condition whose operands are not known.
    Condition(String),
    /// An export of another stack.
    Import(String),
    /// Ref (no attribute) or an attribute of a resource of this stack.
    Attribute(String, Option<String>),
    /// A dynamic reference, resolved at deployment.
    Dynamic(String),
    /// Anything else that is one value wherever it is named, such as the stack's name.
    Named(String),
    /// Anything else.
    Other(String),
}

impl Reason {
    /// Whether two values that are not known for this reason are the same value.
    pub fn is_one_value(&self) -> bool {
        !matches!(self, Reason::Condition(_) | Reason::Other(_))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Parameter(name) => write!(f, "parameter `{name}`, which has no default"),
            Reason::SsmParameter(name) => write!(f, "parameter `{name}`, read from Systems Manager at deployment"),
            Reason::Condition(name) => write!(f, "condition `{name}`"),
            Reason::Import(name) => write!(f, "the export `{name}` of another stack"),
            Reason::Attribute(id, None) => write!(f, "the Ref of `{id}`, known after deployment"),
            Reason::Attribute(id, Some(name)) => write!(f, "attribute `{name}` of `{id}`, known after deployment"),
            Reason::Dynamic(text) => write!(f, "the dynamic reference `{text}`"),
            Reason::Named(text) | Reason::Other(text) => f.write_str(text),
        }
    }
}

/// A property value and the place it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What is known of it.
    pub data: Data,
    /// Where it is written in the stack's source.
    pub span: Span,
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// No value: `AWS::NoValue`, or an `Fn::If` branch without one.
    Absent,
    /// An explicit null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number with its source text.
    Number(crate::source::Number),
    /// A text known as a whole.
    String(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping in source order.
    Map(Vec<Field>),
    /// Ref (no attribute) or `Fn::GetAtt` of a resource of this stack.
    Reference(Reference),
    /// A text with parts that are not known (from `Fn::Sub`, `Fn::Join`): at least one piece is not [`Piece::Text`].
    Text(Vec<Piece>),
    /// An intrinsic that cannot be computed before deployment because an operand refers to a resource:
    /// `Fn::Select` of a `Fn::Split` of an attribute, for instance.
    Call(Box<Call>),
    /// One of several values, by a condition that is not known; nested for several conditions.
    OneOf(Vec<Alternative>),
    /// Not known, and why.
    Unknown(Reason),
}

/// One key of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The key.
    pub key: String,
    /// Where the key is written.
    pub key_span: Span,
    /// Its value.
    pub value: Value,
}

/// Ref or an attribute of a resource of the same stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The resource's logical id.
    pub logical_id: String,
    /// The attribute, `None` for Ref.
    pub attribute: Option<String>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Known characters.
    Text(String),
    /// The Ref or an attribute of a resource.
    Reference(Reference),
    /// The result of an intrinsic that is computed after deployment.
    Call(Box<Call>),
    /// Characters that are not known.
    Unknown(Reason),
}

/// An intrinsic kept with its operands.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function's full name, such as `Fn::Select`.
    pub function: &'static str,
    /// Its operands, resolved as far as possible.
    pub operands: Vec<Value>,
}

/// One value a property takes under a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Alternative {
    /// The condition's name.
    pub condition: String,
    /// Whether the condition holds (`true`) or does not hold for this value.
    pub holds: bool,
    /// The value then; [`Data::Absent`] when the property is left out.
    pub value: Value,
}

impl Value {
    /// The value of `key` in a mapping; `None` for every other kind and for [`Data::Absent`] values.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.fields().iter().find(|it| it.key == key).map(|it| &it.value).filter(|it| it.data != Data::Absent)
    }

    /// The fields of a mapping; empty for every other kind.
    pub fn fields(&self) -> &[Field] {
        match &self.data {
            Data::Map(fields) => fields,
            _ => &[],
        }
    }

    /// The elements of a list; empty for every other kind.
    pub fn elements(&self) -> &[Value] {
        match &self.data {
            Data::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text of a fully known scalar: a string, a number as written, `true`/`false`.
    pub fn scalar_text(&self) -> Option<String> {
        match &self.data {
            Data::String(text) => Some(text.clone()),
            Data::Number(number) => Some(number.text.clone()),
            Data::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The number of a number or of a text that is one (CloudFormation converts between them).
    pub fn as_number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => Some(number.value),
            Data::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Piece {
    /// Why this part is not known, if it is not.
    pub fn reason(&self) -> Option<Reason> {
        match self {
            Piece::Text(_) => None,
            Piece::Reference(it) => Some(Reason::Attribute(it.logical_id.clone(), it.attribute.clone())),
            Piece::Call(call) => Some(Reason::Other(format!("the result of `{}`", call.function))),
            Piece::Unknown(reason) => Some(reason.clone()),
        }
    }
}

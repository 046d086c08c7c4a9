//! The predicate language of the knowledge base, as the matching engine reads it.

use serde::{Deserialize, Serialize};

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
    /// A comparison of two calculated numbers.
    Calculation(Box<Expression>, Comparison, Box<Expression>),
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
    /// Every key of a mapping, as a text.
    Keys,
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
    /// Equal to one of the values that these address.
    OneOf(Vec<Operand>),
    /// Equal to none of the values that these address.
    NoneOf(Vec<Operand>),
    /// The text fits the regular expression that this addresses.
    Fits(Fits),
    /// Another value that the same path addresses is equal.
    Repeated,
    /// A predicate relative to the value, a JSON text taken for what it says.
    Json(Box<Predicate>),
    /// A block of addresses and how it lies to others.
    Cidr(Cidr),
    /// Follows the value to a resource of the stack.
    RefersTo(RefersTo),
    /// The policy document allows this.
    PolicyAllows(PolicyQuestion),
    /// The role that the value names is allowed this by its policies.
    RoleAllows(PolicyQuestion),
    /// The pattern, with `*` and `?`, covers this text.
    Covers(String),
}

/// Values of the template that a test compares with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operand {
    /// Where, from what the test's own path starts at.
    pub path: Path,
    /// The type of the closest surrounding resource that the path starts at instead.
    pub of: Option<String>,
    /// A property of that resource that refers to the one meant.
    pub via: Option<Path>,
    /// What is taken when nothing is there.
    pub default: Option<Literal>,
}

/// A text against a regular expression of the template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fits {
    /// Where the expression stands.
    pub pattern: Operand,
    /// Whether the whole text has to match; else some part of it.
    pub whole: bool,
}

/// A block of addresses, and how it lies to others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Cidr {
    /// It is a block, host bits or not.
    Block,
    /// It is a block without host bits.
    Network,
    /// It lies inside one of these.
    Within(Vec<Operand>),
    /// It shares addresses with one of these.
    Overlaps(Vec<Operand>),
}

/// A number that is calculated from values of the template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    /// A number of the knowledge base.
    Number(f64),
    /// The sum of the numbers that this addresses.
    Values(Operand),
    /// How many values there are at a path for which the predicate holds.
    Count(Path, Option<Box<Predicate>>),
    /// The sum of the lengths of the values: characters, elements, entries.
    Length(Operand),
    /// The sum of the sizes of the values as JSON without blanks, in characters; zero where nothing stands.
    JsonSize(Operand),
    /// The prefix length of a block of addresses.
    PrefixLength(Operand),
    /// The sum.
    Sum(Vec<Expression>),
    /// The product.
    Product(Vec<Expression>),
    /// The sum of an expression over resources of the stack, the subject included.
    Over(Link, Box<Expression>),
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
    /// Who asks: services, accounts, ARNs, `*` for everybody; one of them is enough. Anybody when empty.
    pub principals: Vec<String>,
    /// The actions; all must be allowed.
    pub actions: Vec<String>,
    /// The resource asked about; any when `None`.
    pub resource: Option<String>,
    /// A condition key that the deciding statement must use; not looked at when `None`.
    pub condition_key: Option<String>,
    /// The condition keys of the request with their values, none for a key that it does not have; when `None`, the
    /// conditions of statements that allow are taken to hold and those of statements that deny not to.
    pub context: Option<Vec<(String, Vec<String>)>>,
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
    /// What it must have in common with the subject: every value that these address, absent ones by their default.
    pub same: Vec<Same>,
    /// When it is written or created, seen from the subject.
    pub order: Option<Order>,
}

/// A value that two resources have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Same {
    /// Where, in both.
    pub path: Path,
    /// What is taken when nothing is there; nothing is like nothing else when `None`.
    pub default: Option<Literal>,
}

/// How another resource stands to the subject in time and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Order {
    /// It is written before the subject.
    WrittenBefore,
    /// The subject waits for it: `DependsOn` or a reference, directly or through others.
    CreatedBefore,
    /// It waits for the subject.
    CreatedAfter,
    /// Neither waits for the other.
    Unordered,
}

//! Facts about AWS itself: how resources are named, and what its managed policies allow.

use serde::{Deserialize, Serialize};

use super::Literal;

/// How the resources of one type are named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    /// The type.
    pub resource_type: String,
    /// Its ARN, with `${name}` beside the names that every text of the knowledge base may hold.
    pub arn: String,
    /// The property that gives the name.
    pub name: Option<String>,
    /// The attribute that yields the name.
    pub name_attribute: Option<String>,
    /// The attribute that yields the ARN.
    pub arn_attribute: Option<String>,
    /// What Ref yields.
    pub reference: RefYields,
    /// Properties that make the ARN another one.
    pub unless: Vec<String>,
}

/// What Ref of a resource yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefYields {
    /// The name.
    Name,
    /// The ARN.
    Arn,
    /// Something else, such as an address.
    Other,
}

/// A policy that AWS itself maintains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    /// Its ARN behind `policy/`, path included.
    pub name: String,
    /// Its statements, as in a policy document.
    pub statements: Vec<Literal>,
}

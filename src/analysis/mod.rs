//! Limitations and coverage matched against a stack: findings and verdict. Pure: no input or output.

mod context;
mod finding;
mod matcher;
mod operators;
mod outcome;
mod path;
mod patterns;
mod policy;
mod subject;
mod text;

pub use crate::target::Support;
pub use finding::{Adjustment, AwsVerdict, Certainty, Finding, LocalstackVerdict, ResourceStatus, StackReport};

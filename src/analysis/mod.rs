//! Limitations and coverage matched against a stack: findings and verdict. Pure: no input or output.

mod finding;

pub use crate::target::Support;
pub use finding::{Adjustment, AwsVerdict, Certainty, Finding, LocalstackVerdict, ResourceStatus, StackReport};

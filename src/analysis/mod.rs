//! Limitations and coverage matched against a stack: findings and verdict. Pure: no input or output.

mod finding;
mod patterns;
mod text;

pub use finding::{
    Adjustment, AwsVerdict, Certainty, Finding, LocalstackVerdict, ResourceStatus, StackReport, Support,
};

//! Says, before anything is deployed, what of an infrastructure template will not work or will behave
//! differently on LocalStack than on AWS, and what LocalStack accepts but AWS rejects.

pub mod adjust;
pub mod analysis;
pub mod check;
pub mod cli;
pub mod db;
pub mod live;
pub mod report;
pub mod source;
pub mod stack;
pub mod target;

//! What was found, written for a reader: one file a format.

pub mod catalog;
pub mod explain;
mod predicate;

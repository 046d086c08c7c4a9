//! The operators of the matching language, one group a file. Each answers for one value that is there and has
//! no alternatives; walking paths and alternatives is done before.

pub(super) mod cidr;
pub(super) mod common;
pub(super) mod compare;
pub(super) mod json;
pub(super) mod kind;
pub(super) mod length;
pub(super) mod links;
pub(super) mod numbers;
pub(super) mod operands;
pub(super) mod order;
pub(super) mod referents;
pub(super) mod refers_to;
pub(super) mod repeated;
pub(super) mod role_allows;
pub(super) mod texts;
pub(super) mod uses;

#[cfg(test)]
mod tests;

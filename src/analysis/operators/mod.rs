//! The operators of the matching language, one group a file. Each answers for one value that is there and has
//! no alternatives; walking paths and alternatives is done before.

pub(super) mod compare;
pub(super) mod kind;
pub(super) mod length;
pub(super) mod links;
pub(super) mod referents;
pub(super) mod refers_to;
pub(super) mod texts;
pub(super) mod uses;

#[cfg(test)]
mod tests;

//! Findings to a template that deploys: what to change, and the text with those changes.
//!
//! Edits keep every comment, quote, blank line and key order outside of what is changed. Never reads or writes a file.

mod adapt;
pub mod document;
mod equivalent;
mod fixes;
mod guard;
mod needs;
mod plan;
mod remove;
mod resolve;
mod template;
#[cfg(test)]
mod tests;

pub use adapt::{AdaptError, Adapted, Options, Read, adapt};
pub use fixes::{Fix, Replacement, fixes};
pub use guard::PARAMETER as GUARD;
pub use needs::Needs;
pub use plan::{Key, Made, Scope, Skipped, phrase};
pub use remove::{Cut, Lost, Removed};

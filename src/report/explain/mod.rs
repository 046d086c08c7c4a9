//! Everything known of one entry or one resource type, as text and as JSON.

mod entry;
mod matrix;
mod resource;

use serde_json::Value;

use crate::db::{Coverage, Db, Limitation};
use crate::target::{Support, Target, support};

/// What can be explained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Explained<'d> {
    /// An entry of the knowledge base.
    Entry(&'d Limitation),
    /// A resource type that AWS has.
    Type(&'d Coverage),
    /// A custom resource, a module or somebody else's type.
    Custom(&'d str),
}

/// What `name`, an id or a resource type, stands for.
pub fn find<'d>(db: &'d Db, target: &Target, name: &'d str) -> Option<Explained<'d>> {
    let is_custom = || name.contains("::") && support(db, target, name).0 == Support::Custom;
    let entry = db.limitation(name).map(Explained::Entry);
    entry.or_else(|| db.coverage(name).map(Explained::Type)).or_else(|| is_custom().then_some(Explained::Custom(name)))
}

/// The explanation for people, with a final line break.
pub fn text(explained: Explained<'_>, db: &Db, target: &Target) -> String {
    let mut lines = match explained {
        Explained::Entry(entry) => entry::lines(entry, db, target),
        Explained::Type(row) => resource::lines(row, db, target),
        Explained::Custom(name) => vec![name.to_owned(), CUSTOM.to_owned()],
    };
    lines.push(String::new());
    lines.join("\n")
}

/// The explanation for programs.
///
/// # Errors
/// A value that JSON cannot hold.
pub fn json(explained: Explained<'_>, db: &Db, target: &Target) -> Result<Value, serde_json::Error> {
    match explained {
        Explained::Entry(entry) => serde_json::to_value(entry::json(entry, db, target)),
        Explained::Type(row) => serde_json::to_value(resource::json(row, db, target)),
        Explained::Custom(name) => {
            Ok(serde_json::json!({ "kind": "type", "type": name, "support": "custom", "note": CUSTOM }))
        }
    }
}

const CUSTOM: &str = "A custom resource, a module or a third party's type: what happens depends on its own provider.";

#[cfg(test)]
mod tests;

//! Everything known of one entry or one resource type, as text and as JSON.

pub(super) mod entry;
pub(super) mod matrix;
pub(super) mod resource;

use serde_json::Value;

use crate::analysis::{self, Rule};
use crate::db::{Coverage, Db, Limitation, Word};
use crate::target::{Support, Target, support};

/// What can be explained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Explained<'d> {
    /// An entry of the knowledge base.
    Entry(&'d Limitation),
    /// A finding that coverage decides.
    Rule(&'static Rule),
    /// A resource type that AWS has.
    Type(&'d Coverage),
    /// A custom resource, a module or somebody else's type.
    Custom(&'d str),
}

/// What `name`, an id or a resource type, stands for.
pub fn find<'d>(db: &'d Db, target: &Target, name: &'d str) -> Option<Explained<'d>> {
    let is_custom = || name.contains("::") && support(db, target, name).0 == Support::Custom;
    let entry = db.limitation(name).map(Explained::Entry);
    let entry = entry.or_else(|| analysis::rule(name).map(Explained::Rule));
    entry.or_else(|| db.coverage(name).map(Explained::Type)).or_else(|| is_custom().then_some(Explained::Custom(name)))
}

/// The explanation for people, with a final line break.
pub fn text(explained: Explained<'_>, db: &Db, target: &Target) -> String {
    let mut lines = match explained {
        Explained::Entry(entry) => entry::lines(entry, db, target),
        Explained::Rule(rule) => rule_lines(rule),
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
        Explained::Rule(rule) => Ok(serde_json::json!({
            "kind": "rule",
            "id": rule.id,
            "category": rule.category.word(),
            "feature": rule.feature,
            "meaning": rule.meaning,
            "solution": rule.solution,
        })),
        Explained::Type(row) => serde_json::to_value(resource::json(row, db, target)),
        Explained::Custom(name) => {
            Ok(serde_json::json!({ "kind": "type", "type": name, "support": "custom", "note": CUSTOM }))
        }
    }
}

fn rule_lines(rule: &Rule) -> Vec<String> {
    vec![
        rule.id.to_owned(),
        format!("{} · category {} · decided by coverage", rule.feature, rule.category.word()),
        String::new(),
        rule.meaning.to_owned(),
        String::new(),
        format!("Solution: {}", rule.solution),
        String::new(),
        "`lscompat explain TYPE` shows what is known of one resource type.".to_owned(),
    ]
}

const CUSTOM: &str = "A custom resource, a module or a third party's type: what happens depends on its own provider.";

#[cfg(test)]
mod tests;

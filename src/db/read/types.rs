//! Joins what LocalStack registers with how it behaves: one row for each resource type.

use std::collections::BTreeMap;

use super::behaviour::Behaviour;
use super::coverage::Row;
use super::document::Document;
use crate::db::Coverage;
use crate::db::knowledge::Knowledge;

/// The resource types read so far. What only one of the two folders says anew, the other part keeps from `base`.
pub(super) struct Types<'k> {
    base: &'k Knowledge,
    rows: BTreeMap<String, Coverage>,
    covered_in: BTreeMap<String, String>,
    described_in: BTreeMap<String, String>,
}

impl<'k> Types<'k> {
    pub(super) fn new(base: &'k Knowledge) -> Self {
        Self { base, rows: BTreeMap::new(), covered_in: BTreeMap::new(), described_in: BTreeMap::new() }
    }

    /// Takes a row of a coverage file.
    pub(super) fn cover(&mut self, document: &Document, row: Row) {
        let (name, mut coverage) = (row.coverage.resource_type.clone(), row.coverage);
        if let Some(file) = self.covered_in.get(&name) {
            document.report(row.at, format!("`{name}` is already covered in `{file}`"));
            return;
        }
        if let Some(known) = self.known(&name) {
            Behaviour::of(known).join(&mut coverage);
        }
        self.covered_in.insert(name.clone(), document.relative().to_owned());
        self.rows.insert(name, coverage);
    }

    /// Takes a type of a behaviour file; every coverage file has been read then.
    pub(super) fn describe(&mut self, document: &Document, behaviour: Behaviour) {
        let name = behaviour.resource_type.clone();
        if let Some(covered) = self.covered_in.get(&name) {
            let wanted = covered.replacen("coverage/", "behaviour/", 1);
            if wanted != document.relative() {
                document.report(behaviour.at, format!("`{name}` belongs in `{wanted}`"));
                return;
            }
        }
        if let Some(file) = self.described_in.get(&name) {
            document.report(behaviour.at, format!("`{name}` is already described in `{file}`"));
            return;
        }
        let Some(mut row) = self.rows.get(&name).or_else(|| self.known(&name)).cloned() else {
            document.report(behaviour.at, format!("resource type `{name}` is in no coverage file; check its spelling"));
            return;
        };
        behaviour.join(&mut row);
        self.described_in.insert(name.clone(), document.relative().to_owned());
        self.rows.insert(name, row);
    }

    /// The names of the types that were taken.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.rows.keys()
    }

    /// Every type that was taken, by name.
    pub(super) fn finish(self) -> Vec<Coverage> {
        self.rows.into_values().collect()
    }

    fn known(&self, name: &str) -> Option<&'k Coverage> {
        self.base.coverage.iter().find(|it| it.resource_type == name)
    }
}

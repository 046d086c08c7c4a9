//! Behaviour that was measured or read by hand: `behaviour/<service>.toml`.

use super::predicate::regular_expression;
use super::table::{Table, Value};
use super::texts::trimmed;
use crate::db::{Coverage, Path, Rejects};

/// What is known of one resource type beyond its registration.
pub(super) struct Behaviour {
    pub(super) resource_type: String,
    /// Where it is written.
    pub(super) at: usize,
    ignored: Vec<String>,
    placeholders: Vec<String>,
    ref_placeholder: bool,
    rejects: Vec<Rejects>,
}

impl Behaviour {
    /// The behaviour that a row has already.
    pub(super) fn of(row: &Coverage) -> Self {
        Self {
            resource_type: row.resource_type.clone(),
            at: 0,
            ignored: row.ignored.clone(),
            placeholders: row.placeholders.clone(),
            ref_placeholder: row.ref_placeholder,
            rejects: row.rejects.clone(),
        }
    }

    /// Puts it into the row of its type, in place of what is there.
    pub(super) fn join(self, row: &mut Coverage) {
        row.ignored = self.ignored;
        row.placeholders = self.placeholders;
        row.ref_placeholder = self.ref_placeholder;
        row.rejects = self.rejects;
    }
}

/// Reads every type of a file.
pub(super) fn behaviours(root: Table<'_>) -> Vec<Behaviour> {
    let types = root.entries().into_iter();
    types.filter_map(|(name, value)| Some(behaviour(value.table()?, name.value, name.at))).collect()
}

fn behaviour(table: Table<'_>, resource_type: String, at: usize) -> Behaviour {
    let names = |key| table.texts(key).into_iter().map(|it| it.value).collect();
    let behaviour = Behaviour {
        resource_type,
        at,
        ignored: names("ignored"),
        placeholders: names("placeholders"),
        ref_placeholder: table.boolean("ref_placeholder").unwrap_or(false),
        rejects: table.list("rejects").into_iter().filter_map(rejects).collect(),
    };
    table.finish();
    behaviour
}

fn rejects(value: Value<'_>) -> Option<Rejects> {
    let table = value.table()?;
    let path = table.required("path").and_then(|it| it.parsed(Path::parse));
    let accepts = table.parsed("accepts", regular_expression);
    let error = trimmed(&table, "error", table.text("error")).map(|it| it.value);
    table.finish();
    Some(Rejects { path: path?, accepts, error })
}

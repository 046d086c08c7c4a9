//! Schemas: `schemas/<service>.toml`.

use std::collections::BTreeMap;

use super::document::Document;
use super::table::Table;
use crate::db::schema::{Schemas, TypeSchema};

/// Reads every type of a file into `all`.
pub(super) fn schemas(document: &Document, root: Table<'_>, all: &mut Schemas) {
    for (name, value) in root.entries() {
        let Some(table) = value.table() else { continue };
        let words = |key| -> Vec<String> {
            let text = table.text(key).map(|it| it.value).unwrap_or_default();
            text.split_whitespace().map(str::to_owned).collect()
        };
        let schema = TypeSchema {
            properties: table.required_text("properties").map(|it| it.value).unwrap_or_default(),
            attributes: words("attributes"),
            create_only: words("create_only"),
            shapes: shapes(&table),
        };
        table.finish();
        if !all.insert(name.value.clone(), schema) {
            document.report(name.at, format!("`{}` has a schema already", name.value));
        }
    }
}

fn shapes(table: &Table<'_>) -> BTreeMap<String, String> {
    let shapes = table.get("shapes").and_then(|it| it.table()).map(|it| it.entries()).unwrap_or_default();
    shapes.into_iter().filter_map(|(name, value)| Some((name.value, value.text()?.value))).collect()
}

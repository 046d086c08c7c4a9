//! Coverage: `coverage/<service>.toml`.

use super::document::Document;
use super::predicate::regular_expression;
use super::table::{Table, Value};
use super::texts::trimmed;
use crate::db::release::parse_requirement;
use crate::db::{Coverage, Path, Plan, Rejects};

/// A row and where it is written.
pub(super) struct Row {
    pub(super) coverage: Coverage,
    pub(super) at: usize,
}

/// Reads every row of a file; `stem` is the file's name without extension.
pub(super) fn coverage(document: &Document, root: Table<'_>, stem: &str) -> Vec<Row> {
    if let Some(service) = root.required_text("service")
        && service.value.to_ascii_lowercase() != stem
    {
        let message = format!("service `{}` belongs in `{}.toml`", service.value, service.value.to_ascii_lowercase());
        document.report(service.at, message);
    }
    let min_plan = root.get("min_plan").and_then(plan);
    let types = root.required("types").and_then(Value::table);
    let mut rows = Vec::new();
    for (name, value) in types.iter().flat_map(Table::entries) {
        if let Err(message) = resource_type(&name.value) {
            document.report(name.at, message);
        }
        if let Some(table) = value.table() {
            rows.push(Row { coverage: row(table, name.value, min_plan), at: name.at });
        }
    }
    root.finish();
    rows
}

fn row(table: Table<'_>, resource_type: String, service_plan: Option<Plan>) -> Coverage {
    let requirement = |key| table.parsed(key, parse_requirement).map(|it| it.to_string());
    let names = |key| table.texts(key).into_iter().map(|it| it.value).collect();
    let row = Coverage {
        resource_type,
        community: requirement("community"),
        pro: requirement("pro"),
        min_plan: table.get("min_plan").and_then(plan).or(service_plan),
        create: table.boolean("create"),
        update: table.boolean("update"),
        delete: table.boolean("delete"),
        ignored: names("ignored"),
        placeholders: names("placeholders"),
        ref_placeholder: table.boolean("ref_placeholder").unwrap_or(false),
        replaces: names("replaces"),
        rejects: table.list("rejects").into_iter().filter_map(rejects).collect(),
    };
    table.finish();
    row
}

fn rejects(value: Value<'_>) -> Option<Rejects> {
    let table = value.table()?;
    let path = table.required("path").and_then(|it| it.parsed(Path::parse));
    let accepts = table.parsed("accepts", regular_expression);
    let error = trimmed(&table, "error", table.text("error")).map(|it| it.value);
    table.finish();
    Some(Rejects { path: path?, accepts, error })
}

fn plan(value: Value<'_>) -> Option<Plan> {
    let plan: Plan = value.word()?;
    if plan == Plan::Community {
        value.report("a minimal plan is `hobby`, `base`, `ultimate` or `enterprise`");
        return None;
    }
    Some(plan)
}

fn resource_type(name: &str) -> Result<(), String> {
    let part = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric());
    if name.split("::").count() == 3 && name.split("::").all(part) {
        return Ok(());
    }
    Err(format!("`{name}` is not a resource type such as `AWS::S3::Bucket`"))
}

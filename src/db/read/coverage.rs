//! Which LocalStack registers which types: `coverage/<service>.toml`, generated.

use super::context::Context;
use super::document::Document;
use super::scope::Scope;
use super::table::{Table, Value};
use crate::db::release::parse_requirement;
use crate::db::{Coverage, Plan};

/// A row and where it is written.
pub(super) struct Row {
    pub(super) coverage: Coverage,
    pub(super) at: usize,
}

/// Reads every row of a file; `stem` is the file's name without extension.
pub(super) fn coverage(document: &Document, root: Table<'_>, stem: &str, context: &Context<'_>) -> Vec<Row> {
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
            rows.push(Row { coverage: row(table, name.value, min_plan, context), at: name.at });
        }
    }
    root.finish();
    rows
}

fn row(table: Table<'_>, resource_type: String, service_plan: Option<Plan>, context: &Context<'_>) -> Coverage {
    let scope = Scope::of(context, std::slice::from_ref(&resource_type));
    let requirement = |key| table.parsed(key, parse_requirement).map(|it| it.to_string());
    let row = Coverage {
        resource_type,
        community: requirement("community"),
        pro: requirement("pro"),
        min_plan: table.get("min_plan").and_then(plan).or(service_plan),
        create: table.boolean("create"),
        update: table.boolean("update"),
        delete: table.boolean("delete"),
        replaces: table.each("replaces", |it| scope.path(it).map(|_| it.to_owned())),
        ..Coverage::default()
    };
    table.finish();
    row
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

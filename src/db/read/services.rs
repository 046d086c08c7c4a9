//! How services are called: `services.toml`.

use super::table::{Table, Value};
use crate::db::{Protocol, Service};

/// Reads every service.
pub(super) fn services(root: Table<'_>) -> Vec<Service> {
    let entries = root.get("services").and_then(Value::table).map(|it| it.entries()).unwrap_or_default();
    let mut services: Vec<Service> =
        entries.into_iter().filter_map(|(name, value)| service(name.value, value.table()?)).collect();
    root.finish();
    services.sort_by(|a, b| a.name.cmp(&b.name));
    services
}

fn service(name: String, table: Table<'_>) -> Option<Service> {
    let signing = table.text("signing").map_or_else(|| name.clone(), |it| it.value);
    let protocol = match table.required_text("protocol")?.value.as_str() {
        "json" => json(&table),
        "query" => table.required_text("version").map(|it| Protocol::Query { version: it.value }),
        "rest" => Some(Protocol::Rest),
        other => {
            table.report(format!("unknown protocol `{other}`; use one of `json`, `query`, `rest`"));
            return None;
        }
    };
    table.finish();
    Some(Service { name, signing, protocol: protocol? })
}

fn json(table: &Table<'_>) -> Option<Protocol> {
    let (target, version) = (table.required_text("target"), table.required_text("version"));
    Some(Protocol::Json { target: target?.value, version: version?.value })
}

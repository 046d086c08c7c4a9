//! Facts about AWS itself: `names.toml` and `managed-policies.toml`.

use super::document::Document;
use super::table::{Table, Value};
use crate::db::words::Word;
use crate::db::{Literal, ManagedPolicy, Naming, RefYields};

/// What an ARN is made of, beside text.
const PARTS: [&str; 4] = ["name", "region", "account_id", "partition"];

/// Reads how the types of the file are named.
pub(super) fn namings(root: Table<'_>) -> Vec<Naming> {
    let types = root.entries().into_iter();
    types.filter_map(|(name, value)| naming(value.table()?, name.value)).collect()
}

fn naming(table: Table<'_>, resource_type: String) -> Option<Naming> {
    let arn = table.required("arn").and_then(|it| it.parsed(arn));
    let text = |key| table.text(key).map(|it| it.value);
    let naming = Naming {
        resource_type,
        arn: arn.unwrap_or_default(),
        name: text("name"),
        name_attribute: text("name_attribute"),
        arn_attribute: text("arn_attribute"),
        reference: table.parsed("ref", RefYields::from_word).unwrap_or(RefYields::Other),
        unless: table.texts("unless").into_iter().map(|it| it.value).collect(),
    };
    table.finish();
    (!naming.arn.is_empty()).then_some(naming)
}

fn arn(text: &str) -> Result<String, String> {
    for rest in text.split("${").skip(1) {
        if let Some((name, _)) = rest.split_once('}').filter(|(name, _)| !PARTS.contains(name)) {
            return Err(format!(
                "`${{{name}}}` is no part of an ARN; known are `name`, `region`, `account_id`, `partition`"
            ));
        }
    }
    if text.starts_with("arn:${partition}:") && text.contains("${name}") {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` is not an ARN such as `arn:${{partition}}:sns:${{region}}:${{account_id}}:${{name}}`"))
}

/// Reads the policies.
pub(super) fn policies(document: &Document, root: Table<'_>) -> Vec<ManagedPolicy> {
    let mut policies: Vec<ManagedPolicy> = Vec::new();
    for table in root.list("policy").into_iter().filter_map(Value::table) {
        let name = table.required_text("name");
        let statements: Vec<Literal> = table.list("statements").into_iter().filter_map(statement).collect();
        if table.list("statements").is_empty() {
            table.report("a policy needs `statements`");
        }
        table.finish();
        let Some(name) = name else { continue };
        if policies.iter().any(|it| it.name == name.value) {
            document.report(name.at, format!("policy `{}` is there already", name.value));
        }
        policies.push(ManagedPolicy { name: name.value, statements });
    }
    root.finish();
    policies
}

fn statement(value: Value<'_>) -> Option<Literal> {
    let literal = value.literal()?;
    let has = |key: &str| matches!(&literal, Literal::Map(entries) if entries.iter().any(|(name, _)| name == key));
    if has("Effect") && (has("Action") || has("NotAction")) && (has("Resource") || has("NotResource")) {
        return Some(literal);
    }
    value.report("a statement has `Effect`, `Action` and `Resource` (or their `Not` forms)");
    None
}

//! Questions to policies: `policy_allows` and `role_allows`.

use super::context::Context;
use super::predicate::resource_text;
use super::table::Value;
use crate::db::PolicyQuestion;

/// Reads a question.
pub(super) fn policy_question(context: &Context<'_>, value: Value<'_>) -> Option<PolicyQuestion> {
    let table = value.table()?;
    let read = |it: Value<'_>| it.parsed(|text| resource_text(context, text));
    let principals = table.get("principal").map(|it| texts(it, &read)).unwrap_or_default();
    let actions: Vec<String> = table.list("actions").into_iter().filter_map(|it| it.parsed(action)).collect();
    if !table.has("actions") || table.list("actions").is_empty() {
        table.report("a question to a policy needs `actions`, a list of at least one");
    }
    let resource = table.get("resource").and_then(read);
    let condition_key = table.text("condition_key").map(|it| it.value);
    let keys = table.get("context").and_then(Value::table);
    let keys = keys.map(|it| it.entries().into_iter().map(|(key, value)| (key.value, texts(value, &read))).collect());
    table.finish();
    Some(PolicyQuestion { principals, actions, resource, condition_key, context: keys })
}

/// A text, or a list of them.
fn texts(value: Value<'_>, read: &dyn Fn(Value<'_>) -> Option<String>) -> Vec<String> {
    let all = if value.is_list() { value.list().unwrap_or_default() } else { vec![value] };
    all.into_iter().filter_map(read).collect()
}

fn action(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some((service, action)) if !service.is_empty() && !action.is_empty() => Ok(text.to_owned()),
        _ if text == "*" => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not an action; write it like `kms:Encrypt`")),
    }
}

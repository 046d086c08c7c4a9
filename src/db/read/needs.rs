//! What LocalStack needs beside itself: `needs.toml`.

use super::context::Context;
use super::observe::observation;
use super::predicate::expression;
use super::table::{Table, Value};
use crate::db::Need;

/// Reads every need.
pub(super) fn needs(root: Table<'_>, context: &Context<'_>) -> Vec<Need> {
    let tables = root.list("need").into_iter().filter_map(Value::table);
    let needs = tables.filter_map(|it| need(it, context)).collect();
    root.finish();
    needs
}

fn need(table: Table<'_>, context: &Context<'_>) -> Option<Need> {
    let name = table.required_text("name");
    let what = table.required_text("what");
    let types = table.texts("types").into_iter().map(|it| it.value).collect();
    let lacking = table.parsed("lacking", expression);
    let template = table.text("template").map(|it| it.value);
    let observe: Vec<_> = table.list("observe").into_iter().filter_map(|it| observation(context, it)).collect();
    if template.is_some() == observe.is_empty() {
        table.report("`template` and `observe` go together: what is deployed, and what is seen when this is there");
    }
    table.finish();
    Some(Need { name: name?.value, what: what?.value, types, lacking, template, observe })
}

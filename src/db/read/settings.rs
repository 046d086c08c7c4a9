//! Releases and configuration variables: `releases.toml`, `config.toml`.

use super::document::{Document, Located};
use super::table::{Table, Value};
use super::texts::printed;
use crate::db::release::{parse_release, parse_requirement};
use crate::db::words::Word;
use crate::db::{Edition, Release, Variable};

/// Reads the releases, which must stand in order.
pub(super) fn releases(document: &Document, root: Table<'_>) -> Vec<Release> {
    let mut releases = Vec::new();
    let mut newest = None;
    for table in root.list("release").into_iter().filter_map(Value::table) {
        let version = table.required("version").and_then(|it| it.parsed(parse_release));
        let date = table.get("date").and_then(Value::date);
        let ignores_unsupported = table.boolean("ignores_unsupported");
        let covered = table.required("covered").and_then(Value::boolean);
        if let (Some(version), Some(newest)) = (&version, &newest)
            && version <= newest
        {
            document
                .report(table.at(), format!("release `{version}` must come after `{newest}`: oldest first, each once"));
        }
        table.finish();
        if let (Some(version), Some(covered)) = (version, covered) {
            releases.push(Release { version: version.to_string(), date, ignores_unsupported, covered });
            newest = Some(version);
        }
    }
    root.finish();
    releases
}

/// Reads the variables.
pub(super) fn variables(document: &Document, root: Table<'_>) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    for table in root.list("variable").into_iter().filter_map(Value::table) {
        let name = table.required_text("name");
        let default = table.required_text("default");
        let effect = printed(&table, "effect", table.required_text("effect")).map(|it| it.value);
        let editions: Vec<Edition> =
            table.list("editions").into_iter().filter_map(|it| it.parsed(Edition::from_word)).collect();
        if !table.has("editions") || table.list("editions").is_empty() {
            table.report("`editions` names none of `community`, `pro`");
        }
        let since = table.parsed("since", parse_requirement).map(|it| it.to_string());
        table.finish();
        if let (Some(name), Some(default), Some(effect)) = (name, default, effect) {
            check_name(document, &name, &variables);
            variables.push(Variable { name: name.value, default: default.value, effect, editions, since });
        }
    }
    root.finish();
    variables.sort_by(|a, b| a.name.cmp(&b.name));
    variables
}

fn check_name(document: &Document, name: &Located<String>, known: &[Variable]) {
    let allowed = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_';
    if name.value.is_empty() || !name.value.bytes().all(allowed) {
        document.report(name.at, format!("`{}` is not the name of an environment variable", name.value));
    }
    if known.iter().any(|it| it.name == name.value) {
        document.report(name.at, format!("variable `{}` is there already", name.value));
    }
}

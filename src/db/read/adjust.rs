//! Places and concrete changes: `at` and `adjust`.

use super::scope::Scope;
use super::table::{Table, Value};
use crate::db::{Action, Adjust, Locator, Path, Predicate};

const ACTIONS: [(&str, Option<&str>); 7] = [
    ("set", Some("to")),
    ("remove", None),
    ("append", Some("value")),
    ("replace", Some("with")),
    ("quote", None),
    ("unquote", None),
    ("remove_resource", None),
];

/// Reads `at`, a place of the subject or of what it refers to.
pub(super) fn locator(scope: &Scope<'_>, when: Option<&Predicate>, value: Value<'_>) -> Option<Locator> {
    let table = value.table()?;
    let via = table.parsed("via", |it| scope.path(it));
    let path = table.required("path").and_then(|it| it.parsed(|it| scope.via(via.as_ref(), when).path(it)));
    table.finish();
    Some(Locator { path: path?, via })
}

/// Reads one element of `adjust`.
pub(super) fn adjust(scope: &Scope<'_>, when: Option<&Predicate>, value: Value<'_>) -> Option<Adjust> {
    let table = value.table()?;
    let present: Vec<_> = ACTIONS.iter().filter(|(name, _)| table.has(name)).collect();
    let [(name, operand)] = present.as_slice() else {
        table.report(
            "an adjustment has exactly one of `set`, `remove`, `append`, `replace`, `quote`, `unquote`, \
             `remove_resource`",
        );
        return None;
    };
    let action = action(&table, name, *operand);
    let via = table.parsed("via", |it| scope.path(it));
    let path = match *name {
        "remove_resource" => {
            if table.boolean("remove_resource") == Some(false) {
                table.report("`remove_resource` is `true` or left out");
            }
            Some(Path { attribute: false, steps: Vec::new() })
        }
        name => table.parsed(name, |it| scope.via(via.as_ref(), when).path(it)),
    };
    let safety = table.required_word("safety");
    table.finish();
    Some(Adjust { action: action?, target: Locator { path: path?, via }, safety: safety? })
}

fn action(table: &Table<'_>, name: &str, operand: Option<&'static str>) -> Option<Action> {
    let value = match operand {
        Some(operand) => Some(table.required(operand)?.literal()?),
        None => None,
    };
    match (name, value) {
        ("set", Some(value)) => Some(Action::Set(value)),
        ("append", Some(value)) => Some(Action::Append(value)),
        ("replace", Some(value)) => Some(Action::Replace(value)),
        ("remove", None) => Some(Action::Remove),
        ("quote", None) => Some(Action::Quote),
        ("unquote", None) => Some(Action::Unquote),
        _ => Some(Action::RemoveResource),
    }
}

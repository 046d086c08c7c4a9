//! The predicate language: `when`, `where` and everything below them.

use super::document::Located;
use super::scope::Scope;
use super::table::{Table, Value};
use crate::db::words::Word;
use crate::db::{Comparison, Kind, Link, Literal, Path, PolicyQuestion, Predicate, RefersTo, Test};

const SHAPES: [&str; 8] = ["all", "any", "not", "path", "exists", "missing", "intrinsic", "uses_text"];
const OPERATORS: [&str; 16] = [
    "is",
    "eq",
    "ne",
    "in",
    "lt",
    "le",
    "gt",
    "ge",
    "matches",
    "starts_with",
    "ends_with",
    "contains",
    "length",
    "where",
    "refers_to",
    "policy_allows",
];
const WITH_DEFAULT: [&str; 7] = ["eq", "ne", "in", "lt", "le", "gt", "ge"];
/// Operators that no list and no object satisfies.
const OF_SCALARS: [&str; 8] = ["in", "lt", "le", "gt", "ge", "matches", "starts_with", "ends_with"];
/// What `${...}` stands for in texts of predicates.
const NAMES: [&str; 4] = ["region", "account_id", "partition", "logical_id"];

/// Reads a predicate.
pub(super) fn predicate(scope: &Scope<'_>, value: Value<'_>) -> Option<Predicate> {
    let table = value.table()?;
    if !table.has("path")
        && let Some(operator) = OPERATORS.iter().find(|it| table.has(it))
    {
        table.report(format!("`{operator}` needs a `path`; the value itself is `path = \".\"`"));
        return None;
    }
    let shape = exactly_one(&table, "a predicate", &SHAPES)?;
    let read = match shape {
        "all" => predicates(scope, table.get("all")?).map(Predicate::All),
        "any" => predicates(scope, table.get("any")?).map(Predicate::Any),
        "not" => predicate(scope, table.get("not")?).map(|it| Predicate::Not(Box::new(it))),
        "exists" => link(scope, table.get("exists")?).map(Predicate::Exists),
        "missing" => link(scope, table.get("missing")?).map(Predicate::Missing),
        "intrinsic" => table.parsed("intrinsic", intrinsic).map(Predicate::Intrinsic),
        "uses_text" => table.parsed("uses_text", pattern).map(Predicate::UsesText),
        _ => {
            let (path, at) = path(scope, table.get("path")?);
            let test = test(&at, &table, "a predicate with `path`", &OPERATORS);
            path.zip(test).map(|(path, test)| Predicate::Test(path, test))
        }
    };
    table.finish();
    read
}

fn predicates(scope: &Scope<'_>, value: Value<'_>) -> Option<Vec<Predicate>> {
    let list = value.list()?;
    if list.is_empty() {
        value.report("the list of predicates is empty");
    }
    // Collected first, so that a broken predicate does not hide its neighbours' problems.
    let read: Vec<Option<Predicate>> = list.into_iter().map(|it| predicate(scope, it)).collect();
    read.into_iter().collect()
}

/// Reads a path, and what stands there.
fn path<'c>(scope: &Scope<'c>, value: Value<'_>) -> (Option<Path>, Scope<'c>) {
    let path = value.parsed(Path::parse);
    let at = path.as_ref().and_then(|it| scope.at(it).map_err(|message| value.report(message)).ok());
    (path, at.unwrap_or_else(|| Scope::unknown(scope.context)))
}

/// Reads the one of `operators` that `table`, called `what`, has for a value.
pub(super) fn test(scope: &Scope<'_>, table: &Table<'_>, what: &str, operators: &[&'static str]) -> Option<Test> {
    // Asked for first: a superfluous operator is one problem, not an unknown key as well.
    let values: Vec<_> = operators.iter().map(|it| (*it, table.get(it))).collect();
    let operator = exactly_one(table, what, operators)?;
    let default = table.get("default").filter(|it| {
        let allowed = WITH_DEFAULT.contains(&operator);
        if !allowed {
            it.report(format!("`default` does not go with `{operator}`; it goes with {}", quoted(&WITH_DEFAULT)));
        }
        allowed
    });
    let value = values.into_iter().find(|(it, _)| *it == operator)?.1?;
    if (OF_SCALARS.contains(&operator) || (["eq", "ne"].contains(&operator) && value.is_scalar()))
        && let Some(message) = scope.compound()
    {
        value.report(message);
    }
    match operator {
        "is" => value.parsed(is),
        "eq" => Some(Test::Eq(literal(value)?, optional(default, literal)?)),
        "ne" => Some(Test::Ne(literal(value)?, optional(default, literal)?)),
        "in" => Some(Test::In(literals(value)?, optional(default, literal)?)),
        "matches" => value.parsed(regular_expression).map(Test::Matches),
        "starts_with" => value.parsed(pattern).map(Test::StartsWith),
        "ends_with" => value.parsed(pattern).map(Test::EndsWith),
        "contains" => literal(value).map(Test::Contains),
        "length" => lengths(value).map(Test::Length),
        "where" => predicate(scope, value).map(|it| Test::Where(Box::new(it))),
        "refers_to" => refers_to(scope, value).map(Test::RefersTo),
        "policy_allows" => policy_question(value).map(Test::PolicyAllows),
        comparison => {
            let comparison = Comparison::from_word(comparison).ok()?;
            Some(Test::Compare(comparison, value.number()?, optional(default, Value::number)?))
        }
    }
}

/// Reads what is there; `None` only when it is there and broken.
fn optional<'a, T>(value: Option<Value<'a>>, read: impl FnOnce(Value<'a>) -> Option<T>) -> Option<Option<T>> {
    value.map_or(Some(None), |it| read(it).map(Some))
}

fn is(word: &str) -> Result<Test, String> {
    match word {
        "present" => Ok(Test::Present),
        "absent" => Ok(Test::Absent),
        _ => Kind::from_word(word).map(Test::Kind).map_err(|message| format!("{message}, `present`, `absent`")),
    }
}

fn literal(value: Value<'_>) -> Option<Literal> {
    let literal = value.literal()?;
    check_names(value, &literal).then_some(literal)
}

fn check_names(value: Value<'_>, literal: &Literal) -> bool {
    match literal {
        Literal::String(text) => value_names(text).map_err(|message| value.report(message)).is_ok(),
        Literal::List(elements) => elements.iter().all(|it| check_names(value, it)),
        Literal::Map(entries) => entries.iter().all(|(_, it)| check_names(value, it)),
        Literal::Bool(_) | Literal::Number(_) => true,
    }
}

fn literals(value: Value<'_>) -> Option<Vec<Literal>> {
    let list = value.list()?;
    if list.is_empty() {
        value.report("the list of values is empty");
    }
    list.into_iter().map(literal).collect()
}

fn lengths(value: Value<'_>) -> Option<Vec<(Comparison, u64)>> {
    let table = value.table()?;
    let mut lengths = Vec::new();
    for (word, comparison) in Comparison::WORDS {
        if let Some(count) = table.get(word).and_then(Value::count) {
            lengths.push((*comparison, count));
        }
    }
    if !Comparison::WORDS.iter().any(|(word, _)| table.has(word)) {
        table.report("`length` needs at least one of `lt`, `le`, `gt`, `ge`, `eq`");
    }
    table.finish();
    Some(lengths)
}

fn refers_to(scope: &Scope<'_>, value: Value<'_>) -> Option<RefersTo> {
    let table = value.table()?;
    let resources = resources(scope, &table);
    let other = other(scope, resources.as_deref());
    let attribute = scope.attribute(&table, "attribute", resources.as_deref().unwrap_or_default());
    let filter = table.get("where").map(|it| predicate(&other, it));
    table.finish();
    Some(RefersTo { resources: resources?, attribute, filter: boxed(filter)? })
}

fn link(scope: &Scope<'_>, value: Value<'_>) -> Option<Link> {
    let table = value.table()?;
    let resources = resources(scope, &table);
    let other = other(scope, resources.as_deref());
    let filter = table.get("where").map(|it| predicate(&other, it));
    let linked_by = table.parsed("linked_by", |it| other.path(it));
    table.finish();
    Some(Link { resources: resources?, filter: boxed(filter)?, linked_by })
}

/// What the paths about another resource start at.
fn other<'c>(scope: &Scope<'c>, types: Option<&[String]>) -> Scope<'c> {
    types.map_or_else(|| Scope::unknown(scope.context), |it| Scope::of(scope.context, it))
}

fn boxed(filter: Option<Option<Predicate>>) -> Option<Option<Box<Predicate>>> {
    filter.map_or(Some(None), |it| it.map(|it| Some(Box::new(it))))
}

fn resources(scope: &Scope<'_>, table: &Table<'_>) -> Option<Vec<String>> {
    let names: Vec<Located<String>> = table.required("resource")?.text_or_texts();
    if names.is_empty() {
        table.report("`resource` names no type");
    }
    Some(scope.context.resource_types(table, names))
}

fn policy_question(value: Value<'_>) -> Option<PolicyQuestion> {
    let table = value.table()?;
    let principal = table.parsed("principal", pattern);
    let actions: Vec<String> = table.list("actions").into_iter().filter_map(|it| it.parsed(action)).collect();
    if !table.has("actions") || table.list("actions").is_empty() {
        table.report("`policy_allows` needs `actions`, a list of at least one");
    }
    let resource = table.parsed("resource", pattern);
    let condition_key = table.text("condition_key").map(|it| it.value);
    table.finish();
    Some(PolicyQuestion { principal, actions, resource, condition_key })
}

fn action(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some((service, action)) if !service.is_empty() && !action.is_empty() => Ok(text.to_owned()),
        _ if text == "*" => Ok(text.to_owned()),
        _ => Err(format!("`{text}` is not an action; write it like `kms:Encrypt`")),
    }
}

fn intrinsic(name: &str) -> Result<String, String> {
    if matches!(name, "Ref.NotificationARNs" | "Ref.Generated")
        || name == "Ref"
        || name == "Condition"
        || name.strip_prefix("Fn::").is_some_and(|it| !it.is_empty())
    {
        return Ok(name.to_owned());
    }
    Err(format!("`{name}` is not an intrinsic function; write its full name, such as `Fn::Cidr`"))
}

fn pattern(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("the text is empty, so it would match everything".into());
    }
    value_names(text)?;
    Ok(text.to_owned())
}

/// Reads a regular expression, whose `${...}` are put in place before it is used.
pub(super) fn regular_expression(text: &str) -> Result<String, String> {
    value_names(text)?;
    let filled = NAMES.iter().fold(text.to_owned(), |filled, name| filled.replace(&format!("${{{name}}}"), "x"));
    compiles(&filled).map(|()| text.to_owned()).map_err(|reason| format!("`{text}` {reason}"))
}

/// Reads a regular expression that stands for itself.
pub(super) fn expression(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err("the expression is empty, so it would match everything".into());
    }
    compiles(text).map(|()| text.to_owned()).map_err(|reason| format!("`{text}` {reason}"))
}

fn compiles(text: &str) -> Result<(), String> {
    regex::Regex::new(text).map(drop).map_err(|error| {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        format!("is not a regular expression: {reason}")
    })
}

fn value_names(text: &str) -> Result<(), String> {
    for rest in text.split("${").skip(1) {
        let Some((name, _)) = rest.split_once('}') else { continue };
        if name.bytes().all(|it| it.is_ascii_lowercase() || it == b'_') && !NAMES.contains(&name) {
            return Err(format!("`${{{name}}}` stands for nothing; known are {}", quoted(&NAMES)));
        }
    }
    Ok(())
}

fn exactly_one(table: &Table<'_>, what: &str, keys: &[&'static str]) -> Option<&'static str> {
    let present: Vec<&'static str> = keys.iter().copied().filter(|it| table.has(it)).collect();
    match present.as_slice() {
        [key] => Some(key),
        [] => {
            table.report(format!("{what} needs exactly one of {}", quoted(keys)));
            None
        }
        several => {
            table.report(format!("{what} has exactly one of its keys; here are {}", quoted(several)));
            None
        }
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

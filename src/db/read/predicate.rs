//! The predicate language: `when`, `where` and everything below them.

use super::context::Context;
use super::document::Located;
use super::expression::{calculation, cidr, fits, operands};
use super::question::policy_question;
use super::scope::Scope;
use super::table::{Table, Value};
use crate::db::words::Word;
use crate::db::{Comparison, Kind, Link, Literal, Order, Path, Predicate, RefersTo, Same, Test};

const SHAPES: [&str; 9] = ["all", "any", "not", "path", "exists", "missing", "intrinsic", "uses_text", "value"];
const OPERATORS: [&str; 24] = [
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
    "one_of",
    "none_of",
    "fits",
    "repeated",
    "json",
    "cidr",
    "refers_to",
    "policy_allows",
    "role_allows",
    "covers",
];
const WITH_DEFAULT: [&str; 7] = ["eq", "ne", "in", "lt", "le", "gt", "ge"];
/// Operators that no list and no object satisfies.
const OF_SCALARS: [&str; 11] =
    ["in", "lt", "le", "gt", "ge", "matches", "starts_with", "ends_with", "fits", "cidr", "covers"];
/// What `${...}` stands for in texts of predicates.
const NAMES: [&str; 4] = ["region", "account_id", "partition", "logical_id"];

/// Reads a predicate.
pub(super) fn predicate(scope: &Scope<'_>, value: Value<'_>) -> Option<Predicate> {
    let table = value.table()?;
    if !table.has("path")
        && !table.has("value")
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
        "value" => calculation(scope, &table),
        _ => {
            let (path, at) = path(scope, table.get("path")?);
            let test = test(&at, scope, &table, "a predicate with `path`", &OPERATORS);
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

/// Reads the one of `operators` that `table`, called `what`, has for a value; other values are addressed from `around`.
pub(super) fn test(
    scope: &Scope<'_>,
    around: &Scope<'_>,
    table: &Table<'_>,
    what: &str,
    operators: &[&'static str],
) -> Option<Test> {
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
        "one_of" => operands(around, value).map(Test::OneOf),
        "none_of" => operands(around, value).map(Test::NoneOf),
        "fits" => fits(around, value).map(Test::Fits),
        "repeated" => repeated(value),
        "json" => predicate(&Scope::unknown(scope.context), value).map(|it| Test::Json(Box::new(it))),
        "cidr" => cidr(around, value).map(Test::Cidr),
        "policy_allows" => policy_question(scope.context, value).map(Test::PolicyAllows),
        "role_allows" => policy_question(scope.context, value).map(Test::RoleAllows),
        "covers" => value.parsed(|it| resource_text(scope.context, it)).map(Test::Covers),
        comparison => {
            let comparison = Comparison::from_word(comparison).ok()?;
            Some(Test::Compare(comparison, value.number()?, optional(default, Value::number)?))
        }
    }
}

/// Reads what is there; `None` only when it is there and broken.
pub(super) fn optional<'a, T>(
    value: Option<Value<'a>>,
    read: impl FnOnce(Value<'a>) -> Option<T>,
) -> Option<Option<T>> {
    value.map_or(Some(None), |it| read(it).map(Some))
}

fn is(word: &str) -> Result<Test, String> {
    match word {
        "present" => Ok(Test::Present),
        "absent" => Ok(Test::Absent),
        _ => Kind::from_word(word).map(Test::Kind).map_err(|message| format!("{message}, `present`, `absent`")),
    }
}

/// Reads a value whose texts may hold `${...}`.
pub(super) fn literal(value: Value<'_>) -> Option<Literal> {
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

/// Reads a description of other resources of the stack.
pub(super) fn link(scope: &Scope<'_>, value: Value<'_>) -> Option<Link> {
    let table = value.table()?;
    let resources = resources(scope, &table);
    let other = other(scope, resources.as_deref());
    let filter = table.get("where").map(|it| predicate(&other, it));
    let linked_by = table.parsed("linked_by", |it| other.path(it));
    let order = table.get("order").map(Value::word::<Order>);
    let same: Vec<Option<Same>> = table.list("same").into_iter().map(|it| same(&other, it)).collect();
    if table.has("same") && same.is_empty() {
        table.report("`same` names no path");
    }
    table.finish();
    let same = same.into_iter().collect::<Option<_>>()?;
    let order = order.map_or(Some(None), |it| it.map(Some))?;
    Some(Link { resources: resources?, filter: boxed(filter)?, linked_by, same, order })
}

/// What the paths about another resource start at.
fn other<'c>(scope: &Scope<'c>, types: Option<&[String]>) -> Scope<'c> {
    types.map_or_else(|| Scope::unknown(scope.context), |it| Scope::of(scope.context, it))
}

/// A path, or one with what is taken when nothing is there.
fn same(scope: &Scope<'_>, value: Value<'_>) -> Option<Same> {
    if value.is_text() {
        return Some(Same { path: value.parsed(|it| scope.path(it))?, default: None });
    }
    let table = value.table()?;
    let path = table.required("path").and_then(|it| it.parsed(|it| scope.path(it)));
    let default = optional(table.get("default"), literal);
    table.finish();
    Some(Same { path: path?, default: default? })
}

fn repeated(value: Value<'_>) -> Option<Test> {
    if value.boolean()? {
        return Some(Test::Repeated);
    }
    value.report("`repeated` is always `true`; put a `not` around it for the opposite");
    None
}

/// Wraps what a nested predicate was read from; `None` only when it is there and broken.
pub(super) fn boxed(filter: Option<Option<Predicate>>) -> Option<Option<Box<Predicate>>> {
    filter.map_or(Some(None), |it| it.map(|it| Some(Box::new(it))))
}

fn resources(scope: &Scope<'_>, table: &Table<'_>) -> Option<Vec<String>> {
    let names: Vec<Located<String>> = table.required("resource")?.text_or_texts();
    if names.is_empty() {
        table.report("`resource` names no type");
    }
    Some(scope.context.resource_types(table, names))
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

/// Reads a text that a value is compared with.
pub(super) fn pattern(text: &str) -> Result<String, String> {
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

/// Reads a text that may name resources around the subject: `${TYPE.arn}` and `${TYPE.name}`.
pub(super) fn resource_text(context: &Context<'_>, text: &str) -> Result<String, String> {
    for rest in text.split("${").skip(1) {
        let Some((inside, _)) = rest.split_once('}') else { continue };
        let Some((kind, attribute)) = inside.rsplit_once('.') else { continue };
        context.resource_type(kind)?;
        if !matches!(attribute, "arn" | "name") {
            return Err(format!("`${{{inside}}}` stands for nothing; a resource has `arn` and `name`"));
        }
    }
    pattern(text)
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

/// The one of `keys` that the table has.
pub(super) fn exactly_one(table: &Table<'_>, what: &str, keys: &[&'static str]) -> Option<&'static str> {
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

/// Words in backticks.
pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

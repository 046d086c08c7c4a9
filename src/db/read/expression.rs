//! What tests compare with: other values of the template, and numbers calculated from them.

use super::predicate::{boxed, exactly_one, link, literal, optional, predicate};
use super::scope::Scope;
use super::table::{Table, Value};
use crate::db::words::Word;
use crate::db::{Cidr, Comparison, Expression, Fits, Link, Literal, Operand, Predicate};

const EXPRESSIONS: [&str; 8] = ["path", "count", "length", "json_size", "prefix_length", "sum", "product", "over"];
const COMPARISONS: [&str; 5] = ["lt", "le", "gt", "ge", "eq"];

/// Reads `value` and the comparison beside it.
pub(super) fn calculation(scope: &Scope<'_>, table: &Table<'_>) -> Option<Predicate> {
    let left = table.get("value").and_then(|it| expression(scope, it));
    let values = COMPARISONS.map(|it| (it, table.get(it)));
    let word = exactly_one(table, "a predicate with `value`", &COMPARISONS)?;
    let right = values.into_iter().find(|(it, _)| *it == word)?.1.and_then(|it| expression(scope, it));
    Some(Predicate::Calculation(Box::new(left?), Comparison::from_word(word).ok()?, Box::new(right?)))
}

/// Reads a number, a path, or a table that says how the number is calculated.
fn expression(scope: &Scope<'_>, value: Value<'_>) -> Option<Expression> {
    if value.is_number() {
        return value.number().map(Expression::Number);
    }
    if value.is_text() {
        return operand(scope, value).map(Expression::Values);
    }
    let table = value.table()?;
    let key = exactly_one(&table, "an expression", &EXPRESSIONS)?;
    let read = match key {
        "path" => return operand(scope, value).map(Expression::Values),
        "count" => {
            let path = table.parsed("count", |it| scope.path(it));
            let at = path.as_ref().and_then(|it| scope.at(it).ok()).unwrap_or_else(|| Scope::unknown(scope.context));
            let filter = boxed(table.get("where").map(|it| predicate(&at, it)));
            path.zip(filter).map(|(path, filter)| Expression::Count(path, filter))
        }
        "length" => operand(scope, table.get(key)?).map(Expression::Length),
        "json_size" => operand(scope, table.get(key)?).map(Expression::JsonSize),
        "prefix_length" => operand(scope, table.get(key)?).map(Expression::PrefixLength),
        "sum" => expressions(scope, table.get(key)?).map(Expression::Sum),
        "product" => expressions(scope, table.get(key)?).map(Expression::Product),
        _ => over(scope, &table),
    };
    table.finish();
    read
}

fn over(scope: &Scope<'_>, table: &Table<'_>) -> Option<Expression> {
    let resources = table.get("over").and_then(|it| countable(it, link(scope, it)?));
    let types = resources.as_ref().map(|it| it.resources.as_slice()).unwrap_or_default();
    let there = Scope::of(scope.context, types);
    let each = table.get("each").map_or(Some(Expression::Number(1.0)), |it| expression(&there, it));
    Some(Expression::Over(resources?, Box::new(each?)))
}

/// The subject counts too, so the others cannot be told by when they are created.
fn countable(value: Value<'_>, link: Link) -> Option<Link> {
    if link.order.is_some() {
        value.report("`order` does not go with `over`");
        return None;
    }
    Some(link)
}

fn expressions(scope: &Scope<'_>, value: Value<'_>) -> Option<Vec<Expression>> {
    let read: Vec<Option<Expression>> = value.list()?.into_iter().map(|it| expression(scope, it)).collect();
    if read.is_empty() {
        value.report("the list of expressions is empty");
    }
    read.into_iter().collect()
}

/// Reads one operand, or a list of them.
pub(super) fn operands(scope: &Scope<'_>, value: Value<'_>) -> Option<Vec<Operand>> {
    if !value.is_list() {
        return Some(vec![operand(scope, value)?]);
    }
    let read: Vec<Option<Operand>> = value.list()?.into_iter().map(|it| operand(scope, it)).collect();
    if read.is_empty() {
        value.report("the list of paths is empty");
    }
    read.into_iter().collect()
}

/// Reads a path, or a table with one.
fn operand(scope: &Scope<'_>, value: Value<'_>) -> Option<Operand> {
    if value.is_text() {
        return Some(Operand { path: value.parsed(|it| scope.path(it))?, of: None, via: None, default: None });
    }
    let table = value.table()?;
    let operand = operand_of(scope, &table);
    table.finish();
    operand
}

fn operand_of(scope: &Scope<'_>, table: &Table<'_>) -> Option<Operand> {
    let named = |text: &str| scope.context.resource_type(text).map(|()| text.to_owned());
    let of = table.get("of").map(|it| it.parsed(named));
    let resource = of.iter().flatten().map(|it| Scope::of(scope.context, std::slice::from_ref(it))).next();
    // Where a `via` without `of` starts, the resource around the paths here, is not told.
    let unknown = Scope::unknown(scope.context);
    let start = resource.as_ref().unwrap_or(&unknown);
    let via = table.get("via").map(|it| it.parsed(|it| start.path(it)));
    let there = if via.is_some() { &unknown } else { resource.as_ref().unwrap_or(scope) };
    let path = table.required("path").and_then(|it| it.parsed(|it| there.path(it)));
    let default: Option<Option<Literal>> = optional(table.get("default"), literal);
    let whole = |it: Option<Option<String>>| it.map_or(Some(None), |it| it.map(Some));
    let via = via.map_or(Some(None), |it| it.map(Some));
    Some(Operand { path: path?, of: whole(of)?, via: via?, default: default? })
}

/// Reads where a regular expression of the template stands.
pub(super) fn fits(scope: &Scope<'_>, value: Value<'_>) -> Option<Fits> {
    if value.is_text() {
        return Some(Fits { pattern: operand(scope, value)?, whole: false });
    }
    let table = value.table()?;
    let pattern = operand_of(scope, &table);
    let whole = table.boolean("whole").unwrap_or(false);
    table.finish();
    Some(Fits { pattern: pattern?, whole })
}

/// Reads what is asked of a block of addresses.
pub(super) fn cidr(scope: &Scope<'_>, value: Value<'_>) -> Option<Cidr> {
    if value.is_text() {
        return value.parsed(|text| match text {
            "block" => Ok(Cidr::Block),
            "network" => Ok(Cidr::Network),
            _ => Err(format!("`{text}` is nothing a block can be; use `block`, `network`, or a table")),
        });
    }
    let table = value.table()?;
    let key = exactly_one(&table, "`cidr`", &["within", "overlaps"])?;
    let others = operands(scope, table.get(key)?);
    table.finish();
    Some(if key == "within" { Cidr::Within(others?) } else { Cidr::Overlaps(others?) })
}

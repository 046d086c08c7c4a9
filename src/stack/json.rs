//! A known value as JSON text, as `Fn::ToJsonString` writes it: compact, keys in their order.

use std::fmt::Write;

use super::{Data, Value, intrinsics};
use crate::source::{Node, Number};

/// The JSON text of a list or mapping; `None` for anything else, and when a part of it is not known.
pub(super) fn text(value: &Value) -> Option<String> {
    let mut out = String::new();
    match &value.data {
        Data::List(_) | Data::Map(_) => write(value, &mut out).map(|()| out),
        _ => None,
    }
}

/// Whether the operand of the call `node` has functions in it, so that its text depends on what they yield.
pub(super) fn has_calls(operand: &Node, node: &Node) -> bool {
    let is_call = |it: &Node| intrinsics::call(it).is_some() || has_calls(it, it);
    (!std::ptr::eq(operand, node) && intrinsics::call(operand).is_some())
        || operand.elements().iter().any(is_call)
        || operand.entries().iter().any(|it| is_call(&it.value))
}

fn write(value: &Value, out: &mut String) -> Option<()> {
    match &value.data {
        Data::Null => out.push_str("null"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Number(number) => out.push_str(&numeral(number)?),
        Data::String(text) => string(text, out)?,
        Data::List(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                separate(at, out);
                write(element, out)?;
            }
            out.push(']');
        }
        Data::Map(fields) => {
            out.push('{');
            for (at, field) in fields.iter().enumerate() {
                separate(at, out);
                string(&field.key, out)?;
                out.push(':');
                write(&field.value, out)?;
            }
            out.push('}');
        }
        Data::Absent | Data::Reference(_) | Data::Text(_) | Data::Call(_) | Data::OneOf(_) | Data::Unknown(_) => {
            return None;
        }
    }
    Some(())
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
}

fn string(text: &str, out: &mut String) -> Option<()> {
    out.push_str(&serde_json::to_string(text).ok()?);
    Some(())
}

/// A number as written where JSON can spell it so, else by its value (`0x1F`, `1_000`, `.5`).
fn numeral(number: &Number) -> Option<String> {
    if serde_json::from_str::<serde_json::Number>(&number.text).is_ok() {
        return Some(number.text.clone());
    }
    if !number.value.is_finite() {
        return None;
    }
    let mut text = String::new();
    write!(text, "{}", number.value).ok()?;
    Some(text)
}

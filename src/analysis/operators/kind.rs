//! `is`: whether a value is there and of which kind.

use super::super::text::unknown_reason;
use crate::db::Kind;
use crate::stack::{Data, Reason, Truth, Value};

/// Whether a value is there. What is given at deployment is; what only a condition decides may not be.
pub(in super::super) fn present(value: &Value) -> Truth {
    match &value.data {
        Data::Absent | Data::Null => Truth::No,
        Data::Unknown(reason @ (Reason::Condition(_) | Reason::Other(_))) => Truth::Unknown(reason.clone()),
        _ => Truth::Yes,
    }
}

/// Whether a value is of a kind. Ref always yields a text; an attribute may be a list or a text that is a number.
pub(in super::super) fn is(kind: Kind, value: &Value) -> Truth {
    let open = || unknown_reason(value).map_or(Truth::No, Truth::Unknown);
    match (&value.data, kind) {
        (Data::Unknown(reason), _) => Truth::Unknown(reason.clone()),
        (Data::Call(_), _) => open(),
        (Data::String(_) | Data::Text(_), Kind::String) => Truth::Yes,
        (Data::Reference(it), Kind::String) if it.attribute.is_none() => Truth::Yes,
        (Data::Reference(it), Kind::List | Kind::String | Kind::Boolean) if it.attribute.is_some() => open(),
        (Data::Reference(_) | Data::Text(_), Kind::Number) => open(),
        (Data::Number(_) | Data::String(_), Kind::Number) => Truth::from(value.as_number().is_some()),
        (Data::Bool(_), Kind::Boolean) | (Data::List(_), Kind::List) | (Data::Map(_), Kind::Map) => Truth::Yes,
        _ => Truth::No,
    }
}

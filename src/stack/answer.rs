//! JSON that a service answered as a value: all of it known, and written nowhere.

use super::{Data, Field, Value};
use crate::source::{Number, Span};

/// Where something stands that no template holds.
const NOWHERE: Span = Span { start: 0, end: 0 };

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        let data = match json {
            serde_json::Value::Null => Data::Null,
            serde_json::Value::Bool(value) => Data::Bool(*value),
            serde_json::Value::Number(number) => {
                Data::Number(Number { value: number.as_f64().unwrap_or(f64::NAN), text: number.to_string() })
            }
            serde_json::Value::String(text) => Data::String(text.clone()),
            serde_json::Value::Array(elements) => Data::List(elements.iter().map(Value::from).collect()),
            serde_json::Value::Object(fields) => Data::Map(
                fields
                    .iter()
                    .map(|(key, value)| Field { key: key.clone(), key_span: NOWHERE, value: Value::from(value) })
                    .collect(),
            ),
        };
        Value { data, span: NOWHERE }
    }
}

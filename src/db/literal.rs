//! Values of the knowledge base as JSON.

use serde_json::{Number, Value};

use super::Literal;

impl Literal {
    /// The value as JSON: whole numbers without a fraction, mappings in the order written.
    pub fn to_json(&self) -> Value {
        match self {
            Literal::Bool(value) => Value::Bool(*value),
            Literal::Number(value) => number(*value),
            Literal::String(text) => Value::String(text.clone()),
            Literal::List(elements) => Value::Array(elements.iter().map(Literal::to_json).collect()),
            Literal::Map(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_json())).collect())
            }
        }
    }
}

/// Infinities, which TOML can write and JSON cannot, become null.
fn number(value: f64) -> Value {
    let whole = value as i64;
    #[expect(clippy::float_cmp, reason = "asks whether the number is exactly whole")]
    let is_whole = whole as f64 == value;
    if is_whole { Value::from(whole) } else { Number::from_f64(value).map_or(Value::Null, Value::Number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_whole_numbers_and_the_written_order() {
        let literal = Literal::Map(vec![
            ("b".into(), Literal::List(vec![Literal::Number(60.0), Literal::Number(1.5), Literal::Bool(true)])),
            ("a".into(), Literal::String("x".into())),
        ]);
        assert_eq!(literal.to_json().to_string(), r#"{"b":[60,1.5,true],"a":"x"}"#);
        assert_eq!(Literal::Number(f64::INFINITY).to_json(), Value::Null);
    }
}

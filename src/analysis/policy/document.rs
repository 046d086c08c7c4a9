//! The shapes a policy document comes in: a mapping, a JSON text, a JSON text with references in it.

use super::Answer;
use crate::analysis::matcher::Scope;
use crate::analysis::outcome;
use crate::analysis::text::unknown_reason;
use crate::source::{Number, Span};
use crate::stack::{Data, Field, Piece, Reason, Truth, Value};

/// Marks an unknown piece inside a JSON text; no template holds private-use characters.
const MARK: char = '\u{F8FF}';

/// What `judge` says of the statements of `policy`, alternatives of the document and of its statement list judged
/// one by one. A document that is not there allows nothing.
pub(super) fn with_statements(scope: &Scope<'_, '_>, policy: &Value, judge: &dyn Fn(&[&Value]) -> Answer) -> Answer {
    match &policy.data {
        Data::OneOf(alternatives) => {
            let live = scope.live(alternatives);
            let answers: Vec<(&str, Answer)> =
                live.map(|it| (it.condition.as_str(), with_statements(scope, &it.value, judge))).collect();
            let truth = outcome::alternatives(answers.iter().map(|(condition, it)| (*condition, &it.truth)));
            let statement = answers.into_iter().find(|(_, it)| it.truth == truth).and_then(|(_, it)| it.statement);
            Answer { truth, statement }
        }
        Data::Map(_) => of_list(scope, policy.get("Statement"), judge),
        Data::String(text) => match parse(text, &[], policy.span) {
            Some(document) => of_list(scope, document.get("Statement"), judge),
            None => none(),
        },
        Data::Text(pieces) => {
            let text: Vec<String> = pieces.iter().enumerate().map(|(at, it)| marked(at, it)).collect();
            match parse(&text.concat(), pieces, policy.span) {
                Some(document) => of_list(scope, document.get("Statement"), judge),
                None => open(policy),
            }
        }
        Data::Call(call) if call.function == "Fn::ToJsonString" => match call.operands.first() {
            Some(operand) => with_statements(scope, operand, judge),
            None => none(),
        },
        Data::Unknown(_) | Data::Reference(_) | Data::Call(_) => open(policy),
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::List(_) => none(),
    }
}

/// One statement may stand without a list around it.
fn of_list(scope: &Scope<'_, '_>, list: Option<&Value>, judge: &dyn Fn(&[&Value]) -> Answer) -> Answer {
    let Some(list) = list else { return none() };
    match &list.data {
        Data::List(elements) => judge(&elements.iter().collect::<Vec<_>>()),
        Data::Map(_) => judge(&[list]),
        Data::OneOf(alternatives) => {
            let live = scope.live(alternatives);
            let answers: Vec<(&str, Answer)> =
                live.map(|it| (it.condition.as_str(), of_list(scope, Some(&it.value), judge))).collect();
            let truth = outcome::alternatives(answers.iter().map(|(condition, it)| (*condition, &it.truth)));
            Answer { truth, statement: None }
        }
        Data::Absent | Data::Null => none(),
        _ => open(list),
    }
}

fn none() -> Answer {
    Answer { truth: Truth::No, statement: None }
}

fn open(value: &Value) -> Answer {
    let reason = unknown_reason(value).unwrap_or_else(|| Reason::Other("the policy document".into()));
    Answer { truth: Truth::Unknown(reason), statement: None }
}

fn marked(at: usize, piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Reference(_) | Piece::Call(_) | Piece::Unknown(_) => format!("{MARK}{at}{MARK}"),
    }
}

/// The document in a JSON text; every value has the span of the text.
fn parse(text: &str, pieces: &[Piece], span: Span) -> Option<Value> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    json.is_object().then(|| value(json, pieces, span))
}

fn value(json: serde_json::Value, pieces: &[Piece], span: Span) -> Value {
    let data = match json {
        serde_json::Value::Null => Data::Null,
        serde_json::Value::Bool(it) => Data::Bool(it),
        serde_json::Value::Number(it) => {
            Data::Number(Number { value: it.as_f64().unwrap_or_default(), text: it.to_string() })
        }
        serde_json::Value::String(text) => unmarked(&text, pieces),
        serde_json::Value::Array(elements) => {
            Data::List(elements.into_iter().map(|it| value(it, pieces, span)).collect())
        }
        serde_json::Value::Object(entries) => Data::Map(
            entries
                .into_iter()
                .map(|(key, it)| Field { key, key_span: span, value: value(it, pieces, span) })
                .collect(),
        ),
    };
    Value { data, span }
}

/// A text of the document with its pieces back in place.
fn unmarked(text: &str, pieces: &[Piece]) -> Data {
    if !text.contains(MARK) {
        return Data::String(text.to_owned());
    }
    let parts = text.split(MARK).enumerate().filter_map(|(at, part)| match at % 2 {
        0 => (!part.is_empty()).then(|| Piece::Text(part.to_owned())),
        _ => pieces.get(part.parse::<usize>().ok()?).cloned(),
    });
    Data::Text(parts.collect())
}

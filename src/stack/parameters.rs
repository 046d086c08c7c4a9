//! Declared parameters and the values they take.

use super::literal::literal;
use super::{Data, Inputs, Parameter, Problem, Reason, Value};
use crate::source::{Entry, Node, Number};

/// Reads the `Parameters` section.
///
/// A given value that its declaration does not allow is a problem; a default that it does not allow is left to
/// the knowledge base, since LocalStack accepts it.
pub(super) fn read(section: Option<&Node>, inputs: &Inputs, problems: &mut Vec<Problem>) -> Vec<Parameter> {
    let entries = section.map(Node::entries).unwrap_or_default();
    entries.iter().filter_map(|it| read_one(it, inputs, problems)).collect()
}

fn read_one(entry: &Entry, inputs: &Inputs, problems: &mut Vec<Problem>) -> Option<Parameter> {
    let name = &entry.key;
    if name.starts_with("Fn::") {
        return None;
    }
    let Some(kind) = entry.value.get("Type").and_then(Node::as_str) else {
        let message = format!("parameter `{name}` has no `Type`; add one such as `Type: String`");
        problems.push(Problem::new(entry.key_span, message));
        return None;
    };
    let no_echo =
        entry.value.get("NoEcho").and_then(Node::scalar_text).is_some_and(|it| it.eq_ignore_ascii_case("true"));
    let value = match inputs.parameters.get(name) {
        Some(given) => {
            problems.extend(refusal(given, no_echo, kind, entry));
            Value { data: typed(name, kind, given), span: entry.key_span }
        }
        None => match entry.value.get("Default") {
            Some(default) => {
                let text = default.scalar_text().unwrap_or_default();
                Value { data: typed(name, kind, &text), span: default.span }
            }
            None => Value { data: Data::Unknown(missing(name, kind)), span: entry.key_span },
        },
    };
    Some(Parameter {
        name: name.clone(),
        name_span: entry.key_span,
        kind: kind.to_owned(),
        value,
        declaration: literal(&entry.value),
        no_echo,
    })
}

fn missing(name: &str, kind: &str) -> Reason {
    if is_ssm(kind) { Reason::SsmParameter(name.to_owned()) } else { Reason::Parameter(name.to_owned()) }
}

fn is_ssm(kind: &str) -> bool {
    kind.starts_with("AWS::SSM::Parameter::Value<")
}

fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

/// The value that the text of a parameter of type `kind` stands for.
fn typed(name: &str, kind: &str, text: &str) -> Data {
    if is_ssm(kind) {
        return Data::Unknown(Reason::SsmParameter(name.to_owned()));
    }
    if is_list(kind) {
        let span = crate::source::Span { start: 0, end: 0 };
        let elements = text.split(',').map(|it| Value { data: scalar(kind, it.trim()), span });
        return Data::List(elements.collect());
    }
    scalar(kind, text)
}

fn scalar(kind: &str, text: &str) -> Data {
    match text.trim().parse::<f64>() {
        Ok(value) if kind.contains("Number") => Data::Number(Number { value, text: text.trim().to_owned() }),
        _ => Data::String(text.to_owned()),
    }
}

/// What is wrong with `given` as the value of the parameter that `entry` declares. LocalStack checks only that a
/// number is one.
fn refusal(given: &str, no_echo: bool, kind: &str, entry: &Entry) -> Option<Problem> {
    let name = &entry.key;
    let shown = if no_echo { "****" } else { given };
    if kind == "Number" && given.trim().parse::<f64>().is_err() {
        let message = format!("parameter `{name}` is a number, but its given value is `{shown}`");
        return Some(Problem::new(entry.key_span, message));
    }
    let allowed: Vec<String> =
        entry.value.get("AllowedValues")?.elements().iter().filter_map(Node::scalar_text).collect();
    let values: Vec<&str> = if is_list(kind) { given.split(',').map(str::trim).collect() } else { vec![given] };
    if values.iter().all(|it| allowed.iter().any(|allowed| allowed == it)) {
        return None;
    }
    let allowed = allowed.join("`, `");
    let message = format!("parameter `{name}` does not allow the given value `{shown}`; use one of `{allowed}`");
    Some(Problem::aws_only(entry.key_span, message))
}

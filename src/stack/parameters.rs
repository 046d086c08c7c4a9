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
    let value = match (inputs.parameters.get(name), inputs.open_parameters.get(name)) {
        (Some(given), _) => {
            problems.extend(refusal(given, no_echo, kind, entry));
            Value { data: typed(name, kind, given), span: entry.key_span }
        }
        (None, Some(open)) => Value { data: open_data(name, kind, open), span: entry.key_span },
        (None, None) => match entry.value.get("Default") {
            Some(default) if inputs.ignores_defaults => {
                let reason = Reason::Named(format!("parameter `{name}`, whose default is not assumed"));
                Value { data: open_data(name, kind, &Data::Unknown(reason)), span: default.span }
            }
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

/// The values of parameters with `NoEcho`, longest first, so that one inside another is hidden as well.
pub(super) fn secrets(parameters: &[Parameter]) -> Vec<String> {
    let hidden = parameters.iter().filter(|it| it.no_echo).map(|it| &it.value);
    let texts = hidden.flat_map(|it| it.elements().iter().chain([it])).filter_map(Value::scalar_text);
    let mut secrets: Vec<String> = texts.filter(|it| !it.is_empty()).collect();
    secrets.sort_by_key(|it| std::cmp::Reverse(it.len()));
    secrets
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

/// What is known of a parameter of type `kind` that stands for `data`.
fn open_data(name: &str, kind: &str, data: &Data) -> Data {
    match data {
        _ if is_ssm(kind) => Data::Unknown(Reason::SsmParameter(name.to_owned())),
        // Where the list is divided is not known.
        Data::Text(pieces) if is_list(kind) => {
            let reason = pieces.iter().find_map(super::Piece::reason);
            Data::Unknown(reason.unwrap_or_else(|| Reason::Parameter(name.to_owned())))
        }
        other => other.clone(),
    }
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
    if no_echo {
        let message = format!("parameter `{name}` does not allow the given value; use one of its `AllowedValues`");
        return Some(Problem::aws_only(entry.key_span, message));
    }
    let allowed = allowed.join("`, `");
    let message = format!("parameter `{name}` does not allow the given value `{given}`; use one of `{allowed}`");
    Some(Problem::aws_only(entry.key_span, message))
}

#[cfg(test)]
mod tests {
    use super::super::Piece;
    use super::*;
    use crate::source::{SourceFile, parse};

    fn values(text: &str, inputs: &Inputs) -> Vec<Data> {
        let tree = parse(&SourceFile::new("t.yaml", text)).unwrap();
        read(Some(&tree), inputs, &mut Vec::new()).into_iter().map(|it| it.value.data).collect()
    }

    fn named(text: &str) -> Reason {
        Reason::Named(text.into())
    }

    #[test]
    fn what_is_not_known_as_a_whole_wins_over_the_default() {
        let pieces = || vec![Piece::Unknown(named("why")), Piece::Text(".fifo".into())];
        let open_parameters = ["A", "B", "C"].map(|it| (it.to_owned(), Data::Text(pieces())));
        let inputs = Inputs { open_parameters: open_parameters.into(), ..Inputs::default() };
        let text = "A: {Type: String, Default: x}\nB: {Type: CommaDelimitedList}\n\
                    C: {Type: 'AWS::SSM::Parameter::Value<String>'}\n";
        let expected =
            [Data::Text(pieces()), Data::Unknown(named("why")), Data::Unknown(Reason::SsmParameter("C".into()))];
        assert_eq!(values(text, &inputs), expected);
    }

    #[test]
    fn defaults_can_be_set_aside() {
        let parameters = [("B".to_owned(), "given".to_owned())].into();
        let inputs = Inputs { parameters, ignores_defaults: true, ..Inputs::default() };
        let text = "A: {Type: String, Default: x}\nB: {Type: String, Default: x}\nC: {Type: String}\n";
        let expected = [
            Data::Unknown(named("parameter `A`, whose default is not assumed")),
            Data::String("given".into()),
            Data::Unknown(Reason::Parameter("C".into())),
        ];
        assert_eq!(values(text, &inputs), expected);
    }
}

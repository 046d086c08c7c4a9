//! SAM's configuration file: parameters, region and stack name of one environment.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::report::FileError;
use crate::source::{Entry, Node, NodeKind, Number, SourceFile, Span};

use super::super::read;
use super::{Given, overrides, read_map};

/// The tables of an environment that say how it is deployed; the later one counts.
const COMMANDS: [&str; 2] = ["global", "deploy"];

/// A TOML text as a tree.
///
/// # Errors
/// It is not TOML.
pub(super) fn parse_toml(file: &SourceFile) -> Result<Node, FileError> {
    let text = file.text().trim_start_matches('\u{feff}');
    match DeTable::parse(text) {
        Ok(table) => Ok(node(text, DeValue::Table(table.into_inner()), 0..text.len())),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            Err(read::at(file, Span { start: span.start, end: span.end }, error.message()))
        }
    }
}

/// What the file says about `environment`.
///
/// # Errors
/// The file has no such environment, or its parameters have no form that SAM reads.
pub(super) fn given(file: &SourceFile, tree: &Node, environment: &str) -> Result<Given, FileError> {
    let Some(section) = tree.get(environment) else {
        let tables = tree.entries().iter().filter(|it| matches!(it.value.kind, NodeKind::Mapping(_)));
        let names: Vec<String> = tables.map(|it| format!("`{}`", it.key)).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let message = format!("there is no environment `{environment}`; the file has {names}");
        return Err(read::whole(file.path(), message));
    };
    let mut given = Given::default();
    for parameters in COMMANDS.iter().filter_map(|it| section.get(it)?.get("parameters")) {
        let text = |key| parameters.get(key).and_then(Node::scalar_text);
        given.region = text("region").or(given.region);
        given.stack_name = text("stack_name").or(given.stack_name);
        if let Some(node) = parameters.get("parameter_overrides") {
            given.parameters.clear();
            read_overrides(file, node, &mut given)?;
        }
    }
    Ok(given)
}

fn read_overrides(file: &SourceFile, node: &Node, given: &mut Given) -> Result<(), FileError> {
    match &node.kind {
        NodeKind::Mapping(_) => return read_map(file, node, given),
        NodeKind::Sequence(elements) => {
            for element in elements {
                read_overrides(file, element, given)?;
            }
            return Ok(());
        }
        _ => {}
    }
    let Some(text) = node.as_str() else {
        return Err(read::at(file, node.span, "`parameter_overrides` is a text, a list of texts or a table"));
    };
    if text.starts_with("file://") {
        let message = format!("`{text}` is not followed; give that file with `--parameters-file` too");
        return Err(read::at(file, node.span, message));
    }
    // A blank in an element of a list need not be quoted.
    let pairs = overrides::pairs(text).or_else(|error| overrides::pair(text).map(|it| vec![it]).map_err(|_| error));
    given.parameters.extend(pairs.map_err(|it| read::at(file, node.span, it))?);
    Ok(())
}

fn spanned(text: &str, value: Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    node(text, value.into_inner(), span)
}

fn node(text: &str, value: DeValue<'_>, span: std::ops::Range<usize>) -> Node {
    let source = || text.get(span.clone()).unwrap_or_default().to_owned();
    let kind = match value {
        DeValue::String(it) => NodeKind::String(it.into_owned()),
        DeValue::Boolean(it) => NodeKind::Bool(it),
        DeValue::Integer(_) | DeValue::Float(_) => match source().parse() {
            Ok(value) => NodeKind::Number(Number { value, text: source() }),
            Err(_) => NodeKind::String(source()),
        },
        DeValue::Datetime(_) => NodeKind::String(source()),
        DeValue::Array(elements) => NodeKind::Sequence(elements.into_iter().map(|it| spanned(text, it)).collect()),
        DeValue::Table(table) => {
            let entries = table.into_iter().map(|(key, value)| {
                let span = key.span();
                Entry {
                    key_span: Span { start: span.start, end: span.end },
                    key: key.into_inner().into_owned(),
                    value: spanned(text, value),
                }
            });
            NodeKind::Mapping(entries.collect())
        }
    };
    Node { kind, span: Span { start: span.start, end: span.end }, tag: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "version = 0.1\n\
        [default.global.parameters]\nstack_name = 'app'\n\
        [default.deploy.parameters]\nregion = 'eu-west-1'\nparameter_overrides = ['A=1', \"B=x y\"]\n\
        [prod.deploy.parameters]\nstack_name = 'app-prod'\nparameter_overrides = 'A=\"2\" ParameterKey=B,ParameterValue=z'\n";

    fn read(text: &str, environment: &str) -> Result<Given, FileError> {
        let file = SourceFile::new("samconfig.toml", text);
        given(&file, &parse_toml(&file)?, environment)
    }

    #[test]
    fn an_environment_is_chosen() {
        let default = read(CONFIG, "default").unwrap();
        assert_eq!((default.stack_name.as_deref(), default.region.as_deref()), (Some("app"), Some("eu-west-1")));
        assert_eq!((default.parameters["A"].as_str(), default.parameters["B"].as_str()), ("1", "x y"));
        let prod = read(CONFIG, "prod").unwrap();
        assert_eq!((prod.stack_name.as_deref(), prod.region), (Some("app-prod"), None));
        assert_eq!((prod.parameters["A"].as_str(), prod.parameters["B"].as_str()), ("2", "z"));
    }

    #[test]
    fn a_missing_environment_names_those_there_are() {
        let error = read(CONFIG, "dev").unwrap_err();
        assert_eq!(error.message, "there is no environment `dev`; the file has `default`, `prod`");
    }

    #[test]
    fn a_mistake_names_its_line() {
        let text = "[default.deploy.parameters]\nparameter_overrides = 3\n";
        assert!(
            read(text, "default").unwrap_err().to_string().starts_with("samconfig.toml:2:23: `parameter_overrides`")
        );
        let text = "[default.deploy.parameters]\nparameter_overrides = ['file://a.yaml']\n";
        assert!(read(text, "default").unwrap_err().message.contains("give that file with `--parameters-file`"));
    }
}

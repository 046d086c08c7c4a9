//! Parameter values that are kept in files: the AWS CLI's, CodePipeline's and SAM's forms, and plain maps.
//!
//! Never decides which of several values counts; that is the command line's business.

mod overrides;
mod samconfig;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::report::FileError;
use crate::source::{Node, NodeKind, SourceFile};

use super::read;

/// What a file says about a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Parameter values by name.
    pub parameters: BTreeMap<String, String>,
    /// Parameters that keep the value of the deployed stack, which is not in the file.
    pub kept: BTreeSet<String>,
    /// The region of the deployment.
    pub region: Option<String>,
    /// The name of the stack.
    pub stack_name: Option<String>,
}

/// Reads the parameter file `path`; of a `samconfig` file, the environment `environment` (SAM's is `default`).
///
/// Read are lists of `{"ParameterKey": ..., "ParameterValue": ...}` and of `"Name=Value"`, CodePipeline's
/// `{"Parameters": {...}}`, plain maps in JSON or YAML, and SAM's configuration in TOML, YAML or JSON.
///
/// # Errors
/// The file cannot be read, or holds something else: what and where.
pub fn read_given(path: &Path, environment: &str) -> Result<Given, FileError> {
    let bytes = read::bytes(path)?;
    let is_toml = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("toml"));
    let is_sam = is_toml || path.file_stem().is_some_and(|it| it == "samconfig");
    if is_toml {
        let file = crate::source::decode(path, bytes).map_err(|it| read::whole(path, it.message))?;
        let tree = samconfig::parse_toml(&file)?;
        return samconfig::given(&file, &tree, environment);
    }
    let mut parsed = read::parse(path, bytes)?;
    if let Some(repetition) = parsed.repeated.drain(..).next() {
        return Err(repetition);
    }
    if is_sam { samconfig::given(&parsed.file, &parsed.tree, environment) } else { given(&parsed.file, &parsed.tree) }
}

fn given(file: &SourceFile, tree: &Node) -> Result<Given, FileError> {
    let mut given = Given::default();
    match &tree.kind {
        NodeKind::Sequence(elements) => {
            for element in elements {
                read_element(file, element, &mut given)?;
            }
        }
        NodeKind::Mapping(_) => {
            let parameters = tree.get("Parameters").filter(|it| matches!(it.kind, NodeKind::Mapping(_)));
            read_map(file, parameters.unwrap_or(tree), &mut given)?;
        }
        _ => {
            let message = "a parameter file is a map from names to values, or a list of \
                           `{\"ParameterKey\": ..., \"ParameterValue\": ...}` or of `\"Name=Value\"`";
            return Err(read::at(file, tree.span, message));
        }
    }
    Ok(given)
}

fn read_element(file: &SourceFile, element: &Node, given: &mut Given) -> Result<(), FileError> {
    if let Some(text) = element.as_str() {
        let (name, value) = overrides::pair(text).map_err(|it| read::at(file, element.span, it))?;
        given.parameters.insert(name, value);
        return Ok(());
    }
    let Some(name) = element.get("ParameterKey").and_then(Node::as_str) else {
        let message = "an element is `{\"ParameterKey\": ..., \"ParameterValue\": ...}` or `\"Name=Value\"`";
        return Err(read::at(file, element.span, message));
    };
    let keeps = element.get("UsePreviousValue").and_then(Node::scalar_text).is_some_and(|it| it == "true");
    match element.get("ParameterValue") {
        Some(value) => drop(given.parameters.insert(name.to_owned(), value_text(file, name, value)?)),
        None if keeps => drop(given.kept.insert(name.to_owned())),
        None => return Err(read::at(file, element.span, format!("parameter `{name}` has no `ParameterValue`"))),
    }
    Ok(())
}

fn read_map(file: &SourceFile, map: &Node, given: &mut Given) -> Result<(), FileError> {
    for entry in map.entries() {
        given.parameters.insert(entry.key.clone(), value_text(file, &entry.key, &entry.value)?);
    }
    Ok(())
}

/// The text of a value; a list is joined by commas, as CloudFormation takes it.
fn value_text(file: &SourceFile, name: &str, value: &Node) -> Result<String, FileError> {
    let texts = match &value.kind {
        NodeKind::Sequence(elements) => elements.iter().map(Node::scalar_text).collect::<Option<Vec<_>>>(),
        _ => value.scalar_text().map(|it| vec![it]),
    };
    let refusal = || read::at(file, value.span, format!("the value of parameter `{name}` is no text, number or list"));
    texts.map(|it| it.join(",")).ok_or_else(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(name: &str, text: &str, environment: &str) -> Result<Given, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let shown = format!("{}", folder.path().join("").display());
        read_given(&path, environment).map_err(|it| it.to_string().replace(&shown, ""))
    }

    fn pairs(name: &str, text: &str) -> Vec<(String, String)> {
        read_text(name, text, "default").unwrap().parameters.into_iter().collect()
    }

    fn expected() -> Vec<(String, String)> {
        [("Count", "2"), ("Stage", "dev")].map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn every_form_says_the_same() {
        for (name, text) in [
            (
                "a.json",
                r#"[{"ParameterKey": "Stage", "ParameterValue": "dev"}, {"ParameterKey": "Count", "ParameterValue": "2"}]"#,
            ),
            ("b.json", r#"["Stage=dev", "Count=2"]"#),
            ("c.json", r#"{"Parameters": {"Stage": "dev", "Count": "2"}, "Tags": {"a": "b"}}"#),
            ("d.yaml", "Stage: dev\nCount: 2\n"),
            ("e.toml", "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = 'Stage=dev Count=2'\n"),
            ("samconfig.yaml", "default: {global: {parameters: {parameter_overrides: [Stage=dev, Count=2]}}}\n"),
        ] {
            assert_eq!(pairs(name, text), expected(), "{name}");
        }
    }

    #[test]
    fn lists_are_joined_and_kept_values_are_named() {
        assert_eq!(pairs("a.yaml", "Subnets: [a, b]\n"), [("Subnets".to_owned(), "a,b".to_owned())]);
        let text = r#"[{"ParameterKey": "Secret", "UsePreviousValue": true}]"#;
        let given = read_text("a.json", text, "default").unwrap();
        assert!(given.kept.contains("Secret") && given.parameters.is_empty());
    }

    #[test]
    fn a_mistake_names_its_place() {
        for (name, text, expected) in [
            ("a.json", "[\n  {\"Key\": \"A\"}\n]", "a.json:2:3: an element is"),
            ("a.json", "[\n  \"A\"\n]", "a.json:2:3: `A` is no"),
            ("a.json", "[{\"ParameterKey\": \"A\"}]", "a.json:1:2: parameter `A` has no `ParameterValue`"),
            ("a.yaml", "A: 1\nB: {c: d}\n", "a.yaml:2:4: the value of parameter `B`"),
            ("a.yaml", "A: 1\nA: 2\n", "a.yaml:2:1: "),
            ("a.yaml", "text\n", "a.yaml:1:1: a parameter file is"),
            ("a.yaml", "a: [\n", "a.yaml:"),
            ("a.toml", "[default]\nx = \n", "a.toml:2:"),
        ] {
            let error = read_text(name, text, "default").unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
        assert!(read_given(Path::new("no/such.json"), "default").unwrap_err().message.contains("cannot be read"));
    }
}

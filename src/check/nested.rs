//! Nested stacks: where the template of an `AWS::CloudFormation::Stack` is, and what it is given.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use crate::source::SourceFile;
use crate::stack::{Data, Piece, Reason, Resource, Value};

const TYPE: &str = "AWS::CloudFormation::Stack";
/// Where the CDK leaves the path of what it uploads, in `Metadata`.
const ASSET_PATH: &str = "aws:asset:path";
const ASSET_PROPERTY: &str = "aws:asset:property";
const REMOTE: [&str; 3] = ["https://", "http://", "s3://"];
/// Most characters of a template's address in a note.
const MAX_SHOWN: usize = 100;

/// Where the template of a nested stack is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A file, by its path from the current folder.
    Local(PathBuf),
    /// Behind an address, as it is written in the parent.
    Remote(String),
    /// It is not known before deployment: what decides.
    Unknown(String),
}

/// What a nested stack is given.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Passed {
    /// Known values by name.
    pub(super) known: BTreeMap<String, String>,
    /// What is known of the others.
    pub(super) open: BTreeMap<String, Data>,
    /// Why it is not known which parameters are given at all.
    pub(super) unclear: Option<String>,
}

/// The template of `resource` of the template `parent`; `None` when it is no nested stack.
pub(super) fn place(resource: &Resource, parent: &SourceFile) -> Option<Place> {
    if resource.kind != TYPE {
        return None;
    }
    let folder = parent.path().parent().unwrap_or(Path::new(""));
    if let Some(asset) = asset(resource) {
        return Some(Place::Local(joined(folder, &asset)));
    }
    // Without a template there is nothing to follow; that it is required is for the analysis to say.
    let url = resource.properties.get("TemplateURL")?;
    let start = match &url.data {
        Data::String(text) => text.clone(),
        Data::Text(pieces) => match pieces.first() {
            Some(Piece::Text(text)) => text.clone(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    if REMOTE.iter().any(|it| start.to_ascii_lowercase().starts_with(it)) {
        return Some(Place::Remote(address(parent.slice(url.span))));
    }
    Some(match &url.data {
        Data::String(text) => Place::Local(joined(folder, text.strip_prefix("file://").unwrap_or(text))),
        _ => Place::Unknown(shown(parent.slice(url.span))),
    })
}

/// The parameters that `resource` gives to its template.
pub(super) fn passed(resource: &Resource) -> Passed {
    let mut passed = Passed::default();
    let Some(parameters) = resource.properties.get("Parameters") else { return passed };
    if !matches!(parameters.data, Data::Map(_)) {
        passed.unclear = Some(origin(parameters).unwrap_or_else(|| "a value that is not known".to_owned()));
    }
    for field in parameters.fields() {
        let open = |data| (field.key.clone(), data);
        match text(&field.value) {
            Some(text) => drop(passed.known.insert(field.key.clone(), text)),
            None => passed.open.extend(opened(&field.key, &field.value).map(open)),
        }
    }
    passed
}

/// `a/c` for `a/./b/../c`; nothing is looked up.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn asset(resource: &Resource) -> Option<String> {
    let metadata = resource.attributes.get("Metadata")?;
    let property = metadata.get(ASSET_PROPERTY).and_then(Value::scalar_text);
    metadata.get(ASSET_PATH)?.scalar_text().filter(|_| property.is_none_or(|it| it == "TemplateURL"))
}

fn joined(folder: &Path, path: &str) -> PathBuf {
    normal(&folder.join(path))
}

/// A known scalar, or a list of them as CloudFormation takes it.
fn text(value: &Value) -> Option<String> {
    match &value.data {
        Data::List(elements) => {
            elements.iter().map(Value::scalar_text).collect::<Option<Vec<_>>>().map(|it| it.join(","))
        }
        _ => value.scalar_text(),
    }
}

/// What is known of a value in the nested stack, where the names of the parent mean nothing; `None` when nothing is
/// given.
fn opened(name: &str, value: &Value) -> Option<Data> {
    let given = |reason: &str| Reason::Other(format!("parameter `{name}`, which the parent stack takes from {reason}"));
    let unknown = || Data::Unknown(given(&origin(value).unwrap_or_else(|| "a value that is not known".to_owned())));
    match &value.data {
        Data::Absent | Data::Null => None,
        Data::Text(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece.reason() {
                None => piece.clone(),
                Some(reason) => Piece::Unknown(given(&reason.to_string())),
            });
            Some(Data::Text(pieces.collect()))
        }
        _ => Some(unknown()),
    }
}

/// Why a value is not known, in the words of the parent.
fn origin(value: &Value) -> Option<String> {
    match &value.data {
        Data::Unknown(reason) => Some(reason.to_string()),
        Data::Reference(it) => Some(Reason::Attribute(it.logical_id.clone(), it.attribute.clone()).to_string()),
        Data::Text(pieces) => pieces.iter().find_map(|it| it.reason()).map(|it| it.to_string()),
        Data::Call(call) => Some(format!("the result of `{}`", call.function)),
        Data::OneOf(alternatives) => alternatives.first().map(|it| Reason::Condition(it.condition.clone()).to_string()),
        Data::List(elements) => elements.iter().find_map(origin),
        Data::Map(fields) => fields.iter().find_map(|it| origin(&it.value)),
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::String(_) => None,
    }
}

/// The address in the source of a value; all of the source when the address is put together from parts.
fn address(text: &str) -> String {
    let start = REMOTE.iter().find_map(|it| text.to_ascii_lowercase().find(it));
    let rest = start.and_then(|it| text.get(it..)).unwrap_or_default();
    let end = rest.find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'')).unwrap_or(rest.len());
    let address = rest.get(..end).unwrap_or_default();
    let is_whole = address.split_once("://").is_some_and(|(_, path)| path.contains('/'));
    shown(if is_whole { address } else { text })
}

/// The source of a value on one line, without quotes.
fn shown(text: &str) -> String {
    let line = text.trim_matches(['\'', '"']).split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::stack::{Inputs, Stack};

    fn stack(properties: &str) -> Stack {
        let text = format!(
            "Parameters:\n  Url: {{Type: String}}\n  Names: {{Type: CommaDelimitedList, Default: 'a,b'}}\nResources:\n  \
             Q: {{Type: AWS::SQS::Queue}}\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {properties}\n"
        );
        let file = Arc::new(SourceFile::new("infra/root.yaml", text));
        let tree = crate::source::parse(&file).unwrap();
        crate::stack::read(file, &tree, &Inputs::default())
    }

    fn place_of(url: &str) -> Place {
        let stack = stack(&format!("{{TemplateURL: {url}}}"));
        place(stack.resource("N").unwrap(), &stack.file).unwrap()
    }

    #[test]
    fn a_template_is_a_file_or_an_address_or_not_known() {
        let local = |path: &str| Place::Local(path.into());
        assert_eq!(place_of("net.yaml"), local("infra/net.yaml"));
        assert_eq!(place_of("./a/../../net.yaml"), local("net.yaml"));
        assert_eq!(place_of("file:///srv/net.yaml"), local("/srv/net.yaml"));
        assert_eq!(place_of("!Sub 'https://${Url}/n'"), Place::Remote("https://${Url}/n".into()));
        let joined = "!Join ['', ['https://', !Ref Url, '/n']]";
        assert_eq!(place_of(joined), Place::Remote("['', ['https://', !Ref Url, '/n']]".into()));
        let substituted = "{'Fn::Sub': ['https://${B}/n', {B: !Ref Url}]}";
        assert_eq!(place_of(substituted), Place::Remote("https://${B}/n".into()));
        assert_eq!(place_of("S3://b/n.yaml"), Place::Remote("S3://b/n.yaml".into()));
        assert_eq!(place_of("!Ref Url"), Place::Unknown("Url".into()));
        assert_eq!(place(stack("{}").resource("Q").unwrap(), &stack("{}").file), None);
    }

    #[test]
    fn values_are_passed_as_far_as_they_are_known() {
        let stack =
            stack("{Parameters: {A: 1, B: !Ref Names, C: !GetAtt Q.Arn, D: !Sub '${Url}.fifo', E: !Ref AWS::NoValue}}");
        let passed = passed(stack.resource("N").unwrap());
        assert_eq!(passed.known, [("A".into(), "1".into()), ("B".into(), "a,b".into())].into());
        let reason = "parameter `C`, which the parent stack takes from attribute `Arn` of `Q`, known after deployment";
        assert_eq!(passed.open["C"], Data::Unknown(Reason::Other(reason.into())));
        let reason = "parameter `D`, which the parent stack takes from parameter `Url`, which has no default";
        let pieces = vec![Piece::Unknown(Reason::Other(reason.into())), Piece::Text(".fifo".into())];
        assert_eq!(passed.open["D"], Data::Text(pieces));
        assert_eq!(passed.open.len(), 2);
    }

    #[test]
    fn parameters_that_are_not_known_at_all() {
        let passed = passed(stack("{Parameters: !Ref Url}").resource("N").unwrap());
        assert_eq!(passed.unclear.as_deref(), Some("parameter `Url`, which has no default"));
    }
}

//! How the languages of CDK apps write the calls that change what an app generates.

use serde_json::Value as Json;

/// A language that CDK apps are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// TypeScript.
    #[default]
    TypeScript,
    /// JavaScript.
    JavaScript,
    /// Python.
    Python,
    /// Java, and what else runs on its machine.
    Java,
    /// C#.
    CSharp,
    /// Go.
    Go,
}

/// A method of `CfnResource` that changes what is generated of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Override {
    Property,
    PropertyDeletion,
    Attribute,
    AttributeDeletion,
}

impl Language {
    /// A comment.
    pub(super) fn comment(self, text: &str) -> String {
        let mark = if self == Self::Python { "#" } else { "//" };
        format!("{mark} {text}")
    }

    /// What has to be imported for the calls.
    pub(super) fn import(self) -> Option<&'static str> {
        match self {
            Self::TypeScript => Some("import { CfnResource } from 'aws-cdk-lib';"),
            Self::Java => Some("import software.amazon.awscdk.CfnResource;"),
            Self::CSharp => Some("using Amazon.CDK;"),
            Self::Go => Some("import \"github.com/aws/aws-cdk-go/awscdk/v2\""),
            Self::JavaScript | Self::Python => None,
        }
    }

    /// The lines around what is only done with `-c localstack=true`.
    pub(super) fn condition(self) -> (&'static str, &'static str) {
        match self {
            Self::TypeScript | Self::JavaScript => ("if (stack.node.tryGetContext('localstack')) {", "}\n"),
            Self::Python => ("if stack.node.try_get_context(\"localstack\"):", ""),
            Self::Java => ("if (stack.getNode().tryGetContext(\"localstack\") != null) {", "}\n"),
            Self::CSharp => ("if (stack.Node.TryGetContext(\"localstack\") != null)\n{", "}\n"),
            Self::Go => ("if stack.Node().TryGetContext(jsii.String(\"localstack\")) != nil {", "}\n"),
        }
    }

    /// The expression for the construct that `names` lead to from the stack.
    pub(super) fn construct(self, names: &[&str]) -> String {
        let step = |name: &&str| {
            let name = self.text(name);
            match self {
                Self::TypeScript | Self::JavaScript => format!(".node.findChild({name})"),
                Self::Python => format!(".node.find_child({name})"),
                Self::Java => format!(".getNode().findChild({name})"),
                Self::CSharp => format!(".Node.FindChild({name})"),
                Self::Go => format!(".Node().FindChild(jsii.String({name}))"),
            }
        };
        format!("stack{}", names.iter().map(step).collect::<String>())
    }

    /// The statement that takes the child `name` out of the construct `parent`, an expression.
    pub(super) fn removal(self, parent: &str, name: &str, what: &str) -> String {
        let (name, what) = (self.text(name), self.comment(what));
        match self {
            Self::TypeScript | Self::JavaScript => format!("{parent}.node.tryRemoveChild({name}); {what}"),
            Self::Python => format!("{parent}.node.try_remove_child({name})  {what}"),
            Self::Java => format!("{parent}.getNode().tryRemoveChild({name}); {what}"),
            Self::CSharp => format!("{parent}.Node.TryRemoveChild({name}); {what}"),
            Self::Go => format!("{parent}.Node().TryRemoveChild(jsii.String({name})) {what}"),
        }
    }

    /// The statement that changes what is generated of `construct`, an expression, at `path`.
    pub(super) fn change(self, construct: &str, method: Override, path: &str, value: Option<&Json>) -> String {
        let path = self.text(path);
        let path = if self == Self::Go { format!("jsii.String({path})") } else { path };
        let value = value.map(|it| format!(", {}", self.value(it))).unwrap_or_default();
        let name = method.name();
        match self {
            Self::TypeScript => format!("({construct} as CfnResource).{name}({path}{value});"),
            Self::JavaScript => format!("{construct}.{name}({path}{value});"),
            Self::Python => format!("{construct}.{}({path}{value})", snake(name)),
            Self::Java => format!("((CfnResource) {construct}).{name}({path}{value});"),
            Self::CSharp => format!("((CfnResource){construct}).{}({path}{value});", capital(name)),
            Self::Go => format!("{construct}.(awscdk.CfnResource).{}({path}{value})", capital(name)),
        }
    }

    /// A text as a literal.
    fn text(self, text: &str) -> String {
        let is_plain = !text.contains(['\'', '\\']) && !text.contains(char::is_control);
        match self {
            Self::TypeScript | Self::JavaScript if is_plain => format!("'{text}'"),
            // The escapes of JSON are those of all of these languages.
            _ => Json::from(text).to_string(),
        }
    }

    /// A value as a literal.
    fn value(self, value: &Json) -> String {
        match (self, value) {
            (Self::TypeScript | Self::JavaScript, _) => value.to_string(),
            (Self::Python, Json::Null) => "None".to_owned(),
            (Self::Python, Json::Bool(true)) => "True".to_owned(),
            (Self::Python, Json::Bool(false)) => "False".to_owned(),
            (Self::Go, Json::Null) => "nil".to_owned(),
            (Self::Go, Json::Bool(_)) => format!("jsii.Bool({value})"),
            (Self::Go, Json::Number(_)) => format!("jsii.Number({value})"),
            (Self::Go, Json::String(_)) => format!("jsii.String({value})"),
            (_, Json::Array(elements)) => self.list(elements.iter().map(|it| self.value(it))),
            (_, Json::Object(fields)) => {
                self.map(fields.iter().map(|(key, it)| (Json::from(key.as_str()).to_string(), self.value(it))))
            }
            (_, Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => value.to_string(),
        }
    }

    fn list(self, elements: impl Iterator<Item = String>) -> String {
        let elements = elements.collect::<Vec<_>>().join(", ");
        match self {
            Self::Java => format!("List.of({elements})"),
            Self::CSharp => format!("new object[] {{ {elements} }}"),
            Self::Go => format!("[]interface{{}}{{{elements}}}"),
            Self::TypeScript | Self::JavaScript | Self::Python => format!("[{elements}]"),
        }
    }

    fn map(self, fields: impl Iterator<Item = (String, String)>) -> String {
        let join = |field: fn((String, String)) -> String| fields.map(field).collect::<Vec<_>>().join(", ");
        match self {
            Self::Java => format!("Map.ofEntries({})", join(|(key, it)| format!("Map.entry({key}, {it})"))),
            Self::CSharp => {
                format!("new Dictionary<string, object> {{ {} }}", join(|(key, it)| format!("[{key}] = {it}")))
            }
            Self::Go => format!("map[string]interface{{}}{{{}}}", join(|(key, it)| format!("{key}: {it}"))),
            Self::TypeScript | Self::JavaScript | Self::Python => {
                format!("{{{}}}", join(|(key, it)| format!("{key}: {it}")))
            }
        }
    }
}

impl Override {
    fn name(self) -> &'static str {
        match self {
            Self::Property => "addPropertyOverride",
            Self::PropertyDeletion => "addPropertyDeletionOverride",
            Self::Attribute => "addOverride",
            Self::AttributeDeletion => "addDeletionOverride",
        }
    }
}

/// `add_override` for `addOverride`.
fn snake(name: &str) -> String {
    let letter = |it: char| if it.is_uppercase() { format!("_{}", it.to_ascii_lowercase()) } else { it.to_string() };
    name.chars().map(letter).collect()
}

/// `AddOverride` for `addOverride`.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|it| it.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL: [Language; 6] =
        [Language::TypeScript, Language::JavaScript, Language::Python, Language::Java, Language::CSharp, Language::Go];

    #[test]
    fn every_language_finds_removes_and_overrides() {
        let value = json!({"Mode": "on", "Sizes": [1, true]});
        let code: Vec<String> = ALL
            .iter()
            .flat_map(|it| {
                let web = it.construct(&["Web", "Resource"]);
                [
                    it.removal("stack", "Address", "Address, AWS::EC2::EIP"),
                    it.change(&web, Override::PropertyDeletion, "Tags.0", None),
                    it.change(&web, Override::Property, "Config", Some(&value)),
                ]
            })
            .collect();
        insta::assert_snapshot!(code.join("\n"));
    }

    #[test]
    fn a_quote_does_not_end_a_text() {
        assert_eq!(Language::TypeScript.construct(&["It's"]), "stack.node.findChild(\"It's\")");
        assert_eq!(Language::Python.construct(&["a\"b"]), "stack.node.find_child(\"a\\\"b\")");
    }
}

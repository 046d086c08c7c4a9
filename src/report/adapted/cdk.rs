//! For a template that a CDK app generates: the escape hatches that make the app generate another one.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::adjust::{Adapted, Cut};
use crate::analysis::Adjustment;
use crate::db::Action;
use crate::report::printable::printable;
use crate::source::{self, Node, SourceFile};

/// A language that CDK apps are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// TypeScript and JavaScript.
    #[default]
    TypeScript,
    /// Python.
    Python,
}

/// The code that changes the app as the generated template `before` was adapted. `constructs` has the paths of its
/// constructs by logical id.
pub fn instructions(
    language: Language,
    before: &SourceFile,
    adapted: &Adapted,
    constructs: &BTreeMap<String, String>,
) -> String {
    let tree = source::parse(before).ok();
    let mut code = Code { language, constructs, tree: tree.as_ref(), lines: Vec::new() };
    for removed in &adapted.removed {
        code.remove(removed.name.trim_start_matches("Outputs."), &removed.kind);
    }
    // The CDK declares parameters and outputs between stacks itself, as they are used.
    adapted.cuts.iter().filter(|it| !it.path.is_empty()).for_each(|it| code.cut(it));
    let changes: Vec<&Adjustment> = adapted.made.iter().filter_map(|it| it.adjustment.as_ref()).collect();
    changes.iter().for_each(|it| code.change(it));
    if code.lines.is_empty() { String::new() } else { code.wrapped() }
}

struct Code<'c> {
    language: Language,
    constructs: &'c BTreeMap<String, String>,
    tree: Option<&'c Node>,
    lines: Vec<String>,
}

impl Code<'_> {
    fn wrapped(&self) -> String {
        let (head, tail, comment) = match self.language {
            Language::TypeScript => ("if (stack.node.tryGetContext('localstack')) {", "}\n", "//"),
            Language::Python => ("if stack.node.try_get_context(\"localstack\"):", "", "#"),
        };
        let lines: String = self.lines.iter().map(|it| format!("    {}\n", printable(it))).collect();
        format!("{comment} behind the constructs of the stack; deploy with `-c localstack=true`\n{head}\n{lines}{tail}")
    }

    /// The expression for the construct at a path below the stack, and its last name.
    fn construct(&self, id: &str) -> Option<(String, String)> {
        let path = self.constructs.get(id)?;
        let mut names: Vec<&str> = path.split('/').skip(1).collect();
        let last = names.pop()?;
        let find = match self.language {
            Language::TypeScript => |it: &str| format!(".node.findChild('{it}')"),
            Language::Python => |it: &str| format!(".node.find_child(\"{it}\")"),
        };
        let parent = format!("stack{}", names.iter().map(|it| find(it)).collect::<String>());
        Some((parent, last.to_owned()))
    }

    fn remove(&mut self, id: &str, kind: &str) {
        let what = if kind.is_empty() { "CfnOutput" } else { kind };
        let line = match (self.construct(id), self.language) {
            (Some((parent, last)), Language::TypeScript) => {
                format!("{parent}.node.tryRemoveChild('{last}'); // {id}, {what}")
            }
            (Some((parent, last)), Language::Python) => {
                format!("{parent}.node.try_remove_child(\"{last}\")  # {id}, {what}")
            }
            (None, _) => self.comment(&format!("leave out `{id}` ({what}); its construct is not known")),
        };
        self.lines.push(line);
    }

    fn comment(&self, text: &str) -> String {
        match self.language {
            Language::TypeScript => format!("// {text}"),
            Language::Python => format!("# {text}"),
        }
    }

    fn cut(&mut self, cut: &Cut) {
        let Cut { logical_id: id, path, now, .. } = cut;
        let property = path.strip_prefix("Properties.");
        match (property, now) {
            (Some(path), None) => {
                self.call(id, "addPropertyDeletionOverride", "add_property_deletion_override", path, None);
            }
            (None, None) => self.call(id, "addDeletionOverride", "add_deletion_override", path, None),
            (Some(path), Some(now)) => {
                self.call(id, "addPropertyOverride", "add_property_override", path, Some(now.clone()))
            }
            (None, Some(now)) => self.call(id, "addOverride", "add_override", path, Some(now.clone())),
        }
    }

    fn change(&mut self, adjustment: &Adjustment) {
        let Adjustment { action, logical_id: id, path, .. } = adjustment;
        let value = action.value().map(|it| it.to_json());
        match (action, path.strip_prefix('@')) {
            (Action::Remove, None) => {
                self.call(id, "addPropertyDeletionOverride", "add_property_deletion_override", path, None)
            }
            (Action::Remove, Some(path)) => self.call(id, "addDeletionOverride", "add_deletion_override", path, None),
            (Action::Append(_), None) => {
                let path = format!("{path}.{}", self.length(id, path));
                self.call(id, "addPropertyOverride", "add_property_override", &path, value);
            }
            (_, None) => self.call(id, "addPropertyOverride", "add_property_override", path, value),
            (_, Some(path)) => self.call(id, "addOverride", "add_override", path, value),
        }
    }

    /// How many elements the list at a property has.
    fn length(&self, id: &str, path: &str) -> usize {
        let properties = self.tree.and_then(|it| it.get("Resources")?.get(id)?.get("Properties"));
        let list = path.split('.').try_fold(properties, |node, step| {
            let node = node?;
            Some(node.get(step).or_else(|| node.elements().get(step.parse::<usize>().ok()?)))
        });
        list.flatten().map_or(0, |it| it.elements().len())
    }

    fn call(&mut self, id: &str, typescript: &str, python: &str, path: &str, value: Option<Json>) {
        let Some((parent, last)) = self.construct(id) else {
            let line = self.comment(&format!("change `{path}` of `{id}`; its construct is not known"));
            return self.lines.push(line);
        };
        let line = match self.language {
            Language::TypeScript => {
                let value = value.map(|it| format!(", {it}")).unwrap_or_default();
                format!("({parent}.node.findChild('{last}') as CfnResource).{typescript}('{path}'{value});")
            }
            Language::Python => {
                let value = value.map(|it| format!(", {}", literal(&it))).unwrap_or_default();
                format!("{parent}.node.find_child(\"{last}\").{python}(\"{path}\"{value})")
            }
        };
        self.lines.push(line);
    }
}

/// A value as Python writes it.
fn literal(value: &Json) -> String {
    match value {
        Json::Null => "None".to_owned(),
        Json::Bool(true) => "True".to_owned(),
        Json::Bool(false) => "False".to_owned(),
        Json::Array(elements) => format!("[{}]", elements.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Json::Object(fields) => {
            let field = |(key, it): (&String, &Json)| format!("{}: {}", Json::from(key.as_str()), literal(it));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

//! For a template that a CDK app generates: the escape hatches that make the app generate another one.

mod syntax;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::adjust::{Adapted, Cut, phrase};
use crate::analysis::Adjustment;
use crate::db::Action;
use crate::report::printable::printable;
use crate::source::{self, Node, SourceFile};

use syntax::Override;

pub use syntax::Language;

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
        let (head, tail) = self.language.condition();
        let place = self.language.comment("behind the constructs of the stack; deploy with `-c localstack=true`");
        let import = self.language.import().map(|it| format!("{}\n", self.language.comment(it))).unwrap_or_default();
        let lines: String = self.lines.iter().map(|it| format!("    {}\n", printable(it))).collect();
        format!("{import}{place}\n{head}\n{lines}{tail}")
    }

    /// The names that lead from the stack to a construct.
    fn names(&self, id: &str) -> Option<Vec<&str>> {
        let names: Vec<&str> = self.constructs.get(id)?.split('/').skip(1).collect();
        (!names.is_empty()).then_some(names)
    }

    fn remove(&mut self, id: &str, kind: &str) {
        let what = if kind.is_empty() { "CfnOutput" } else { kind };
        let names = self.names(id);
        let line = match names.as_deref().and_then(<[&str]>::split_last) {
            Some((last, parents)) => {
                let parent = self.language.construct(parents);
                self.language.removal(&parent, last, &format!("{id}, {what}"))
            }
            None => self.language.comment(&format!("leave out `{id}` ({what}); its construct is not known")),
        };
        self.lines.push(line);
    }

    fn cut(&mut self, cut: &Cut) {
        let Cut { logical_id: id, path, now, .. } = cut;
        match (path.strip_prefix("Properties."), now) {
            (Some(path), None) => self.call(id, Override::PropertyDeletion, path, None),
            (None, None) => self.call(id, Override::AttributeDeletion, path, None),
            (Some(path), Some(now)) => self.call(id, Override::Property, path, Some(now.clone())),
            (None, Some(now)) => self.call(id, Override::Attribute, path, Some(now.clone())),
        }
    }

    fn change(&mut self, adjustment: &Adjustment) {
        let Adjustment { action, logical_id: id, path, .. } = adjustment;
        let value = action.value().map(|it| it.to_json());
        if let Action::Become(it) = action {
            let line = self.language.comment(&format!("make `{id}` an `{}`", it.resource_type));
            return self.lines.push(line);
        }
        if matches!(action, Action::Quote | Action::Unquote) {
            let line = self.language.comment(&phrase(adjustment));
            return self.lines.push(line);
        }
        match (action, path.strip_prefix('@')) {
            (Action::Remove, None) => self.call(id, Override::PropertyDeletion, path, None),
            (Action::Remove, Some(path)) => self.call(id, Override::AttributeDeletion, path, None),
            (Action::Append(_), None) => {
                let path = format!("{path}.{}", self.length(id, path));
                self.call(id, Override::Property, &path, value);
            }
            (_, None) => self.call(id, Override::Property, path, value),
            (_, Some(path)) => self.call(id, Override::Attribute, path, value),
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

    fn call(&mut self, id: &str, method: Override, path: &str, value: Option<Json>) {
        let line = match self.names(id) {
            Some(names) => {
                let construct = self.language.construct(&names);
                self.language.change(&construct, method, path, value.as_ref())
            }
            None => self.language.comment(&format!("change `{path}` of `{id}`; its construct is not known")),
        };
        self.lines.push(line);
    }
}

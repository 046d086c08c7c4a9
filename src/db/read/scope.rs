//! Whether the paths of entries exist: each is followed through the schemas of the types it is about.

use super::context::Context;
use super::table::Table;
use crate::db::schema::{Miss, Node, RESOURCE, walk};
use crate::db::similar::closest;
use crate::db::{Path, Predicate, Step, Test};

/// What the paths of a predicate start at.
#[derive(Clone)]
pub(super) struct Scope<'c> {
    /// What names are checked against.
    pub(super) context: &'c Context<'c>,
    /// The types, for messages.
    subject: String,
    /// The steps from the types to here.
    taken: Vec<Step>,
    /// What may stand here; `None` where nothing is known and every path is taken.
    nodes: Option<Vec<Node<'c>>>,
}

impl<'c> Scope<'c> {
    /// The properties of resource types or of a part of a template.
    pub(super) fn of(context: &'c Context<'c>, types: &[String]) -> Self {
        let subject = types.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" or ");
        Self { context, subject, taken: Vec::new(), nodes: context.nodes(types) }
    }

    /// Where every path is taken.
    pub(super) fn unknown(context: &'c Context<'c>) -> Self {
        Self { context, subject: String::new(), taken: Vec::new(), nodes: None }
    }

    /// What stands at `path`; the message of a path that leads nowhere.
    pub(super) fn at(&self, path: &Path) -> Result<Scope<'c>, String> {
        let start = if path.attribute { self.attributes()? } else { self.clone() };
        let Some(nodes) = start.nodes else { return Ok(start) };
        match walk(nodes, &path.steps) {
            Ok(nodes) => {
                let taken = start.taken.into_iter().chain(path.steps.iter().cloned()).collect();
                Ok(Self { nodes: Some(nodes), taken, ..start })
            }
            Err(miss) => {
                let (taken, rest) = path.steps.split_at(miss.taken);
                let taken: Vec<Step> = start.taken.into_iter().chain(taken.iter().cloned()).collect();
                Err(message(&start.subject, &taken, rest, &miss))
            }
        }
    }

    /// Reads a path that must exist.
    pub(super) fn path(&self, text: &str) -> Result<Path, String> {
        let path = Path::parse(text)?;
        self.at(&path).map(|_| path)
    }

    /// Why no single value stands here, if so.
    pub(super) fn compound(&self) -> Option<String> {
        let nodes = self.nodes.as_ref()?;
        let place = place(&self.subject, &self.taken);
        if nodes.iter().all(|it| matches!(it, Node::List(..))) {
            let elements: Vec<Step> = self.taken.iter().cloned().chain([Step::Each]).collect();
            return Some(format!("{place} is a list; its elements are `{}`", written(&elements)));
        }
        let is_object = |it: &Node<'_>| matches!(it, Node::Object(..) | Node::Map(..) | Node::List(..));
        nodes.iter().all(is_object).then(|| format!("{place} is an object, which this operator never holds for"))
    }

    /// The resource that the property at `via` refers to, as far as `when` says of which type it is.
    pub(super) fn via(&self, via: Option<&Path>, when: Option<&Predicate>) -> Scope<'c> {
        let Some(via) = via else { return self.clone() };
        match when.and_then(|it| referred(it, via)) {
            Some(types) => Self::of(self.context, types),
            None => Self::unknown(self.context),
        }
    }

    /// Reports an attribute that none of `types` has.
    pub(super) fn attribute(&self, table: &Table<'_>, key: &'static str, types: &[String]) -> Option<String> {
        table.parsed(key, |name| self.context.attribute(types, name))
    }

    fn attributes(&self) -> Result<Self, String> {
        if self.nodes.is_some() && self.subject.starts_with("`Template") {
            return Err(format!("{} has properties only: `@` is for resources", self.subject));
        }
        let known = self.nodes.is_some();
        let nodes = self.context.nodes(&[RESOURCE.to_owned()]).filter(|_| known);
        Ok(Self { context: self.context, subject: "a resource".into(), taken: Vec::new(), nodes })
    }
}

/// The types that a predicate expects the property at `via` to refer to.
fn referred<'p>(predicate: &'p Predicate, via: &Path) -> Option<&'p [String]> {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().find_map(|it| referred(it, via)),
        Predicate::Not(part) => referred(part, via),
        Predicate::Test(path, Test::RefersTo(question)) if path == via => Some(&question.resources),
        _ => None,
    }
}

fn written(steps: &[Step]) -> String {
    Path { attribute: false, steps: steps.to_vec() }.to_string()
}

fn place(subject: &str, taken: &[Step]) -> String {
    if taken.is_empty() { subject.to_owned() } else { format!("`{}` of {subject}", written(taken)) }
}

fn message(subject: &str, taken: &[Step], rest: &[Step], miss: &Miss<'_>) -> String {
    let place = place(subject, taken);
    let wanted = match rest.first() {
        Some(Step::Key(name)) => name.as_str(),
        Some(Step::Keys) => return format!("{place} is no mapping, so it has no keys"),
        _ => return format!("{place} has a single value: leave out `*`"),
    };
    if miss.from.iter().any(|it| matches!(it, Node::List(..))) {
        let through: Vec<Step> = taken.iter().chain([&Step::Each]).chain(rest).cloned().collect();
        return format!("{place} is a list; write `{}`", written(&through));
    }
    if let Some(Node::Scalar(kind)) = miss.from.first() {
        return format!("{place} is a {kind}, so it has no `{wanted}`");
    }
    let names: Vec<&str> = miss.from.iter().flat_map(|it| it.fields()).map(|(name, _)| name).collect();
    let what = if taken.is_empty() { "property " } else { "" };
    let close = closest(wanted, names.iter().copied());
    let hint = close.first().map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
    format!("{place} has no {what}`{wanted}`{hint}")
}

//! Writes loops out.

use std::collections::HashMap;

use super::collection::{Items, items};
use super::limits::{Budget, TooLarge};
use super::scope::Scope;
use super::{Expansion, Loop, facts, features, is_loop};
use crate::source::{Entry, Node, NodeKind, Span};
use crate::stack::{Inputs, Parameter, Problem, Value, intrinsics, parameters, read};

/// One template's loops.
pub(super) struct Expander<'t> {
    tree: &'t Node,
    inputs: &'t Inputs,
    parameters: Vec<Parameter>,
    /// The sections that collections are resolved with, conditions written out.
    head: Node,
    budget: Budget,
    found: Expansion,
}

/// Why a loop is not written out.
enum Stop {
    /// Noted already.
    Noted,
    TooLarge,
}

impl From<TooLarge> for Stop {
    fn from(_: TooLarge) -> Self {
        Stop::TooLarge
    }
}

/// An entry of a mapping, with the key of the loop that generated it.
struct Generated<'t> {
    entry: Entry,
    origin: Option<&'t str>,
}

/// Where the entries of a mapping belong.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Resources or outputs themselves.
    Section,
    /// Conditions, and the inside of everything.
    Inside,
}

impl<'t> Expander<'t> {
    pub(super) fn new(tree: &'t Node, inputs: &'t Inputs) -> Self {
        let parameters = parameters::read(tree.get("Parameters"), inputs, &mut Vec::new());
        let sections = ["Parameters", "Mappings", "Conditions"];
        let entries = tree.entries().iter().filter(|it| sections.contains(&it.key.as_str())).cloned().collect();
        let head = with_kind(tree, NodeKind::Mapping(entries));
        Self { tree, inputs, parameters, head, budget: Budget::default(), found: Expansion::default() }
    }

    /// Writes out the loops of all sections that may have them. Conditions come first: collections may ask for them.
    pub(super) fn run(mut self) -> Expansion {
        let mut sections = HashMap::new();
        for name in ["Conditions", "Resources", "Outputs"] {
            let Some(entry) = self.tree.entries().iter().find(|it| it.key == name) else { continue };
            let section = self.section(entry);
            if let (NodeKind::Mapping(head), "Conditions") = (&mut self.head.kind, name) {
                head.iter_mut().filter(|it| it.key == name).for_each(|it| it.clone_from(&section));
            }
            sections.insert(name, section);
        }
        let entries = self.tree.entries().iter();
        let entries = entries.map(|it| sections.remove(it.key.as_str()).unwrap_or_else(|| it.clone())).collect();
        self.found.tree = Some(with_kind(self.tree, NodeKind::Mapping(entries)));
        self.found
    }

    fn section(&mut self, section: &'t Entry) -> Entry {
        let NodeKind::Mapping(entries) = &section.value.kind else { return section.clone() };
        let place = if section.key == "Conditions" { Place::Inside } else { Place::Section };
        let mut generated = Vec::with_capacity(entries.len());
        for entry in entries {
            let before = generated.len();
            if self.entry(entry, &mut Scope::default(), place, &mut generated).is_err() {
                generated.truncate(before);
                generated.push(Generated { entry: opaque(entry), origin: None });
            }
        }
        if section.key == "Resources" {
            let origins = generated.iter().filter_map(|it| Some((it.entry.key.clone(), it.origin?.to_owned())));
            self.found.origins.extend(origins);
        }
        let value = with_kind(&section.value, NodeKind::Mapping(self.unique(generated)));
        Entry { key: section.key.clone(), key_span: section.key_span, value }
    }

    /// Adds what `entry` becomes to `out`: one entry, or those that a loop generates.
    fn entry(
        &mut self,
        entry: &'t Entry,
        scope: &mut Scope<'t>,
        place: Place,
        out: &mut Vec<Generated<'t>>,
    ) -> Result<(), Stop> {
        if is_loop(entry) {
            return self.unroll(entry, scope, place, out);
        }
        let key = if scope.is_empty() {
            entry.key.clone()
        } else {
            scope.replaced(&entry.key, self.budget.bytes())?.into_owned()
        };
        let value = self.node(&entry.value, scope)?;
        out.push(Generated { entry: Entry { key, key_span: entry.key_span, value }, origin: None });
        Ok(())
    }

    fn unroll(
        &mut self,
        entry: &'t Entry,
        scope: &mut Scope<'t>,
        place: Place,
        out: &mut Vec<Generated<'t>>,
    ) -> Result<(), Stop> {
        if self.budget.is_spent() {
            return Err(Stop::Noted);
        }
        let found = match Loop::parse(entry) {
            Ok(found) => found,
            Err(problem) => return Err(self.note(problem)),
        };
        let items = self.items(&found, scope)?;
        for (round, item) in items.into_iter().enumerate() {
            scope.push(found.identifier, item, round == 0);
            let result = self.round(&found, scope, place, out);
            scope.pop();
            match result {
                Err(Stop::TooLarge) => return Err(self.too_large(&found)),
                other => other?,
            }
        }
        Ok(())
    }

    /// One round of a loop.
    fn round(
        &mut self,
        found: &Loop<'t>,
        scope: &mut Scope<'t>,
        place: Place,
        out: &mut Vec<Generated<'t>>,
    ) -> Result<(), Stop> {
        for inner in found.body.entries() {
            let before = out.len();
            self.entry(inner, scope, place, out)?;
            if is_loop(inner) {
                continue;
            }
            let Some(generated) = out.get_mut(before) else { continue };
            generated.origin = Some(found.key);
            let name = &generated.entry.key;
            if place == Place::Section && (name.is_empty() || !name.chars().all(|it| it.is_ascii_alphanumeric())) {
                let message = format!(
                    "`{}` generates the name `{name}`, which has more than letters and digits; write `&{{{}}}` for them",
                    found.key, found.identifier
                );
                let problem = Problem::new(inner.key_span, message);
                if self.found.problems.last().is_none_or(|it| it.span != problem.span) {
                    self.found.problems.push(problem);
                }
            }
            if let NodeKind::Mapping(entries) = &mut generated.entry.value.kind
                && place == Place::Section
                && scope.is_first_round()
                && !entries.is_empty()
            {
                entries.push(facts::entry(found, inner, scope));
            }
        }
        Ok(())
    }

    /// `node` with the identifiers around it replaced and the loops in it written out.
    fn node(&mut self, node: &'t Node, scope: &mut Scope<'t>) -> Result<Node, Stop> {
        if !scope.is_empty() {
            if let Some(("Ref", Some(name))) =
                intrinsics::call(node).as_ref().map(|(it, of)| (it.as_str(), of.as_str()))
                && let Some(value) = scope.value(name)
            {
                self.budget.take(value.len())?;
                return Ok(Node { kind: NodeKind::String(value.to_owned()), span: node.span, tag: None });
            }
            self.budget.take(0)?;
        }
        let kind = match &node.kind {
            NodeKind::String(text) if !scope.is_empty() => {
                let text = scope.replaced(text, self.budget.bytes())?.into_owned();
                self.budget.take(text.len())?;
                NodeKind::String(text)
            }
            NodeKind::Sequence(elements) => {
                let elements: Result<Vec<Node>, Stop> = elements.iter().map(|it| self.node(it, scope)).collect();
                NodeKind::Sequence(elements?)
            }
            NodeKind::Mapping(entries) => NodeKind::Mapping(self.mapping(entries, scope)?),
            other => other.clone(),
        };
        Ok(with_kind(node, kind))
    }

    fn mapping(&mut self, entries: &'t [Entry], scope: &mut Scope<'t>) -> Result<Vec<Entry>, Stop> {
        let mut generated = Vec::with_capacity(entries.len());
        for entry in entries {
            match self.entry(entry, scope, Place::Inside, &mut generated) {
                Ok(()) => {}
                // What else the mapping has cannot be known.
                Err(_) if is_loop(entry) => return Ok(vec![opaque(entry)]),
                Err(stop) => return Err(stop),
            }
        }
        Ok(self.unique(generated))
    }

    /// The items of a loop's collection.
    fn items(&mut self, found: &Loop<'t>, scope: &mut Scope<'t>) -> Result<Vec<String>, Stop> {
        let node = self.node_of_collection(found.collection, scope)?;
        let value = self.resolved(&node);
        let problem = |message: String| Problem::new(found.collection.span, message);
        match items(&node, &value, &self.parameters) {
            Items::Known(items) => Ok(items),
            Items::Absent(name) => Err(self.note(problem(format!(
                "the collection of `{}` refers to `{name}`, which is no parameter; loops are written out before anything exists",
                found.key
            )))),
            Items::Malformed => Err(self.note(problem(format!(
                "the collection of `{}` is no list of texts; write one, or refer to a list parameter",
                found.key
            )))),
            Items::Unknown(reason) => {
                let message = format!("the loop `{}` is not expanded: its collection depends on {reason}", found.key);
                self.found.unexpanded.push(problem(message));
                Err(Stop::Noted)
            }
        }
    }

    fn node_of_collection(&mut self, collection: &'t Node, scope: &mut Scope<'t>) -> Result<Node, Stop> {
        // Each round of an outer loop resolves the collection again, with all that this takes.
        if !scope.is_empty() && collection.tag.is_some() | !collection.entries().is_empty() {
            let sections = self.head.entries().iter().map(|it| it.value.entries().len());
            for _ in 0..sections.sum() {
                self.budget.take(0)?;
            }
        }
        self.node(collection, scope)
    }

    fn resolved(&self, node: &Node) -> Value {
        read::resolver(&self.head, self.inputs, &self.parameters, &[], true).resolve(node)
    }

    fn refused(&mut self, span: Span) {
        let again = self.found.uses.iter().any(|it| it.span == span);
        if !again {
            self.found.uses.push(features::of_template("Fn::ForEach.Refused", span));
        }
    }

    /// The entries, each key once: of several the last stays, as on LocalStack; AWS refuses them.
    fn unique(&mut self, generated: Vec<Generated<'t>>) -> Vec<Entry> {
        let mut places: HashMap<String, usize> = HashMap::with_capacity(generated.len());
        let mut entries: Vec<Entry> = Vec::with_capacity(generated.len());
        for Generated { entry, .. } in generated {
            match places.get(&entry.key).and_then(|at| entries.get_mut(*at)) {
                Some(slot) => {
                    self.refused(entry.key_span);
                    *slot = entry;
                }
                None => {
                    places.insert(entry.key.clone(), entries.len());
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn note(&mut self, problem: Problem) -> Stop {
        self.found.problems.push(problem);
        Stop::Noted
    }

    fn too_large(&mut self, found: &Loop<'t>) -> Stop {
        let message = format!("`{}` generates more than a template can hold; shorten the collections", found.key);
        self.note(Problem::new(found.key_span, message))
    }
}

/// A loop that stays as it is.
fn opaque(entry: &Entry) -> Entry {
    let value = Node { kind: NodeKind::Null, span: entry.value.span, tag: None };
    Entry { key: entry.key.clone(), key_span: entry.key_span, value }
}

fn with_kind(node: &Node, kind: NodeKind) -> Node {
    Node { kind, span: node.span, tag: node.tag.clone() }
}

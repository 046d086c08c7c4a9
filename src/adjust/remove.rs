//! What goes when a resource goes: everything that cannot live without it.
//!
//! A reference is cut where it does the least harm: an element leaves its list, an optional property its mapping, a
//! statement its policy. What a resource cannot do without takes the resource with it, and so on.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Change, Document, Edit, New, Way, child};
use super::needs::{EACH, Needs};
use super::template::{OUTPUTS, RESOURCES, choice, is_no_value, key_at, words};
use crate::source::{Node, NodeKind};
use crate::stack::{self, Stack};

/// Something that goes as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The logical id; `Outputs.NAME` for an output.
    pub name: String,
    /// The resource type; empty for an output.
    pub kind: String,
    /// The place that needs something else which goes, and the name of that; `None` when it is meant itself.
    pub because: Option<(String, String)>,
}

/// A part of something that stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The place: `Web.Environment.Variables.CACHE`.
    pub place: String,
    /// What it refers to.
    pub because: String,
}

/// All that goes, and the edits that make it so.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Removal {
    /// What goes as a whole: what is meant first, then what cannot do without it.
    pub removed: Vec<Removed>,
    /// What is cut from others.
    pub cuts: Vec<Cut>,
    /// The edits.
    pub edits: Vec<Edit>,
}

/// What goes with the resources and outputs `meant` (`Outputs.NAME`).
pub(super) fn removal(document: &Document, stack: &Stack, needs: Needs<'_>, meant: &BTreeSet<String>) -> Removal {
    let mut cascade = Cascade {
        document,
        stack,
        needs,
        references: references(document),
        removed: BTreeMap::new(),
        order: Vec::new(),
        cuts: BTreeMap::new(),
        replaced: BTreeMap::new(),
    };
    for name in meant {
        if let Some(way) = cascade.way_of(name) {
            cascade.remove(way, None);
        }
    }
    while cascade.step() {}
    cascade.finish()
}

/// A place that refers to a resource.
#[derive(Debug, Clone)]
struct Reference {
    way: Way,
    name: String,
}

/// Every reference of the template, with the call that makes it.
fn references(document: &Document) -> Vec<Reference> {
    let mut found = Vec::new();
    look(document.tree(), &mut Vec::new(), &mut found);
    found
}

fn look(node: &Node, way: &mut Way, found: &mut Vec<Reference>) {
    let mut add = |name: &str| found.push(Reference { way: way.clone(), name: name.to_owned() });
    if let Some((function, operand)) = stack::call(node) {
        match function.as_str() {
            "Ref" => operand.as_str().into_iter().for_each(&mut add),
            "Fn::GetAtt" => {
                let first = operand.elements().first().and_then(Node::as_str);
                let text = operand.as_str().map(|it| it.split_once('.').map_or(it, |(id, _)| id));
                first.or(text).into_iter().for_each(&mut add);
            }
            "Fn::Sub" => {
                let (text, own) = match operand.elements() {
                    [text, own] => (text.as_str(), own.entries()),
                    [text] => (text.as_str(), [].as_slice()),
                    _ => (operand.as_str(), [].as_slice()),
                };
                for name in stack::variables(text.unwrap_or_default()) {
                    if !own.iter().any(|it| it.key == name) {
                        add(name.split_once('.').map_or(name.as_str(), |(id, _)| id));
                    }
                }
            }
            _ => {}
        }
    }
    let is_declaration = way.len() == 2;
    let keys: Vec<Option<&str>> = match &node.kind {
        NodeKind::Mapping(entries) => entries.iter().map(|it| Some(it.key.as_str())).collect(),
        NodeKind::Sequence(elements) => elements.iter().map(|_| None).collect(),
        _ => Vec::new(),
    };
    for (at, key) in keys.into_iter().enumerate() {
        let Some(inner) = child(node, at) else { continue };
        way.push(at);
        if is_declaration && key == Some("DependsOn") {
            depends_on(inner, way, found);
        } else {
            look(inner, way, found);
        }
        way.pop();
    }
}

fn depends_on(node: &Node, way: &mut Way, found: &mut Vec<Reference>) {
    if let Some(name) = node.as_str() {
        found.push(Reference { way: way.clone(), name: name.to_owned() });
    }
    for (at, element) in node.elements().iter().enumerate() {
        way.push(at);
        found.extend(element.as_str().map(|it| Reference { way: way.clone(), name: it.to_owned() }));
        way.pop();
    }
}

struct Cascade<'c> {
    document: &'c Document,
    stack: &'c Stack,
    needs: Needs<'c>,
    references: Vec<Reference>,
    /// The declarations that go, by way, with what they need.
    removed: BTreeMap<Way, Option<(String, String)>>,
    order: Vec<Way>,
    /// The parts that go, with the name of what they refer to.
    cuts: BTreeMap<Way, String>,
    /// The choices that have one value left.
    replaced: BTreeMap<Way, (New, String)>,
}

impl Cascade<'_> {
    /// The way to the declaration of a logical id or `Outputs.NAME`.
    fn way_of(&self, name: &str) -> Option<Way> {
        match name.strip_prefix("Outputs.") {
            Some(output) => super::template::way_to(self.document, &[OUTPUTS, output]),
            None => super::template::way_to(self.document, &[RESOURCES, name]),
        }
    }

    fn remove(&mut self, way: Way, because: Option<(String, String)>) {
        if !self.removed.contains_key(&way) {
            self.removed.insert(way.clone(), because);
            self.order.push(way);
        }
    }

    /// The logical ids that are not there any more, those that a transform would have made of them included.
    fn gone(&self) -> BTreeSet<String> {
        let own: BTreeSet<String> =
            self.removed.keys().filter(|it| self.is_in(it, RESOURCES)).filter_map(|it| self.name(it)).collect();
        let generated = self.stack.resources.iter().filter(|it| it.from.as_ref().is_some_and(|it| own.contains(it)));
        let mut all: BTreeSet<String> = generated.map(|it| it.logical_id.clone()).collect();
        all.extend(own);
        all
    }

    fn name(&self, way: &[usize]) -> Option<String> {
        key_at(self.document, way.get(..2)?).map(str::to_owned)
    }

    fn is_in(&self, way: &[usize], section: &str) -> bool {
        way.get(..1).and_then(|it| key_at(self.document, it)) == Some(section)
    }

    /// Cuts the next reference that leads nowhere; whether there was one.
    fn step(&mut self) -> bool {
        let gone = self.gone();
        let dangling = self.references.iter().find(|it| gone.contains(&it.name) && !self.is_gone(&it.way)).cloned();
        if let Some(reference) = dangling {
            let value = self.value(&reference.way);
            self.cut(&value, &value, &reference.name);
            return true;
        }
        false
    }

    /// Whether the place goes already.
    fn is_gone(&self, way: &[usize]) -> bool {
        let is_around = |it: &Way| way.starts_with(it);
        self.removed.keys().any(is_around) || self.cuts.keys().any(is_around) || self.replaced.keys().any(is_around)
    }

    /// The outermost function around `way` that computes a value; a choice between values does not.
    fn value(&self, way: &[usize]) -> Way {
        let mut node = self.document.tree();
        for (depth, at) in way.iter().enumerate() {
            let is_computed = stack::call(node).is_some_and(|(function, _)| {
                function != "Fn::If" && function != "Condition" && !function.starts_with("Fn::ForEach")
            });
            if is_computed && depth > 2 {
                return way.get(..depth).unwrap_or(way).to_vec();
            }
            let Some(next) = child(node, *at) else { break };
            node = next;
        }
        way.to_vec()
    }

    /// Lets the node at `way` go, or what cannot do without it. `from` is the value that referred to `name`.
    fn cut(&mut self, way: &[usize], from: &[usize], name: &str) {
        let because = || Some((words(self.document, from), name.to_owned()));
        let is_resource = self.is_in(way, RESOURCES);
        if way.len() <= 2 || (!is_resource && !self.is_in(way, OUTPUTS)) {
            // A declaration, or something outside of all declarations.
            let because = because();
            match way.len() {
                2 => self.remove(way.to_vec(), because),
                _ => drop(self.cuts.insert(way.to_vec(), name.to_owned())),
            }
            return;
        }
        let declaration = way.get(..2).unwrap_or(way).to_vec();
        if !is_resource {
            // Whatever part of an output it is, nothing useful is left.
            let because = because();
            return self.remove(declaration, because);
        }
        if let Some((whole, other)) = choice(self.document, way) {
            return self.choose(&whole, &other, from, name);
        }
        let Some((_, parent)) = way.split_last() else { return };
        let Some(collection) = self.document.node(parent) else { return };
        let key = key_at(self.document, way);
        if key.is_some_and(|it| self.is_needed(parent, collection, it)) {
            // Properties that lack something are those of the resource.
            let owner = if parent.len() == 3 { &declaration } else { parent };
            return self.cut(owner, from, name);
        }
        self.cuts.insert(way.to_vec(), name.to_owned());
        if self.is_emptied(parent, collection) {
            self.cuts.retain(|it, _| !(it.len() > parent.len() && it.starts_with(parent)));
            self.cut(parent, from, name);
        }
    }

    /// Of a choice, the other value stays; when that goes too, the choice goes.
    fn choose(&mut self, whole: &[usize], other: &[usize], from: &[usize], name: &str) {
        let gone = self.gone();
        let node = self.document.node(other);
        let is_usable = node.is_some_and(|it| !is_no_value(it))
            && !self.references.iter().any(|it| it.way.starts_with(other) && gone.contains(&it.name));
        match node.filter(|_| is_usable) {
            Some(node) => drop(self.replaced.insert(whole.to_vec(), (New::of(node), name.to_owned()))),
            None => self.cut(whole, from, name),
        }
    }

    fn is_emptied(&self, way: &[usize], collection: &Node) -> bool {
        let count = collection.entries().len() + collection.elements().len();
        // What is left of a declaration is its type.
        let is_part = way.len() > 2 && choice_operand(self.document, way).is_none();
        let goes = |at: usize| self.cuts.contains_key(&way.iter().copied().chain([at]).collect::<Way>());
        is_part && (0..count).all(goes)
    }

    /// Whether the mapping at `way` cannot do without `key`.
    fn is_needed(&self, way: &[usize], collection: &Node, key: &str) -> bool {
        let has = |it: &str| collection.entries().iter().any(|entry| entry.key == it);
        // A statement says nothing any more, or too much.
        if has("Effect") && (has("Action") || has("NotAction")) || key == "Statement" {
            return true;
        }
        let Some(path) = self.property_path(way) else { return false };
        let kind = way.get(..2).and_then(|it| self.document.node(it)?.get("Type")?.as_str());
        let Some(kind) = kind else { return false };
        let is_left = |it: &str| {
            collection.entries().iter().enumerate().any(|(at, entry)| {
                entry.key == it && !self.cuts.contains_key(&way.iter().copied().chain([at]).collect::<Way>())
            })
        };
        self.needs.has(kind, &path, key, &|it| it != key && is_left(it))
    }

    /// The keys from the properties of a resource to the mapping at `way`, `*` for an element of a list, choices left
    /// out; `None` outside of properties.
    fn property_path(&self, way: &[usize]) -> Option<Vec<String>> {
        if key_at(self.document, way.get(..3)?) != Some("Properties") {
            return None;
        }
        let step = |it: usize| {
            let here = way.get(..it)?;
            let list = way.get(..it - 1)?;
            match key_at(self.document, here) {
                Some(key) if key.starts_with("Fn::") => None,
                Some(key) => Some(key.to_owned()),
                None => choice_operand(self.document, list).is_none().then(|| EACH.to_owned()),
            }
        };
        Some((4..=way.len()).filter_map(step).collect())
    }

    fn finish(self) -> Removal {
        let mut removal = Removal::default();
        for way in &self.order {
            let name = self.name(way).unwrap_or_default();
            let kind = self.document.node(way).and_then(|it| it.get("Type")?.as_str()).unwrap_or_default();
            let (name, kind) = match self.is_in(way, OUTPUTS) {
                true => (format!("Outputs.{name}"), String::new()),
                false => (name, kind.to_owned()),
            };
            let because = self.removed.get(way).cloned().flatten();
            removal.removed.push(Removed { name, kind, because });
            removal.edits.push(Edit { at: way.clone(), change: Change::Remove });
        }
        let is_part = |way: &Way| !self.removed.keys().any(|it| way.starts_with(it));
        for (way, name) in self.cuts.iter().filter(|(way, _)| is_part(way)) {
            removal.cuts.push(Cut { place: words(self.document, way), because: name.clone() });
            removal.edits.push(Edit { at: way.clone(), change: Change::Remove });
        }
        for (way, (new, name)) in self.replaced.iter().filter(|(way, _)| is_part(way)) {
            removal.cuts.push(Cut { place: words(self.document, way), because: name.clone() });
            removal.edits.push(Edit { at: way.clone(), change: Change::Replace(new.clone()) });
        }
        removal
    }
}

/// The choice whose operand the list at `way` is.
fn choice_operand(document: &Document, way: &[usize]) -> Option<()> {
    let first: Way = way.iter().copied().chain([1]).collect();
    choice(document, &first).map(|_| ())
}

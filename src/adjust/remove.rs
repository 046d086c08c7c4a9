//! What goes when a resource goes: everything that cannot live without it.
//!
//! A reference is cut where it does the least harm: an element leaves its list, an optional property its mapping, a
//! statement its policy. What a resource cannot do without takes the resource with it, and so on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use serde_json::Value;

use super::document::{Change, Document, Edit, New, Way, child};
use super::guard::is_elsewhere;
use super::needs::Needs;
use super::template::{
    OUTPUTS, PARAMETERS, RESOURCES, choice, is_no_value, is_operand_of_choice, key_at, position, property_path, way_to,
    words,
};
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
    /// The logical id of the resource.
    pub logical_id: String,
    /// The way from the resource to the place, dotted, with dots of keys behind a backslash: `Properties.Tags.0`.
    pub path: String,
    /// What it refers to.
    pub because: String,
    /// The value that stands there instead, if any.
    pub now: Option<Value>,
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

/// What happens outside of a template that it has to follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lost {
    /// Parameters that nothing is given for.
    pub parameters: BTreeSet<String>,
    /// Attributes of resources: outputs of a nested stack.
    pub attributes: BTreeSet<(String, String)>,
    /// Nested stacks of which no resource is left.
    pub resources: BTreeSet<String>,
    /// Nested stacks that have to be told whether they run on LocalStack.
    pub guarded: BTreeSet<String>,
}

/// What is known from outside of a template.
#[derive(Clone, Copy)]
pub(super) struct Given<'g> {
    /// What types cannot do without.
    pub(super) needs: Needs<'g>,
    /// What is not there any more.
    pub(super) lost: &'g Lost,
    /// Whether changes stand behind a condition, so that nothing dangles where it does not hold.
    pub(super) guards: bool,
}

/// What goes with the resources and outputs `meant` (`Outputs.NAME`) and with what is lost.
pub(super) fn removal(document: &Document, stack: &Stack, given: Given<'_>, meant: &BTreeSet<String>) -> Removal {
    let Given { needs, lost, guards } = given;
    if meant.is_empty() && *lost == Lost::default() {
        return Removal::default();
    }
    let mut cascade = Cascade {
        document,
        stack,
        needs,
        references: References::of(document),
        lost,
        guards,
        implicit: BTreeSet::new(),
        generated: generated(stack),
        gone: BTreeSet::new(),
        dangling: BTreeSet::new(),
        removed: BTreeMap::new(),
        order: Vec::new(),
        cuts: BTreeMap::new(),
        replaced: BTreeMap::new(),
    };
    for name in meant.iter().chain(&lost.resources) {
        match cascade.way_of(name) {
            Some(way) => cascade.remove(way, None),
            None => {
                cascade.implicit.insert(name.clone());
                cascade.lose(name);
            }
        }
    }
    cascade.lose_parts();
    for name in &lost.parameters {
        if let Some(way) = way_to(document, &[PARAMETERS, name]) {
            cascade.cuts.insert(way, name.clone());
        }
    }
    while cascade.step() {}
    cascade.finish()
}

/// Whether the template uses a value of the resource `id`; waiting for it does not count.
pub(super) fn is_referred_to(document: &Document, id: &str) -> bool {
    let is_call = |it: &Reference| document.node(&it.way).is_some_and(|it| stack::call(it).is_some());
    references(document).iter().any(|it| it.name == id && is_call(it))
}

/// A place that refers to a resource.
#[derive(Debug, Clone)]
struct Reference {
    way: Way,
    name: String,
    attribute: Option<String>,
}

/// References by their number, which is their order.
struct References {
    all: Vec<Reference>,
    by_name: HashMap<String, Vec<usize>>,
    by_way: BTreeMap<Way, Vec<usize>>,
}

impl References {
    fn of(document: &Document) -> Self {
        let all = references(document);
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_way: BTreeMap<Way, Vec<usize>> = BTreeMap::new();
        for (number, it) in all.iter().enumerate() {
            by_name.entry(it.name.clone()).or_default().push(number);
            by_way.entry(it.way.clone()).or_default().push(number);
        }
        Self { all, by_name, by_way }
    }

    fn to(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Those at `way` or inside of it.
    fn within<'r>(&'r self, way: &'r [usize]) -> impl Iterator<Item = &'r Reference> {
        let inside = self.by_way.range::<[usize], _>((Bound::Included(way), Bound::Unbounded));
        let inside = inside.take_while(move |(it, _)| it.starts_with(way));
        inside.flat_map(|(_, numbers)| numbers.iter().filter_map(|it| self.all.get(*it)))
    }
}

/// The logical ids that a transform or loop makes of each declaration.
fn generated(stack: &Stack) -> HashMap<String, Vec<String>> {
    let mut generated: HashMap<String, Vec<String>> = HashMap::new();
    for resource in &stack.resources {
        if let Some(from) = &resource.from {
            generated.entry(from.clone()).or_default().push(resource.logical_id.clone());
        }
    }
    generated
}

/// Every reference of the template, with the call that makes it.
fn references(document: &Document) -> Vec<Reference> {
    let mut found = Vec::new();
    look(document.tree(), &mut Vec::new(), &mut found);
    found.extend(implicit_references(document));
    found
}

/// The events that ask for an API without naming one.
fn implicit_references(document: &Document) -> Vec<Reference> {
    let resources = document.tree().get(RESOURCES).map(Node::entries).unwrap_or_default();
    let mut found = Vec::new();
    for resource in resources.iter().filter(|it| it.value.get("Type").is_some_and(is_of_sam)) {
        let events = resource.value.get("Properties").and_then(|it| it.get("Events")).map(Node::entries);
        for event in events.unwrap_or_default() {
            let kind = event.value.get("Type").and_then(Node::as_str).unwrap_or_default();
            let name = stack::implicit_api(kind, event.value.get("Properties"));
            let way = way_to(document, &[RESOURCES, &resource.key, "Properties", "Events", &event.key]);
            found.extend(way.zip(name).map(|(way, name)| Reference { way, name: name.to_owned(), attribute: None }));
        }
    }
    found
}

fn is_of_sam(kind: &Node) -> bool {
    kind.as_str().is_some_and(|it| it.starts_with("AWS::Serverless::"))
}

fn look(node: &Node, way: &mut Way, found: &mut Vec<Reference>) {
    named(node, way, found);
    if node.tag.is_some() && node.entries().len() == 1 {
        // `!Base64 {Fn::Sub: ...}`: the operand of the tag is a call itself.
        named(&Node { tag: None, ..node.clone() }, way, found);
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

/// What the call at `way` itself names.
fn named(node: &Node, way: &Way, found: &mut Vec<Reference>) {
    let Some((function, operand)) = stack::call(node) else { return };
    let mut add = |text: &str| {
        let (name, attribute) = text.split_once('.').map_or((text, None), |(name, it)| (name, Some(it.to_owned())));
        found.push(Reference { way: way.clone(), name: name.to_owned(), attribute });
    };
    match function.as_str() {
        "Ref" => operand.as_str().into_iter().for_each(&mut add),
        "Fn::GetAtt" => {
            let parts: Vec<&str> = operand.elements().iter().filter_map(Node::as_str).collect();
            add(operand.as_str().unwrap_or(&parts.join(".")));
        }
        "Fn::Sub" => {
            let (text, own) = match operand.elements() {
                [text, own] => (text.as_str(), own.entries()),
                [text] => (text.as_str(), [].as_slice()),
                _ => (operand.as_str(), [].as_slice()),
            };
            let variables = stack::variables(text.unwrap_or_default());
            variables.iter().filter(|name| !own.iter().any(|it| it.key == **name)).for_each(|it| add(it));
        }
        _ => {}
    }
}

fn depends_on(node: &Node, way: &mut Way, found: &mut Vec<Reference>) {
    let reference = |way: &Way, name: &str| Reference { way: way.clone(), name: name.to_owned(), attribute: None };
    found.extend(node.as_str().map(|it| reference(way, it)));
    for (at, element) in node.elements().iter().enumerate() {
        way.push(at);
        found.extend(element.as_str().map(|it| reference(way, it)));
        way.pop();
    }
}

/// Whether `way` leads to one of `places`, or through it.
fn is_inside<T>(places: &BTreeMap<Way, T>, way: &[usize]) -> bool {
    (0..=way.len()).any(|it| way.get(..it).is_some_and(|it| places.contains_key(it)))
}

struct Cascade<'c> {
    document: &'c Document,
    stack: &'c Stack,
    needs: Needs<'c>,
    references: References,
    lost: &'c Lost,
    guards: bool,
    /// What goes although it is declared nowhere.
    implicit: BTreeSet<String>,
    generated: HashMap<String, Vec<String>>,
    /// The logical ids that are not there any more, those that a transform would have made of them included.
    gone: BTreeSet<String>,
    /// The references that lead nowhere and were not looked at since.
    dangling: BTreeSet<usize>,
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
            Some(output) => way_to(self.document, &[OUTPUTS, output]),
            None => way_to(self.document, &[RESOURCES, name]),
        }
    }

    fn remove(&mut self, way: Way, because: Option<(String, String)>) {
        if !self.removed.contains_key(&way) {
            let name = self.name(&way).filter(|_| self.is_in(&way, RESOURCES));
            self.removed.insert(way.clone(), because);
            self.order.push(way);
            name.into_iter().for_each(|it| self.lose(&it));
        }
    }

    /// Takes note that the resource `name` is not there any more.
    fn lose(&mut self, name: &str) {
        let made = self.generated.get(name).cloned().unwrap_or_default();
        for id in std::iter::once(name.to_owned()).chain(made) {
            self.dangling.extend(self.references.to(&id));
            self.gone.insert(id);
        }
    }

    /// Takes note of the parameters and attributes that are lost.
    fn lose_parts(&mut self) {
        let parameters = self.lost.parameters.iter().flat_map(|it| self.references.to(it)).copied();
        let mut lost: Vec<usize> = parameters.collect();
        for (name, attribute) in &self.lost.attributes {
            let numbers = self.references.to(name).iter().copied();
            let of = |it: &usize| self.references.all.get(*it).and_then(|it| it.attribute.as_ref());
            lost.extend(numbers.filter(|it| of(it) == Some(attribute)));
        }
        self.dangling.extend(lost);
    }

    fn name(&self, way: &[usize]) -> Option<String> {
        key_at(self.document, way.get(..2)?).map(str::to_owned)
    }

    fn is_in(&self, way: &[usize], section: &str) -> bool {
        way.get(..1).and_then(|it| key_at(self.document, it)) == Some(section)
    }

    /// Cuts the first reference that leads nowhere; whether there was one.
    fn step(&mut self) -> bool {
        // What goes once stays gone, so that no reference has to be looked at twice.
        let Some(number) = self.dangling.pop_first() else { return false };
        let reference = self.references.all.get(number).filter(|it| !self.is_gone(&it.way)).cloned();
        if let Some(reference) = reference {
            let value = self.value(&reference.way);
            self.cut(&value, &value, &reference.name);
        }
        true
    }

    /// Whether what is referred to is not there any more.
    fn dangles(&self, reference: &Reference) -> bool {
        let attribute = || reference.attribute.clone().map(|it| (reference.name.clone(), it));
        self.gone.contains(&reference.name)
            || self.lost.parameters.contains(&reference.name)
            || attribute().is_some_and(|it| self.lost.attributes.contains(&it))
    }

    /// Whether the place goes already, or does not count on LocalStack.
    fn is_gone(&self, way: &[usize]) -> bool {
        if self.guards && is_elsewhere(self.document, way) {
            return true;
        }
        is_inside(&self.removed, way) || is_inside(&self.cuts, way) || is_inside(&self.replaced, way)
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
        self.adapt_siblings(parent, collection, key, name);
        if self.is_emptied(parent, collection) {
            let inside = self.cuts.range::<[usize], _>((Bound::Excluded(parent), Bound::Unbounded));
            let inside: Vec<Way> = inside.map(|(it, _)| it).take_while(|it| it.starts_with(parent)).cloned().collect();
            inside.iter().for_each(|it| drop(self.cuts.remove(it)));
            self.cut(parent, from, name);
        }
    }

    /// Changes what only makes sense with the property `key` of a resource.
    fn adapt_siblings(&mut self, properties: &[usize], collection: &Node, key: Option<&str>, name: &str) {
        let kind = properties.get(..2).and_then(|it| self.document.node(it)?.get("Type")?.as_str());
        let (Some(kind), Some(key), 3) = (kind, key, properties.len()) else { return };
        for instead in self.needs.db.coverage(kind).map(|it| it.instead.as_slice()).unwrap_or_default() {
            let at = position(collection, &instead.set).filter(|_| instead.of == key);
            if let Some(at) = at {
                let way = properties.iter().copied().chain([at]).collect();
                self.replaced.insert(way, (New::from(&instead.to), name.to_owned()));
            }
        }
    }

    /// Of a choice, the other value stays; when that goes too, the choice goes.
    fn choose(&mut self, whole: &[usize], other: &[usize], from: &[usize], name: &str) {
        let node = self.document.node(other);
        // Outside of the choice, a resource that it names has to be there for sure.
        let is_there = |it: &Reference| self.stack.resource(&it.name).is_none_or(|it| it.included.is_yes());
        let is_usable = node.is_some_and(|it| !is_no_value(it))
            && !self.references.within(other).any(|it| self.dangles(it) || !is_there(it));
        match node.filter(|_| is_usable) {
            Some(node) => drop(self.replaced.insert(whole.to_vec(), (New::of(node), name.to_owned()))),
            None => self.cut(whole, from, name),
        }
    }

    fn is_emptied(&self, way: &[usize], collection: &Node) -> bool {
        let count = collection.entries().len() + collection.elements().len();
        // What is left of a declaration is its type.
        let is_part = way.len() > 2 && !is_operand_of_choice(self.document, way);
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
        let attribute = format!("@{key}");
        let (path, key) = match property_path(self.document, way) {
            Some(path) => (path, key),
            None if way.len() == 2 => (Vec::new(), attribute.as_str()),
            None => return false,
        };
        let kind = way.get(..2).and_then(|it| self.document.node(it)?.get("Type")?.as_str());
        let Some(kind) = kind else { return false };
        let is_left = |it: &str| {
            collection.entries().iter().enumerate().any(|(at, entry)| {
                entry.key == it && !self.cuts.contains_key(&way.iter().copied().chain([at]).collect::<Way>())
            })
        };
        self.needs.has(kind, &path, key, &|it| it != key && is_left(it))
    }

    fn described(&self, way: &[usize], name: &str, now: Option<&New>) -> Cut {
        let step = |it: usize| {
            let key = key_at(self.document, way.get(..it)?).map(|it| it.replace('.', "\\."));
            key.or_else(|| way.get(it - 1).map(ToString::to_string))
        };
        Cut {
            place: words(self.document, way),
            logical_id: self.name(way).unwrap_or_default(),
            path: (3..=way.len()).filter_map(step).collect::<Vec<_>>().join("."),
            because: name.to_owned(),
            now: now.map(New::to_json),
        }
    }

    fn finish(self) -> Removal {
        let mut removal = Removal::default();
        for name in &self.implicit {
            let kind = self.stack.resource(name).map(|it| it.kind.clone()).unwrap_or_default();
            removal.removed.push(Removed { name: name.clone(), kind, because: None });
        }
        for way in &self.order {
            let name = self.name(way).unwrap_or_default();
            let kind = self.document.node(way).and_then(|it| it.get("Type")?.as_str()).unwrap_or_default();
            let (name, kind) = match self.is_in(way, OUTPUTS) {
                true => (format!("Outputs.{name}"), String::new()),
                false => (name, kind.to_owned()),
            };
            let because = self.removed.get(way).cloned().flatten();
            let note = match &because {
                Some((_, needed)) => format!("for LocalStack: without {name}, which needs {needed}"),
                None if kind.is_empty() => format!("for LocalStack: without {name}"),
                None => format!("for LocalStack: without {name} ({kind})"),
            };
            removal.removed.push(Removed { name, kind, because });
            removal.edits.push(Edit::new(way.clone(), Change::Remove).noted(Some(&note)));
        }
        let is_part = |way: &Way| !is_inside(&self.removed, way);
        for (way, name) in self.cuts.iter().filter(|(way, _)| is_part(way)) {
            let cut = self.described(way, name, None);
            let note = format!("for LocalStack: without {}, which refers to {name}", cut.place);
            removal.cuts.push(cut);
            removal.edits.push(Edit::new(way.clone(), Change::Remove).noted(Some(&note)));
        }
        for (way, (new, name)) in self.replaced.iter().filter(|(way, _)| is_part(way)) {
            removal.cuts.push(self.described(way, name, Some(new)));
            removal.edits.push(Edit::new(way.clone(), Change::Replace(new.clone())));
        }
        removal
    }
}

//! What every evaluation over one stack shares: lookups that make it linear, and compiled expressions.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::operators::common::CommonTable;
use super::operators::links::LinkTable;
use super::operators::order::Waits;
use super::patterns::Patterns;
use super::subject::{self, Subject, is_one_of};
use super::text::{Part, Text};
use crate::db::Db;
use crate::stack::{EdgeKind, Place, Stack, Truth, Value};

/// One stack, indexed.
pub(super) struct Context<'a> {
    /// The stack.
    pub(super) stack: &'a Stack,
    /// What is known of AWS and LocalStack.
    pub(super) db: &'a Db,
    /// Its resources as subjects, in the order of [`Stack::resources`].
    pub(super) resources: Vec<Subject<'a>>,
    /// Compiled expressions.
    pub(super) patterns: &'static Patterns,
    /// Who points at whom by which property, filled on first use.
    pub(super) links: RefCell<BTreeMap<String, Rc<LinkTable>>>,
    /// Who has what in common, filled on first use.
    pub(super) common: RefCell<BTreeMap<String, Rc<CommonTable>>>,
    /// What each resource waits for, filled on first use.
    pub(super) waits: RefCell<HashMap<usize, Rc<Waits>>>,
    /// The template itself, its parameters and outputs.
    pub(super) parts: Vec<Subject<'a>>,
    by_id: HashMap<&'a str, usize>,
    by_part: HashMap<(&'a str, Option<&'a str>), usize>,
    conditions: HashMap<&'a str, &'a Truth>,
    by_kind: BTreeMap<&'a str, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    consumers: Vec<Vec<&'a crate::stack::Edge>>,
    intrinsics: HashMap<Place, Vec<usize>>,
}

impl<'a> Context<'a> {
    /// Indexes `stack`; excluded resources are in no index but that of edges.
    pub(super) fn new(stack: &'a Stack, db: &'a Db) -> Self {
        let resources: Vec<Subject<'a>> =
            stack.resources.iter().enumerate().map(|(index, it)| Subject::resource(index, it)).collect();
        let mut by_id = HashMap::new();
        let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, it) in resources.iter().enumerate().filter(|(_, it)| !it.included.is_no()) {
            by_id.extend(it.name.map(|name| (name, index)));
            by_kind.entry(it.kind).or_default().push(index);
            for name in own_names(it) {
                by_name.entry(name_key(&name)).or_default().push(index);
            }
        }
        let mut consumers = vec![Vec::new(); resources.len()];
        for edge in &stack.edges {
            if let Some(list) = consumers.get_mut(edge.to) {
                list.push(edge);
            }
        }
        let mut intrinsics: HashMap<Place, Vec<usize>> = HashMap::new();
        for (index, it) in stack.intrinsics.iter().enumerate() {
            intrinsics.entry(it.place.clone()).or_default().push(index);
        }
        let parts: Vec<Subject<'a>> = Subject::pseudo(stack).collect();
        let mut conditions = HashMap::new();
        for (name, truth) in &stack.conditions {
            conditions.entry(name.as_str()).or_insert(truth);
        }
        Self {
            stack,
            db,
            resources,
            patterns: Patterns::shared(),
            links: RefCell::default(),
            common: RefCell::default(),
            waits: RefCell::default(),
            by_part: parts.iter().enumerate().map(|(index, it)| ((it.kind, it.name), index)).collect(),
            parts,
            conditions,
            by_id,
            by_kind,
            by_name,
            consumers,
            intrinsics,
        }
    }

    /// The index of the resource `logical_id`, unless it is excluded.
    pub(super) fn by_id(&self, logical_id: &str) -> Option<usize> {
        self.by_id.get(logical_id).copied()
    }

    /// Whether the condition `name` holds; `None` when the template has none of this name.
    pub(super) fn condition(&self, name: &str) -> Option<&'a Truth> {
        self.conditions.get(name).copied()
    }

    /// A resource, or a part of the template, by its index: those of resources come first.
    pub(super) fn subject(&self, index: usize) -> Option<&Subject<'a>> {
        self.resources.get(index).or_else(|| self.parts.get(index.checked_sub(self.resources.len())?))
    }

    /// The index of a resource or a part of the template; `None` for what is not deployed itself.
    pub(super) fn index_of(&self, subject: &Subject<'_>) -> Option<usize> {
        match subject.place {
            Some(Place::Resource(index)) => Some(index),
            _ => self.by_part.get(&(subject.kind, subject.name)).map(|it| self.resources.len() + it),
        }
    }

    /// The indices of the resources of the types `patterns`, in source order; those of parts of the template for the
    /// names of those.
    pub(super) fn of_types(&self, patterns: &[String]) -> Vec<usize> {
        if patterns.iter().any(|it| it.starts_with(subject::TEMPLATE)) {
            let parts = self.parts.iter().enumerate();
            let asked = parts.filter(|(_, it)| is_one_of(patterns, it.kind) && !it.included.is_no());
            return asked.map(|(at, _)| self.resources.len() + at).collect();
        }
        let mut found: Vec<usize> = match patterns {
            [exact] if !exact.ends_with('*') => self.by_kind.get(exact.as_str()).cloned().unwrap_or_default(),
            _ => self
                .by_kind
                .iter()
                .filter(|(kind, _)| is_one_of(patterns, kind))
                .flat_map(|(_, it)| it.clone())
                .collect(),
        };
        found.sort_unstable();
        found
    }

    /// Whether some resource's type has the service `namespace`, in lower case, as its second part.
    pub(super) fn has_namespace(&self, namespace: &str) -> bool {
        self.by_kind.keys().any(|it| it.split("::").nth(1).is_some_and(|it| it.eq_ignore_ascii_case(namespace)))
    }

    /// The resources whose own name is `name` (as [`name_key`] writes it).
    pub(super) fn named(&self, name: &str) -> &[usize] {
        self.by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// The edges that end at the resource `index`.
    pub(super) fn edges_to(&self, index: usize) -> &[&'a crate::stack::Edge] {
        self.consumers.get(index).map_or(&[], Vec::as_slice)
    }

    /// The edges that start at `place`.
    pub(super) fn edges_from(&self, place: &Place) -> impl Iterator<Item = &'a crate::stack::Edge> {
        // Edges are sorted by place.
        let edges = &self.stack.edges;
        let start = edges.partition_point(|it| it.from < *place);
        edges.iter().skip(start).take_while(move |it| it.from == *place)
    }

    /// The edges by value (Ref, GetAtt, Sub) that end at the resource `index`.
    pub(super) fn value_edges_to(&self, index: usize) -> impl Iterator<Item = &'a crate::stack::Edge> {
        self.edges_to(index).iter().copied().filter(|it| it.kind == EdgeKind::Value)
    }

    /// The uses of intrinsics at `place`; everywhere for the template itself.
    pub(super) fn intrinsics_at(&self, place: &Place) -> Vec<&'a crate::stack::IntrinsicUse> {
        if *place == Place::Template {
            return self.stack.intrinsics.iter().collect();
        }
        let indices = self.intrinsics.get(place).map_or(&[][..], Vec::as_slice);
        indices.iter().filter_map(|it| self.stack.intrinsics.get(*it)).collect()
    }
}

/// The names a resource gives itself: `Name` and every `XName` or `XIdentifier` whose `X` ends its type
/// (`QueueName` of a Queue, `GroupName` of a SecurityGroup, but not `FunctionName` of a Permission).
fn own_names(subject: &Subject<'_>) -> Vec<Text> {
    let own = subject.kind.rsplit("::").next().unwrap_or_default();
    let is_own = |key: &str| {
        ["Name", "Identifier"].iter().any(|suffix| key.strip_suffix(suffix).is_some_and(|stem| own.ends_with(stem)))
    };
    let named = subject.properties.fields().iter().filter(|it| is_own(&it.key));
    named.filter_map(|it| name_text(&it.value)).collect()
}

fn name_text(value: &Value) -> Option<Text> {
    Text::of(value, &mut |it| Text::unknown(super::text::attribute_reason(it)))
}

/// A text as the key of the name index: equal for equal texts, unknown parts included.
pub(super) fn name_key(text: &Text) -> String {
    text.parts()
        .iter()
        .map(|it| match it {
            Part::Known(known) => known.clone(),
            Part::Unknown(reason) => format!("\u{1}{reason:?}\u{2}"),
        })
        .collect()
}

//! From findings to what is changed for them.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{Change, Document, Edit, New, Way};
use super::equivalent;
use super::remove::{Cut, Given, Removed, removal};
use super::resolve;
use super::template::OUTPUTS;
use crate::analysis::{Adjustment, Certainty, Finding, PLACEHOLDER_REJECTED};
use crate::db::{Action, Category, FailsOn, Safety};
use crate::stack::{self, Stack};

/// What names a finding across two analyses of a template.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub logical_id: String,
    /// Its property.
    pub property: String,
}

impl Key {
    /// The key of `finding`.
    pub fn of(finding: &Finding) -> Self {
        Self {
            id: finding.id.clone(),
            logical_id: finding.logical_id.clone().unwrap_or_default(),
            property: finding.property.clone().unwrap_or_default(),
        }
    }
}

/// One change that is made for a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// The finding.
    pub key: Key,
    /// What is done: `set `Timeout` of `Web` to 60`.
    pub what: String,
    /// Why, in the words of the finding.
    pub why: String,
    /// The change of a part of a resource; `None` for a removal.
    pub adjustment: Option<Adjustment>,
}

/// A finding that nothing is changed for, although it says what to change.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    /// The finding.
    pub key: Key,
    /// Why not: lower case, no final full stop.
    pub why: String,
}

/// All changes of one template.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    pub(super) made: Vec<Made>,
    /// The numbers of what is made for each finding.
    by_key: BTreeMap<Key, Vec<usize>>,
    pub(super) skipped: Vec<Skipped>,
    pub(super) removed: Vec<Removed>,
    pub(super) cuts: Vec<Cut>,
    pub(super) edits: Vec<Edit>,
}

/// Which findings are changed for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope {
    /// Those that fail on AWS too: a fix of the template itself.
    pub fix_aws: bool,
}

impl Scope {
    /// Whether `finding` says what to change and is to be changed for.
    pub fn has(self, finding: &Finding) -> bool {
        let is_wanted = finding.suppressed.is_none() && (finding.fails_on != FailsOn::Aws || self.fix_aws);
        // A resource that is only deployed under a condition is as unsupported as any other.
        let is_sure =
            finding.certainty == Certainty::Certain || finding.category == Category::A || is_rejection(finding);
        is_wanted && is_sure && (applicable(finding).next().is_some() || is_rejection(finding))
    }
}

/// The changes of a finding that are applied and not only shown.
fn applicable(finding: &Finding) -> impl Iterator<Item = &Adjustment> {
    finding.adjustments.iter().filter(|it| it.safety != Safety::Display)
}

/// Whether the whole resource goes, or another one comes in its place.
fn takes_away(adjustment: &Adjustment) -> bool {
    matches!(adjustment.action, Action::RemoveResource | Action::Become(_))
}

/// A placeholder that is refused: gone with the resource it comes from.
pub(super) fn is_rejection(finding: &Finding) -> bool {
    finding.id == PLACEHOLDER_REJECTED
}

/// What to change for `findings`, all of which are in `scope`.
pub(super) fn plan(document: &Document, stack: &Stack, given: Given<'_>, findings: &[&Finding]) -> Plan {
    let mut plan = Plan::default();
    let mut edits = Edits::default();
    let mut meant = BTreeSet::new();
    for finding in findings {
        let name = finding.logical_id.clone().unwrap_or_default();
        let is_output = finding.resource_type == "Template::Output";
        if is_rejection(finding) && is_output {
            plan.make(finding, format!("remove the output `{name}`"), None);
            meant.insert(format!("Outputs.{name}"));
            continue;
        }
        for adjustment in applicable(finding).filter(|it| takes_away(it)) {
            let own = if given.guards { None } else { equivalent::edits(document, adjustment) };
            if let Some(own) = own {
                let what = phrase(adjustment);
                let note = format!("for LocalStack: {} ({})", what.replace('`', ""), finding.id);
                plan.make(finding, what, Some(adjustment));
                own.into_iter().for_each(|it| push(&mut edits, it.noted(Some(&note))));
                continue;
            }
            let own = is_output && adjustment.logical_id == name;
            let (kind, target) =
                if own { ("output", format!("Outputs.{name}")) } else { ("resource", adjustment.logical_id.clone()) };
            match document_has(document, stack, &target) {
                Ok(target) => {
                    plan.make(finding, format!("remove the {kind} `{}`", target.trim_start_matches("Outputs.")), None);
                    meant.insert(target);
                }
                Err(why) => plan.skipped.push(Skipped { key: Key::of(finding), why }),
            }
        }
    }
    let removal = removal(document, stack, given, &meant);
    let gone: BTreeSet<&str> = removal.removed.iter().map(|it| it.name.as_str()).collect();
    for finding in findings {
        let others = applicable(finding).filter(|it| !takes_away(it));
        for adjustment in others.filter(|it| !gone.contains(it.logical_id.as_str())) {
            match resolve::edits(document, stack, finding, adjustment) {
                Ok(own) if own.is_empty() => {}
                Ok(own) => {
                    let what = phrase(adjustment);
                    let note = format!("for LocalStack: {} ({})", what.replace('`', ""), finding.id);
                    plan.make(finding, what, Some(adjustment));
                    own.into_iter().for_each(|it| push(&mut edits, it.noted(Some(&note))));
                }
                Err(why) => plan.skipped.push(Skipped { key: Key::of(finding), why }),
            }
        }
    }
    plan.edits = edits.all;
    tidy(document, &mut plan.edits);
    plan.edits.extend(removal.edits);
    if !given.guards {
        leave_out_empty_section(document, &mut plan.edits);
    }
    plan.removed = removal.removed;
    plan.cuts = removal.cuts;
    plan
}

impl Plan {
    fn make(&mut self, finding: &Finding, what: String, adjustment: Option<&Adjustment>) {
        let (key, adjustment) = (Key::of(finding), adjustment.cloned());
        let made = Made { key, what, why: finding.localstack.clone(), adjustment };
        let same = self.by_key.entry(made.key.clone()).or_default();
        if !same.iter().any(|it| self.made.get(*it) == Some(&made)) {
            same.push(self.made.len());
            self.made.push(made);
        }
    }
}

/// The declaration in the source that a removal is about.
fn document_has(document: &Document, stack: &Stack, target: &str) -> Result<String, String> {
    let section = if target.starts_with("Outputs.") { "Outputs" } else { "Resources" };
    let name = target.trim_start_matches("Outputs.");
    if super::template::way_to(document, &[section, name]).is_some() {
        return Ok(target.to_owned());
    }
    // An API that events ask for without naming one stands nowhere; what makes it may be made by it.
    let resource = stack.resource(name);
    let origin = resource.and_then(|it| it.from.as_deref()).unwrap_or(name);
    let implicit =
        ["Api", "HttpApi"].into_iter().filter_map(|it| stack::implicit_api(it, None)).find(|it| *it == origin);
    if let Some(implicit) = implicit.filter(|it| super::template::way_to(document, &["Resources", it]).is_none()) {
        return Ok(implicit.to_owned());
    }
    match resource.and_then(|it| it.from.clone()) {
        Some(from) if !from.starts_with("Fn::") => {
            Err(format!("`{name}` is generated by `{from}`; change what asks for it there"))
        }
        Some(from) => Err(format!("`{name}` is one round of the loop `{from}`; take it out of the loop")),
        None => Err(format!("`{name}` is not in the source")),
    }
}

/// What an adjustment does, in words: `set `Timeout` of `Web` to `60``.
pub fn phrase(adjustment: &Adjustment) -> String {
    let Adjustment { action, logical_id, path, .. } = adjustment;
    let value = action.value().map(|it| it.to_json().to_string()).unwrap_or_default();
    let value = if value.len() > 60 { String::new() } else { value };
    let with = |word: &str| if value.is_empty() { String::new() } else { format!(" {word} `{value}`") };
    match action {
        Action::Set(_) => format!("set `{path}` of `{logical_id}`{}", with("to")),
        Action::Append(_) => format!("append to `{path}` of `{logical_id}`"),
        Action::Replace(_) => format!("replace `{path}` of `{logical_id}`{}", with("with")),
        Action::Remove => format!("remove `{path}` of `{logical_id}`"),
        Action::Quote => format!("quote `{path}` of `{logical_id}`"),
        Action::Unquote => format!("write `{path}` of `{logical_id}` without quotes"),
        Action::RemoveResource => format!("remove the resource `{logical_id}`"),
        Action::Become(it) => format!("make `{logical_id}` an `{}`", it.resource_type),
    }
}

/// Edits, found by their place.
#[derive(Default)]
struct Edits {
    all: Vec<Edit>,
    by_way: BTreeMap<Way, Vec<usize>>,
}

/// Adds an edit. Two that add to the same place become one; of two different values for one place, the first counts.
fn push(edits: &mut Edits, edit: Edit) {
    let here = edits.by_way.entry(edit.at.clone()).or_default();
    for number in here.iter() {
        let Some(known) = edits.all.get_mut(*number) else { continue };
        match (&mut known.change, &edit.change) {
            (Change::Insert(key, value), Change::Insert(other, more)) if key == other => return merge(value, more),
            (Change::Replace(_) | Change::Remove, Change::Replace(_) | Change::Remove) => return,
            (known, new) if *known == *new => return,
            _ => {}
        }
    }
    here.push(edits.all.len());
    edits.all.push(edit);
}

fn merge(value: &mut New, more: &New) {
    match (value, more) {
        (New::Map(fields), New::Map(others)) => {
            for (key, other) in others {
                match fields.iter_mut().find(|(it, _)| it == key) {
                    Some((_, value)) => merge(value, other),
                    None => fields.push((key.clone(), other.clone())),
                }
            }
        }
        (New::List(elements), New::List(others)) => {
            others
                .iter()
                .filter(|it| !elements.contains(it))
                .cloned()
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|it| elements.push(it));
        }
        _ => {}
    }
}

/// A list or mapping that loses all it has goes as a whole, up to the properties of a resource.
fn tidy(document: &Document, edits: &mut Vec<Edit>) {
    loop {
        let removed: BTreeSet<&[usize]> =
            edits.iter().filter(|it| it.change == Change::Remove).map(|it| it.at.as_slice()).collect();
        let changed: BTreeSet<&[usize]> = edits.iter().map(|it| it.at.as_slice()).collect();
        let emptied = edits.iter().find_map(|edit| {
            let (_, parent) = edit.at.split_last().filter(|(_, it)| it.len() > 2)?;
            let node = document.node(parent)?;
            let count = node.entries().len() + node.elements().len();
            let goes = |at: usize| {
                let way: Vec<usize> = parent.iter().copied().chain([at]).collect();
                removed.contains(way.as_slice())
            };
            let is_added_to = changed.contains(parent);
            ((0..count).all(goes) && count > 0 && !is_added_to).then(|| parent.to_vec())
        });
        let Some(way) = emptied else { return };
        edits.retain(|it| !it.at.starts_with(&way));
        edits.push(Edit::new(way, Change::Remove));
    }
}

/// Outputs of which none is left go as a section.
fn leave_out_empty_section(document: &Document, edits: &mut Vec<Edit>) {
    let Some(section) = super::template::way_to(document, &[OUTPUTS]) else { return };
    let count = document.node(&section).map_or(0, |it| it.entries().len());
    let goes = |edit: &&Edit| edit.change == Change::Remove && edit.at.len() == 2 && edit.at.starts_with(&section);
    if count > 0 && edits.iter().filter(goes).count() == count {
        edits.retain(|it| !it.at.starts_with(&section));
        edits.push(Edit::new(section, Change::Remove).noted(Some("for LocalStack: without Outputs")));
    }
}

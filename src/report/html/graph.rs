//! How far what LocalStack does not have reaches: unsupported resources, what consumes them, and the outputs behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use crate::analysis::{Finding, PLACEHOLDER_REJECTED, ResourceStatus};
use crate::db::Category;
use crate::report::StackEntry;
use crate::report::printable::printable;
use crate::target::Support;

use super::layered::layout;

/// Margin around the picture, so that focus rings and strokes are not cut.
const MARGIN: f64 = 6.0;
const HEIGHT: f64 = 46.0;
const PADDING: f64 = 26.0;
/// Width of a character of a logical id, and of a type.
const ID_CHARACTER: f64 = 7.9;
const TYPE_CHARACTER: f64 = 6.4;
/// Most characters of a logical id, and of a type.
const MAX_ID: usize = 30;
const MAX_TYPE: usize = 46;
/// Logical ids of outputs start with this.
const OUTPUT: &str = "Outputs.";

/// The picture of one stack.
#[derive(Serialize)]
pub(super) struct Graph {
    width: i64,
    height: i64,
    nodes: Vec<Node>,
    /// What each line draws, as SVG paths.
    lines: Vec<String>,
    /// The same in words.
    words: Vec<Reach>,
    /// Unsupported resources that nothing consumes.
    alone: Vec<String>,
}

#[derive(Serialize)]
struct Node {
    name: String,
    label: String,
    resource_type: String,
    type_label: String,
    /// `gap`, `fails`, `consumer` or `output`.
    role: &'static str,
    /// The role in words.
    says: String,
    /// The anchor of the finding about it.
    anchor: Option<String>,
    x: i64,
    y: i64,
    width: i64,
    height: i64,
}

/// Who is reached directly from one resource.
#[derive(Serialize)]
struct Reach {
    name: String,
    resource_type: String,
    says: String,
    by: Vec<String>,
}

/// The picture of `stack`, whose texts are printable; `None` when nothing is unsupported. `anchors` are those of
/// findings by the resource they are about.
pub(super) fn graph(stack: &StackEntry, anchors: &BTreeMap<String, String>) -> Option<Graph> {
    let sources = subjects(stack, |it| it.category == Category::A && it.id != PLACEHOLDER_REJECTED);
    if sources.is_empty() {
        return None;
    }
    let failing = subjects(stack, |it| it.id == PLACEHOLDER_REJECTED);
    let waiting: BTreeSet<&str> = impact(stack, |it| it.id == PLACEHOLDER_REJECTED);
    let reached = impact(stack, |it| it.category == Category::A);
    let members: BTreeSet<&str> = sources.iter().chain(&failing).chain(&waiting).chain(&reached).copied().collect();
    let gives = |it: &str| sources.contains(it) || failing.contains(it) || waiting.contains(it);
    let holds_up = |it: &str| failing.contains(it) || waiting.contains(it);
    let mut seen = BTreeSet::new();
    let lines: Vec<(&str, &str)> = stack
        .report
        .uses
        .iter()
        .filter(|it| if it.is_value { gives(&it.of) } else { holds_up(&it.of) })
        .map(|it| (it.of.as_str(), it.by.as_str()))
        .filter(|(of, by)| members.contains(of) && members.contains(by) && seen.insert((*of, *by)))
        .collect();
    let connected: BTreeSet<&str> = lines.iter().flat_map(|(of, by)| [*of, *by]).collect();
    let order = in_order(stack, &members);
    let alone = order.iter().filter(|it| sources.contains(*it) && !connected.contains(*it));
    let alone = alone.map(|it| (*it).to_owned()).collect();
    let shown: Vec<&str> = order.into_iter().filter(|it| connected.contains(it)).collect();
    let role = |name: &str| match name {
        name if name.starts_with(OUTPUT) => "output",
        name if failing.contains(name) => "fails",
        name if sources.contains(name) => "gap",
        _ => "consumer",
    };
    let mut resources = BTreeMap::new();
    for resource in &stack.report.resources {
        resources.entry(printable(&resource.logical_id)).or_insert(resource);
    }
    let picture = Picture { resources, anchors, shown: &shown, lines: &lines };
    Some(picture.draw(role, alone))
}

struct Picture<'a> {
    /// By printable logical id.
    resources: BTreeMap<String, &'a ResourceStatus>,
    anchors: &'a BTreeMap<String, String>,
    shown: &'a [&'a str],
    lines: &'a [(&'a str, &'a str)],
}

impl Picture<'_> {
    fn draw(&self, role: impl Fn(&str) -> &'static str, alone: Vec<String>) -> Graph {
        let types: Vec<String> = self.shown.iter().map(|it| self.type_of(it)).collect();
        let width = |text: &str, most: usize, character: f64| text.chars().count().min(most) as f64 * character;
        let widths = self.shown.iter().zip(&types).flat_map(|(name, of_type)| {
            [width(bare(name), MAX_ID, ID_CHARACTER), width(of_type, MAX_TYPE, TYPE_CHARACTER)]
        });
        let size = (widths.fold(110.0, f64::max) + PADDING, HEIGHT);
        let at: BTreeMap<&str, usize> = self.shown.iter().enumerate().map(|(at, it)| (*it, at)).collect();
        let lines: Vec<(usize, usize)> =
            self.lines.iter().filter_map(|(of, by)| Some((*at.get(of)?, *at.get(by)?))).collect();
        let layout = layout(self.shown.len(), &lines, size);
        let nodes = self.shown.iter().zip(types).zip(&layout.corners).map(|((name, resource_type), (x, y))| Node {
            label: shorten(bare(name), MAX_ID),
            type_label: shorten(&resource_type, MAX_TYPE),
            role: role(name),
            says: self.says(name, role(name)),
            anchor: self.anchors.get(*name).cloned(),
            x: pixels(x + MARGIN),
            y: pixels(y + MARGIN),
            width: pixels(size.0),
            height: pixels(size.1),
            name: (*name).to_owned(),
            resource_type,
        });
        Graph {
            width: pixels(layout.size.0 + 2.0 * MARGIN),
            height: pixels(layout.size.1 + 2.0 * MARGIN),
            nodes: nodes.collect(),
            lines: layout.lines.iter().map(|it| path(it)).collect(),
            words: self.words(role),
            alone,
        }
    }

    fn words(&self, role: impl Fn(&str) -> &'static str) -> Vec<Reach> {
        let mut reached: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (of, by) in self.lines {
            reached.entry(of).or_default().push((*by).to_owned());
        }
        let of = |name: &&str| {
            let by = reached.get(name).cloned().unwrap_or_default();
            let reach = Reach {
                name: (*name).to_owned(),
                resource_type: self.type_of(name),
                says: self.says(name, role(name)),
                by,
            };
            (!reach.by.is_empty()).then_some(reach)
        };
        self.shown.iter().filter_map(of).collect()
    }

    fn type_of(&self, name: &str) -> String {
        self.resources.get(name).map_or("Output".to_owned(), |it| printable(&it.resource_type))
    }

    fn says(&self, name: &str, role: &str) -> String {
        match (role, self.resources.get(name).map(|it| (it.support, it.min_plan))) {
            ("fails", _) => "fails".to_owned(),
            ("output", _) => "has no real value".to_owned(),
            ("gap", Some((Support::NeedsPlan, Some(plan)))) => {
                format!("needs plan {}", crate::db::Word::word(plan))
            }
            ("gap", Some((Support::NeedsPlan, None))) => "needs a higher plan".to_owned(),
            ("gap", Some((Support::Unknown, _))) => "unproven".to_owned(),
            ("gap", _) => "unsupported".to_owned(),
            _ => "consumes a made-up value".to_owned(),
        }
    }
}

/// The subjects of the standing findings that are `wanted`.
fn subjects(stack: &StackEntry, wanted: impl Fn(&Finding) -> bool) -> BTreeSet<&str> {
    stack.standing().filter(|it| wanted(it)).filter_map(|it| it.logical_id.as_deref()).collect()
}

fn impact(stack: &StackEntry, wanted: impl Fn(&Finding) -> bool) -> BTreeSet<&str> {
    stack.standing().filter(|it| wanted(it)).flat_map(|it| it.impact.iter().map(String::as_str)).collect()
}

/// `members` in the order of the template, outputs last.
fn in_order<'a>(stack: &StackEntry, members: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let places: BTreeMap<String, usize> =
        stack.report.resources.iter().enumerate().map(|(at, it)| (printable(&it.logical_id), at)).collect();
    let mut order: Vec<&str> = members.iter().copied().collect();
    order.sort_by_key(|it| (it.starts_with(OUTPUT), places.get(*it).copied().unwrap_or(usize::MAX)));
    order
}

fn bare(name: &str) -> &str {
    name.strip_prefix(OUTPUT).unwrap_or(name)
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

/// Curves between the pairs of points that cross a gap, straight lines across a column.
fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let mut before: Option<(f64, f64)> = None;
    for (at, (x, y)) in points.iter().map(|(x, y)| (x + MARGIN, y + MARGIN)).enumerate() {
        match before {
            None => {
                let _ = write!(out, "M{x:.0} {y:.0}");
            }
            Some((from, level)) if at % 2 == 1 => {
                let middle = (from + x) / 2.0;
                let _ = write!(out, " C{middle:.0} {level:.0} {middle:.0} {y:.0} {x:.0} {y:.0}");
            }
            Some(_) => {
                let _ = write!(out, " H{x:.0}");
            }
        }
        before = Some((x, y));
    }
    out
}

fn pixels(length: f64) -> i64 {
    length.round() as i64
}

#[cfg(test)]
mod tests {
    use crate::report::sample;

    use super::*;

    fn picture() -> Graph {
        let report = sample::report();
        let anchors = BTreeMap::from([("Api".to_owned(), "f-1".to_owned())]);
        graph(&report.stacks[0], &anchors).unwrap()
    }

    #[test]
    fn only_what_is_reached_is_drawn() {
        let graph = picture();
        let names: Vec<(&str, &str)> = graph.nodes.iter().map(|it| (it.name.as_str(), it.role)).collect();
        assert_eq!(names, [("Api", "gap"), ("Stage", "consumer"), ("Outputs.Url", "output")]);
        assert_eq!(graph.nodes[0].says, "needs plan base");
        assert_eq!(graph.nodes[0].anchor.as_deref(), Some("f-1"));
        assert_eq!(graph.lines.len(), 2);
        assert_eq!(graph.words[0].by, ["Stage", "Outputs.Url"]);
    }

    #[test]
    fn what_nothing_consumes_is_only_named() {
        let mut report = sample::report();
        report.stacks[0].report.uses.clear();
        let graph = graph(&report.stacks[0], &BTreeMap::new()).unwrap();
        assert_eq!(graph.alone, ["Api"]);
        assert!(graph.nodes.is_empty());
    }

    #[test]
    fn nothing_unsupported_has_no_picture() {
        assert!(graph(&sample::clean().stacks[0], &BTreeMap::new()).is_none());
    }

    #[test]
    fn a_line_curves_between_columns_and_is_straight_across_them() {
        let path = path(&[(0.0, 0.0), (10.0, 20.0), (30.0, 20.0), (40.0, 0.0)]);
        assert_eq!(path, "M6 6 C11 6 11 26 16 26 H36 C41 26 41 6 46 6");
    }
}

//! Support of a resource type over the covered releases and all plans.

use serde::Serialize;

use crate::db::{Db, Plan, Word, display_release};
use crate::report::words;
use crate::target::{Target, support};

/// Neighbouring releases that support a type alike.
#[derive(Debug, PartialEq, Serialize)]
pub(in crate::report) struct Span {
    /// The first of them.
    pub(in crate::report) first: String,
    /// The last of them.
    pub(in crate::report) last: String,
    /// Support by plan, in the order of the plans.
    pub(in crate::report) plans: Vec<Cell>,
}

impl Span {
    /// `3.0 to 2026.3`.
    pub(in crate::report) fn releases(&self) -> String {
        if self.first == self.last { self.first.clone() } else { format!("{} to {}", self.first, self.last) }
    }
}

/// Support on one plan.
#[derive(Debug, PartialEq, Serialize)]
pub(in crate::report) struct Cell {
    pub(in crate::report) plan: &'static str,
    pub(in crate::report) support: &'static str,
    pub(in crate::report) min_plan: Option<&'static str>,
}

/// The spans of a resource type, oldest first; the rest of `target` counts too.
pub(in crate::report) fn matrix(resource_type: &str, db: &Db, target: &Target) -> Vec<Span> {
    spans(db, target, |target| {
        let (support, min_plan) = support(db, target, resource_type);
        Cell { plan: target.plan.word(), support: words::support(support), min_plan: min_plan.map(Word::word) }
    })
}

/// The covered releases, oldest first, neighbours with the same cells for all plans as one span.
pub(in crate::report) fn spans(db: &Db, target: &Target, cell: impl Fn(&Target) -> Cell) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for release in db.covered() {
        let name = display_release(&release);
        let at = |(_, plan): &(&str, Plan)| cell(&Target { release: release.clone(), plan: *plan, ..target.clone() });
        let plans: Vec<Cell> = Plan::WORDS.iter().map(at).collect();
        match spans.last_mut().filter(|it| it.plans == plans) {
            Some(span) => span.last = name,
            None => spans.push(Span { first: name.clone(), last: name, plans }),
        }
    }
    spans
}

/// The matrix as aligned lines.
pub(super) fn lines(spans: &[Span]) -> Vec<String> {
    let names = Plan::WORDS.iter().map(|(name, _)| (*name).to_owned());
    let mut rows = vec![std::iter::once("releases".to_owned()).chain(names).collect::<Vec<_>>()];
    for span in spans {
        rows.push(std::iter::once(span.releases()).chain(span.plans.iter().map(cell_words)).collect());
    }
    let width = |column: usize| rows.iter().filter_map(|it| it.get(column)).map(String::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..=Plan::WORDS.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>();
        format!("  {}", cells.join("  ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// A cell in a word or two.
pub(in crate::report) fn cell_words(cell: &Cell) -> String {
    match (cell.support, cell.min_plan) {
        ("supported", _) => "yes".into(),
        ("unsupported", _) => "no".into(),
        // On hobby itself such a type is unproven: naming that plan would promise too much.
        ("needs-plan", None | Some("hobby")) => "licensed only".into(),
        ("needs-plan", Some(plan)) => format!("needs {plan}"),
        ("unknown", _) => "unproven".into(),
        (other, _) => other.into(),
    }
}

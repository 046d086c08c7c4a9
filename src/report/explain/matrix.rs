//! Support of a resource type over the covered releases and all plans.

use serde::Serialize;

use crate::db::{Db, Plan, Word, display_release};
use crate::report::words;
use crate::target::{Target, support};

/// Neighbouring releases that support a type alike.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Span {
    /// The first of them.
    pub(super) first: String,
    /// The last of them.
    pub(super) last: String,
    /// Support by plan, in the order of the plans.
    pub(super) plans: Vec<Cell>,
}

/// Support on one plan.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Cell {
    pub(super) plan: &'static str,
    pub(super) support: &'static str,
    pub(super) min_plan: Option<&'static str>,
}

/// The spans, oldest first; the rest of `target` counts too.
pub(super) fn matrix(resource_type: &str, db: &Db, target: &Target) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for release in db.covered() {
        let name = display_release(&release);
        let cells = |(_, plan): &(&str, Plan)| {
            cell(resource_type, db, &Target { release: release.clone(), plan: *plan, ..target.clone() })
        };
        let plans: Vec<Cell> = Plan::WORDS.iter().map(cells).collect();
        match spans.last_mut().filter(|it| it.plans == plans) {
            Some(span) => span.last = name,
            None => spans.push(Span { first: name.clone(), last: name, plans }),
        }
    }
    spans
}

fn cell(resource_type: &str, db: &Db, target: &Target) -> Cell {
    let (support, min_plan) = support(db, target, resource_type);
    Cell { plan: target.plan.word(), support: words::support(support), min_plan: min_plan.map(Word::word) }
}

/// The matrix as aligned lines.
pub(super) fn lines(spans: &[Span]) -> Vec<String> {
    let names = Plan::WORDS.iter().map(|(name, _)| (*name).to_owned());
    let mut rows = vec![std::iter::once("releases".to_owned()).chain(names).collect::<Vec<_>>()];
    for span in spans {
        let releases =
            if span.first == span.last { span.first.clone() } else { format!("{} to {}", span.first, span.last) };
        rows.push(std::iter::once(releases).chain(span.plans.iter().map(cell_words)).collect());
    }
    let width = |column: usize| rows.iter().filter_map(|it| it.get(column)).map(String::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..=Plan::WORDS.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>();
        format!("  {}", cells.join("  ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn cell_words(cell: &Cell) -> String {
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

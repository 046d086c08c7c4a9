//! What was changed for a finding, as the solution that the compatibility document shows.

use std::collections::BTreeSet;
use std::path::Path;

use crate::adjust::{Adapted, Key, Removed};
use crate::analysis::Finding;
use crate::report::Report;

const OUTPUT: &str = "Outputs.";

/// Puts what was changed in the place of each finding's solution, for the templates at the paths.
pub fn apply(report: &mut Report, adapted: &[(&Path, &Adapted)]) {
    for stack in &mut report.stacks {
        let Some((_, adapted)) = adapted.iter().find(|(path, _)| *path == stack.path) else { continue };
        for finding in &mut stack.report.findings {
            if let Some(solution) = solution(finding, adapted) {
                finding.solution = solution;
            }
        }
    }
}

/// What was changed for a finding; nothing when nothing was.
fn solution(finding: &Finding, adapted: &Adapted) -> Option<String> {
    let name = match (finding.logical_id.as_deref(), finding.resource_type.as_str()) {
        (Some(id), "Template::Output") => format!("{OUTPUT}{id}"),
        (id, _) => id.unwrap_or_default().to_owned(),
    };
    if let Some(removed) = adapted.removed.iter().find(|it| it.name == name) {
        return Some(removal(removed, adapted));
    }
    let key = Key::of(finding);
    let changes: Vec<&str> = adapted.made.iter().filter(|it| it.key == key).map(|it| it.what.as_str()).collect();
    (!changes.is_empty()).then(|| sentence(&changes.join(", ")))
}

fn removal(removed: &Removed, adapted: &Adapted) -> String {
    if let Some((place, needed)) = &removed.because {
        return format!("{} is removed, because `{place}` needs `{needed}`", subject(&removed.name));
    }
    let mut gone = BTreeSet::from([removed.name.as_str()]);
    let mut followers: Vec<&str> = Vec::new();
    // Each stands behind what it needs.
    for it in &adapted.removed {
        if it.because.as_ref().is_some_and(|(_, needed)| gone.contains(needed.as_str())) && gone.insert(&it.name) {
            followers.push(&it.name);
        }
    }
    let mut text = format!("{} is removed", subject(&removed.name));
    if !followers.is_empty() {
        text.push_str(&format!(", and with it {}", list(followers.iter().map(|it| shown(it)))));
    }
    let own = || adapted.cuts.iter().filter(|it| gone.contains(it.because.as_str()));
    let cut: Vec<String> = own().filter(|it| it.now.is_none()).map(|it| format!("`{}`", it.place)).collect();
    if !cut.is_empty() {
        text.push_str(&format!("; {} left out", with_verb(&cut)));
    }
    for it in own() {
        if let Some(now) = &it.now {
            text.push_str(&format!("; `{}` is now `{now}`", it.place));
        }
    }
    text
}

fn with_verb(names: &[String]) -> String {
    format!("{} {}", list(names.iter().cloned()), if names.len() == 1 { "is" } else { "are" })
}

fn subject(name: &str) -> String {
    sentence(&shown(name))
}

fn shown(name: &str) -> String {
    match name.strip_prefix(OUTPUT) {
        Some(output) => format!("the output `{output}`"),
        None => format!("`{name}`"),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

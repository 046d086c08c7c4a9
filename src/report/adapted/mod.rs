//! What adapting a template did: the difference, what was removed and cut, and for a CDK app what to change in it.

mod applied;
mod cdk;
mod diff;

use crate::adjust::{Adapted, Key, phrase};
use crate::analysis::Finding;
use crate::db::{Safety, Severity, Word};
use crate::source::SourceFile;

use super::printable::printable;

pub use applied::apply;
pub use cdk::{Language, instructions};
pub use diff::diff;

/// What was done to one template, in words; `name` is what a reader knows it by.
pub fn summary(name: &str, adapted: &Adapted) -> String {
    let mut out = String::new();
    let (gone, left) = (adapted.gone.len(), adapted.skipped.len());
    out.push_str(&match (gone, adapted.made.is_empty() && adapted.cuts.is_empty()) {
        (_, true) => format!("{name}: nothing to change\n"),
        (gone, false) => format!("{name}: {gone} {} gone\n", if gone == 1 { "finding is" } else { "findings are" }),
    });
    section(
        &mut out,
        "removed",
        adapted.removed.iter().map(|it| {
            let kind = if it.kind.is_empty() { String::new() } else { format!(" ({})", it.kind) };
            let because = it.because.as_ref().map(|(place, name)| format!(": `{place}` needs `{name}`"));
            format!("`{}`{kind}{}", it.name, because.unwrap_or_default())
        }),
    );
    let left_out = adapted.cuts.iter().filter(|it| it.now.is_none());
    section(&mut out, "left out", left_out.map(|it| format!("`{}`: it refers to `{}`", it.place, it.because)));
    let replaced = adapted.cuts.iter().filter_map(|it| Some((it, it.now.as_ref()?)));
    let replaced = replaced.map(|(it, now)| format!("`{}` is now `{now}`, without `{}`", it.place, it.because));
    let changed = adapted.made.iter().filter(|it| it.adjustment.is_some());
    let changed = changed.map(|it| format!("{} ({})", it.what, it.key.id));
    section(&mut out, "changed", replaced.chain(changed));
    let notes = adapted.new.iter().filter(|(_, severity)| *severity == Severity::Note);
    section(&mut out, "new notes", notes.map(|(key, _)| subject(key)));
    if left > 0 {
        let left = adapted.skipped.iter().map(|it| format!("{}: {}", subject(&it.key), it.why));
        section(&mut out, "left as it is", left);
    }
    out
}

/// What a finding in `file` says, and what would be done about it.
pub fn question(finding: &Finding, file: &SourceFile) -> String {
    let line = file.position(finding.span.start).line;
    let name = finding.logical_id.as_deref().unwrap_or("the template");
    let mut lines = vec![
        format!("{}:{line}: {name}: {} ({})", file.path().display(), finding.feature, finding.id),
        format!("  {}", finding.localstack),
        format!("  {}", finding.solution),
    ];
    let changes = finding.adjustments.iter().filter(|it| it.safety != Safety::Display);
    lines.extend(changes.map(|it| format!("  change: {}", phrase(it))));
    lines.iter().map(|it| printable(it) + "\n").collect()
}

/// What stands in the way of taking the result over; empty when nothing does.
pub fn objections(adapted: &Adapted) -> Vec<String> {
    let still = adapted.still.iter().map(|it| format!("{} is still there", subject(it)));
    let new = adapted.new.iter().filter(|(_, severity)| *severity > Severity::Note);
    let new = new.map(|(key, severity)| format!("{} is new ({})", subject(key), severity.word()));
    let problems = adapted.problems.iter().map(|it| format!("the template would be wrong: {it}"));
    still.chain(new).chain(problems).map(|it| printable(&it)).collect()
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    // Several findings may be cured by one change.
    let mut lines: Vec<String> = lines.collect();
    lines.dedup();
    if lines.is_empty() {
        return;
    }
    out.push_str(&format!("  {title}\n"));
    for line in lines {
        out.push_str(&format!("    {}\n", printable(&line)));
    }
}

fn subject(key: &Key) -> String {
    match (key.logical_id.as_str(), key.property.as_str()) {
        ("", "") => key.id.clone(),
        ("", property) => format!("{} at `{property}`", key.id),
        (id, "") => format!("{} at `{id}`", key.id),
        (id, property) => format!("{} at `{id}.{property}`", key.id),
    }
}

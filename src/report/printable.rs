//! Text of templates as a terminal may get it: a logical id can hold escape sequences, and characters that turn the
//! direction of what follows.

use std::collections::BTreeMap;

use crate::analysis::{Adjustment, Finding, Update, UpdateKind, UpdatedProperty};

use super::{Report, StackEntry, TestEntry};

/// `text` with every character that a terminal would act on written as an escape, line breaks included.
pub fn printable(text: &str) -> String {
    if !text.contains(acts) {
        return text.to_owned();
    }
    text.chars().map(|it| if acts(it) { it.escape_default().to_string() } else { it.to_string() }).collect()
}

/// Control characters, and those that turn the direction of text.
fn acts(character: char) -> bool {
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || character.is_control()
}

/// A copy of `report` whose texts are printable. Paths, titles and template sources are as they were.
pub(super) fn report(report: &Report) -> Report {
    let mut report = report.clone();
    for StackEntry { report, constructs, region, account_id, not_analysed, updates, .. } in &mut report.stacks {
        report.findings.iter_mut().for_each(clean);
        report.excluded.iter_mut().chain(not_analysed).chain([region, account_id]).for_each(make);
        report.uses.iter_mut().flat_map(|it| [&mut it.of, &mut it.by]).for_each(make);
        *constructs = both(constructs);
        if let Some(entry) = updates {
            make(&mut entry.since);
            entry.updates.iter_mut().for_each(clean_update);
        }
    }
    for TestEntry { findings, .. } in &mut report.tests {
        findings.iter_mut().for_each(clean);
    }
    report.notes.iter_mut().chain(report.errors.iter_mut().map(|it| &mut it.message)).for_each(make);
    report.target.config = both(&report.target.config);
    report
}

fn both(texts: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    texts.iter().map(|(name, it)| (printable(name), printable(it))).collect()
}

fn make(text: &mut String) {
    *text = printable(text);
}

/// Names every field, so that a new one cannot be forgotten.
fn clean(finding: &mut Finding) {
    let Finding {
        id,
        category: _,
        severity: _,
        certainty: _,
        fails_on: _,
        logical_id,
        resource_type,
        property,
        feature,
        localstack,
        aws,
        solution,
        error,
        also,
        adjustments,
        evidence: _,
        depends_on,
        impact,
        span: _,
        suppressed,
    } = finding;
    [id, resource_type, feature, localstack, aws, solution].into_iter().for_each(make);
    [logical_id, property, error, also, depends_on, suppressed].into_iter().flatten().for_each(make);
    impact.iter_mut().for_each(make);
    for Adjustment { action: _, logical_id, path, safety: _ } in adjustments {
        [logical_id, path].into_iter().for_each(make);
    }
}

/// Names every field, so that a new one cannot be forgotten.
fn clean_update(update: &mut Update) {
    let Update { logical_id, resource_type, kind, properties, localstack: _, aws: _, depends_on, span: _ } = update;
    [logical_id, resource_type].into_iter().chain(depends_on).for_each(make);
    if let UpdateKind::Retyped(old) = kind {
        make(old);
    }
    for UpdatedProperty { path, change: _, follows, is_made: _, span: _ } in properties {
        std::iter::once(path).chain(follows).for_each(make);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_escaped() {
        assert_eq!(printable("a\u{1b}[31m\u{9b}b\u{202e}\n"), "a\\u{1b}[31m\\u{9b}b\\u{202e}\\n");
        assert_eq!(printable("Größe `x` · 😀"), "Größe `x` · 😀");
    }
}

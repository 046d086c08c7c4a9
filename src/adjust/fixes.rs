//! What would change in the text for one finding alone, as replacements that an editor can make.

use std::sync::Arc;

use similar::{DiffTag, TextDiff};

use super::document::Document;
use super::needs::Needs;
use super::plan::{Key, Plan, Scope, plan};
use super::remove::{Given, Lost};
use crate::analysis::Finding;
use crate::db::{Db, Schemas};
use crate::source::{SourceFile, Span};
use crate::stack::Stack;

/// The change of a text for one finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// The finding.
    pub key: Key,
    /// Where it points.
    pub span: Span,
    /// What is done: ``set `Timeout` of `Web` to `60` ``.
    pub what: String,
    /// The parts of the text that become others, in order.
    pub replacements: Vec<Replacement>,
}

/// A part of a text, and what comes in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The part; empty where something is only added.
    pub span: Span,
    /// What comes there.
    pub text: String,
}

/// The fixes of `findings` about `stack`, whose text is `file`, each on its own. A finding that says no change, or
/// whose change cannot be made safely, has none; nor has one whose change would show what cannot be quoted (`quotable`
/// is the text that can, with everything in its place).
pub fn fixes(
    file: &Arc<SourceFile>,
    quotable: &SourceFile,
    stack: &Stack,
    findings: &[Finding],
    db: &Db,
    schemas: &Schemas,
) -> Vec<Fix> {
    let scope = Scope { fix_aws: true };
    let Some(document) =
        findings.iter().any(|it| scope.has(it)).then(|| Document::read(Arc::clone(file)).ok()).flatten()
    else {
        return Vec::new();
    };
    let given = Given { needs: Needs { db, schemas }, lost: &Lost::default(), guards: false };
    let fix = |finding: &Finding| {
        let Plan { made, edits, .. } = plan(&document, stack, given, &[finding]);
        let edits: Vec<_> = edits.into_iter().map(|it| it.noted(None)).collect();
        let replacements = replacements(file.text(), &document.edit(&edits).ok()?);
        let is_shown = replacements.iter().all(|it| file.slice(it.span) == quotable.slice(it.span));
        let what = made.iter().map(|it| it.what.as_str()).collect::<Vec<_>>().join("; ");
        let fix = Fix { key: Key::of(finding), span: finding.span, what, replacements };
        (is_shown && !edits.is_empty() && !fix.replacements.is_empty()).then_some(fix)
    };
    findings.iter().filter(|it| scope.has(it)).filter_map(fix).collect()
}

/// What makes `after` of `before`: the lines that differ, without the part of them that is the same.
fn replacements(before: &str, after: &str) -> Vec<Replacement> {
    // A change is small beside its text, and what is the same around it need not be compared line by line.
    let skipped = same_lines(before, after);
    let (before, after) = (
        before.get(skipped.0..before.len() - skipped.1).unwrap_or_default(),
        after.get(skipped.0..after.len() - skipped.1).unwrap_or_default(),
    );
    let diff = TextDiff::from_lines(before, after);
    let starts = |slices: &[&str]| {
        let ends = slices.iter().scan(0, |at, it| {
            *at += it.len();
            Some(*at)
        });
        std::iter::once(0).chain(ends).collect::<Vec<usize>>()
    };
    let (old, new) = (starts(diff.old_slices()), starts(diff.new_slices()));
    let range = |starts: &[usize], lines: std::ops::Range<usize>| {
        let at = |line: usize| starts.get(line).copied().unwrap_or_default();
        at(lines.start)..at(lines.end)
    };
    let changed = diff.ops().iter().filter(|it| it.tag() != DiffTag::Equal);
    let replacement = |op: &similar::DiffOp| {
        let (from, to) = (range(&old, op.old_range()), range(&new, op.new_range()));
        let start = from.start;
        let (removed, added) = (before.get(from)?, after.get(to)?);
        let (head, tail) = common(removed, added);
        let start = skipped.0 + start;
        let span = Span { start: start + head, end: start + removed.len() - tail };
        Some(Replacement { span, text: added.get(head..added.len() - tail)?.to_owned() })
    };
    changed.filter_map(replacement).collect()
}

/// The bytes of the whole lines that two texts begin with both, and of those that both end with beside that.
fn same_lines(a: &str, b: &str) -> (usize, usize) {
    let lines = |(a, b): (&str, &str)| if a == b { Some(a.len()) } else { None };
    let head: usize = a.split_inclusive('\n').zip(b.split_inclusive('\n')).map_while(lines).sum();
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    if a.ends_with('\n') != b.ends_with('\n') {
        return (head, 0);
    }
    let (mut from_a, mut from_b, mut tail) = (a, b, 0);
    while let (Some(one), Some(other)) =
        (from_a.split_inclusive('\n').next_back(), from_b.split_inclusive('\n').next_back())
    {
        if one != other {
            break;
        }
        tail += one.len();
        from_a = from_a.get(..from_a.len() - one.len()).unwrap_or_default();
        from_b = from_b.get(..from_b.len() - other.len()).unwrap_or_default();
    }
    (head, tail)
}

/// The bytes that two texts have in common at their beginning, and at their end beside that; words are not divided.
fn common(a: &str, b: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let is_word = |it: &char| it.is_alphanumeric();
    let length = |characters: &[char]| characters.iter().map(|it| it.len_utf8()).sum::<usize>();
    let mut head: Vec<char> = a.chars().zip(b.chars()).take_while(same).map(|(it, _)| it).collect();
    let follows = |at: usize| {
        [a, b].iter().any(|it| it.get(at..).and_then(|it| it.chars().next()).is_some_and(|it| is_word(&it)))
    };
    while head.last().is_some_and(is_word) && follows(length(&head)) {
        head.pop();
    }
    let head = length(&head);
    let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
    let mut tail: Vec<char> = a.chars().rev().zip(b.chars().rev()).take_while(same).map(|(it, _)| it).collect();
    let precedes = |length: usize| {
        [a, b]
            .iter()
            .any(|it| it.get(..it.len() - length).and_then(|it| it.chars().last()).is_some_and(|it| is_word(&it)))
    };
    while tail.last().is_some_and(is_word) && precedes(length(&tail)) {
        tail.pop();
    }
    (head, length(&tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(before: &str, after: &str) -> Vec<(usize, usize, String)> {
        let replacements = replacements(before, after);
        let mut text = before.to_owned();
        for it in replacements.iter().rev() {
            text.replace_range(it.span.start..it.span.end, &it.text);
        }
        assert_eq!(text, after);
        replacements.into_iter().map(|it| (it.span.start, it.span.end, it.text)).collect()
    }

    #[test]
    fn only_what_differs_is_replaced() {
        assert_eq!(made("a: 3\nb: 1\n", "a: 60\nb: 1\n"), [(3, 4, "60".into())]);
        assert_eq!(made("a: 1\nb: 2\n", "a: 1\nx: 9\nb: 2\n"), [(5, 5, "x: 9\n".into())]);
        assert_eq!(made("a: 1\nb: 2\nc: 3\n", "a: 1\nc: 3\n"), [(5, 10, String::new())]);
        assert_eq!(made("a: 1", "a: 1\nb: 2"), [(4, 4, "\nb: 2".into())]);
        assert_eq!(made("é: ä\nz\n", "é: ö\nz\n"), [(4, 6, "ö".into())]);
        assert_eq!(made("a: GET\n", "a: POST\n"), [(3, 6, "POST".into())]);
        assert_eq!(made("a: 20x\n", "a: 21x\n"), [(3, 6, "21x".into())]);
        assert!(made("a\n", "a\n").is_empty());
    }

    #[test]
    fn places_far_from_each_other_stay_apart() {
        assert_eq!(made("a: 1\nb\nc\nd: 1\n", "a: 2\nb\nc\nd: 2\n").len(), 2);
    }
}

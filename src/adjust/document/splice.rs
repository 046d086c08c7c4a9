//! Replacements of byte ranges of a text.

use crate::source::Span;

/// One range and the text that comes in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) span: Span,
    pub(super) text: String,
}

impl Splice {
    pub(super) fn delete(start: usize, end: usize) -> Self {
        Self { span: Span { start, end: end.max(start) }, text: String::new() }
    }

    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: Span { start: at, end: at }, text: text.into() }
    }

    pub(super) fn replace(start: usize, end: usize, text: impl Into<String>) -> Self {
        Self { span: Span { start, end: end.max(start) }, text: text.into() }
    }
}

/// `text` with all `splices` made; nothing when two of them overlap. Deletions that overlap are one, and what is inserted
/// inside of a deletion stands in its place.
pub(super) fn splice(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    // Stable: of several insertions at one place the first stays first.
    splices.sort_by_key(|it| (it.span.start, it.span.end));
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    let mut is_deletion = false;
    for splice in splices {
        if splice.span.start < at {
            let is_insertion = splice.span.start == splice.span.end;
            if !(is_deletion && (splice.text.is_empty() || is_insertion)) {
                return None;
            }
            out.push_str(&splice.text);
            at = at.max(splice.span.end);
            continue;
        }
        out.push_str(text.get(at..splice.span.start)?);
        out.push_str(&splice.text);
        at = splice.span.end;
        is_deletion = splice.text.is_empty();
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_replaced_where_they_stand() {
        let splices = vec![Splice::insert(3, "x"), Splice::delete(0, 1), Splice::replace(1, 2, "B")];
        assert_eq!(splice("abc", splices).as_deref(), Some("Bcx"));
    }

    #[test]
    fn deletions_may_overlap_and_nothing_else() {
        assert_eq!(splice("abcd", vec![Splice::delete(0, 2), Splice::delete(1, 3)]).as_deref(), Some("d"));
        assert_eq!(splice("abcd", vec![Splice::delete(0, 2), Splice::replace(1, 3, "x")]), None);
    }
}

//! Which properties differ between two versions of a resource. Compares what values resolve to, never how they are
//! written.

use crate::analysis::path::field_span;
use crate::source::Span;
use crate::stack::{Alternative, Data, Field, Piece, Reason, Value};

/// How a property differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Only the new version has it.
    Added,
    /// Only the old version has it.
    Removed,
    /// Its value differs.
    Changed,
}

/// One property that differs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Difference {
    /// Keys and list indices from the resource's properties.
    pub(super) path: Vec<String>,
    /// How.
    pub(super) change: Change,
    /// Its place in the new version; of a removed one, that of the closest surrounding value.
    pub(super) span: Span,
    /// What decides whether it differs at all.
    pub(super) depends_on: Option<Reason>,
}

/// The properties that differ between `old` and `new`, in the order of `new`, removed ones last; `span` is where the
/// new version as a whole is pointed at, and `text` what it is written in.
pub(super) fn differences(old: &Value, new: &Value, span: Span, text: &str) -> Vec<Difference> {
    let mut differ = Differ { text, path: Vec::new(), found: Vec::new() };
    differ.compare(old, new, span);
    differ.found
}

struct Differ<'t> {
    text: &'t str,
    path: Vec<String>,
    found: Vec<Difference>,
}

impl Differ<'_> {
    fn compare(&mut self, old: &Value, new: &Value, span: Span) {
        match (&old.data, &new.data) {
            (Data::Map(before), Data::Map(after)) => self.fields(before, after, span),
            (Data::List(before), Data::List(after)) if before.len() == after.len() => {
                for (index, (old, new)) in before.iter().zip(after).enumerate() {
                    self.inside(index.to_string(), |it| it.compare(old, new, new.span));
                }
            }
            _ if same(old, new) => {}
            _ => self.found(Change::Changed, span, undecided(old).or_else(|| undecided(new))),
        }
    }

    fn fields(&mut self, before: &[Field], after: &[Field], span: Span) {
        for field in present(after) {
            let place = field_span(field, self.text);
            let old = present(before).find(|it| it.key == field.key);
            self.inside(field.key.clone(), |it| match old {
                Some(old) => it.compare(&old.value, &field.value, place),
                None => it.found(Change::Added, place, undecided(&field.value)),
            });
        }
        let removed = present(before).filter(|old| !present(after).any(|it| it.key == old.key));
        for field in removed {
            self.inside(field.key.clone(), |it| it.found(Change::Removed, span, undecided(&field.value)));
        }
    }

    fn inside(&mut self, segment: String, compare: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        compare(self);
        self.path.pop();
    }

    fn found(&mut self, change: Change, span: Span, depends_on: Option<Reason>) {
        self.found.push(Difference { path: self.path.clone(), change, span, depends_on });
    }
}

fn present(fields: &[Field]) -> impl Iterator<Item = &Field> {
    fields.iter().filter(|it| !matches!(it.value.data, Data::Absent | Data::Null))
}

/// Why a value cannot be compared, unless it is the same in both versions.
fn undecided(value: &Value) -> Option<Reason> {
    match &value.data {
        Data::Unknown(reason) => Some(reason.clone()),
        Data::OneOf(alternatives) => alternatives.first().map(|it| Reason::Condition(it.condition.clone())),
        Data::Text(pieces) => pieces.iter().find_map(|it| match it {
            Piece::Unknown(reason) => Some(reason.clone()),
            Piece::Text(_) | Piece::Reference(_) | Piece::Call(_) => None,
        }),
        _ => None,
    }
}

/// Whether two values resolve to the same, wherever they are written. CloudFormation converts between scalars.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    if let (Some(a), Some(b)) = (a.scalar_text(), b.scalar_text()) {
        return a == b;
    }
    match (&a.data, &b.data) {
        (Data::Absent | Data::Null, Data::Absent | Data::Null) => true,
        (Data::List(a), Data::List(b)) => all_same(a, b, same),
        (Data::Map(a), Data::Map(b)) => {
            let has = |field: &Field| present(b).any(|it| it.key == field.key && same(&it.value, &field.value));
            present(a).count() == present(b).count() && present(a).all(has)
        }
        (Data::Reference(a), Data::Reference(b)) => a == b,
        (Data::Text(a), Data::Text(b)) => all_same(a, b, same_piece),
        (Data::Call(a), Data::Call(b)) => a.function == b.function && all_same(&a.operands, &b.operands, same),
        (Data::OneOf(a), Data::OneOf(b)) => all_same(a, b, same_alternative),
        (Data::Unknown(a), Data::Unknown(b)) => a == b,
        _ => false,
    }
}

fn all_same<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn same_piece(a: &Piece, b: &Piece) -> bool {
    match (a, b) {
        (Piece::Text(a), Piece::Text(b)) => a == b,
        (Piece::Reference(a), Piece::Reference(b)) => a == b,
        (Piece::Call(a), Piece::Call(b)) => a.function == b.function && all_same(&a.operands, &b.operands, same),
        (Piece::Unknown(a), Piece::Unknown(b)) => a == b,
        _ => false,
    }
}

fn same_alternative(a: &Alternative, b: &Alternative) -> bool {
    (&a.condition, a.holds) == (&b.condition, b.holds) && same(&a.value, &b.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::read as stack;

    fn of(old: &str, new: &str) -> Vec<(String, Change)> {
        let head = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, a]}\n";
        let read = |it: &str| stack(&format!("{head}Resources: {{A: {{Type: AWS::S3::Bucket, Properties: {it}}}}}\n"));
        let (old, new) = (read(old), read(new));
        let (before, after) = (&old.resources[0], &new.resources[0]);
        let found = differences(&before.properties, &after.properties, after.id_span, new.file.text());
        found.into_iter().map(|it| (it.path.join("."), it.change)).collect()
    }

    #[test]
    fn the_deepest_property_that_differs_is_named() {
        assert_eq!(of("{A: {B: [{C: 1}]}}", "{A: {B: [{C: 2}]}}"), [("A.B.0.C".into(), Change::Changed)]);
        assert_eq!(of("{A: {B: 1}}", "{A: {B: 1, C: 2}}"), [("A.C".into(), Change::Added)]);
        assert_eq!(of("{A: {B: 1}, D: 1}", "{D: 1}"), [("A".into(), Change::Removed)]);
        assert_eq!(of("{A: [1]}", "{A: [1, 2]}"), [("A".into(), Change::Changed)]);
    }

    #[test]
    fn what_resolves_to_the_same_does_not_differ() {
        for (old, new) in [
            ("{A: '1', B: true}", "{B: 'true', A: 1}"),
            ("{A: !Sub 'x-${AWS::Region}'}", "{A: x-us-east-1}"),
            ("{A: !Ref P}", "{A: !Ref P}"),
            ("{A: !If [C, 1, 2]}", "{A: !If [C, 1, 2]}"),
            ("{A: !Ref AWS::NoValue}", "{}"),
            ("{A: !Sub 'x-${A.Arn}'}", "{A: !Sub 'x-${A.Arn}'}"),
        ] {
            assert_eq!(of(old, new), [], "{old} {new}");
        }
    }

    #[test]
    fn an_unknown_value_leaves_it_open() {
        let old = stack("Resources: {A: {Type: AWS::S3::Bucket, Properties: {N: a}}}");
        let new =
            stack("Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::S3::Bucket, Properties: {N: !Ref P}}}");
        let (before, after) = (&old.resources[0], &new.resources[0]);
        let found = differences(&before.properties, &after.properties, after.id_span, new.file.text());
        assert_eq!(found[0].depends_on, Some(Reason::Parameter("P".into())));
    }
}

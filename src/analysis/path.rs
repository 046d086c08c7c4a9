//! From a value along the steps of a path to the values it addresses, one test applied to each.
//!
//! Every value is visited once, alternatives included, so a walk is linear in the size of the value.

use super::matcher::Scope;
use super::outcome::{self, Outcome, Spot};
use super::text::unknown_reason;
use crate::db::Step;
use crate::source::Span;
use crate::stack::{Data, Field, Reason, Truth, Value};

/// The way from a subject's root to a value, kept on the call stack.
#[derive(Clone, Copy)]
pub(super) struct Trail<'t> {
    parent: Option<&'t Trail<'t>>,
    segment: Segment<'t>,
    span: Span,
    present: bool,
}

#[derive(Clone, Copy)]
enum Segment<'t> {
    Root,
    Key(&'t str),
    Index(usize),
}

impl<'t> Trail<'t> {
    /// The start, pointing at `span` as long as nothing deeper is known.
    pub(super) fn root(span: Span) -> Self {
        Self { parent: None, segment: Segment::Root, span, present: true }
    }

    fn field(&'t self, field: &'t Field, text: &str) -> Self {
        Self { parent: Some(self), segment: Segment::Key(&field.key), span: field_span(field, text), present: true }
    }

    fn element(&'t self, index: usize, span: Span) -> Self {
        Self { parent: Some(self), segment: Segment::Index(index), span, present: true }
    }

    fn missing(&'t self, key: &'t str) -> Self {
        Self { parent: Some(self), segment: Segment::Key(key), span: self.span, present: false }
    }

    /// The same way, ending at another spelling of its value (an alternative of a condition).
    fn through(self, span: Span) -> Self {
        Self { span, ..self }
    }

    /// Its end as a spot.
    pub(super) fn spot(&self) -> Spot {
        let mut path = Vec::new();
        let mut at = Some(self);
        while let Some(trail) = at {
            match trail.segment {
                Segment::Root => {}
                Segment::Key(key) => path.push(outcome::Segment::Key(key.to_owned())),
                Segment::Index(index) => path.push(outcome::Segment::Index(index)),
            }
            at = trail.parent;
        }
        path.reverse();
        Spot { span: self.span, path, present: self.present }
    }
}

/// Where a field is pointed at: its value when that is a scalar that starts on its key's line, else its key.
pub(super) fn field_span(field: &Field, text: &str) -> Span {
    let between = text.get(field.key_span.end..field.value.span.start);
    let compound = matches!(field.value.data, Data::Map(_) | Data::List(_));
    if compound || between.is_none_or(|it| it.contains('\n')) { field.key_span } else { field.value.span }
}

/// Something that a path addresses.
pub(super) enum Addressed<'v> {
    /// This value.
    Value(&'v Value),
    /// A key is missing on the way.
    Missing,
    /// What is there is not known.
    Open(Reason),
}

/// Takes what a path addresses one after the other; the reason is given for what may not be there at all.
pub(super) type Visit<'l> = dyn FnMut(Addressed<'_>, &Trail<'_>, Option<&Reason>) + 'l;

/// What is asked of each addressed value; `None` when a key on the way is missing.
pub(super) type Leaf<'l> = dyn Fn(Option<&Value>, &Trail<'_>) -> Outcome + 'l;

impl Scope<'_, '_> {
    /// Whether any value that `steps` address from `value` satisfies `leaf`.
    pub(super) fn walk(&self, value: &Value, steps: &[Step], trail: &Trail<'_>, leaf: &Leaf<'_>) -> Outcome {
        match (&value.data, steps.split_first()) {
            (Data::OneOf(alternatives), _) => {
                let live = self.live(alternatives);
                let judged = live.map(|it| {
                    let outcome = self.walk(&it.value, steps, &trail.through(it.value.span), leaf);
                    (it.condition.as_str(), outcome)
                });
                Outcome::alternatives(judged.collect())
            }
            (Data::Absent | Data::Null, _) => missing(steps, trail, leaf),
            (_, None) => leaf(Some(value), trail),
            (Data::Unknown(reason), _) => Outcome::at(trail, Truth::Unknown(reason.clone())),
            (_, Some((Step::Key(key), rest))) => self.walk_key(value, key, rest, trail, leaf),
            (_, Some((Step::Each, rest))) => self.walk_each(value, rest, trail, leaf),
            (_, Some((Step::Keys, _))) => self.walk_keys(value, trail, leaf),
        }
    }

    /// Shows everything that `steps` address from `value` to `visit`, each alternative that the assumptions leave.
    pub(super) fn visit(
        &self,
        value: &Value,
        steps: &[Step],
        trail: &Trail<'_>,
        under: Option<&Reason>,
        visit: &mut Visit<'_>,
    ) {
        let file = self.cx.stack.file.text();
        match (&value.data, steps.split_first()) {
            (Data::OneOf(alternatives), _) => {
                for it in self.live(alternatives) {
                    let condition = Reason::Condition(it.condition.clone());
                    let sure = self.assumption(&it.condition).is_some();
                    let under = if sure { under } else { under.or(Some(&condition)) };
                    self.visit(&it.value, steps, &trail.through(it.value.span), under, visit);
                }
            }
            (Data::Absent | Data::Null, Some((Step::Each | Step::Keys, _))) => {}
            (Data::Absent | Data::Null, _) => visit(Addressed::Missing, trail, under),
            (Data::Unknown(reason), Some(_)) => visit(Addressed::Open(reason.clone()), trail, under),
            (_, None) => visit(Addressed::Value(value), trail, under),
            (Data::Map(fields), Some((Step::Key(key), rest))) => match fields.iter().find(|it| it.key == *key) {
                Some(field) => self.visit(&field.value, rest, &trail.field(field, file), under, visit),
                None if rest.iter().any(|it| matches!(it, Step::Each | Step::Keys)) => {}
                None => visit(Addressed::Missing, &trail.missing(key), under),
            },
            (Data::Map(fields), Some((Step::Keys, _))) => {
                for field in fields {
                    visit(Addressed::Value(&key(field)), &trail.field(field, file).through(field.key_span), under);
                }
            }
            (Data::List(elements), Some((Step::Each, rest))) => {
                for (index, it) in elements.iter().enumerate().filter(|(_, it)| is_there(it)) {
                    self.visit(it, rest, &trail.element(index, it.span), under, visit);
                }
            }
            (Data::Map(fields), Some((Step::Each, rest))) if !is_lone_element(fields, rest) => {
                for field in fields.iter().filter(|it| is_there(&it.value)) {
                    self.visit(&field.value, rest, &trail.field(field, file), under, visit);
                }
            }
            (_, Some((Step::Each, rest))) => self.visit(value, rest, trail, under, visit),
            (Data::Reference(_) | Data::Call(_), Some(_)) => visit(Addressed::Open(reason_of(value)), trail, under),
            (_, Some(_)) => visit(Addressed::Missing, trail, under),
        }
    }

    fn walk_key(&self, value: &Value, key: &str, rest: &[Step], trail: &Trail<'_>, leaf: &Leaf<'_>) -> Outcome {
        match &value.data {
            Data::Map(fields) => match fields.iter().find(|it| it.key == key) {
                Some(field) => self.walk(&field.value, rest, &trail.field(field, self.cx.stack.file.text()), leaf),
                None => missing(rest, &trail.missing(key), leaf),
            },
            Data::Reference(_) | Data::Call(_) => Outcome::at(trail, Truth::Unknown(reason_of(value))),
            _ => missing(rest, &trail.missing(key), leaf),
        }
    }

    /// The keys of a mapping as texts; a step to keys is the last one.
    fn walk_keys(&self, value: &Value, trail: &Trail<'_>, leaf: &Leaf<'_>) -> Outcome {
        match &value.data {
            Data::Map(fields) => {
                let text = self.cx.stack.file.text();
                let judged = fields.iter().map(|it| leaf(Some(&key(it)), &trail.field(it, text).through(it.key_span)));
                at_least(trail, Outcome::any_value(judged))
            }
            Data::Reference(_) | Data::Call(_) => Outcome::at(trail, Truth::Unknown(reason_of(value))),
            _ => Outcome::at(trail, Truth::No),
        }
    }

    fn walk_each(&self, value: &Value, rest: &[Step], trail: &Trail<'_>, leaf: &Leaf<'_>) -> Outcome {
        match &value.data {
            Data::List(elements) => {
                let elements = elements.iter().enumerate().filter(|(_, it)| is_there(it));
                let judged = elements.map(|(index, it)| self.walk(it, rest, &trail.element(index, it.span), leaf));
                at_least(trail, Outcome::any_value(judged))
            }
            Data::Map(fields) if !is_lone_element(fields, rest) => {
                let fields = fields.iter().filter(|it| is_there(&it.value));
                let text = self.cx.stack.file.text();
                let judged = fields.map(|it| self.walk(&it.value, rest, &trail.field(it, text), leaf));
                at_least(trail, Outcome::any_value(judged))
            }
            _ => self.walk(value, rest, trail, leaf),
        }
    }
}

fn is_there(value: &Value) -> bool {
    !matches!(value.data, Data::Absent | Data::Null)
}

fn key(field: &Field) -> Value {
    Value { data: Data::String(field.key.clone()), span: field.key_span }
}

/// CloudFormation takes a lone mapping where a list of mappings may stand (one policy statement): it is the
/// element itself unless everything in it is a mapping too.
pub(super) fn is_lone_element(fields: &[Field], rest: &[Step]) -> bool {
    let may_be_map =
        |it: &Field| !matches!(it.value.data, Data::Bool(_) | Data::Number(_) | Data::String(_) | Data::List(_));
    matches!(rest.first(), Some(Step::Key(_))) && !fields.iter().all(may_be_map)
}

/// Points at the list when none of its elements can be pointed at.
fn at_least(trail: &Trail<'_>, outcome: Outcome) -> Outcome {
    if outcome.spots.is_empty() { Outcome { spots: vec![trail.spot()], ..outcome } } else { outcome }
}

/// Nothing is addressed when a list would have to be crossed on the rest of the way.
fn missing(rest: &[Step], trail: &Trail<'_>, leaf: &Leaf<'_>) -> Outcome {
    match rest.split_first() {
        None => leaf(None, &Trail { present: false, ..*trail }),
        Some((Step::Key(key), rest)) => missing(rest, &trail.missing(key), leaf),
        Some((Step::Each | Step::Keys, _)) => Outcome::at(&Trail { present: false, ..*trail }, Truth::No),
    }
}

fn reason_of(value: &Value) -> Reason {
    unknown_reason(value).unwrap_or_else(|| Reason::Other("a value known after deployment".into()))
}

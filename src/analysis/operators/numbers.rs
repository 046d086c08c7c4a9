//! Calculated numbers: sums, products, counts and sizes of what a template holds, as ranges where a part of it is not
//! known.

use std::cell::RefCell;

use super::super::matcher::{Base, Scope};
use super::super::outcome::{Outcome, Spot};
use super::super::path::{Addressed, Trail};
use super::super::text::unknown_reason;
use super::cidr;
use super::json::size;
use super::links;
use super::operands::each_root;
use crate::db::{Comparison, Expression, Literal, Operand};
use crate::stack::{Data, Reason, Truth, Value};

/// The numbers that something can be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Range {
    least: f64,
    most: f64,
    /// Why it is not one number.
    reason: Option<Reason>,
}

impl Range {
    fn exactly(number: f64) -> Self {
        Self { least: number, most: number, reason: None }
    }

    /// From `least` up.
    pub(super) fn from(least: f64, reason: Option<Reason>) -> Self {
        Self { least, most: if reason.is_some() { f64::INFINITY } else { least }, reason }
    }

    fn any(reason: Reason) -> Self {
        Self { least: f64::NEG_INFINITY, most: f64::INFINITY, reason: Some(reason) }
    }

    /// The same as a number of things, which is never less than zero.
    fn not_negative(self) -> Self {
        Self { least: self.least.max(0.0), ..self }
    }

    fn plus(self, other: Range) -> Self {
        let reason = self.reason.or(other.reason);
        Self { least: self.least + other.least, most: self.most + other.most, reason }
    }

    fn times(self, other: &Range) -> Self {
        let product = |a: f64, b: f64| if a == 0.0 || b == 0.0 { 0.0 } else { a * b };
        let ends = [
            product(self.least, other.least),
            product(self.least, other.most),
            product(self.most, other.least),
            product(self.most, other.most),
        ];
        let least = ends.into_iter().fold(f64::INFINITY, f64::min);
        let most = ends.into_iter().fold(f64::NEG_INFINITY, f64::max);
        Self { least, most, reason: self.reason.or(other.reason.clone()) }
    }

    /// The same, or nothing, for `reason`.
    fn or_nothing(self, reason: Reason) -> Self {
        Self { least: self.least.min(0.0), most: self.most.max(0.0), reason: self.reason.or(Some(reason)) }
    }
}

/// Whether the comparison holds; no when a side has no number. Points at the first value that was looked at.
pub(in super::super) fn compare(
    scope: &Scope<'_, '_>,
    left: &Expression,
    how: Comparison,
    right: &Expression,
    base: Option<Base<'_>>,
) -> Outcome {
    let seen = RefCell::new(None);
    let sides = [left, right].map(|it| Calculation { scope, base, seen: &seen }.range(it));
    let truth = match sides {
        [Some(left), Some(right)] => holds(&left, how, &right),
        _ => Truth::No,
    };
    Outcome { truth, spots: seen.into_inner().into_iter().collect() }
}

fn holds(left: &Range, how: Comparison, right: &Range) -> Truth {
    let (always, never) = match how {
        Comparison::Lt => (left.most < right.least, left.least >= right.most),
        Comparison::Le => (left.most <= right.least, left.least > right.most),
        Comparison::Gt => (left.least > right.most, left.most <= right.least),
        Comparison::Ge => (left.least >= right.most, left.most < right.least),
        Comparison::Eq => {
            let ends = [left.least, left.most, right.least, right.most];
            let one = ends.windows(2).all(|it| matches!(it, [a, b] if a.total_cmp(b).is_eq()));
            (one, left.most < right.least || right.most < left.least)
        }
    };
    match (always, never, left.reason.as_ref().or(right.reason.as_ref())) {
        (true, ..) => Truth::Yes,
        (false, false, Some(reason)) => Truth::Unknown(reason.clone()),
        _ => Truth::No,
    }
}

/// The number of one value; nothing when it has none.
type Measure<'m> = dyn Fn(&Value, &Scope<'_, '_>) -> Option<Range> + 'm;

#[derive(Clone, Copy)]
struct Calculation<'s, 'c, 'a> {
    scope: &'s Scope<'c, 'a>,
    base: Option<Base<'s>>,
    /// The place of the first value that was looked at.
    seen: &'s RefCell<Option<Spot>>,
}

impl Calculation<'_, '_, '_> {
    fn range(&self, expression: &Expression) -> Option<Range> {
        match expression {
            Expression::Number(number) => Some(Range::exactly(*number)),
            Expression::Values(operand) => self.sum(operand, &number),
            Expression::Length(operand) => self.sum(operand, &length).map(Range::not_negative),
            Expression::JsonSize(operand) => {
                let size = self.sum(operand, &|value, scope| size(scope, value));
                Some(size.map_or(Range::exactly(0.0), Range::not_negative))
            }
            Expression::PrefixLength(operand) => self.sum(operand, &prefix_length),
            Expression::Count(path, filter) => {
                let operand = Operand { path: path.clone(), of: None, via: None, default: None };
                let one = |value: &Value, scope: &Scope<'_, '_>| {
                    let Some(filter) = filter else { return Some(Range::exactly(1.0)) };
                    let trail = Trail::root(value.span);
                    match scope.predicate(filter, Some(Base { value, trail: &trail })).truth {
                        Truth::Yes => Some(Range::exactly(1.0)),
                        Truth::No => None,
                        Truth::Unknown(reason) => Some(Range::exactly(1.0).or_nothing(reason)),
                    }
                };
                Some(self.sum(&operand, &one).map_or(Range::exactly(0.0), Range::not_negative))
            }
            Expression::Sum(parts) => {
                let parts = parts.iter().map(|it| self.range(it)).collect::<Option<Vec<Range>>>()?;
                Some(parts.into_iter().fold(Range::exactly(0.0), Range::plus))
            }
            Expression::Product(parts) => {
                let parts = parts.iter().map(|it| self.range(it)).collect::<Option<Vec<Range>>>()?;
                Some(parts.into_iter().fold(Range::exactly(1.0), |product, it| product.times(&it)))
            }
            Expression::Over(link, each) => {
                let total = RefCell::new(Range::exactly(0.0));
                links::each_like(self.scope, link, &|scope, truth| {
                    let Some(range) = (Calculation { scope, base: None, seen: self.seen }).range(each) else { return };
                    let range = match truth {
                        Truth::Yes => range,
                        Truth::No => return,
                        Truth::Unknown(reason) => range.or_nothing(reason),
                    };
                    total.replace_with(|it| it.clone().plus(range));
                });
                Some(total.into_inner())
            }
        }
    }

    /// The sum over what the operand addresses; nothing when that has no number at all.
    fn sum(&self, operand: &Operand, measure: &Measure<'_>) -> Option<Range> {
        let total: RefCell<Option<Range>> = RefCell::new(None);
        each_root(self.scope, operand, self.base, &|root, scope| {
            let trail = Trail::root(scope.subject.span);
            let own = self.base.filter(|it| std::ptr::eq(it.value, root)).map_or(trail, |it| *it.trail);
            scope.visit(root, &operand.path.steps, &own, None, &mut |value, trail, under| {
                let range = match value {
                    Addressed::Value(value) => measure(value, scope),
                    Addressed::Missing => operand.default.as_ref().and_then(default_number).map(Range::exactly),
                    Addressed::Open(reason) => Some(Range::any(reason)),
                };
                let Some(range) = range else { return };
                self.seen.borrow_mut().get_or_insert_with(|| trail.spot());
                let range = under.map_or(range.clone(), |reason| range.or_nothing(reason.clone()));
                total.replace_with(|it| Some(it.take().map_or(range.clone(), |it| it.plus(range))));
            });
        });
        total.into_inner()
    }
}

fn default_number(literal: &Literal) -> Option<f64> {
    match literal {
        Literal::Number(number) => Some(*number),
        Literal::String(text) => text.parse().ok(),
        Literal::Bool(_) | Literal::List(_) | Literal::Map(_) => None,
    }
}

fn number(value: &Value, scope: &Scope<'_, '_>) -> Option<Range> {
    let text = scope.text(value)?;
    match (text.whole(), text.reason()) {
        (Some(whole), _) => whole.trim().parse().ok().map(Range::exactly),
        (None, Some(reason)) if text.may_be_number() => Some(Range::any(reason.clone())),
        _ => None,
    }
}

fn length(value: &Value, scope: &Scope<'_, '_>) -> Option<Range> {
    let (least, most) = super::length::range(scope, value)?;
    if most == Some(least) {
        return Some(Range::exactly(least as f64));
    }
    let reason = unknown_reason(value).unwrap_or_else(|| Reason::Other("the number of its entries".into()));
    Some(Range { least: least as f64, most: most.map_or(f64::INFINITY, |it| it as f64), reason: Some(reason) })
}

fn prefix_length(value: &Value, scope: &Scope<'_, '_>) -> Option<Range> {
    if matches!(value.data, Data::List(_) | Data::Map(_)) {
        return None;
    }
    let text = scope.text(value)?;
    match (text.whole(), text.reason()) {
        (Some(whole), _) => cidr::Block::parse(whole).map(|it| Range::exactly(f64::from(it.prefix()))),
        (None, Some(reason)) => Some(Range { least: 0.0, most: 128.0, reason: Some(reason.clone()) }),
        _ => None,
    }
}

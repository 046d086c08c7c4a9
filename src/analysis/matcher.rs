//! Predicates of the knowledge base over one subject, in three values.
//!
//! Pure and total: whatever the template holds, the answer is yes, no, or what would decide.

use std::borrow::Cow;

use super::context::Context;
use super::operators::{
    cidr, compare, json, kind, length, links, numbers, operands, refers_to, repeated, role_allows, texts, uses,
};
use super::outcome::{self, Outcome};
use super::path::Trail;
use super::policy;
use super::subject::Subject;
use crate::db::{Path, Predicate, Test};
use crate::stack::{Alternative, Data, Reason, Truth, Value};

/// How many conditions one predicate is tried both ways for.
const SPLITS: usize = 2;

/// One subject in its stack, under conditions assumed to hold or not to hold.
#[derive(Clone, Copy)]
pub(super) struct Scope<'c, 'a> {
    /// The stack, indexed.
    pub(super) cx: &'c Context<'a>,
    /// The subject.
    pub(super) subject: &'c Subject<'a>,
    /// Conditions taken as given.
    pub(super) assumed: &'c [(String, bool)],
    /// The resource whose question led to this one.
    pub(super) outer: Option<&'c Scope<'c, 'a>>,
}

/// The value a nested predicate (`where`) is relative to.
#[derive(Clone, Copy)]
pub(super) struct Base<'b> {
    /// The value.
    pub(super) value: &'b Value,
    /// The way to it.
    pub(super) trail: &'b Trail<'b>,
}

impl<'c, 'a> Scope<'c, 'a> {
    /// The question about `subject` that nothing led to.
    pub(super) fn new(cx: &'c Context<'a>, subject: &'c Subject<'a>) -> Self {
        Self { cx, subject, assumed: &[], outer: None }
    }

    /// Whether `predicate` holds for the subject, should the subject be deployed.
    pub(super) fn evaluate(&self, predicate: &Predicate) -> Outcome {
        self.settle(&|scope| scope.predicate(predicate, None))
    }

    /// Whether `predicate` holds for `value`, where its paths start.
    pub(super) fn holds_at(&self, predicate: &Predicate, value: &Value, trail: &Trail<'_>) -> Truth {
        self.predicate(predicate, Some(Base { value, trail })).truth
    }

    /// The answer to `ask` about the subject, should the subject be deployed: asked under its own condition, and
    /// both ways for conditions that decide.
    pub(super) fn settle(&self, ask: &dyn Fn(&Scope<'_, 'a>) -> Outcome) -> Outcome {
        match (self.subject.condition, &self.subject.included) {
            (Some(name), Truth::Unknown(_)) if self.assumption(name).is_none() => {
                let assumed = self.assuming(name, true);
                Scope { assumed: &assumed, ..*self }.decide(ask, SPLITS)
            }
            _ => self.decide(ask, SPLITS),
        }
    }

    /// The same stack and assumptions, about another subject.
    pub(super) fn about<'s>(&'s self, subject: &'s Subject<'a>) -> Scope<'s, 'a> {
        Scope { cx: self.cx, subject, assumed: self.assumed, outer: Some(self) }
    }

    /// The closest resource of the type `kind`: the subject, or one whose question led to it.
    pub(super) fn enclosing(&self, kind: &str) -> Option<&Scope<'_, 'a>> {
        let mut scope = Some(self);
        while let Some(found) = scope.filter(|it| it.subject.kind != kind) {
            scope = found.outer;
        }
        scope
    }

    /// Whether `subject` is deployed, under the assumptions.
    pub(super) fn inclusion(&self, subject: &Subject<'_>) -> Truth {
        match (&subject.included, subject.condition) {
            (Truth::Unknown(_), Some(name)) => match self.assumption(name) {
                Some(holds) => Truth::from(holds),
                None => Truth::Unknown(Reason::Condition(name.to_owned())),
            },
            (included, _) => included.clone(),
        }
    }

    /// The alternatives that the assumptions leave.
    pub(super) fn live<'v>(&self, alternatives: &'v [Alternative]) -> impl Iterator<Item = &'v Alternative> {
        alternatives.iter().filter(|it| self.assumption(&it.condition).is_none_or(|holds| holds == it.holds))
    }

    /// `test` of a value that may have alternatives; no for a value that is not there.
    pub(super) fn judge(&self, value: &Value, test: &dyn Fn(&Value) -> Truth) -> Truth {
        match &value.data {
            Data::OneOf(alternatives) => {
                let judged: Vec<(&str, Truth)> =
                    self.live(alternatives).map(|it| (it.condition.as_str(), self.judge(&it.value, test))).collect();
                outcome::alternatives(judged.iter().map(|(condition, truth)| (*condition, truth)))
            }
            Data::Absent | Data::Null => Truth::No,
            _ => test(value),
        }
    }

    /// A text of the knowledge base with `${region}`, `${account_id}`, `${partition}` and `${logical_id}` filled in.
    pub(super) fn filled<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains("${") {
            return Cow::Borrowed(text);
        }
        let stack = self.cx.stack;
        let filled = text
            .replace("${region}", &stack.region)
            .replace("${account_id}", &stack.account_id)
            .replace("${partition}", &stack.partition)
            .replace("${logical_id}", self.subject.name.unwrap_or_default());
        Cow::Owned(filled)
    }

    /// Whether the condition is taken to hold, or not to.
    pub(super) fn assumption(&self, condition: &str) -> Option<bool> {
        self.assumed.iter().find(|(name, _)| name == condition).map(|(_, holds)| *holds)
    }

    fn assuming(&self, condition: &str, holds: bool) -> Vec<(String, bool)> {
        let mut assumed = self.assumed.to_vec();
        assumed.push((condition.to_owned(), holds));
        assumed
    }

    /// Alternatives of one condition at several places hold together: an answer that depends on a condition is
    /// tried with it true and false, and stands when both agree.
    fn decide(&self, ask: &dyn Fn(&Scope<'_, 'a>) -> Outcome, splits: usize) -> Outcome {
        let outcome = ask(self);
        let Truth::Unknown(Reason::Condition(name)) = &outcome.truth else { return outcome };
        if splits == 0 || self.assumption(name).is_some() {
            return outcome;
        }
        let tried = |holds| {
            let assumed = self.assuming(name, holds);
            Scope { assumed: &assumed, ..*self }.decide(ask, splits - 1)
        };
        let (with, without) = (tried(true), tried(false));
        if with.truth == without.truth { with } else { outcome }
    }

    /// Whether `predicate` holds, relative to `base` when there is one.
    pub(super) fn predicate(&self, predicate: &Predicate, base: Option<Base<'_>>) -> Outcome {
        match predicate {
            Predicate::Always => Outcome::plain(true),
            Predicate::All(parts) => Outcome::all(parts.iter().map(|it| self.predicate(it, base))),
            Predicate::Any(parts) => Outcome::any(parts.iter().map(|it| self.predicate(it, base))),
            Predicate::Not(inner) => self.predicate(inner, base).not(),
            Predicate::Test(path, test) => self.test(path, test, base),
            Predicate::Exists(link) => Outcome::plain(links::exists(self, link)),
            Predicate::Missing(link) => Outcome::plain(links::exists(self, link).not()),
            Predicate::Intrinsic(function) => uses::intrinsic(self, function, base.map(|it| it.value)),
            Predicate::UsesText(text) => uses::text(self, &self.filled(text)),
            Predicate::Calculation(left, how, right) => numbers::compare(self, left, *how, right, base),
        }
    }

    fn test(&self, path: &Path, test: &Test, base: Option<Base<'_>>) -> Outcome {
        match test {
            Test::Absent => return self.test(path, &Test::Present, base).not(),
            Test::Repeated => return repeated::repeated(self, path, base),
            _ => {}
        }
        let leaf = |value: Option<&Value>, trail: &Trail<'_>| self.leaf(test, value, trail, base);
        let root = Trail::root(self.subject.span);
        match (base, self.subject.root(path)) {
            (Some(base), _) if !path.attribute => self.walk(base.value, &path.steps, base.trail, &leaf),
            (_, Some(value)) => self.walk(value, &path.steps, &root, &leaf),
            (_, None) => Outcome::at(&root, Truth::No),
        }
    }

    /// One test of one addressed value; `None` when there is none.
    fn leaf(&self, test: &Test, value: Option<&Value>, trail: &Trail<'_>, base: Option<Base<'_>>) -> Outcome {
        let truth = match (test, value) {
            (Test::Eq(literal, default), None) => compare::default_is(self, default.as_ref(), &[literal]),
            (Test::Ne(literal, default), None) => match default {
                Some(_) => compare::default_is(self, default.as_ref(), &[literal]).not(),
                None => Truth::No,
            },
            (Test::In(literals, default), None) => {
                compare::default_is(self, default.as_ref(), &literals.iter().collect::<Vec<_>>())
            }
            (Test::Compare(how, bound, default), None) => {
                Truth::from(default.is_some_and(|it| compare::holds(*how, it, *bound)))
            }
            (_, None) | (Test::Absent | Test::Repeated, Some(_)) => Truth::No,
            (Test::Present, Some(value)) => kind::present(value),
            (Test::Kind(asked), Some(value)) => kind::is(*asked, value),
            (Test::Eq(literal, _), Some(value)) => compare::equals(self, value, literal),
            (Test::Ne(literal, _), Some(value)) => compare::equals(self, value, literal).not(),
            (Test::In(literals, _), Some(value)) => {
                Truth::any(literals.iter().map(|it| compare::equals(self, value, it)))
            }
            (Test::Compare(how, bound, _), Some(value)) => compare::number(self, value, *how, *bound),
            (Test::Matches(pattern), Some(value)) => texts::matches(self, value, pattern),
            (Test::StartsWith(prefix), Some(value)) => texts::starts_with(self, value, prefix),
            (Test::EndsWith(suffix), Some(value)) => texts::ends_with(self, value, suffix),
            (Test::Contains(literal), Some(value)) => texts::contains(self, value, literal),
            (Test::Length(bounds), Some(value)) => length::within(self, value, bounds),
            (Test::Where(predicate), Some(value)) => {
                let inner = self.predicate(predicate, Some(Base { value, trail }));
                return if inner.spots.is_empty() { Outcome::at(trail, inner.truth) } else { inner };
            }
            (Test::Json(predicate), Some(value)) => return json::holds(self, predicate, Base { value, trail }),
            (Test::OneOf(operands), Some(value)) => operands::one_of(self, value, operands, base),
            (Test::NoneOf(operands), Some(value)) => operands::one_of(self, value, operands, base).not(),
            (Test::Fits(fits), Some(value)) => operands::fits(self, value, fits, base),
            (Test::Cidr(asked), Some(value)) => cidr::is(self, value, asked, base),
            (Test::Covers(asked), Some(value)) => texts::covers(self, value, asked),
            (Test::RoleAllows(question), Some(value)) => role_allows::role_allows(self, value, question),
            (Test::RefersTo(question), Some(value)) => refers_to::refers_to(self, value, question),
            (Test::PolicyAllows(question), Some(value)) => {
                let answer = policy::allows(self, value, question);
                let mut spot = trail.spot();
                spot.span = answer.statement.map_or(spot.span, |it| it.span);
                return Outcome { truth: answer.truth, spots: vec![spot] };
            }
        };
        Outcome::at(trail, truth)
    }
}

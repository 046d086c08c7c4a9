//! `policy_allows`: whether a policy document allows a principal some actions, in three values.
//!
//! Judges documents as AWS evaluates them: an explicit `Deny` wins over every `Allow`, and what nothing allows is
//! refused. Knows nothing of organisation policies and sessions.

mod condition;
mod principal;
mod request;
mod statement;

use self::statement::Effect;
use super::json_text::{Document, document};
use super::matcher::Scope;
use super::outcome;
use super::text::unknown_reason;
use crate::db::PolicyQuestion;
use crate::source::Span;
use crate::stack::{Data, Reason, Truth, Value};

pub(super) use self::request::Request;

/// The answer to a question about policy documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// Whether they allow all that is asked.
    pub(super) truth: Truth,
    /// The statement that decided, when one did.
    pub(super) statement: Option<Deciding>,
}

/// A statement of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deciding {
    /// Its index in the document's list.
    pub(super) index: usize,
    /// Where it is written.
    pub(super) span: Span,
}

/// What documents say of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sides {
    allowed: Answer,
    denied: Answer,
}

/// Whether the document `policy` allows what `question` asks.
pub(super) fn allows(scope: &Scope<'_, '_>, policy: &Value, question: &PolicyQuestion) -> Answer {
    let request = Request::of(scope, question);
    every_action(question, &|action| sides(scope, policy, &request, action))
}

/// Whether all actions are allowed by what `ask` says of each.
pub(super) fn every_action(question: &PolicyQuestion, ask: &dyn Fn(&str) -> Sides) -> Answer {
    let mut answer = Answer { truth: Truth::Yes, statement: None };
    for action in &question.actions {
        let one = ask(action).answer();
        let truth = answer.truth.clone().and(one.truth.clone());
        if answer.statement.is_none() || truth != answer.truth {
            answer.statement = one.statement;
        }
        answer.truth = truth;
    }
    answer
}

impl Sides {
    /// Nothing is said.
    pub(super) fn none() -> Self {
        Self { allowed: Answer::no(), denied: Answer::no() }
    }

    /// Not known, and why.
    pub(super) fn open(reason: &Reason) -> Self {
        let open = Answer { truth: Truth::Unknown(reason.clone()), statement: None };
        Self { allowed: open.clone(), denied: Answer::no() }
    }

    /// What these and others say together.
    pub(super) fn with(self, other: Sides) -> Self {
        Self { allowed: self.allowed.or(other.allowed), denied: self.denied.or(other.denied) }
    }

    /// The same when `deployed` holds, else nothing.
    pub(super) fn under(self, deployed: &Truth) -> Self {
        let when = |it: Answer| Answer { truth: it.truth.and(deployed.clone()), ..it };
        Self { allowed: when(self.allowed), denied: when(self.denied) }
    }

    /// Whether the action is allowed.
    pub(super) fn answer(self) -> Answer {
        let truth = self.allowed.truth.and(self.denied.truth.clone().not());
        let statement = if self.denied.truth.is_no() { self.allowed.statement } else { self.denied.statement };
        Answer { truth, statement }
    }
}

impl Answer {
    fn no() -> Self {
        Self { truth: Truth::No, statement: None }
    }

    /// The first one that changes the answer decides.
    fn or(self, other: Answer) -> Self {
        let truth = self.truth.clone().or(other.truth);
        let statement = if truth == self.truth { self.statement } else { other.statement };
        Self { truth, statement }
    }
}

/// What the document `policy` says of `action`. A document that is not there says nothing.
pub(super) fn sides(scope: &Scope<'_, '_>, policy: &Value, request: &Request<'_>, action: &str) -> Sides {
    alternatives(scope, policy, &|policy| match document(policy) {
        Document::Tree(tree) => match tree.get("Statement") {
            Some(list) => of_list(scope, list, request, action),
            None => Sides::none(),
        },
        Document::None => Sides::none(),
        Document::Open(reason) => Sides::open(&reason),
    })
}

/// One statement may stand without a list around it.
fn of_list(scope: &Scope<'_, '_>, list: &Value, request: &Request<'_>, action: &str) -> Sides {
    alternatives(scope, list, &|list| {
        let statements: &[Value] = match &list.data {
            Data::List(elements) => elements,
            Data::Map(_) => std::slice::from_ref(list),
            _ => return unknown_reason(list).map_or(Sides::none(), |it| Sides::open(&it)),
        };
        let mut sides = Sides::none();
        for (index, statement) in statements.iter().enumerate() {
            let deciding = Some(Deciding { index, span: statement.span });
            let side = |effect| Answer {
                truth: statement::covers(scope, statement, effect, request, action),
                statement: deciding,
            };
            sides = sides.with(Sides { allowed: side(Effect::Allow), denied: side(Effect::Deny) });
        }
        sides
    })
}

/// What `ask` says of a value, alternatives judged one by one.
fn alternatives(scope: &Scope<'_, '_>, value: &Value, ask: &dyn Fn(&Value) -> Sides) -> Sides {
    match &value.data {
        Data::OneOf(all) => {
            let judged: Vec<(&str, Sides)> =
                scope.live(all).map(|it| (it.condition.as_str(), alternatives(scope, &it.value, ask))).collect();
            let side = |pick: &dyn Fn(&Sides) -> &Answer| {
                let truth = outcome::alternatives(judged.iter().map(|(name, it)| (*name, &pick(it).truth)));
                let deciding = judged.iter().map(|(_, it)| pick(it)).find(|it| it.truth == truth);
                Answer { truth, statement: deciding.and_then(|it| it.statement) }
            };
            Sides { allowed: side(&|it| &it.allowed), denied: side(&|it| &it.denied) }
        }
        Data::Absent | Data::Null => Sides::none(),
        _ => ask(value),
    }
}

#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod tests;

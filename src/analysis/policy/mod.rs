//! `policy_allows`: whether a policy document allows a principal some actions, in three values.
//!
//! Judges the one document only: no permission boundaries, no identity policies a key policy delegates to, no
//! organisation policies. An `Allow` with a condition counts as allowing, a `Deny` with a condition does not
//! count as denying, because what a condition compares is known only at the call.

mod document;
mod principal;
mod statement;
mod wildcard;

use self::statement::Effect;
use super::matcher::Scope;
use crate::db::PolicyQuestion;
use crate::source::Span;
use crate::stack::{Truth, Value};

/// The answer to a question about a policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// Whether it allows all that is asked.
    pub(super) truth: Truth,
    /// The statement that decided, when one did.
    pub(super) statement: Option<Span>,
}

/// Whether the document `policy` allows the principal of `question` all its actions.
pub(super) fn allows(scope: &Scope<'_, '_>, policy: &Value, question: &PolicyQuestion) -> Answer {
    document::with_statements(scope, policy, &|statements| {
        let mut answer = Answer { truth: Truth::Yes, statement: None };
        for action in &question.actions {
            let one = allows_action(scope, statements, question, action);
            let truth = answer.truth.clone().and(one.truth.clone());
            if answer.statement.is_none() || truth != answer.truth {
                answer.statement = one.statement;
            }
            answer.truth = truth;
        }
        answer
    })
}

fn allows_action(scope: &Scope<'_, '_>, statements: &[&Value], question: &PolicyQuestion, action: &str) -> Answer {
    let mut allowed = Answer { truth: Truth::No, statement: None };
    let mut denied = allowed.clone();
    for statement in statements {
        for (effect, side) in [(Effect::Allow, &mut allowed), (Effect::Deny, &mut denied)] {
            let truth = statement::covers(scope, statement, effect, question, action);
            let joined = side.truth.clone().or(truth);
            if joined != side.truth {
                *side = Answer { truth: joined, statement: Some(statement.span) };
            }
        }
    }
    let truth = allowed.truth.clone().and(denied.truth.clone().not());
    let statement = if denied.truth.is_no() { allowed.statement } else { denied.statement };
    Answer { truth, statement }
}

#[cfg(test)]
mod tests;

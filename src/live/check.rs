//! One check of a claim: what is looked at, and whether it is what was seen before.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use regex::Regex;
use serde_json::Value as Json;

use super::answer;
use super::client::{Client, Silence};
use super::cloudformation::Deployed;
use super::names::Names;
use super::request::{Scope, request};
use super::session::Session;
use crate::analysis::holds;
use crate::db::{Call, Db, Deploy, Expected, Look, Observation, Path, Predicate, ResourceEnd, StackEnd, Test};
use crate::stack::Value;

/// How much of an answer is shown.
const SHOWN: usize = 400;
const PAUSE: Duration = Duration::from_millis(500);

/// Where checks are made.
pub(super) struct Place<'p> {
    pub(super) client: &'p Client,
    pub(super) db: &'p Db,
    pub(super) scope: Scope<'p>,
}

/// What was seen where something else was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Miss {
    /// In words, on one line.
    pub(super) seen: String,
    /// The stack.
    pub(super) stack: Deployed,
}

impl Place<'_> {
    /// Makes a check; `later` are the stacks that checks after it speak of. `None` when it holds.
    pub(super) fn miss(
        &self,
        session: &mut Session<'_>,
        check: &Observation,
        later: &[Deploy],
    ) -> Result<Option<Miss>, Silence> {
        let Some(stack) = session.stack(check.deploy, later)?.cloned() else {
            return Ok(Some(Miss { seen: "there is no fixture for it".into(), stack: Deployed::default() }));
        };
        std::thread::sleep(Duration::from_secs(check.after));
        let until = Instant::now() + Duration::from_secs(check.within);
        loop {
            let seen = match &check.look {
                Look::Stack { status, reason } => stack_miss(&stack, *status, reason.as_deref()),
                Look::Resource { logical_id, status, reason, pretended } => {
                    resource_miss(&stack, logical_id, *status, reason.as_deref(), *pretended)
                }
                Look::Output { name, test } => self.output_miss(&stack, name, test),
                Look::Call(call, expected) => self.call_miss(&stack, call, expected)?,
            };
            match seen {
                None => return Ok(None),
                // What a stack was is known; only answers change.
                Some(_) if matches!(check.look, Look::Call(..)) && Instant::now() < until => std::thread::sleep(PAUSE),
                Some(seen) => return Ok(Some(Miss { seen: one_line(&seen), stack })),
            }
        }
    }

    fn names(&self, stack: &Deployed) -> Names {
        let ids = stack.resources.iter().map(|it| (it.logical_id.clone(), it.physical_id.clone()));
        let ids = ids.filter(|(_, physical_id)| !physical_id.is_empty());
        let outputs = stack.outputs.iter().map(|(name, value)| (format!("Outputs.{name}"), value.clone()));
        let fixed = [("region", self.scope.region), ("account_id", self.scope.account_id)];
        let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Names(ids.chain(outputs).chain(fixed).collect::<BTreeMap<_, _>>())
    }

    fn output_miss(&self, stack: &Deployed, name: &str, test: &Test) -> Option<String> {
        let json = stack.outputs.get(name).map(|it| (name.to_owned(), Json::String(it.clone())));
        let outputs = Json::Object(json.into_iter().collect());
        // A name of an output is one step of a path.
        let path = Path { attribute: false, steps: vec![crate::db::Step::Key(name.to_owned())] };
        let test = match self.names(stack).test(test) {
            Ok(test) => test,
            Err(unknown) => return Some(format!("{}; {unknown}", stack.story())),
        };
        if holds(&Predicate::Test(path, test), &Value::from(&outputs), self.db) {
            return None;
        }
        let story = || if stack.culprits().is_empty() { String::new() } else { format!("; {}", stack.story()) };
        Some(match stack.outputs.get(name) {
            Some(value) => format!("`{value}`"),
            None => format!("no such output{}", story()),
        })
    }

    fn call_miss(&self, stack: &Deployed, call: &Call, expected: &Expected) -> Result<Option<String>, Silence> {
        let names = self.names(stack);
        let input = call.input.as_ref().map(|it| names.literal(it)).transpose();
        let filled = names.operation(&call.operation).and_then(|operation| Ok((operation, input?)));
        let (operation, input) = match filled {
            Ok(filled) => filled,
            Err(unknown) => return Ok(Some(format!("{unknown}: {}", stack.story()))),
        };
        let Some(service) = self.db.service(&call.service) else {
            return Ok(Some(format!("nothing is known of the service `{}`", call.service)));
        };
        let response = self.client.send(&request(service, &operation, input.as_ref(), self.scope))?;
        Ok(match (answer::read(&service.protocol, &response), expected) {
            (Ok(_), Expected::Success) => None,
            (Ok(json), Expected::Answer(predicate)) => match names.predicate(predicate) {
                Ok(predicate) if holds(&predicate, &Value::from(&json), self.db) => None,
                Ok(_) => Some(format!("the answer {json}")),
                Err(unknown) => Some(unknown),
            },
            (Ok(json), Expected::Error(_)) => Some(format!("no error, but the answer {json}")),
            (Err(error), Expected::Error(pattern)) if is_match(pattern, &error) => None,
            (Err(error), _) => Some(format!("the error {error}")),
        })
    }
}

fn stack_miss(stack: &Deployed, status: StackEnd, reason: Option<&str>) -> Option<String> {
    let fits = stack.end == Some(status) && reason.is_none_or(|it| is_match(it, &stack.reasons()));
    (!fits).then(|| stack.story())
}

fn resource_miss(
    stack: &Deployed,
    logical_id: &str,
    status: Option<ResourceEnd>,
    reason: Option<&str>,
    pretended: Option<bool>,
) -> Option<String> {
    let Some(resource) = stack.resources.iter().find(|it| it.logical_id == logical_id) else {
        return Some(format!("no such resource; {}", stack.story()));
    };
    let fits = status.is_none_or(|it| resource.end() == Some(it))
        && reason.is_none_or(|it| is_match(it, &resource.reason))
        && pretended.is_none_or(|it| resource.is_pretended() == it);
    let kind = if resource.is_pretended() { " as a placeholder" } else { "" };
    let why = if resource.reason.is_empty() { String::new() } else { format!(": {}", resource.reason) };
    (!fits).then(|| format!("{}{kind}{why}", resource.status))
}

/// Whether an expression of the knowledge base, which was compiled once to check it, is found in a text.
pub(super) fn is_match(pattern: &str, text: &str) -> bool {
    Regex::new(pattern).is_ok_and(|it| it.is_match(text))
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    format!("{} …", line.chars().take(SHOWN).collect::<String>())
}

//! What an entry's probe deploys and sees: `observe`.

use super::context::Context;
use super::predicate::{expression, predicate, test};
use super::scope::Scope;
use super::table::{Table, Value};
use crate::db::{
    Call, Deploy, Expected, Literal, Look, Observation, Operation, Path, Predicate, Protocol, Service, StackEnd, Test,
};

/// What a check looks at.
const LOOKS: [&str; 4] = ["stack", "resource", "output", "call"];
/// Operators that make sense for the value of an output.
const OUTPUT_OPERATORS: [&str; 12] =
    ["is", "eq", "ne", "in", "lt", "le", "gt", "ge", "matches", "starts_with", "ends_with", "contains"];
/// The longest that a check is waited for, in seconds.
const LONGEST_WITHIN: u64 = 60;
/// The longest wait for something that does not happen, in seconds.
const LONGEST_AFTER: u64 = 3;
const METHODS: [&str; 6] = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"];

/// Reads one element of `observe`.
pub(super) fn observation(context: &Context<'_>, value: Value<'_>) -> Option<Observation> {
    let table = value.table()?;
    let present: Vec<&str> = LOOKS.into_iter().filter(|it| table.has(it)).collect();
    let [look] = present.as_slice() else {
        table.report("a check has exactly one of `stack`, `resource`, `output`, `call`");
        return None;
    };
    let deploy = table.get("deploy").map_or(Some(Deploy::Bad), Value::word);
    let look = match *look {
        "stack" => stack(&table, deploy),
        "resource" => resource(&table),
        "output" => output(context, &table),
        _ => call(context, &table),
    };
    let within = seconds(&table, "within", LONGEST_WITHIN);
    let after = seconds(&table, "after", LONGEST_AFTER);
    table.finish();
    Some(Observation { deploy: deploy?, look: look?, within, after })
}

fn seconds(table: &Table<'_>, key: &'static str, longest: u64) -> u64 {
    let seconds = table.get(key).and_then(Value::count).unwrap_or_default();
    if seconds > longest {
        table.report(format!("`{key}` is at most {longest} seconds: the whole knowledge base is checked in one go"));
    }
    seconds
}

fn stack(table: &Table<'_>, deploy: Option<Deploy>) -> Option<Look> {
    let status: Option<StackEnd> = table.required_word("stack");
    let reason = table.parsed("reason", expression);
    let is_update = matches!(status, Some(StackEnd::UpdateComplete | StackEnd::UpdateFailed));
    let is_create = matches!(status, Some(StackEnd::CreateComplete | StackEnd::CreateFailed));
    match deploy {
        Some(Deploy::Update) if is_create => table.report("a stack that is updated ends with an `UPDATE_` status"),
        Some(Deploy::Bad | Deploy::Good) if is_update => table.report("only `deploy = \"update\"` updates a stack"),
        _ => {}
    }
    if table.has("reason") && matches!(status, Some(StackEnd::CreateComplete | StackEnd::UpdateComplete)) {
        table.report("a stack that completes gives no reason; look at a `resource` instead");
    }
    Some(Look::Stack { status: status?, reason })
}

fn resource(table: &Table<'_>) -> Option<Look> {
    let logical_id = table.required_text("resource");
    let status = table.get("status").and_then(Value::word);
    let reason = table.parsed("reason", expression);
    let pretended = table.boolean("pretended");
    if !["status", "reason", "pretended"].into_iter().any(|it| table.has(it)) {
        table.report("a check of a `resource` needs at least one of `status`, `reason`, `pretended`");
    }
    Some(Look::Resource { logical_id: logical_id?.value, status, reason, pretended })
}

fn output(context: &Context<'_>, table: &Table<'_>) -> Option<Look> {
    let name = table.required_text("output");
    let scope = Scope::unknown(context);
    let test = test(&scope, &scope, table, "a check of an `output`", &OUTPUT_OPERATORS);
    Some(Look::Output { name: name?.value, test: test? })
}

fn call(context: &Context<'_>, table: &Table<'_>) -> Option<Look> {
    let call = table.parsed("call", |it| parts(context, it));
    let input = table.get("input");
    let value = input.map(Value::literal);
    let expected = match (table.get("answer"), table.has("error")) {
        (Some(answer), true) => {
            answer.report("a call has an `answer` or an `error`, not both");
            None
        }
        (Some(answer), false) => answered(context, answer).map(Expected::Answer),
        (None, true) => table.parsed("error", expression).map(Expected::Error),
        (None, false) => Some(Expected::Success),
    };
    let (service, operation) = call?;
    if let Some(message) = value.as_ref().and_then(|it| unfit(service, it.as_ref()?))
        && let Some(input) = input
    {
        input.report(message);
    }
    let input = value.map_or(Some(None), |it| it.map(Some))?;
    Some(Look::Call(Call { service: service.name.clone(), operation, input }, expected?))
}

/// `SERVICE OPERATION` or `SERVICE METHOD /PATH`.
fn parts<'c>(context: &'c Context<'_>, text: &str) -> Result<(&'c Service, Operation), String> {
    let (name, rest) = text.split_once(' ').ok_or_else(|| format!("`{text}` is not `SERVICE OPERATION`"))?;
    let service = context.service(name)?;
    let http = rest.split_once(' ');
    match (&service.protocol, http) {
        (Protocol::Rest, Some((method, path))) if METHODS.contains(&method) && path.starts_with('/') => {
            Ok((service, Operation::Http(method.to_owned(), path.to_owned())))
        }
        (Protocol::Rest, _) => Err(format!("`{name}` is called by method and path, such as `{name} GET /path`")),
        (_, None) if rest.bytes().all(|it| it.is_ascii_alphanumeric()) && !rest.is_empty() => {
            Ok((service, Operation::Named(rest.to_owned())))
        }
        (_, _) => Err(format!("`{name}` is called by operation, such as `{name} ListThings`")),
    }
}

/// Why a service does not take this input.
fn unfit(service: &Service, input: &Literal) -> Option<&'static str> {
    let is_flat = |it: &Literal| !matches!(it, Literal::List(_) | Literal::Map(_));
    match (&service.protocol, input) {
        (Protocol::Query { .. }, Literal::Map(fields)) if fields.iter().all(|(_, it)| is_flat(it)) => None,
        (Protocol::Query { .. }, _) => {
            Some("the input of this service is a flat table of form fields, `Name.1 = \"x\"`")
        }
        (Protocol::Json { .. }, Literal::Map(_)) | (Protocol::Rest, Literal::Map(_) | Literal::String(_)) => None,
        (Protocol::Json { .. }, _) => Some("the input of this service is a table"),
        (Protocol::Rest, _) => Some("the body is a table or a text"),
    }
}

/// A predicate over an answer: there is no stack around it to look into.
fn answered(context: &Context<'_>, value: Value<'_>) -> Option<Predicate> {
    let predicate = predicate(&Scope::unknown(context), value)?;
    if asks_the_stack(&predicate) {
        value.report("an answer has no resources or functions; look at its values only");
        return None;
    }
    Some(predicate)
}

fn asks_the_stack(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().any(asks_the_stack),
        Predicate::Not(part) => asks_the_stack(part),
        Predicate::Test(Path { attribute: true, .. }, _)
        | Predicate::Test(_, Test::RefersTo(_) | Test::RoleAllows(_) | Test::Covers(_)) => true,
        Predicate::Test(_, Test::Where(part) | Test::Json(part)) => asks_the_stack(part),
        Predicate::Exists(_) | Predicate::Missing(_) | Predicate::Intrinsic(_) | Predicate::Calculation(..) => true,
        Predicate::Always | Predicate::UsesText(_) | Predicate::Test(..) => false,
    }
}

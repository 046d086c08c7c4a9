//! `role_allows`: whether the policies of the role that a value names allow some actions: those written in it, those
//! of the stack that are attached to it, and AWS's own.

use super::super::matcher::Scope;
use super::super::policy::{Request, Sides, every_action, sides};
use super::super::subject::Subject;
use super::super::text::unknown_reason;
use super::links;
use super::referents::referents;
use crate::db::{Link, Literal, Path, PolicyQuestion, Step};
use crate::source::{Number, Span};
use crate::stack::{Data, Field, Reason, Truth, Value};

const ROLE: &str = "AWS::IAM::Role";
/// Resources with a policy document that name the roles they are attached to.
const ATTACHED: [(&str, &str); 3] =
    [("AWS::IAM::Policy", "Roles"), ("AWS::IAM::ManagedPolicy", "Roles"), ("AWS::IAM::RolePolicy", "RoleName")];
/// What the ARNs of AWS's own policies start with, behind the partition.
const AWS_POLICY: &str = ":iam::aws:policy/";

/// Whether a role that `value` names is allowed what is asked. What the policies of a role outside of the stack allow
/// is not known.
pub(in super::super) fn role_allows(scope: &Scope<'_, '_>, value: &Value, question: &PolicyQuestion) -> Truth {
    let named = referents(scope, value);
    let roles = named.found.iter().filter_map(|it| scope.cx.resources.get(it.index)).filter(|it| it.kind == ROLE);
    let roles: Vec<&Subject<'_>> = roles.collect();
    if roles.is_empty() {
        let outside = || Reason::Other("the policies of a role that is not in the stack".into());
        return Truth::Unknown(named.open.or_else(|| unknown_reason(value)).unwrap_or_else(outside));
    }
    let allowed = roles.into_iter().map(|role| scope.inclusion(role).and(allows(&scope.about(role), question)));
    let truth = Truth::any(allowed);
    match named.open {
        Some(reason) => truth.or(Truth::Unknown(reason)),
        None => truth,
    }
}

/// Whether the subject, a role, is allowed what is asked.
fn allows(role: &Scope<'_, '_>, question: &PolicyQuestion) -> Truth {
    let request = Request::of(role, question);
    let allowed = every_action(question, &|action| all_sides(role, &request, action)).truth;
    match role.subject.properties.get("PermissionsBoundary") {
        Some(boundary) if !allowed.is_no() => {
            allowed.and(every_action(question, &|action| managed(role, boundary, &request, action)).truth)
        }
        _ => allowed,
    }
}

/// What every policy of the role says of `action`.
fn all_sides(role: &Scope<'_, '_>, request: &Request<'_>, action: &str) -> Sides {
    let properties = role.subject.properties;
    let mut all = Sides::none();
    if let Some(inline) = properties.get("Policies") {
        all = all.with(each(role, inline, &|it| match it.get("PolicyDocument") {
            Some(document) => sides(role, document, request, action),
            None => Sides::none(),
        }));
    }
    if let Some(arns) = properties.get("ManagedPolicyArns") {
        all = all.with(each(role, arns, &|it| managed(role, it, request, action)));
    }
    let found = std::cell::RefCell::new(all);
    for (kind, property) in ATTACHED {
        links::each_like(role, &attached(kind, property), &|policy, truth| {
            let Some(document) = policy.subject.properties.get("PolicyDocument") else { return };
            let said = sides(policy, document, request, action).under(&truth);
            found.replace_with(|it| it.clone().with(said));
        });
    }
    found.into_inner()
}

fn attached(kind: &str, property: &str) -> Link {
    let steps = vec![Step::Key(property.to_owned()), Step::Each];
    let linked_by = Some(Path { attribute: false, steps });
    Link { resources: vec![kind.to_owned()], filter: None, linked_by, same: Vec::new(), order: None }
}

/// What every element of a list says together; what is no list may be anything.
fn each(scope: &Scope<'_, '_>, list: &Value, ask: &dyn Fn(&Value) -> Sides) -> Sides {
    match &list.data {
        Data::List(elements) => elements.iter().fold(Sides::none(), |all, it| all.with(each(scope, it, ask))),
        Data::OneOf(alternatives) => {
            let live: Vec<_> = scope.live(alternatives).collect();
            let sides = live.iter().map(|it| (it, each(scope, &it.value, ask)));
            match live.len() {
                1 => sides.fold(Sides::none(), |all, (_, it)| all.with(it)),
                _ => sides.fold(Sides::none(), |all, (it, said)| {
                    all.with(said.under(&Truth::Unknown(Reason::Condition(it.condition.clone()))))
                }),
            }
        }
        Data::Absent | Data::Null => Sides::none(),
        Data::Unknown(reason) => Sides::open(reason),
        _ => ask(list),
    }
}

/// What the managed policy that `arn` names says: one of the stack, or one of AWS's own.
fn managed(role: &Scope<'_, '_>, arn: &Value, request: &Request<'_>, action: &str) -> Sides {
    let named = referents(role, arn);
    let own = named.found.iter().filter_map(|it| role.cx.resources.get(it.index));
    let own: Vec<&Subject<'_>> = own.filter(|it| it.kind == "AWS::IAM::ManagedPolicy").collect();
    if !own.is_empty() {
        let said = own.into_iter().filter_map(|policy| {
            let document = policy.properties.get("PolicyDocument")?;
            Some(sides(&role.about(policy), document, request, action).under(&role.inclusion(policy)))
        });
        return said.fold(Sides::none(), Sides::with);
    }
    let text = role.text(arn);
    let name = text.as_ref().and_then(|it| it.whole()).and_then(|it| it.split_once(AWS_POLICY)).map(|(_, name)| name);
    match name.and_then(|it| role.cx.db.managed_policy(it)) {
        Some(policy) => sides(role, &document(&policy.statements, arn.span), request, action),
        None => {
            let unknown = || Reason::Other("a managed policy that is not in the stack".into());
            Sides::open(&text.and_then(|it| it.reason().cloned()).unwrap_or_else(unknown))
        }
    }
}

fn document(statements: &[Literal], span: Span) -> Value {
    let list = Literal::Map(vec![("Statement".into(), Literal::List(statements.to_vec()))]);
    value(&list, span)
}

fn value(literal: &Literal, span: Span) -> Value {
    let data = match literal {
        Literal::Bool(it) => Data::Bool(*it),
        Literal::Number(it) => Data::Number(Number { value: *it, text: it.to_string() }),
        Literal::String(it) => Data::String(it.clone()),
        Literal::List(elements) => Data::List(elements.iter().map(|it| value(it, span)).collect()),
        Literal::Map(entries) => {
            let field =
                |(key, it): &(String, Literal)| Field { key: key.clone(), key_span: span, value: value(it, span) };
            Data::Map(entries.iter().map(field).collect())
        }
    };
    Value { data, span }
}

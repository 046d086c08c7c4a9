//! Who a statement is about: `Principal` and `NotPrincipal` in every shape IAM accepts.

use super::wildcard;
use crate::analysis::matcher::Scope;
use crate::analysis::text::{Text, unknown_reason};
use crate::stack::{Data, Truth, Value};

/// Whether the principal element `element` names `asked`. Everyone (`*`) is named by `"*"`, `{"AWS": "*"}` and
/// any class of `*`.
pub(super) fn names(scope: &Scope<'_, '_>, element: &Value, asked: &str) -> Truth {
    scope.judge(element, &|it| match &it.data {
        Data::Map(fields) => Truth::any(
            fields.iter().map(|field| any_entry(scope, &field.value, &|it| entry(scope, it, &field.key, asked))),
        ),
        Data::String(text) => Truth::from(text == "*"),
        _ => unknown_reason(it).map_or(Truth::No, Truth::Unknown),
    })
}

fn any_entry(scope: &Scope<'_, '_>, value: &Value, test: &dyn Fn(&Value) -> Truth) -> Truth {
    scope.judge(value, &|it| match &it.data {
        Data::List(elements) => Truth::any(elements.iter().map(|it| any_entry(scope, it, test))),
        _ => test(it),
    })
}

/// Whether one entry below `class` (`AWS`, `Service`, `Federated`, `CanonicalUser`) is `asked`.
fn entry(scope: &Scope<'_, '_>, value: &Value, class: &str, asked: &str) -> Truth {
    // The Ref or an attribute of a resource is a role, a user or an account: never everyone, never a service.
    if matches!(value.data, Data::Reference(_)) && is_service(asked) {
        return Truth::No;
    }
    let Some(text) = scope.text(value) else { return Truth::No };
    let everyone = match value.data {
        Data::Reference(_) => Truth::No,
        _ => text.equals("*"),
    };
    match may_name(class, asked) {
        true => everyone.or(is(scope, &text, asked)),
        false => everyone,
    }
}

/// Whether entries below `class` can be a principal like `asked`.
fn may_name(class: &str, asked: &str) -> bool {
    match class {
        "Service" => is_service(asked),
        "AWS" => !is_service(asked),
        _ => true,
    }
}

fn is_service(principal: &str) -> bool {
    principal.contains('.') && !principal.contains(':')
}

fn is(scope: &Scope<'_, '_>, text: &Text, asked: &str) -> Truth {
    let partition = &scope.cx.stack.partition;
    match account_of(asked) {
        // An account id and the ARN of its root name the same principal.
        Some(account) => text.equals(account).or(text.equals(&format!("arn:{partition}:iam::{account}:root"))),
        None if asked.contains(['*', '?']) => match text.whole() {
            Some(whole) => Truth::from(wildcard::covers(asked, whole)),
            None => text.reason().map_or(Truth::No, |it| Truth::Unknown(it.clone())),
        },
        None => text.equals(asked),
    }
}

/// The account whose root `principal` is.
fn account_of(principal: &str) -> Option<&str> {
    let is_id = |it: &&str| it.len() == 12 && it.bytes().all(|it| it.is_ascii_digit());
    let root = principal.strip_suffix(":root").and_then(|it| it.rsplit(':').next());
    root.or(Some(principal)).filter(is_id)
}

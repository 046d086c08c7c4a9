//! Who a statement is about: `Principal` and `NotPrincipal` in every shape IAM accepts.

use super::request::{Principal, account_of};
use super::statement::Effect;
use crate::analysis::glob::Pattern;
use crate::analysis::matcher::Scope;
use crate::analysis::naming::account;
use crate::analysis::text::{Part, Text, unknown_reason};
use crate::stack::{Data, Reason, Truth, Value};

/// Whether the element `Principal` of a statement covers `asked`. Everyone is named by `"*"` and `{"AWS": "*"}`.
pub(super) fn covers(scope: &Scope<'_, '_>, element: &Value, asked: &Principal, effect: Effect) -> Truth {
    let entry = |value: &Value, class: &str| {
        let named = names(scope, value, class, asked);
        // A statement about an account is about what belongs to it: a denial refuses, a grant leaves it to the
        // policies of the one who asks.
        named.or(match (effect, account_named(scope, value, class, asked)) {
            (Effect::Allow, Truth::Yes) => Truth::Unknown(Reason::Other("the policies of the principal".into())),
            (_, truth) => truth,
        })
    };
    any(scope, element, &entry)
}

/// Whether the element `NotPrincipal` leaves `asked` out.
pub(super) fn spares(scope: &Scope<'_, '_>, element: &Value, asked: &Principal) -> Truth {
    let named = any(scope, element, &|value, class| names(scope, value, class, asked));
    match asked {
        // Naming a role or user alone does not spare its account, which it belongs to.
        Principal::Arn(_) if named.is_yes() => {
            match any(scope, element, &|value, class| account_named(scope, value, class, asked)) {
                Truth::Yes => Truth::Yes,
                _ => Truth::Unknown(Reason::Other(
                    "the account that the principal belongs to, which is not named".into(),
                )),
            }
        }
        _ => named,
    }
}

fn any(scope: &Scope<'_, '_>, element: &Value, test: &dyn Fn(&Value, &str) -> Truth) -> Truth {
    scope.judge(element, &|it| match &it.data {
        Data::Map(fields) => {
            Truth::any(fields.iter().map(|field| any_entry(scope, &field.value, &|it| test(it, &field.key))))
        }
        Data::String(_) => test(it, "AWS").and(Truth::from(it.scalar_text().as_deref() == Some("*"))),
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
fn names(scope: &Scope<'_, '_>, value: &Value, class: &str, asked: &Principal) -> Truth {
    let is_reference = matches!(value.data, Data::Reference(_));
    // The Ref or an attribute of a resource is a role, a user or an account: never everyone, never a service.
    if is_reference && matches!(asked, Principal::Service(_) | Principal::Everyone) {
        return Truth::No;
    }
    let Some(text) = scope.text(value) else { return Truth::No };
    let is_everyone = match (class, asked) {
        _ if is_reference => Truth::No,
        ("AWS", _) | ("Service", Principal::Service(_)) => text.equals("*"),
        _ => Truth::No,
    };
    is_everyone.or(match (class, asked) {
        ("Service", Principal::Service(name)) => service(&text, name),
        ("AWS", Principal::Account(id)) => own_account(scope, &text, id),
        ("AWS", Principal::Arn(arn)) => scope.pattern(&text).literal().covers(&scope.pattern(arn)),
        ("Federated", Principal::Federated(name)) => text.same_as(name),
        ("CanonicalUser", Principal::CanonicalUser(name)) => text.same_as(name),
        _ => Truth::No,
    })
}

fn service(text: &Text, asked: &str) -> Truth {
    if !asked.contains('*') {
        return text.equals(asked);
    }
    Pattern::of(&Text::known(asked)).covers(&Pattern::of(text).literal())
}

/// Whether an entry below `class` is the account that the role or user `asked` belongs to.
fn account_named(scope: &Scope<'_, '_>, value: &Value, class: &str, asked: &Principal) -> Truth {
    let Principal::Arn(arn) = asked else { return Truth::No };
    let Some(Part::Known(start)) = arn.parts().first() else { return Truth::No };
    let (Some(id), "AWS") = (start.split(':').nth(4).filter(|it| it.len() == 12), class) else { return Truth::No };
    match scope.text(value) {
        Some(text) if !matches!(value.data, Data::Reference(_)) => own_account(scope, &text, id),
        _ => Truth::No,
    }
}

/// Whether a text is the account `id`. The account that AWS deploys to is not known, so its id may be any.
fn own_account(scope: &Scope<'_, '_>, text: &Text, id: &str) -> Truth {
    let stack = scope.cx.stack;
    match text.whole().map(account_of) {
        // An account id and the ARN of its root name the same principal.
        Some(Some(named)) if named == id => Truth::Yes,
        Some(Some(named)) if named == stack.account_id || id == stack.account_id => Truth::Unknown(account()),
        Some(_) => Truth::No,
        None => text.equals(id).or(text.equals(&format!("arn:{}:iam::{id}:root", stack.partition))),
    }
}

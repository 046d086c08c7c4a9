//! `length`: entries of a list or mapping, characters of a text, also of one that `Fn::Base64` gives.

use super::super::matcher::Scope;
use super::super::text::{Part, Text, unknown_reason};
use crate::db::Comparison;
use crate::stack::{Data, Reason, Truth, Value};

/// Whether the length is within all `bounds`.
pub(in super::super) fn within(scope: &Scope<'_, '_>, value: &Value, bounds: &[(Comparison, u64)]) -> Truth {
    let Some((least, most)) = range(scope, value) else { return Truth::No };
    let reason = unknown_reason(value).unwrap_or_else(|| Reason::Other("the number of its entries".into()));
    Truth::all(bounds.iter().map(|(how, bound)| compare(*how, *bound, least, most, &reason)))
}

/// The least length and the most, where there is one.
pub(super) fn range(scope: &Scope<'_, '_>, value: &Value) -> Option<(u64, Option<u64>)> {
    let (least, most) = match &value.data {
        Data::List(elements) => entries(scope, elements.iter()),
        Data::Map(fields) => entries(scope, fields.iter().map(|it| &it.value)),
        Data::Unknown(_) => (0, None),
        Data::Call(call) if call.function == "Fn::Base64" => base64(&scope.text(call.operands.first()?)?),
        _ => scope.text(value)?.length(),
    };
    Some((least as u64, most.map(|it| it as u64)))
}

/// Base64 writes four characters for every three bytes, the last ones filled up.
fn base64(text: &Text) -> (usize, Option<usize>) {
    let bytes = text.parts().iter().map(|it| if let Part::Known(known) = it { known.len() } else { 0 });
    let length = bytes.sum::<usize>().div_ceil(3) * 4;
    (length, text.whole().is_some().then_some(length))
}

fn entries<'v>(scope: &Scope<'_, '_>, values: impl Iterator<Item = &'v Value>) -> (usize, Option<usize>) {
    let there: Vec<Truth> = values.map(|it| scope.judge(it, &|_| Truth::Yes)).collect();
    let least = there.iter().filter(|it| it.is_yes()).count();
    (least, Some(there.iter().filter(|it| !it.is_no()).count()))
}

fn compare(how: Comparison, bound: u64, least: u64, most: Option<u64>, reason: &Reason) -> Truth {
    let (always, never) = match how {
        Comparison::Lt => (most.is_some_and(|it| it < bound), least >= bound),
        Comparison::Le => (most.is_some_and(|it| it <= bound), least > bound),
        Comparison::Gt => (least > bound, most.is_some_and(|it| it <= bound)),
        Comparison::Ge => (least >= bound, most.is_some_and(|it| it < bound)),
        Comparison::Eq => (least == bound && most == Some(bound), least > bound || most.is_some_and(|it| it < bound)),
    };
    match (always, never) {
        (true, _) => Truth::Yes,
        (false, true) => Truth::No,
        (false, false) => Truth::Unknown(reason.clone()),
    }
}

//! A rejection in the words of a finding.

use std::collections::BTreeSet;

use super::{REJECTED, Rejection};
use crate::analysis::context::Context;
use crate::analysis::coverage::Types;
use crate::analysis::finding::{Adjustment, Finding};
use crate::analysis::impact;
use crate::analysis::limitations::certainty;
use crate::analysis::matcher::Scope;
use crate::analysis::outcome::Spot;
use crate::analysis::placeholder::{PLACEHOLDER, Source};
use crate::db::{Action, Category, Evidence, EvidenceKind, FailsOn, Gives, Safety, Severity};
use crate::stack::Truth;
use crate::target::Support;

/// A place that fails, and why.
pub(super) struct Failure<'f> {
    pub(super) spot: Spot,
    pub(super) truth: Truth,
    pub(super) sources: BTreeSet<Source>,
    pub(super) error: Option<&'f str>,
}

pub(super) fn rejection(
    scope: &Scope<'_, '_>,
    types: &Types<'_>,
    failure: Failure<'_>,
    index: Option<usize>,
) -> Rejection {
    let (cx, subject) = (scope.cx, scope.subject);
    let name = subject.name.unwrap_or_default();
    let property = failure.spot.property();
    let place = match (index, &property) {
        (Some(_), Some(property)) => format!("{name}.{property}"),
        (Some(_), None) => name.to_owned(),
        (None, _) => format!("Outputs.{name}"),
    };
    let chains: Vec<String> = failure.sources.iter().filter_map(|it| origin(cx, types, it)).collect();
    let given: BTreeSet<String> = failure.sources.iter().filter_map(|it| expression(cx, it)).collect();
    let given = given.into_iter().collect::<Vec<_>>().join(" and ");
    let (certainty, depends_on) = certainty(cx, &failure.truth, &scope.inclusion(subject));
    let from: BTreeSet<usize> = failure.sources.iter().map(|it| it.index).collect();
    let localstack = format!(
        "{} -> `{place}`: {} gives {} for {given}; that is refused, and the stack rolls back.",
        chains.join(", "),
        types.target_name(),
        instead(&failure.sources),
    );
    let solution = match index {
        Some(_) => format!(
            "Leave `{name}` out of the LocalStack variant, or give `{place}` a value that LocalStack accepts: of a property \
             that names another resource, the id of one that exists there."
        ),
        None => format!("Leave the output `{name}` out of the LocalStack variant."),
    };
    let remove = index.map(|_| Adjustment {
        action: Action::RemoveResource,
        logical_id: name.to_owned(),
        path: String::new(),
        safety: Safety::Review,
    });
    let impact = index.map(|it| impact::names(cx, &impact::dependants(cx, it))).unwrap_or_default();
    let finding = Finding {
        id: REJECTED.to_owned(),
        category: Category::B,
        severity: Severity::Error,
        certainty,
        fails_on: FailsOn::Localstack,
        logical_id: Some(name.to_owned()),
        resource_type: subject.kind.to_owned(),
        property,
        feature: "Placeholder value".to_owned(),
        localstack,
        aws: format!("{given} has a real value, and the deployment goes on."),
        solution,
        error: failure.error.map(str::to_owned),
        also: None,
        adjustments: remove.into_iter().collect(),
        evidence: vec![evidence()],
        depends_on,
        impact,
        span: failure.spot.span,
        suppressed: None,
    };
    Rejection { finding, at: index, from }
}

/// A resource as the start of a chain: `Eip` (`AWS::EC2::EIP`, unsupported).
fn origin(cx: &Context<'_>, types: &Types<'_>, source: &Source) -> Option<String> {
    let subject = cx.resources.get(source.index)?;
    let how = match types.of(source.index)?.support {
        Support::Unsupported => "unsupported",
        Support::NeedsPlan => "needs a higher plan",
        Support::Custom => "never invoked",
        Support::Unknown => "unproven on this plan",
        Support::Supported if source.gives == Gives::Unknown => "attribute not provided",
        Support::Supported => "attribute of another kind",
    };
    Some(format!("`{}` (`{}`, {how})", subject.name.unwrap_or_default(), subject.kind))
}

/// What stands in place of the values.
fn instead(sources: &BTreeSet<Source>) -> String {
    match sources.first().map(|it| it.gives) {
        Some(Gives::Number) => "a value that is no text".to_owned(),
        Some(Gives::Mappings) => "a list of mappings instead of texts".to_owned(),
        Some(Gives::Unknown) | None => format!("the word `{PLACEHOLDER}`"),
    }
}

/// A placeholder as it is written: `Eip.AllocationId`, or the Ref of `Eip`.
fn expression(cx: &Context<'_>, source: &Source) -> Option<String> {
    let name = cx.resources.get(source.index)?.name?;
    Some(match &source.attribute {
        Some(attribute) => format!("`{name}.{attribute}`"),
        None => format!("the Ref of `{name}`"),
    })
}

fn evidence() -> Evidence {
    Evidence {
        kind: EvidenceKind::Source,
        release: "2026.3.0".to_owned(),
        date: None,
        url: None,
        source: Some(
            "localstack-core: localstack/services/cloudformation/engine/v2/change_set_model_executor.py".to_owned(),
        ),
        note: Some("A type without provider gets MOCKED_REFERENCE as physical id and for every attribute.".to_owned()),
    }
}

//! What happens to the stack as a whole, from its findings and the support of its types.
//!
//! A suppressed finding is still true: suppression changes what is reported, not the verdict.

use super::context::Context;
use super::coverage::{TypeSupport, Types};
use super::finding::{AwsVerdict, Certainty, Finding, LocalstackVerdict};
use crate::db::{Category, FailsOn, Severity};
use crate::stack::{Refusal, Truth};
use crate::target::Support;

/// What happens on LocalStack.
pub(super) fn localstack(cx: &Context<'_>, types: &Types<'_>, findings: &[Finding]) -> LocalstackVerdict {
    let supports = || {
        let deployed = cx.resources.iter().enumerate().filter(|(_, it)| !it.included.is_no());
        deployed.filter_map(|(index, it)| Some((it, types.of(index)?)))
    };
    let refused = supports().any(|(it, own)| it.included.is_yes() && is_refused(own));
    let perhaps_refused = supports().any(|(_, own)| is_refused(own));
    let open = supports().any(|(_, own)| own.support == Support::Unknown) || !cx.stack.unexpanded.is_empty();
    let broken = cx.stack.problems.iter().any(|it| it.refusal == Refusal::Everywhere);
    if broken || refused || stops(findings, FailsOn::Localstack, Certainty::Certain) {
        return LocalstackVerdict::Fails;
    }
    if open || perhaps_refused || stops(findings, FailsOn::Localstack, Certainty::Possible) {
        return LocalstackVerdict::Undetermined;
    }
    let pretended = supports().any(|(_, own)| own.pretended.is_yes());
    match pretended || findings.iter().any(is_gap) {
        true => LocalstackVerdict::DeploysWithGaps,
        false => LocalstackVerdict::Deploys,
    }
}

/// What happens on AWS, as far as is known.
pub(super) fn aws(cx: &Context<'_>, findings: &[Finding]) -> AwsVerdict {
    if !cx.stack.problems.is_empty() || stops(findings, FailsOn::Aws, Certainty::Certain) {
        AwsVerdict::Fails
    } else if stops(findings, FailsOn::Aws, Certainty::Possible) {
        AwsVerdict::Undetermined
    } else {
        AwsVerdict::NoKnownFailure
    }
}

/// A type that is neither there nor pretended fails the change set.
fn is_refused(own: &TypeSupport) -> bool {
    matches!(own.support, Support::Unsupported | Support::NeedsPlan) && own.pretended == Truth::No
}

fn stops(findings: &[Finding], side: FailsOn, certainty: Certainty) -> bool {
    findings.iter().any(|it| it.fails_on == side && it.severity == Severity::Error && it.certainty == certainty)
}

/// An ignored property, or the like, changes results on LocalStack.
fn is_gap(finding: &Finding) -> bool {
    finding.category == Category::B && finding.severity >= Severity::Warning && finding.fails_on != FailsOn::Aws
}

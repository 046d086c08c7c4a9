//! Whether LocalStack has each resource type, and what follows for the stack when it has not.

use std::hash::{DefaultHasher, Hasher};

use super::context::Context;
use super::finding::{Adjustment, Certainty, Finding, ResourceStatus};
use super::limitations::certainty;
use super::matcher::Scope;
use super::placeholder::Source;
use super::subject::Subject;
use crate::db::{
    Action, Category, Coverage, Db, Edition, Equivalent, Evidence, EvidenceKind, FailsOn, Gives, Plan, Safety,
    Severity, Word,
};
use crate::stack::{Reason, Reference, StackKind, Truth};
use crate::target::{self, Support, Target};

/// A type that no LocalStack of the release has.
pub const UNSUPPORTED: &str = "resource-type-unsupported";
/// A type that a higher plan has.
pub const NEEDS_PLAN: &str = "resource-type-needs-plan";
/// A type of which nobody has shown whether the plan has it.
pub const UNPROVEN: &str = "resource-type-unproven";
/// A type that AWS does not have.
pub const UNKNOWN_TYPE: &str = "resource-type-unknown";

const COVERAGE_URL: &str = "https://docs.localstack.cloud/aws/services/cloudformation/";
const SERVERLESS: &str = "AWS::Serverless::";
const LEAVE_OUT: &str =
    "leave the resource out of the LocalStack variant and give literal values to what uses its Ref or attributes.";
/// The first release whose message for refused types was read.
const MESSAGE_SINCE: u64 = 2026;

/// The support of one resource's type on the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypeSupport {
    /// Whether the target has it.
    pub(super) support: Support,
    /// The cheapest plan that has it, when a plan matters.
    pub(super) min_plan: Option<Plan>,
    /// Whether LocalStack pretends it: it reports success and gives placeholders.
    pub(super) pretended: Truth,
}

/// What a stack's target has of its types.
pub(super) struct Types<'t> {
    db: &'t Db,
    target: &'t Target,
    /// By the index of the resource.
    of: Vec<TypeSupport>,
}

impl<'t> Types<'t> {
    /// Looks up the type of every resource.
    pub(super) fn new(cx: &Context<'_>, target: &'t Target, db: &'t Db) -> Self {
        let of = cx.resources.iter().map(|it| type_support(target, db, it.kind)).collect();
        Self { db, target, of }
    }

    /// The support of the resource `index`.
    pub(super) fn of(&self, index: usize) -> Option<&TypeSupport> {
        self.of.get(index)
    }

    /// Whether a Ref or attribute of the stack yields the placeholder, and what would decide.
    pub(super) fn placeholder(&self, cx: &Context<'_>, reference: &Reference) -> Option<(Source, Truth)> {
        let index = cx.by_id(&reference.logical_id)?;
        let kind = cx.resources.get(index)?.kind;
        let source = |gives| Source { index, attribute: reference.attribute.clone(), gives };
        match &self.of(index)?.pretended {
            Truth::No => self.made_up(cx, index, kind, reference).map(|(gives, truth)| (source(gives), truth)),
            pretended => Some((source(Gives::Unknown), pretended.clone())),
        }
    }

    /// What an attribute of a supported type has in place of its value, and what would decide.
    fn made_up(&self, cx: &Context<'_>, index: usize, kind: &str, reference: &Reference) -> Option<(Gives, Truth)> {
        let attribute = reference.attribute.as_deref()?;
        let subject = cx.resources.get(index)?;
        let rows = self.db.coverage(kind)?.placeholders.iter().filter(|it| it.attribute == attribute);
        let judged = rows.map(|row| match &row.when {
            Some(when) => (row.gives, Scope::new(cx, subject).evaluate(when).truth),
            None => (row.gives, Truth::Yes),
        });
        // Without pretended types an attribute that is not there has no value at all.
        let is_ignored = self.target.ignores_unsupported(self.db, kind);
        judged.into_iter().find(|(gives, truth)| !truth.is_no() && (*gives != Gives::Unknown || is_ignored))
    }

    /// Release and plan, as reports name them.
    pub(super) fn target_name(&self) -> String {
        let plan = if self.target.edition() == Edition::Community { Plan::Community } else { self.target.plan };
        format!("LocalStack {} ({})", self.target.release_name(), plan.word())
    }

    /// What is said of each resource.
    pub(super) fn statuses(&self, cx: &Context<'_>) -> Vec<ResourceStatus> {
        let status = |(it, own): (&crate::stack::Resource, &TypeSupport)| ResourceStatus {
            logical_id: it.logical_id.clone(),
            resource_type: it.kind.clone(),
            support: own.support,
            min_plan: own.min_plan,
            condition: it.condition.clone(),
            included: !it.included.is_no(),
            from: it.from.clone(),
            content: content(cx.stack.file.slice(it.span)),
        };
        cx.stack.resources.iter().zip(&self.of).map(status).collect()
    }

    /// The finding about the type of the resource `index`, if there is one; its impact is left to be told.
    pub(super) fn finding(&self, cx: &Context<'_>, index: usize) -> Option<Finding> {
        let subject = cx.resources.get(index)?;
        let own = self.of(index)?;
        let row = self.db.coverage(subject.kind);
        let said = match (own.support, row) {
            _ if is_foreign_to_aws(cx, subject.kind, row) => self.unknown_type(subject.kind),
            (Support::Unsupported, Some(row)) => self.unsupported(row),
            (Support::NeedsPlan, Some(row)) => self.needs_plan(row, own.min_plan),
            (Support::Unknown, Some(row)) if !subject.kind.starts_with(SERVERLESS) => self.not_proven(row),
            _ => return None,
        };
        Some(self.place(cx, index, subject, said))
    }

    fn unsupported(&self, row: &Coverage) -> Said {
        let kind = &row.resource_type;
        let release = self.target.release_name();
        let elsewhere = match (&row.community, &row.pro) {
            (None, None) => "no edition has one".to_owned(),
            (Some(range), _) | (None, Some(range)) => format!("only releases {range} have one"),
        };
        let has = format!("LocalStack {release} has no provider for the type ({elsewhere})");
        let solution = format!("Wait for a release that has it, or {LEAVE_OUT}");
        Said { solution, evidence: Some(self.evidence(row)), ..self.not_created(UNSUPPORTED, kind, &has) }
    }

    fn needs_plan(&self, row: &Coverage, min_plan: Option<Plan>) -> Said {
        let kind = &row.resource_type;
        let plan = match min_plan {
            // The plan includes the service; whether it includes the type is unproven.
            Some(Plan::Hobby) => "a licensed plan (its service is included from plan hobby on)".to_owned(),
            Some(plan) => format!("plan {} or a higher one", plan.word()),
            None => "a licensed plan".to_owned(),
        };
        let has = format!("The type needs {plan}; {} has no provider for it", self.target_name());
        let solution = format!("Run LocalStack on {plan}, or {LEAVE_OUT}");
        Said { solution, evidence: Some(self.evidence(row)), ..self.not_created(NEEDS_PLAN, kind, &has) }
    }

    /// What happens to a type without provider.
    fn not_created(&self, id: &'static str, kind: &str, has: &str) -> Said {
        let ignored = self.target.ignores_unsupported(self.db, kind);
        let then = if ignored {
            format!(
                "It reports CREATE_COMPLETE without creating anything and gives the word `{}` for Ref and every attribute.",
                super::placeholder::PLACEHOLDER
            )
        } else {
            "The change set fails, because CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES is off.".to_owned()
        };
        let has_message = !ignored && self.target.release.major >= MESSAGE_SINCE;
        Said {
            id,
            severity: Severity::Error,
            certainty: Certainty::Certain,
            fails_on: if ignored { FailsOn::None } else { FailsOn::Localstack },
            localstack: format!("{has}. {then}"),
            aws: "The resource is created.".to_owned(),
            solution: String::new(),
            error: has_message.then(|| "Unsupported resources detected".to_owned()),
            depends_on: None,
            evidence: None,
            removable: true,
        }
    }

    fn not_proven(&self, row: &Coverage) -> Said {
        let kind = &row.resource_type;
        let localstack = format!(
            "The licensed image of LocalStack {} has a provider for the type; that plan {} may use it is documented for the service, not shown for the type.",
            self.target.release_name(),
            self.target.plan.word()
        );
        let solution = "Deploy the type once on this plan, and trust the result over this finding.".to_owned();
        Said {
            id: UNPROVEN,
            severity: Severity::Warning,
            certainty: Certainty::Possible,
            fails_on: FailsOn::None,
            localstack,
            aws: "The resource is created.".to_owned(),
            solution,
            error: None,
            depends_on: Some(unproven(self.target, kind).to_string()),
            evidence: Some(self.evidence(row)),
            removable: false,
        }
    }

    fn unknown_type(&self, kind: &str) -> Said {
        let solution = if kind.starts_with(SERVERLESS) {
            "Add `Transform: AWS::Serverless-2016-10-31` to the template.".to_owned()
        } else {
            match self.db.similar(kind).into_iter().find(|it| it.contains("::")) {
                Some(similar) => format!("Correct the type; the closest that AWS has is `{similar}`."),
                None => "Correct the type.".to_owned(),
            }
        };
        let ignored = self.target.ignores_unsupported(self.db, kind);
        let localstack = if ignored {
            "It reports CREATE_COMPLETE without creating anything: every type it does not know is pretended."
        } else {
            "The change set fails, because CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES is off."
        };
        Said {
            id: UNKNOWN_TYPE,
            severity: Severity::Error,
            certainty: Certainty::Certain,
            fails_on: FailsOn::Aws,
            localstack: localstack.to_owned(),
            aws: format!("AWS has no resource type `{kind}` without further transforms, and refuses the template."),
            solution,
            error: Some(format!("Template format error: Unrecognized resource types: [{kind}]")),
            depends_on: None,
            evidence: None,
            removable: false,
        }
    }

    fn evidence(&self, row: &Coverage) -> Evidence {
        let release = self.target.coverage_release(self.db).map(|it| it.to_string()).unwrap_or_default();
        let package = if row.pro.is_some() && row.community.is_none() { "localstack-ext" } else { "localstack-core" };
        let known = |range: &Option<String>| range.as_deref().unwrap_or("none").to_owned();
        let note = format!(
            "Registered by the community edition in releases: {}; by the licensed edition: {}.",
            known(&row.community),
            known(&row.pro)
        );
        Evidence {
            kind: EvidenceKind::Source,
            source: Some(format!("{package} {release}: entry points localstack.cloudformation.resource_providers")),
            release,
            date: None,
            url: Some(COVERAGE_URL.to_owned()),
            note: Some(note),
        }
    }

    fn place(&self, cx: &Context<'_>, index: usize, subject: &Subject<'_>, said: Said) -> Finding {
        let logical_id = subject.name.unwrap_or_default().to_owned();
        let equivalent = self.db.coverage(subject.kind).and_then(|it| it.equivalent.clone());
        let is_there =
            |it: &Equivalent| target::support(self.db, self.target, &it.resource_type).0 == Support::Supported;
        let equivalent = equivalent.filter(is_there);
        let solution = match &equivalent {
            Some(it) => format!("Put an {} in its place, which does the same", it.resource_type),
            None => said.solution,
        };
        let remove = Adjustment {
            action: equivalent.map_or(Action::RemoveResource, Action::Become),
            logical_id: logical_id.clone(),
            path: String::new(),
            safety: Safety::Review,
        };
        let scope = Scope::new(cx, subject);
        let (certainty, depends_on) = match said.certainty {
            // AWS looks at the types of a template before it evaluates conditions.
            Certainty::Certain if said.id != UNKNOWN_TYPE => certainty(cx, &Truth::Yes, &scope.inclusion(subject)),
            certainty => (certainty, said.depends_on),
        };
        let evidence = said.evidence.unwrap_or_else(|| Evidence {
            kind: EvidenceKind::Docs,
            release: self.target.coverage_release(self.db).map(|it| it.to_string()).unwrap_or_default(),
            date: None,
            url: Some("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html".to_owned()),
            source: None,
            note: Some("The type is in no published list of resource types.".to_owned()),
        });
        Finding {
            id: said.id.to_owned(),
            category: Category::A,
            severity: said.severity,
            certainty,
            fails_on: said.fails_on,
            logical_id: Some(logical_id),
            resource_type: subject.kind.to_owned(),
            property: None,
            feature: "Resource type".to_owned(),
            localstack: said.localstack,
            aws: said.aws,
            solution,
            error: said.error,
            also: None,
            adjustments: if said.removable { vec![remove] } else { Vec::new() },
            evidence: vec![evidence],
            depends_on,
            impact: Vec::new(),
            span: cx.stack.resources.get(index).map_or(subject.span, |it| it.kind_span),
            suppressed: None,
        }
    }
}

/// What a finding about a type says.
struct Said {
    id: &'static str,
    severity: Severity,
    certainty: Certainty,
    fails_on: FailsOn,
    localstack: String,
    aws: String,
    solution: String,
    error: Option<String>,
    depends_on: Option<String>,
    evidence: Option<Evidence>,
    removable: bool,
}

/// What decides whether the target has a type that is unproven there.
fn unproven(target: &Target, kind: &str) -> Reason {
    Reason::Other(format!("whether plan {} includes `{kind}`, which nobody has shown", target.plan.word()))
}

fn type_support(target: &Target, db: &Db, kind: &str) -> TypeSupport {
    let (support, min_plan) = target::support(db, target, kind);
    let ignored = target.ignores_unsupported(db, kind);
    let pretended = match support {
        Support::Unsupported | Support::NeedsPlan if ignored => Truth::Yes,
        // The open core never invokes custom resources; licensed plans do.
        Support::Custom if ignored && target.edition() == Edition::Community => Truth::Yes,
        Support::Unknown if ignored && !kind.starts_with(SERVERLESS) => Truth::Unknown(unproven(target, kind)),
        _ => Truth::No,
    };
    TypeSupport { support, min_plan, pretended }
}

/// Whether AWS refuses the type: one of AWS's own names that no published list has, or a SAM type without SAM.
fn is_foreign_to_aws(cx: &Context<'_>, kind: &str, row: Option<&Coverage>) -> bool {
    if kind.starts_with(SERVERLESS) {
        return cx.stack.kind == StackKind::CloudFormation && cx.stack.transforms.is_empty();
    }
    let is_custom = kind.ends_with("::MODULE") || kind == "AWS::CloudFormation::CustomResource";
    // A macro may rewrite its own types.
    let has_macro = cx.stack.transforms.iter().any(|it| !it.starts_with("AWS::"));
    kind.starts_with("AWS::") && row.is_none() && !is_custom && !has_macro
}
/// A number for a text without its blanks.
fn content(declaration: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    declaration.split_whitespace().for_each(|it| hasher.write(it.as_bytes()));
    hasher.finish()
}

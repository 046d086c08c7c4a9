//! Placeholders that reach a property which refuses them: the stack fails although each type looked harmless.
//!
//! Only the first refusal of a chain is reported; whatever waits for the refusing resource is its impact.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::coverage::Types;
use super::finding::{Adjustment, Finding};
use super::impact::{self, Consumer};
use super::limitations::certainty;
use super::matcher::Scope;
use super::outcome::{Outcome, Spot};
use super::path::{Trail, field_span};
use super::placeholder::{Filled, PLACEHOLDER, Shape, Source, fill};
use super::subject::Subject;
use super::text::Text;
use crate::db::{Action, Category, Db, Evidence, EvidenceKind, FailsOn, Rejects, Safety, Severity};
use crate::source::Span;
use crate::stack::{Data, Place, Reference, Truth, Value};
use crate::target::Support;

/// A property refuses the placeholder of a resource that is only pretended.
pub const REJECTED: &str = "placeholder-rejected";

/// A rejection and the resources whose placeholders caused it.
pub(super) struct Rejection {
    /// The finding.
    pub(super) finding: Finding,
    /// The index of the resource that fails; `None` for an output.
    pub(super) at: Option<usize>,
    /// The indices of the resources whose placeholder it is.
    pub(super) from: BTreeSet<usize>,
}

/// Every rejection of a placeholder in the stack.
pub(super) fn rejections(cx: &Context<'_>, types: &Types<'_>, db: &Db) -> Vec<Rejection> {
    let mut found = Vec::new();
    for consumer in consumers(cx, types) {
        match consumer {
            Consumer::Resource(index) => found.extend(of_resource(cx, types, db, index)),
            Consumer::Output(index) => found.extend(of_output(cx, types, index)),
        }
    }
    found
}

/// Who consumes any placeholder.
fn consumers(cx: &Context<'_>, types: &Types<'_>) -> BTreeSet<Consumer> {
    let mut found = BTreeSet::new();
    for (index, subject) in cx.resources.iter().enumerate().filter(|(_, it)| !it.included.is_no()) {
        found.extend(impact::direct(cx, index, |edge| {
            let logical_id = subject.name.unwrap_or_default().to_owned();
            types.placeholder(cx, &Reference { logical_id, attribute: edge.attribute.clone() }).is_some()
        }));
    }
    found
}

fn of_resource(cx: &Context<'_>, types: &Types<'_>, db: &Db, index: usize) -> Vec<Rejection> {
    let (Some(subject), Some(own)) = (cx.resources.get(index), types.of(index)) else { return Vec::new() };
    let scope = Scope::new(cx, subject);
    let mut found = Vec::new();
    found.extend(uncomputable(&scope, types, Some(index)));
    let rows = match own.support {
        Support::Supported | Support::Unknown => db.coverage(subject.kind).map(|it| it.rejects.as_slice()),
        Support::Unsupported | Support::NeedsPlan | Support::Custom => None,
    };
    // Whether the provider that refuses is there at all.
    let provided = match &own.pretended {
        Truth::Unknown(reason) => Truth::Unknown(reason.clone()),
        _ => Truth::Yes,
    };
    for row in rows.unwrap_or_default() {
        found.extend(refused(&scope, types, row, index, &provided));
    }
    found
}

fn of_output(cx: &Context<'_>, types: &Types<'_>, index: usize) -> Option<Rejection> {
    let subject = Subject::pseudo(cx.stack).find(|it| it.place == Some(Place::Output(index)))?;
    uncomputable(&Scope::new(cx, &subject), types, None)
}

/// The placeholders met while one value was filled in, and how sure each is one.
type Met = RefCell<BTreeMap<Source, Truth>>;

/// A property of a provider that refuses the filled-in value.
fn refused(
    scope: &Scope<'_, '_>,
    types: &Types<'_>,
    row: &Rejects,
    index: usize,
    provided: &Truth,
) -> Option<Rejection> {
    let blamed: RefCell<BTreeSet<Source>> = RefCell::default();
    let ask = |scope: &Scope<'_, '_>| {
        let leaf = |value: Option<&Value>, trail: &Trail<'_>| {
            let Some(value) = value else { return Outcome::at(trail, Truth::No) };
            let met = Met::default();
            let filled = fill(scope, value, &|it| source(scope, types, it, &met));
            let truth = is_refused(scope, &filled, row).and(met_truth(&filled.sources, &met));
            if !truth.is_no() {
                blamed.borrow_mut().extend(filled.sources);
            }
            Outcome::at(trail, truth.and(provided.clone()))
        };
        let Some(root) = scope.subject.root(&row.path) else { return Outcome::plain(false) };
        scope.walk(root, &row.path.steps, &Trail::root(scope.subject.span), &leaf)
    };
    let outcome = scope.settle(&ask);
    let sources = blamed.into_inner();
    if outcome.truth.is_no() || sources.is_empty() {
        return None;
    }
    let spot = outcome.spots.into_iter().next()?;
    let failure = Failure { spot, truth: outcome.truth, sources, error: row.error.as_deref() };
    Some(rejection(scope, types, failure, Some(index)))
}

/// Whether the provider refuses what the value becomes.
fn is_refused(scope: &Scope<'_, '_>, filled: &Filled, row: &Rejects) -> Truth {
    if filled.sources.is_empty() {
        return Truth::No;
    }
    let is_refused_text = |text: &Text| match &row.accepts {
        Some(accepts) => scope.cx.patterns.matches(accepts, text).not(),
        None => Truth::Yes,
    };
    match &filled.shape {
        Shape::Text(text) => is_refused_text(text),
        Shape::List(elements) => Truth::any(elements.iter().map(|it| is_refused(scope, it, row))),
        // What it becomes may not have the placeholder in it.
        Shape::Open(reason) => is_refused_text(&Text::unknown(reason.clone())).and(Truth::Unknown(reason.clone())),
        Shape::Failed(_) | Shape::Other => Truth::No,
    }
}

/// An intrinsic anywhere in the subject that the engine cannot compute from the placeholder.
fn uncomputable(scope: &Scope<'_, '_>, types: &Types<'_>, index: Option<usize>) -> Option<Rejection> {
    let failed: RefCell<Option<(&'static str, BTreeSet<Source>)>> = RefCell::default();
    let ask = |scope: &Scope<'_, '_>| {
        let search = Search { scope, types, failed: &failed };
        search.value(scope.subject.properties, &mut Vec::new(), scope.subject.properties.span)
    };
    let outcome = scope.settle(&ask);
    let (error, sources) = failed.into_inner()?;
    if outcome.truth.is_no() {
        return None;
    }
    let spot = outcome.spots.into_iter().next()?;
    Some(rejection(scope, types, Failure { spot, truth: outcome.truth, sources, error: Some(error) }, index))
}

/// Looks for intrinsics that fail.
struct Search<'s, 'c, 'a, 't> {
    scope: &'s Scope<'c, 'a>,
    types: &'s Types<'t>,
    failed: &'s RefCell<Option<(&'static str, BTreeSet<Source>)>>,
}

impl Search<'_, '_, '_, '_> {
    fn value(&self, value: &Value, way: &mut Vec<super::outcome::Segment>, span: Span) -> Outcome {
        use super::outcome::Segment;
        match &value.data {
            Data::List(elements) => Outcome::any(elements.iter().enumerate().map(|(at, it)| {
                way.push(Segment::Index(at));
                let outcome = self.value(it, way, it.span);
                way.pop();
                outcome
            })),
            Data::Map(fields) => Outcome::any(fields.iter().map(|it| {
                way.push(Segment::Key(it.key.clone()));
                let outcome = self.value(&it.value, way, field_span(it, self.scope.cx.stack.file.text()));
                way.pop();
                outcome
            })),
            Data::OneOf(alternatives) => {
                let live = self.scope.live(alternatives);
                let judged = live.map(|it| (it.condition.as_str(), self.value(&it.value, way, it.value.span)));
                Outcome::alternatives(judged.collect())
            }
            Data::Call(_) | Data::Text(_) => self.computed(value, way, span),
            _ => Outcome::plain(false),
        }
    }

    fn computed(&self, value: &Value, way: &[super::outcome::Segment], span: Span) -> Outcome {
        let met = Met::default();
        let filled = fill(self.scope, value, &|it| source(self.scope, self.types, it, &met));
        let Shape::Failed(error) = filled.shape else { return Outcome::plain(false) };
        let truth = met_truth(&filled.sources, &met);
        *self.failed.borrow_mut() = Some((error, filled.sources));
        Outcome { truth, spots: vec![Spot { span, path: way.to_vec(), present: true }] }
    }
}

/// Whether `reference` yields the placeholder; how sure that is goes to `met`.
fn source(scope: &Scope<'_, '_>, types: &Types<'_>, reference: &Reference, met: &Met) -> Option<Source> {
    let (source, truth) = types.placeholder(scope.cx, reference)?;
    let deployed = scope.cx.resources.get(source.index).map_or(Truth::No, |it| scope.inclusion(it));
    met.borrow_mut().insert(source.clone(), truth.and(deployed));
    Some(source)
}

/// One placeholder that is sure to be one is enough.
fn met_truth(sources: &BTreeSet<Source>, met: &Met) -> Truth {
    let met = met.borrow();
    Truth::any(sources.iter().filter_map(|it| met.get(it).cloned()))
}

/// A place that fails, and why.
struct Failure<'f> {
    spot: Spot,
    truth: Truth,
    sources: BTreeSet<Source>,
    error: Option<&'f str>,
}

fn rejection(scope: &Scope<'_, '_>, types: &Types<'_>, failure: Failure<'_>, index: Option<usize>) -> Rejection {
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
        "{} -> `{place}`: {} gives the word `{PLACEHOLDER}` for {given}; that is refused, and the stack rolls back.",
        chains.join(", "),
        types.target_name(),
    );
    let solution = match index {
        Some(_) => format!("In the LocalStack variant give `{place}` a literal value, or leave `{name}` out."),
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
        Support::Supported => "attribute not provided",
    };
    Some(format!("`{}` (`{}`, {how})", subject.name.unwrap_or_default(), subject.kind))
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

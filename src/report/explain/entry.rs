//! One entry of the knowledge base.

use serde::Serialize;
use serde_json::Value;

use crate::db::{Action, Adjust, Db, Evidence, FailsOn, Limitation, Locator, Word, display_release, parse_release};
use crate::report::{predicate, words};
use crate::target::Target;

pub(super) fn lines(entry: &Limitation, db: &Db, target: &Target) -> Vec<String> {
    let mut lines = vec![entry.id.clone(), heading(entry), String::new()];
    lines.push(format!("On LocalStack: {}", entry.localstack));
    lines.push(format!("On AWS:        {}", entry.aws));
    if let Some(error) = &entry.error {
        lines.push(format!("Error:         {error}"));
    }
    lines.push(format!("What to do:    {}", entry.solution));
    lines.push(String::new());
    lines.push(format!("Resources:     {}", entry.resources.join(", ")));
    lines.push(format!("Targets:       {}", targets(entry)));
    let applies = if target.applies(db, &entry.applies) { "included" } else { "not included" };
    lines.push(format!("               LocalStack {} ({}) is {applies}", target.release_name(), target.plan.word()));
    let mut when = predicate::lines(&entry.when).into_iter();
    lines.push(format!("Applies when:  {}", when.next().unwrap_or_default()));
    lines.extend(when.map(|it| format!("             {it}")));
    if let Some(at) = &entry.at {
        lines.push(format!("Points at:     {}", place(at)));
    }
    if !entry.adjust.is_empty() {
        lines.extend([String::new(), "Changes".into()]);
        lines.extend(entry.adjust.iter().flat_map(change));
    }
    lines.extend([String::new(), "Evidence".into()]);
    lines.extend(entry.evidence.iter().flat_map(evidence));
    lines.push(String::new());
    if let Some(also) = &entry.also {
        lines.push(format!("Also found by {also}"));
    }
    lines.push(format!("Defined in {}, line {}", entry.file, entry.line));
    lines
}

fn heading(entry: &Limitation) -> String {
    let side = match entry.fails_on {
        FailsOn::Localstack => " · fails on LocalStack",
        FailsOn::Aws => " · fails on AWS",
        FailsOn::None => "",
    };
    format!("{} · category {} · {}{side}", entry.feature, entry.category.word(), entry.severity.word())
}

/// For which releases, plans and settings an entry holds.
pub(in crate::report) fn targets(entry: &Limitation) -> String {
    let applies = &entry.applies;
    let mut parts = vec![applies.releases.as_ref().map_or("every release".into(), |it| format!("releases {it}"))];
    let plans: Vec<&str> = applies.plans.iter().map(|it| it.word()).collect();
    parts.push(if plans.is_empty() { "every plan".into() } else { format!("plans {}", plans.join(", ")) });
    parts.extend(applies.config.iter().map(|(name, value)| format!("with {name}={value}")));
    parts.join("; ")
}

fn place(locator: &Locator) -> String {
    let what = if locator.path.steps.is_empty() { "the resource".to_owned() } else { format!("`{}`", locator.path) };
    match &locator.via {
        Some(via) => format!("{what} of the resource that `{via}` refers to"),
        None => what,
    }
}

fn change(adjust: &Adjust) -> Vec<String> {
    let snippet = snippet(adjust).unwrap_or_default();
    std::iter::once(format!("  {}", change_words(adjust)))
        .chain(snippet.lines().map(|it| format!("      {it}")))
        .collect()
}

/// What a change does and how safe it is, on one line.
pub(in crate::report) fn change_words(adjust: &Adjust) -> String {
    let place = place(&adjust.target);
    let what = match &adjust.action {
        Action::Set(_) => format!("set {place}"),
        Action::Remove => format!("remove {place}"),
        Action::Append(_) => format!("append to {place}"),
        Action::Replace(_) => format!("replace {place}"),
        Action::Quote => format!("quote {place}"),
        Action::Unquote => format!("write {place} without quotes"),
        Action::RemoveResource => format!("remove {place}"),
        Action::Become(it) => format!("replace {place} with one of {}", it.resource_type),
    };
    format!("{what} ({})", adjust.safety.word())
}

/// What is written into a template, in YAML.
pub(in crate::report) fn snippet(adjust: &Adjust) -> Option<String> {
    let value = match &adjust.action {
        Action::Set(value) | Action::Replace(value) => keyed(adjust, value.to_json()),
        Action::Append(value) => Value::Array(vec![value.to_json()]),
        Action::Remove | Action::Quote | Action::Unquote | Action::RemoveResource | Action::Become(_) => return None,
    };
    serde_yaml::to_string(&value).ok()
}

fn keyed(adjust: &Adjust, value: Value) -> Value {
    match adjust.target.path.steps.last() {
        Some(crate::db::Step::Key(key)) => Value::Object([(key.clone(), value)].into_iter().collect()),
        _ => value,
    }
}

/// Of what kind a piece of evidence is, from when, and what was seen, on one line.
pub(in crate::report) fn evidence_words(evidence: &Evidence) -> String {
    let date = evidence.date.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
    let note = evidence.note.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
    format!("{}, release {}{date}{note}", evidence.kind.word(), release(&evidence.release))
}

fn evidence(evidence: &Evidence) -> Vec<String> {
    let heading = format!("  {}", evidence_words(evidence));
    let places = evidence.url.iter().chain(&evidence.source).map(|it| format!("      {it}"));
    std::iter::once(heading).chain(places).collect()
}

/// A stored release as people write it.
pub(in crate::report) fn release(stored: &str) -> String {
    parse_release(stored).map_or_else(|_| stored.to_owned(), |it| display_release(&it))
}

/// One entry for programs.
#[derive(Serialize)]
pub(super) struct JsonEntry<'d> {
    kind: &'static str,
    id: &'d str,
    category: &'static str,
    severity: &'static str,
    fails_on: &'static str,
    resources: &'d [String],
    feature: &'d str,
    localstack: &'d str,
    aws: &'d str,
    solution: &'d str,
    error: Option<&'d str>,
    also: Option<&'d str>,
    when: String,
    at: Option<JsonPlace>,
    applies: JsonApplies<'d>,
    adjustments: Vec<JsonChange>,
    evidence: Vec<JsonEvidence<'d>>,
    file: &'d str,
    line: u32,
}

#[derive(Serialize)]
struct JsonApplies<'d> {
    releases: Option<&'d str>,
    plans: Vec<&'static str>,
    config: serde_json::Map<String, Value>,
    /// Whether the target asked about is one of them.
    target: bool,
}

#[derive(Serialize)]
struct JsonPlace {
    path: String,
    via: Option<String>,
}

#[derive(Serialize)]
struct JsonChange {
    op: &'static str,
    path: String,
    via: Option<String>,
    value: Option<Value>,
    safety: &'static str,
}

#[derive(Serialize)]
struct JsonEvidence<'d> {
    kind: &'static str,
    release: String,
    date: Option<&'d str>,
    url: Option<&'d str>,
    source: Option<&'d str>,
    note: Option<&'d str>,
}

pub(super) fn json<'d>(entry: &'d Limitation, db: &Db, target: &Target) -> JsonEntry<'d> {
    let applies = &entry.applies;
    JsonEntry {
        kind: "limitation",
        id: &entry.id,
        category: entry.category.word(),
        severity: entry.severity.word(),
        fails_on: entry.fails_on.word(),
        resources: &entry.resources,
        feature: &entry.feature,
        localstack: &entry.localstack,
        aws: &entry.aws,
        solution: &entry.solution,
        error: entry.error.as_deref(),
        also: entry.also.as_deref(),
        when: predicate::words(&entry.when),
        at: entry.at.as_ref().map(json_place),
        applies: JsonApplies {
            releases: applies.releases.as_deref(),
            plans: applies.plans.iter().map(|it| it.word()).collect(),
            config: applies.config.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect(),
            target: target.applies(db, applies),
        },
        adjustments: entry.adjust.iter().map(json_change).collect(),
        evidence: entry.evidence.iter().map(json_evidence).collect(),
        file: &entry.file,
        line: entry.line,
    }
}

fn json_place(locator: &Locator) -> JsonPlace {
    JsonPlace { path: locator.path.to_string(), via: locator.via.as_ref().map(ToString::to_string) }
}

fn json_change(adjust: &Adjust) -> JsonChange {
    let JsonPlace { path, via } = json_place(&adjust.target);
    let value = adjust.action.value().map(crate::db::Literal::to_json);
    JsonChange { op: words::operation(&adjust.action), path, via, value, safety: adjust.safety.word() }
}

fn json_evidence(evidence: &Evidence) -> JsonEvidence<'_> {
    JsonEvidence {
        kind: evidence.kind.word(),
        release: release(&evidence.release),
        date: evidence.date.as_deref(),
        url: evidence.url.as_deref(),
        source: evidence.source.as_deref(),
        note: evidence.note.as_deref(),
    }
}

//! Entries: `limitations/<service>.toml`.

use super::adjust::{adjust, locator};
use super::context::Context;
use super::document::{Document, Located};
use super::observe::observation;
use super::predicate::predicate;
use super::scope::Scope;
use super::table::{Table, Value};
use super::texts::{instruction, phrase, sentence, trimmed};
use crate::db::release::parse_requirement;
use crate::db::words::Word;
use crate::db::{Applies, Evidence, EvidenceKind, FailsOn, Limitation, Plan, Predicate, Severity};

/// Reads every entry of a file; broken ones are reported and left out.
pub(super) fn limitations(document: &Document, root: Table<'_>, context: &Context<'_>) -> Vec<Limitation> {
    let entries = root.list("limitation");
    let read = entries.into_iter().filter_map(|it| limitation(document, it.table()?, context)).collect();
    root.finish();
    read
}

fn limitation(document: &Document, table: Table<'_>, context: &Context<'_>) -> Option<Limitation> {
    let id = table.required("id").and_then(|it| it.parsed(id));
    let category = table.required_word("category");
    let severity = table.required_word("severity");
    let fails_on = table.get("fails_on").map_or(Some(FailsOn::None), |it| it.word());
    let resources = resources(&table, context);
    let scope = Scope::of(context, &resources);
    let feature = phrase(&table, "feature", table.required_text("feature"));
    let localstack = sentence(&table, "localstack", table.required_text("localstack"));
    let aws = sentence(&table, "aws", table.required_text("aws"));
    let solution = instruction(&table, "solution", table.required_text("solution"));
    let error = trimmed(&table, "error", table.text("error"));
    let also = trimmed(&table, "also", table.text("also")).map(|it| it.value);
    let when = table.get("when").map_or(Some(Predicate::Always), |it| predicate(&scope, it));
    let only_certain = table.boolean("only_certain").unwrap_or(false);
    let at = table.get("at").and_then(|it| locator(&scope, when.as_ref(), it));
    let adjust: Vec<_> = table.list("adjust").into_iter().filter_map(|it| adjust(&scope, when.as_ref(), it)).collect();
    let engine = table.get("engine").and_then(|it| it.word());
    let applies = table.get("applies").and_then(|it| applies(it, context)).unwrap_or_default();
    let observe: Vec<_> = table.list("observe").into_iter().filter_map(|it| observation(context, it)).collect();
    let needs: Vec<_> = table.list("needs").into_iter().filter_map(|it| it.parsed(|name| context.need(name))).collect();
    let evidence = all_evidence(&table, context);
    check_sides(&table, severity, fails_on, error.as_ref());
    if evidence.iter().any(|it| it.kind == EvidenceKind::Probe) && !table.has("observe") {
        table.report("evidence of kind `probe` needs `observe`: what is seen again when the bad fixture is deployed");
    }
    let line = document.line(table.at());
    table.finish();
    Some(Limitation {
        id: id?,
        category: category?,
        severity: severity?,
        fails_on: fails_on?,
        resources,
        feature: feature?,
        localstack: localstack?,
        aws: aws?,
        solution: solution?,
        error: error.map(|it| it.value),
        also,
        when: when?,
        only_certain,
        at,
        adjust,
        engine,
        applies,
        evidence,
        observe,
        needs,
        file: document.relative().to_owned(),
        line,
    })
}

fn id(text: &str) -> Result<String, String> {
    let part = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    if text.contains('-') && text.split('-').all(part) {
        return Ok(text.to_owned());
    }
    Err(format!("id `{text}` is not kebab-case `<service>-<problem>`"))
}

fn resources(table: &Table<'_>, context: &Context<'_>) -> Vec<String> {
    if let Some(value) = table.required("resources")
        && value.list().is_some_and(|it| it.is_empty())
    {
        value.report("`resources` names no type");
    }
    let names = if table.has("resources") { table.texts("resources") } else { Vec::new() };
    context.resource_types(table, names)
}

fn check_sides(
    table: &Table<'_>,
    severity: Option<Severity>,
    fails_on: Option<FailsOn>,
    error: Option<&Located<String>>,
) {
    if fails_on != Some(FailsOn::None) {
        return;
    }
    if severity == Some(Severity::Error) {
        table.report("severity `error` needs `fails_on`: the side on which it fails");
    }
    if let Some(error) = error {
        table.document().report(error.at, "`error` needs `fails_on`: the side that gives this message");
    }
}

fn applies(value: Value<'_>, context: &Context<'_>) -> Option<Applies> {
    let table = value.table()?;
    let releases = table.parsed("releases", parse_requirement).map(|it| it.to_string());
    let plans = table.list("plans").into_iter().filter_map(|it| it.parsed(Plan::from_word)).collect();
    let mut config = Vec::new();
    if let Some(variables) = table.get("config").and_then(Value::table) {
        for (name, value) in variables.entries() {
            if let Err(message) = context.variable(&name.value) {
                table.document().report(name.at, message);
            }
            config.extend(value.text().map(|it| (name.value, it.value)));
        }
    }
    table.finish();
    Some(Applies { releases, plans, config })
}

fn all_evidence(table: &Table<'_>, context: &Context<'_>) -> Vec<Evidence> {
    let Some(value) = table.required("evidence") else { return Vec::new() };
    let Some(list) = value.list() else { return Vec::new() };
    if list.is_empty() {
        value.report("`evidence` is empty; say how this is known");
    }
    list.into_iter().filter_map(|it| evidence(it.table()?, context)).collect()
}

fn evidence(table: Table<'_>, context: &Context<'_>) -> Option<Evidence> {
    let kind = table.required_word("kind");
    let release = table.required("release").and_then(|it| it.parsed(|text| context.release(text)));
    let date = table.get("date").and_then(Value::date);
    check_date(&table, kind, release.as_deref(), date.as_deref(), context);
    let url = table.parsed("url", url);
    if url.as_deref().is_some_and(|it| !it.starts_with("https://")) && table.document().is_strict() {
        table.report("`url` is read over an open line; write it with `https://`");
    }
    let source = trimmed(&table, "source", table.text("source")).map(|it| it.value);
    let note = trimmed(&table, "note", table.text("note")).map(|it| it.value);
    if !table.has("url") && !table.has("source") {
        table.report("evidence needs a `url` or a `source` that anybody can look up");
    }
    table.finish();
    Some(Evidence { kind: kind?, release: release?, date, url, source, note })
}

/// What was seen on a release was seen on some day after it came out.
fn check_date(
    table: &Table<'_>,
    kind: Option<EvidenceKind>,
    release: Option<&str>,
    date: Option<&str>,
    context: &Context<'_>,
) {
    if kind != Some(EvidenceKind::Probe) || !table.document().is_strict() {
        return;
    }
    if !table.has("date") {
        table.report("evidence of kind `probe` needs the `date` on which it was seen");
    }
    if let (Some(date), Some(came_out)) = (date, release.and_then(|it| context.release_date(it)))
        && date < came_out
    {
        table.report(format!("{date} is before this release came out, on {came_out}"));
    }
}

fn url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|it| it.split(['/', '?', '#']).next()).unwrap_or_default();
    let is_host = host.contains('.') && host.split('.').all(|it| !it.is_empty());
    if is_host && !text.chars().any(|it| it.is_whitespace() || it.is_control()) {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` is not a web address such as `https://docs.localstack.cloud/`"))
}

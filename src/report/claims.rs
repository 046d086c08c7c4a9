//! What became of the claims of the knowledge base on a running LocalStack.

use serde::Serialize;

use super::grid::{empty_table, keep_whole};
use super::predicate::words;
use super::printable::printable;
use crate::db::{
    Call, Deploy, Expected, Look, Observation, Operation, Path, Predicate, ResourceEnd, Step, Word, display_release,
};
use crate::live::{Claim, Outcome, Verification};

/// Every claim as a table of `width` columns and a line of totals, with a final line break.
pub fn claims_table(verification: &Verification, endpoint: &str, width: u16) -> String {
    let mut table = empty_table(width, &["Claim", "Result", "Why"]);
    for claim in &verification.claims {
        table.add_row([claim.id.clone(), result(&claim.outcome).0.to_owned(), why(&claim.outcome)]);
    }
    keep_whole(&mut table, width);
    let instance = &verification.instance;
    let release = display_release(&instance.release);
    format!(
        "LocalStack {release}, {} edition, at {endpoint}\n\n{}\n\n{}\n",
        instance.edition.word(),
        table.trim_fmt(),
        totals(verification)
    )
}

/// The claims for programs.
///
/// # Errors
/// A value that JSON cannot hold.
pub fn claims_json(verification: &Verification, endpoint: &str) -> Result<String, serde_json::Error> {
    let count = |word: &str| verification.count(|it| result(it).1 == word);
    let report = JsonReport {
        instance: JsonInstance {
            endpoint,
            release: verification.instance.release.to_string(),
            edition: verification.instance.edition.word(),
        },
        summary: JsonSummary {
            holds: count("holds"),
            no_longer_holds: count("no-longer-holds"),
            could_not_run: count("could-not-run"),
            skipped: count("skipped"),
        },
        claims: verification.claims.iter().map(json_claim).collect(),
    };
    serde_json::to_string_pretty(&report)
}

#[derive(Serialize)]
struct JsonReport<'v> {
    instance: JsonInstance<'v>,
    summary: JsonSummary,
    claims: Vec<JsonClaim<'v>>,
}

#[derive(Serialize)]
struct JsonInstance<'v> {
    endpoint: &'v str,
    release: String,
    edition: &'static str,
}

#[derive(Serialize)]
struct JsonSummary {
    holds: usize,
    no_longer_holds: usize,
    could_not_run: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct JsonClaim<'v> {
    id: &'v str,
    outcome: &'static str,
    expected: Option<String>,
    seen: Option<&'v str>,
    reason: Option<&'v str>,
}

fn json_claim(claim: &Claim) -> JsonClaim<'_> {
    let (expected, seen, reason) = match &claim.outcome {
        Outcome::Holds => (None, None, None),
        Outcome::NoLonger { expected, seen } => (Some(expectation(expected)), Some(seen.as_str()), None),
        Outcome::NotRun { reason } | Outcome::Skipped { reason } => (None, None, Some(reason.as_str())),
    };
    JsonClaim { id: &claim.id, outcome: result(&claim.outcome).1, expected, seen, reason }
}

/// An outcome in words, and its name for programs.
fn result(outcome: &Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Holds => ("holds", "holds"),
        Outcome::NoLonger { .. } => ("no longer holds", "no-longer-holds"),
        Outcome::NotRun { .. } => ("could not run here", "could-not-run"),
        Outcome::Skipped { .. } => ("skipped", "skipped"),
    }
}

fn why(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Holds => String::new(),
        Outcome::NoLonger { expected, seen } => {
            format!("expected: {}\nseen: {}", printable(&expectation(expected)), printable(seen))
        }
        Outcome::NotRun { reason } | Outcome::Skipped { reason } => printable(reason),
    }
}

fn totals(verification: &Verification) -> String {
    let count = |word: &str| verification.count(|it| result(it).1 == word);
    let held = count("holds");
    let parts = [
        format!("{held} {}", if held == 1 { "claim holds" } else { "claims hold" }),
        format!("{} no longer hold", count("no-longer-holds")),
        format!("{} could not run here", count("could-not-run")),
        format!("{} skipped", count("skipped")),
    ];
    parts.join(", ")
}

/// What a check expects, in words.
fn expectation(check: &Observation) -> String {
    let what = match &check.look {
        Look::Stack { status, reason } => format!("the stack ends as {}{}", status.word(), for_reason(reason.as_ref())),
        Look::Resource { logical_id, status, reason, pretended } => {
            resource(logical_id, *status, reason.as_ref(), *pretended)
        }
        Look::Output { name, test } => {
            let path = Path { attribute: false, steps: vec![Step::Key(name.clone())] };
            format!("output {}", words(&Predicate::Test(path, test.clone())))
        }
        Look::Call(call, expected) => called(call, expected),
    };
    match check.deploy {
        Deploy::Bad => what,
        Deploy::Good => format!("with the good fixture, {what}"),
        Deploy::Update => format!("after the update, {what}"),
    }
}

fn resource(logical_id: &str, status: Option<ResourceEnd>, reason: Option<&String>, pretended: Option<bool>) -> String {
    let status = status.map(|it| format!("ends as {}", it.word()));
    let pretended = pretended.map(|it| if it { "is a placeholder only" } else { "is created for real" }.to_owned());
    let both: Vec<String> = status.into_iter().chain(pretended).collect();
    let does = if both.is_empty() { "ends".to_owned() } else { both.join(" and ") };
    format!("`{logical_id}` {does}{}", for_reason(reason))
}

fn for_reason(reason: Option<&String>) -> String {
    reason.map(|it| format!(", with a reason that matches `{it}`")).unwrap_or_default()
}

fn called(call: &Call, expected: &Expected) -> String {
    let operation = match &call.operation {
        Operation::Named(name) => name.clone(),
        Operation::Http(method, path) => format!("{method} {path}"),
    };
    let answer = match expected {
        Expected::Success => "succeeds".to_owned(),
        Expected::Answer(predicate) => format!("has an answer where {}", words(predicate)),
        Expected::Error(pattern) => format!("fails with an error that matches `{pattern}`"),
    };
    format!("`{} {operation}` {answer}", call.service)
}

//! `lscompat db verify`: whether what entries claim still holds on a running LocalStack.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use super::db::{Format, width};
use super::{CLEAN, FAILED, FINDINGS, instance};
use crate::db::{Db, Edition, Fixtures, Plan};
use crate::live::{Instance, Options, Outcome, verify};
use crate::report::{claims_json, claims_table};
use crate::target::Target;

/// Where an overlay's fixtures are, seen from its folder.
const FIXTURES: &str = "../tests/limitations";

/// Arguments of `lscompat db verify`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where LocalStack listens
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:4566")]
    endpoint: String,
    /// Deploy to another machine as well: stacks are created and deleted there
    #[arg(long)]
    allow_remote_endpoint: bool,
    /// Only this entry (repeatable)
    #[arg(long = "id", value_name = "ID")]
    ids: Vec<String>,
    /// How many claims are made at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,
    /// How long one answer is waited for
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// The fixtures of the overlay's entries [default: ../tests/limitations beside the folder of --db]
    #[arg(long, value_name = "DIR")]
    fixtures: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command. Release and edition are the instance's; the plan of a licensed one and the configuration variables
/// are those of `target`.
///
/// # Errors
/// Nothing answers at the endpoint, an id names no entry, or fixtures cannot be read.
pub(super) fn run(
    args: &Args,
    db: &Db,
    target: &Target,
    overlay: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    let fixtures = fixtures(args.fixtures.as_deref(), overlay)?;
    let client = instance::client(&args.endpoint, args.allow_remote_endpoint, args.timeout)?;
    let instance = Instance::ask(&client)?;
    let plan = if instance.edition == Edition::Community { Plan::Community } else { target.plan };
    let target = Target { release: instance.release.clone(), plan, ..target.clone() };
    let options = Options { target: &target, ids: &args.ids, jobs: args.jobs.into(), progress: &progress };
    let verification = verify(&client, instance, db, &fixtures, options)?;
    let endpoint = client.endpoint().url();
    match args.format {
        Format::Table => write!(out, "{}", claims_table(&verification, endpoint, width()))?,
        Format::Json => writeln!(out, "{}", claims_json(&verification, endpoint)?)?,
    }
    let refuted = verification.count(|it| matches!(it, Outcome::NoLonger { .. }));
    let held = verification.count(|it| matches!(it, Outcome::Holds));
    Ok(ExitCode::from(match (refuted, held) {
        (0, 0) => FAILED,
        (0, _) => CLEAN,
        _ => FINDINGS,
    }))
}

/// The built-in fixtures, with those of an overlay put over them.
fn fixtures(given: Option<&Path>, overlay: Option<&Path>) -> anyhow::Result<Fixtures> {
    let mut fixtures = Fixtures::embedded()?;
    let beside = overlay.map(|it| it.join(FIXTURES));
    if let Some(folder) = given.or(beside.as_deref()) {
        let cannot = || format!("the fixtures in `{}` cannot be read", folder.display());
        if given.is_some() && !folder.is_dir() {
            anyhow::bail!("{}: there is no such folder", cannot());
        }
        fixtures.overlay(Fixtures::read(folder).with_context(cannot)?);
    }
    Ok(fixtures)
}

/// Tells a person who waits; a file or a pipe is told nothing.
fn progress(done: usize, all: usize) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let end = if done == all { "\r\x1b[K" } else { "" };
        // Whether it can be shown makes no difference.
        let _ = write!(stderr, "\r{done} of {all} claims{end}").and_then(|()| stderr.flush());
    }
}

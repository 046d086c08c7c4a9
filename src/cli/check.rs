//! `lscompat check`: finds templates, analyses them, reports.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::check::Checker;
use crate::db::Db;
use crate::target::Target;

use super::config::Config;
use super::options::{AnalysisOptions, Display, FailOn};
use super::output::{self, Format};
use super::{CLEAN, FAILED, FINDINGS};

/// Options of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    analysis: AnalysisOptions,
    /// Shape of the report (repeatable) [default: table]
    #[arg(long = "format", value_name = "FORMAT", value_enum)]
    formats: Vec<Format>,
    /// File for the report, in the order of --format; `-` is standard output (repeatable)
    #[arg(long = "output", short, value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Lowest severity that makes the exit code 1: error, warning, note or never [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = FailOn::parse)]
    fail_on: Option<FailOn>,
    /// A template of your own for `--format markdown`
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

impl Args {
    /// The paths to look at.
    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.analysis.paths
    }
}

/// Writes every report that is asked for.
pub(super) fn run(
    args: &Args,
    config: &Config,
    db: &Db,
    target: &Target,
    display: &Display,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let sinks = output::pair(&args.formats, &args.outputs)?;
    let mut report = Checker::new(db, target, args.analysis.parameters(config)).check(&args.analysis.paths);
    args.analysis.select(&mut report, config);
    report.errors.iter().for_each(|it| display.complain(&it.to_string()));

    for sink in sinks {
        let style = if sink.file.is_some() { Display::file_style() } else { display.stdout_style() };
        let text = output::render(&report, sink.format, args.template.as_deref(), display.detail(), style)?;
        match &sink.file {
            None => out.write_all(text.as_bytes())?,
            Some(path) if sink.format == Format::Markdown => output::write_document(path, &text, false)?,
            Some(path) => output::write_file(path, &text)?,
        }
    }
    let fail_on = args.fail_on.or(config.fail_on).unwrap_or(FailOn::DEFAULT);
    let code = match report.errors.is_empty() {
        false => FAILED,
        true if fail_on.is_reached(report.worst()) => FINDINGS,
        true => CLEAN,
    };
    Ok(ExitCode::from(code))
}

//! `lscompat docs`: the compatibility document of a project.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::check::Checker;

use super::config::Config;
use super::options::{AnalysisOptions, Display};
use super::{CLEAN, FAILED, output};

/// Options of `docs`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) analysis: AnalysisOptions,
    /// File for the document; of an existing one, only what is between its `lscompat` markers is replaced
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace all of an existing file
    #[arg(long, requires = "output")]
    force: bool,
    /// A template of your own in place of the built-in document
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

/// Writes the document of the templates that could be read.
pub(super) fn run(
    args: &Args,
    config: &Config,
    checker: &Checker<'_>,
    display: &Display,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let report = args.analysis.report(checker, config, display);
    if !report.stacks.is_empty() {
        let document = output::document(&report, args.template.as_deref())?;
        match args.output.as_deref() {
            None => out.write_all(document.as_bytes())?,
            Some(path) => output::write_document(path, &document, args.force)?,
        }
    }
    Ok(ExitCode::from(if report.errors.is_empty() { CLEAN } else { FAILED }))
}

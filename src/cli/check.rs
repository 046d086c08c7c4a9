//! `lscompat check`: finds templates, analyses them, reports.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::check::Checker;
use crate::report::Report;

use super::config::Config;
use super::options::{AnalysisOptions, Display, FailOn};
use super::output::{self, Format};
use super::{CLEAN, FAILED, FINDINGS};

/// Options of `check`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) analysis: AnalysisOptions,
    /// Shape of the report (repeatable) [default: table]
    #[arg(long = "format", value_name = "FORMAT", value_enum)]
    formats: Vec<Format>,
    /// File for the report, in the order of --format; `-` is standard output. Without a format of its own, the
    /// extension names it: json, md, html, sarif, xml (JUnit), csv or txt (repeatable)
    #[arg(long = "output", short, value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Lowest severity that makes the exit code 1: error, warning, note or never [default: error]
    #[arg(long, value_name = "SEVERITY", value_parser = FailOn::parse)]
    fail_on: Option<FailOn>,
    /// A template of your own for `--format markdown` or `--format html`
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// Leave out what this file knows (`lscompat baseline` writes it), and tell what of it is no longer found
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Print the built-in template of `--format markdown` or `--format html`, with what one of your own can use, and
    /// nothing else
    #[arg(long, conflicts_with_all = ["outputs", "template"])]
    print_template: bool,
    /// Print the templates that would be read, one a line, and nothing else
    #[arg(long, conflicts_with_all = ["formats", "outputs"])]
    list_files: bool,
}

impl Args {
    /// Whether a report tells what to change for each finding alone.
    pub(super) fn wants_fixes(&self) -> bool {
        // What is wrong with the pairs is said when they are written.
        output::pair(&self.formats, &self.outputs).is_ok_and(|it| it.iter().any(|it| it.format == Format::Sarif))
    }
}

/// Writes every report that is asked for.
pub(super) fn run(
    args: &Args,
    config: &Config,
    checker: &Checker<'_>,
    display: &Display,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    if args.list_files {
        return list_files(&checker.check(&args.analysis.paths(config)), display, out);
    }
    let sinks = output::pair(&args.formats, &args.outputs)?;
    if args.print_template {
        out.write_all(output::built_in_template(&sinks)?.as_bytes())?;
        return Ok(ExitCode::from(CLEAN));
    }
    output::check_template(args.template.as_deref(), &sinks)?;
    let report =
        args.analysis.report(checker, config, args.baseline.as_deref().or(config.baseline.as_deref()), display)?;

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

/// Prints each file that a template was read from, or should have been.
fn list_files(report: &Report, display: &Display, out: &mut dyn Write) -> Result<ExitCode> {
    let (failed, missing): (Vec<_>, Vec<_>) = report.errors.iter().partition(|it| it.path.exists());
    let files = report.stacks.iter().map(|it| &it.path);
    let files = files.chain(failed.iter().map(|it| &it.path).filter(|it| !it.is_dir()));
    let mut seen = BTreeSet::new();
    for file in files.filter(|it| seen.insert(it.as_path())) {
        writeln!(out, "{}", file.display())?;
    }
    missing.iter().for_each(|it| display.complain(&it.to_string()));
    Ok(ExitCode::from(if missing.is_empty() { CLEAN } else { FAILED }))
}

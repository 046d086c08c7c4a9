//! `lscompat docs`: the compatibility document of a project, and the catalogue of what is known.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::check::Checker;
use crate::db::Db;
use crate::report::{DEFAULT_TEMPLATE, catalog};
use crate::target::Target;

use super::config::Config;
use super::options::{AnalysisOptions, Display};
use super::{CLEAN, FAILED, FINDINGS, output};

/// Options of `docs`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) analysis: AnalysisOptions,
    /// Write the documentation of the knowledge base itself, by service and by id, to the folder that `--output` names
    #[arg(long, requires = "output", conflicts_with_all = ["paths", "template"])]
    catalog: bool,
    /// File for the document (folder for the catalogue); of an existing one, only what was generated between its
    /// `lscompat` markers is replaced
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace all of an existing file
    #[arg(long, requires = "output")]
    force: bool,
    /// Write nothing: exit with 1 when the file that `--output` names is out of date, and print what differs
    #[arg(long, requires = "output", conflicts_with_all = ["force", "catalog"])]
    check: bool,
    /// A template of your own in place of the built-in document
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
    /// Print the built-in template, with what one of your own can use, and nothing else
    #[arg(long, conflicts_with_all = ["output", "catalog", "template", "paths"])]
    print_template: bool,
}

impl Args {
    /// The folder for the catalogue, when that is asked for.
    pub(super) fn catalog(&self) -> Option<&Path> {
        self.output.as_deref().filter(|_| self.catalog)
    }
}

/// Writes the catalogue of the knowledge base to `folder`, and names pages of an earlier one that it no longer has.
pub(super) fn write_catalog(
    args: &Args,
    folder: &Path,
    db: &Db,
    target: &Target,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let pages = catalog::pages(db, target)?;
    for page in &pages {
        let path = folder.join(&page.path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("the folder `{}` cannot be made", parent.display()))?;
        output::write_document(&path, &page.text, args.force)?;
    }
    writeln!(out, "{} pages in `{}`", pages.len(), folder.display())?;
    for stale in output::documents(&folder.join("services")) {
        if !pages.iter().any(|it| folder.join(&it.path) == stale) {
            writeln!(out, "`{}` is left of an earlier catalogue: remove it", stale.display())?;
        }
    }
    Ok(ExitCode::from(CLEAN))
}

/// Writes the document of the templates that could be read.
pub(super) fn run(
    args: &Args,
    config: &Config,
    checker: &Checker<'_>,
    display: &Display,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    if args.print_template {
        out.write_all(DEFAULT_TEMPLATE.as_bytes())?;
        return Ok(ExitCode::from(CLEAN));
    }
    let report = args.analysis.report(checker, config, None, display)?;
    let mut code = CLEAN;
    if !report.stacks.is_empty() {
        let document = output::document(&report, args.template.as_deref())?;
        match args.output.as_deref() {
            None => out.write_all(document.as_bytes())?,
            Some(path) if args.check => {
                if let Some(difference) = output::stale(path, &document)? {
                    out.write_all(difference.as_bytes())?;
                    code = FINDINGS;
                }
            }
            Some(path) => output::write_document(path, &document, args.force)?,
        }
    }
    Ok(ExitCode::from(if report.errors.is_empty() { code } else { FAILED }))
}

//! `lscompat baseline`: writes the findings that a project has down, so that only others are reported.

use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::check::Checker;
use crate::report::{Baseline, Matched, Report};

use super::config::Config;
use super::options::{AnalysisOptions, Display};
use super::{CLEAN, FAILED, output};

/// Where it is, when nothing else is said.
const FILE_NAME: &str = "lscompat-baseline.json";

/// Options of `baseline`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) analysis: AnalysisOptions,
    /// The baseline [default: `baseline` of lscompat.toml, or lscompat-baseline.json]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only remove what is no longer found; add nothing
    #[arg(long, visible_alias = "update")]
    prune: bool,
}

/// Writes the baseline; reasons that people gave in an existing one are kept.
pub(super) fn run(
    args: &Args,
    config: &Config,
    checker: &Checker<'_>,
    display: &Display,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let path = args.output.as_ref().or(config.baseline.as_ref()).cloned().unwrap_or_else(|| FILE_NAME.into());
    let shown = path.display().to_string();
    let old = match path.exists() {
        true => read(&path)?,
        false if args.prune => {
            anyhow::bail!("`{shown}` does not exist; `lscompat baseline` without `--prune` writes it")
        }
        false => Baseline::default(),
    };
    let report = args.analysis.report(checker, config, None, display)?;
    let matched = matched(&old, &report, &path);
    let new = if args.prune { matched.pruned() } else { Baseline::of(&report, |it| name(&path, it)).after(&matched) };
    output::write_file(&path, &new.text()?)?;
    let removed = matched.gone();
    let added = (new.len() + removed).saturating_sub(old.len());
    let findings = if new.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", new.len()) };
    writeln!(out, "`{shown}` has {findings}: {added} added, {removed} removed")?;
    Ok(ExitCode::from(if report.errors.is_empty() { CLEAN } else { FAILED }))
}

/// Takes what the baseline at `path` knows out of `report`, and tells of it.
///
/// # Errors
/// There is no baseline.
pub(super) fn apply(path: &Path, report: &mut Report) -> Result<()> {
    let matched = matched(&read(path)?, report, path);
    matched.remove_from(report);
    report.notes.extend(matched.notes(&path.display().to_string()));
    Ok(())
}

fn matched(baseline: &Baseline, report: &Report, path: &Path) -> Matched {
    let exists = |it: &str| path.with_file_name("").join(it).exists();
    baseline.matched(report, |it| name(path, it), exists)
}

fn read(path: &Path) -> Result<Baseline> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("the baseline `{shown}` cannot be read; `lscompat baseline` writes one"))?;
    Baseline::parse(&text).with_context(|| format!("the baseline `{shown}` cannot be used"))
}

/// What a baseline calls a file: the path from its own folder, so that it means the same from everywhere.
fn name(baseline: &Path, file: &Path) -> String {
    let full = |it: &Path| {
        let it = std::path::absolute(it).unwrap_or_else(|_| it.to_owned());
        let folder = it.parent().and_then(|it| it.canonicalize().ok());
        folder.zip(it.file_name()).map_or_else(|| it.clone(), |(folder, name)| folder.join(name))
    };
    let (folder, file) = (full(baseline).with_file_name(""), full(file));
    let shared = folder.components().zip(file.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    let parts: Vec<_> = up.chain(file.components().skip(shared)).collect();
    parts.iter().map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

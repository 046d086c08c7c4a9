//! `lscompat review`: what a branch adds, worsens and resolves against a git revision.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::check::{Sides, Snapshot};
use crate::report::{
    FileError, Origin, Report, Review, Revisions, StackEntry, review_comment, review_github, review_json, review_sarif,
    review_table,
};

use super::baseline;
use super::config::Config;
use super::options::{Display, FailOn, StackOptions, TargetOptions};
use super::output::{self, Format};
use super::prepared::Prepared;
use super::{CLEAN, FAILED, FINDINGS};

/// Options of `review`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Template files, or folders to search
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,
    /// The revision to compare with, such as `origin/main`: compared is the commit where the branch left it
    #[arg(long, value_name = "REV")]
    base: String,
    /// The revision to review [default: the working tree]
    #[arg(long, value_name = "REV")]
    head: Option<String>,
    #[command(flatten)]
    pub(super) stack: StackOptions,
    /// Shape of the review: table, markdown (a comment), json, github (annotations) or sarif (repeatable) [default:
    /// table]
    #[arg(long = "format", value_name = "FORMAT", value_enum, hide_possible_values = true)]
    formats: Vec<Format>,
    /// File for the review, in the order of --format; `-` is standard output (repeatable)
    #[arg(long = "output", short, value_name = "FILE")]
    outputs: Vec<PathBuf>,
    /// Leave out what this file knows on either side (`lscompat baseline` writes it)
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Lowest severity of a new or worse finding that makes the exit code 1: error, warning, note or never [default:
    /// error]
    #[arg(long, value_name = "SEVERITY", value_parser = FailOn::parse)]
    fail_on: Option<FailOn>,
}

/// Writes every review that is asked for.
pub(super) fn run(args: &Args, target: &TargetOptions, display: &Display, out: &mut dyn Write) -> Result<ExitCode> {
    let sinks = output::pair(&args.formats, &args.outputs)?;
    for sink in &sinks {
        if !matches!(sink.format, Format::Table | Format::Markdown | Format::Json | Format::Github | Format::Sarif) {
            bail!("a review has no such format; use table, markdown, json, github or sarif");
        }
    }
    let given = paths(args)?;
    let near = given.first().map_or(Path::new("."), PathBuf::as_path);
    let sides = Sides::open(&args.base, args.head.as_deref(), near)?;
    let (base, head) = (sides.base(), sides.head());
    let newer = |path: &Path| head.map_or(path.to_owned(), |it| it.place(path));
    // What the branch deletes is no mistake.
    let is_wanted = |it: &&PathBuf| newer(it).exists() || !base.place(it).exists();
    let paths: Vec<PathBuf> = given.iter().filter(is_wanted).map(|it| newer(it)).collect();
    let mut prepared = prepare(args, target, near, head)?;
    prepared.settings.fixes = sinks.iter().any(|it| it.format == Format::Sarif);
    let mut new = display.check(&prepared.checker(), &paths);
    if let Some(head) = head {
        new = head.labelled(new);
    }
    let paths: Vec<PathBuf> = given.iter().map(|it| base.place(it)).filter(|it| it.exists()).collect();
    let own = prepare(args, target, near, Some(base));
    if let Err(error) = &own {
        // A mistake of the base must not stop the branch that corrects it.
        display.tell(&format!("the base is read with the options of the branch, since its own fail: {error:#}\n"));
    }
    let earlier = own.as_ref().unwrap_or(&prepared);
    let mut old = base.labelled(display.check(&earlier.checker(), &paths));
    let own = prepared.config.baseline.as_ref().map(|it| match head {
        // What it calls files is seen from its place in the working tree.
        Some(head) => it.strip_prefix(head.root()).map_or(it.clone(), |below| head.repository().join(below)),
        None => it.clone(),
    });
    if let Some(known) = args.baseline.as_ref().or(own.as_ref()) {
        baseline::apply(known, &mut new)?;
        baseline::apply(known, &mut old)?;
    }
    prepared.select(&mut new, &args.stack);
    earlier.select(&mut old, &args.stack);
    // A folder without templates is a mistake of the user's, unless the branch emptied it.
    let is_folder = |it: &FileError| it.range.is_none() && it.path.is_dir();
    old.errors.retain(|it| !is_folder(it));
    if !old.stacks.is_empty() {
        new.errors.retain(|it| !is_folder(it));
    }
    let revisions =
        Revisions { base: args.base.clone(), commit: base.revision().commit().to_owned(), head: args.head.clone() };
    let is_generated = |it: &StackEntry| is_synthesised(it, &new) && !sides.tracks(&it.path);
    let review = Review::of(&old, &new, revisions, &sides.renames()?, is_generated);
    review.errors().iter().for_each(|it| display.complain(&it.to_string()));
    for sink in sinks {
        let style = if sink.file.is_some() { Display::file_style() } else { display.stdout_style() };
        let text = match sink.format {
            Format::Markdown => review_comment(&review),
            Format::Json => review_json(&review)?,
            Format::Github => review_github(&review),
            Format::Sarif => review_sarif(&review)?,
            _ => review_table(&review, display.detail(), style),
        };
        match &sink.file {
            None => out.write_all(text.as_bytes())?,
            Some(path) => output::write_file(path, &text)?,
        }
    }
    let fail_on = args.fail_on.or(prepared.config.fail_on).unwrap_or(FailOn::DEFAULT);
    Ok(ExitCode::from(match review.errors().is_empty() {
        false => FAILED,
        true if fail_on.is_reached(review.worst()) => FINDINGS,
        true => CLEAN,
    }))
}

/// What is reviewed: the arguments, else what the configuration file says, else all that is here.
fn paths(args: &Args) -> Result<Vec<PathBuf>> {
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    let paths = Config::find(Path::new("."))?.paths;
    Ok(if paths.is_empty() { vec![PathBuf::from(".")] } else { paths })
}

/// What the snapshot, or the working tree, is read with: its own configuration and parameter files.
fn prepare(args: &Args, target: &TargetOptions, start: &Path, snapshot: Option<&Snapshot>) -> Result<Prepared> {
    let Some(snapshot) = snapshot else { return Prepared::of(target, Some(&args.stack), start, Config::find(start)?) };
    let place = |path: &Path| Some(snapshot.place(path)).filter(|it| it.exists()).unwrap_or(path.to_owned());
    let placed = snapshot.place(start);
    let nearest = placed.ancestors().find(|it| it.exists()).unwrap_or(snapshot.root());
    let config = match Config::find_where(nearest, |it| it.starts_with(snapshot.root()))? {
        Some(config) => config,
        // A configuration above the repository is no part of its history.
        None => Config::find_where(start, |it| !it.starts_with(snapshot.repository()))?.unwrap_or_default(),
    };
    Prepared::of(target, Some(&args.stack.at(place)), nearest, config)
}

/// Whether the stack comes from a CDK app, directly or through another one.
fn is_synthesised(stack: &StackEntry, report: &Report) -> bool {
    match &stack.origin {
        Origin::Cdk(_) => true,
        Origin::Template => false,
        Origin::Nested(via) => {
            let is_outermost =
                |it: &&StackEntry| matches!((&it.origin, via.first()), (Origin::Cdk(a), Some(b)) if a == b);
            report.stacks.iter().find(is_outermost).is_some()
        }
    }
}

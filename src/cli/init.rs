//! `lscompat init`: a first `lscompat.toml` from what is found in a project.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::check::{Checker, Settings};
use crate::db::{Db, Plan, Word};
use crate::report::Report;
use crate::target::{Project, Source, Target};

use super::config::FILE_NAME;
use super::{CLEAN, output};

/// Most folders that are named one by one.
const MOST_FOLDERS: usize = 8;

/// Options of `init`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder of the project
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Replace an existing lscompat.toml
    #[arg(long)]
    force: bool,
    /// Print the file and write nothing
    #[arg(long, conflicts_with = "force")]
    dry_run: bool,
}

/// Looks at the project, writes the file and tells what was found and what to run next.
///
/// # Errors
/// There is such a file already and it is not to be replaced, or it cannot be written.
pub(super) fn run(args: &Args, db: &Db, out: &mut dyn Write) -> Result<ExitCode> {
    if !args.folder.is_dir() {
        bail!("`{}` is no folder; name the folder of the project", args.folder.display());
    }
    let path = args.folder.join(FILE_NAME);
    let path = path.strip_prefix(".").unwrap_or(&path);
    if path.exists() && !args.force && !args.dry_run {
        bail!(
            "`{}` is there already; `--force` replaces it, `--dry-run` only prints what would be in it",
            path.display()
        );
    }
    let project = Project::read(&args.folder, db);
    let target = Target::layered(db, std::slice::from_ref(&project.layer)).context("the project cannot be read")?;
    let report = Checker::new(db, &target, Settings::default()).check(std::slice::from_ref(&args.folder));
    let folders = folders(&args.folder, &report);
    let text = draft(&project, &target, &folders);
    if args.dry_run {
        out.write_all(text.as_bytes())?;
        return Ok(ExitCode::from(CLEAN));
    }
    output::write_file(path, &text)?;
    writeln!(out, "`{}` is written.\n\nFound:", path.display())?;
    writeln!(out, "  LocalStack {} ({})", target.release_name(), target.plan.word())?;
    for told in target.sources.told() {
        writeln!(out, "    {told}")?;
    }
    writeln!(out, "  {}", templates(&report, &folders))?;
    for note in project.release_notes.iter().chain(&project.notes).chain(&target.notes) {
        writeln!(out, "  note: {note}")?;
    }
    writeln!(out, "\nNext:\n  lscompat check{:15}what fails or differs there", "")?;
    writeln!(out, "  lscompat review --base main{:1}what a branch adds to it", "")?;
    writeln!(out, "  lscompat adapt TEMPLATE{:5}the variant of a template that deploys there", "")?;
    writeln!(out, "  lscompat docs -o FILE.md{:4}the compatibility document", "")?;
    Ok(ExitCode::from(CLEAN))
}

/// The folders below `root` that hold the templates, none of them below another one; none when that is `root` itself.
fn folders(root: &Path, report: &Report) -> BTreeSet<PathBuf> {
    let below = |it: &Path| it.strip_prefix(root).unwrap_or(it).components().collect::<PathBuf>();
    let all: BTreeSet<PathBuf> =
        report.stacks.iter().map(|it| below(&it.path)).filter_map(|it| it.parent().map(Path::to_owned)).collect();
    if all.contains(Path::new("")) {
        return BTreeSet::new();
    }
    let is_outermost = |it: &&PathBuf| !it.ancestors().skip(1).any(|above| all.contains(above));
    let outermost: BTreeSet<PathBuf> = all.iter().filter(is_outermost).cloned().collect();
    if outermost.len() <= MOST_FOLDERS {
        return outermost;
    }
    let first = |it: &PathBuf| it.components().next().map(|it| PathBuf::from(it.as_os_str()));
    outermost.iter().filter_map(first).collect()
}

fn templates(report: &Report, folders: &BTreeSet<PathBuf>) -> String {
    let stacks = report.stacks.len();
    let named: Vec<String> = folders.iter().map(|it| format!("`{}`", slashed(it))).collect();
    match (stacks, named.is_empty()) {
        (0, _) => "no template; `lscompat check` names what it looks for".to_owned(),
        (1, true) => "1 stack".to_owned(),
        (_, true) => format!("{stacks} stacks"),
        (1, false) => format!("1 stack in {}", named.join(", ")),
        (_, false) => format!("{stacks} stacks in {}", named.join(", ")),
    }
}

/// The text of the file.
fn draft(project: &Project, target: &Target, folders: &BTreeSet<PathBuf>) -> String {
    let mut text = String::from("# What lscompat assumes in this project. Options of the command line win over it.\n");
    let sources = &target.sources;
    let mut entry = |source: &Source, is_kept: bool, line: &str| {
        let (why, mark) = match (source, is_kept) {
            (Source::Default, _) => (String::new(), "# "),
            (_, false) => (format!("\n# {source} moves on with every release"), "# "),
            (_, true) => (format!("\n# {source}"), ""),
        };
        let _ = write!(text, "{why}\n{mark}{line}\n");
    };
    entry(&sources.release, !project.moves_on, &format!("release = {}", quoted(&target.release_name())));
    let plans: Vec<&str> = Plan::WORDS.iter().map(|(word, _)| *word).collect();
    entry(&sources.plan, true, &format!("plan = {} # of {}", quoted(target.plan.word()), plans.join(", ")));
    if !folders.is_empty() {
        let all: Vec<String> = folders.iter().map(|it| quoted(&slashed(it))).collect();
        let _ = write!(text, "\n# Where the templates are\npaths = [{}]\n", all.join(", "));
    }
    if !target.config.is_empty() {
        text.push_str("\n[config-vars]\n");
        for (name, value) in &target.config {
            let source = sources.config.get(name).map(|it| format!(" # {it}")).unwrap_or_default();
            let _ = writeln!(text, "{name} = {}{source}", quoted(value));
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn slashed(path: &Path) -> String {
    let parts = path.components().filter(|it| matches!(it, Component::Normal(_) | Component::ParentDir));
    parts.map(|it| it.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

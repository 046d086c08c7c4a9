//! The command line: parses arguments, calls the library, prints. The only place that picks exit codes.

mod adapt;
mod baseline;
mod check;
mod config;
pub mod db;
mod docs;
pub mod explain;
mod init;
mod instance;
mod options;
mod output;
mod prepared;
mod progress;
mod review;
mod shell;
mod surroundings;
mod verify;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstream::AutoStream;
use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

use crate::check::Since;

use config::Config;
use options::{Display, StackOptions, TargetOptions};
use prepared::{Prepared, knowledge};

/// The job was done and nothing at or above `--fail-on` was found.
const CLEAN: u8 = 0;
/// Findings at or above `--fail-on`.
const FINDINGS: u8 = 1;
/// The job could not be done, or not for every file.
const FAILED: u8 = 2;

/// Says before deployment what of a CloudFormation template will not work, or behaves differently, on LocalStack,
/// and what LocalStack accepts but AWS rejects.
#[derive(Debug, Parser)]
#[command(name = "lscompat", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    target: TargetOptions,
    #[command(flatten)]
    display: Display,
}

const EXIT_CODES: &str = "Exit codes: 0 nothing found at or above --fail-on, 1 findings, 2 something could not be read \
                          or done.\nOptions can be kept in lscompat.toml, found upwards from the first path.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Report what of the templates fails or differs on LocalStack, and what fails on AWS
    Check(check::Args),
    /// Write the variant of a template that deploys on LocalStack
    Adapt(adapt::Args),
    /// Write the compatibility document of the templates, or the catalogue of what is known
    Docs(docs::Args),
    /// Tell what a branch adds, worsens and resolves against a git revision
    Review(review::Args),
    /// Write down the findings that are there, so that only others are reported
    Baseline(baseline::Args),
    /// Show everything known about a limitation or a resource type
    Explain(explain::Args),
    /// Maintain the knowledge base and overlays
    Db(db::Args),
    /// Write lscompat.toml from what the project says of its LocalStack and where its templates are
    Init(init::Args),
    /// Print the completions of a shell
    Completions(shell::CompletionsArgs),
    /// Print the manual page, or write the pages of all commands
    Man(shell::ManArgs),
}

/// Runs the program with its arguments, the program's name first; prints, and returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output; a closed pipe is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(FAILED));
        }
    };
    match execute(&cli) {
        Ok(code) => code,
        Err(error) if is_broken_pipe(&error) => ExitCode::from(CLEAN),
        Err(error) => {
            cli.display.complain(&format!("{error:#}"));
            ExitCode::from(FAILED)
        }
    }
}

fn execute(cli: &Cli) -> Result<ExitCode> {
    if let Some(code) = set_up(cli)? {
        return Ok(code);
    }
    let config = Config::find(cli.command.first_path())?;
    let mut prepared = Prepared::of(&cli.target, cli.command.stack(), cli.command.first_path(), config)?;
    prepared.settings.since = cli.command.since();
    prepared.settings.fixes = matches!(&cli.command, Command::Check(args) if args.wants_fixes());
    let checker = prepared.checker();
    let Prepared { config, overlay, db, target, .. } = &prepared;
    let stdout = io::stdout();
    let choice = cli.display.color_of(&stdout);
    let mut out = AutoStream::new(stdout.lock(), choice);
    let code = match &cli.command {
        Command::Adapt(args) => adapt::run(args, config, &checker, &cli.display, &mut out)?,
        Command::Baseline(args) => baseline::run(args, config, &checker, &cli.display, &mut out)?,
        Command::Check(args) => check::run(args, config, &checker, &cli.display, &mut out)?,
        Command::Docs(args) => match args.catalog() {
            Some(folder) => docs::write_catalog(args, folder, db, target, &mut out)?,
            None => docs::run(args, config, &checker, &cli.display, &mut out)?,
        },
        Command::Review(args) => review::run(args, &cli.target, &cli.display, &mut out)?,
        Command::Explain(args) => explain::run(args, db, target, &mut out)?,
        Command::Db(args) => db::run(args, db, target, overlay.as_deref(), &mut out)?,
        Command::Init(_) | Command::Completions(_) | Command::Man(_) => ExitCode::from(CLEAN),
    };
    out.flush()?;
    Ok(code)
}

/// Runs the commands that set lscompat up, which read no configuration file; nothing for the others.
fn set_up(cli: &Cli) -> Result<Option<ExitCode>> {
    let mut out = io::stdout().lock();
    match &cli.command {
        Command::Init(args) => init::run(args, &knowledge(cli.target.db.as_deref())?, &mut out).map(Some),
        Command::Completions(args) => shell::completions(args, Cli::command(), &mut out).map(Some),
        Command::Man(args) => shell::man(args, Cli::command(), &mut out).map(Some),
        _ => Ok(None),
    }
}

impl Command {
    /// What stacks are deployed with, of the commands that read templates.
    fn stack(&self) -> Option<&StackOptions> {
        match self {
            Self::Check(args) => Some(&args.analysis.stack),
            Self::Baseline(args) => Some(&args.analysis.stack),
            Self::Docs(args) => Some(&args.analysis.stack),
            Self::Adapt(args) => Some(&args.stack),
            // Both sides of a review have what they are read with.
            _ => None,
        }
    }

    /// The old version that updates are judged from.
    fn since(&self) -> Option<Since> {
        match self {
            Self::Check(args) => args.analysis.since(),
            Self::Baseline(args) => args.analysis.since(),
            Self::Docs(args) => args.analysis.since(),
            _ => None,
        }
    }

    /// The path from which the configuration file is looked for.
    fn first_path(&self) -> &Path {
        let first = match self {
            Self::Check(args) => args.analysis.paths.first(),
            Self::Baseline(args) => args.analysis.paths.first(),
            Self::Docs(args) => args.analysis.paths.first(),
            Self::Adapt(args) => Some(&args.template),
            Self::Review(args) => args.paths.first(),
            _ => None,
        };
        first.map_or(Path::new("."), PathBuf::as_path)
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let kinds = error.chain().filter_map(|it| it.downcast_ref::<io::Error>()).map(io::Error::kind);
    kinds.into_iter().any(|it| it == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}

//! `lscompat completions` and `lscompat man`: what shells and manuals need to know of the command line.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Command;
use clap_complete::Shell;

use super::CLEAN;

/// Options of `completions`.
#[derive(Debug, clap::Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Options of `man`.
#[derive(Debug, clap::Args)]
pub(super) struct ManArgs {
    /// Write a page for each command to this folder, such as lscompat-check.1
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// Prints the completions.
///
/// # Errors
/// The output cannot be written.
pub(super) fn completions(args: &CompletionsArgs, mut command: Command, out: &mut dyn Write) -> Result<ExitCode> {
    let name = command.get_name().to_owned();
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, name, &mut text);
    out.write_all(&text)?;
    Ok(ExitCode::from(CLEAN))
}

/// Prints the page of the program, or writes one for each command.
///
/// # Errors
/// The output cannot be written, or the folder cannot be made.
pub(super) fn man(args: &ManArgs, command: Command, out: &mut dyn Write) -> Result<ExitCode> {
    let Some(folder) = &args.output else {
        clap_mangen::Man::new(command).render(out)?;
        return Ok(ExitCode::from(CLEAN));
    };
    let cannot = || format!("the pages cannot be written to `{}`", folder.display());
    fs::create_dir_all(folder).with_context(cannot)?;
    clap_mangen::generate_to(command, folder).with_context(cannot)?;
    Ok(ExitCode::from(CLEAN))
}

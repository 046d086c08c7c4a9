//! `lscompat db`: maintain the knowledge base and overlays.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};

use crate::db::{Category, Db, Word};
use crate::report::catalog::{self, Filter};
use crate::target::Target;

use super::verify;

/// Columns where the width of the terminal is not known.
const WIDTH: u16 = 100;

/// Arguments of `lscompat db`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check the entries of a folder, as an overlay on the knowledge in use: form, names, paths and wording
    Lint {
        /// Folder with `limitations/`, `coverage/`, `behaviour/`, `schemas/`, `releases.toml` or `config.toml`; without it, the knowledge in use
        dir: Option<PathBuf>,
    },
    /// List the entries
    List {
        /// Only this category: A, B, C or D
        #[arg(long, value_parser = category)]
        category: Option<Category>,
        /// Only this service, such as `s3`
        #[arg(long)]
        service: Option<String>,
        /// Only what concerns this resource type
        #[arg(long, value_name = "TYPE")]
        resource: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Make the claims of the knowledge base again on a running LocalStack
    ///
    /// Deploys the fixtures of every entry that says what its probe sees, looks, and deletes the stacks. Needs no AWS
    /// credentials and asks nothing but the endpoint. Exit codes: 0 every claim that could be made holds, 1 some no
    /// longer hold, 2 LocalStack does not answer or no claim could be made.
    Verify(verify::Args),
    /// Count what is known
    Stats {
        /// How to print it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// How a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For people
    #[default]
    Table,
    /// For programs
    Json,
}

fn category(text: &str) -> Result<Category, String> {
    Category::from_word(&text.to_ascii_uppercase())
}

/// Runs the command; [`ExitCode`] 1 when `lint` finds a problem or `verify` a claim that no longer holds. `overlay` is the
/// folder that was put over the built-in knowledge.
///
/// # Errors
/// The output cannot be written, or no LocalStack answers to `verify`.
pub fn run(
    args: &Args,
    db: &Db,
    target: &Target,
    overlay: Option<&Path>,
    out: &mut dyn Write,
) -> anyhow::Result<ExitCode> {
    match &args.command {
        Command::Lint { dir } => return lint(dir.as_deref(), db, out),
        Command::List { category, service, resource, format } => {
            let filter =
                Filter { category: *category, service: service.as_deref(), resource_type: resource.as_deref() };
            let entries = catalog::entries(db, filter);
            match format {
                Format::Table => write!(out, "{}", catalog::list_table(&entries, width()))?,
                Format::Json => writeln!(out, "{}", catalog::list_json(&entries)?)?,
            }
        }
        Command::Verify(args) => return verify::run(args, db, target, overlay, out),
        Command::Stats { format } => {
            let stats = catalog::stats(db);
            match format {
                Format::Table => write!(out, "{}", catalog::stats_table(&stats, width()))?,
                Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&stats)?)?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The knowledge in use was checked when it was built or put over; a folder is checked here.
fn lint(dir: Option<&Path>, db: &Db, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let checked = match dir {
        Some(dir) => db.lint(dir).and_then(|()| db.clone().overlay(dir)),
        None => Ok(db.clone()),
    };
    match checked {
        Ok(db) => {
            let (entries, types) = (db.limitations().len(), db.coverage_rows().len());
            writeln!(out, "no problems: {entries} entries, {types} resource types")?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            writeln!(out, "{problems}")?;
            let number = problems.0.len();
            writeln!(out, "{number} {}", if number == 1 { "problem" } else { "problems" })?;
            Ok(ExitCode::FAILURE)
        }
    }
}

pub(super) fn width() -> u16 {
    comfy_table::Table::new().width().unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::target::TargetOptions;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        args: Args,
    }

    fn output(arguments: &[&str]) -> (String, ExitCode) {
        let args = Program::try_parse_from(std::iter::once(&"db").chain(arguments)).unwrap().args;
        let db = Db::from_dir(Path::new("tests/db/small")).unwrap();
        let target = Target::new(&db, &TargetOptions::default()).unwrap();
        let mut out = Vec::new();
        let code = run(&args, &db, &target, None, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), code)
    }

    #[test]
    fn lint_passes_sound_knowledge() {
        assert_eq!(output(&["lint"]), ("no problems: 4 entries, 11 resource types\n".into(), ExitCode::SUCCESS));
        let (text, code) = output(&["lint", "tests/db/overlay"]);
        assert_eq!((text.as_str(), code), ("no problems: 5 entries, 12 resource types\n", ExitCode::SUCCESS));
    }

    #[test]
    fn lint_prints_every_problem_and_fails() {
        let (text, code) = output(&["lint", "tests/db/broken"]);
        assert_eq!(code, ExitCode::FAILURE);
        assert_eq!(
            text,
            "tests/db/broken/limitations/own.toml:4: unknown severity `fatal`; use one of `note`, `warning`, `error`\n\
             tests/db/broken/limitations/own.toml:5: resource type `AWS::S3::Buckett` is in no coverage file; did you mean `AWS::S3::Bucket`?\n\
             tests/db/broken/limitations/own.toml:17: `feature` spells `LocalStack` as `Localstack`\n\
             tests/db/broken/limitations/own.toml:18: `localstack` says `will`; say it in the present tense\n\
             tests/db/broken/limitations/own.toml:19: `aws` is a sentence: end it with a full stop\n\
             tests/db/broken/limitations/own.toml:20: `solution` is an instruction: start it with a capital letter\n\
             tests/db/broken/limitations/own.toml:21: `Tags` of `AWS::S3::Bucket` is a list; write `Tags.*.Key`\n\
             tests/db/broken/limitations/own.toml:22: `url` is read over an open line; write it with `https://`\n\
             tests/db/broken/limitations/own.toml:22: evidence of kind `probe` needs the `date` on which it was seen\n\
             9 problems\n"
        );
    }

    #[test]
    fn lint_fails_on_a_folder_that_is_not_there() {
        let (text, code) = output(&["lint", "tests/db/absent"]);
        assert_eq!((text.as_str(), code), ("tests/db/absent: there is no such folder\n1 problem\n", ExitCode::FAILURE));
    }

    #[test]
    fn list_takes_filters_and_formats() {
        assert!(output(&["list"]).0.ends_with("4 entries\n"));
        let (text, _) = output(&["list", "--category", "d", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json.as_array().unwrap().len(), 1);
        assert_eq!(json[0]["id"], "s3-output");
        assert!(output(&["list", "--resource", "AWS::KMS::Key"]).0.ends_with("1 entry\n"));
        assert!(output(&["list", "--service", "nothing"]).0.ends_with("0 entries\n"));
    }

    #[test]
    fn stats_counts_in_both_formats() {
        assert!(output(&["stats"]).0.contains("Resource types"));
        let json: serde_json::Value = serde_json::from_str(&output(&["stats", "--format", "json"]).0).unwrap();
        assert_eq!(json["limitations"], 4);
        assert_eq!(json["by_category"]["B"], 2);
    }
}

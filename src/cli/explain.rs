//! `lscompat explain`: everything known about one limitation or one resource type.

use std::io::Write;
use std::process::ExitCode;

use clap::ValueEnum;

use crate::db::Db;
use crate::report::explain;
use crate::target::Target;

/// Arguments of `lscompat explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Id of a limitation, or a resource type such as `AWS::S3::Bucket`
    #[arg(value_name = "ID|TYPE")]
    name: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How the explanation is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// Prints the explanation.
///
/// # Errors
/// Nothing is known of the name (the message names similar ones), or the output cannot be written.
pub fn run(args: &Args, db: &Db, target: &Target, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let Some(explained) = explain::find(db, target, &args.name) else {
        anyhow::bail!("{}", unknown(&args.name, db));
    };
    match args.format {
        Format::Text => write!(out, "{}", explain::text(explained, db, target))?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&explain::json(explained, db, target)?)?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(name: &str, db: &Db) -> String {
    let similar: Vec<String> = db.similar(name).into_iter().map(|it| format!("`{it}`")).collect();
    if similar.is_empty() {
        return format!("`{name}` is neither a limitation nor a resource type; `lscompat db list` shows what there is");
    }
    format!("`{name}` is neither a limitation nor a resource type; similar: {}", similar.join(", "))
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

    fn output(arguments: &[&str]) -> anyhow::Result<String> {
        let args = Program::try_parse_from(std::iter::once(&"explain").chain(arguments))?.args;
        let db = Db::from_dir(std::path::Path::new("tests/db/small"))?;
        let target = Target::new(&db, &TargetOptions::default())?;
        let mut out = Vec::new();
        run(&args, &db, &target, &mut out)?;
        Ok(String::from_utf8(out)?)
    }

    #[test]
    fn entries_and_types_are_explained() {
        assert!(output(&["s3-anything"]).unwrap().starts_with("s3-anything\nAnything of S3 · category B · warning\n"));
        assert!(output(&["AWS::S3::Bucket"]).unwrap().starts_with("AWS::S3::Bucket\nOn LocalStack 2026.3 (hobby)"));
        let json: serde_json::Value =
            serde_json::from_str(&output(&["s3-anything", "--format", "json"]).unwrap()).unwrap();
        assert_eq!(json["kind"], "limitation");
    }

    #[test]
    fn findings_of_coverage_are_explained() {
        for rule in crate::analysis::RULES {
            assert!(output(&[rule.id]).unwrap().starts_with(rule.id), "{}", rule.id);
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_similar_ones() {
        assert_eq!(
            output(&["s3-anythin"]).unwrap_err().to_string(),
            "`s3-anythin` is neither a limitation nor a resource type; similar: `s3-anything`"
        );
        assert_eq!(
            output(&["AWS::S3::Buket"]).unwrap_err().to_string(),
            "`AWS::S3::Buket` is neither a limitation nor a resource type; similar: `AWS::S3::Bucket`"
        );
        let message = output(&["zzzzzzzz"]).unwrap_err().to_string();
        assert!(message.ends_with("`lscompat db list` shows what there is"), "{message}");
    }
}

//! Options that several commands share, and the target they name.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use anyhow::anyhow;
use clap::{Args, ValueEnum};

use crate::check::{Checker, Given, Settings, Since, read_given};
use crate::db::{Db, Severity, Word};
use crate::report::{Detail, Report, Selector, Style, select};
use crate::target::{self, Layer, Source, Target, TargetError};

use super::baseline;
use super::config::Config;
use super::progress::Progress;
use super::surroundings::Surroundings;

pub(super) const TARGET: &str = "Target";
const DISPLAY: &str = "Display";
/// The environment that SAM reads when none is named.
const SAM_ENVIRONMENT: &str = "default";
/// Columns of a report that does not go to a terminal.
const PIPE_WIDTH: u16 = 80;

/// Which LocalStack is assumed.
#[derive(Debug, Args)]
#[command(next_help_heading = TARGET)]
pub(super) struct TargetOptions {
    /// LocalStack release, such as 4.14 or 2026.3 [default: the newest one known]
    #[arg(long, global = true, value_name = "RELEASE")]
    release: Option<String>,
    /// LocalStack plan: community, hobby, base, ultimate or enterprise [default: hobby]
    #[arg(long, global = true, value_name = "PLAN")]
    plan: Option<String>,
    /// Region of the deployment [default: us-east-1]
    #[arg(long, global = true, value_name = "REGION")]
    region: Option<String>,
    /// Account of the deployment, twelve digits [default: 000000000000]
    #[arg(long, global = true, value_name = "ID")]
    account_id: Option<String>,
    /// A configuration variable that LocalStack runs with (repeatable)
    #[arg(long = "config-var", global = true, value_name = "NAME=VALUE")]
    config_vars: Vec<String>,
    /// A folder of TOML files put over the built-in knowledge base
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) db: Option<PathBuf>,
}

/// How much is printed, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = DISPLAY)]
pub(super) struct Display {
    /// Print verdicts and totals only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Print every finding with its code and evidence
    #[arg(long, short, global = true)]
    verbose: bool,
    /// Colour the output; auto colours terminals unless NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

/// What is analysed and which findings count.
#[derive(Debug, Args)]
pub(super) struct AnalysisOptions {
    /// Template files, or folders to search [default: the paths of lscompat.toml, else .]
    #[arg(value_name = "PATHS")]
    pub(super) paths: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) stack: StackOptions,
    /// Tell what an update from an old version does: a file, or a git revision of the templates
    #[arg(long, value_name = "FILE_OR_REV")]
    since: Option<String>,
}

/// What a stack is deployed with, and which findings of it count.
#[derive(Debug, Clone, Args)]
pub(super) struct StackOptions {
    #[command(flatten)]
    pub(super) surroundings: Surroundings,
    /// A template parameter's value (repeatable)
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parse_pair)]
    parameters: Vec<(String, String)>,
    /// A file of parameter values: JSON as the AWS CLI or CodePipeline take it, a map in YAML or JSON, or SAM's
    /// samconfig.toml (repeatable; a later file wins, --parameter wins over all)
    #[arg(long = "parameters-file", value_name = "FILE")]
    parameters_files: Vec<PathBuf>,
    /// The environment that is read from samconfig.toml [default: default]
    #[arg(long, value_name = "NAME")]
    config_env: Option<String>,
    /// The name of the stack [default: not known]
    #[arg(long, value_name = "NAME")]
    stack_name: Option<String>,
    /// Take parameters that are not given for unknown, even those with a default, to judge every environment at once
    #[arg(long)]
    assume_unknown: bool,
    /// Report only these: finding ids, categories A to D, `fails-on=aws|localstack|none` (comma-separated)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    select: Vec<Selector>,
    /// Leave these out of the report
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    ignore: Vec<Selector>,
}

/// The severity from which findings make the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FailOn(Option<Severity>);

impl TargetOptions {
    /// The region that is asked for.
    fn region<'a>(&'a self, given: &'a Given, config: &'a Config) -> Option<&'a str> {
        self.region.as_deref().or(given.region.as_deref()).or(config.region.as_deref())
    }

    /// The target: flags first, then the parameter files (`given`), then the configuration file, then `others`, then
    /// defaults.
    ///
    /// # Errors
    /// What is asked for is no target.
    pub(super) fn resolve(
        &self,
        given: &Given,
        config: &Config,
        others: &[Layer],
        db: &Db,
    ) -> Result<Target, TargetError> {
        let mut layers = vec![self.layer()?, region_of(given), config.layer()];
        layers.extend_from_slice(others);
        Target::layered(db, &layers)
    }

    fn layer(&self) -> Result<Layer, TargetError> {
        let option = |value: &Option<String>, name| value.clone().map(|it| (it, Source::Option(name)));
        let mut config = BTreeMap::new();
        for text in &self.config_vars {
            let (name, value) = target::setting(text)?;
            config.insert(name, (value, Source::Option("--config-var")));
        }
        Ok(Layer {
            release: option(&self.release, "--release"),
            plan: option(&self.plan, "--plan"),
            region: option(&self.region, "--region"),
            account_id: option(&self.account_id, "--account-id"),
            config,
            is_found: false,
        })
    }
}

/// The region that the parameter files name.
fn region_of(given: &Given) -> Layer {
    Layer { region: given.region.clone().map(|it| (it, Source::ParametersFile)), ..Layer::default() }
}

impl StackOptions {
    /// The same with its files where `place` says.
    pub(super) fn at(&self, place: impl Fn(&Path) -> PathBuf) -> Self {
        let parameters_files = self.parameters_files.iter().map(|it| place(it)).collect();
        Self { parameters_files, ..self.clone() }
    }

    /// What the parameter files say, a later one over an earlier one.
    ///
    /// # Errors
    /// One of them cannot be read.
    pub(super) fn given(&self, config: &Config) -> anyhow::Result<Given> {
        let environment = self.config_env.as_deref().or(config.config_env.as_deref()).unwrap_or(SAM_ENVIRONMENT);
        let files = if self.parameters_files.is_empty() { &config.parameters_files } else { &self.parameters_files };
        let mut all = Given::default();
        for file in files {
            let given = read_given(file, environment).map_err(|it| anyhow!("{it}"))?;
            all.kept.retain(|it| !given.parameters.contains_key(it));
            all.parameters.retain(|it, _| !given.kept.contains(it));
            all.parameters.extend(given.parameters);
            all.kept.extend(given.kept);
            all.region = given.region.or(all.region);
            all.stack_name = given.stack_name.or(all.stack_name);
        }
        Ok(all)
    }

    /// What the user says about the deployment: flags first, then the parameter files, then the configuration file.
    pub(super) fn settings(&self, given: &Given, config: &Config, target: &TargetOptions) -> Settings {
        let mut parameters = config.parameters.clone();
        parameters.retain(|it, _| !given.kept.contains(it));
        parameters.extend(given.parameters.clone());
        parameters.extend(self.parameters.iter().cloned());
        let name = self.stack_name.as_ref().or(given.stack_name.as_ref()).or(config.stack_name.as_ref());
        Settings {
            kept_parameters: given.kept.iter().filter(|it| !parameters.contains_key(*it)).cloned().collect(),
            parameters,
            assume_unknown: self.assume_unknown || config.assume_unknown,
            stack_name: name.cloned(),
            since: None,
            fixes: false,
            is_region_given: target.region(given, config).is_some(),
            is_account_given: target.account_id.is_some() || config.account_id.is_some(),
        }
    }

    /// The findings that are asked for (all when empty), and those that are not: flags before the configuration file.
    pub(super) fn selectors(&self, config: &Config) -> (Vec<Selector>, Vec<Selector>) {
        let given =
            |flags: &[Selector], file: &[Selector]| if flags.is_empty() { file.to_vec() } else { flags.to_vec() };
        (given(&self.select, &config.select), given(&self.ignore, &config.ignore))
    }
}

impl AnalysisOptions {
    /// The old version that updates are judged from.
    pub(super) fn since(&self) -> Option<Since> {
        self.since.as_deref().map(since)
    }

    /// What is to be checked: the arguments, else what the configuration file says, else all that is here.
    pub(super) fn paths(&self, config: &Config) -> Vec<PathBuf> {
        let given = [&self.paths, &config.paths].into_iter().find(|it| !it.is_empty());
        given.cloned().unwrap_or_else(|| vec![PathBuf::from(".")])
    }

    /// The report on the paths, without the findings that `baseline` knows or that are not asked for; errors are
    /// complained about.
    ///
    /// # Errors
    /// There is no `baseline`.
    pub(super) fn report(
        &self,
        checker: &Checker<'_>,
        config: &Config,
        baseline: Option<&Path>,
        display: &Display,
    ) -> anyhow::Result<Report> {
        let (selected, ignored) = self.stack.selectors(config);
        let mut report = display.check(checker, &self.paths(config));
        if let Some(path) = baseline {
            baseline::apply(path, &mut report)?;
        }
        select(&mut report, &selected, &ignored);
        report.errors.iter().for_each(|it| display.complain(&it.to_string()));
        Ok(report)
    }
}

impl Display {
    /// How much of a table is printed.
    pub(super) fn detail(&self) -> Detail {
        match (self.quiet, self.verbose) {
            (true, _) => Detail::Quiet,
            (_, true) => Detail::Verbose,
            _ => Detail::Normal,
        }
    }

    /// The report on `paths`; whoever waits for it is told how far it is.
    pub(super) fn check(&self, checker: &Checker<'_>, paths: &[PathBuf]) -> Report {
        let progress = Progress::new(!self.quiet);
        checker.check_watched(paths, &|it| progress.show(it))
    }

    /// Whether `stream` gets colours.
    pub(super) fn color_of(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            Color::Auto => AutoStream::choice(stream),
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
    }

    /// How a table is printed on standard output.
    pub(super) fn stdout_style(&self) -> Style {
        let stdout = io::stdout();
        let is_terminal = stdout.is_terminal();
        let width = terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| width.0);
        let color = self.color_of(&stdout) != ColorChoice::Never;
        // A terminal without colours has no links either; one that only lacks links passes over them.
        Style { color, width: width.unwrap_or(PIPE_WIDTH), links: color && is_terminal }
    }

    /// How a table is written to a file.
    pub(super) fn file_style() -> Style {
        Style { color: false, width: PIPE_WIDTH, links: false }
    }

    /// Prints a text on standard error, unless only results are asked for.
    pub(super) fn tell(&self, text: &str) {
        if !self.quiet {
            self.prompt(text);
        }
    }

    /// Prints a text on standard error that waits for an answer.
    pub(super) fn prompt(&self, text: &str) {
        let stderr = io::stderr();
        let mut stream = AutoStream::new(stderr.lock(), self.color_of(&stderr));
        // Nobody is left to be told when standard error is closed.
        let _ = write!(stream, "{text}").and_then(|()| stream.flush());
    }

    /// Prints an error on standard error.
    pub(super) fn complain(&self, message: &str) {
        let stderr = io::stderr();
        let mut stream = AutoStream::new(stderr.lock(), self.color_of(&stderr));
        let style = anstyle::AnsiColor::Red.on_default().bold();
        // Nobody is left to be told when standard error is closed.
        let _ = writeln!(stream, "{style}error{style:#}: {message}");
    }
}

impl FailOn {
    /// Errors, when nothing else is said.
    pub(super) const DEFAULT: Self = Self(Some(Severity::Error));

    /// Reads `error`, `warning`, `note` or `never`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "never" { Ok(Self(None)) } else { Severity::from_word(text).map(|it| Self(Some(it))) }
    }

    /// Whether a report whose worst finding is `worst` fails.
    pub(super) fn is_reached(self, worst: Option<Severity>) -> bool {
        self.0.zip(worst).is_some_and(|(threshold, worst)| worst >= threshold)
    }
}

/// A file that is there, else a revision.
fn since(text: &str) -> Since {
    let path = PathBuf::from(text);
    if path.is_file() { Since::File(path) } else { Since::Revision(text.to_owned()) }
}

fn parse_pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as `NAME=VALUE`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_counts_what_is_as_severe() {
        let on = |text| FailOn::parse(text).unwrap();
        assert!(on("warning").is_reached(Some(Severity::Error)));
        assert!(on("warning").is_reached(Some(Severity::Warning)));
        assert!(!on("warning").is_reached(Some(Severity::Note)));
        assert!(!on("never").is_reached(Some(Severity::Error)));
        assert!(!on("note").is_reached(None));
        assert!(FailOn::parse("fatal").is_err());
    }

    #[test]
    fn a_pair_keeps_further_equals_signs() {
        assert_eq!(parse_pair("A=b=c"), Ok(("A".into(), "b=c".into())));
        assert_eq!(parse_pair("A="), Ok(("A".into(), String::new())));
        assert!(parse_pair("=b").is_err());
        assert!(parse_pair("A").is_err());
    }
}

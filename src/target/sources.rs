//! Where the values of a target come from, so that a report can say it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// Who gave a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// Nobody: it is the default.
    #[default]
    Default,
    /// An option of the command line, such as `--release`, or the caller of the library.
    Option(&'static str),
    /// A file of parameters, such as `samconfig.toml`.
    ParametersFile,
    /// The configuration file of lscompat.
    Config(PathBuf),
    /// The LocalStack that runs at this address.
    Endpoint(String),
    /// A file of the project that says how LocalStack is run.
    Project(Place),
}

/// A place in a file of the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file, from the project's folder.
    pub path: PathBuf,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is read there, such as `image localstack/localstack:4.14`.
    pub what: String,
}

/// Who gave each value of a target.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// Of the release.
    pub release: Source,
    /// Of the plan.
    pub plan: Source,
    /// Of the region.
    pub region: Source,
    /// Of the account.
    pub account_id: Source,
    /// Of the configuration variables that the target keeps, by name.
    pub config: BTreeMap<String, Source>,
}

impl Source {
    /// What programs call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Option(_) => "option",
            Self::ParametersFile => "parameters-file",
            Self::Config(_) => "config",
            Self::Endpoint(_) => "endpoint",
            Self::Project(_) => "project",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Option(name) => f.write_str(name),
            Self::ParametersFile => f.write_str("parameters file"),
            Self::Config(path) => write!(f, "{}", path.display()),
            Self::Endpoint(url) => write!(f, "{url}"),
            Self::Project(place) => write!(f, "{place}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if self.what.is_empty() { Ok(()) } else { write!(f, " ({})", self.what) }
    }
}

impl Sources {
    /// Each source with the names of the values it gave, in the order of the fields.
    pub fn by_source(&self) -> Vec<(&Source, Vec<&str>)> {
        let fixed =
            [("release", &self.release), ("plan", &self.plan), ("region", &self.region), ("account", &self.account_id)];
        let all = fixed.into_iter().chain(self.config.iter().map(|(name, it)| (name.as_str(), it)));
        let mut groups: Vec<(&Source, Vec<&str>)> = Vec::new();
        for (name, source) in all {
            match groups.iter_mut().find(|(it, _)| *it == source) {
                Some((_, names)) => names.push(name),
                None => groups.push((source, vec![name])),
            }
        }
        groups
    }

    /// A text for each source: `release and plan: compose.yaml:3 (image ..)`, `region and account: default`.
    pub fn told(&self) -> Vec<String> {
        let groups = self.by_source();
        if let [(source, _)] = groups.as_slice() {
            return vec![format!("all values: {source}")];
        }
        groups.iter().map(|(source, names)| format!("{}: {source}", listed(names))).collect()
    }

    /// The same in one line.
    pub fn line(&self) -> String {
        self.told().join(" · ")
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_source_are_told_together() {
        let image = Source::Project(Place {
            path: "compose.yaml".into(),
            line: Some(3),
            what: "image localstack/localstack:4.14".into(),
        });
        let sources = Sources {
            release: image.clone(),
            plan: image,
            config: [("ENFORCE_IAM".to_owned(), Source::Option("--config-var"))].into(),
            ..Sources::default()
        };
        assert_eq!(
            sources.line(),
            "release and plan: compose.yaml:3 (image localstack/localstack:4.14) · region and account: default · \
             ENFORCE_IAM: --config-var"
        );
        assert_eq!(Sources::default().line(), "all values: default");
        assert_eq!(listed(&["a", "b", "c"]), "a, b and c");
    }
}

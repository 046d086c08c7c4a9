//! `lscompat.toml`: options that a project keeps. Flags win over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::report::Selector;
use crate::source::SourceFile;
use crate::target::{Layer, Source};

use super::options::FailOn;

pub(super) const FILE_NAME: &str = "lscompat.toml";

/// The file's content; empty without a file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Config {
    pub(super) release: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) region: Option<String>,
    pub(super) account_id: Option<String>,
    pub(super) config_vars: BTreeMap<String, String>,
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) parameters_files: Vec<PathBuf>,
    pub(super) config_env: Option<String>,
    pub(super) stack_name: Option<String>,
    pub(super) assume_unknown: bool,
    #[serde(deserialize_with = "fail_on")]
    pub(super) fail_on: Option<FailOn>,
    #[serde(deserialize_with = "selectors")]
    pub(super) select: Vec<Selector>,
    #[serde(deserialize_with = "selectors")]
    pub(super) ignore: Vec<Selector>,
    pub(super) db: Option<PathBuf>,
    pub(super) baseline: Option<PathBuf>,
    pub(super) project_target: Option<bool>,
    pub(super) paths: Vec<PathBuf>,
    /// The file itself, as it is shown.
    #[serde(skip)]
    path: PathBuf,
}

impl Config {
    /// The configuration that holds for `path`: of the nearest folder above it (or itself) that has one.
    ///
    /// # Errors
    /// The file cannot be read, is not TOML, or says something that is not an option.
    pub(super) fn find(path: &Path) -> Result<Self> {
        Ok(Self::find_where(path, |_| true)?.unwrap_or_default())
    }

    /// The same, of the folders that are wanted; nothing where none of them has one.
    ///
    /// # Errors
    /// As for [`Config::find`].
    pub(super) fn find_where(path: &Path, is_wanted: impl Fn(&Path) -> bool) -> Result<Option<Self>> {
        // A path that does not exist is reported as such later on.
        let Ok(start) = std::fs::canonicalize(path) else { return Ok(None) };
        let files = start.ancestors().filter(|it| is_wanted(it)).map(|it| it.join(FILE_NAME));
        let Some(file) = files.into_iter().find(|it| it.is_file()) else { return Ok(None) };
        let text = std::fs::read_to_string(&file).with_context(|| format!("`{}` cannot be read", file.display()))?;
        let mut config = Self::parse(&file, &text)?;
        let folder = file.with_file_name("");
        config.db = config.db.map(|it| folder.join(it));
        config.parameters_files.iter_mut().for_each(|it| *it = folder.join(&*it));
        config.baseline = config.baseline.map(|it| shown(&folder.join(it)));
        config.paths.iter_mut().for_each(|it| *it = shown(&folder.join(&*it)));
        config.path = shown(&file);
        Ok(Some(config))
    }

    /// What the file says of the target.
    pub(super) fn layer(&self) -> Layer {
        let own = |it: &String| (it.clone(), Source::Config(self.path.clone()));
        Layer {
            release: self.release.as_ref().map(own),
            plan: self.plan.as_ref().map(own),
            region: self.region.as_ref().map(own),
            account_id: self.account_id.as_ref().map(own),
            config: self.config_vars.iter().map(|(name, it)| (name.clone(), own(it))).collect(),
            is_found: false,
        }
    }

    pub(super) fn parse(file: &Path, text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| {
            let place = error.span().map(|it| SourceFile::new(file, text).position(it.start));
            let place = place.map(|it| format!("{}:{}:", it.line, it.column)).unwrap_or_default();
            anyhow!("{}:{place} {}", file.display(), error.message())
        })
    }
}

/// The path from the working folder where the file is below it, else from the root.
fn shown(file: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    file.strip_prefix(&here).unwrap_or(file).to_owned()
}

fn fail_on<'de, D: Deserializer<'de>>(value: D) -> Result<Option<FailOn>, D::Error> {
    let text = String::deserialize(value)?;
    FailOn::parse(&text).map(Some).map_err(D::Error::custom)
}

fn selectors<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<Selector>, D::Error> {
    let texts = Vec::<String>::deserialize(value)?;
    texts.iter().map(|it| it.parse().map_err(D::Error::custom)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config> {
        Config::parse(Path::new("lscompat.toml"), text)
    }

    #[test]
    fn every_option_is_read() {
        let text = "release = '2026.03'\nplan = 'base'\nregion = 'eu-west-1'\naccount-id = '111122223333'\n\
                    fail-on = 'warning'\nselect = ['A']\nignore = ['fails-on=aws']\ndb = 'kb'\nbaseline = 'b.json'\n\
                    parameters-files = ['dev.json']\nconfig-env = 'dev'\nstack-name = 'app'\nassume-unknown = true\n\
                    [config-vars]\nENFORCE_IAM = '1'\n[parameters]\nStage = 'dev'\n";
        let config = parse(text).unwrap();
        assert_eq!(config.release, Some("2026.03".into()));
        assert_eq!(config.plan.as_deref(), Some("base"));
        assert_eq!(config.config_vars["ENFORCE_IAM"], "1");
        assert_eq!(config.parameters["Stage"], "dev");
        assert_eq!(config.ignore.len(), 1);
        assert_eq!(config.baseline, Some("b.json".into()));
        assert_eq!(config.parameters_files, [PathBuf::from("dev.json")]);
        assert_eq!((config.config_env.as_deref(), config.stack_name.as_deref()), (Some("dev"), Some("app")));
        assert!(config.assume_unknown);
    }

    #[test]
    fn a_mistake_names_its_line() {
        let unknown = parse("plan = 'base'\nplane = 'x'\n").unwrap_err().to_string();
        assert!(unknown.starts_with("lscompat.toml:2:1: unknown field `plane`"), "{unknown}");
        let wrong = parse("\nfail-on = 'gold'\n").unwrap_err().to_string();
        assert!(wrong.starts_with("lscompat.toml:2:11: unknown severity `gold`"), "{wrong}");
    }

    #[test]
    fn the_nearest_file_upwards_holds() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(folder.path().join(FILE_NAME), "plan = 'base'\ndb = 'kb'\n").unwrap();
        std::fs::write(inner.join("t.yaml"), "").unwrap();
        let config = Config::find(&inner.join("t.yaml")).unwrap();
        assert_eq!(config.plan.as_deref(), Some("base"));
        assert!(config.db.unwrap().is_absolute());
        std::fs::write(folder.path().join("a").join(FILE_NAME), "plan = 'ultimate'\n").unwrap();
        assert_eq!(Config::find(&inner).unwrap().plan, Some("ultimate".into()));
    }
}

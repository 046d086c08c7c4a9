//! The templates that entries are proved with: text only, never parsed here.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::release::parse_release;
use super::words::Word;
use super::{Applies, Deploy, Plan};

/// Endings of a fixture's file name.
const EXTENSIONS: [&str; 2] = ["yaml", "json"];

/// The fixtures of entries, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fixtures(BTreeMap<String, BTreeMap<Deploy, Fixture>>);

/// One template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixture {
    /// Its file's name, such as `bad.yaml`.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Fixtures {
    /// The fixtures in a folder that has one folder for each id, as `tests/limitations`; none when it is not there.
    ///
    /// # Errors
    /// A folder or file cannot be read.
    pub fn read(dir: &Path) -> io::Result<Self> {
        let mut all = BTreeMap::new();
        if !dir.is_dir() {
            return Ok(Self(all));
        }
        for entry in fs::read_dir(dir)? {
            let folder = entry?.path();
            let Some(id) = folder.file_name().and_then(|it| it.to_str()).filter(|_| folder.is_dir()) else { continue };
            let mut own = BTreeMap::new();
            for deploy in [Deploy::Bad, Deploy::Good, Deploy::Update] {
                if let Some(fixture) = fixture(&folder, deploy.stem())? {
                    own.insert(deploy, fixture);
                }
            }
            all.insert(id.to_owned(), own);
        }
        Ok(Self(all))
    }

    /// These fixtures with those of `other` put over them, entry by entry.
    pub fn overlay(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// A fixture of an entry.
    pub fn get(&self, id: &str, deploy: Deploy) -> Option<&Fixture> {
        self.0.get(id)?.get(&deploy)
    }
}

impl Fixture {
    /// The LocalStack that its first line asks for, `# target: --plan base --config-var NAME=VALUE`; any, without one.
    pub fn applies(&self) -> Applies {
        let mut applies = Applies::default();
        for (option, value) in self.options() {
            match option {
                "--release" => applies.releases = parse_release(value).ok().map(|it| format!("={it}")),
                "--plan" => applies.plans.extend(Plan::from_word(value)),
                "--config-var" => applies.config.extend(pair(value)),
                _ => {}
            }
        }
        applies
    }

    /// The values that its first line gives to parameters.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.options().filter(|(option, _)| *option == "--parameter").filter_map(|(_, value)| pair(value)).collect()
    }

    /// The options of its first line with their values.
    pub fn options(&self) -> impl Iterator<Item = (&str, &str)> {
        let first = self.text.lines().next().unwrap_or_default();
        let words: Vec<&str> = first.strip_prefix("# target:").unwrap_or_default().split_whitespace().collect();
        let pairs: Vec<(&str, &str)> =
            words.chunks_exact(2).filter_map(|it| Some((*it.first()?, *it.last()?))).collect();
        pairs.into_iter()
    }
}

impl Deploy {
    /// The file's name without its ending.
    fn stem(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Good => "good",
            Self::Update => "update",
        }
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn fixture(folder: &Path, stem: &str) -> io::Result<Option<Fixture>> {
    for extension in EXTENSIONS {
        let name = format!("{stem}.{extension}");
        let path = folder.join(&name);
        if path.is_file() {
            return Ok(Some(Fixture { name, text: fs::read_to_string(path)? }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn fixtures_are_found_by_entry_and_role() {
        let dir =
            folder(&[("a-b/bad.yaml", "one"), ("a-b/good.json", "two"), ("a-b/unknown.yaml", "-"), ("x.txt", "-")]);
        let fixtures = Fixtures::read(dir.path()).unwrap();
        assert_eq!(fixtures.get("a-b", Deploy::Bad).unwrap().text, "one");
        assert_eq!(fixtures.get("a-b", Deploy::Good).unwrap().name, "good.json");
        assert_eq!(fixtures.get("a-b", Deploy::Update), None);
        assert_eq!(fixtures.get("x", Deploy::Bad), None);
    }

    #[test]
    fn an_overlay_replaces_the_fixtures_of_an_entry_as_a_whole() {
        let mut fixtures = Fixtures::read(folder(&[("a-b/bad.yaml", "old"), ("a-b/good.yaml", "old")]).path()).unwrap();
        fixtures.overlay(Fixtures::read(folder(&[("a-b/bad.yaml", "new"), ("c-d/bad.yaml", "more")]).path()).unwrap());
        assert_eq!(fixtures.get("a-b", Deploy::Bad).unwrap().text, "new");
        assert_eq!(fixtures.get("a-b", Deploy::Good), None);
        assert!(fixtures.get("c-d", Deploy::Bad).is_some());
    }

    #[test]
    fn the_first_line_names_a_target() {
        let text = "# target: --plan base --config-var A=1 --release 4.14 --parameter P=x=y\nResources: {}\n";
        let fixture = Fixture { name: "bad.yaml".into(), text: text.into() };
        let expected = Applies {
            releases: Some("=4.14.0".into()),
            plans: vec![Plan::Base],
            config: vec![("A".into(), "1".into())],
        };
        assert_eq!(fixture.applies(), expected);
        assert_eq!(fixture.parameters(), [("P".to_owned(), "x=y".to_owned())]);
        assert_eq!(Fixture { text: "Resources: {}".into(), ..fixture }.applies(), Applies::default());
    }

    #[test]
    fn a_folder_that_is_not_there_holds_none() {
        assert_eq!(Fixtures::read(Path::new("tests/absent")).unwrap(), Fixtures::default());
    }

    #[test]
    fn the_embedded_fixtures_are_those_of_the_repository() {
        assert_eq!(Fixtures::embedded().unwrap(), Fixtures::read(Path::new("tests/limitations")).unwrap());
    }
}

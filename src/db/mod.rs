//! The knowledge base: loaded, validated, indexed.
//!
//! Knowledge is TOML below `compat-db/`. `build.rs` validates it and embeds it as one postcard blob, so that
//! starting the program parses no TOML; `--db` overlays go through the same code at run time. Never judges a stack.

mod aws;
mod behaviour;
mod entry;
mod fixtures;
mod knowledge;
mod literal;
mod observation;
mod path;
mod predicate;
mod problem;
mod read;
mod release;
mod schema;
mod similar;
mod words;

pub use aws::*;
pub use behaviour::{Equivalent, Ignored, Instead, Purpose, UpdateEffect, UpdateRule};
pub use entry::*;
pub use fixtures::{Fixture, Fixtures};
pub use knowledge::Knowledge;
pub use observation::*;
pub use predicate::*;
pub use problem::{Problem, Problems};
pub use release::{display_release, in_range, parse_release, parse_requirement};
pub use schema::{Schemas, TypeSchema, UnpackError};
pub(crate) use similar::closest;
pub use words::Word;

use std::collections::BTreeMap;
use std::path::Path as FilePath;

use semver::Version;

static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/compat-db.postcard"));
/// Apart, so that only who deploys fixtures decodes them.
static EMBEDDED_FIXTURES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/fixtures.postcard"));

/// Apart and packed: only checks of properties need it.
static EMBEDDED_SCHEMAS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/schemas.packed"));

/// Why the embedded knowledge cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the embedded knowledge base cannot be decoded; build the program again")]
pub struct DbError(#[from] postcard::Error);

/// A knowledge base, indexed.
#[derive(Debug, Clone)]
pub struct Db {
    knowledge: Knowledge,
    /// Indices of the entries that name a type or pseudo subject.
    by_type: BTreeMap<String, Vec<usize>>,
    /// The same for names that end in `*`, without it.
    by_prefix: BTreeMap<String, Vec<usize>>,
}

impl Db {
    /// The knowledge that the program was built with.
    ///
    /// # Errors
    /// The embedded bytes do not decode: the build is broken.
    pub fn embedded() -> Result<Db, DbError> {
        Ok(Db::new(postcard::from_bytes(EMBEDDED)?))
    }

    /// The knowledge in a folder of TOML files.
    ///
    /// # Errors
    /// Every problem of the folder.
    pub fn from_dir(dir: &FilePath) -> Result<Db, Problems> {
        Ok(Db::new(read::read(dir, &Knowledge::default(), None)?))
    }

    /// An indexed knowledge base. Sorts what has to be sorted.
    pub fn new(mut knowledge: Knowledge) -> Db {
        knowledge.coverage.sort_by(|a, b| a.resource_type.cmp(&b.resource_type));
        knowledge.limitations.sort_by(|a, b| a.id.cmp(&b.id));
        knowledge.namings.sort_by(|a, b| a.resource_type.cmp(&b.resource_type));
        knowledge.policies.sort_by(|a, b| a.name.cmp(&b.name));
        knowledge.variables.sort_by(|a, b| a.name.cmp(&b.name));
        knowledge.needs.sort_by(|a, b| a.name.cmp(&b.name));
        knowledge.services.sort_by(|a, b| a.name.cmp(&b.name));
        let mut by_type: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_prefix: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, entry) in knowledge.limitations.iter().enumerate() {
            for name in &entry.resources {
                match name.strip_suffix('*') {
                    Some(prefix) => by_prefix.entry(prefix.to_owned()).or_default().push(index),
                    None => by_type.entry(name.clone()).or_default().push(index),
                }
            }
        }
        Db { knowledge, by_type, by_prefix }
    }

    /// This knowledge with a folder of TOML files put over it: what has the same id, type, name or version is replaced,
    /// the rest added.
    ///
    /// # Errors
    /// Every problem of the folder.
    pub fn overlay(mut self, dir: &FilePath) -> Result<Db, Problems> {
        let over = read::read(dir, &self.knowledge, None)?;
        self.knowledge.overlay(over);
        Ok(Db::new(self.knowledge))
    }

    /// Checks a folder of TOML files as an overlay on this knowledge, and more strictly than [`Db::overlay`]: whether
    /// its paths and attributes exist in the schemas of resource types, and how its texts are worded.
    ///
    /// # Errors
    /// Every problem of the folder.
    pub fn lint(&self, dir: &FilePath) -> Result<(), Problems> {
        let mut schemas = Schemas::embedded().map_err(|error| {
            Problems(vec![Problem { file: dir.to_owned(), line: None, message: error.to_string() }])
        })?;
        schemas.overlay(read::read_schemas(dir)?);
        read::read(dir, &self.knowledge, Some(&schemas)).map(drop)
    }

    /// Every entry, by id.
    pub fn limitations(&self) -> &[Limitation] {
        &self.knowledge.limitations
    }

    /// The entry of an id.
    pub fn limitation(&self, id: &str) -> Option<&Limitation> {
        find(&self.knowledge.limitations, id, |it| &it.id)
    }

    /// The entries that name a resource type or pseudo subject, be it through `AWS::S3::*` or `*`; by id, each once.
    /// `*` means every resource type and no pseudo subject.
    pub fn limitations_for(&self, resource_type: &str) -> impl Iterator<Item = &Limitation> {
        let mut indices = self.by_type.get(resource_type).cloned().unwrap_or_default();
        if !is_pseudo_subject(resource_type) {
            let ends = resource_type.match_indices("::").map(|(at, separator)| at + separator.len());
            for prefix in std::iter::once(0).chain(ends).filter_map(|end| resource_type.get(..end)) {
                indices.extend(self.by_prefix.get(prefix).into_iter().flatten());
            }
        }
        indices.sort_unstable();
        indices.dedup();
        indices.into_iter().filter_map(|it| self.knowledge.limitations.get(it))
    }

    /// What is known of a resource type; `None` for a type that AWS does not have.
    pub fn coverage(&self, resource_type: &str) -> Option<&Coverage> {
        find(&self.knowledge.coverage, resource_type, |it| &it.resource_type)
    }

    /// Every resource type, by name.
    pub fn coverage_rows(&self) -> &[Coverage] {
        &self.knowledge.coverage
    }

    /// Every release, oldest first.
    pub fn releases(&self) -> &[Release] {
        &self.knowledge.releases
    }

    /// The newest release whose coverage is known; `None` for a knowledge base without any.
    pub fn newest_covered(&self) -> Option<Version> {
        self.covered().last()
    }

    /// The releases whose coverage is known, oldest first.
    pub fn covered(&self) -> impl DoubleEndedIterator<Item = Version> {
        self.releases().iter().filter(|it| it.covered).filter_map(|it| Version::parse(&it.version).ok())
    }

    /// Every configuration variable, by name.
    pub fn variables(&self) -> &[Variable] {
        &self.knowledge.variables
    }

    /// The configuration variable of a name.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        find(&self.knowledge.variables, name, |it| &it.name)
    }

    /// How the service of a name is called.
    pub fn service(&self, name: &str) -> Option<&Service> {
        find(&self.knowledge.services, name, |it| &it.name)
    }

    /// How AWS names the resources of a type.
    pub fn naming(&self, resource_type: &str) -> Option<&Naming> {
        find(&self.knowledge.namings, resource_type, |it| &it.resource_type)
    }

    /// The AWS managed policy with this path and name.
    pub fn managed_policy(&self, name: &str) -> Option<&ManagedPolicy> {
        find(&self.knowledge.policies, name, |it| &it.name)
    }

    /// What LocalStack needs beside itself, by name.
    pub fn needs(&self) -> &[Need] {
        &self.knowledge.needs
    }

    /// Ids and resource types that look like `name`, closest first, at most five.
    pub fn similar(&self, name: &str) -> Vec<&str> {
        let ids = self.limitations().iter().map(|it| it.id.as_str());
        let types = self.coverage_rows().iter().map(|it| it.resource_type.as_str());
        similar::closest(name, ids.chain(types))
    }
}

impl Schemas {
    /// The schemas that the program was built with. Unpacking them takes some milliseconds.
    ///
    /// # Errors
    /// The embedded bytes cannot be unpacked: the build is broken.
    pub fn embedded() -> Result<Schemas, UnpackError> {
        Schemas::unpack(EMBEDDED_SCHEMAS)
    }
}

impl Fixtures {
    /// The fixtures that the program was built with.
    ///
    /// # Errors
    /// The embedded bytes do not decode: the build is broken.
    pub fn embedded() -> Result<Fixtures, DbError> {
        Ok(postcard::from_bytes(EMBEDDED_FIXTURES)?)
    }
}

/// Whether a name in [`Limitation::resources`] is a part of the template instead of a resource type.
fn is_pseudo_subject(name: &str) -> bool {
    name == "Template" || name.starts_with("Template::")
}

fn find<'k, T>(sorted: &'k [T], key: &str, name: impl Fn(&T) -> &String) -> Option<&'k T> {
    let index = sorted.binary_search_by(|it| name(it).as_str().cmp(key)).ok()?;
    sorted.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Db {
        Db::from_dir(FilePath::new("tests/db/small")).unwrap()
    }

    fn ids<'d>(entries: impl Iterator<Item = &'d Limitation>) -> Vec<&'d str> {
        entries.map(|it| it.id.as_str()).collect()
    }

    #[test]
    fn entries_are_found_by_id() {
        let db = small();
        let entry = db.limitation("kms-everything").unwrap();
        assert_eq!((entry.file.as_str(), entry.line), ("limitations/kms.toml", 41));
        assert!(db.limitation("kms-nothing").is_none());
    }

    #[test]
    fn entries_are_found_by_exact_type_prefix_and_star_once_each() {
        let db = small();
        assert_eq!(ids(db.limitations_for("AWS::S3::Bucket")), ["kms-everything", "s3-anything"]);
        assert_eq!(ids(db.limitations_for("AWS::S3::StorageLens")), ["kms-everything", "s3-anything"]);
        assert_eq!(ids(db.limitations_for("AWS::S3Tables::Table")), ["kms-everything"]);
        assert_eq!(
            ids(db.limitations_for("AWS::Logs::LogGroup")),
            ["kms-everything", "kms-key-policy-lacks-logs-principal"]
        );
    }

    #[test]
    fn a_star_does_not_mean_parts_of_the_template() {
        let db = small();
        assert_eq!(ids(db.limitations_for("Template::Output")), ["s3-output"]);
        assert_eq!(ids(db.limitations_for("Template")), Vec::<&str>::new());
    }

    #[test]
    fn a_row_takes_the_plan_of_its_service_unless_it_has_its_own() {
        let db = small();
        assert_eq!(db.coverage("AWS::EC2::EIP").unwrap().min_plan, Some(Plan::Hobby));
        assert_eq!(db.coverage("AWS::EC2::Spot").unwrap().min_plan, Some(Plan::Base));
        assert!(db.coverage("AWS::EC2::Eip").is_none());
    }

    #[test]
    fn the_newest_covered_release_is_not_the_newest() {
        let db = small();
        assert_eq!(db.newest_covered(), Some(Version::new(2026, 3, 0)));
        assert_eq!(db.releases().last().unwrap().version, "2026.5.1");
    }

    #[test]
    fn an_overlay_replaces_and_adds() {
        let db = small().overlay(FilePath::new("tests/db/overlay")).unwrap();
        assert_eq!(db.limitation("s3-output").unwrap().feature, "Replaced");
        assert_eq!(ids(db.limitations_for("Template::Output")), Vec::<&str>::new());
        assert_eq!(ids(db.limitations_for("AWS::KMS::Key")), ["kms-everything", "kms-own"]);
        assert_eq!(db.limitations().len(), 5);
        assert_eq!(db.coverage("AWS::S3::StorageLens").unwrap().pro.as_deref(), Some(">=2026.3.0"));
        assert_eq!(db.coverage("AWS::S3::Vault").unwrap().pro, None);
        let bucket = db.coverage("AWS::S3::Bucket").unwrap();
        assert!(bucket.community.is_some(), "behaviour alone leaves the coverage as it was");
        assert_eq!(bucket.ignored[0].path.to_string(), "LifecycleConfiguration");
        assert_eq!(db.releases(), small().releases());
    }

    #[test]
    fn an_overlay_of_coverage_alone_leaves_behaviour_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("coverage")).unwrap();
        let row = "service = \"Logs\"\n[types]\n\"AWS::Logs::LogGroup\" = {}\n";
        std::fs::write(dir.path().join("coverage/logs.toml"), row).unwrap();
        let db = small().overlay(dir.path()).unwrap();
        let row = db.coverage("AWS::Logs::LogGroup").unwrap();
        assert_eq!((row.community.as_deref(), row.ref_placeholder, row.rejects.len()), (None, true, 4));
    }

    #[test]
    fn an_overlay_is_judged_by_its_words_and_paths_only_when_it_is_linted() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("limitations")).unwrap();
        let entry = "[[limitation]]\nid = \"own-words\"\ncategory = \"B\"\nseverity = \"note\"\n\
            resources = [\"AWS::S3::Bucket\"]\nfeature = \"Own\"\nlocalstack = \"It will\"\naws = \"It is.\"\n\
            solution = \"Look\"\nwhen = { path = \"NewerThanTheSchema\", is = \"present\" }\n\
            evidence = [{ kind = \"report\", release = \"2026.3.0\", source = \"own\" }]\n";
        std::fs::write(dir.path().join("limitations/own.toml"), entry).unwrap();
        assert!(small().overlay(dir.path()).unwrap().limitation("own-words").is_some());
        let problems = small().lint(dir.path()).unwrap_err();
        assert_eq!(problems.0.len(), 3, "{problems}");
        std::fs::create_dir(dir.path().join("schemas")).unwrap();
        let schema = "[\"AWS::S3::Bucket\"]\nproperties = \"NewerThanTheSchema\"\n";
        std::fs::write(dir.path().join("schemas/s3.toml"), schema).unwrap();
        assert_eq!(small().lint(dir.path()).unwrap_err().0.len(), 2);
    }

    #[test]
    fn every_public_type_has_a_schema() {
        let (db, schemas) = (Db::embedded().unwrap(), Schemas::embedded().unwrap());
        let unknown = |it: &&Coverage| schemas.get(&it.resource_type).is_none();
        let unknown: Vec<&str> =
            db.coverage_rows().iter().filter(unknown).map(|it| it.resource_type.as_str()).collect();
        // Gone from AWS; the list of types that LocalStack ships still names it.
        assert_eq!(unknown, ["AWS::OpsWorksCM::Server"]);
    }

    #[test]
    fn a_broken_overlay_says_everything_that_is_wrong() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("limitations")).unwrap();
        std::fs::write(dir.path().join("limitations/own.toml"), "[[limitation]]\nid = 1\n").unwrap();
        let problems = small().overlay(dir.path()).unwrap_err();
        assert_eq!(problems.0.len(), 9);
        let file = dir.path().join("limitations/own.toml");
        let lines = problems.to_string();
        assert!(lines.contains(&format!("{}:1: `category` is missing", file.display())), "{lines}");
        assert!(lines.contains(&format!("{}:2: expected a string, found an integer", file.display())), "{lines}");
    }

    #[test]
    fn the_embedded_knowledge_decodes() {
        let db = Db::embedded().unwrap();
        assert!(db.limitations().is_sorted_by_key(|it| &it.id));
        assert!(db.coverage_rows().is_sorted_by_key(|it| &it.resource_type));
    }

    #[test]
    fn mistyped_names_are_recognised() {
        assert_eq!(small().similar("AWS::S3::Buckets").first(), Some(&"AWS::S3::Bucket"));
        assert_eq!(small().similar("s3-anythin").first(), Some(&"s3-anything"));
    }
}

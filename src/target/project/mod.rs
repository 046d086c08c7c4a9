//! Which LocalStack a project runs, as its own files say it: compose files, continuous integration, and tests that
//! start containers.
//!
//! Reads files, runs nothing and never uses the network. What it cannot read becomes a note, never a failure.

mod choose;
mod code;
mod compose;
mod expand;
mod image;
mod jobs;
mod sighting;
mod walk;
mod yaml;

use std::path::{Path, PathBuf};

use super::Layer;
use crate::db::Db;

use compose::File;
use sighting::{Sighting, Text};

/// In every file that names an image of LocalStack or its action.
const MARK: &str = "localstack";

/// What the files of a project say of its LocalStack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Project {
    /// What they say of the target.
    pub layer: Layer,
    /// What a reader should know, such as files that cannot be read: lower case, no final full stop.
    pub notes: Vec<String>,
    /// The same about the release and edition that they name, such as where they differ.
    pub release_notes: Vec<String>,
    /// Whether they name no release of their own but a tag such as `latest`, which moves on.
    pub moves_on: bool,
}

impl Project {
    /// The project that `path`, a template or a folder, belongs to: the repository around it, else the folder.
    pub fn read(path: &Path, db: &Db) -> Self {
        let (root, files) = walk::files(path);
        let mut notes = Vec::new();
        let mut found = Vec::new();
        let content = |it: &Path| walk::content(&root.join(it));
        let mut compose: Vec<File> = Vec::new();
        for path in files {
            let Some(content) = content(&path) else { continue };
            let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
            let text = Text { path: &path, content: &content };
            let is_compose = compose::is_compose(name);
            // A file that is put over another may name no image.
            if !content.contains(MARK) && compose::overridden(name).is_none() {
                continue;
            }
            if !is_compose && !jobs::is_jobs(&walk::slashed(&path)) {
                found.extend(code::sightings(text));
                continue;
            }
            match yaml::read(&content) {
                Ok(value) if is_compose => compose.push(File { path: path.clone(), content: content.clone(), value }),
                Ok(value) => found.extend(jobs::sightings(text, &value)),
                Err(error) => notes.push(format!("`{}` is not read for the target: {error}", path.display())),
            }
        }
        found.extend(services(compose, &content));
        let start = walk::below(&root, path);
        let chosen = choose::choose(found, &start, db);
        notes.extend(chosen.notes);
        Self { layer: chosen.layer, notes, release_notes: chosen.release_notes, moves_on: chosen.moves_on }
    }
}

/// The services of all compose files; each file that is put over another is taken with it.
fn services(files: Vec<File>, read: &dyn Fn(&Path) -> Option<String>) -> Vec<Sighting> {
    let base = |it: &File| -> Option<PathBuf> {
        let name = it.path.file_name()?.to_str()?;
        Some(it.path.with_file_name(compose::overridden(name)?))
    };
    let (over, plain): (Vec<File>, Vec<File>) = files.into_iter().partition(|it| base(it).is_some());
    let mut groups: Vec<Vec<File>> = plain.into_iter().map(|it| vec![it]).collect();
    for file in over {
        let of = base(&file);
        match groups.iter_mut().find(|it| it.first().map(|it| &it.path) == of.as_ref()) {
            Some(group) => group.push(file),
            None => groups.push(vec![file]),
        }
    }
    groups.iter().flat_map(|it| compose::sightings(it, read)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Target;

    fn read(files: &[(&str, &str)], path: &str) -> (String, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        std::fs::create_dir_all(folder.path().join(".git")).unwrap();
        let db = Db::embedded().unwrap();
        let project = Project::read(&folder.path().join(path), &db);
        let target = Target::layered(&db, &[project.layer]).unwrap();
        let config: String = target.config.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        let told = format!("{} {}{config} | {}", target.release_name(), target.plan.word(), target.sources.line());
        (told, project.release_notes.into_iter().chain(project.notes).collect())
    }

    use crate::db::Word;

    const COMPOSE: &str = "services:\n  aws:\n    image: localstack/localstack:4.9.0\n    environment:\n      \
                           ENFORCE_IAM: 1\n      DEBUG: 1\n      CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: 0\n";

    #[test]
    fn a_compose_file_says_release_edition_and_variables_that_matter() {
        let (told, notes) = read(&[("compose.yaml", COMPOSE)], "");
        assert_eq!(
            told,
            "4.9 community CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0 ENFORCE_IAM=1 | release and plan: compose.yaml:3 \
             (image localstack/localstack:4.9.0) · region and account: default · \
             CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: compose.yaml:7 · ENFORCE_IAM: compose.yaml:5"
        );
        assert_eq!(notes, [""; 0]);
    }

    #[test]
    fn a_project_that_says_nothing_leaves_the_defaults() {
        let (told, notes) =
            read(&[("a.yaml", "services: []\n"), ("compose.yaml", "services: {db: {image: pg}}\n")], "");
        assert_eq!((told.as_str(), notes.len()), ("2026.3 hobby | all values: default", 0));
    }

    #[test]
    fn files_that_differ_are_told() {
        let jobs = "jobs: {t: {services: {aws: {image: 'localstack/localstack:4.14', env: {ENFORCE_IAM: 0}}}}}\n";
        let test = "x(\"localstack/localstack:4.9.0\")";
        let files = [("compose.yaml", COMPOSE), (".github/workflows/t.yml", jobs), ("src/test/java/A.java", test)];
        let (told, notes) = read(&files, "");
        assert!(told.starts_with("4.9 community"), "{told}");
        assert_eq!(
            notes,
            [
                "the files of the project run different LocalStacks: compose.yaml:3 (image localstack/localstack:4.9.0) \
                 counts, .github/workflows/t.yml:1 (image localstack/localstack:4.14) does not",
                "ENFORCE_IAM is `1` in compose.yaml:5, which counts, and `0` in .github/workflows/t.yml:1",
            ]
        );
    }

    #[test]
    fn the_nearest_compose_file_counts() {
        let image = |tag: &str| format!("services: {{aws: {{image: 'localstack/localstack:{tag}'}}}}\n");
        let (a, b) = (image("4.2"), image("4.3"));
        let files = [("a/compose.yaml", a.as_str()), ("b/compose.yaml", b.as_str()), ("b/app/t.yaml", "")];
        assert!(read(&files, "b/app/t.yaml").0.starts_with("4.3 community"));
        assert!(read(&files, "a").0.starts_with("4.2 community"));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_note() {
        let (told, notes) = read(&[("compose.yaml", "services: [localstack\n")], "");
        assert_eq!(told, "2026.3 hobby | all values: default");
        assert_eq!(notes.len(), 1);
        assert!(notes[0].starts_with("`compose.yaml` is not read for the target: "), "{notes:?}");
    }

    #[test]
    fn an_override_without_image_counts() {
        let over = "services: {aws: {environment: {ENFORCE_IAM: 0}}}\n";
        let (told, _) = read(&[("compose.yaml", COMPOSE), ("compose.override.yaml", over)], "");
        assert!(told.starts_with("4.9 community CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES=0 |"), "{told}");
    }
}

//! Which files may be templates: those named, and below folders those that may be one by their name or their
//! content, and the assemblies that the CDK wrote.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::report::FileError;
use crate::source::Node;

use super::assembly::{self, MANIFEST, OUTPUT};
use super::read;

const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "template"];
/// What the CDK's command line reads: how the app is run.
const CDK_CONFIG: &str = "cdk.json";

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Candidate {
    /// A file, as given or found.
    File(PathBuf, Trust),
    /// The folder of a CDK assembly.
    Assembly(PathBuf),
}

/// How likely a file is a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// The user says so.
    Named,
    /// It is named like one.
    Extension,
    /// Only its content can tell.
    Content,
}

/// What is at or below a path.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files and assemblies, by path.
    pub(super) candidates: Vec<Candidate>,
    /// What could not be walked.
    pub(super) errors: Vec<FileError>,
    /// Folders of CDK apps whose templates are not there.
    pub(super) unsynthesised: Vec<PathBuf>,
}

impl Candidate {
    /// The file or folder.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::File(path, _) | Self::Assembly(path) => path,
        }
    }
}

/// What is at or below `path`.
pub(super) fn discover(path: &Path) -> Found {
    let one = |candidate| Found { candidates: vec![candidate], ..Found::default() };
    if path.is_dir() {
        return if assembly::is_assembly(path) { one(Candidate::Assembly(path.to_owned())) } else { walk(path) };
    }
    if !path.exists() {
        let error = read::whole(path, "there is no such file or folder; check the path");
        return Found { errors: vec![error], ..Found::default() };
    }
    let folder = path.parent().filter(|it| path.ends_with(MANIFEST) && assembly::is_assembly(it));
    one(folder.map_or(Candidate::File(path.to_owned(), Trust::Named), |it| Candidate::Assembly(it.to_owned())))
}

fn walk(folder: &Path) -> Found {
    let mut found = Found::default();
    let mut files = Vec::new();
    // Links are not followed, so that none leads round in a circle or out of the folder.
    let walker = WalkBuilder::new(folder).require_git(false).filter_entry(|it| !is_skipped(it)).build();
    for entry in walker {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|it| it.is_file()) => files.push(tidy(entry.path())),
            Ok(_) => {}
            Err(error) => {
                let message = format!("a part of the folder cannot be read: {error}");
                found.errors.push(read::whole(folder, message));
            }
        }
    }
    files.sort();
    let assemblies = assemblies(folder, &files, &mut found.unsynthesised);
    let is_apart = |path: &Path| !assemblies.iter().any(|it| path != it && path.starts_with(it));
    let files = files.iter().filter(|it| is_apart(it)).map(|it| Candidate::File(it.clone(), trust(it)));
    let assemblies = assemblies.iter().filter(|it| is_apart(it)).map(|it| Candidate::Assembly(it.clone()));
    found.candidates = files.chain(assemblies).collect();
    found.candidates.sort_by(|a, b| a.path().cmp(b.path()));
    found
}

/// The assemblies below `folder`: those among `files`, and those of apps, which git mostly ignores.
fn assemblies(folder: &Path, files: &[PathBuf], unsynthesised: &mut Vec<PathBuf>) -> Vec<PathBuf> {
    let is_assembly = |it: &PathBuf| assembly::is_assembly(it);
    let manifests = files.iter().filter(|it| it.ends_with(MANIFEST)).map(|it| it.with_file_name(""));
    let mut assemblies: Vec<PathBuf> = manifests.chain([tidy(&folder.join(OUTPUT))]).filter(is_assembly).collect();
    for config in files.iter().filter(|it| it.ends_with(CDK_CONFIG)) {
        let Some(output) = output(config) else { continue };
        match assembly::is_assembly(&output) {
            true => assemblies.push(output),
            false => unsynthesised.push(config.with_file_name("")),
        }
    }
    // `a/` and `a` name the same folder.
    let mut assemblies: Vec<PathBuf> = assemblies.iter().map(|it| it.components().collect()).collect();
    assemblies.sort();
    assemblies.dedup();
    assemblies
}

/// Where the app that `config` describes writes its assembly; `None` when it describes none.
fn output(config: &Path) -> Option<PathBuf> {
    let tree = read::parse(config, read::bytes(config).ok()?).ok()?.tree;
    tree.get("app")?;
    let output = tree.get("output").and_then(Node::as_str).filter(|it| assembly::is_inside(it));
    Some(config.with_file_name(output.unwrap_or(OUTPUT)))
}

/// Folders that hold other people's packages, or the files that CDK uploads.
fn is_skipped(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|it| it.is_dir()) {
        return false;
    }
    let name = entry.file_name().to_string_lossy();
    // Cheap, since an assembly has many of them; what is not skipped here is left out with its assembly.
    let is_in_assembly = || entry.path().parent().is_some_and(|it| it.ends_with(OUTPUT) || it.join(OUTPUT).is_file());
    name == "node_modules" || (name.starts_with("asset.") && is_in_assembly())
}

fn trust(path: &Path) -> Trust {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    match EXTENSIONS.iter().any(|it| extension.eq_ignore_ascii_case(it)) {
        true => Trust::Extension,
        false => Trust::Content,
    }
}

/// `a.yaml` for `./a.yaml`.
fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::folder;
    use super::*;

    const ASSEMBLY: &str = r#"{"version": "1", "artifacts": {"A": {"type": "aws:cloudformation:stack"}}}"#;

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let found = discover(folder.path());
        assert_eq!(found.errors, []);
        let name = |it: &Candidate| {
            let name = it.path().strip_prefix(folder.path()).unwrap().display().to_string();
            if matches!(it, Candidate::Assembly(_)) { format!("{name}/") } else { name }
        };
        found.candidates.iter().map(name).collect()
    }

    #[test]
    fn skips_what_is_not_the_projects() {
        let files =
            ["b.yml", "a.JSON", "c.txt", ".hidden.yaml", "node_modules/x.yaml", "dist/x.yaml", "asset.1/x.json"];
        let folder = folder(&files.map(|it| (it, "")));
        std::fs::write(folder.path().join(".gitignore"), "dist/\n").unwrap();
        assert_eq!(names(&folder), ["a.JSON", "asset.1/x.json", "b.yml", "c.txt"]);
        assert_eq!(trust(Path::new("a.JSON")), Trust::Extension);
        assert_eq!(trust(Path::new("c.txt")), Trust::Content);
    }

    #[test]
    fn an_assembly_is_one_candidate() {
        let folder = folder(&[
            ("a.yaml", ""),
            ("out/manifest.json", ASSEMBLY),
            ("out/A.template.json", "{}"),
            ("out/asset.1/x.json", "{}"),
            ("out/assembly-Prod/manifest.json", ASSEMBLY),
            ("web/manifest.json", "{\"name\": \"web\"}"),
        ]);
        assert_eq!(names(&folder), ["a.yaml", "out/", "web/manifest.json"]);
        let found = discover(&folder.path().join("out/manifest.json"));
        assert_eq!(found.candidates, [Candidate::Assembly(folder.path().join("out"))]);
    }

    #[test]
    fn the_assembly_of_an_app_is_found_although_git_ignores_it() {
        let folder = folder(&[
            (".gitignore", "cdk.out\ndist\n"),
            ("app/cdk.json", "{\"app\": \"node app.js\"}"),
            ("app/cdk.out/manifest.json", ASSEMBLY),
            ("other/cdk.json", "{\"app\": \"node app.js\", \"output\": \"dist\"}"),
            ("other/dist/manifest.json", ASSEMBLY),
            ("new/cdk.json", "{\"app\": \"node app.js\"}"),
            ("context/cdk.json", "{\"context\": {}}"),
        ]);
        let names = names(&folder);
        assert!(names.contains(&"app/cdk.out/".to_owned()) && names.contains(&"other/dist/".to_owned()), "{names:?}");
        assert_eq!(discover(folder.path()).unsynthesised, [folder.path().join("new/")]);
        assert_eq!(discover(&folder.path().join("app")).candidates.len(), 2);
    }

    #[test]
    fn a_missing_path_is_an_error() {
        let found = discover(Path::new("no/such/place"));
        assert!(found.candidates.is_empty());
        assert!(found.errors[0].message.contains("no such file or folder"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = folder(&[("a/b.yaml", "")]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        assert_eq!(names(&folder), ["a/b.yaml"]);
    }
}

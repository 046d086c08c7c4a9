//! Which files may be templates: those named, and below folders those with a template's extension.

use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::report::FileError;

const EXTENSIONS: [&str; 4] = ["yaml", "yml", "json", "template"];

/// A file to look at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its path, as given or found.
    pub(super) path: PathBuf,
    /// Whether it was named itself, not found below a folder.
    pub(super) is_explicit: bool,
}

/// The files at or below `path`, by name, and what could not be walked.
pub(super) fn discover(path: &Path) -> (Vec<Candidate>, Vec<FileError>) {
    if path.is_dir() {
        return walk(path);
    }
    if path.exists() {
        return (vec![Candidate { path: path.to_owned(), is_explicit: true }], Vec::new());
    }
    let message = "there is no such file or folder; check the path".to_owned();
    (Vec::new(), vec![FileError { path: path.to_owned(), message, range: None }])
}

fn walk(folder: &Path) -> (Vec<Candidate>, Vec<FileError>) {
    let mut files = Vec::new();
    let mut errors = Vec::new();
    let walker = WalkBuilder::new(folder)
        .require_git(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(|it| !is_skipped(it))
        .build();
    for entry in walker {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|it| it.is_file()) && has_extension(entry.path()) => {
                files.push(Candidate { path: tidy(entry.path()), is_explicit: false });
            }
            Ok(_) => {}
            Err(error) => errors.push(FileError {
                path: folder.to_owned(),
                message: format!("a part of the folder cannot be read: {error}"),
                range: None,
            }),
        }
    }
    (files, errors)
}

/// Folders that hold other people's packages, or the files that CDK uploads.
fn is_skipped(entry: &DirEntry) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_some_and(|it| it.is_dir()) {
        return false;
    }
    let name = entry.file_name().to_string_lossy();
    let is_in_assembly = || entry.path().parent().and_then(Path::file_name).is_some_and(|it| it == "cdk.out");
    name == "node_modules" || (name.starts_with("asset.") && is_in_assembly())
}

fn has_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    EXTENSIONS.iter().any(|it| extension.eq_ignore_ascii_case(it))
}

/// `a.yaml` for `./a.yaml`.
fn tidy(path: &Path) -> PathBuf {
    path.strip_prefix(".").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_by_name_and_skips_what_is_not_the_projects() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "b.yml",
            "a.JSON",
            "c.txt",
            ".hidden.yaml",
            "node_modules/x.yaml",
            "cdk.out/asset.1/x.json",
            "cdk.out/s.json",
            "dist/x.yaml",
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        std::fs::write(folder.path().join(".gitignore"), "dist/\n").unwrap();
        let (files, errors) = discover(folder.path());
        let names: Vec<_> = files.iter().map(|it| it.path.strip_prefix(folder.path()).unwrap().to_owned()).collect();
        assert_eq!(names, ["a.JSON", "b.yml", "cdk.out/s.json"].map(PathBuf::from));
        assert!(errors.is_empty());
    }

    #[test]
    fn a_missing_path_is_an_error() {
        let (files, errors) = discover(Path::new("no/such/place"));
        assert!(files.is_empty());
        assert!(errors[0].message.contains("no such file or folder"));
    }
}

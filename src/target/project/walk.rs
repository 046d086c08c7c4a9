//! The files of a project that may name a LocalStack.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use super::{code, compose, jobs};

/// Folders of other people's packages and of what is built, which a project without `.gitignore` holds too.
const SKIPPED: [&str; 10] =
    [".git", "node_modules", "vendor", "target", "dist", "build", "cdk.out", ".venv", "venv", ".terraform"];
/// How deep below the project's folder files are looked for.
const DEEPEST: usize = 24;
/// Most entries of the project that are visited, and most files that are read.
const MOST_ENTRIES: usize = 50_000;
const MOST_FILES: usize = 3_000;
/// Most bytes of a file that is read.
const LARGEST: u64 = 512 * 1024;

/// The folder of the project that `path` belongs to, and its files from there, by path. Without a repository around
/// it, a template's project is the files beside it.
pub(super) fn files(path: &Path) -> (PathBuf, Vec<PathBuf>) {
    let Ok(canonical) = path.canonicalize() else { return (PathBuf::new(), Vec::new()) };
    let folder = if canonical.is_dir() { canonical.as_path() } else { canonical.parent().unwrap_or(&canonical) };
    let repository = folder.ancestors().find(|it| it.join(".git").exists());
    let depth = if repository.is_some() || canonical.is_dir() { DEEPEST } else { 1 };
    let root = repository.unwrap_or(folder).to_owned();
    let walker = WalkBuilder::new(&root)
        .hidden(false)
        .require_git(false)
        .max_depth(Some(depth))
        .filter_entry(|it| !is_skipped(it))
        .build();
    let entries = walker.take(MOST_ENTRIES).flatten().filter(|it| it.file_type().is_some_and(|it| it.is_file()));
    let relative = entries.filter_map(|it| it.path().strip_prefix(&root).ok().map(Path::to_owned));
    let mut files: Vec<PathBuf> = relative.filter(|it| is_wanted(it)).take(MOST_FILES).collect();
    files.sort();
    (root, files)
}

/// The text of a file that is not too large; `None` when it cannot be read.
pub(super) fn content(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() <= LARGEST);
    let bytes = is_small.then(|| fs::read(path).ok())??;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The folder of `path`, from the project's folder.
pub(super) fn below(root: &Path, path: &Path) -> PathBuf {
    let canonical = path.canonicalize().unwrap_or_default();
    let folder = if canonical.is_dir() { canonical.as_path() } else { canonical.parent().unwrap_or(&canonical) };
    folder.strip_prefix(root).map(Path::to_owned).unwrap_or_default()
}

/// A path with `/` between its parts, whatever the system.
pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|it| it.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn is_wanted(path: &Path) -> bool {
    let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    let path = slashed(path);
    compose::is_compose(name) || jobs::is_jobs(&path) || code::is_test(&path)
}

fn is_skipped(entry: &DirEntry) -> bool {
    let is_folder = entry.depth() > 0 && entry.file_type().is_some_and(|it| it.is_dir());
    is_folder && SKIPPED.iter().any(|it| entry.file_name() == *it)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        folder
    }

    fn names(path: &Path) -> Vec<String> {
        files(path).1.iter().map(|it| slashed(it)).collect()
    }

    #[test]
    fn the_repository_around_a_template_is_its_project() {
        let folder = folder(&[
            ".git/HEAD",
            ".github/workflows/ci.yml",
            "compose.yaml",
            "a/b/template.yaml",
            "src/test/A.java",
            "src/main/A.java",
            "node_modules/x/compose.yaml",
            "out/compose.yaml",
        ]);
        fs::write(folder.path().join(".gitignore"), "out/\n").unwrap();
        let expected = [".github/workflows/ci.yml", "compose.yaml", "src/test/A.java"];
        assert_eq!(names(&folder.path().join("a/b/template.yaml")), expected);
        assert_eq!(names(&folder.path().join("a")), expected);
        let root = folder.path().canonicalize().unwrap();
        assert_eq!(below(&root, &folder.path().join("a/b/template.yaml")), Path::new("a/b"));
    }

    #[test]
    fn without_a_repository_a_template_has_the_files_beside_it() {
        let folder = folder(&["compose.yaml", "a/template.yaml", "a/compose.yaml", "a/b/compose.yaml"]);
        assert_eq!(names(&folder.path().join("a/template.yaml")), ["compose.yaml"]);
        assert_eq!(names(&folder.path().join("a")), ["b/compose.yaml", "compose.yaml"]);
        assert_eq!(names(&folder.path().join("absent")), [""; 0]);
    }
}

//! The two sides of a review: a revision's files in a folder of their own, and what its paths are called.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::report::{Origin, Report};
use crate::source;

use super::MAX_FOUND_BYTES;
use super::git::{GitError, Revision};
use super::nested::normal;

/// Bytes of a file that tell whether it is text.
const HEAD: usize = 8 * 1024;
/// Names of files that are read whatever else they hold.
const EXTENSIONS: [&str; 5] = ["yaml", "yml", "json", "template", "toml"];

/// What is compared: the commit where a branch began, and the branch.
#[derive(Debug)]
pub struct Sides {
    base: Snapshot,
    /// The newer side; the working tree when `None`.
    head: Option<Snapshot>,
}

/// The text files of a revision in a temporary folder. The working tree, the index and the branches stay as they are.
#[derive(Debug)]
pub struct Snapshot {
    revision: Revision,
    /// Removed with the snapshot.
    _folder: TempDir,
    /// Its path, canonical.
    root: PathBuf,
    /// The working folder below the top of the repository; `None` when it is elsewhere.
    here: Option<PathBuf>,
}

impl Sides {
    /// The commit where `head` (the working tree's commit when `None`) left `base`, and `head`, of the repository that
    /// `near` is in.
    ///
    /// # Errors
    /// There is no git, no repository or no such revision; in a clone without them, how to fetch them.
    pub fn open(base: &str, head: Option<&str>, near: &Path) -> Result<Self, GitError> {
        let newer = Revision::open(head.unwrap_or("HEAD"), near)?;
        let base = Revision::open(base, near)?.merge_base(&newer)?;
        Ok(Self { base: Snapshot::of(base)?, head: head.map(|_| Snapshot::of(newer)).transpose()? })
    }

    /// The older side.
    pub fn base(&self) -> &Snapshot {
        &self.base
    }

    /// The newer side, where it is not the working tree.
    pub fn head(&self) -> Option<&Snapshot> {
        self.head.as_ref()
    }

    /// The files that have another path on the newer side, as reports call them: old and new path.
    ///
    /// # Errors
    /// Git cannot tell.
    pub fn renames(&self) -> Result<BTreeMap<PathBuf, PathBuf>, GitError> {
        let renames = self.base.revision.renames(self.head.as_ref().map(|it| &it.revision))?;
        Ok(renames.iter().map(|(old, new)| (self.base.label(old), self.base.label(new))).collect())
    }

    /// Whether the newer side's file `path` can be on the older side too, and not only where it was generated.
    pub fn tracks(&self, path: &Path) -> bool {
        self.head.is_some() || self.base.revision.tracks(path)
    }
}

impl Snapshot {
    fn of(revision: Revision) -> Result<Self, GitError> {
        let failed = |it: std::io::Error| GitError::Failed(format!("the files of a revision cannot be kept: {it}"));
        let folder = tempfile::Builder::new().prefix("lscompat-").tempdir().map_err(failed)?;
        let root = folder.path().canonicalize().map_err(failed)?;
        // Makes it the top folder of a repository, as the working tree is one.
        fs::create_dir(root.join(".git")).map_err(failed)?;
        let files: Vec<_> = revision.files()?.into_iter().filter(|it| is_read(&it.path, it.size)).collect();
        revision.contents(&files, |blob, bytes| {
            if bytes.iter().take(HEAD).any(|it| *it == 0) {
                return Ok(());
            }
            let path = root.join(&blob.path);
            fs::create_dir_all(path.parent().unwrap_or(&root))?;
            fs::write(path, bytes)
        })?;
        let here = std::env::current_dir().and_then(|it| it.canonicalize()).ok();
        let here = here.and_then(|it| it.strip_prefix(revision.root()).map(Path::to_owned).ok());
        Ok(Self { revision, _folder: folder, root, here })
    }

    /// The revision.
    pub fn revision(&self) -> &Revision {
        &self.revision
    }

    /// The folder of the snapshot, canonical.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The top folder of the repository's working tree, canonical.
    pub fn repository(&self) -> &Path {
        self.revision.root()
    }

    /// Where the path of the working tree is in the snapshot; `path` itself, outside of the repository.
    pub fn place(&self, path: &Path) -> PathBuf {
        let Ok(full) = std::path::absolute(path) else { return path.to_owned() };
        let full = full.canonicalize().unwrap_or_else(|_| normal(&full));
        full.strip_prefix(self.revision.root()).map_or_else(|_| path.to_owned(), |it| self.root.join(it))
    }

    /// `report`, made of the snapshot, with the paths of the working tree.
    pub fn labelled(&self, mut report: Report) -> Report {
        for stack in &mut report.stacks {
            stack.path = self.shown(&stack.path);
            if let Origin::Nested(via) = &mut stack.origin {
                via.iter_mut().for_each(|it| *it = self.replaced(it));
            }
            stack.not_analysed.iter_mut().for_each(|it| *it = self.replaced(it));
        }
        report.tests.iter_mut().for_each(|it| it.path = self.shown(&it.path));
        for error in &mut report.errors {
            error.path = self.shown(&error.path);
            error.message = self.replaced(&error.message);
        }
        report.notes.iter_mut().for_each(|it| *it = self.replaced(it));
        report
    }

    fn shown(&self, path: &Path) -> PathBuf {
        let path = normal(path);
        path.strip_prefix(&self.root).map_or_else(|_| path.clone(), |it| self.label(it))
    }

    /// A text without the snapshot's folder in its paths.
    fn replaced(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        let root = self.root.to_string_lossy();
        while let Some((before, after)) = rest.split_once(&*root) {
            let end = after.find(['`', '"', '\'', ' ', ',']).unwrap_or(after.len());
            let (path, others) = after.split_at(end);
            out.push_str(before);
            out.push_str(&self.label(Path::new(path.trim_start_matches('/'))).to_string_lossy());
            rest = others;
        }
        out + rest
    }

    /// What a path below the top of the repository is called from the working folder.
    fn label(&self, path: &Path) -> PathBuf {
        let Some(here) = &self.here else { return self.revision.root().join(path) };
        let shared = here.components().zip(path.components()).take_while(|(a, b)| a == b).count();
        let up = here.components().skip(shared).map(|_| Component::ParentDir);
        let label: PathBuf = up.chain(path.components().skip(shared)).collect();
        if label.as_os_str().is_empty() { PathBuf::from(".") } else { label }
    }
}

/// Whether a file can be a template, a part of one, or something that says how it is deployed.
fn is_read(path: &Path, size: u64) -> bool {
    let is_inside = path.components().all(|it| matches!(it, Component::Normal(_)));
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
    let most = if EXTENSIONS.contains(&extension.as_str()) { source::MAX_BYTES as u64 } else { MAX_FOUND_BYTES };
    is_inside && size <= most
}

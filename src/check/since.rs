//! The version of a template that `--since` names, read as the stacks that the new version is compared with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::db::Schemas;
use crate::report::{FileError, Origin};
use crate::stack::Stack;

use super::family::{self, Root};
use super::files::Files;
use super::git::Revision;
use super::read;
use super::recognise::{self, Recognised};

/// What the templates are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// The old version of the one template that is checked.
    File(PathBuf),
    /// A revision of the repository that the templates are in.
    Revision(String),
}

/// The stacks of an old version by where they are in their family.
pub(super) type Earlier = BTreeMap<Vec<String>, Stack>;

/// What a template is compared with.
pub(super) struct Comparison {
    /// What people call it.
    pub(super) name: String,
    /// Its stacks.
    pub(super) stacks: Earlier,
    /// Which properties AWS replaces a resource for.
    pub(super) schemas: Arc<Schemas>,
}

/// What `--since` gives for one template.
pub(super) enum Found {
    /// Its old version.
    Earlier(Earlier),
    /// The revision does not have the template.
    New,
}

impl Since {
    /// What people call it.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Revision(name) => name.clone(),
        }
    }

    /// The old version of `root`, read with what the new one is read with.
    ///
    /// # Errors
    /// There is no such file or revision, or what is there is no template.
    pub(super) fn earlier(&self, root: &Root) -> Result<Found, FileError> {
        let new = root.parsed.file.path();
        let (files, path) = match self {
            Self::File(path) => (Files::Disk, path.as_path()),
            Self::Revision(name) => {
                let revision = Revision::open(name, new).map_err(|it| read::whole(new, it.to_string()))?;
                if revision.read(new).map_err(|it| read::whole(new, it.to_string()))?.is_none() {
                    return Ok(Found::New);
                }
                (Files::Revision(revision), new)
            }
        };
        let parsed = files.bytes(path).and_then(|it| read::parse(path, it)).map_err(|it| self.of_old(it))?;
        if recognise::recognise(&parsed.tree) != Recognised::Template && parsed.tree.get("Resources").is_none() {
            return Err(self.of_old(read::whole(path, "this is no CloudFormation template")));
        }
        let project = match self {
            Self::File(path) => super::project(path),
            Self::Revision(_) => root.project.clone(),
        };
        let old = Root {
            parsed,
            origin: root.origin.clone(),
            inputs: root.inputs.clone(),
            constructs: BTreeMap::new(),
            project,
        };
        Ok(Found::Earlier(family::earlier(old, files)))
    }

    /// Says of an error that it is about the old version.
    fn of_old(&self, error: FileError) -> FileError {
        match self {
            Self::File(_) => error,
            Self::Revision(name) => {
                let path = PathBuf::from(format!("{name}:{}", error.path.display()));
                FileError { path, ..error }
            }
        }
    }
}

/// Where a stack is in its family: the logical ids that lead to it; none for the outermost.
pub(super) fn place(origin: &Origin) -> Vec<String> {
    match origin {
        Origin::Template | Origin::Cdk(_) => Vec::new(),
        Origin::Nested(via) => via.iter().skip(1).cloned().collect(),
    }
}

/// Says that a template has no old version.
pub(super) fn new_template(since: &Since, path: &Path) -> String {
    format!("`{}` is new since `{}`, so that nothing of it is an update", path.display(), since.name())
}

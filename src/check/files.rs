//! Where templates are read from: the disk, or a revision of a repository.

use std::path::{Path, PathBuf};

use crate::report::FileError;

use super::git::Revision;
use super::nested::normal;
use super::read;

/// A source of files.
#[derive(Debug, Clone)]
pub(super) enum Files {
    /// The files as they are.
    Disk,
    /// The files as a revision has them.
    Revision(Revision),
}

impl Files {
    /// The path without links and detours; nothing when there is no such file.
    pub(super) fn canonical(&self, path: &Path) -> Option<PathBuf> {
        match self {
            Self::Disk => path.canonicalize().ok(),
            Self::Revision(revision) => {
                revision.read(path).ok().flatten()?;
                let full = std::path::absolute(path).ok()?;
                let folder = full.parent().and_then(|it| it.canonicalize().ok());
                Some(folder.zip(full.file_name()).map_or_else(|| normal(&full), |(folder, name)| folder.join(name)))
            }
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// It is not there or cannot be read.
    pub(super) fn bytes(&self, path: &Path) -> Result<Vec<u8>, FileError> {
        match self {
            Self::Disk => read::bytes(path),
            Self::Revision(revision) => match revision.read(path) {
                Ok(Some(bytes)) => Ok(bytes),
                Ok(None) => Err(read::whole(path, "the revision does not have this file")),
                Err(error) => Err(read::whole(path, error.to_string())),
            },
        }
    }
}

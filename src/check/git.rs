//! Files as a revision of a git repository has them, read with the `git` program. The only code that runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::nested::normal;

/// A commit of the repository that a path is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The top folder of the working tree, canonical.
    root: PathBuf,
    /// The commit's full hash.
    commit: String,
}

/// Why a revision cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("`git` cannot be run ({0}); install it, or give a file instead of a revision")]
    NoProgram(String),
    /// The path is in no repository.
    #[error("`{}` is in no git repository, so that revision `{name}` means nothing; give a file instead", path.display())]
    NoRepository {
        /// The path.
        path: PathBuf,
        /// The revision that was asked for.
        name: String,
    },
    /// There is no such commit.
    #[error("`{0}` is neither a file nor a revision of the repository")]
    Unknown(String),
    /// There is no such commit, in a clone without its history.
    #[error(
        "`{0}` is not in this shallow clone; fetch its history with `git fetch --unshallow`, or check out with full depth"
    )]
    Shallow(String),
    /// A file cannot be read for another reason.
    #[error("git: {0}")]
    Failed(String),
}

impl Revision {
    /// The commit `name` of the repository that `near`, a file or folder, is in.
    ///
    /// # Errors
    /// There is no git, no repository or no such commit.
    pub fn open(name: &str, near: &Path) -> Result<Self, GitError> {
        let folder = if near.is_dir() { near } else { near.parent().unwrap_or(near) };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let top = git(folder, &["rev-parse", "--show-toplevel"])?;
        if !top.status.success() {
            return Err(GitError::NoRepository { path: near.to_owned(), name: name.to_owned() });
        }
        let root = PathBuf::from(first_line(&top.stdout));
        let root = root.canonicalize().unwrap_or(root);
        let wanted = format!("{name}^{{commit}}");
        let commit = git(&root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
        if commit.status.success() {
            return Ok(Self { root, commit: first_line(&commit.stdout) });
        }
        let shallow = git(&root, &["rev-parse", "--is-shallow-repository"])?;
        let is_shallow = first_line(&shallow.stdout) == "true";
        Err(if is_shallow { GitError::Shallow(name.to_owned()) } else { GitError::Unknown(name.to_owned()) })
    }

    /// The bytes of the file `path`; nothing when the revision does not have it.
    ///
    /// # Errors
    /// Git cannot give it.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, GitError> {
        let Some(name) = self.name_of(path) else { return Ok(None) };
        let object = format!("{}:{name}", self.commit);
        let known = git(&self.root, &["cat-file", "-t", &object])?;
        if first_line(&known.stdout) != "blob" {
            return Ok(None);
        }
        let blob = git(&self.root, &["cat-file", "blob", &object])?;
        match blob.status.success() {
            true => Ok(Some(blob.stdout)),
            false => Err(GitError::Failed(first_line(&blob.stderr))),
        }
    }

    /// The path below the top folder, as git writes it; nothing for a path outside of it.
    fn name_of(&self, path: &Path) -> Option<String> {
        let full = std::path::absolute(path).ok()?;
        let folder = full.parent().and_then(|it| it.canonicalize().ok());
        // A folder that is gone cannot be looked up.
        let full = match (folder, full.file_name()) {
            (Some(folder), Some(name)) => folder.join(name),
            _ => normal(&full),
        };
        let below = full.strip_prefix(&self.root).ok()?;
        let parts: Option<Vec<&str>> = below.components().map(|it| it.as_os_str().to_str()).collect();
        parts.map(|it| it.join("/"))
    }
}

fn git(folder: &Path, arguments: &[&str]) -> Result<Output, GitError> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).stdin(Stdio::null());
    command.output().map_err(|it| GitError::NoProgram(it.to_string()))
}

fn first_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let output = git(folder, &[&identity, arguments].concat()).unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("sub")).unwrap();
        std::fs::write(folder.path().join("sub/a.yaml"), "one\r\n").unwrap();
        run(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
        run(folder.path(), &["add", "."]);
        run(folder.path(), &["commit", "--quiet", "--message=one"]);
        std::fs::write(folder.path().join("sub/a.yaml"), "two\n").unwrap();
        folder
    }

    #[test]
    fn a_file_is_read_as_it_was() {
        let folder = repository();
        let path = folder.path().join("sub/a.yaml");
        let revision = Revision::open("main", &path).unwrap();
        assert_eq!(revision.read(&path).unwrap().unwrap(), b"one\r\n");
        assert_eq!(revision.read(&folder.path().join("sub")).unwrap(), None);
        assert_eq!(revision.read(&folder.path().join("gone/b.yaml")).unwrap(), None);
        assert_eq!(revision.read(Path::new("/")).unwrap(), None);
    }

    #[test]
    fn a_mistake_is_named() {
        let folder = repository();
        assert_eq!(Revision::open("no-such", folder.path()), Err(GitError::Unknown("no-such".into())));
        assert_eq!(Revision::open("--help", folder.path()), Err(GitError::Unknown("--help".into())));
        let outside = tempfile::tempdir().unwrap();
        assert!(matches!(Revision::open("main", outside.path()), Err(GitError::NoRepository { .. })));
    }

    #[test]
    fn a_shallow_clone_is_told_apart() {
        let (folder, clones) = (repository(), tempfile::tempdir().unwrap());
        let source = format!("file://{}", folder.path().display());
        run(folder.path(), &["commit", "--quiet", "--all", "--message=two"]);
        run(clones.path(), &["clone", "--quiet", "--depth=1", &source, "clone"]);
        let clone = clones.path().join("clone");
        assert_eq!(Revision::open("HEAD~1", &clone), Err(GitError::Shallow("HEAD~1".into())));
    }
}

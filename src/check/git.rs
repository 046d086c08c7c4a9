//! Files as a revision of a git repository has them, read with the `git` program. The only code that runs it.
//!
//! Never changes the working tree, the index or a branch, and fetches nothing.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::nested::normal;

/// A commit of the repository that a path is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// What people call it.
    name: String,
    /// The top folder of the working tree, canonical.
    root: PathBuf,
    /// The commit's full hash.
    commit: String,
}

/// A file of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    /// Its path below the top folder.
    pub(super) path: PathBuf,
    /// Its size in bytes.
    pub(super) size: u64,
    /// The hash of its content.
    id: String,
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
    /// There is no such commit, but a branch of a remote is called so.
    #[error("`{name}` is no revision of this clone; `{full}` is one")]
    Remote {
        /// The name that was asked for.
        name: String,
        /// The name with its remote.
        full: String,
    },
    /// There is no such commit, and a remote may have it.
    #[error("`{name}` is not in this clone; fetch it with `{command}`")]
    Missing {
        /// The name that was asked for.
        name: String,
        /// What fetches it.
        command: String,
    },
    /// There is no such commit, in a clone without its history.
    #[error("`{name}` is not in this shallow clone; fetch it with `{command}`, or check out with full depth")]
    Shallow {
        /// The name that was asked for.
        name: String,
        /// What fetches it.
        command: String,
    },
    /// The commit where two revisions part is not in a clone without its history.
    #[error(
        "this shallow clone does not reach back to where `{base}` and `{head}` part; fetch the history with \
         `{command}`, or check out with full depth"
    )]
    ShallowHistory {
        /// One revision.
        base: String,
        /// The other one.
        head: String,
        /// What fetches it.
        command: String,
    },
    /// Two revisions have nothing in common.
    #[error("`{base}` and `{head}` have no commit in common, so that there is nothing to compare")]
    Unrelated {
        /// One revision.
        base: String,
        /// The other one.
        head: String,
    },
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
            return Ok(Self { name: name.to_owned(), root, commit: first_line(&commit.stdout) });
        }
        Err(missing(&root, name))
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The commit's full hash.
    pub fn commit(&self) -> &str {
        &self.commit
    }

    /// The top folder of the working tree, canonical.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The newest commit that this revision and `other` have in common, under this one's name.
    ///
    /// # Errors
    /// There is none, or a shallow clone does not have it.
    pub fn merge_base(&self, other: &Self) -> Result<Self, GitError> {
        let found = git(&self.root, &["merge-base", &self.commit, &other.commit])?;
        if found.status.success() {
            return Ok(Self { commit: first_line(&found.stdout), ..self.clone() });
        }
        let (base, head) = (self.name.clone(), other.name.clone());
        if is_shallow(&self.root) {
            return Err(GitError::ShallowHistory { command: fetch(&self.root, &base), base, head });
        }
        Err(GitError::Unrelated { base, head })
    }

    /// The files that git gave another path on the way to `newer`, or to the working tree: old and new path.
    ///
    /// # Errors
    /// Git cannot tell.
    pub(super) fn renames(&self, newer: Option<&Self>) -> Result<BTreeMap<PathBuf, PathBuf>, GitError> {
        let mut arguments = vec![if newer.is_some() { "diff-tree" } else { "diff-index" }];
        arguments.extend(["-r", "-M", "-z", "--name-status", "--diff-filter=R", &self.commit]);
        arguments.extend(newer.map(|it| it.commit.as_str()));
        let output = succeed(git(&self.root, &arguments)?)?;
        let fields: Vec<String> = nul_separated(&output).collect();
        let pair = |it: &[String]| Some((PathBuf::from(it.get(1)?), PathBuf::from(it.get(2)?)));
        Ok(fields.chunks(3).filter_map(pair).collect())
    }

    /// Whether git keeps the file `path`, or would with the next commit.
    pub(super) fn tracks(&self, path: &Path) -> bool {
        let Some(name) = self.name_of(path) else { return false };
        let listed = git(&self.root, &["ls-files", "--error-unmatch", "--", &name]);
        listed.is_ok_and(|it| it.status.success())
    }

    /// Its regular files, by path. A path that is no text is left out.
    ///
    /// # Errors
    /// Git cannot list them.
    pub(super) fn files(&self) -> Result<Vec<Blob>, GitError> {
        let arguments = ["ls-tree", "-r", "-z", "-l", "--full-tree", &self.commit];
        let output = succeed(git(&self.root, &arguments)?)?;
        let blob = |line: String| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split_ascii_whitespace();
            let is_file = about.next()?.starts_with("100");
            let (id, size) = (about.nth(1)?.to_owned(), about.next()?.parse().ok()?);
            is_file.then(|| Blob { path: PathBuf::from(path), size, id })
        };
        Ok(nul_separated(&output).filter_map(blob).collect())
    }

    /// Gives the content of each of `blobs`, in their order, to `take`.
    ///
    /// # Errors
    /// Git cannot give one, or `take` refuses it.
    pub(super) fn contents(
        &self,
        blobs: &[Blob],
        mut take: impl FnMut(&Blob, Vec<u8>) -> std::io::Result<()>,
    ) -> Result<(), GitError> {
        let failed = |it: std::io::Error| GitError::Failed(it.to_string());
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.root).args(["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|it| GitError::NoProgram(it.to_string()))?;
        let (Some(mut questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(GitError::Failed("git takes no questions".to_owned()));
        };
        let result = std::thread::scope(|scope| {
            // Asked from another thread, since git answers before it has read all questions.
            scope.spawn(move || blobs.iter().try_for_each(|it| writeln!(questions, "{}", it.id)));
            let mut answers = BufReader::new(answers);
            for blob in blobs {
                let mut head = String::new();
                answers.read_line(&mut head)?;
                if head.split_ascii_whitespace().nth(1) != Some("blob") {
                    let message = format!("`{}` of {} cannot be read", blob.path.display(), self.name);
                    return Err(std::io::Error::other(message));
                }
                let mut bytes = vec![0; usize::try_from(blob.size).unwrap_or_default()];
                answers.read_exact(&mut bytes)?;
                answers.read_exact(&mut [0])?;
                take(blob, bytes)?;
            }
            Ok(())
        });
        // Ends by itself once its input is closed; its answers have told everything.
        let _ = child.wait();
        result.map_err(failed)
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

/// Why there is no revision `name` in the repository.
fn missing(root: &Path, name: &str) -> GitError {
    let name = name.to_owned();
    if is_shallow(root) {
        return GitError::Shallow { command: fetch(root, &name), name };
    }
    let full = remotes(root).into_iter().map(|it| format!("{it}/{name}")).find(|full| {
        let reference = format!("refs/remotes/{full}");
        git(root, &["rev-parse", "--verify", "--quiet", &reference]).is_ok_and(|it| it.status.success())
    });
    match full {
        Some(full) => GitError::Remote { name, full },
        None if remote_of(root, &name).is_some() => GitError::Missing { command: fetch(root, &name), name },
        None => GitError::Unknown(name),
    }
}

/// The command that brings the revision `name` and its history into the clone.
fn fetch(root: &Path, name: &str) -> String {
    let unshallow = if is_shallow(root) { " --unshallow" } else { "" };
    match remote_of(root, name) {
        Some((remote, branch)) => {
            format!("git fetch{unshallow} {remote} +refs/heads/{branch}:refs/remotes/{remote}/{branch}")
        }
        None => format!("git fetch{unshallow}"),
    }
}

/// The remote and the branch of `origin/main`.
fn remote_of(root: &Path, name: &str) -> Option<(String, String)> {
    let name = name.trim_start_matches("refs/remotes/");
    remotes(root).into_iter().find_map(|it| {
        let branch = name.strip_prefix(&it)?.strip_prefix('/')?.to_owned();
        Some((it, branch))
    })
}

fn remotes(root: &Path) -> Vec<String> {
    let output = git(root, &["remote"]).map(|it| it.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).lines().map(str::to_owned).collect()
}

fn is_shallow(root: &Path) -> bool {
    git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|it| first_line(&it.stdout) == "true")
}

fn succeed(output: Output) -> Result<Vec<u8>, GitError> {
    if output.status.success() { Ok(output.stdout) } else { Err(GitError::Failed(first_line(&output.stderr))) }
}

fn nul_separated(output: &[u8]) -> impl Iterator<Item = String> + '_ {
    output.split(|it| *it == 0).filter(|it| !it.is_empty()).filter_map(|it| String::from_utf8(it.to_vec()).ok())
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
        let missing = |name: &str| Revision::open(name, &clone).unwrap_err().to_string();
        assert!(missing("HEAD~1").contains("`git fetch --unshallow`"), "{}", missing("HEAD~1"));
        let command = "`git fetch --unshallow origin +refs/heads/topic:refs/remotes/origin/topic`";
        assert!(missing("origin/topic").contains(command), "{}", missing("origin/topic"));
    }

    #[test]
    fn a_branch_that_was_not_fetched_is_told_with_its_command() {
        let (folder, clones) = (repository(), tempfile::tempdir().unwrap());
        run(folder.path(), &["branch", "topic"]);
        let source = folder.path().display().to_string();
        run(clones.path(), &["clone", "--quiet", &source, "clone"]);
        let clone = clones.path().join("clone");
        let missing = |name: &str| Revision::open(name, &clone).unwrap_err().to_string();
        assert_eq!(missing("topic"), "`topic` is no revision of this clone; `origin/topic` is one");
        run(&clone, &["branch", "--remotes", "--delete", "origin/topic"]);
        let command = "git fetch origin +refs/heads/topic:refs/remotes/origin/topic";
        assert_eq!(missing("origin/topic"), format!("`origin/topic` is not in this clone; fetch it with `{command}`"));
        run(&clone, &["fetch", "--quiet", "origin", "+refs/heads/topic:refs/remotes/origin/topic"]);
        assert!(Revision::open("origin/topic", &clone).is_ok());
    }

    #[test]
    fn all_files_are_listed_and_read() {
        let folder = repository();
        std::fs::write(folder.path().join("ü b.json"), "{}").unwrap();
        run(folder.path(), &["mv", "sub/a.yaml", "c.yaml"]);
        run(folder.path(), &["add", "."]);
        run(folder.path(), &["commit", "--quiet", "--all", "--message=two"]);
        let (first, second) =
            (Revision::open("HEAD~1", folder.path()).unwrap(), Revision::open("HEAD", folder.path()).unwrap());
        let mut read = Vec::new();
        let files = second.files().unwrap();
        let mut take = |blob: &Blob, bytes| {
            read.push((blob.path.clone(), bytes));
            Ok(())
        };
        second.contents(&files, &mut take).unwrap();
        assert_eq!(read, [("c.yaml".into(), b"two\n".to_vec()), ("ü b.json".into(), b"{}".to_vec())]);
        assert_eq!(first.merge_base(&second).unwrap().commit, first.commit);
        assert!(second.tracks(&folder.path().join("c.yaml")) && !second.tracks(&folder.path().join("d.yaml")));
    }

    #[test]
    fn renames_are_followed_to_a_commit_and_to_the_working_tree() {
        let folder = repository();
        run(folder.path(), &["checkout", "--quiet", "."]);
        let first = Revision::open("HEAD", folder.path()).unwrap();
        run(folder.path(), &["mv", "sub/a.yaml", "b.yaml"]);
        let expected = BTreeMap::from([("sub/a.yaml".into(), "b.yaml".into())]);
        assert_eq!(first.renames(None).unwrap(), expected);
        run(folder.path(), &["commit", "--quiet", "--message=two"]);
        let second = Revision::open("HEAD", folder.path()).unwrap();
        assert_eq!(first.renames(Some(&second)).unwrap(), expected);
    }
}

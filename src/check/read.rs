//! Files to trees. Only regular files are opened: a pipe or a device is named, never waited for.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use crate::report::{FileError, Range};
use crate::source::{self, Node, SourceError, SourceFile, Span};

/// Bytes of a file that tell whether it is text.
const HEAD: usize = 8 * 1024;

/// A parsed file.
pub(super) struct Parsed {
    pub(super) file: Arc<SourceFile>,
    /// Of a repeated key it has the last value.
    pub(super) tree: Node,
    /// One error for each repetition.
    pub(super) repeated: Vec<FileError>,
}

/// The bytes of the regular file `path`; of one that is too large as many as show it.
///
/// # Errors
/// It is none, or cannot be read.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, FileError> {
    let metadata = fs::metadata(path).map_err(|it| unreadable(path, &it))?;
    if metadata.is_dir() {
        return Err(whole(path, "this is a folder; name a file in it"));
    }
    if !metadata.is_file() {
        return Err(whole(path, "this is a pipe or a device; only regular files are read"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|it| it.take(source::MAX_BYTES as u64 + 1).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|it| unreadable(path, &it))
}

/// The bytes of a file found by chance; nothing when it has more than `most` bytes, is not text or cannot be read.
pub(super) fn text_bytes(path: &Path, most: u64) -> Option<Vec<u8>> {
    let metadata = fs::metadata(path).ok().filter(|it| it.is_file() && it.len() <= most)?;
    let mut file = File::open(path).ok()?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or_default());
    io::copy(&mut (&mut file).take(HEAD as u64), &mut bytes).ok()?;
    if bytes.contains(&0) {
        return None;
    }
    file.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Parses the `bytes` of `path`.
///
/// # Errors
/// What is wrong, with its place.
pub(super) fn parse(path: &Path, bytes: Vec<u8>) -> Result<Parsed, FileError> {
    let file = source::decode(path, bytes).map_err(|it| whole(path, it.message))?;
    let start = Span { start: 0, end: 0 };
    let error = |it: SourceError| at(&file, it.span.unwrap_or(start), it.message);
    match source::read(&file) {
        Ok(source::Parsed { tree, repeated, .. }) => {
            let repeated = repeated.into_iter().map(error).collect();
            Ok(Parsed { file: Arc::new(file), tree, repeated })
        }
        Err(refusal) => Err(error(refusal)),
    }
}

/// An error about all of a file.
pub(super) fn whole(path: &Path, message: impl Into<String>) -> FileError {
    FileError { path: path.to_owned(), message: message.into(), range: None }
}

/// An error at a place of a file.
pub(super) fn at(file: &SourceFile, span: Span, message: impl Into<String>) -> FileError {
    FileError { path: file.path().to_owned(), message: message.into(), range: Some(Range::of(file, span)) }
}

fn unreadable(path: &Path, error: &io::Error) -> FileError {
    whole(path, format!("the file cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        assert!(bytes(folder.path()).unwrap_err().message.contains("folder"));
        assert!(bytes(&folder.path().join("none")).unwrap_err().message.contains("cannot be read"));
        #[cfg(unix)]
        assert!(bytes(Path::new("/dev/null")).unwrap_err().message.contains("pipe or a device"));
    }

    #[test]
    fn found_files_are_small_texts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let read = |content: &[u8]| {
            fs::write(&path, content).unwrap();
            text_bytes(&path, 100)
        };
        assert_eq!(read(b"text"), Some(b"text".to_vec()));
        assert_eq!(read(b"bi\0nary"), None);
        assert_eq!(read(&[b' '; 101]), None);
        assert_eq!(text_bytes(folder.path(), 100), None);
    }
}

//! Text to a position-aware tree: YAML and JSON, the only place that knows syntax.
//!
//! Every key and value carries its byte span in the source. Parsing never panics, and never
//! interprets CloudFormation: a short-form tag such as `!Sub` is kept as a tag.

mod comments;
mod file;
mod json;
mod keys;
mod node;
mod yaml;

pub use comments::{Comment, comments};
pub use file::{Position, SourceFile, Span};
pub use node::{Entry, Node, NodeKind, Number, Tag};
pub(crate) use yaml::{line_end, skip_blank};

use std::path::Path;

/// Largest file that is read, in bytes. CloudFormation itself stops at 1 MB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Deepest nesting of sequences and mappings that is followed.
pub const MAX_DEPTH: usize = 256;
/// Most nodes one file may have once its aliases are expanded; a template of the largest size that CloudFormation
/// takes cannot have more.
pub const MAX_NODES: usize = 500_000;

/// Why a text could not be read as a template: what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What is wrong and what to do about it: lower case, no final full stop.
    pub message: String,
    /// The offending place; `None` when the file as a whole is at fault.
    pub span: Option<Span>,
}

impl SourceError {
    /// An error at `span`.
    pub fn at(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span: Some(span) }
    }

    /// An error about the whole file.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None }
    }
}

/// Decodes `bytes` (UTF-8, with or without a byte order mark) as the text of `path`.
///
/// # Errors
/// A file over [`MAX_BYTES`] or one that is not UTF-8, naming the first offending byte.
pub fn decode(path: &Path, bytes: Vec<u8>) -> Result<SourceFile, SourceError> {
    file::decode(path, bytes)
}

/// A document that was read although some of its keys are repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The document; of a repeated key it has the last value.
    pub tree: Node,
    /// One error for each repetition, naming both places.
    pub repeated: Vec<SourceError>,
    /// What of the text stands for several places of the tree.
    pub sharing: Sharing,
}

/// What of a YAML text stands for several places of the tree; nothing in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sharing {
    /// Every use of an alias, in source order.
    pub aliases: Vec<Alias>,
    /// The mappings with a merge key (`<<`): some of their entries stand elsewhere.
    pub merged: Vec<Span>,
}

/// One use of an alias (`*name`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alias {
    /// The alias.
    pub span: Span,
    /// The value it stands for, its tag included.
    pub definition: Span,
}

/// Reads the one document of `file`: as JSON when [`SourceFile::is_json`] says so, else as YAML.
///
/// # Errors
/// Malformed syntax, several documents, or a limit exceeded.
pub fn read(file: &SourceFile) -> Result<Parsed, SourceError> {
    if file.is_json() { json::parse(file) } else { yaml::parse(file) }
}

/// Reads the one document of `file` and accepts no repeated key.
///
/// # Errors
/// Those of [`read`], and a repeated key.
pub fn parse(file: &SourceFile) -> Result<Node, SourceError> {
    let Parsed { tree, repeated, .. } = read(file)?;
    match repeated.into_iter().next() {
        None => Ok(tree),
        Some(error) => Err(error),
    }
}

#[cfg(test)]
mod testing;

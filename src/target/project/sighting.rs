//! A LocalStack that a file of the project runs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::expand::{Scope, is_open};
use super::image::Image;
use crate::target::Place;

/// LocalStack strips this from the names of the variables that its container is given.
const PREFIX: &str = "LOCALSTACK_";
/// Variables that hold a licence: whether they are there counts, their value is never kept.
const LICENCES: [&str; 2] = ["LOCALSTACK_AUTH_TOKEN", "LOCALSTACK_API_KEY"];

/// What kind of file it is: the first kind is what people run by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A compose file.
    Compose,
    /// The jobs of continuous integration.
    Jobs,
    /// A test that starts a container.
    Test,
}

/// One LocalStack in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sighting {
    /// The kind of the file.
    pub(super) kind: Kind,
    /// Where the image is named.
    pub(super) place: Place,
    /// The image.
    pub(super) image: Image,
    /// Variables that it runs with, by name, with the line where that is known; `None` where the value is decided later.
    pub(super) settings: BTreeMap<String, (Option<String>, Option<usize>)>,
    /// Whether it is given a licence.
    pub(super) has_licence: bool,
}

/// A file that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'t> {
    /// Its path from the project's folder.
    pub(super) path: &'t Path,
    /// Its content.
    pub(super) content: &'t str,
}

impl Sighting {
    /// An image that stands in `text` at `line`.
    pub(super) fn new(kind: Kind, text: Text<'_>, line: Option<usize>, image: Image) -> Self {
        let what = format!("image {}", image.name);
        let place = Place { path: PathBuf::from(text.path), line, what };
        Self { kind, place, image, settings: BTreeMap::new(), has_licence: false }
    }

    /// Takes variables over, expanded ones; a later one of the same name counts.
    pub(super) fn set(&mut self, scope: &Scope, line: impl Fn(&str) -> Option<usize>) {
        for (name, value) in scope {
            if LICENCES.contains(&name.as_str()) {
                self.has_licence = true;
                continue;
            }
            let value = Some(value.clone()).filter(|it| !is_open(it));
            self.settings.insert(name.clone(), (value, line(name)));
        }
    }

    /// The variable of this name, with or without LocalStack's prefix.
    pub(super) fn setting(&self, name: &str) -> Option<&(Option<String>, Option<usize>)> {
        self.settings.get(name).or_else(|| self.settings.get(&format!("{PREFIX}{name}")))
    }
}

impl Text<'_> {
    /// The line, from 1, on which `needle` first stands at or after line `from`.
    pub(super) fn line_of(&self, needle: &str, from: usize) -> Option<usize> {
        let lines = self.content.lines().enumerate().skip(from.saturating_sub(1));
        lines.filter(|(_, it)| !it.trim_start().starts_with('#')).find(|(_, it)| it.contains(needle)).map(|it| it.0 + 1)
    }
}

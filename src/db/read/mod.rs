//! TOML to entries, with every problem named by file and line. Shared with `build.rs`.
//!
//! Never stops at the first problem, and never reads anything but the folder it is given.

mod adjust;
mod behaviour;
mod context;
mod coverage;
mod document;
mod limitation;
mod observe;
mod predicate;
mod services;
mod settings;
mod table;
mod texts;
mod types;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use context::Context;
use document::Document;
use table::Table;
use types::Types;

use super::knowledge::Knowledge;
use super::problem::{Problem, Problems};
use super::{Coverage, Limitation};

/// Reads the knowledge base in `dir`; files and folders of it that are not there count as empty. Names that entries
/// refer to may also be defined in `base`, the knowledge that this one will be put over.
///
/// # Errors
/// Every problem, sorted by place.
pub(crate) fn read(dir: &Path, base: &Knowledge) -> Result<Knowledge, Problems> {
    let mut reader = Reader { dir, problems: Vec::new() };
    let mut own = Knowledge::default();
    if !dir.is_dir() {
        reader.report(dir, "there is no such folder");
    }
    own.releases = reader.file("releases.toml", settings::releases).unwrap_or_default();
    own.variables = reader.file("config.toml", settings::variables).unwrap_or_default();
    own.services = reader.file("services.toml", |_, root| services::services(root)).unwrap_or_default();
    own.coverage = reader.coverage(base);
    own.limitations = reader.limitations(&Context::of([base, &own]));
    reader.problems.sort();
    if reader.problems.is_empty() { Ok(own) } else { Err(Problems(reader.problems)) }
}

struct Reader<'d> {
    dir: &'d Path,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn coverage(&mut self, base: &Knowledge) -> Vec<Coverage> {
        let mut types = Types::new(base);
        for name in self.toml_files("coverage") {
            let stem = name.trim_start_matches("coverage/").trim_end_matches(".toml");
            self.file(&name, |document, root| {
                coverage::coverage(document, root, stem).into_iter().for_each(|it| types.cover(document, it));
            });
        }
        for name in self.toml_files("behaviour") {
            self.file(&name, |document, root| {
                behaviour::behaviours(root).into_iter().for_each(|it| types.describe(document, it));
            });
        }
        types.finish()
    }

    fn limitations(&mut self, context: &Context) -> Vec<Limitation> {
        let mut all: BTreeMap<String, Limitation> = BTreeMap::new();
        for name in self.toml_files("limitations") {
            let entries = self.file(&name, |document, root| limitation::limitations(document, root, context));
            for entry in entries.unwrap_or_default() {
                if let Some(known) = all.get(&entry.id) {
                    let message = format!("id `{}` is taken by {}:{}", entry.id, known.file, known.line);
                    self.problems.push(Problem { file: self.dir.join(&name), line: Some(entry.line), message });
                } else {
                    all.insert(entry.id.clone(), entry);
                }
            }
        }
        all.into_values().collect()
    }

    /// Reads one file, when it is there and is TOML.
    fn file<T>(&mut self, name: &str, read: impl FnOnce(&Document, Table<'_>) -> T) -> Option<T> {
        let path = self.dir.join(name);
        if !path.exists() {
            return None;
        }
        let text =
            std::fs::read_to_string(&path).map_err(|error| self.report(&path, format!("cannot be read: {error}")));
        let text = text.ok()?;
        let document = Document::new(&path, name.to_owned(), &text);
        let root = document.parse(&text);
        let result = root.as_ref().map(|it| read(&document, Table::new(&document, it.get_ref(), 0)));
        self.problems.extend(document.into_problems());
        result
    }

    /// The TOML files of a folder in order, named from the knowledge base's folder with `/`.
    fn toml_files(&mut self, folder: &str) -> Vec<String> {
        let path = self.dir.join(folder);
        if !path.exists() {
            return Vec::new();
        }
        let entries = match std::fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) => {
                self.report(&path, format!("cannot be read: {error}"));
                return Vec::new();
            }
        };
        let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> =
            names.filter(|it| it.ends_with(".toml")).map(|it| format!("{folder}/{it}")).collect();
        names.sort();
        names
    }

    fn report(&mut self, path: &Path, message: impl Into<String>) {
        self.problems.push(Problem { file: PathBuf::from(path), line: None, message: message.into() });
    }
}

//! TOML to entries, with every problem named by file and line. Shared with `build.rs`.
//!
//! Never stops at the first problem, and never reads anything but the folder it is given.

mod adjust;
mod aws;
mod behaviour;
mod context;
mod coverage;
mod document;
mod expression;
mod limitation;
mod needs;
mod observe;
mod predicate;
mod question;
mod schemas;
mod scope;
mod services;
mod settings;
mod table;
mod texts;
mod types;
mod wording;

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
use super::schema::Schemas;
use super::{Coverage, Limitation};

/// Reads the schemas of the knowledge base in `dir`; none when it has none.
///
/// # Errors
/// Every problem, sorted by place.
pub(crate) fn read_schemas(dir: &Path) -> Result<Schemas, Problems> {
    let mut reader = Reader { dir, is_strict: true, problems: Vec::new() };
    let mut all = Schemas::default();
    for name in reader.toml_files("schemas") {
        reader.file(&name, |document, root| schemas::schemas(document, root, &mut all));
    }
    reader.end(all)
}

/// Reads the knowledge base in `dir`; files and folders of it that are not there count as empty. Names that entries
/// refer to may also be defined in `base`, the knowledge that this one will be put over. With `schemas`, everything
/// has to be well worded too, and every path has to be in them; without, knowledge that works is good enough.
///
/// # Errors
/// Every problem, sorted by place.
pub(crate) fn read(dir: &Path, base: &Knowledge, schemas: Option<&Schemas>) -> Result<Knowledge, Problems> {
    let mut reader = Reader { dir, is_strict: schemas.is_some(), problems: Vec::new() };
    let none = Schemas::default();
    let schemas = schemas.unwrap_or(&none);
    let mut own = Knowledge::default();
    if !dir.is_dir() {
        reader.report(dir, "there is no such folder");
    }
    own.releases = reader.file("releases.toml", settings::releases).unwrap_or_default();
    own.variables = reader.file("config.toml", settings::variables).unwrap_or_default();
    own.namings = reader.file("names.toml", |_, root| aws::namings(root)).unwrap_or_default();
    own.policies = reader.file("managed-policies.toml", aws::policies).unwrap_or_default();
    own.services = reader.file("services.toml", |_, root| services::services(root)).unwrap_or_default();
    own.needs = reader.needs(&Context::of([base, &own], schemas));
    own.coverage = reader.coverage(base, schemas);
    own.limitations = reader.limitations(&Context::of([base, &own], schemas));
    reader.end(own)
}

struct Reader<'d> {
    dir: &'d Path,
    /// Whether wording is judged.
    is_strict: bool,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn end<T>(mut self, read: T) -> Result<T, Problems> {
        self.problems.sort();
        if self.problems.is_empty() { Ok(read) } else { Err(Problems(self.problems)) }
    }

    fn coverage(&mut self, base: &Knowledge, schemas: &Schemas) -> Vec<Coverage> {
        let mut types = Types::new(base);
        let context = Context::of([base], schemas);
        for name in self.toml_files("coverage") {
            let stem = name.trim_start_matches("coverage/").trim_end_matches(".toml");
            self.file(&name, |document, root| {
                coverage::coverage(document, root, stem, &context).into_iter().for_each(|it| types.cover(document, it));
            });
        }
        let context = context.and_types(types.names());
        for name in self.toml_files("behaviour") {
            self.file(&name, |document, root| {
                behaviour::behaviours(root, &context).into_iter().for_each(|it| types.describe(document, it));
            });
        }
        types.finish()
    }

    fn needs(&mut self, context: &Context<'_>) -> Vec<super::Need> {
        self.file("needs.toml", |_, root| needs::needs(root, context)).unwrap_or_default()
    }

    fn limitations(&mut self, context: &Context<'_>) -> Vec<Limitation> {
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
        let document = Document::new(&path, name.to_owned(), &text, self.is_strict);
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

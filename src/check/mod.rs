//! From paths to a report: finds the templates, reads and analyses them one after the other.
//!
//! The only library code that reads templates from disk. What cannot be read becomes an entry of
//! [`Report::errors`]; the other files are still analysed.

mod discover;
mod recognise;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::analysis::{analyse, suppress_by_comments};
use crate::db::Db;
use crate::report::{FileError, KnowledgeBase, Range, Report, StackEntry};
use crate::source::{self, Parsed, SourceFile, Span};
use crate::stack::{self, Inputs};
use crate::target::Target;

use discover::Candidate;
use recognise::Recognised;

/// Checks templates for one target.
#[derive(Debug)]
pub struct Checker<'a> {
    db: &'a Db,
    target: &'a Target,
    inputs: Inputs,
}

/// What came of one file.
enum Outcome {
    Stack { entry: StackEntry, errors: Vec<FileError>, parameters: Vec<String> },
    Failed(FileError),
    NotATemplate,
}

impl<'a> Checker<'a> {
    /// A checker whose templates are read with `parameters` (values by name) and the target's region and account.
    pub fn new(db: &'a Db, target: &'a Target, parameters: BTreeMap<String, String>) -> Self {
        let inputs = Inputs {
            parameters,
            region: target.region.clone(),
            account_id: target.account_id.clone(),
            partition: target.partition().to_owned(),
            stack_name: None,
        };
        Self { db, target, inputs }
    }

    /// The report on every template at or below `paths`, in their order, files of a folder by name.
    ///
    /// A file named in `paths` has to be a template; below a folder, files that are none are passed over.
    pub fn check(&self, paths: &[PathBuf]) -> Report {
        let mut report = self.empty_report();
        let mut declared = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for path in paths {
            let before = report.stacks.len() + report.errors.len();
            let (candidates, errors) = discover::discover(path);
            report.errors.extend(errors);
            for candidate in candidates.into_iter().filter(|it| seen.insert(it.path.clone())) {
                match self.check_file(&candidate) {
                    Outcome::Stack { entry, errors, parameters } => {
                        report.stacks.push(entry);
                        report.errors.extend(errors);
                        declared.extend(parameters);
                    }
                    Outcome::Failed(error) => report.errors.push(error),
                    Outcome::NotATemplate => {}
                }
            }
            if report.stacks.len() + report.errors.len() == before && path.is_dir() {
                report.errors.push(nothing_in(path));
            }
        }
        let unused = self.inputs.parameters.keys().filter(|it| !declared.contains(*it));
        report.notes.extend(unused.map(|it| format!("no template declares the given parameter `{it}`")));
        report
    }

    fn empty_report(&self) -> Report {
        let limitations = self.db.limitations().len();
        let resource_types = self.db.coverage_rows().len();
        Report {
            knowledge_base: KnowledgeBase { limitations, resource_types },
            target: self.target.clone(),
            stacks: Vec::new(),
            tests: Vec::new(),
            errors: Vec::new(),
            notes: self.target.notes.clone(),
        }
    }

    fn check_file(&self, candidate: &Candidate) -> Outcome {
        let path = &candidate.path;
        if !candidate.is_explicit && is_too_large(path) {
            return Outcome::NotATemplate;
        }
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => return Outcome::Failed(unreadable(path, &error)),
        };
        if !candidate.is_explicit && !recognise::may_be_template(&bytes) {
            return Outcome::NotATemplate;
        }
        let claims = candidate.is_explicit || recognise::claims_to_be_template(&bytes);
        let parsed = source::decode(path, bytes).map_err(|it| (None, it)).and_then(|file| match source::read(&file) {
            Ok(parsed) => Ok((file, parsed)),
            Err(error) => Err((Some(file), error)),
        });
        match parsed {
            Ok((file, parsed)) => self.check_tree(candidate, file, &parsed),
            Err((file, error)) if claims => {
                let start = Span { start: 0, end: 0 };
                let range = file.map(|file| Range::of(&file, error.span.unwrap_or(start)));
                Outcome::Failed(FileError { path: path.clone(), message: error.message, range })
            }
            Err(_) => Outcome::NotATemplate,
        }
    }

    fn check_tree(&self, candidate: &Candidate, file: SourceFile, parsed: &Parsed) -> Outcome {
        let tree = &parsed.tree;
        match recognise::recognise(tree) {
            Recognised::Template => {}
            Recognised::Broken(message) => {
                let range = Some(Range::of(&file, tree.span));
                return Outcome::Failed(FileError { path: candidate.path.clone(), message, range });
            }
            // A named file that has the section is read, so that what is wrong with it gets a place.
            Recognised::Other if candidate.is_explicit && tree.get("Resources").is_some() => {}
            Recognised::Other if candidate.is_explicit => return Outcome::Failed(not_a_template(&candidate.path)),
            Recognised::Other => return Outcome::NotATemplate,
        }
        let file = Arc::new(file);
        let stack = stack::read(Arc::clone(&file), tree, &self.inputs);
        let error = |message: &str, span: Span| FileError {
            path: candidate.path.clone(),
            message: message.to_owned(),
            range: Some(Range::of(&file, span)),
        };
        let repeated = parsed.repeated.iter().map(|it| error(&it.message, it.span.unwrap_or(tree.span)));
        let errors: Vec<FileError> =
            repeated.chain(stack.problems.iter().map(|it| error(&it.message, it.span))).collect();
        let mut report = analyse(&stack, self.target, self.db);
        suppress_by_comments(&mut report, &file, &source::comments(&file, tree));
        let entry = StackEntry { path: candidate.path.clone(), kind: stack.kind, file, report };
        Outcome::Stack { entry, errors, parameters: stack.parameters.into_iter().map(|it| it.name).collect() }
    }
}

fn is_too_large(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|it| it.len() > source::MAX_BYTES as u64)
}

fn unreadable(path: &Path, error: &std::io::Error) -> FileError {
    FileError { path: path.to_owned(), message: format!("the file cannot be read: {error}"), range: None }
}

fn not_a_template(path: &Path) -> FileError {
    let message = "this is no CloudFormation template: it has no top-level `Resources` with typed resources; \
                   give a template, or the folder that holds it";
    FileError { path: path.to_owned(), message: message.to_owned(), range: None }
}

fn nothing_in(path: &Path) -> FileError {
    let message = "no CloudFormation template was found below this folder; name the template itself if it is \
                   ignored by git or has another extension than .yaml, .yml, .json or .template";
    FileError { path: path.to_owned(), message: message.to_owned(), range: None }
}

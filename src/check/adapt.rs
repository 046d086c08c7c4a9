//! A template with those it nests, adapted from the inside out.
//!
//! A parameter that its parent cannot give any more goes from a nested template, and an output that goes from there goes
//! from its parent.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adjust::{self, AdaptError, Adapted, GUARD, Lost, Needs, Options};
use crate::analysis::{Finding, StackReport, analyse, suppress_by_comments};
use crate::report::adapted::Language;
use crate::report::{FileError, Origin};
use crate::source::{self, Node, SourceFile};
use crate::stack::{self, Inputs, Resource, Stack};
use crate::target::Target;

use super::discover::{self, Candidate};
use super::family::{Root, handed_down};
use super::files::Files;
use super::nested::{self, Place};
use super::read::{self, Parsed};
use super::{Checker, assembly, constructs, include, language, nothing_in, project};

/// A template and what became of it.
#[derive(Debug)]
pub struct AdaptedStack {
    /// The template as it was.
    pub before: Arc<SourceFile>,
    /// How it comes to be deployed; of a CDK app also when the template itself was named.
    pub origin: Origin,
    /// Construct paths of the CDK by logical id.
    pub constructs: BTreeMap<String, String>,
    /// The language of the app that generates it.
    pub language: Language,
    /// What was changed.
    pub adapted: Adapted,
}

/// Says whether a finding in a text is to be changed for.
pub type Wants<'w> = dyn Fn(&Finding, &SourceFile) -> bool + 'w;

impl Checker<'_> {
    /// The template at `path`, or the stacks of the CDK assembly there, and every template they nest, adapted for the
    /// findings that `wants` names. Parents come first.
    ///
    /// # Errors
    /// What cannot be read, or cannot be changed without changing something else.
    pub fn adapt(&self, path: &Path, options: Options, wants: &Wants<'_>) -> Result<Vec<AdaptedStack>, Vec<FileError>> {
        let roots = self.roots(path)?;
        let mut all = Vec::new();
        let schemas = self.schemas();
        for (root, target) in roots {
            let needs = Needs { db: self.db, schemas: &schemas };
            let family = Adapter { target: &target, needs, options, wants, project: root.project.clone() };
            let mut walk = Walk { family, chain: Vec::new(), seen: BTreeMap::new(), stacks: Vec::new() };
            walk.root(root).map_err(|it| vec![it])?;
            all.extend(walk.stacks);
        }
        Ok(all)
    }

    fn roots(&self, path: &Path) -> Result<Vec<(Root, Target)>, Vec<FileError>> {
        let found = discover::discover(path);
        if !found.errors.is_empty() {
            return Err(found.errors);
        }
        match found.candidates.as_slice() {
            [Candidate::File(file, trust)] => match self.template(file, *trust) {
                Some(parsed) => {
                    let root = self.file_root(parsed.map_err(|it| vec![it])?, project(path));
                    Ok(vec![(root, self.target.clone())])
                }
                None => Err(vec![nothing_in(path, &[])]),
            },
            [Candidate::Assembly(folder)] => {
                let (stacks, errors) = assembly::stacks(folder);
                if !errors.is_empty() {
                    return Err(errors);
                }
                let canonical = folder.canonicalize().unwrap_or_else(|_| folder.clone());
                let roots = stacks.into_iter().map(|it| self.assembly_root(it, &canonical));
                roots.collect::<Result<_, _>>().map_err(|it| vec![it])
            }
            [] => Err(vec![nothing_in(path, &found.unsynthesised)]),
            _ => Err(vec![read::whole(path, "there are several templates; name the one to adapt")]),
        }
    }
}

/// What every template of a family is adapted with.
struct Adapter<'a> {
    target: &'a Target,
    needs: Needs<'a>,
    options: Options,
    wants: &'a Wants<'a>,
    project: PathBuf,
}

struct Walk<'a> {
    family: Adapter<'a>,
    /// The templates from the outermost one to the one that is adapted, by canonical path.
    chain: Vec<PathBuf>,
    /// The outputs that are gone from the templates that were adapted.
    seen: BTreeMap<PathBuf, Gone>,
    stacks: Vec<AdaptedStack>,
}

/// What a parent has to know of a nested template.
#[derive(Debug, Clone, Default)]
struct Gone {
    outputs: BTreeSet<String>,
    /// Whether it asks where it runs.
    is_guarded: bool,
    /// Whether no resource is left.
    is_empty: bool,
}

impl Walk<'_> {
    fn root(&mut self, root: Root) -> Result<(), FileError> {
        let Root { parsed, origin, inputs, constructs, .. } = root;
        self.chain.extend(parsed.file.path().canonicalize());
        self.template(parsed, &inputs, origin, constructs, &Lost::default()).map(drop)
    }

    fn template(
        &mut self,
        parsed: Parsed,
        inputs: &Inputs,
        origin: Origin,
        mut constructs: BTreeMap<String, String>,
        lost: &Lost,
    ) -> Result<Gone, FileError> {
        if let Some(error) = parsed.repeated.into_iter().next() {
            return Err(error);
        }
        let before = parsed.file;
        let old = self.family.stack(&before, &parsed.tree, inputs);
        constructs::add_paths(&old, &mut constructs);
        let mut adapted = self.family.adapt(&before, inputs, lost)?;
        let at = self.stacks.len();
        let new = self.family.reread(&before, &adapted, inputs)?;
        let mut missing = Lost::default();
        for resource in new.resources.iter().filter(|it| !it.included.is_no()) {
            let Some(Place::Local(path)) = nested::place(resource, &new.file) else { continue };
            let Some(gone) = self.child(&path, resource, &old, &new, inputs, &origin)? else { continue };
            if gone.is_empty {
                missing.resources.insert(resource.logical_id.clone());
                continue;
            }
            let output = |it: String| (resource.logical_id.clone(), format!("Outputs.{it}"));
            missing.attributes.extend(gone.outputs.into_iter().map(output));
            if gone.is_guarded {
                missing.guarded.insert(resource.logical_id.clone());
            }
        }
        if missing != Lost::default() {
            let file = Arc::new(SourceFile::new(before.path(), adapted.text.clone()));
            adapted = adapted.then(self.family.adapt(&file, inputs, &missing)?);
        }
        let new = self.family.reread(&before, &adapted, inputs)?;
        let names = |it: &Stack| it.outputs.iter().map(|it| it.name.clone()).collect::<BTreeSet<String>>();
        let outputs = names(&old).difference(&names(&new)).cloned().collect();
        let is_guarded = self.family.options.guard && new.parameters.iter().any(|it| it.name == GUARD);
        if adapted.leaves_nothing() && matches!(origin, Origin::Nested(_)) {
            // It goes with the resource that deploys it, and its file stays.
            self.stacks.truncate(at);
            return Ok(Gone { is_empty: true, ..Gone::default() });
        }
        let origin = match origin {
            Origin::Template if !constructs.is_empty() => Origin::Cdk(stem(before.path())),
            origin => origin,
        };
        let language = language::language(before.path());
        self.stacks.insert(at, AdaptedStack { before, origin, constructs, language, adapted });
        Ok(Gone { outputs, is_guarded, is_empty: false })
    }

    /// What is gone from the template of a nested stack; nothing when it is not a file of the project.
    fn child(
        &mut self,
        path: &Path,
        resource: &Resource,
        old: &Stack,
        new: &Stack,
        inputs: &Inputs,
        origin: &Origin,
    ) -> Result<Option<Gone>, FileError> {
        let canonical = path.canonicalize().ok().filter(|it| it.starts_with(&self.family.project));
        let Some(canonical) = canonical.filter(|it| !self.chain.contains(it)) else { return Ok(None) };
        if let Some(gone) = self.seen.get(&canonical) {
            return Ok(Some(gone.clone()));
        }
        // As when it is checked: a stack whose template cannot be read is not followed.
        let Ok(parsed) = read::bytes(path).and_then(|it| read::parse(path, it)) else { return Ok(None) };
        let passed = nested::passed(resource);
        let given =
            |it: &nested::Passed| -> BTreeSet<String> { it.known.keys().chain(it.open.keys()).cloned().collect() };
        let given_before = old.resource(&resource.logical_id).map(|it| given(&nested::passed(it))).unwrap_or_default();
        let needed = |name: &String| {
            let declared = parsed.tree.get("Parameters").and_then(|it| it.get(name));
            declared.is_some_and(|it| it.get("Default").is_none())
        };
        let parameters = given_before.difference(&given(&passed)).filter(|it| needed(it)).cloned().collect();
        let lost = Lost { parameters, ..Lost::default() };
        let inputs = Inputs { stack_name: None, ..handed_down(passed, &parsed, inputs) };
        let origin = origin.nested(new.file.path(), &resource.logical_id);
        self.chain.push(canonical.clone());
        let gone = self.template(parsed, &inputs, origin, BTreeMap::new(), &lost);
        self.chain.pop();
        let gone = gone?;
        self.seen.insert(canonical, gone.clone());
        Ok(Some(gone))
    }
}

impl Adapter<'_> {
    fn adapt(&self, file: &Arc<SourceFile>, inputs: &Inputs, lost: &Lost) -> Result<Adapted, FileError> {
        // The text that findings point into, for questions about them.
        let shown = RefCell::new(Arc::clone(file));
        let read = |file: Arc<SourceFile>, tree: &Node| {
            *shown.borrow_mut() = Arc::clone(&file);
            self.read(file, tree, inputs)
        };
        let wants = |it: &Finding| (self.wants)(it, &shown.borrow());
        let adapted = adjust::adapt(Arc::clone(file), &read, self.needs, self.options, &wants, lost);
        adapted.map_err(|error| failure(&shown.borrow(), &error))
    }

    fn read(&self, file: Arc<SourceFile>, tree: &Node, inputs: &Inputs) -> (Stack, StackReport) {
        let stack = self.stack(&file, tree, inputs);
        let mut report = analyse(&stack, self.target, self.needs.db);
        suppress_by_comments(&mut report, &file, &source::comments(&file, tree));
        (stack, report)
    }

    /// The stack; a guarded one as LocalStack sees it.
    fn stack(&self, file: &Arc<SourceFile>, tree: &Node, inputs: &Inputs) -> Stack {
        let mut tree = tree.clone();
        constructs::drop_bootstrap_rule(&mut tree);
        // What is wrong with an included file was said before, or will be by `check`.
        let _ = include::files(&mut tree, file, &Files::Disk, &self.project);
        let mut inputs = inputs.clone();
        if self.options.guard && tree.get("Parameters").and_then(|it| it.get(GUARD)).is_some() {
            inputs.parameters.entry(GUARD.to_owned()).or_insert_with(|| "true".to_owned());
        }
        stack::read(Arc::clone(file), &tree, &inputs)
    }

    fn reread(&self, before: &SourceFile, adapted: &Adapted, inputs: &Inputs) -> Result<Stack, FileError> {
        let file = Arc::new(SourceFile::new(before.path(), adapted.text.clone()));
        let tree = source::parse(&file).map_err(|it| failure(&file, &AdaptError::Source(it)))?;
        Ok(self.stack(&file, &tree, inputs))
    }
}

fn failure(file: &SourceFile, error: &AdaptError) -> FileError {
    let span = match error {
        AdaptError::Source(error) => error.span,
        AdaptError::Refused(refusal) => Some(refusal.span),
    };
    match span {
        Some(span) => read::at(file, span, error.to_string()),
        None => read::whole(file.path(), error.to_string()),
    }
}

/// The name of a stack by its template: `Shop` for `Shop.template.json`.
fn stem(path: &Path) -> String {
    let name = path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

//! A stack with the stacks nested in it, each read with what its parent passes down.
//!
//! A nested template is read only from below the project's folder. What cannot be followed is named, and leaves the
//! verdict of the parent open.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adjust;
use crate::analysis::{
    AwsVerdict, LocalstackVerdict, Run, Updates, analyse, suppress_by_comments, unused_suppressions, updates,
};
use crate::db::{Db, Schemas};
use crate::report::{FileError, Origin, StackEntry, UpdatesEntry};
use crate::source;
use crate::stack::{self, Data, Inputs, Problem, Reason, Resource, Stack, Truth};
use crate::target::Target;

use super::constructs;
use super::files::Files;
use super::include;
use super::nested::{self, Passed, Place};
use super::read::{self, Parsed};
use super::recognise::{self, Recognised};
use super::since::{self, Comparison, Earlier};

/// Nested stacks inside each other.
const MAX_DEPTH: usize = 16;
/// Nested stacks of one stack; a template that nests another several times costs each time.
const MAX_NESTED: usize = 500;

/// What stacks are judged with.
#[derive(Clone, Copy)]
pub(super) struct With<'a> {
    /// The LocalStack.
    pub(super) target: &'a Target,
    /// What is known.
    pub(super) db: &'a Db,
    /// What types require, where fixes of single findings are asked for.
    pub(super) fixes: Option<&'a Schemas>,
}

/// What came of one stack and those nested in it.
#[derive(Debug, Default)]
pub(super) struct Family {
    /// The stacks, parents first.
    pub(super) entries: Vec<StackEntry>,
    /// What is wrong in their templates.
    pub(super) errors: Vec<FileError>,
    /// What is not analysed, and why.
    pub(super) notes: Vec<String>,
    /// The templates of nested stacks, by canonical path.
    pub(super) reached: BTreeSet<PathBuf>,
    /// The parameters that the outermost template declares.
    pub(super) declared: Vec<String>,
}

/// An outermost stack.
pub(super) struct Root {
    /// Its template.
    pub(super) parsed: Parsed,
    /// How it is deployed.
    pub(super) origin: Origin,
    /// What it is read with.
    pub(super) inputs: Inputs,
    /// Construct paths by logical id that are known beside the template.
    pub(super) constructs: BTreeMap<String, String>,
    /// The folder below which nested templates are read, canonical.
    pub(super) project: PathBuf,
}

impl Family {
    /// Takes over what came of another stack.
    pub(super) fn join(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.errors.extend(other.errors);
        self.notes.extend(other.notes);
        self.reached.extend(other.reached);
        self.declared.extend(other.declared);
    }
}

/// Reads and analyses `root` and what it nests, compared with an old version.
pub(super) fn follow(root: Root, with: With<'_>, since: Option<Comparison>) -> Family {
    walk(root, Files::Disk, Purpose::Analyse { with, since }).family
}

/// Reads `root` and what it nests from `files`.
pub(super) fn earlier(root: Root, files: Files) -> Earlier {
    match walk(root, files, Purpose::Keep(Earlier::new())).purpose {
        Purpose::Keep(stacks) => stacks,
        Purpose::Analyse { .. } => Earlier::new(),
    }
}

fn walk<'a>(root: Root, files: Files, purpose: Purpose<'a>) -> Walk<'a> {
    let Root { parsed, origin, inputs, constructs, project } = root;
    let chain = files.canonical(parsed.file.path()).into_iter().collect();
    let mut walk = Walk { files, purpose, project, chain, nested: 0, family: Family::default() };
    walk.stack(parsed, &inputs, origin, constructs);
    walk
}

/// What stacks are read for.
enum Purpose<'a> {
    /// To report on them.
    Analyse { with: With<'a>, since: Option<Comparison> },
    /// To be compared with.
    Keep(Earlier),
}

struct Walk<'a> {
    files: Files,
    purpose: Purpose<'a>,
    project: PathBuf,
    /// The templates from the outermost stack to the one being read.
    chain: Vec<PathBuf>,
    /// Nested stacks met so far.
    nested: usize,
    family: Family,
}

/// What happens to a stack with all that it nests.
#[derive(Clone, Copy)]
struct Verdicts {
    localstack: LocalstackVerdict,
    aws: AwsVerdict,
}

impl Walk<'_> {
    fn stack(
        &mut self,
        parsed: Parsed,
        inputs: &Inputs,
        origin: Origin,
        mut constructs: BTreeMap<String, String>,
    ) -> Verdicts {
        let Parsed { file, mut tree, repeated } = parsed;
        self.family.errors.extend(repeated);
        constructs::drop_bootstrap_rule(&mut tree);
        self.family.errors.extend(include::files(&mut tree, &file, &self.files, &self.project));
        let mut stack = stack::read(Arc::clone(&file), &tree, inputs);
        constructs::add_paths(&stack, &mut constructs);
        let at = self.family.entries.len();
        let children = self.children(&mut stack, inputs, &origin);
        for open in &stack.unexpanded {
            let line = file.position(open.span.start).line;
            self.note(format!("{}:{line}: {}", file.path().display(), open.message));
        }

        let (With { target, db, fixes }, since) = match &mut self.purpose {
            Purpose::Analyse { with, since } => (*with, since.as_ref()),
            Purpose::Keep(stacks) => {
                stacks.insert(since::place(&origin), stack);
                return Verdicts { localstack: LocalstackVerdict::Deploys, aws: AwsVerdict::NoKnownFailure };
            }
        };
        let mut report = analyse(&stack, target, db);
        let earlier = since.and_then(|it| Some((it, it.stacks.get(&since::place(&origin))?)));
        let updates = earlier.map(|(since, old)| {
            let Updates { updates, findings } = updates(old, &stack, target, db, &since.schemas);
            report.add(findings, &stack);
            UpdatesEntry { since: since.name.clone(), updates }
        });
        let comments = source::comments(&file, &tree);
        suppress_by_comments(&mut report, &file, &comments);
        let run = Run { target, db, has_updates: updates.is_some() };
        report.add(unused_suppressions(&report, &stack, &comments, run), &stack);
        suppress_by_comments(&mut report, &file, &comments);
        for child in &children {
            report.localstack = worse(report.localstack, child.localstack);
            report.aws = worse_aws(report.aws, child.aws);
        }
        let verdicts = Verdicts { localstack: report.localstack, aws: report.aws };
        self.family.errors.extend(stack.problems.iter().map(|it| read::at(&file, it.span, it.message.clone())));
        let quotable = stack.quotable();
        let fixes = fixes.map(|it| adjust::fixes(&file, &quotable, &stack, &report.findings, db, it));
        if at == 0 {
            self.family.declared = stack.parameters.into_iter().map(|it| it.name).collect();
        }
        let entry = StackEntry {
            path: file.path().to_owned(),
            kind: stack.kind,
            origin,
            region: inputs.region.clone(),
            account_id: inputs.account_id.clone(),
            constructs,
            nested: children.len(),
            not_analysed: stack.unexpanded.iter().map(|it| it.message.clone()).collect(),
            file: quotable,
            report,
            updates,
            fixes: fixes.unwrap_or_default(),
        };
        self.family.entries.insert(at, entry);
        verdicts
    }

    /// Follows the nested stacks of `stack`; gives what happens to each, and what could not be followed.
    fn children(&mut self, stack: &mut Stack, inputs: &Inputs, origin: &Origin) -> Vec<Verdicts> {
        let mut children = Vec::new();
        let mut open = Vec::new();
        let mut problems = Vec::new();
        for resource in stack.resources.iter().filter(|it| !it.included.is_no()) {
            let Some(place) = nested::place(resource, &stack.file) else { continue };
            match self.child(place, resource, stack, inputs, origin, &mut problems) {
                Ok(verdicts) => children.push(verdicts),
                Err(why) => {
                    let message = format!("nested stack `{}` is not analysed: {why}", resource.logical_id);
                    open.push(Problem::new(resource.id_span, message));
                }
            }
        }
        stack.problems.extend(problems);
        stack.unexpanded.extend(open);
        children
    }

    fn child(
        &mut self,
        place: Place,
        resource: &Resource,
        parent: &Stack,
        inputs: &Inputs,
        origin: &Origin,
        problems: &mut Vec<Problem>,
    ) -> Result<Verdicts, String> {
        let path = match place {
            Place::Local(path) => path,
            Place::Remote(address) => return Err(format!("its template is remote, `{address}`")),
            Place::Unknown(text) => return Err(format!("where its template is depends on `{text}`")),
        };
        let (canonical, parsed) = self.template(&path)?;
        self.family.reached.insert(canonical.clone());
        let passed = nested::passed(resource);
        if resource.included.is_yes() {
            problems.extend(disagreements(&passed, &parsed, resource));
        }
        let inputs = Inputs { stack_name: None, ..handed_down(passed, &parsed, inputs) };
        let origin = origin.nested(parent.file.path(), &resource.logical_id);
        self.nested += 1;
        self.chain.push(canonical);
        let verdicts = self.stack(parsed, &inputs, origin, BTreeMap::new());
        self.chain.pop();
        Ok(verdicts.under(&resource.included))
    }

    /// The template at `path` with its canonical path.
    fn template(&mut self, path: &Path) -> Result<(PathBuf, Parsed), String> {
        let shown = path.display();
        let canonical = self.files.canonical(path).ok_or_else(|| format!("there is no file `{shown}`"))?;
        if !canonical.starts_with(&self.project) {
            return Err(format!("its template `{shown}` is outside of the project; check the folder that holds both"));
        }
        if self.chain.contains(&canonical) {
            return Err(format!("its template `{shown}` is one that it is nested in, so that it would never end"));
        }
        if self.chain.len() > MAX_DEPTH || self.nested >= MAX_NESTED {
            return Err(format!("at most {MAX_NESTED} nested stacks and {MAX_DEPTH} levels of them are followed"));
        }
        let parsed = self.files.bytes(path).and_then(|it| read::parse(path, it)).map_err(|error| {
            self.family.reached.insert(canonical.clone());
            self.family.errors.push(error);
            format!("its template `{shown}` cannot be read")
        })?;
        match recognise::recognise(&parsed.tree) {
            Recognised::Template => {}
            Recognised::Broken(_) | Recognised::Other => return Err(format!("`{shown}` is no template")),
        }
        Ok((canonical, parsed))
    }

    fn note(&mut self, note: String) {
        if !self.family.notes.contains(&note) {
            self.family.notes.push(note);
        }
    }
}

impl Verdicts {
    /// What they mean for the parent, whose condition decides whether the stack is there at all.
    fn under(self, included: &Truth) -> Self {
        if included.is_yes() {
            return self;
        }
        let localstack = match self.localstack {
            LocalstackVerdict::Fails => LocalstackVerdict::Undetermined,
            other => other,
        };
        let aws = match self.aws {
            AwsVerdict::Fails => AwsVerdict::Undetermined,
            other => other,
        };
        Self { localstack, aws }
    }
}

/// Parameters that the parent has to give and does not, and those that it gives although nothing declares them.
fn disagreements(passed: &Passed, child: &Parsed, resource: &Resource) -> Vec<Problem> {
    let declared = child.tree.get("Parameters").map(source::Node::entries).unwrap_or_default();
    let (id, path) = (&resource.logical_id, child.file.path().display());
    let given = || passed.known.keys().chain(passed.open.keys());
    let is_needed = |it: &&source::Entry| it.value.get("Type").is_some() && it.value.get("Default").is_none();
    let mut problems = Vec::new();
    if passed.unclear.is_none() {
        for missing in declared.iter().filter(is_needed).filter(|it| !given().any(|name| *name == it.key)) {
            let name = &missing.key;
            let message =
                format!("nested stack `{id}` is not given parameter `{name}`, which has no default in `{path}`");
            problems.push(Problem::new(resource.id_span, message));
        }
    }
    // A macro may add declarations.
    let is_complete = !declared.iter().any(|it| it.key.starts_with("Fn::"));
    for name in given().filter(|name| is_complete && !declared.iter().any(|it| it.key == **name)) {
        let message = format!("nested stack `{id}` is given parameter `{name}`, which `{path}` does not declare");
        problems.push(Problem::aws_only(resource.id_span, message));
    }
    problems
}

/// What a nested stack is read with.
pub(super) fn handed_down(passed: Passed, child: &Parsed, inputs: &Inputs) -> Inputs {
    let mut open_parameters = passed.open;
    if let Some(origin) = &passed.unclear {
        for entry in child.tree.get("Parameters").map(source::Node::entries).unwrap_or_default() {
            let name = &entry.key;
            let reason = format!("parameter `{name}`, which the parent stack takes from {origin}");
            open_parameters.insert(name.clone(), Data::Unknown(Reason::Other(reason)));
        }
    }
    Inputs { parameters: passed.known, open_parameters, ignores_defaults: false, ..inputs.clone() }
}

/// A stack goes as far as the worst of the stacks in it.
fn worse(a: LocalstackVerdict, b: LocalstackVerdict) -> LocalstackVerdict {
    let rank = |it| match it {
        LocalstackVerdict::Deploys => 0,
        LocalstackVerdict::DeploysWithGaps => 1,
        LocalstackVerdict::Undetermined => 2,
        LocalstackVerdict::Fails => 3,
    };
    std::cmp::max_by_key(a, b, |it| rank(*it))
}

fn worse_aws(a: AwsVerdict, b: AwsVerdict) -> AwsVerdict {
    let rank = |it| match it {
        AwsVerdict::NoKnownFailure => 0,
        AwsVerdict::Undetermined => 1,
        AwsVerdict::Fails => 2,
    };
    std::cmp::max_by_key(a, b, |it| rank(*it))
}

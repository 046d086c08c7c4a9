//! From paths to a report: finds the templates, reads and analyses several at a time.
//!
//! The only library code that reads templates from disk. What cannot be read becomes an entry of
//! [`Report::errors`]; the other files are still analysed.

mod adapt;
mod assembly;
mod constructs;
mod discover;
mod duplicates;
mod family;
mod files;
mod git;
mod given;
mod include;
mod language;
mod nested;
mod parallel;
mod read;
mod recognise;
mod sides;
mod since;
#[cfg(test)]
mod testing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::analysis::UNUSED_SUPPRESSION;
use crate::db::{Db, Engine, Schemas};
use crate::report::{FileError, KnowledgeBase, Origin, Report, StackEntry};
use crate::source::{self, Span};
use crate::stack::{Data, Equality, Inputs, Reason};
use crate::target::Target;

use assembly::AssemblyStack;
use discover::{Candidate, Found, Trust};
use duplicates::Group;
use family::{Family, Root, With};
use read::Parsed;
use recognise::Recognised;

pub use adapt::{AdaptedStack, Wants};
pub use git::{GitError, Revision};
pub use given::{Given, read_given};
pub use sides::{Sides, Snapshot};
pub use since::Since;

/// Most bytes of a file that only its content can tell to be a template: as many as CloudFormation takes.
const MAX_FOUND_BYTES: u64 = 1024 * 1024;

/// Checks templates for one target.
#[derive(Debug)]
pub struct Checker<'a> {
    db: &'a Db,
    target: &'a Target,
    settings: Settings,
    /// Unpacked when the first template is compared.
    schemas: OnceLock<Arc<Schemas>>,
}

/// How far a scan is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Files that were looked at.
    pub done: usize,
    /// Files that were found so far and may be templates.
    pub found: usize,
    /// The file that is looked at now.
    pub path: &'a Path,
}

/// What was found at or below one of the paths that were asked for.
struct Search<'p> {
    path: &'p Path,
    errors: Vec<FileError>,
    unsynthesised: Vec<PathBuf>,
    /// Whether it is a folder without a template.
    is_fruitless: bool,
}

/// What the user says about the deployment.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Values of the templates' parameters, by name.
    pub parameters: BTreeMap<String, String>,
    /// Parameters that keep a value which only the deployed stack has.
    pub kept_parameters: BTreeSet<String>,
    /// Whether parameters that are not given are unknown, defaults or not.
    pub assume_unknown: bool,
    /// The name of the stack.
    pub stack_name: Option<String>,
    /// The old version that updates are judged from.
    pub since: Option<Since>,
    /// Whether the change for each single finding is worked out.
    pub fixes: bool,
    /// Whether the target's region holds also for stacks that are bound to one.
    pub is_region_given: bool,
    /// Whether the target's account holds also for stacks that are bound to one.
    pub is_account_given: bool,
}

impl<'a> Checker<'a> {
    /// A checker for `target`.
    pub fn new(db: &'a Db, target: &'a Target, settings: Settings) -> Self {
        Self { db, target, settings, schemas: OnceLock::new() }
    }

    /// What it is checked for.
    pub fn target(&self) -> &Target {
        self.target
    }

    /// The report on every template at or below `paths`, in their order, files of a folder by name.
    ///
    /// A file named in `paths` has to be a template; below a folder, files that are none are passed over. A template
    /// that another one nests is reported there, and on its own only when it is named.
    pub fn check(&self, paths: &[PathBuf]) -> Report {
        self.check_watched(paths, &|_| {})
    }

    /// The same, told to `watch` file by file, from the threads that look at them.
    pub fn check_watched(&self, paths: &[PathBuf], watch: &(dyn Fn(Step<'_>) + Sync)) -> Report {
        let mut report = self.empty_report();
        let named: BTreeSet<PathBuf> = paths.iter().filter_map(|it| it.canonicalize().ok()).collect();
        let mut seen = BTreeSet::new();
        let (mut searches, mut jobs) = (Vec::new(), Vec::new());
        for (index, path) in paths.iter().enumerate() {
            let Found { candidates, errors, unsynthesised } = discover::discover(path);
            let mut search = Search { path, errors, unsynthesised, is_fruitless: path.is_dir() };
            search.is_fruitless &= search.errors.is_empty();
            for candidate in candidates {
                let canonical = candidate.path().canonicalize().unwrap_or_else(|_| candidate.path().to_owned());
                match seen.insert(canonical.clone()) {
                    true => jobs.push((index, candidate, canonical)),
                    false => search.is_fruitless = false,
                }
            }
            searches.push(search);
        }
        let (found, done) = (jobs.len(), AtomicUsize::new(0));
        let looked_at = parallel::map(jobs, |(index, candidate, canonical)| {
            watch(Step { done: done.fetch_add(1, Ordering::Relaxed), found, path: candidate.path() });
            let path = paths.get(index)?;
            Some((index, self.group(&candidate, canonical, path)?))
        });
        let mut groups = Vec::new();
        for (index, group) in looked_at.into_iter().flatten() {
            if let Some(search) = searches.get_mut(index) {
                search.is_fruitless = false;
            }
            groups.push(group);
        }
        for Search { path, errors, unsynthesised, is_fruitless } in searches {
            report.errors.extend(errors);
            match is_fruitless {
                true => report.errors.push(nothing_in(path, &unsynthesised)),
                false => report.notes.extend(unsynthesised.iter().map(|it| unsynthesised_note(it))),
            }
        }
        groups.iter_mut().for_each(|it: &mut Group| it.may_be_dropped &= !named.contains(&it.root));
        let roots = groups.iter().filter(|it| !it.family.entries.is_empty()).count();
        let mut declared = BTreeSet::new();
        for family in duplicates::without(groups) {
            report.stacks.extend(family.entries);
            report.errors.extend(family.errors);
            report.notes.extend(family.notes);
            declared.extend(family.declared);
        }
        if let Some(Since::File(path)) = &self.settings.since
            && roots > 1
        {
            let message = format!("an old file is compared with one template, but {roots} are checked; name the one");
            report.errors.push(read::whole(path, message));
        }
        drop_used_elsewhere(&mut report.stacks);
        drop_repeated(&mut report.errors);
        drop_repeated(&mut report.notes);
        let given = self.settings.parameters.keys().chain(&self.settings.kept_parameters);
        let unused = given.filter(|it| !declared.contains(*it));
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

    /// What a candidate that was found at or below `path` holds; `None` when it is no template.
    fn group(&self, candidate: &Candidate, canonical: PathBuf, path: &Path) -> Option<Group> {
        match candidate {
            Candidate::File(file, trust) => {
                let family = match self.template(file, *trust)? {
                    Ok(parsed) => self.family(parsed, project(path)),
                    Err(error) => failed(error),
                };
                Some(Group { root: canonical, may_be_dropped: true, family })
            }
            Candidate::Assembly(folder) => {
                let (stacks, errors) = assembly::stacks(folder);
                let mut family = Family { errors, ..Family::default() };
                for stack in stacks {
                    family.join(self.assembly_stack(stack, &canonical));
                }
                Some(Group { root: canonical, may_be_dropped: false, family })
            }
        }
    }

    /// The template in a file; `None` when there is none and nobody said so.
    fn template(&self, path: &Path, trust: Trust) -> Option<Result<Parsed, FileError>> {
        let bytes = match trust {
            Trust::Named => match read::bytes(path) {
                Ok(bytes) => bytes,
                Err(error) => return Some(Err(error)),
            },
            Trust::Extension if is_too_large(path) => return None,
            Trust::Extension => match read::bytes(path) {
                Ok(bytes) => bytes,
                Err(error) => return Some(Err(error)),
            },
            Trust::Content => read::text_bytes(path, MAX_FOUND_BYTES)?,
        };
        let may_be = match trust {
            Trust::Named => true,
            Trust::Extension => recognise::may_be_template(&bytes),
            Trust::Content => recognise::claims_to_be_template(&bytes) && !recognise::is_to_be_filled_in(&bytes),
        };
        if !may_be {
            return None;
        }
        let claims = match trust {
            Trust::Named => true,
            Trust::Extension => recognise::claims_to_be_template(&bytes),
            Trust::Content => false,
        };
        match read::parse(path, bytes) {
            Ok(parsed) => recognised(parsed, trust),
            Err(error) => claims.then_some(Err(error)),
        }
    }

    fn family(&self, parsed: Parsed, project: PathBuf) -> Family {
        self.follow(self.file_root(parsed, project), self.target)
    }

    fn file_root(&self, parsed: Parsed, project: PathBuf) -> Root {
        let inputs = self.inputs(self.target, BTreeMap::new());
        Root { parsed, origin: Origin::Template, inputs, constructs: BTreeMap::new(), project }
    }

    /// The schemas of the resource types, unpacked once.
    fn schemas(&self) -> Arc<Schemas> {
        Arc::clone(self.schemas.get_or_init(|| Arc::new(Schemas::embedded().unwrap_or_default())))
    }

    /// What comes of `root`, compared with its old version where one is asked for.
    fn follow(&self, root: Root, target: &Target) -> Family {
        let schemas = self.settings.fixes.then(|| self.schemas());
        let with = With { target, db: self.db, fixes: schemas.as_deref() };
        let Some(since) = &self.settings.since else { return family::follow(root, with, None) };
        let path = root.parsed.file.path().to_owned();
        match since.earlier(&root) {
            Ok(since::Found::Earlier(stacks)) => {
                let comparison = since::Comparison { name: since.name(), stacks, schemas: self.schemas() };
                family::follow(root, with, Some(comparison))
            }
            Ok(since::Found::New) => {
                let mut family = family::follow(root, with, None);
                family.notes.push(since::new_template(since, &path));
                family
            }
            Err(error) => {
                let mut family = family::follow(root, with, None);
                family.errors.push(error);
                family
            }
        }
    }

    fn assembly_stack(&self, stack: AssemblyStack, project: &Path) -> Family {
        match self.assembly_root(stack, project) {
            Ok((root, target)) => self.follow(root, &target),
            Err(error) => failed(error),
        }
    }

    /// A stack of an assembly with the target it is bound to.
    fn assembly_root(&self, stack: AssemblyStack, project: &Path) -> Result<(Root, Target), FileError> {
        let parsed = read::bytes(&stack.template).and_then(|it| read::parse(&stack.template, it))?;
        let mut target = self.target.clone();
        if let Some(region) = stack.region.filter(|_| !self.settings.is_region_given) {
            target.region = region;
        }
        if let Some(account_id) = stack.account_id.filter(|_| !self.settings.is_account_given) {
            target.account_id = account_id;
        }
        let inputs = Inputs { stack_name: Some(stack.name.clone()), ..self.inputs(&target, stack.parameters) };
        let (origin, constructs) = (Origin::Cdk(stack.name), stack.constructs);
        Ok((Root { parsed, origin, inputs, constructs, project: project.to_owned() }, target))
    }

    /// What a template is read with; `parameters` are those it comes with.
    fn inputs(&self, target: &Target, mut parameters: BTreeMap<String, String>) -> Inputs {
        let settings = &self.settings;
        parameters.extend(settings.parameters.iter().map(|(name, value)| (name.clone(), value.clone())));
        let kept = settings.kept_parameters.iter().map(|name| {
            let reason = Reason::Named(format!("parameter `{name}`, which keeps the value of the deployed stack"));
            (name.clone(), Data::Unknown(reason))
        });
        Inputs {
            parameters,
            open_parameters: kept.collect(),
            ignores_defaults: settings.assume_unknown,
            region: target.region.clone(),
            account_id: target.account_id.clone(),
            partition: target.partition().to_owned(),
            stack_name: settings.stack_name.clone(),
            equality: if target.computes(self.db, Engine::EqualsByType) { Equality::Type } else { Equality::Text },
        }
    }
}

fn recognised(parsed: Parsed, trust: Trust) -> Option<Result<Parsed, FileError>> {
    let is_named = trust == Trust::Named;
    match recognise::recognise(&parsed.tree) {
        Recognised::Template => Some(Ok(parsed)),
        Recognised::Broken(_) if trust == Trust::Content => None,
        Recognised::Broken(message) => Some(Err(read::at(&parsed.file, parsed.tree.span, message))),
        // A named file that has the section is read, so that what is wrong with it gets a place.
        Recognised::Other if is_named && parsed.tree.get("Resources").is_some() => Some(Ok(parsed)),
        Recognised::Other if is_named => {
            let message = "this is no CloudFormation template: it has no top-level `Resources` with typed resources; \
                           give a template, or the folder that holds it";
            Some(Err(read::whole(parsed.file.path(), message)))
        }
        Recognised::Other => None,
    }
}

/// The folder that nested templates stay below: the repository of `path`, or the folder that `path` is or is in.
fn project(path: &Path) -> PathBuf {
    let canonical = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = if canonical.is_dir() { canonical.as_path() } else { canonical.parent().unwrap_or(&canonical) };
    folder.ancestors().find(|it| it.join(".git").exists()).unwrap_or(folder).to_owned()
}

fn is_too_large(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|it| it.len() > source::MAX_BYTES as u64)
}

fn failed(error: FileError) -> Family {
    Family { errors: vec![error], ..Family::default() }
}

/// Of a template that is deployed several times, a suppression is unused only when no deployment needs it.
fn drop_used_elsewhere(stacks: &mut [StackEntry]) {
    let unused = |stack: &StackEntry| -> Vec<(String, Span)> {
        let own = stack.report.findings.iter().filter(|it| it.id == UNUSED_SUPPRESSION);
        own.map(|it| (it.localstack.clone(), it.span)).collect()
    };
    let all: Vec<(PathBuf, Vec<(String, Span)>)> = stacks.iter().map(|it| (it.path.clone(), unused(it))).collect();
    for stack in stacks {
        let path = stack.path.clone();
        let is_everywhere =
            |it: &(String, Span)| all.iter().filter(|(other, _)| *other == path).all(|(_, all)| all.contains(it));
        stack
            .report
            .findings
            .retain(|it| it.id != UNUSED_SUPPRESSION || is_everywhere(&(it.localstack.clone(), it.span)));
    }
}

fn drop_repeated<T: PartialEq>(items: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::with_capacity(items.len());
    for item in items.drain(..) {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    *items = kept;
}

fn unsynthesised_note(app: &Path) -> String {
    format!("{}; run `npx cdk synth` in it and check again", app_without_templates(app))
}

fn app_without_templates(app: &Path) -> String {
    let shown = if app.as_os_str().is_empty() { Path::new(".") } else { app };
    format!("`{}` is a CDK app whose templates are not there", shown.display())
}

fn nothing_in(path: &Path, unsynthesised: &[PathBuf]) -> FileError {
    if let Some(app) = unsynthesised.first() {
        return read::whole(path, format!("no template was found, but {}", unsynthesised_note(app)));
    }
    let message = "no CloudFormation template was found below this folder; name the template itself if it is \
                   ignored by git or hidden";
    read::whole(path, message)
}

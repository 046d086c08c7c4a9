//! Which file, resource and finding of the newer side is which of the base.
//!
//! A file is known by its path, a path that git gives another one, or else by most of its resources. A resource is known
//! by its file and logical id, else by a type and a declaration that are the same under another id, else by its id
//! and type in another file. A finding is known by its id, its subject and its property; lines do not matter.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::analysis::ResourceStatus;

use crate::report::Report;
use crate::report::group::subject;
use crate::report::items::Item;

/// What a finding is known by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    path: PathBuf,
    id: String,
    subject: String,
    property: Option<String>,
}

/// What is called otherwise on the newer side.
pub(super) struct Identities<'a> {
    paths: BTreeMap<PathBuf, PathBuf>,
    resources: BTreeMap<(PathBuf, &'a str), (PathBuf, &'a str)>,
}

/// The resources of one side by file, each logical id once.
type Files<'a> = BTreeMap<PathBuf, BTreeMap<&'a str, &'a ResourceStatus>>;

impl Key {
    pub(super) fn new(item: &Item<'_>) -> Self {
        Self::at(item, normal(item.path), subject(item.finding))
    }

    fn at(item: &Item<'_>, path: PathBuf, subject: &str) -> Self {
        let finding = item.finding;
        Self { path, id: finding.id.clone(), subject: subject.to_owned(), property: finding.property.clone() }
    }
}

impl<'a> Identities<'a> {
    /// What git calls otherwise is in `renames`.
    pub(super) fn new(old: &'a Report, new: &'a Report, renames: &BTreeMap<PathBuf, PathBuf>) -> Self {
        let (old, new) = (files(old), files(new));
        let paths = paths(&old, &new, renames);
        let resources = resources(&old, &new, &paths);
        Self { paths, resources }
    }

    /// What the base's file is called now.
    pub(super) fn path(&self, old: &Path) -> PathBuf {
        let old = normal(old);
        self.paths.get(&old).cloned().unwrap_or(old)
    }

    /// What the base's finding would be known by now.
    pub(super) fn key(&self, item: &Item<'_>) -> Key {
        let (path, subject) = (normal(item.path), subject(item.finding));
        match self.resources.get(&(path, subject)) {
            Some((path, subject)) => Key::at(item, path.clone(), subject),
            None => Key::at(item, self.path(item.path), subject),
        }
    }
}

/// `a/b` for `./a/c/../b`.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

fn files(report: &Report) -> Files<'_> {
    let mut files = Files::new();
    for stack in &report.stacks {
        let resources = files.entry(normal(&stack.path)).or_default();
        resources.extend(stack.report.resources.iter().map(|it| (it.logical_id.as_str(), it)));
    }
    files
}

/// The files that have another path now.
fn paths(old: &Files<'_>, new: &Files<'_>, renames: &BTreeMap<PathBuf, PathBuf>) -> BTreeMap<PathBuf, PathBuf> {
    let known = renames.iter().map(|(old, new)| (normal(old), normal(new)));
    let mut paths: BTreeMap<PathBuf, PathBuf> = known.filter(|(_, it)| new.contains_key(it)).collect();
    let taken: BTreeSet<PathBuf> = paths.values().cloned().collect();
    let mut likely = Vec::new();
    for (path, resources) in old.iter().filter(|(it, _)| !new.contains_key(*it) && !paths.contains_key(*it)) {
        for (other, others) in new.iter().filter(|(it, _)| !old.contains_key(*it) && !taken.contains(*it)) {
            let is_same = |(id, it): &(&&str, &&ResourceStatus)| {
                others.get(**id).is_some_and(|other| other.resource_type == it.resource_type)
            };
            let shared = resources.iter().filter(is_same).count();
            if shared * 2 > resources.len().max(others.len()) {
                likely.push((shared, path.file_name() == other.file_name(), path, other));
            }
        }
    }
    likely.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then_with(|| (a.2, a.3).cmp(&(b.2, b.3))));
    let mut taken = taken;
    for (_, _, path, other) in likely {
        if !paths.contains_key(path) && !taken.contains(other) {
            paths.insert(path.clone(), other.clone());
            taken.insert(other.clone());
        }
    }
    paths
}

/// The resources that have another file or logical id now.
fn resources<'a>(
    old: &Files<'a>,
    new: &Files<'a>,
    paths: &BTreeMap<PathBuf, PathBuf>,
) -> BTreeMap<(PathBuf, &'a str), (PathBuf, &'a str)> {
    let now = |path: &PathBuf| paths.get(path).unwrap_or(path).clone();
    let flat = |files: &Files<'a>| -> Vec<(PathBuf, &'a ResourceStatus)> {
        files.iter().flat_map(|(path, all)| all.values().map(|it| (path.clone(), *it))).collect()
    };
    let before: BTreeSet<(PathBuf, &str)> =
        flat(old).iter().map(|(path, it)| (now(path), it.logical_id.as_str())).collect();
    let is_gone = |(path, it): &(PathBuf, &ResourceStatus)| {
        !new.get(&now(path)).is_some_and(|all| all.contains_key(it.logical_id.as_str()))
    };
    let is_new = |(path, it): &(PathBuf, &ResourceStatus)| !before.contains(&(path.clone(), it.logical_id.as_str()));
    let mut gone: Vec<_> = flat(old).into_iter().filter(is_gone).collect();
    let mut fresh: Vec<_> = flat(new).into_iter().filter(is_new).collect();
    let mut found = BTreeMap::new();
    type Same = fn(&ResourceStatus, &ResourceStatus, bool) -> bool;
    let steps: [Same; 3] = [
        |a, b, is_here| is_here && a.content == b.content,
        |a, b, _| a.logical_id == b.logical_id,
        |a, b, _| a.content == b.content,
    ];
    for same in steps {
        gone.retain(|(path, it)| {
            let is_same = |(other, candidate): &(PathBuf, &ResourceStatus)| {
                it.resource_type == candidate.resource_type && same(it, candidate, now(path) == *other)
            };
            let Some(at) = fresh.iter().position(is_same) else { return true };
            let (other, candidate) = fresh.remove(at);
            found.insert((path.clone(), it.logical_id.as_str()), (other, candidate.logical_id.as_str()));
            false
        });
    }
    found
}

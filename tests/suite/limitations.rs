//! Every entry of the knowledge base on its own fixtures: `bad` shows it where the template says, `good` is silent,
//! and `unknown` leaves it possible.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lscompat::analysis::{self, Certainty, Finding};
use lscompat::db::{Db, Deploy, Limitation, Literal, Look, Operation};
use lscompat::source::{self, SourceFile};
use lscompat::stack::{self, Inputs, Stack};
use lscompat::target::{Target, TargetOptions};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/limitations")
}

/// The file `name` of an entry, as YAML or JSON.
pub(crate) fn fixture(id: &str, name: &str) -> Option<PathBuf> {
    let file = |extension: &str| fixtures().join(id).join(name).with_extension(extension);
    [file("yaml"), file("json")].into_iter().find(|it| it.exists())
}

/// The target that the fixture's first line asks for: `# target: --plan base --config-var NAME=VALUE`.
pub(crate) fn target(db: &Db, file: &SourceFile) -> Target {
    let first = file.text().lines().next().unwrap_or_default();
    let words: Vec<&str> = first.strip_prefix("# target:").unwrap_or_default().split_whitespace().collect();
    let (mut release, mut plan, mut config) = (None, "community", Vec::new());
    for option in words.chunks(2) {
        match option {
            ["--release", it] => release = Some(*it),
            ["--plan", it] => plan = *it,
            ["--config-var", it] => config.push((*it).to_owned()),
            other => panic!("{}: the target line has {other:?}", file.path().display()),
        }
    }
    Target::new(db, &TargetOptions { release, plan: Some(plan), config: &config, ..TargetOptions::default() }).unwrap()
}

/// The findings of `id` in a fixture, with the text they are in.
fn findings(db: &Db, id: &str, path: &Path) -> (Arc<SourceFile>, Vec<Finding>) {
    let stack = read(path);
    let file = Arc::clone(&stack.file);
    assert_eq!(stack.problems, [], "{} is a sound template", path.display());
    let report = analysis::analyse(&stack, &target(db, &file), db);
    (file, report.findings.into_iter().filter(|it| it.id == id).collect())
}

#[test]
fn every_bad_fixture_shows_its_entry_where_it_says() {
    let db = Db::embedded().unwrap();
    let mut wrong = Vec::new();
    for id in db.limitations().iter().map(|it| it.id.as_str()) {
        let Some(path) = fixture(id, "bad") else { continue };
        let (file, found) = findings(&db, id, &path);
        let marker = format!("expect: {id}");
        let lines = |text: &SourceFile| -> BTreeSet<usize> {
            let marked = text.text().lines().enumerate().filter(|(_, it)| it.trim_end().ends_with(&marker));
            marked.map(|(at, _)| at + 1).collect()
        };
        let seen: BTreeSet<usize> = found.iter().map(|it| file.position(it.span.start).line).collect();
        let is_certain = found.iter().all(|it| it.certainty == Certainty::Certain);
        let expected = lines(&file);
        // JSON has no comments to mark lines with.
        let is_there = if file.is_json() { !seen.is_empty() } else { seen == expected && !seen.is_empty() };
        if !is_certain || !is_there {
            wrong.push(format!("{id}: expected on lines {expected:?}, found on {seen:?}, certain: {is_certain}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_good_fixture_is_silent() {
    let db = Db::embedded().unwrap();
    let ids = db.limitations().iter().map(|it| it.id.as_str());
    let noisy: Vec<&str> =
        ids.filter(|id| fixture(id, "good").is_some_and(|path| !findings(&db, id, &path).1.is_empty())).collect();
    assert_eq!(noisy, [""; 0]);
}

#[test]
fn every_unknown_fixture_is_only_possible() {
    let db = Db::embedded().unwrap();
    let ids = db.limitations().iter().map(|it| it.id.as_str());
    let wrong: Vec<&str> = ids
        .filter(|id| {
            fixture(id, "unknown").is_some_and(|path| {
                let (_, found) = findings(&db, id, &path);
                let is_open = |it: &Finding| it.certainty == Certainty::Possible && it.depends_on.is_some();
                found.is_empty() || !found.iter().all(is_open)
            })
        })
        .collect();
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn entries_and_fixtures_belong_together() {
    let db = Db::embedded().unwrap();
    let without: Vec<&str> = db
        .limitations()
        .iter()
        .map(|it| it.id.as_str())
        .filter(|id| fixture(id, "bad").is_none() || fixture(id, "good").is_none())
        .collect();
    assert_eq!(without, [""; 0], "entries without a bad or a good fixture");
    let folders = std::fs::read_dir(fixtures()).unwrap();
    let stray: Vec<String> = folders
        .map(|it| it.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|id| db.limitation(id).is_none())
        .collect();
    assert_eq!(stray, [""; 0], "fixtures without an entry");
}

#[test]
fn checks_name_what_their_fixtures_have() {
    let db = Db::embedded().unwrap();
    let wrong: Vec<String> = db.limitations().iter().flat_map(misnamed).collect();
    assert_eq!(wrong, [""; 0]);
}

/// What the checks of an entry name and its fixtures do not have.
fn misnamed(entry: &Limitation) -> Vec<String> {
    let mut wrong = Vec::new();
    for check in &entry.observe {
        let name = match check.deploy {
            Deploy::Bad => "bad",
            Deploy::Good => "good",
            Deploy::Update => "update",
        };
        let Some(path) = fixture(&entry.id, name) else {
            wrong.push(format!("{}: there is no fixture `{name}`", entry.id));
            continue;
        };
        let stack = read(&path);
        let names = match &check.look {
            Look::Stack { .. } => Vec::new(),
            Look::Resource { logical_id, .. } => vec![logical_id.clone()],
            Look::Output { name, .. } => vec![format!("Outputs.{name}")],
            Look::Call(call, _) => {
                let path = match &call.operation {
                    Operation::Http(_, path) => path.clone(),
                    Operation::Named(_) => String::new(),
                };
                call.input.iter().flat_map(texts).chain([path]).flat_map(|it| placeholders(&it)).collect()
            }
        };
        let unknown = names.into_iter().filter(|it| !has(&stack, it));
        wrong.extend(unknown.map(|it| format!("{}: `{it}` is not in `{name}`", entry.id)));
    }
    wrong
}

pub(crate) fn read(path: &Path) -> Stack {
    let file = Arc::new(source::decode(path, std::fs::read(path).unwrap()).unwrap());
    let tree = source::parse(&file).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    stack::read(Arc::clone(&file), &tree, &Inputs::default())
}

fn has(stack: &Stack, name: &str) -> bool {
    match name.strip_prefix("Outputs.") {
        Some(output) => stack.outputs.iter().any(|it| it.name == output),
        None => matches!(name, "region" | "account_id") || stack.resource(name).is_some(),
    }
}

fn texts(value: &Literal) -> Vec<String> {
    match value {
        Literal::String(text) => vec![text.clone()],
        Literal::List(elements) => elements.iter().flat_map(texts).collect(),
        Literal::Map(fields) => fields.iter().flat_map(|(_, it)| texts(it)).collect(),
        Literal::Bool(_) | Literal::Number(_) => Vec::new(),
    }
}

fn placeholders(text: &str) -> Vec<String> {
    text.split("${").skip(1).filter_map(|it| it.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

//! Every change that the knowledge base proposes does what it is meant for: applied to the bad fixture, the finding
//! goes, and no error comes.

use std::path::PathBuf;
use std::sync::Arc;

use lscompat::adjust::{Adapted, GUARD, Lost, Needs, Options, Scope, adapt};
use lscompat::analysis::{self, Certainty};
use lscompat::db::{Db, Limitation, Safety, Schemas, Severity};
use lscompat::source::{self, SourceFile};
use lscompat::stack::{self, Inputs};
use lscompat::target::Target;

use crate::limitations::{fixture, read, target};
use crate::program::root;

fn is_applied(entry: &Limitation) -> bool {
    entry.adjust.iter().any(|it| it.safety != Safety::Display)
}

#[test]
fn applied_to_the_bad_fixture_they_make_the_finding_go_away() {
    let (db, schemas) = (Db::embedded().unwrap(), Schemas::embedded().unwrap());
    let needs = Needs { db: &db, schemas: &schemas };
    let options = Options { scope: Scope { fix_aws: true }, ..Options::default() };
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in db.limitations().iter().filter(|it| is_applied(it)) {
        let Some(path) = fixture(&entry.id, "bad") else { continue };
        count += 1;
        let file = read(&path).file;
        let target = target(&db, &file);
        let analyse = |file: Arc<_>, tree: &_| {
            let stack = stack::read(file, tree, &Inputs::default());
            let report = analysis::analyse(&stack, &target, &db);
            (stack, report)
        };
        let adapted = adapt(file, &analyse, needs, options, &|it| it.id == entry.id, &Lost::default());
        match adapted {
            Ok(adapted) => wrong.extend(complaints(entry, &adapted).map(|it| format!("{}: {it}", entry.id))),
            Err(error) => wrong.push(format!("{}: {error}", entry.id)),
        }
    }
    assert!(count > 0);
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with what came of an entry's changes.
fn complaints<'a>(entry: &'a Limitation, adapted: &'a Adapted) -> impl Iterator<Item = String> + 'a {
    let own = adapted.report.findings.iter().filter(|it| it.id == entry.id);
    let left = own.map(|it| {
        let how = if it.certainty == Certainty::Certain { "certain" } else { "possible" };
        let why = adapted.skipped.first().map(|it| format!(" ({})", it.why)).unwrap_or_default();
        format!("still {how} at {:?}.{:?}{why}", it.logical_id, it.property)
    });
    let new = adapted.new.iter().filter(|(_, severity)| *severity == Severity::Error);
    left.chain(new.map(|(key, _)| format!("new error `{}` at `{}.{}`", key.id, key.logical_id, key.property)))
}

#[test]
fn adapting_what_was_adapted_changes_nothing() {
    let (db, schemas) = (Db::embedded().unwrap(), Schemas::embedded().unwrap());
    let needs = Needs { db: &db, schemas: &schemas };
    let fix_aws = Scope { fix_aws: true };
    let ways = [
        Options { scope: fix_aws, guard: false, comment: true },
        Options { scope: fix_aws, guard: true, comment: true },
    ];
    let fixtures = db.limitations().iter().filter_map(|it| fixture(&it.id, "bad"));
    let (mut changed, mut wrong) = (0, Vec::new());
    for path in fixtures.chain(examples()) {
        let file = read(&path).file;
        let target = target(&db, &file);
        for options in ways {
            let Ok(once) = adapted(needs, &target, &file, options) else { continue };
            if once == file.text() {
                continue;
            }
            changed += 1;
            let twice = adapted(needs, &target, &Arc::new(SourceFile::new(&path, once.as_str())), options);
            if twice.as_ref() != Ok(&once) {
                wrong.push(format!("{} {options:?}: {twice:?}", path.display()));
            }
        }
    }
    assert!(changed > 0);
    assert!(wrong.is_empty(), "{} of {changed}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The example stacks.
pub(crate) fn examples() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("templates/examples")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|it| it.unwrap().path()).filter(|it| it.is_file()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it != "md"));
    files.sort();
    files
}

/// The text of an adapted template, or why there is none.
pub(crate) fn adapted(
    needs: Needs<'_>,
    target: &Target,
    file: &Arc<SourceFile>,
    options: Options,
) -> Result<String, String> {
    let analyse = |file: Arc<SourceFile>, tree: &source::Node| {
        let stack = stack::read(file, tree, &inputs(tree, options.guard.then_some("true")));
        let report = analysis::analyse(&stack, target, needs.db);
        (stack, report)
    };
    let adapted = adapt(Arc::clone(file), &analyse, needs, options, &|_| true, &Lost::default());
    adapted.map(|it| it.text).map_err(|it| it.to_string())
}

/// The parameter that a guarded template asks for, when it is to be given.
pub(crate) fn inputs(tree: &source::Node, guard: Option<&str>) -> Inputs {
    let is_declared = tree.get("Parameters").is_some_and(|it| it.get(GUARD).is_some());
    let given = guard.filter(|_| is_declared).map(|it| (GUARD.to_owned(), it.to_owned()));
    Inputs { parameters: given.into_iter().collect(), ..Inputs::default() }
}

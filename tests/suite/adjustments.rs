//! Every change that the knowledge base proposes does what it is meant for: applied to the bad fixture, the finding
//! goes, and no error comes.

use std::sync::Arc;

use lscompat::adjust::{Adapted, Lost, Options, Scope, adapt};
use lscompat::analysis::{self, Certainty};
use lscompat::db::{Db, Limitation, Safety, Severity};
use lscompat::stack::{self, Inputs};

use crate::limitations::{fixture, read, target};

fn is_applied(entry: &Limitation) -> bool {
    entry.adjust.iter().any(|it| it.safety != Safety::Display)
}

#[test]
fn applied_to_the_bad_fixture_they_make_the_finding_go_away() {
    let db = Db::embedded().unwrap();
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
        let adapted = adapt(file, &analyse, &db, options, &|it| it.id == entry.id, &Lost::default());
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

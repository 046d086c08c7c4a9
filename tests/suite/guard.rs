//! `--guard`: with the parameter's default a template means what it meant; with `true` it is the adapted variant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use lscompat::adjust::{Needs, Options};
use lscompat::db::{Db, Schemas};
use lscompat::source::{self, SourceFile};
use lscompat::stack::{self, Call, Data, Piece, Stack, Value};

use crate::adjustments::{adapted, examples, inputs};
use crate::limitations::{fixture, read, target};

#[test]
fn both_worlds_get_what_is_meant_for_them() {
    let (db, schemas) = (Db::embedded().unwrap(), Schemas::embedded().unwrap());
    let needs = Needs { db: &db, schemas: &schemas };
    let fixtures = db.limitations().iter().filter_map(|it| fixture(&it.id, "bad"));
    let (mut guarded, mut refused, mut wrong) = (0, Vec::new(), Vec::new());
    for path in fixtures.chain(examples()) {
        let file = read(&path).file;
        let target = target(&db, &file);
        let Ok(variant) = adapted(needs, &target, &file, Options::default()) else { continue };
        if variant == file.text() {
            continue;
        }
        match adapted(needs, &target, &file, Options { guard: true, ..Options::default() }) {
            Ok(text) => {
                guarded += 1;
                let elsewhere = stack(&path, &text, None);
                let here = stack(&path, &text, Some("true"));
                let differences = [
                    ("elsewhere", difference(&stack(&path, file.text(), None), &elsewhere)),
                    ("on LocalStack", difference(&stack(&path, &variant, None), &here)),
                ];
                let told = differences.into_iter().filter_map(|(place, it)| Some((place, it?)));
                wrong.extend(told.map(|(place, it)| format!("{}, {place}: {it}", path.display())));
            }
            Err(why) => refused.push(format!("{}: {why}", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Attributes of a resource, parameters and what SAM reads early take no condition.
    assert!(guarded > 10 * refused.len(), "{guarded} guarded, refused:\n{}", refused.join("\n"));
}

fn stack(path: &Path, text: &str, guard: Option<&str>) -> Stack {
    let file = Arc::new(SourceFile::new(path, text));
    let tree = source::parse(&file).unwrap_or_else(|error| panic!("{}: {error}\n{text}", path.display()));
    stack::read(file, &tree, &inputs(&tree, guard))
}

/// The first thing that two stacks do not agree on.
fn difference(expected: &Stack, found: &Stack) -> Option<String> {
    let (expected, found) = (meaning(expected), meaning(found));
    let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
    let differs = names.into_iter().find(|it| expected.get(*it) != found.get(*it))?;
    Some(format!("{differs}\n  {:?}\n  {:?}", expected.get(differs), found.get(differs)))
}

/// What is deployed: properties and attributes by resource, values by output.
fn meaning(stack: &Stack) -> BTreeMap<String, String> {
    let there: BTreeSet<&str> =
        stack.resources.iter().filter(|it| !it.included.is_no()).map(|it| it.logical_id.as_str()).collect();
    let resources = stack.resources.iter().filter(|it| !it.included.is_no()).map(|it| {
        let waits: BTreeSet<&str> = it.depends_on.iter().map(String::as_str).filter(|it| there.contains(it)).collect();
        let attributes = it.attributes.fields().iter().filter(|it| it.key != "DependsOn");
        let attributes: Vec<String> = attributes.map(|it| format!("{}: {}", it.key, text(&it.value))).collect();
        let sure = it.included.is_yes();
        (it.logical_id.clone(), format!("{} {sure} {} {attributes:?} {waits:?}", it.kind, text(&it.properties)))
    });
    let outputs = stack.outputs.iter().filter(|it| !it.included.is_no()).map(|it| {
        let fields = it.declaration.fields().iter().filter(|it| it.key != "Condition");
        let fields: Vec<String> = fields.map(|it| format!("{}: {}", it.key, text(&it.value))).collect();
        (format!("Outputs.{}", it.name), fields.join(", "))
    });
    resources.chain(outputs).collect()
}

/// A value without the place it is written at.
fn text(value: &Value) -> String {
    let list = |values: &[Value]| values.iter().map(text).collect::<Vec<_>>().join(", ");
    match &value.data {
        Data::List(elements) => format!("[{}]", list(elements)),
        Data::Map(fields) => {
            let mut fields: Vec<String> = fields.iter().map(|it| format!("{}: {}", it.key, text(&it.value))).collect();
            fields.sort();
            format!("{{{}}}", fields.join(", "))
        }
        Data::Text(pieces) => pieces.iter().map(piece).collect(),
        Data::Call(call) => called(call),
        Data::OneOf(alternatives) => {
            let one = alternatives.iter().map(|it| format!("{} {} {}", it.condition, it.holds, text(&it.value)));
            one.collect::<Vec<_>>().join(" | ")
        }
        other => format!("{other:?}"),
    }
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Call(call) => called(call),
        other => format!("{other:?}"),
    }
}

fn called(call: &Call) -> String {
    format!("{}({})", call.function, call.operands.iter().map(text).collect::<Vec<_>>().join(", "))
}

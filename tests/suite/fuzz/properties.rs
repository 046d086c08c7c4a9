//! What has to hold for any input, however broken. Shared by the fuzz targets and the replay of their corpora.

use std::sync::{Arc, OnceLock};

use lscompat::adjust::document::{Change, Document, Edit, New, Way};
use lscompat::adjust::{AdaptError, Lost, Needs, Options, Scope, adapt};
use lscompat::analysis::{self, StackReport};
use lscompat::db::{Db, Schemas};
use lscompat::source::{self, Node, Parsed, SourceFile, Span};
use lscompat::stack::{self, Equality, Inputs, Stack};
use lscompat::target::{Target, TargetOptions};

/// Longer inputs find nothing that shorter ones do not.
const MAX_BYTES: usize = 8 * 1024;

/// Panics unless what `target` is about holds for `data`.
pub(crate) fn check(target: &str, data: &[u8]) {
    let Some(text) = std::str::from_utf8(data).ok().filter(|it| it.len() <= MAX_BYTES) else { return };
    match target {
        "yaml" => spans(&SourceFile::new("t.yaml", text)),
        "json" => spans(&SourceFile::new("t.json", text)),
        "intrinsics" => intrinsics(text),
        "policy" => policy(text),
        "edits" => edits(text),
        _ => panic!("there is no target `{target}`"),
    }
}

/// Every span lies in the text on character boundaries, and inside its parent's.
fn spans(file: &SourceFile) {
    match source::read(file) {
        Err(error) => error.span.into_iter().for_each(|it| fits(file, it)),
        Ok(Parsed { tree, repeated, sharing }) => {
            repeated.iter().filter_map(|it| it.span).for_each(|it| fits(file, it));
            let is_shared = !sharing.aliases.is_empty() || !sharing.merged.is_empty();
            inside(file, &tree, is_shared);
        }
    }
    source::comments(file, &source::parse(file).unwrap_or(EMPTY)).iter().for_each(|it| fits(file, it.span));
}

const EMPTY: Node = Node { kind: source::NodeKind::Null, span: Span { start: 0, end: 0 }, tag: None };

fn fits(file: &SourceFile, span: Span) {
    assert!(file.text().get(span.start..span.end).is_some(), "{span:?} is no part of the text");
    let (start, end) = (file.position(span.start), file.position(span.end));
    assert!(start <= end, "{span:?} is at {start:?} to {end:?}");
}

fn inside(file: &SourceFile, node: &Node, is_shared: bool) {
    fits(file, node.span);
    let below = |it: Span| {
        fits(file, it);
        assert!(is_shared || node.span.start <= it.start && it.end <= node.span.end, "{it:?} in {:?}", node.span);
    };
    for element in node.elements() {
        below(element.whole());
        inside(file, element, is_shared);
    }
    for entry in node.entries() {
        below(entry.key_span);
        below(entry.value.whole());
        inside(file, &entry.value, is_shared);
    }
}

/// A template is resolved to an end, and what is said of it has a place in the text.
fn intrinsics(text: &str) {
    let file = Arc::new(SourceFile::new("t.yaml", text));
    let Ok(tree) = source::parse(&file) else { return };
    for equality in [Equality::Text, Equality::Type] {
        let stack = stack::read(Arc::clone(&file), &tree, &Inputs { equality, ..Inputs::default() });
        for problem in stack.problems.iter().chain(&stack.unexpanded) {
            fits(&file, problem.span);
        }
        for resource in stack.resources.iter().chain(&stack.sources) {
            [resource.id_span, resource.kind_span, resource.span].into_iter().for_each(|it| fits(&file, it));
        }
    }
}

/// A document of any form in the places where policies are judged gives the same findings twice.
fn policy(text: &str) {
    let is_json = source::parse(&SourceFile::new("t.json", text)).is_ok();
    if !is_json {
        return;
    }
    let template = include_str!("policy.json").replace("\"POLICY\"", text);
    let file = Arc::new(SourceFile::new("t.json", template));
    let Ok(tree) = source::parse(&file) else { return };
    let (_, first) = analysed(Arc::clone(&file), &tree);
    first.findings.iter().for_each(|it| fits(&file, it.span));
    let (_, second) = analysed(file, &tree);
    assert_eq!(first.findings, second.findings);
}

/// Edits keep what is outside of them, and the result can be read.
fn edits(text: &str) {
    let file = Arc::new(SourceFile::new("t", text));
    let Ok(document) = Document::read(Arc::clone(&file)) else { return };
    let mut all = Vec::new();
    ways(document.tree(), &mut Vec::new(), &mut all);
    // One place for each text, so that an input is judged quickly.
    let sum = text.bytes().fold(0_usize, |sum, it| sum.wrapping_mul(31).wrapping_add(it.into()));
    if let Some(at) = all.get(sum % all.len().max(1)) {
        let changes = [
            Change::Replace(New::text("fresh")),
            Change::Replace(New::call("Ref", New::text("AWS::NoValue"))),
            Change::Remove,
        ];
        changes.into_iter().for_each(|it| edited(&document, at, it, &all));
    }
    for guard in [false, true] {
        let options = Options { scope: Scope { fix_aws: true }, guard, comment: true };
        let needs = Needs { db: &knowledge().db, schemas: &knowledge().schemas };
        match adapt(Arc::clone(&file), &analysed, needs, options, &|_| true, &Lost::default()) {
            Ok(adapted) => {
                source::parse(&SourceFile::new("t", adapted.text)).unwrap();
            }
            Err(AdaptError::Source(error)) => panic!("what was edited cannot be read: {error}"),
            Err(AdaptError::Refused(_)) => {}
        }
    }
}

fn edited(document: &Document, at: &Way, change: Change, all: &[Way]) {
    let text = document.file().text();
    let Ok(after) = document.edit(&[Edit::new(at.clone(), change)]) else { return };
    source::parse(&SourceFile::new("t", after.as_str())).unwrap();
    // A collection that loses its only child is written anew itself.
    let is_only = at.split_last().and_then(|(_, it)| document.node(it)).is_some_and(|it| children(it).len() == 1);
    let changed = &at[..at.len() - usize::from(is_only && at.len() > 1)];
    let Some((start, end)) = place(document, changed) else { return };
    let others = all.iter().filter(|it| !it.starts_with(changed) && !it.is_empty());
    let places: Vec<(usize, usize)> = others.filter_map(|it| place(document, it)).collect();
    let before = places.iter().filter(|it| it.1 <= start && it.0 < start).map(|it| it.1).max().unwrap_or(0);
    let line = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let next = places.iter().map(|it| it.0).filter(|it| *it >= end && *it > start).min().unwrap_or(text.len());
    assert!(after.starts_with(&text[..before.min(line)]), "in front of {at:?}\n{text}\n---\n{after}");
    assert!(after.ends_with(&text[next..]), "behind {at:?}\n{text}\n---\n{after}");
}

/// Where the entry or element at `way` starts and ends, without its dash.
fn place(document: &Document, way: &[usize]) -> Option<(usize, usize)> {
    let (last, parent) = way.split_last()?;
    let node = document.node(parent)?;
    let value = *children(node).get(*last)?;
    let start = node.entries().get(*last).map_or(value.whole().start, |it| it.key_span.start);
    Some((start, value.whole().end.max(start)))
}

fn ways(node: &Node, way: &mut Way, all: &mut Vec<Way>) {
    for (at, child) in children(node).into_iter().enumerate() {
        way.push(at);
        all.push(way.clone());
        ways(child, way, all);
        way.pop();
    }
}

fn children(node: &Node) -> Vec<&Node> {
    node.entries().iter().map(|it| &it.value).chain(node.elements()).collect()
}

struct Known {
    db: Db,
    schemas: Schemas,
    target: Target,
}

fn knowledge() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let db = Db::embedded().unwrap();
        let schemas = Schemas::embedded().unwrap();
        let options = TargetOptions { plan: Some("community"), ..TargetOptions::default() };
        let target = Target::new(&db, &options).unwrap();
        Known { db, schemas, target }
    })
}

fn analysed(file: Arc<SourceFile>, tree: &Node) -> (Stack, StackReport) {
    let stack = stack::read(file, tree, &Inputs::default());
    let report = analysis::analyse(&stack, &knowledge().target, &knowledge().db);
    (stack, report)
}

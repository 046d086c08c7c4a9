//! The library's stages on texts that are already in memory.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use lscompat::analysis::{StackReport, analyse};
use lscompat::db::Db;
use lscompat::source::{self, Node, SourceFile};
use lscompat::stack::{self, Inputs, Stack};
use lscompat::target::{Target, TargetOptions};

use crate::corpus::{self, Template, mid_size};

pub(crate) fn stages(c: &mut Criterion) {
    let db = embedded();
    let target = target(&db);
    let template = mid_size();
    let file = source(&template);
    let tree = source::parse(&file).expect("the generated template is well-formed");
    let stack = read(&file, &tree);

    c.bench_function("load the knowledge base", |it| it.iter(embedded));

    let mut group = c.benchmark_group("one template");
    group.throughput(Throughput::Bytes(template.text.len() as u64));
    group.bench_function("parse", |it| it.iter(|| source::parse(black_box(&file))));
    group.bench_function("read the stack", |it| it.iter(|| read(black_box(&file), &tree)));
    group.bench_function("analyse", |it| it.iter(|| analyse(black_box(&stack), &target, &db)));
    group.bench_function("all", |it| it.iter(|| report(black_box(&template), &target, &db)));
    group.finish();
}

pub(crate) fn corpus(c: &mut Criterion) {
    let db = embedded();
    let target = target(&db);
    let templates = corpus::corpus().expect("the corpus is readable");

    let mut group = c.benchmark_group("corpus");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(templates.iter().map(|it| it.text.len() as u64).sum()));
    group.bench_function("parse", |it| {
        it.iter(|| templates.iter().filter(|it| source::parse(&source(it)).is_ok()).count());
    });
    group.bench_function("all", |it| {
        it.iter(|| templates.iter().filter_map(|it| report(it, &target, &db)).count());
    });
    group.finish();
}

/// Text to findings; `None` for a text that is no template.
fn report(template: &Template, target: &Target, db: &Db) -> Option<StackReport> {
    let file = source(template);
    let tree = source::parse(&file).ok()?;
    Some(analyse(&read(&file, &tree), target, db))
}

fn source(template: &Template) -> Arc<SourceFile> {
    Arc::new(SourceFile::new(&template.name, template.text.as_str()))
}

fn read(file: &Arc<SourceFile>, tree: &Node) -> Stack {
    stack::read(Arc::clone(file), tree, &Inputs::default())
}

fn embedded() -> Db {
    Db::embedded().expect("the embedded knowledge base is valid")
}

fn target(db: &Db) -> Target {
    Target::new(db, &TargetOptions { plan: Some("community"), ..TargetOptions::default() }).expect("the plan exists")
}

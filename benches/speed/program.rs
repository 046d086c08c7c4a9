//! The program as a user starts it: a whole process from start to exit.

use std::path::Path;
use std::process::{Command, Stdio};
use std::{fs, io};

use criterion::{Criterion, Throughput};

use crate::corpus::{Template, corpus, mid_size};

pub(crate) fn start_up(c: &mut Criterion) {
    let mut group = c.benchmark_group("start-up");
    group.bench_function("--version", |it| it.iter(|| run(&["--version"])));
    group.bench_function("explain a type", |it| it.iter(|| run(&["explain", "AWS::Lambda::Function"])));
    group.finish();
}

pub(crate) fn check(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder for the templates");
    let one = mid_size();
    let many = corpus().expect("the corpus is readable");
    let one_path = write(folder.path(), "one", std::slice::from_ref(&one)).expect("the folder is writable");
    let many_path = write(folder.path(), "many", &many).expect("the folder is writable");

    let mut group = c.benchmark_group("check");
    group.sample_size(20);
    for (name, path, templates) in
        [("one template", &one_path, std::slice::from_ref(&one)), ("corpus", &many_path, many.as_slice())]
    {
        group.throughput(Throughput::Bytes(templates.iter().map(|it| it.text.len() as u64).sum()));
        group.bench_function(name, |it| {
            it.iter(|| run(&["check", "--format", "json", "--fail-on", "never", path]));
        });
    }
    group.finish();
}

fn run(arguments: &[&str]) {
    let status = Command::new(env!("CARGO_BIN_EXE_lscompat"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    // 2 is reported for a corpus that holds files which are no templates; the others were still checked.
    assert!(status.code().is_some(), "`lscompat {}` was ended by a signal", arguments.join(" "));
}

/// Writes templates to a folder of their own and returns its path; a real file keeps only the end of its name.
fn write(folder: &Path, name: &str, templates: &[Template]) -> io::Result<String> {
    let folder = folder.join(name);
    fs::create_dir(&folder)?;
    for (index, template) in templates.iter().enumerate() {
        let file = Path::new(&template.name).file_name().unwrap_or_default().to_string_lossy();
        fs::write(folder.join(format!("{index:04}-{file}")), &template.text)?;
    }
    Ok(folder.to_string_lossy().into_owned())
}

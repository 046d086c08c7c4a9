//! One direction of flow: a module uses only those below it, as CONTRIBUTING says.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::program::root;

/// Each folder of `src/` with what it may use.
const LAYERS: [(&str, &[&str]); 10] = [
    ("source", &[]),
    ("stack", &["source"]),
    ("db", &[]),
    ("target", &["db"]),
    ("analysis", &["source", "stack", "db", "target"]),
    ("adjust", &["source", "stack", "db", "target", "analysis"]),
    ("live", &["source", "stack", "db", "target", "analysis"]),
    ("report", &["source", "stack", "db", "target", "analysis", "adjust", "live"]),
    ("check", &["source", "stack", "db", "target", "analysis", "adjust", "report"]),
    ("cli", &["source", "stack", "db", "target", "analysis", "adjust", "live", "report", "check"]),
];

#[test]
fn every_folder_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    for (layer, below) in LAYERS {
        for path in sources(&root().join("src").join(layer)) {
            for used in used(&std::fs::read_to_string(&path).unwrap()) {
                if used != layer && !below.contains(&used.as_str()) {
                    wrong.push(format!("{} uses `{used}`", path.display()));
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_folder_is_a_layer() {
    let is_folder = |it: &PathBuf| it.is_dir();
    let folders = entries(&root().join("src")).into_iter().filter(is_folder);
    let names: BTreeSet<String> = folders.map(|it| it.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(names, LAYERS.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn only_the_live_folder_uses_the_network() {
    let is_elsewhere = |it: &PathBuf| !it.starts_with(root().join("src/live"));
    let others = sources(&root().join("src")).into_iter().filter(is_elsewhere);
    let wrong: Vec<PathBuf> = others
        .filter(|it| {
            let text = std::fs::read_to_string(it).unwrap();
            ["ureq", "TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"].iter().any(|name| text.contains(name))
        })
        .collect();
    assert_eq!(wrong, Vec::<PathBuf>::new());
}

/// The modules that a text names behind `crate::`.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|it| !it.trim_start().starts_with("//"));
    let paths = code.flat_map(|it| it.split("crate::").skip(1));
    let module = |it: &str| it.split(|it: char| !it.is_alphanumeric() && it != '_').next().unwrap().to_owned();
    paths.map(module).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = entries(folder).into_iter();
    entries.flat_map(|it| if it.is_dir() { sources(&it) } else { vec![it] }).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect()
}

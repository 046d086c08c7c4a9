//! The inputs that fuzzing found worth keeping, replayed; `fuzz/` has the targets.

mod properties;

use std::path::PathBuf;

use crate::program::root;

/// The kept inputs of `target`, in order.
fn corpus(target: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("fuzz/corpus").join(target)).unwrap();
    let mut inputs: Vec<PathBuf> = folder.map(|it| it.unwrap().path()).collect();
    inputs.sort();
    inputs
}

fn replay(target: &str) {
    let inputs = corpus(target);
    assert!(!inputs.is_empty(), "no input for `{target}`");
    let fails = |it: &PathBuf| {
        let data = std::fs::read(it).unwrap();
        std::panic::catch_unwind(|| properties::check(target, &data)).is_err()
    };
    let failing: Vec<&PathBuf> = inputs.iter().filter(|it| fails(it)).collect();
    assert_eq!(failing, Vec::<&PathBuf>::new());
}

#[test]
fn yaml_keeps_its_places() {
    replay("yaml");
}

#[test]
fn json_keeps_its_places() {
    replay("json");
}

#[test]
fn templates_are_resolved_to_an_end() {
    replay("intrinsics");
}

#[test]
fn policies_of_any_form_are_judged() {
    replay("policy");
}

#[test]
fn edits_keep_what_is_outside_of_them() {
    replay("edits");
}

//! Runs the live suite of this folder against the program just built (feature `live-tests`).
//!
//! The suite starts LocalStack with Python, and deploys with the same client library that LocalStack's own environment
//! brings; claims are made again by the program itself.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// One LocalStack at a time: two on one machine slow each other down until checks run out of time.
static TURN: Mutex<()> = Mutex::new(());

fn run(arguments: &[&str]) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let status = Command::new(root.join("tests/live/run"))
        .args(arguments)
        .args(["--lscompat", env!("CARGO_BIN_EXE_lscompat")])
        .current_dir(root)
        .status();
    let passed = status.as_ref().is_ok_and(|it| it.success());
    assert!(passed, "{arguments:?} ended with {status:?}; its report is above");
}

#[test]
fn predictions_agree_with_a_running_localstack() {
    run(&["live.py"]);
}

#[test]
fn adapted_templates_deploy() {
    run(&["adapt.py"]);
}

#[test]
fn claims_hold_on_2026_3_0() {
    run(&["claims.py", "--release", "2026.3.0"]);
}

#[test]
fn claims_hold_on_4_14_0() {
    run(&["--release", "4.14.0", "claims.py", "--release", "4.14.0"]);
}

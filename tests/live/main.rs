//! Runs the live suite of this folder against the program just built (feature `live-tests`).
//!
//! The suite itself is Python: it deploys with the same client library that LocalStack's own environment brings.

use std::path::Path;
use std::process::Command;

#[test]
fn predictions_agree_with_a_running_localstack() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let status = Command::new(root.join("tests/live/run"))
        .args(["live.py", "--lscompat", env!("CARGO_BIN_EXE_lscompat")])
        .current_dir(root)
        .status()
        .expect("tests/live/run needs bash");
    assert!(status.success(), "the live suite ended with {status}; its report is above");
}

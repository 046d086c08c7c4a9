//! Validates the knowledge base and stores it and its fixtures for the program: a broken entry fails the build.

use std::error::Error;
use std::path::{Path, PathBuf};

/// The part of the library that reads the knowledge base; what only the program uses of it is unused here.
#[path = "src/db"]
#[expect(dead_code, unreachable_pub, reason = "the modules belong to the library")]
mod db {
    mod aws;
    mod behaviour;
    mod entry;
    pub mod fixtures;
    pub mod knowledge;
    mod observation;
    mod path;
    mod predicate;
    pub mod problem;
    pub mod read;
    mod release;
    pub mod schema;
    mod similar;
    mod words;

    pub use aws::*;
    pub use behaviour::{Equivalent, Ignored, Instead, Purpose, UpdateEffect, UpdateRule};
    pub use entry::*;
    pub use observation::*;
    pub use predicate::*;
}

/// The level of compression: the best.
const PACKING: u8 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let dir = Path::new("compat-db");
    println!("cargo::rerun-if-changed=compat-db");
    println!("cargo::rerun-if-changed=src/db");
    println!("cargo::rerun-if-changed=tests/limitations");
    let schemas = db::read::read_schemas(dir).map_err(|it| failed(&it))?;
    let knowledge = if dir.is_dir() {
        let base = db::knowledge::Knowledge::default();
        db::read::read(dir, &base, Some(&schemas)).map_err(|it| failed(&it))?
    } else {
        db::knowledge::Knowledge::default()
    };
    let fixtures = db::fixtures::Fixtures::read(Path::new("tests/limitations"))?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(out.join("compat-db.postcard"), postcard::to_stdvec(&knowledge)?)?;
    std::fs::write(
        out.join("schemas.packed"),
        miniz_oxide::deflate::compress_to_vec(&postcard::to_stdvec(&schemas)?, PACKING),
    )?;
    std::fs::write(out.join("fixtures.postcard"), postcard::to_stdvec(&fixtures)?)?;
    Ok(())
}

/// Cargo shows `cargo::error` lines as errors of the build; each problem is one.
fn failed(problems: &db::problem::Problems) -> String {
    for problem in &problems.0 {
        println!("cargo::error={problem}");
    }
    format!("the knowledge base has {} problems", problems.0.len())
}

//! Measures the program and each stage of the library: `cargo bench`.
//!
//! `LSCOMPAT_BENCH_CORPUS=DIR cargo bench` measures with the templates of a folder in place of the generated ones.

#![expect(clippy::expect_used, reason = "what cannot be set up cannot be measured")]

mod corpus;
mod library;
mod program;

use criterion::{criterion_group, criterion_main};

criterion_group!(benches, program::start_up, program::check, library::stages, library::corpus);
criterion_main!(benches);

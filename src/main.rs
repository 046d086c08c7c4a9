//! The `lscompat` program.
fn main() {}

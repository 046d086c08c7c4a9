//! The knowledge base: loaded, validated, indexed.
//!
//! Knowledge is TOML below `compat-db/`. `build.rs` validates it and embeds it as one postcard blob, so that
//! starting the program parses no TOML; `--db` overlays go through the same code at run time.

mod entry;

pub use entry::*;

//! The commands: each reads its arguments, calls the library and prints. The only place that picks exit codes.

pub mod db;
pub mod explain;

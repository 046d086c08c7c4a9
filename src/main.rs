//! The `lscompat` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    lscompat::cli::run(std::env::args_os())
}

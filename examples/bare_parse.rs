//! What `tools/compare` measures against: reads the files it is given, or those below folders, and does nothing with the
//! events of the YAML parser but counting them.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use saphyr_parser::Parser;

fn main() -> io::Result<()> {
    let mut files = Vec::new();
    for path in env::args_os().skip(1) {
        collect(Path::new(&path), &mut files)?;
    }
    let events = files.into_par_iter().map(|it| Ok(events(&fs::read_to_string(it)?)));
    let all: usize = events.sum::<io::Result<usize>>()?;
    std::hint::black_box(all);
    Ok(())
}

/// The events of a text up to the first mistake in it.
fn events(text: &str) -> usize {
    Parser::new_from_str(text).take_while(Result::is_ok).count()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

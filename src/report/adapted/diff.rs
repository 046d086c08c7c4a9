//! The unified difference of two texts.

use std::fmt::Write;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use crate::report::printable::printable;

/// Lines around a change.
const CONTEXT: usize = 3;

/// The difference from `before` to `after`, as `patch` takes it but for its colours; empty when there is none.
pub fn diff(path: &Path, before: &str, after: &str) -> String {
    let mut out = String::new();
    if before == after {
        return out;
    }
    let path = printable(&path.display().to_string());
    let text = TextDiff::from_lines(before, after);
    let unified =
        text.unified_diff().context_radius(CONTEXT).header(&format!("a/{path}"), &format!("b/{path}")).to_string();
    for line in unified.split_inclusive('\n') {
        let style = match line.as_bytes() {
            [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => Style::new().bold(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        let (content, end) = line.split_at(line.trim_end_matches(['\r', '\n']).len());
        // Writing to a text cannot fail.
        let _ = write!(out, "{style}{}{style:#}{end}", visible(content));
    }
    out
}

/// A line without what would control the terminal; blanks and letters stay as they are.
fn visible(line: &str) -> String {
    line.chars()
        .flat_map(|it| if it.is_control() && it != '\t' { it.escape_default().collect::<Vec<_>>() } else { vec![it] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(before: &str, after: &str) -> String {
        let text = diff(Path::new("t.yaml"), before, after);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn only_what_changed_is_shown() {
        assert_eq!(plain("a\nb\nc\n", "a\nc\n"), "--- a/t.yaml\n+++ b/t.yaml\n@@ -1,3 +1,2 @@\n a\n-b\n c\n");
        assert_eq!(plain("a\n", "a\n"), "");
    }

    #[test]
    fn no_line_controls_the_terminal() {
        assert!(!plain("a\n", "b\u{1b}[31m\n").contains('\u{1b}'));
    }
}

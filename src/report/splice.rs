//! Puts a generated document into a text that people also write in.

use std::path::Path;

use super::adapted::diff;
use super::keep::{keep, without_record};

/// The line a generated document starts with.
pub const BEGIN: &str = "<!-- lscompat:begin -->";
/// The line it ends with.
pub const END: &str = "<!-- lscompat:end -->";

/// Why a document cannot be put into a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// Replacing everything would lose what people wrote.
    #[error("it has no `{BEGIN}` and `{END}` lines; put both where the document belongs")]
    NoMarkers,
    /// One marker without the other, the end before the beginning, or one of them twice.
    #[error("its `{BEGIN}` and `{END}` lines do not form one pair; keep one of each, in this order")]
    UnpairedMarkers,
}

/// `existing` with what was generated between its markers replaced by `document`, which brings its own markers. What
/// people wrote between them is kept; nothing else changes; an empty text becomes the document.
///
/// # Errors
/// The text has no markers, or they do not pair.
pub fn splice(existing: &str, document: &str) -> Result<String, SpliceError> {
    if existing.trim().is_empty() {
        return Ok(document.to_owned());
    }
    let begins: Vec<usize> = existing.match_indices(BEGIN).map(|(at, _)| at).collect();
    let ends: Vec<usize> = existing.match_indices(END).map(|(at, _)| at).collect();
    match (begins.as_slice(), ends.as_slice()) {
        ([], []) => Err(SpliceError::NoMarkers),
        ([begin], [end]) if begin < end => {
            let before = existing.get(..*begin).unwrap_or_default();
            let old = existing.get(begin + BEGIN.len()..*end).unwrap_or_default();
            let after = existing.get(end + END.len()..).unwrap_or_default();
            Ok(format!("{before}{}{after}", renewed(old, document.trim_end())))
        }
        _ => Err(SpliceError::UnpairedMarkers),
    }
}

/// What is not the same in `existing`, the text of `path`, and `renewed`: a unified and coloured diff without the lines
/// that only lscompat reads; nothing when the texts are equal.
pub fn difference(path: &Path, existing: &str, renewed: &str) -> Option<String> {
    if existing == renewed {
        return None;
    }
    let shown = (without_record(existing), without_record(renewed));
    // Only the comment differs when somebody edited it.
    let (old, new) = if shown.0 == shown.1 { (existing, renewed) } else { (shown.0.as_str(), shown.1.as_str()) };
    Some(diff(path, old, new))
}

/// The document with what people wrote into its `old` body, in the line breaks of that.
fn renewed(old: &str, document: &str) -> String {
    let body = document.strip_prefix(BEGIN).and_then(|it| it.strip_suffix(END));
    let Some(body) = body.map(str::trim) else { return document.to_owned() };
    let has_returns = old.contains("\r\n");
    let text = format!("{BEGIN}\n{}\n{END}", keep(&old.replace("\r\n", "\n"), body).trim());
    if has_returns { text.replace('\n', "\r\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::keep::recorded;
    use super::*;

    fn document(body: &str) -> String {
        format!("{BEGIN}\n{}\n{END}\n", recorded(body))
    }

    #[test]
    fn keeps_the_text_around() {
        let old = format!("# Ours\r\n\r\n{}\nbelow", document("old").trim_end());
        let new = splice(&old, &document("new")).unwrap();
        assert_eq!(new, format!("# Ours\r\n\r\n{}\nbelow", document("new").trim_end()));
        assert_eq!(splice(&new, &document("new")).unwrap(), new);
    }

    #[test]
    fn keeps_what_people_wrote_between() {
        let old = document("# Old\n\ntext").replace("text", "text\n\nmine");
        let new = splice(&old, &document("# Old\n\nother")).unwrap();
        assert!(new.starts_with(&format!("{BEGIN}\n# Old\n\nother\n\nmine\n")), "{new}");
        let windows = splice(&old.replace('\n', "\r\n"), &document("# Old\n\nother")).unwrap();
        assert_eq!(windows, new.replace('\n', "\r\n"));
    }

    #[test]
    fn tells_what_is_out_of_date() {
        let (old, new) = (document("# A\n\none\n"), document("# A\n\ntwo\n"));
        let difference = |new: &str| difference(Path::new("D.md"), &old, new);
        assert_eq!(difference(&old), None);
        let text = anstream::adapter::strip_str(&difference(&new).unwrap()).to_string();
        assert!(text.starts_with("--- a/D.md\n+++ b/D.md\n") && text.contains("\n-one\n+two\n"), "{text}");
        assert!(!text.contains("lscompat:lines"), "{text}");
        let edited = old.replace("-->\n<!-- lscompat:end", "\n-->\n<!-- lscompat:end");
        assert!(difference(&edited).is_some());
    }

    #[test]
    fn an_empty_file_becomes_the_document() {
        assert_eq!(splice(" \n", &document("a")).unwrap(), document("a"));
    }

    #[test]
    fn refuses_what_would_lose_text() {
        assert_eq!(splice("mine", &document("a")), Err(SpliceError::NoMarkers));
        assert_eq!(splice(&format!("{END}{BEGIN}"), "a"), Err(SpliceError::UnpairedMarkers));
        assert_eq!(splice(BEGIN, "a"), Err(SpliceError::UnpairedMarkers));
        assert_eq!(splice(&format!("{BEGIN}{BEGIN}{END}"), "a"), Err(SpliceError::UnpairedMarkers));
    }
}

//! Puts a generated document into a text that people also write in.

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

/// `existing` with everything between its markers replaced by `document`, which brings its own markers. Nothing
/// else changes; an empty text becomes the document.
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
            let after = existing.get(end + END.len()..).unwrap_or_default();
            Ok(format!("{before}{}{after}", document.trim_end()))
        }
        _ => Err(SpliceError::UnpairedMarkers),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(body: &str) -> String {
        format!("{BEGIN}\n{body}\n{END}\n")
    }

    #[test]
    fn keeps_the_text_around() {
        let old = format!("# Ours\r\n\r\n{}\nbelow", document("old").trim_end());
        let new = splice(&old, &document("new")).unwrap();
        assert_eq!(new, format!("# Ours\r\n\r\n{BEGIN}\nnew\n{END}\nbelow"));
        assert_eq!(splice(&new, &document("new")).unwrap(), new);
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

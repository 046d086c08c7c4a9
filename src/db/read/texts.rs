//! Rules for the words that reports print.

use super::document::Located;
use super::table::Table;

/// A short noun phrase: not empty, no surrounding blanks, no final full stop.
pub(super) fn phrase(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<String> {
    let text = trimmed(table, key, text)?;
    if text.value.ends_with('.') {
        table.document().report(text.at, format!("`{key}` is a phrase: leave out the final full stop"));
    }
    Some(text.value)
}

/// One or two sentences: not empty, no surrounding blanks, and never `may` without the circumstances.
pub(super) fn sentence(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<String> {
    let text = trimmed(table, key, text)?;
    if is_vague(&text.value) {
        table.document().report(text.at, format!("`{key}` says `may` without saying when; name the circumstances"));
    }
    Some(text.value)
}

/// Not empty, no surrounding blanks.
pub(super) fn trimmed(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<Located<String>> {
    let text = text?;
    if text.value.trim().is_empty() {
        table.document().report(text.at, format!("`{key}` is empty"));
    } else if text.value.trim() != text.value {
        table.document().report(text.at, format!("`{key}` has blanks around it"));
    }
    Some(text)
}

fn is_vague(text: &str) -> bool {
    text.split(". ").any(|sentence| {
        let mut words = sentence.split(|it: char| !it.is_alphanumeric()).map(str::to_ascii_lowercase);
        let circumstances =
            ["when", "if", "until", "unless", "while", "where", "after", "before", "only", "with", "without"];
        words.clone().any(|it| it == "may" || it == "might") && !words.any(|it| circumstances.contains(&it.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn may_needs_circumstances() {
        assert!(is_vague("The alarm may stay in its state."));
        assert!(is_vague("It works when called. Later it might not."));
        assert!(!is_vague("The alarm may stay in its state until data arrives."));
        assert!(!is_vague("The mayor of the stack."));
    }
}

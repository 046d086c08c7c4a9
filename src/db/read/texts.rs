//! Rules for the words that reports print.

use super::document::Located;
use super::table::Table;
use super::wording::{claim_faults, faults};

/// A short noun phrase: no final full stop.
pub(super) fn phrase(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<String> {
    let text = printed(table, key, text)?;
    if text.value.ends_with('.') {
        judge(table, key, &text, "is a phrase: leave out the final full stop");
    }
    Some(text.value)
}

/// One instruction or several: starts like a sentence, no final full stop.
pub(super) fn instruction(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<String> {
    let text = printed(table, key, text)?;
    if text.value.ends_with('.') {
        judge(table, key, &text, "is an instruction: leave out the final full stop");
    }
    if text.value.starts_with(|it: char| it.is_lowercase()) {
        judge(table, key, &text, "is an instruction: start it with a capital letter");
    }
    Some(text.value)
}

/// One or two sentences that claim what happens: in the present tense, and never `may` without the circumstances.
pub(super) fn sentence(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<String> {
    let text = printed(table, key, text)?;
    if !text.value.trim_end().is_empty() && !text.value.trim_end().ends_with(['.', '?']) {
        judge(table, key, &text, "is a sentence: end it with a full stop");
    }
    for fault in claim_faults(&text.value) {
        judge(table, key, &text, &fault);
    }
    Some(text.value)
}

/// Words of this project: not empty, no surrounding blanks, and worded as `wording.toml` says.
pub(super) fn printed(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<Located<String>> {
    let text = trimmed(table, key, text)?;
    let faults = if text.value.trim().is_empty() { Vec::new() } else { faults(&text.value) };
    for fault in faults {
        judge(table, key, &text, &fault);
    }
    Some(text)
}

/// Not empty, no surrounding blanks.
pub(super) fn trimmed(table: &Table<'_>, key: &'static str, text: Option<Located<String>>) -> Option<Located<String>> {
    let text = text?;
    if text.value.trim().is_empty() {
        report(table, key, &text, "is empty");
    } else if text.value.trim() != text.value {
        report(table, key, &text, "has blanks around it");
    }
    Some(text)
}

fn judge(table: &Table<'_>, key: &str, text: &Located<String>, fault: &str) {
    if table.document().is_strict() {
        report(table, key, text, fault);
    }
}

fn report(table: &Table<'_>, key: &str, text: &Located<String>, fault: &str) {
    table.document().report(text.at, format!("`{key}` {fault}"));
}

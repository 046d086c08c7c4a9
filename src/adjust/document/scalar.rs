//! Single values as YAML writes them.

use crate::source::{self, Node, NodeKind, SourceFile};

use super::style::Style;

/// A text as a plain or quoted scalar, readable in block and in flow collections alike.
pub(super) fn text(text: &str, style: &Style) -> String {
    if is_plain(text) { text.to_owned() } else { quoted(text, style) }
}

/// A key.
pub(super) fn key(text: &str, style: &Style) -> String {
    let parsed = parse(&format!("{text}: 1\n"));
    let is_itself = parsed.is_some_and(|it| matches!(it.entries(), [only] if only.key == text));
    if is_itself && !text.is_empty() { text.to_owned() } else { quoted(text, style) }
}

/// A text as JSON writes it.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether the text means itself without quotes, to every reader of YAML 1.1 and 1.2.
fn is_plain(text: &str) -> bool {
    let first = text.chars().next().unwrap_or(' ');
    let is_like_a_date =
        first.is_ascii_digit() && text.chars().all(|it| it.is_ascii_digit() || "-:.TZ +_eExob".contains(it));
    if is_like_a_date || text.contains(['\n', '\r', '\t']) || "?!&*|>%@`~".contains(first) {
        return false;
    }
    let is_itself =
        |node: Option<&Node>| node.is_some_and(|it| it.tag.is_none() && it.kind == NodeKind::String(text.to_owned()));
    let block = parse(&format!("k: {text}\n"));
    let flow = parse(&format!("k: [{text}]\n"));
    is_itself(block.as_ref().and_then(|it| it.get("k")))
        && is_itself(flow.as_ref().and_then(|it| it.get("k")?.elements().first()))
        && flow.is_some_and(|it| it.get("k").is_some_and(|it| it.elements().len() == 1))
}

fn quoted(text: &str, style: &Style) -> String {
    let is_simple = !text.chars().any(char::is_control) && !text.contains('\'');
    let prefers_single = style.quote == '\'' || text.contains(['"', '\\']);
    if is_simple && prefers_single { format!("'{text}'") } else { json(text) }
}

fn parse(text: &str) -> Option<Node> {
    source::parse(&SourceFile::new("value.yaml", text)).ok()
}

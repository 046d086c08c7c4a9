//! What the tests of both syntaxes share.

use super::{Node, NodeKind, SourceError, SourceFile, Span, parse};

/// The tree of `text` under the name `path`.
pub(super) fn tree(path: &str, text: &str) -> (SourceFile, Node) {
    let file = SourceFile::new(path, text);
    let node = parse(&file).unwrap_or_else(|error| panic!("{error}: {text}"));
    (file, node)
}

/// The error of `text`, with the line it points at (0 for the whole file) and the text it covers.
pub(super) fn error(path: &str, text: &str) -> (usize, String, String) {
    let file = SourceFile::new(path, text);
    match parse(&file) {
        Ok(node) => panic!("parsed to {node:?}: {text}"),
        Err(SourceError { message, span }) => {
            let line = span.map_or(0, |it| file.position(it.start).line);
            (line, span.map(|it| file.slice(it).to_owned()).unwrap_or_default(), message)
        }
    }
}

/// The texts at the spans of all keys and values, depth first, as `key:` and `value`.
pub(super) fn cuts(file: &SourceFile, node: &Node) -> Vec<String> {
    let mut found = Vec::new();
    walk(node, &mut |span, is_key| {
        let text = file.text().get(span.start..span.end).expect("a span on character boundaries");
        found.push(if is_key { format!("{text}:") } else { text.to_owned() });
    });
    found
}

/// Visits all keys (`true`) and values (`false`) in depth-first order.
pub(super) fn walk(node: &Node, visit: &mut impl FnMut(Span, bool)) {
    visit(node.span, false);
    for element in node.elements() {
        walk(element, visit);
    }
    for entry in node.entries() {
        visit(entry.key_span, true);
        walk(&entry.value, visit);
    }
}

/// Checks that all spans lie inside the text, on character boundaries, and children inside their parents unless
/// `aliased` values have moved.
pub(super) fn check_spans(file: &SourceFile, node: &Node, aliased: bool) {
    walk(node, &mut |span, _| assert!(file.text().get(span.start..span.end).is_some(), "{span:?}"));
    if !aliased {
        check_nesting(node);
    }
}

fn check_nesting(node: &Node) {
    let inside =
        |it: Span| assert!(node.span.start <= it.start && it.end <= node.span.end, "{it:?} in {:?}", node.span);
    for element in node.elements() {
        inside(element.span);
        check_nesting(element);
    }
    for entry in node.entries() {
        inside(entry.key_span);
        inside(entry.value.span);
        check_nesting(&entry.value);
    }
    if let NodeKind::String(text) = &node.kind {
        assert!(text.is_empty() || node.span.start < node.span.end, "{text:?} without a place");
    }
}

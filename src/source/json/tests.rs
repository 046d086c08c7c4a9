use proptest::prelude::*;

use crate::source::testing::{check_spans, cuts, error, tree};
use crate::source::{MAX_DEPTH, NodeKind, SourceFile, comments, parse};

fn cut(text: &str) -> Vec<String> {
    let (file, node) = tree("a.json", text);
    check_spans(&file, &node, false);
    cuts(&file, &node)
}

#[test]
fn spans_cover_the_written_text() {
    let text = "{\"ü😀\": [1, -2.50, true, null],\r\n \"b\" : {\"c\":\"\\u00e4\\n\"} }\r\n";
    assert_eq!(
        cut(text),
        [
            text.trim_end(),
            "\"ü😀\":",
            "[1, -2.50, true, null]",
            "1",
            "-2.50",
            "true",
            "null",
            "\"b\":",
            "{\"c\":\"\\u00e4\\n\"}",
            "\"c\":",
            "\"\\u00e4\\n\"",
        ]
    );
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    assert_eq!(cut("\u{feff} {\"a\": 1}"), ["{\"a\": 1}", "\"a\":", "1"]);
    let (line, cut, _) = error("a.json", "\u{feff}{\"a\": 1,}");
    assert_eq!((line, cut.as_str()), (1, ","));
}

#[test]
fn values_are_decoded() {
    let (_, node) = tree("a.json", r#"{"s": "a\tA\ud83d\ude00", "n": 1.10, "e": -1E+2, "t": true, "z": null}"#);
    assert_eq!(node.get("s").and_then(|it| it.as_str()), Some("a\tA😀"));
    assert!(matches!(&node.get("n").unwrap().kind, NodeKind::Number(it) if it.value == 1.1 && it.text == "1.10"));
    assert!(matches!(&node.get("e").unwrap().kind, NodeKind::Number(it) if it.value == -100.0));
    assert_eq!(node.get("t").unwrap().kind, NodeKind::Bool(true));
    assert_eq!(node.get("z").unwrap().kind, NodeKind::Null);
}

#[test]
fn errors_name_the_place_and_the_remedy() {
    for (text, line, cut, part) in [
        ("{\n\"a\": 1,\n}", 2, ",", "remove this `,`"),
        ("{\n\"a\": 1\n\"b\": 2}", 2, "", "`,` is missing"),
        ("[1,\n,2]", 2, ",", "remove one comma"),
        ("{\"a\" 1}", 1, "1", "`:` is missing"),
        ("{\"a\":\n}", 2, "}", "value is missing"),
        ("{a: 1}", 1, "a", "double quotes"),
        ("{'a': 1}", 1, "'", "double quotes"),
        ("{\"a\": 1} // x", 1, "// x", "no comments"),
        ("{\n\"a\": [1, 2\n", 2, "[", "never closed"),
        ("{\n\"a\": 1", 1, "{", "never closed"),
        ("{\"a\": \"x\n\"}", 1, "\"x", "no closing quote"),
        ("{\"a\": \"x\ty\"}", 1, "\t", "`\\u0009`"),
        ("{\"a\": nope}", 1, "nope", "not JSON"),
        ("{\"a\": [1}}", 1, "}", "`]`"),
        ("{\"a\": 1}\n}", 2, "}", "ended before"),
        ("{\"a\": 012}", 1, "", "missing"),
    ] {
        let (at, found, message) = error("a.json", text);
        assert_eq!((at, found.as_str()), (line, cut), "{text}: {message}");
        assert!(message.contains(part), "{text}: {message}");
    }
    assert!(error("a.json", " \n").2.starts_with("the file is empty;"));
}

#[test]
fn a_key_that_stands_twice_names_both_lines() {
    let (line, cut, message) = error("a.json", "{\n\"a\": 1,\n\"b\": 2,\n\"\\u0061\": 3}");
    assert_eq!((line, cut.as_str()), (4, "\"\\u0061\""));
    assert!(message.contains("lines 2 and 4"), "{message}");
    let many: Vec<String> = (0..40).map(|it| format!("\"k{}\": 0", it % 39)).collect();
    assert!(error("a.json", &format!("{{{}}}", many.join(",\n"))).2.contains("lines 1 and 40"));
}

#[test]
fn limits_end_in_errors() {
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
        assert!(error("a.json", &text).2.contains("deep"));
    }
    let fits = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
    assert!(parse(&SourceFile::new("a.json", fits)).is_ok());
    assert!(error("a.json", &format!("[{}0]", "0,".repeat(600_000))).2.contains("values"));
}

#[test]
fn json_has_no_comments() {
    let (file, node) = tree("a.json", "{\"a\": \"# b\"}");
    assert_eq!(comments(&file, &node), []);
}

proptest! {
    #[test]
    fn any_text_gives_a_tree_or_an_error(text in r#"([{}\[\]:,"\\ \n]|"[aü😀\\"]{0,3}"|true|null|-?[0-9.]{1,3}|//|\PC){0,40}"#) {
        let file = SourceFile::new("a.json", text);
        match parse(&file) {
            Ok(node) => check_spans(&file, &node, false),
            Err(error) => {
                if let Some(span) = error.span {
                    prop_assert!(file.text().get(span.start..span.end).is_some());
                }
            }
        }
    }
}

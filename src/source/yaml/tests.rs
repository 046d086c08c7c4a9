use proptest::prelude::*;
use saphyr_parser::{Event, Parser};

use crate::source::testing::{check_spans, cuts, error, tree};
use crate::source::{MAX_DEPTH, MAX_NODES, Node, NodeKind, SourceFile, Span, comments, parse};

fn read(text: &str) -> Node {
    tree("a.yaml", text).1
}

fn cut(text: &str) -> Vec<String> {
    let (file, node) = tree("a.yaml", text);
    check_spans(&file, &node, false);
    cuts(&file, &node).split_off(1)
}

fn text_of(node: &Node, key: &str) -> String {
    node.get(key).and_then(Node::as_str).map(str::to_owned).unwrap_or_default()
}

#[test]
fn spans_cover_plain_and_quoted_scalars_only() {
    assert_eq!(
        cut("a: b \t # c\n\"d\" : 'e''f'  # g\n# h\ni: \"j \\\" # k\" # l\n"),
        ["a:", "b", "\"d\":", "'e''f'", "i:", "\"j \\\" # k\"",]
    );
    assert_eq!(cut("a: one\n  two\n\n  three  # c\nb: 'x\n  y'\n"), ["a:", "one\n  two\n\n  three", "b:", "'x\n  y'"]);
}

#[test]
fn spans_count_bytes_behind_wide_characters() {
    let text = "# ü 😀\nÄ: 😀 # 😀\n\"😀\": [ü, {é: 'ß'}] # ü\nlast: \"ü\"\n";
    assert_eq!(cut(text), ["Ä:", "😀", "\"😀\":", "[ü, {é: 'ß'}]", "ü", "{é: 'ß'}", "é:", "'ß'", "last:", "\"ü\"",]);
}

#[test]
fn spans_survive_windows_line_ends_and_a_byte_order_mark() {
    assert_eq!(
        cut("\u{feff}a: b\r\nc: |\r\n  d\r\n  e\r\n\r\nf:\r\n- g\r\n"),
        ["a:", "b", "c:", "|\r\n  d\r\n  e", "f:", "- g", "g",]
    );
    assert_eq!(text_of(&read("c: |\r\n  d\r\n  e\r\n"), "c"), "d\ne\n");
}

#[test]
fn block_scalars_reach_from_the_indicator_to_the_last_line() {
    let text = "a: |- # c\n  x\n    y # no\n\n# c\nb: !Sub >+2\n    z\n\nc:\n  - |\n    w\n  -   >\n\n    v\nd: |\ne: |-\n  last";
    assert_eq!(
        cut(text),
        [
            "a:",
            "|- # c\n  x\n    y # no",
            "b:",
            ">+2\n    z",
            "c:",
            "- |\n    w\n  -   >\n\n    v",
            "|\n    w",
            ">\n\n    v",
            "d:",
            "|",
            "e:",
            "|-\n  last",
        ]
    );
}

#[test]
fn the_document_may_be_a_text_block() {
    for (text, cut) in [("|\na", "|\na"), ("# c\n>-\n a\n", ">-\n a"), ("--- |\n a\n", "|\n a")] {
        let (file, node) = tree("a.yaml", text);
        assert_eq!(file.slice(node.span), cut);
    }
}

#[test]
fn a_text_block_cut_off_by_the_end_has_no_last_line_break() {
    assert_eq!(text_of(&read("a: |\n  x"), "a"), "x");
    assert_eq!(text_of(&read("a: |\n  x\n"), "a"), "x\n");
    assert_eq!(text_of(&read("a: |+\n  x\n\n"), "a"), "x\n\n");
}

#[test]
fn collections_end_with_their_last_child() {
    let text = "a:\n- b\n-   c: d\n    e:\n     - f # c\n\n# c\ng: # c\n  h: [i, \n   j ] # c\nk: {l: m, n, o: } \n";
    assert_eq!(
        cut(text),
        [
            "a:",
            "- b\n-   c: d\n    e:\n     - f",
            "b",
            "c: d\n    e:\n     - f",
            "c:",
            "d",
            "e:",
            "- f",
            "f",
            "g:",
            "h: [i, \n   j ]",
            "h:",
            "[i, \n   j ]",
            "i",
            "j",
            "k:",
            "{l: m, n, o: }",
            "l:",
            "m",
            "n:",
            "",
            "o:",
            "",
        ]
    );
    assert_eq!(
        cut("- - a\n  - b: c\n- [d: e, {f: g}]"),
        ["- a\n  - b: c", "a", "b: c", "b:", "c", "[d: e, {f: g}]", "d: e", "d:", "e", "{f: g}", "f:", "g",]
    );
}

#[test]
fn empty_values_stand_behind_their_indicator() {
    let (file, node) = tree("a.yaml", "a: # c\nb:\n- # c\n- x\nc: !Ref\nd: ''\n");
    let place = |node: &Node| (file.position(node.span.start).line, file.position(node.span.start).column);
    assert_eq!(place(node.get("a").unwrap()), (1, 3));
    assert_eq!(place(&node.get("b").unwrap().elements()[0]), (3, 2));
    assert_eq!(place(node.get("c").unwrap()), (5, 8));
    assert_eq!(node.get("c").unwrap().kind, NodeKind::String(String::new()));
    assert_eq!(file.slice(node.get("d").unwrap().span), "''");
}

#[test]
fn short_forms_keep_their_tag() {
    let text = "a: !Ref B # c\nc: !GetAtt\n  D.E\nf: !If [g, !Sub '${H}', !Ref \"AWS::NoValue\"]\ni: !Join # c\n- ''\n- - 1\n\
                j: &x !Fn::Sub k\nl: !Select {m: 1}\nn: !Ref 12\n";
    let (file, node) = tree("a.yaml", text);
    let found = |key: &str| {
        let value = node.get(key).unwrap();
        let tag = value.tag.clone().unwrap();
        (tag.name, file.slice(tag.span).to_owned(), file.slice(value.span).to_owned())
    };
    let expect = |name: &str, value: &str| (name.to_owned(), format!("!{name}"), value.to_owned());
    assert_eq!(found("a"), expect("Ref", "B"));
    assert_eq!(found("c"), expect("GetAtt", "D.E"));
    assert_eq!(found("f"), expect("If", "[g, !Sub '${H}', !Ref \"AWS::NoValue\"]"));
    assert_eq!(found("i"), expect("Join", "- ''\n- - 1"));
    assert_eq!(found("j"), expect("Fn::Sub", "k"));
    assert_eq!(found("l"), expect("Select", "{m: 1}"));
    assert_eq!(text_of(&node, "n"), "12");
    let nested = &node.get("f").unwrap().elements()[1];
    assert_eq!((nested.tag.as_ref().unwrap().name.as_str(), nested.as_str()), ("Sub", Some("${H}")));
}

#[test]
fn types_written_out_are_respected() {
    let node = read("a: !!str 1\nb: !!int '2'\nc: !!bool yes\nd: ! 4\ne: !<tag:yaml.org,2002:str> true\nf: !!map {}\n");
    assert_eq!(text_of(&node, "a"), "1");
    assert_eq!(node.get("b").and_then(Node::scalar_text).as_deref(), Some("2"));
    assert_eq!(node.get("c").unwrap().kind, NodeKind::Bool(true));
    assert_eq!(text_of(&node, "e"), "true");
    assert!(node.entries().iter().all(|it| it.value.tag.is_none()));
    let (line, cut, message) = error("a.yaml", "a:\n  b: !!seq {}\n");
    assert_eq!((line, cut.as_str()), (2, "!!seq"), "{message}");
}

#[test]
fn keys_are_text_as_written() {
    let node = read("200: a\ntrue: b\n2012-10-17: c\n~: d\n? e\n: f\n0x1: g\n");
    let keys: Vec<&str> = node.entries().iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["200", "true", "2012-10-17", "~", "e", "0x1"]);
}

#[test]
fn aliases_carry_their_own_place_at_the_top() {
    let (file, node) = tree("a.yaml", "a: &x {b: c}\nd: *x\ne: [*x, &y z, *y]\n*y : 1\n");
    let alias = node.get("d").unwrap();
    assert_eq!(file.slice(alias.span), "*x");
    assert_eq!(file.position(alias.get("b").unwrap().span.start).line, 1);
    assert_eq!(alias.kind, node.get("a").unwrap().kind);
    assert_eq!(node.get("e").unwrap().elements()[2].as_str(), Some("z"));
    assert!(node.get("z").is_some());
}

#[test]
fn merge_keys_give_way_to_explicit_ones() {
    let text = "x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\n\
                one:\n  a: 0\n  <<: *x\n  d: 0\nlist:\n  <<: [*x, *y]\ninline: {<<: {a: 3}, e: 3}\ntwo:\n  <<: *x\n  <<: *y\n\"<<\": 1\n";
    let node = read(text);
    let shown = |key: &str| {
        let entries = node.get(key).unwrap().entries();
        entries.iter().map(|it| format!("{}{}", it.key, it.value.scalar_text().unwrap())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(shown("one"), "a0 b1 d0");
    assert_eq!(shown("list"), "a1 b1 c2");
    assert_eq!(shown("inline"), "a3 e3");
    assert_eq!(shown("two"), "a1 b2 c2");
    assert!(node.get("<<").is_some());
    let (line, cut, message) = error("a.yaml", "a:\n  <<: b\n");
    assert_eq!((line, cut.as_str()), (2, "b"), "{message}");
}

#[test]
fn lines_may_be_indented_less_inside_quotes_and_brackets() {
    let text = "R:\n  P:\n    A: !Sub '{\n  \"ü\": \"it''s\"\n    }'\n    S: {\"s\": \"x\ny\", # ü}\n    \"t\": [plain\n  text, 'q]'],\n  }\n    B: 1\n  Q: \"l\nm\"\n";
    let (file, node) = tree("a.yaml", text);
    check_spans(&file, &node, false);
    let properties = node.get("R").and_then(|it| it.get("P")).unwrap();
    assert_eq!(text_of(properties, "A"), "{ \"ü\": \"it's\" }");
    let schema = properties.get("S").unwrap();
    assert_eq!(text_of(schema, "s"), "x y");
    assert_eq!(schema.get("t").unwrap().elements()[0].as_str(), Some("plain text"));
    assert_eq!(schema.get("t").unwrap().elements()[1].as_str(), Some("q]"));
    assert_eq!(properties.get("B").and_then(Node::scalar_text).as_deref(), Some("1"));
    assert_eq!(text_of(node.get("R").unwrap(), "Q"), "l m");
    assert_eq!(file.slice(schema.span).lines().last(), Some("  }"));
}

#[test]
fn errors_name_the_place_and_the_remedy() {
    for (text, line, part) in [
        ("a:\n\tb: 1\n", 2, "use spaces"),
        ("a:\n  b: 1\n \tc: 2\n", 3, "use spaces"),
        ("a: b: c\n", 1, "quote a value"),
        ("a: 1\nbc\nd: 2\n", 2, "no `:`"),
        ("a:\n  b: 1\n c: 2\n", 3, "correct the indentation"),
        ("a: \"b\nc: d\n", 1, "never closed"),
        ("a: 'b\n", 1, "never closed"),
        ("a: [1, 2\nb: 3\n", 2, "`,` or `]` is missing"),
        ("a: [1 [2]]\n", 1, "`,` or `]` is missing"),
        ("a: {b: 1\n", 1, "`{` opened here is never closed"),
        ("a: 1]\nb: ]\n", 2, "never opened"),
        ("a: \"b\" c\n", 1, "closing quote"),
        ("a: \"\\d\"\n", 1, "backslash"),
        ("a: *x\n", 1, "anchor"),
        ("a: *\n", 1, "name must follow"),
        ("a: @b\n", 1, "`@`"),
        ("a: &x [*x]\n", 1, "inside the value"),
        ("a: {{ b }}\n", 1, "quotes"),
        ("? [a]\n: b\n", 1, "single text"),
        ("!Ref a: b\n", 1, "a key cannot have the tag"),
        ("a: !!js b\n", 1, "not known"),
        ("a: !x!y b\n", 1, "two `!`"),
        ("a: b\u{7}\n", 1, "U+0007"),
        ("a: 1\n: 2\n", 2, "key is missing"),
        ("a: {b: 1, c\n d: 2}\n", 1, "line break"),
        ("a: [,]\n", 1, "value is missing"),
        ("a: 1\n---\nb: 2\n", 2, "second document starts on line 2"),
        ("a: 1\n---\nb: [\n", 2, "one document per file"),
        ("a: 1\n\nb: 2\na: 3\n", 4, "lines 1 and 4"),
        ("", 0, "the file is empty"),
        ("\u{feff}\r\n", 0, "the file is empty"),
        ("# a\n", 0, "nothing but comments"),
        ("---\n", 0, "the document is empty"),
    ] {
        let (at, _, message) = error("a.yaml", text);
        assert_eq!(at, line, "{text}: {message}");
        assert!(message.contains(part), "{text}: {message}");
    }
}

#[test]
fn an_empty_document_may_follow() {
    for text in ["a: 1\n---\n", "a: 1\n...\n", "---\na: 1\n...\n---\n", "a: 1\n---\n# c\n", "%YAML 1.1\n---\na: 1\n"] {
        assert_eq!(read(text).get("a").and_then(Node::scalar_text).as_deref(), Some("1"), "{text}");
    }
}

#[test]
fn limits_end_in_errors() {
    for text in ["- ".repeat(100_000), "[".repeat(100_000), "{a: ".repeat(100_000), "? ".repeat(100_000)] {
        error("a.yaml", &text);
    }
    let nested = |depth: usize| (0..depth).map(|it| format!("{}a:\n", " ".repeat(it))).collect::<String>();
    assert!(error("a.yaml", &nested(1000)).2.contains("deep"));
    read(&nested(MAX_DEPTH));
    let bomb: String = (1..60).map(|it| format!("b{it}: &b{it} [*b{0}, *b{0}]\n", it - 1)).collect();
    assert!(error("a.yaml", &format!("b0: &b0 [x]\n{bomb}")).2.contains("aliases are expanded"));
    let chain: String = (1..400).map(|it| format!("b{it}: &b{it} [*b{}]\n", it - 1)).collect();
    assert!(error("a.yaml", &format!("b0: &b0 [x]\n{chain}")).2.contains("deep"));
    assert!(error("a.yaml", &format!("[{}0]", "0,".repeat(MAX_NODES))).2.contains("more than"));
    assert!(error("a.yaml", &"- a\n".repeat(MAX_NODES)).2.contains("more than"));
}

#[test]
fn comments_are_told_from_text() {
    let text = "\u{feff}# one\na: b#c # two  \r\nd: 'e # f' # three\ng: | # four\n  h # i\n # five\nj: [\"# k\", l, # six\n m]\n\
                n: {<<: {o: 'x # y'}, o: 1} #\np: q\n#\n";
    let (file, node) = tree("a.yaml", text);
    let found = comments(&file, &node);
    let texts: Vec<&str> = found.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five", "six", "", ""], "{found:?}");
    assert!(found.iter().all(|it| file.slice(it.span).starts_with('#')));
    assert_eq!(file.slice(found[1].span), "# two");
}

/// The value of a plain scalar of several lines: breaks become spaces, empty lines become breaks.
fn folded(text: &str) -> String {
    let mut value = String::new();
    let mut breaks = 0;
    for line in text.replace("\r\n", "\n").split(['\r', '\n']).map(|it| it.trim_matches([' ', '\t'])) {
        match (value.is_empty(), line.is_empty(), breaks) {
            (_, true, _) => {}
            (true, ..) => {}
            (_, _, 1) => value.push(' '),
            _ => value.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        breaks = if line.is_empty() { breaks + 1 } else { 1 };
        value.push_str(line);
    }
    value
}

/// Derives values from the texts at their spans and compares them with those in the tree.
fn check_cuts(file: &SourceFile, node: &Node) {
    let again = |span: Span| {
        let text = file.slice(span);
        if !text.starts_with(['"', '\'']) {
            return Some(folded(text));
        }
        Parser::new_from_str(text).find_map(|it| match it {
            Ok((Event::Scalar(value, ..), _)) => Some(value.into_owned()),
            _ => None,
        })
    };
    if let NodeKind::String(text) = &node.kind {
        let block = file.slice(node.span).starts_with(['|', '>']);
        if !block && node.span.start < node.span.end {
            assert_eq!(again(node.span).as_ref(), Some(text));
        }
    }
    for entry in node.entries() {
        if entry.key_span.start < entry.key_span.end && !file.slice(entry.key_span).starts_with(['|', '>']) {
            assert_eq!(again(entry.key_span).as_ref(), Some(&entry.key));
        }
        check_cuts(file, &entry.value);
    }
    node.elements().iter().for_each(|it| check_cuts(file, it));
}

fn check_any(text: String) {
    let file = SourceFile::new("a.yaml", text);
    match parse(&file) {
        Ok(node) => {
            let aliased = file.text().contains(['*', '<']);
            check_spans(&file, &node, aliased);
            if !aliased {
                check_cuts(&file, &node);
            }
            for comment in comments(&file, &node) {
                assert!(file.slice(comment.span).starts_with('#'));
            }
        }
        Err(error) => {
            if let Some(span) = error.span {
                assert!(file.text().get(span.start..span.end).is_some(), "{error:?}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_gives_a_tree_or_an_error(text in "\\PC{0,40}") {
        check_any(text);
    }

    #[test]
    fn anything_like_yaml_gives_a_tree_or_an_error(
        text in "((\u{feff})?(\n {0,4}|\r\n {0,4}|- |\\? |: |:|, |\\[|\\]|\\{|\\}|\"|'|\\||>-?| #|!Ref |!!str |&x |\\*x|<<: |a|ü|😀|b c|1|\t|\\\\|---|\\.\\.\\.|~)){0,30}"
    ) {
        check_any(text);
    }

    #[test]
    fn well_formed_yaml_is_cut_exactly(
        text in "((ü|k|\"q\")[0-9]{1,3}:( [a-zü😀]{1,3}| '[a ü#]{0,4}'| \"[a 😀#]{0,4}\"| !Sub [a-z]{1,3}| \\[a, {0,2}ü\\]| \\|\n  [a-z]{1,2}(\n\n  #ü)?|\n- [a-z]{1,2}\n- {1,3}b: 1|\n  - é| !If\n  - a| )?( {1,2}# [ü😀a]{0,3})?\n){1,8}"
    ) {
        check_any(text);
    }
}

//! What the generated documents do not show: aliases, merge keys, habits that are kept, and what is refused.

use super::{document, edit, text};
use crate::adjust::document::{Change, New};

/// The text after edits, each given by its way and change.
fn edited(path: &str, source: &str, edits: &[(&str, Change)]) -> String {
    let document = document(path, source);
    let edits: Vec<_> = edits.iter().map(|(keys, change)| edit(&document, keys, change.clone())).collect();
    document.edit(&edits).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn refused(source: &str, keys: &str, change: Change) -> String {
    let document = document("t.yaml", source);
    document.edit(&[edit(&document, keys, change)]).unwrap_err().message
}

fn number(it: &str) -> New {
    New::Number(it.into())
}

#[test]
fn a_value_behind_an_alias_is_not_changed() {
    let source = "A: &a\n  B: 1\n  C: &c [x]\nD: *a\nE: *c\nF: {<<: *a, G: 2}\n";
    assert!(refused(source, "D.B", Change::Remove).contains("alias"));
    assert!(refused(source, "A.B", Change::Replace(number("2"))).contains("also used through an alias on line 4"));
    assert!(refused(source, "A.C", Change::Append(text("y"))).contains("also used"));
    assert!(refused(source, "A", Change::Remove).contains("also used"));
    assert!(refused(source, "F.B", Change::Remove).contains("merge key"));
    assert!(refused(source, "F.G", Change::Remove).contains("merge key"));
    assert_eq!(edited("t.yaml", source, &[("E", Change::Remove)]), source.replace("E: *c\n", ""));
}

#[test]
fn a_value_and_all_its_aliases_go_together() {
    let source = "A: &a 1\nB: *a\nC: 2\n";
    assert_eq!(edited("t.yaml", source, &[("A", Change::Remove), ("B", Change::Remove)]), "C: 2\n");
}

#[test]
fn properties_are_added_where_there_are_none() {
    let add = || Change::Insert("Timeout".into(), number("60"));
    for (before, after) in [
        ("A:\n  Properties:\n  Type: T\n", "A:\n  Properties:\n    Timeout: 60\n  Type: T\n"),
        ("A:\n  Properties: {} # none\n", "A:\n  Properties: # none\n    Timeout: 60\n"),
        ("A: {Type: T, Properties: {}}\n", "A: {Type: T, Properties: {Timeout: 60}}\n"),
    ] {
        assert_eq!(edited("t.yaml", before, &[("A.Properties", add())]), after);
    }
    let properties = New::Map(vec![("Timeout".into(), number("60"))]);
    let whole = Change::Insert("Properties".into(), properties);
    assert_eq!(
        edited("t.yaml", "A: {Type: T}\n", &[("A", whole.clone())]),
        "A: {Type: T, Properties: {Timeout: 60}}\n"
    );
    assert_eq!(
        edited("t.yaml", "A:\n    Type: T", &[("A", whole)]),
        "A:\n    Type: T\n    Properties:\n        Timeout: 60"
    );
}

#[test]
fn json_keeps_its_indentation_and_brevity() {
    let add =
        || Change::Insert("B".into(), New::Map(vec![("C".into(), New::List(vec![text("x"), text("y"), text("z")]))]));
    assert_eq!(
        edited("t.json", "{\n\t\"A\": {\n\t\t\"Z\": 1\n\t}\n}\n", &[("A", add())]),
        "{\n\t\"A\": {\n\t\t\"Z\": 1,\n\t\t\"B\": {\n\t\t\t\"C\": [\n\t\t\t\t\"x\",\n\t\t\t\t\"y\",\n\t\t\t\t\"z\"\n\t\t\t]\n\t\t}\n\t}\n}\n"
    );
    assert_eq!(edited("t.json", r#"{"A":{"Z":1}}"#, &[("A", add())]), r#"{"A":{"Z":1,"B":{"C":["x","y","z"]}}}"#);
    assert_eq!(
        edited("t.json", "{\n  \"A\": {}\n}", &[("A", Change::Insert("B".into(), number("1")))]),
        "{\n  \"A\": {\"B\": 1}\n}"
    );
    let two = "{\n  \"A\": 1,\n  \"B\": 2,\n  \"C\": 3\n}\n";
    assert_eq!(edited("t.json", two, &[("C", Change::Remove), ("A", Change::Remove)]), "{\n  \"B\": 2\n}\n");
}

#[test]
fn a_text_block_without_a_final_line_break_keeps_its_value() {
    let source = "A:\n  B: |\n    text";
    assert_eq!(
        edited("t.yaml", source, &[("A", Change::Insert("C".into(), number("1")))]),
        "A:\n  C: 1\n  B: |\n    text"
    );
    assert!(refused("A:\n- |\n  text", "A", Change::Append(number("1"))).contains("needs a line break"));
}

#[test]
fn functions_are_written_as_the_document_writes_them() {
    let value = || New::call("Fn::GetAtt", New::List(vec![text("A"), text("Arn")]));
    assert_eq!(
        edited("t.yaml", "A: !Ref B\nC: 1\n", &[("C", Change::Replace(value()))]),
        "A: !Ref B\nC: !GetAtt A.Arn\n"
    );
    assert_eq!(
        edited("t.yaml", "A: {Ref: B}\nC: 1\n", &[("C", Change::Replace(value()))]),
        "A: {Ref: B}\nC:\n  Fn::GetAtt:\n    - A\n    - Arn\n"
    );
}

#[test]
fn the_original_moves_as_a_whole() {
    let guard = || {
        Change::Replace(New::call(
            "Fn::If",
            New::List(vec![text("Local"), New::call("Ref", text("AWS::NoValue")), New::Original]),
        ))
    };
    let source = "A:\n  B: # why\n    C: |\n      one\n        two\n    # inside\n    D: !If\n      - X\n      - 1\n      - 2\n  E: 1\n";
    assert_eq!(
        edited("t.yaml", source, &[("A.B", guard())]),
        "A:\n  B: !If # why\n    - Local\n    - !Ref AWS::NoValue\n    - C: |\n        one\n          two\n      # inside\n      D: !If\n        - X\n        - 1\n        - 2\n  E: 1\n"
    );
    let json = "{\n  \"A\": {\n    \"B\": [\n      1,\n      2\n    ]\n  }\n}\n";
    assert_eq!(
        edited("t.json", json, &[("A.B", guard())]),
        "{\n  \"A\": {\n    \"B\": {\n      \"Fn::If\": [\n        \"Local\",\n        {\"Ref\": \"AWS::NoValue\"},\n        [\n          1,\n          2\n        ]\n      ]\n    }\n  }\n}\n"
    );
}

#[test]
fn texts_that_need_quotes_get_them() {
    for (value, written) in [
        ("yes", "\"yes\""),
        ("2012-10-17", "\"2012-10-17\""),
        ("*", "\"*\""),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/*"),
        ("it's", "it's"),
        ("a: b", "\"a: b\""),
        ("#x", "\"#x\""),
        ("a \"b\"", "a \"b\""),
        ("{x}", "\"{x}\""),
        ("1e3", "\"1e3\""),
        ("${A}", "\"${A}\""),
    ] {
        let after = edited("t.yaml", "A: x\n", &[("A", Change::Replace(text(value)))]);
        assert_eq!(after, format!("A: {written}\n"));
    }
}

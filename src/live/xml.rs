//! XML in the shape of JSON: elements are keys, repeated elements lists, texts texts; attributes are dropped.

use roxmltree::Node;
use serde_json::{Map, Value};

/// Elements that only ever are entries of a list, so that one of them is a list as well.
const ENTRIES: [&str; 2] = ["member", "item"];

/// The root element's content; its name says no more than the call.
///
/// # Errors
/// Why it is no XML.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let document = roxmltree::Document::parse(text).map_err(|error| error.to_string())?;
    Ok(content(document.root_element()))
}

fn content(node: Node<'_, '_>) -> Value {
    let elements: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    if elements.is_empty() {
        return Value::String(node.text().unwrap_or_default().to_owned());
    }
    let mut fields = Map::new();
    for element in elements {
        let name = element.tag_name().name();
        let value = content(element);
        match fields.get_mut(name) {
            Some(Value::Array(list)) => list.push(value),
            // A list of texts is an array; any other value that is there is the first of several.
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None if ENTRIES.contains(&name) => {
                fields.insert(name.to_owned(), Value::Array(vec![value]));
            }
            None => {
                fields.insert(name.to_owned(), value);
            }
        }
    }
    Value::Object(fields)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_keys_and_repeated_ones_lists() {
        let text = "<?xml version='1.0'?><R xmlns='urn:x' a='1'><A>1</A><B><C>x</C></B><B><C>y</C></B><E/></R>";
        let expected = json!({ "A": "1", "B": [{ "C": "x" }, { "C": "y" }], "E": "" });
        assert_eq!(parse(text), Ok(expected));
    }

    #[test]
    fn one_member_is_a_list() {
        let expected = json!({ "member": ["x"] });
        assert_eq!(parse("<R><member>x</member></R>").unwrap(), expected);
    }

    #[test]
    fn what_is_no_xml_is_said() {
        assert!(parse("<R>").is_err());
    }
}

//! Transforms inside of the template: `Fn::Transform` with a macro or `AWS::Include`.
//!
//! They are listed, not applied: a macro runs only in AWS, and this layer reads no files.

use crate::source::{Entry, Node};
use crate::stack::Problem;

const KEY: &str = "Fn::Transform";

/// One entry for each `Fn::Transform` of `tree`, in source order.
pub(super) fn unexpanded(tree: &Node) -> Vec<Problem> {
    let mut found = Vec::new();
    walk(tree, &mut found);
    found
}

fn walk(node: &Node, found: &mut Vec<Problem>) {
    if node.tag.as_ref().is_some_and(|it| it.name == "Transform") {
        found.push(Problem::new(node.span, message(node)));
    }
    node.elements().iter().for_each(|it| walk(it, found));
    for Entry { key, key_span, value } in node.entries() {
        if key == KEY {
            let calls = if value.elements().is_empty() { std::slice::from_ref(value) } else { value.elements() };
            found.extend(calls.iter().map(|it| Problem::new(*key_span, message(it))));
        } else {
            walk(value, found);
        }
    }
}

fn message(call: &Node) -> String {
    let name = call.get("Name").unwrap_or(call).as_str().unwrap_or("of a computed name");
    let location = call.get("Parameters").and_then(|it| it.get("Location"));
    match (name, location.filter(|it| it.tag.is_none()).and_then(Node::as_str)) {
        ("AWS::Include", Some(location)) => {
            format!(
                "what `AWS::Include` takes from `{location}` is not analysed; put it into the template to have it checked"
            )
        }
        ("AWS::Include", _) => "what `AWS::Include` takes from a computed place is not analysed".into(),
        _ => format!("the macro `{name}` changes this part at deployment; its result is not analysed"),
    }
}

#[cfg(test)]
mod tests {
    use super::unexpanded;
    use crate::source::{self, SourceFile};

    #[test]
    fn every_call_is_listed_with_its_place() {
        let file = SourceFile::new(
            "t.yaml",
            "
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./more.yaml}}
  A:
    Type: AWS::SQS::Queue
    Properties:
      Fn::Transform: [{Name: AWS::Include, Parameters: {Location: !Ref P}}, Shout]
      B: !Transform {Name: Count}
",
        );
        let tree = source::parse(&file).unwrap();
        let found = unexpanded(&tree);
        let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "what `AWS::Include` takes from `./more.yaml` is not analysed; put it into the template to have it checked",
                "what `AWS::Include` takes from a computed place is not analysed",
                "the macro `Shout` changes this part at deployment; its result is not analysed",
                "the macro `Count` changes this part at deployment; its result is not analysed",
            ]
        );
        assert_eq!(file.slice(found[0].span), "Fn::Transform");
    }
}

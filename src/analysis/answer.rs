//! Predicates over a value that no stack holds, such as a service's answer.

use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use super::matcher::Scope;
use super::subject::{Subject, TEMPLATE};
use crate::db::{Db, Predicate};
use crate::source::{self, SourceFile};
use crate::stack::{self, Inputs, Truth, Value};

/// Whether `predicate` holds for `value`, whose paths start at the value itself. What asks for resources or functions
/// does not hold: there are none.
pub fn holds(predicate: &Predicate, value: &Value, db: &Db) -> bool {
    let file = Arc::new(SourceFile::new(Path::new(""), "Resources: {}"));
    let Ok(tree) = source::parse(&file) else { return false };
    let stack = stack::read(file, &tree, &Inputs::default());
    let subject = Subject::plain(TEMPLATE, None, value, value.span);
    Scope::new(&Context::new(&stack, db), &subject).evaluate(predicate).truth == Truth::Yes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::analysis::testing::{embedded, predicate};

    #[test]
    fn an_answer_is_judged_by_its_values() {
        let answer = Value::from(&json!({ "Rotation": true, "Keys": [{ "Id": "a" }, { "Id": "b" }], "Size": 5 }));
        for when in [
            "{ path = \"Rotation\", eq = true }",
            "{ path = \"Keys.*.Id\", matches = \"^b$\" }",
            "{ path = \"Policy\", is = \"absent\" }",
            "{ path = \"Size\", ge = 5 }",
            "{ path = \"Keys\", length = { eq = 2 } }",
        ] {
            assert!(holds(&predicate(when), &answer, embedded()), "{when}");
        }
        assert!(!holds(&predicate("{ path = \"Keys.*.Id\", eq = \"c\" }"), &answer, embedded()));
        assert!(!holds(&predicate("{ path = \"Rotation\", is = \"absent\" }"), &answer, embedded()));
    }

    #[test]
    fn an_answer_that_is_one_text_is_the_value_itself() {
        assert!(holds(&predicate("{ path = \".\", eq = \"executed\" }"), &Value::from(&json!("executed")), embedded()));
    }
}

//! What configuration files in YAML have in common.

use serde_yaml::{Mapping, Value};

use super::expand::{Scope, expand};

/// Reads a file, merge keys followed.
pub(super) fn read(text: &str) -> Result<Value, serde_yaml::Error> {
    let mut value: Value = serde_yaml::from_str(text)?;
    value.apply_merge()?;
    Ok(value)
}

/// The mapping, whatever its tag.
pub(super) fn mapping(value: &Value) -> Option<&Mapping> {
    match value {
        Value::Mapping(it) => Some(it),
        Value::Tagged(it) => mapping(&it.value),
        _ => None,
    }
}

/// The scalar as it would be written in an environment.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(it) => Some(it.clone()),
        Value::Number(it) => Some(it.to_string()),
        Value::Bool(it) => Some(it.to_string()),
        Value::Tagged(it) => scalar(&it.value),
        _ => None,
    }
}

/// Variables that are written as a mapping, as a list of `NAME=VALUE`, or as one of mappings with `name` and `value`.
/// One whose value comes from outside stays open.
pub(super) fn variables(value: &Value, scope: &Scope) -> Scope {
    let from_outside = |name: &str| format!("${{{name}}}");
    let entry = |name: &str, value: Option<String>| {
        let value = value.map_or_else(|| from_outside(name), |it| expand(&it, scope));
        (name.to_owned(), value)
    };
    match value {
        Value::Mapping(map) => map
            .iter()
            .filter_map(|(name, value)| {
                // GitLab describes a variable beside its value.
                let value = mapping(value).and_then(|it| it.get("value")).unwrap_or(value);
                Some(entry(name.as_str()?, scalar(value)))
            })
            .collect(),
        Value::Sequence(items) => items
            .iter()
            .filter_map(|it| match it {
                Value::String(text) => Some(match text.split_once('=') {
                    Some((name, value)) => entry(name, Some(value.to_owned())),
                    None => entry(text, None),
                }),
                Value::Mapping(map) => Some(entry(map.get("name")?.as_str()?, map.get("value").and_then(scalar))),
                _ => None,
            })
            .collect(),
        Value::Tagged(it) => variables(&it.value, scope),
        _ => Scope::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_written_in_several_ways() {
        let scope: Scope = [("X".to_owned(), "7".to_owned())].into();
        let expected = |own: &str| -> Scope {
            [("A", "1"), ("B", "7"), ("C", own)].into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
        };
        for text in [
            "{A: 1, B: $X, C: }",
            "[A=1, 'B=${X}', C]",
            "[{name: A, value: 1}, {name: B, value: $X}, {name: C, valueFrom: {secretKeyRef: {}}}]",
            "{A: {value: '1', description: d}, B: $X, C: !reference [x]}",
        ] {
            assert_eq!(variables(&read(text).unwrap(), &scope), expected("${C}"), "{text}");
        }
        assert_eq!(variables(&read("{A: true}").unwrap(), &scope)["A"], "true");
    }

    #[test]
    fn merge_keys_are_followed() {
        let value = read("base: &b {image: a}\nservices: {x: {<<: *b, environment: []}}\n").unwrap();
        assert_eq!(value["services"]["x"]["image"].as_str(), Some("a"));
    }
}

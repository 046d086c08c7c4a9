//! Template text: excerpts of what is there, and adjustments in the template's own syntax.

use serde::Serialize;
use serde_json::{Map, Value as Json};
use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value as Yaml};

use crate::analysis::{Adjustment, Finding};
use crate::db::Action;
use crate::source::{SourceFile, Span};

/// Longest excerpt, in lines.
const MAX_LINES: usize = 40;

/// Name of a template's language, as code fences spell it.
pub(super) fn language(file: &SourceFile) -> &'static str {
    if file.is_json() { "json" } else { "yaml" }
}

/// An adjustment for people.
#[derive(Serialize)]
pub(super) struct Change {
    /// What is done where: ``in `Fn`, set `Timeout` ``.
    pub(super) phrase: String,
    /// What is written.
    pub(super) code: Option<String>,
}

/// The adjustments of `findings`, those of the same place once.
pub(super) fn changes<'a>(findings: impl Iterator<Item = &'a Finding>, language: &str) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for it in findings.flat_map(|it| &it.adjustments) {
        let change = Change { phrase: phrase(it), code: adjustment(it, language) };
        if !changes.iter().any(|known| known.phrase == change.phrase && known.code == change.code) {
            changes.push(change);
        }
    }
    changes
}

/// The whole lines that `span` touches and, where it is the key of a block, those of the block; their common
/// indentation removed, cut after [`MAX_LINES`].
pub(super) fn excerpt(file: &SourceFile, span: Span) -> String {
    let first = file.position(span.start).line;
    let last = last_line(file, span);
    let shown = last.min(first + MAX_LINES - 1);
    let lines: Vec<&str> = (first..=shown).filter_map(|line| file.line_span(line)).map(|it| file.slice(it)).collect();
    let indented = lines.iter().filter(|it| !it.trim().is_empty());
    let margin = indented.map(|it| it.len() - it.trim_start_matches(' ').len()).min().unwrap_or_default();
    let mut text: Vec<&str> = lines.iter().map(|it| it.get(margin..).unwrap_or_default()).collect();
    if shown < last {
        text.push("...");
    }
    text.join("\n").trim_end().to_owned()
}

/// The last line of `span` and, where it is the key of a block, of the block.
pub(super) fn last_line(file: &SourceFile, span: Span) -> usize {
    block_end(file, file.position(span.end.saturating_sub(1).max(span.start)).line)
}

/// The last line of the block that `line` opens: the lines that are indented deeper, and the bracket that closes it.
fn block_end(file: &SourceFile, line: usize) -> usize {
    let text = |line: usize| file.line_span(line).map(|it| file.slice(it));
    let margin = |text: &str| text.len() - text.trim_start().len();
    let Some(own) = text(line).map(margin) else { return line };
    let mut end = line;
    for next in line + 1.. {
        let Some(text) = text(next) else { break };
        if text.trim().is_empty() {
            continue;
        }
        let closes = end > line && text.trim_start().starts_with(['}', ']']) && margin(text) == own;
        if margin(text) <= own && !closes {
            break;
        }
        end = next;
        if closes {
            break;
        }
    }
    end
}

/// What an adjustment writes, in the template's language; `None` when it removes something.
pub(super) fn adjustment(adjustment: &Adjustment, language: &str) -> Option<String> {
    let value = adjustment.value()?.to_json();
    let key = adjustment.path.rsplit('.').next().filter(|it| !it.is_empty() && it.parse::<usize>().is_err());
    let key = key.filter(|_| !matches!(adjustment.action, Action::Append(_))).map(written);
    if language == "json" { json_text(key, &value) } else { yaml_text(key, &value) }
}

fn phrase(adjustment: &Adjustment) -> String {
    let Adjustment { logical_id, path, .. } = adjustment;
    let path = written(path);
    let place = if logical_id.is_empty() { String::new() } else { format!("in `{logical_id}`, ") };
    match &adjustment.action {
        Action::Set(_) => format!("{place}set `{path}`"),
        Action::Append(_) => format!("{place}append to `{path}`"),
        Action::Replace(_) => format!("{place}replace `{path}`"),
        Action::Remove => format!("{place}remove `{path}`"),
        Action::Quote => format!("{place}quote `{path}`"),
        Action::Unquote => format!("{place}write `{path}` without quotes"),
        Action::RemoveResource => format!("remove the resource `{logical_id}`"),
        Action::Become(it) => format!("replace the resource `{logical_id}` with one of `{}`", it.resource_type),
    }
}

/// A path as the template spells it: attributes of a resource, such as `@DependsOn`, without their mark.
fn written(path: &str) -> &str {
    path.strip_prefix('@').unwrap_or(path)
}

fn json_text(key: Option<&str>, value: &Json) -> Option<String> {
    let text = serde_json::to_string_pretty(value).ok()?;
    Some(match key {
        Some(key) => format!("{}: {text}", Json::from(key)),
        None => text,
    })
}

fn yaml_text(key: Option<&str>, value: &Json) -> Option<String> {
    let value = to_yaml(value, true);
    let document = match key {
        Some(key) => Yaml::Mapping(Mapping::from_iter([(Yaml::from(key), value)])),
        None => Yaml::Sequence(vec![value]),
    };
    serde_yaml::to_string(&document).ok().map(|it| it.trim_end().to_owned())
}

/// `short` allows the short form of an intrinsic: a tag cannot directly follow another.
fn to_yaml(value: &Json, short: bool) -> Yaml {
    match value {
        Json::Null => Yaml::Null,
        Json::Bool(value) => Yaml::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Yaml::from(whole),
            None => Yaml::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Yaml::String(text.clone()),
        Json::Array(items) => Yaml::Sequence(items.iter().map(|it| to_yaml(it, true)).collect()),
        Json::Object(fields) => intrinsic(fields).filter(|_| short).unwrap_or_else(|| {
            Yaml::Mapping(fields.iter().map(|(key, value)| (Yaml::from(key.as_str()), to_yaml(value, true))).collect())
        }),
    }
}

fn intrinsic(fields: &Map<String, Json>) -> Option<Yaml> {
    let (key, value) = fields.iter().next().filter(|_| fields.len() == 1)?;
    let name = if key == "Ref" { "Ref" } else { key.strip_prefix("Fn::")? };
    let value = match value {
        Json::Array(parts) if name == "GetAtt" => {
            Yaml::String(parts.iter().map(Json::as_str).collect::<Option<Vec<_>>>()?.join("."))
        }
        other => to_yaml(other, false),
    };
    Some(Yaml::Tagged(Box::new(TaggedValue { tag: Tag::new(name), value })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Literal, Safety};

    fn change(action: Action, path: &str) -> Adjustment {
        Adjustment { action, logical_id: "R".into(), path: path.into(), safety: Safety::Safe }
    }

    fn map(fields: &[(&str, Literal)]) -> Literal {
        Literal::Map(fields.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
    }

    #[test]
    fn a_set_value_follows_its_key() {
        let set = change(Action::Set(Literal::Number(60.0)), "Timeout");
        assert_eq!(adjustment(&set, "yaml").unwrap(), "Timeout: 60");
        assert_eq!(adjustment(&set, "json").unwrap(), "\"Timeout\": 60");
    }

    #[test]
    fn an_appended_element_uses_short_intrinsics_in_yaml() {
        let service = map(&[("Fn::Sub", Literal::String("logs.${AWS::Region}.amazonaws.com".into()))]);
        let statement =
            map(&[("Effect", Literal::String("Allow".into())), ("Principal", map(&[("Service", service)]))]);
        let append = change(Action::Append(statement), "KeyPolicy.Statement");
        assert_eq!(
            adjustment(&append, "yaml").unwrap(),
            "- Effect: Allow\n  Principal:\n    Service: !Sub logs.${AWS::Region}.amazonaws.com"
        );
        assert!(adjustment(&append, "json").unwrap().contains("\"Fn::Sub\": \"logs.${AWS::Region}.amazonaws.com\""));
    }

    #[test]
    fn intrinsics_inside_intrinsics_keep_the_long_form() {
        let inner = map(&[("Ref", Literal::String("A".into()))]);
        let outer = change(Action::Set(map(&[("Fn::Base64", inner)])), "UserData");
        assert_eq!(adjustment(&outer, "yaml").unwrap(), "UserData: !Base64\n  Ref: A");
        let get = map(&[("Fn::GetAtt", Literal::List(["A", "Arn"].map(|it| Literal::String(it.into())).into()))]);
        assert_eq!(adjustment(&change(Action::Set(get), "Role"), "yaml").unwrap(), "Role: !GetAtt A.Arn");
    }

    #[test]
    fn a_removal_writes_nothing() {
        assert_eq!(adjustment(&change(Action::Remove, "Tags"), "yaml"), None);
    }

    #[test]
    fn an_excerpt_of_a_key_shows_its_block() {
        for text in ["A:\n  B:\n    - 1\n\n    - 2\n  C: 1\n", "{\n  \"B\": [\n    1\n  ],\n  \"C\": 2\n}\n"] {
            let file = SourceFile::new("t", text);
            let start = text.find('B').unwrap();
            let shown = excerpt(&file, Span { start, end: start + 1 });
            assert!(shown.contains('1') && !shown.contains('C'), "{shown}");
        }
    }

    #[test]
    fn an_excerpt_is_whole_lines_without_their_margin() {
        let file = SourceFile::new("a.yaml", "A:\n    B:\n      C: 1\n    D: 2\n");
        let start = file.text().find('B').unwrap();
        let end = file.text().find("1\n").unwrap() + 1;
        assert_eq!(excerpt(&file, Span { start, end }), "B:\n  C: 1");
    }

    #[test]
    fn a_long_excerpt_is_cut() {
        let file = SourceFile::new("a.yaml", "x: 1\n".repeat(100));
        let text = excerpt(&file, Span { start: 0, end: file.text().len() });
        assert_eq!(text.lines().count(), MAX_LINES + 1);
        assert!(text.ends_with("..."));
    }
}

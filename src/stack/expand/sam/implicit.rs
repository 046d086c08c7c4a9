//! The APIs that events ask for without naming one: `ServerlessRestApi` and `ServerlessHttpApi`.

use super::Sam;
use super::body::{ANY_METHOD, DEFAULT_ROUTE};
use super::source::Source;
use crate::source::{Entry, Node, Span};
use crate::stack::expand::make::At;
use crate::stack::expand::shape;

/// One of the two kinds of implicit API.
struct Implicit {
    event: &'static str,
    key: &'static str,
    id: &'static str,
    kind: &'static str,
    condition: &'static str,
}

const KINDS: [Implicit; 2] = [
    Implicit {
        event: "Api",
        key: "RestApiId",
        id: "ServerlessRestApi",
        kind: "AWS::Serverless::Api",
        condition: "ServerlessRestApiCondition",
    },
    Implicit {
        event: "HttpApi",
        key: "ApiId",
        id: "ServerlessHttpApi",
        kind: "AWS::Serverless::HttpApi",
        condition: "ServerlessHttpApiCondition",
    },
];

/// The implicit API that an event of the type `event` with `properties` asks for.
pub(crate) fn implicit_api(event: &str, properties: Option<&Node>) -> Option<&'static str> {
    let implicit = KINDS.iter().find(|it| it.event == event)?;
    properties.and_then(|it| it.get(implicit.key)).is_none().then_some(implicit.id)
}

/// What of a resource with an event shapes the implicit API.
struct Asked {
    at: At,
    condition: Option<String>,
    policies: Vec<Entry>,
    tags: Option<Node>,
}

impl Sam<'_> {
    /// Names the implicit APIs in the events that leave their API out, and adds them to the resources.
    pub(super) fn add_implicit_apis(&mut self) {
        for implicit in &KINDS {
            let mut asked = Vec::new();
            for source in &mut self.sources {
                if matches!(source.kind.as_str(), "AWS::Serverless::Function" | "AWS::Serverless::StateMachine") {
                    name_api(source, implicit, &mut asked);
                }
            }
            if !asked.is_empty() {
                let source = self.implicit_api(implicit, &asked);
                self.sources.retain(|it| it.id != implicit.id);
                self.sources.push(source);
            }
        }
    }

    fn implicit_api(&mut self, implicit: &Implicit, asked: &[Asked]) -> Source {
        let at = asked.first().map_or(At(Span { start: 0, end: 0 }), |it| it.at);
        let mut properties = Vec::new();
        if implicit.event == "Api" {
            properties.push(at.entry("StageName", at.text("Prod")));
        }
        if let Some(tags) = asked.iter().find_map(|it| it.tags.clone()) {
            properties.push(at.entry("Tags", tags));
            properties.push(at.entry("PropagateTags", at.bool(true)));
        }
        let mut entries =
            vec![at.entry("Type", at.text(implicit.kind)), at.entry("Properties", at.entries(properties))];
        if let Some(name) = self.shared_condition(implicit, asked, at) {
            entries.push(at.entry("Condition", at.text(name)));
        }
        for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
            let wanted = |value: &str| {
                asked.iter().flat_map(|it| &it.policies).any(|it| it.key == key && it.value.as_str() == Some(value))
            };
            if let Some(value) = ["Retain", "Snapshot", "Delete"].into_iter().find(|it| wanted(it)) {
                entries.push(at.entry(key, at.text(value)));
            }
        }
        let node = at.entries(entries);
        Source { id: implicit.id.to_owned(), at, kind: implicit.kind.to_owned(), node, made: None }
    }

    /// The condition under which an API is there that only conditional resources ask for.
    fn shared_condition(&mut self, implicit: &Implicit, asked: &[Asked], at: At) -> Option<String> {
        let names: Option<Vec<&String>> = asked.iter().map(|it| it.condition.as_ref()).collect();
        let mut names = names?;
        names.sort();
        names.dedup();
        if let [only] = names.as_slice() {
            return Some((*only).clone());
        }
        let any = names.iter().map(|it| at.map([("Condition", at.text(it.as_str()))]));
        self.conditions.push(at.entry(implicit.condition, at.map([("Fn::Or", at.list(any))])));
        Some(implicit.condition.to_owned())
    }
}

/// Names the implicit API in the events of `source` that name none.
fn name_api(source: &mut Source, implicit: &Implicit, asked: &mut Vec<Asked>) {
    let condition = source.condition().map(str::to_owned);
    let policies = source.node.entries().iter().filter(|it| it.key.ends_with("Policy")).cloned().collect::<Vec<_>>();
    let properties = source.properties();
    let is_wanted = |it: &Node| it.get("Type").and_then(Node::as_str) == Some(implicit.event);
    let events = properties.get("Events").map(Node::entries).unwrap_or_default();
    if !events.iter().any(|it| is_wanted(&it.value)) {
        return;
    }
    let tags = shape::set(&properties, "PropagateTags").and_then(|_| properties.get("Tags")).cloned();
    let at = source.at;
    shape::change_child(&mut source.node, "Properties", at, |properties| {
        shape::change_child(properties, "Events", at, |events| {
            shape::change(events, |entries| {
                for entry in entries.iter_mut().filter(|it| is_wanted(&it.value)) {
                    let at = At(entry.key_span);
                    let has_properties = shape::set(&entry.value, "Properties").is_some();
                    if !has_properties && implicit.event == "Api" {
                        continue;
                    }
                    shape::change_child(&mut entry.value, "Properties", at, |properties| {
                        let has_route = ["Path", "Method"].iter().any(|it| shape::set(properties, it).is_some());
                        if !has_route && implicit.event == "HttpApi" {
                            shape::put_in(properties, at.entry("Path", at.text(DEFAULT_ROUTE)));
                            shape::put_in(properties, at.entry("Method", at.text(ANY_METHOD)));
                        }
                        let named = properties.get(implicit.key).map(|it| shape::referred(it) == Some(implicit.id));
                        if named.is_none() {
                            shape::put_in(properties, at.entry(implicit.key, at.reference(implicit.id)));
                        }
                        if named != Some(false) {
                            let (condition, policies, tags) = (condition.clone(), policies.clone(), tags.clone());
                            asked.push(Asked { at, condition, policies, tags });
                        }
                    });
                }
            });
        });
    });
}

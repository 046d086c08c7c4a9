//! Events of functions and state machines: what calls them, and the permission to.

mod api;
mod pull;
mod push;
mod rules;

pub(super) use rules::{start_role, state_machine_rule};

use super::role::Role;
use super::source::Source;
use super::{Declined, Outcome, Sam};
use crate::source::{Entry, Node};
use crate::stack::expand::make::{At, Made};
use crate::stack::expand::{hash, shape};

/// The function (or its alias) or state machine that an event calls.
pub(super) struct Target {
    source: Source,
    alias: Option<String>,
}

/// One entry of `Events`.
pub(super) struct Event {
    /// Where its name stands.
    pub(super) at: At,
    /// Its name in the template.
    pub(super) name: String,
    /// Its logical id: that of its function or state machine and its name.
    pub(super) id: String,
    /// Its type.
    pub(super) kind: String,
    /// Its properties; an empty mapping when there are none.
    pub(super) properties: Node,
}

impl Target {
    /// A function, or its alias when there is one.
    pub(super) fn function(source: &Source, alias: Option<String>) -> Self {
        Self { source: source.clone(), alias }
    }

    /// The logical id of what is called.
    pub(super) fn id(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.source.id)
    }

    /// A reference that `FunctionName` takes.
    fn name(&self, at: At) -> Node {
        at.reference(self.id())
    }

    /// The ARN of what is called.
    fn arn(&self, at: At) -> Node {
        match &self.alias {
            Some(alias) => at.reference(alias),
            None => at.get_att(&self.source.id, "Arn"),
        }
    }

    /// The ARN as a variable of `Fn::Sub`.
    fn arn_variable(&self) -> String {
        match &self.alias {
            Some(alias) => format!("${{{alias}}}"),
            None => format!("${{{}.Arn}}", self.source.id),
        }
    }

    /// A resource beside the function.
    fn beside(&self, at: At, id: impl Into<String>, kind: &str) -> Made {
        self.source.beside(at, id, kind)
    }

    /// The permission for `principal` to call the function, of event `prefix`.
    fn permission(&self, at: At, prefix: &str, suffix: &str, principal: &str) -> Made {
        let suffix = if shape::is_alphanumeric(suffix) { suffix.to_owned() } else { hash::of_text(suffix) };
        self.beside(at, format!("{prefix}Permission{suffix}"), "AWS::Lambda::Permission")
            .with("Action", at.text("lambda:InvokeFunction"))
            .with("FunctionName", self.name(at))
            .with("Principal", at.text(principal))
    }
}

impl Event {
    fn new(owner: &str, entry: &Entry) -> Result<Self, Declined> {
        let at = At(entry.key_span);
        let Some(kind) = entry.value.get("Type").and_then(Node::as_str) else {
            return Err(Declined::wrong(at, format!("event `{}` of `{owner}` needs a `Type`", entry.key)));
        };
        let properties = shape::some(&entry.value, "Properties").cloned().unwrap_or_else(|| at.entries(Vec::new()));
        Ok(Self { at, name: entry.key.clone(), id: format!("{owner}{}", entry.key), kind: kind.to_owned(), properties })
    }

    /// The value of a property that must be there.
    pub(super) fn required(&self, key: &str) -> Result<&Node, Declined> {
        shape::some(&self.properties, key).ok_or_else(|| {
            Declined::wrong(self.at, format!("event `{}` of type `{}` needs `{key}`", self.name, self.kind))
        })
    }

    /// What events are sorted by: the path, else the name.
    fn order(&self) -> &str {
        self.properties.get("Path").and_then(Node::as_str).unwrap_or(&self.name)
    }
}

/// The events that `properties` of `source` declares, in source order.
pub(super) fn events(source: &Source, properties: &Node) -> Result<Vec<Event>, Declined> {
    let entries = properties.get("Events").map(Node::entries).unwrap_or_default();
    entries.iter().map(|it| Event::new(&source.id, it)).collect()
}

impl Sam<'_> {
    /// The resources of the events of a function; adds to `role` what polling needs.
    pub(super) fn function_events(
        &mut self,
        source: &Source,
        properties: &Node,
        target: &Target,
        role: &mut Role,
    ) -> Outcome {
        let mut events = events(source, properties)?;
        events.sort_by(|a, b| a.order().cmp(b.order()));
        let mut made = Vec::new();
        for event in &events {
            made.extend(self.function_event(event, target, role)?);
        }
        Ok(made)
    }

    fn function_event(&mut self, event: &Event, target: &Target, role: &mut Role) -> Outcome {
        match event.kind.as_str() {
            "Api" => self.api_event(event, target),
            "HttpApi" => self.http_api_event(event, target),
            "S3" => self.bucket_event(event, target),
            "SNS" => self.topic_event(event, target, role),
            "Cognito" => self.user_pool_event(event, target),
            "AlexaSkill" => Ok(push::alexa_skill(event, target)),
            "IoTRule" => push::iot_rule(self, event, target),
            "CloudWatchLogs" => push::log_group(self, event, target),
            "Schedule" => rules::function_rule(event, target, "Schedule"),
            "CloudWatchEvent" | "EventBridgeRule" => rules::function_rule(event, target, "Pattern"),
            "ScheduleV2" => rules::schedule(event, &target.source, target.arn(event.at), false),
            _ => match pull::POLLED.iter().find(|it| it.kind == event.kind) {
                Some(polled) => pull::mapping(self, event, polled, target, role),
                None => Err(Declined::unknown(event.at, format!("event type `{}` is not expanded", event.kind))),
            },
        }
    }
}

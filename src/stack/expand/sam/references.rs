//! References to generated resources: `Function.Alias`, `Api.Stage` and logical ids with a new suffix.

use std::collections::BTreeMap;

use crate::source::{Node, NodeKind};
use crate::stack::expand::make::Made;

/// Which property of a SAM resource stands for the generated resource of which type.
const FUNCTION: &[(&str, &str)] = &[
    ("Alias", "AWS::Lambda::Alias"),
    ("Version", "AWS::Lambda::Version"),
    ("DestinationTopic", "AWS::SNS::Topic"),
    ("DestinationQueue", "AWS::SQS::Queue"),
];
const API: &[(&str, &str)] = &[
    ("Stage", "AWS::ApiGateway::Stage"),
    ("Deployment", "AWS::ApiGateway::Deployment"),
    ("DomainName", "AWS::ApiGateway::DomainName"),
    ("DomainNameV2", "AWS::ApiGateway::DomainNameV2"),
    ("UsagePlan", "AWS::ApiGateway::UsagePlan"),
    ("UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"),
    ("ApiKey", "AWS::ApiGateway::ApiKey"),
];
const API_V2: &[(&str, &str)] =
    &[("Stage", "AWS::ApiGatewayV2::Stage"), ("DomainName", "AWS::ApiGatewayV2::DomainName")];

/// The new names of what references name.
#[derive(Default)]
pub(super) struct Renames {
    ids: BTreeMap<String, String>,
    properties: BTreeMap<(String, String), String>,
}

impl Renames {
    /// Logical id `old` became `new`.
    pub(super) fn note_id(&mut self, old: &str, new: &str) {
        self.ids.insert(old.to_owned(), new.to_owned());
    }

    /// Notes what `id.Property` stands for, now that `id` of type `kind` became `made`.
    pub(super) fn note_properties(&mut self, id: &str, kind: &str, made: &[Made]) {
        let known = match kind {
            "AWS::Serverless::Function" => FUNCTION,
            "AWS::Serverless::Api" => API,
            "AWS::Serverless::HttpApi" | "AWS::Serverless::WebSocketApi" => API_V2,
            _ => return,
        };
        for (property, kind) in known {
            if let Some(target) = made.iter().rev().find(|it| it.kind == *kind) {
                self.properties.insert((id.to_owned(), (*property).to_owned()), target.id.clone());
            }
        }
    }

    /// Rewrites every reference in the resources and outputs of `tree`.
    pub(super) fn apply(&self, tree: &mut Node) {
        if self.ids.is_empty() && self.properties.is_empty() {
            return;
        }
        let NodeKind::Mapping(sections) = &mut tree.kind else { return };
        for section in sections.iter_mut().filter(|it| it.key == "Resources" || it.key == "Outputs") {
            self.rewrite(&mut section.value);
        }
    }

    fn rewrite(&self, node: &mut Node) {
        match node.tag.as_ref().map(|it| it.name.as_str()) {
            Some("Ref") => return self.rewrite_text(node, |text| self.referred(text)),
            Some("GetAtt") => return self.rewrite_get_att(node),
            Some("Sub") => self.rewrite_sub(node),
            _ => {}
        }
        match &mut node.kind {
            NodeKind::Mapping(entries) => {
                let is_alone = entries.len() == 1;
                for entry in entries {
                    match entry.key.as_str() {
                        "Ref" if is_alone => self.rewrite_text(&mut entry.value, |text| self.referred(text)),
                        "Fn::GetAtt" if is_alone => self.rewrite_get_att(&mut entry.value),
                        "Fn::Sub" if is_alone => self.rewrite_sub(&mut entry.value),
                        "DependsOn" => self.rewrite_depends_on(&mut entry.value),
                        _ => {}
                    }
                    self.rewrite(&mut entry.value);
                }
            }
            NodeKind::Sequence(elements) => elements.iter_mut().for_each(|it| self.rewrite(it)),
            _ => {}
        }
    }

    fn rewrite_text(&self, node: &mut Node, with: impl Fn(&str) -> Option<String>) {
        if let NodeKind::String(text) = &mut node.kind
            && let Some(new) = with(text)
        {
            *text = new;
        }
    }

    /// What a `Ref` to `text` is to name.
    fn referred(&self, text: &str) -> Option<String> {
        match text.split_once('.') {
            Some((id, property)) => self.properties.get(&(id.to_owned(), property.to_owned())).cloned(),
            None => self.ids.get(text).cloned(),
        }
    }

    /// What `text` (`Id.Attribute`, maybe `Id.Property.Attribute`) is to name.
    fn dotted(&self, text: &str) -> Option<String> {
        let Some((id, rest)) = text.split_once('.') else { return self.ids.get(text).cloned() };
        let (property, tail) = rest.split_once('.').unwrap_or((rest, ""));
        if let Some(new) = self.properties.get(&(id.to_owned(), property.to_owned())) {
            return Some(if tail.is_empty() { new.clone() } else { format!("{new}.{tail}") });
        }
        self.ids.get(id).map(|new| format!("{new}.{rest}"))
    }

    fn rewrite_get_att(&self, node: &mut Node) {
        if node.as_str().is_some() {
            return self.rewrite_text(node, |text| self.dotted(text));
        }
        let parts: Option<Vec<&str>> = node.elements().iter().map(Node::as_str).collect();
        let Some(new) = parts.and_then(|it| self.dotted(&it.join("."))) else { return };
        let NodeKind::Sequence(elements) = &mut node.kind else { return };
        let (id, attribute) = new.split_once('.').unwrap_or((&new, ""));
        if let [first, second, ..] = elements.as_mut_slice() {
            first.kind = NodeKind::String(id.to_owned());
            second.kind = NodeKind::String(attribute.to_owned());
            elements.truncate(2);
        }
    }

    fn rewrite_sub(&self, node: &mut Node) {
        match &mut node.kind {
            NodeKind::String(text) => *text = self.fill(text),
            NodeKind::Sequence(elements) => {
                if let Some(NodeKind::String(text)) = elements.first_mut().map(|it| &mut it.kind) {
                    *text = self.fill(text);
                }
            }
            _ => {}
        }
    }

    fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, tail)) = after.split_once('}') else { break };
            out.push_str(before);
            out.push_str("${");
            out.push_str(self.dotted(name).as_deref().unwrap_or(name));
            out.push('}');
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn rewrite_depends_on(&self, node: &mut Node) {
        self.rewrite_text(node, |text| self.ids.get(text).cloned());
        if let NodeKind::Sequence(elements) = &mut node.kind {
            elements.iter_mut().for_each(|it| self.rewrite_text(it, |text| self.ids.get(text).cloned()));
        }
    }
}

//! Turns a tree into values: the walk, `Ref`, and what is shared by the intrinsic functions.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::conditions::Conditions;
use super::{
    Data, Field, Inputs, IntrinsicUse, Parameter, Piece, Place, Problem, Reason, Reference, Value, intrinsics,
};
use crate::source::{Node, NodeKind, Span};

/// What stands for a secret.
const HIDDEN: &str = "****";

/// What is needed to resolve the values of one template.
pub(super) struct Resolver<'t> {
    pub(super) inputs: &'t Inputs,
    pub(super) parameters: HashMap<&'t str, &'t Parameter>,
    /// The values of parameters with `NoEcho`, longest first.
    pub(super) secrets: Vec<String>,
    pub(super) resources: HashSet<&'t str>,
    pub(super) mappings: BTreeMap<&'t str, &'t Node>,
    pub(super) conditions: Conditions<'t>,
    /// A transform may add resources, conditions and mappings that are not in the source.
    pub(super) is_transformed: bool,
    /// Whose values are being resolved.
    pub(super) place: Place,
    /// The property path that is being resolved.
    pub(super) path: Vec<String>,
    /// How many undecided `Fn::If`s surround what is being resolved.
    pub(super) undecided: usize,
    pub(super) mentions: Vec<Mention>,
    pub(super) uses: Vec<IntrinsicUse>,
    pub(super) problems: Vec<Problem>,
}

/// A reference to a resource, as met.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) from: Place,
    pub(super) logical_id: String,
    pub(super) attribute: Option<String>,
    pub(super) path: String,
    pub(super) span: Span,
    pub(super) certain: bool,
}

impl<'t> Resolver<'t> {
    /// The value of `node`, which stands under `key` of what is being resolved.
    pub(super) fn resolve_at(&mut self, key: String, node: &'t Node) -> Value {
        self.path.push(key);
        let value = self.resolve(node);
        self.path.pop();
        value
    }

    /// The value of `node`.
    pub(super) fn resolve(&mut self, node: &'t Node) -> Value {
        if let Some((function, operand)) = intrinsics::call(node) {
            self.record(&function, node.span);
            let data = self.intrinsic(&function, operand, node);
            return Value { data, span: node.span };
        }
        let data = match &node.kind {
            NodeKind::Null => Data::Null,
            NodeKind::Bool(value) => Data::Bool(*value),
            NodeKind::Number(number) => Data::Number(number.clone()),
            NodeKind::String(text) => text_data(text),
            NodeKind::Sequence(elements) => {
                let values = elements.iter().enumerate().map(|(at, it)| self.resolve_at(at.to_string(), it));
                Data::List(values.filter(|it| it.data != Data::Absent).collect())
            }
            NodeKind::Mapping(entries) => {
                let fields = entries.iter().map(|it| Field {
                    key: it.key.clone(),
                    key_span: it.key_span,
                    value: self.resolve_at(it.key.clone(), &it.value),
                });
                Data::Map(fields.filter(|it| it.value.data != Data::Absent).collect())
            }
        };
        Value { data, span: node.span }
    }

    /// The value that the name in a `Ref` or an `Fn::Sub` variable without attribute stands for.
    pub(super) fn named(&mut self, name: &str, user: &Node) -> Data {
        if let Some(pseudo) = self.pseudo(name) {
            return pseudo;
        }
        if let Some(parameter) = self.parameters.get(name) {
            return written_at(parameter.value.data.clone(), user.span);
        }
        if self.resources.contains(name) {
            self.mention(name, None, user.whole());
            return Data::Reference(Reference { logical_id: name.to_owned(), attribute: None });
        }
        let name = self.shown(name);
        self.dangling(&name, user);
        Data::Unknown(Reason::Attribute(name, None))
    }

    /// An attribute of a resource.
    pub(super) fn attribute(&mut self, logical_id: &str, attribute: String, user: &Node) -> Data {
        if self.resources.contains(logical_id) {
            self.mention(logical_id, Some(attribute.clone()), user.whole());
            return Data::Reference(Reference { logical_id: logical_id.to_owned(), attribute: Some(attribute) });
        }
        let name = self.shown(logical_id);
        self.dangling(&name, user);
        Data::Unknown(Reason::Attribute(name, Some(self.shown(&attribute))))
    }

    fn mention(&mut self, logical_id: &str, attribute: Option<String>, span: Span) {
        self.mentions.push(Mention {
            from: self.place.clone(),
            logical_id: logical_id.to_owned(),
            attribute,
            path: self.path.join("."),
            span,
            certain: self.undecided == 0,
        });
    }

    pub(super) fn record(&mut self, function: &str, span: Span) {
        let certain = self.undecided == 0;
        self.uses.push(IntrinsicUse { function: function.to_owned(), place: self.place.clone(), span, certain });
    }

    pub(super) fn problem(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::new(span, message));
    }

    /// A computed text as messages may show it: without the value of any parameter with `NoEcho`.
    pub(super) fn shown(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
    }

    fn dangling(&mut self, name: &str, user: &Node) {
        if !self.is_transformed {
            let message = format!(
                "`{name}` is neither a parameter nor a resource of this template; declare it or correct the name"
            );
            self.problem(user.whole(), message);
        }
    }

    fn pseudo(&self, name: &str) -> Option<Data> {
        let known = |text: &str| Data::String(text.to_owned());
        let unknown = |text: &str| Data::Unknown(Reason::Named(text.to_owned()));
        Some(match name {
            "AWS::NoValue" => Data::Absent,
            "AWS::Region" => known(&self.inputs.region),
            "AWS::AccountId" => known(&self.inputs.account_id),
            "AWS::Partition" => known(&self.inputs.partition),
            "AWS::URLSuffix" if self.inputs.partition == "aws-cn" => known("amazonaws.com.cn"),
            "AWS::URLSuffix" => known("amazonaws.com"),
            "AWS::StackName" => match &self.inputs.stack_name {
                Some(name) => known(name),
                None => unknown("the name of the stack"),
            },
            "AWS::StackId" => unknown("the id of the stack"),
            "AWS::NotificationARNs" => unknown("the notification ARNs of the stack"),
            _ => return None,
        })
    }
}

/// The elements of a list parameter stand where the list is used.
fn written_at(data: Data, span: Span) -> Data {
    match data {
        Data::List(elements) => Data::List(elements.into_iter().map(|it| Value { span, ..it }).collect()),
        other => other,
    }
}

/// A literal text, its dynamic references (`{{resolve:...}}`) set apart as unknown.
pub(super) fn text_data(text: &str) -> Data {
    if !text.contains("{{resolve:") {
        return Data::String(text.to_owned());
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("{{resolve:") {
        let Some(length) = rest[start..].find("}}") else { break };
        let (before, tail) = rest.split_at(start);
        let (reference, after) = tail.split_at(length + 2);
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(Piece::Unknown(Reason::Dynamic(reference.to_owned())));
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    join(pieces)
}

/// The value of texts and references put behind one another.
pub(super) fn join(pieces: Vec<Piece>) -> Data {
    let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (_, Piece::Text(text)) if text.is_empty() => {}
            (Some(Piece::Text(last)), Piece::Text(text)) => last.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    match joined.as_slice() {
        [] => Data::String(String::new()),
        [Piece::Text(text)] => Data::String(text.clone()),
        [Piece::Reference(reference)] => Data::Reference(reference.clone()),
        [Piece::Unknown(reason)] => Data::Unknown(reason.clone()),
        _ => Data::Text(joined),
    }
}

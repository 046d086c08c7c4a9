//! What a predicate is evaluated over: a resource, or one of the pseudo subjects of the knowledge base.

use crate::db::{Path, Step};
use crate::source::Span;
use crate::stack::{Data, Output, Parameter, Place, Resource, Stack, Truth, Value};

/// The pseudo subject for the template's top level.
pub(super) const TEMPLATE: &str = "Template";
/// The pseudo subject for each parameter.
pub(super) const TEMPLATE_PARAMETER: &str = "Template::Parameter";
/// The pseudo subject for each output.
pub(super) const TEMPLATE_OUTPUT: &str = "Template::Output";

/// One thing a limitation can be about.
#[derive(Debug, Clone)]
pub(super) struct Subject<'a> {
    /// Its logical id or name; `None` for the template itself.
    pub(super) name: Option<&'a str>,
    /// Its resource type or pseudo subject.
    pub(super) kind: &'a str,
    /// What plain paths address.
    pub(super) properties: &'a Value,
    /// What `@` paths address; `None` for pseudo subjects.
    pub(super) attributes: Option<&'a Value>,
    /// Where its name stands.
    pub(super) span: Span,
    /// Its place, as edges and intrinsic uses name it; `None` for parameters.
    pub(super) place: Option<Place>,
    /// Whether it is deployed.
    pub(super) included: Truth,
    /// The condition it depends on.
    pub(super) condition: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// The resource at `index` of the stack.
    pub(super) fn resource(index: usize, it: &'a Resource) -> Self {
        Self {
            name: Some(&it.logical_id),
            kind: &it.kind,
            properties: &it.properties,
            attributes: Some(&it.attributes),
            span: it.id_span,
            place: Some(Place::Resource(index)),
            included: it.included.clone(),
            condition: it.condition.as_deref(),
        }
    }

    /// The SAM resources of the source that were expanded into others.
    pub(super) fn sources(stack: &'a Stack) -> impl Iterator<Item = Self> {
        stack.sources.iter().map(|it| Self { place: None, ..Self::resource(0, it) })
    }

    /// The template itself, every parameter and every output.
    pub(super) fn pseudo(stack: &'a Stack) -> impl Iterator<Item = Self> {
        let template = std::iter::once(Self::plain(TEMPLATE, None, &stack.template, stack.template.span));
        let parameters = stack.parameters.iter().map(Self::parameter);
        let outputs = stack.outputs.iter().enumerate().map(|(index, it)| Self::output(index, it));
        template.map(|it| Self { place: Some(Place::Template), ..it }).chain(parameters).chain(outputs)
    }

    fn parameter(it: &'a Parameter) -> Self {
        Self::plain(TEMPLATE_PARAMETER, Some(&it.name), &it.declaration, it.name_span)
    }

    fn output(index: usize, it: &'a Output) -> Self {
        let condition = it.declaration.get("Condition").and_then(|it| match &it.data {
            Data::String(name) => Some(name.as_str()),
            _ => None,
        });
        Self {
            place: Some(Place::Output(index)),
            included: it.included.clone(),
            condition,
            ..Self::plain(TEMPLATE_OUTPUT, Some(&it.name), &it.declaration, it.name_span)
        }
    }

    pub(super) fn plain(kind: &'static str, name: Option<&'a str>, properties: &'a Value, span: Span) -> Self {
        Self { name, kind, properties, attributes: None, span, place: None, included: Truth::Yes, condition: None }
    }

    /// The value the steps of `path` start at.
    pub(super) fn root(&self, path: &Path) -> Option<&'a Value> {
        if path.attribute { self.attributes } else { Some(self.properties) }
    }
}

/// Whether `kind` is one of `patterns`: exact types, or `AWS::S3::*`.
pub(super) fn is_one_of(patterns: &[String], kind: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(prefix) => kind.starts_with(prefix),
        None => pattern == kind,
    })
}

/// A path as it is written in the knowledge base.
pub(super) fn written(path: &Path) -> String {
    let steps: Vec<&str> = path
        .steps
        .iter()
        .map(|it| match it {
            Step::Key(key) => key.as_str(),
            Step::Each => "*",
            Step::Keys => "@keys",
        })
        .collect();
    format!("{}{}", if path.attribute { "@" } else { "" }, steps.join("."))
}

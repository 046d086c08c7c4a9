//! Who refers to whom.

use std::collections::HashMap;

use super::resolver::Mention;
use super::{Data, Edge, EdgeKind, Piece, Place, Resource, Truth, Value};

/// The edges that references, `DependsOn` and literal ARNs make, sorted by place.
pub(super) fn edges(mentions: Vec<Mention>, resources: &[Resource], index: &HashMap<String, usize>) -> Vec<Edge> {
    let mut edges: Vec<Edge> = mentions.into_iter().filter_map(|it| value_edge(it, index)).collect();
    let names = names(resources);
    for (at, resource) in resources.iter().enumerate() {
        let certain = resource.included == Truth::Yes;
        edges.extend(resource.depends_on.iter().filter_map(|id| {
            Some(Edge {
                from: Place::Resource(at),
                to: *index.get(id)?,
                attribute: None,
                kind: EdgeKind::DependsOn,
                path: "DependsOn".into(),
                span: resource.attributes.get("DependsOn").map_or(resource.id_span, |it| it.span),
                certain,
            })
        }));
        let mut literals = Literals { from: at, names: &names, path: Vec::new(), edges: &mut edges };
        literals.walk(&resource.properties);
    }
    edges.sort_by(|a, b| (&a.from, a.span, a.to).cmp(&(&b.from, b.span, b.to)));
    edges
}

fn value_edge(mention: Mention, index: &HashMap<String, usize>) -> Option<Edge> {
    Some(Edge {
        from: mention.from,
        to: *index.get(&mention.logical_id)?,
        attribute: mention.attribute,
        kind: EdgeKind::Value,
        path: mention.path,
        span: mention.span,
        certain: mention.certain,
    })
}

/// The known physical names of resources, with the service that ARNs name them under.
fn names(resources: &[Resource]) -> HashMap<&str, Vec<(usize, &str)>> {
    let mut names: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
    for (at, resource) in resources.iter().enumerate().filter(|(_, it)| !it.included.is_no()) {
        let Some(service) = resource.kind.split("::").nth(1) else { continue };
        for field in resource.properties.fields().iter().filter(|it| it.key.ends_with("Name")) {
            if let Data::String(name) = &field.value.data {
                names.entry(name).or_default().push((at, service));
            }
        }
    }
    names
}

/// Finds literal ARNs of resources of the same stack.
struct Literals<'a> {
    from: usize,
    names: &'a HashMap<&'a str, Vec<(usize, &'a str)>>,
    path: Vec<String>,
    edges: &'a mut Vec<Edge>,
}

impl Literals<'_> {
    fn walk(&mut self, value: &Value) {
        match &value.data {
            Data::String(text) if text.starts_with("arn:") => self.arn(text, value),
            Data::Text(pieces) => {
                if let Some(Piece::Text(text)) =
                    pieces.first().filter(|it| matches!(it, Piece::Text(text) if text.starts_with("arn:")))
                {
                    self.arn(text, value);
                }
            }
            Data::List(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.step(at.to_string(), element);
                }
            }
            Data::Map(fields) => {
                for field in fields {
                    self.step(field.key.clone(), &field.value);
                }
            }
            Data::OneOf(alternatives) => alternatives.iter().for_each(|it| self.walk(&it.value)),
            _ => {}
        }
    }

    fn step(&mut self, key: String, value: &Value) {
        self.path.push(key);
        self.walk(value);
        self.path.pop();
    }

    /// An ARN refers to a resource when one of its last parts is the resource's name and its service is the type's.
    fn arn(&mut self, text: &str, value: &Value) {
        let mut parts = text.splitn(6, ':');
        let Some(service) = parts.nth(2) else { return };
        let Some(rest) = parts.nth(2) else { return };
        let whole = std::iter::once(rest);
        for candidate in whole.chain(rest.split([':', '/'])).filter(|it| !it.is_empty()) {
            let Some(owners) = self.names.get(candidate) else { continue };
            let Some((to, _)) =
                owners.iter().find(|(at, owner)| *at != self.from && owner.eq_ignore_ascii_case(service))
            else {
                continue;
            };
            self.edges.push(Edge {
                from: Place::Resource(self.from),
                to: *to,
                attribute: None,
                kind: EdgeKind::Literal,
                path: self.path.join("."),
                span: value.span,
                certain: false,
            });
            return;
        }
    }
}

//! Whether two trees mean the same, however they are written.

use crate::source::{Entry, Node, NodeKind};

/// Whether two trees have the same values; keys may stand in another order. A short form is its long form, and `!GetAtt A.B` is the
/// list of its parts.
pub fn same(a: &Node, b: &Node) -> bool {
    same_view(View::whole(a), View::whole(b))
}

/// A node, with or without its tag: the operand of a tag is the tagged node.
#[derive(Clone, Copy)]
struct View<'n> {
    node: &'n Node,
    has_tag: bool,
}

impl<'n> View<'n> {
    fn whole(node: &'n Node) -> Self {
        Self { node, has_tag: node.tag.is_some() }
    }

    /// The function and what it is applied to.
    fn call(self) -> Option<(String, View<'n>)> {
        if let Some(tag) = self.node.tag.as_ref().filter(|_| self.has_tag) {
            let function = match tag.name.as_str() {
                "Ref" | "Condition" => tag.name.clone(),
                name => format!("Fn::{name}"),
            };
            return Some((function, View { has_tag: false, ..self }));
        }
        match self.node.entries() {
            [Entry { key, value, .. }] if key == "Ref" || key.starts_with("Fn::") => {
                Some((key.clone(), View::whole(value)))
            }
            [Entry { key, value, .. }] if key == "Condition" && value.as_str().is_some() => {
                Some((key.clone(), View::whole(value)))
            }
            _ => None,
        }
    }
}

fn same_view(a: View<'_>, b: View<'_>) -> bool {
    match (a.call(), b.call()) {
        (Some((f, x)), Some((g, y))) => {
            let attributes = (f == "Fn::GetAtt").then(|| attribute(x).zip(attribute(y))).flatten();
            f == g && attributes.map_or_else(|| same_view(x, y), |(x, y)| x == y)
        }
        (None, None) => same_kind(a.node, b.node),
        _ => false,
    }
}

/// The operand of `Fn::GetAtt` as a text.
fn attribute(view: View<'_>) -> Option<String> {
    if view.has_tag {
        return None;
    }
    match &view.node.kind {
        NodeKind::Sequence(elements) => {
            let parts: Option<Vec<&str>> = elements.iter().map(|it| it.as_str().filter(|_| it.tag.is_none())).collect();
            parts.map(|it| it.join("."))
        }
        _ => view.node.scalar_text(),
    }
}

fn same_kind(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Sequence(a), NodeKind::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (NodeKind::Mapping(a), NodeKind::Mapping(b)) => {
            let has = |entry: &Entry, place: usize| {
                // Mostly both have it at the same place.
                let there = b.get(place).filter(|it| it.key == entry.key);
                let found = there.or_else(|| b.iter().find(|it| it.key == entry.key));
                found.is_some_and(|it| same(&entry.value, &it.value))
            };
            a.len() == b.len() && a.iter().enumerate().all(|(place, it)| has(it, place))
        }
        (NodeKind::Number(a), NodeKind::Number(b)) => a.text == b.text || same_number(a.value, b.value),
        (a, b) => a == b,
    }
}

fn same_number(a: f64, b: f64) -> bool {
    a.total_cmp(&b).is_eq()
}

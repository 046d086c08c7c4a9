//! From a value to the resources of the stack that it names: Ref, GetAtt, texts made around one of them, and
//! literal names and ARNs.

use super::super::context::{Context, name_key};
use super::super::matcher::Scope;
use super::super::text::{Part, Text, attribute_reason, unknown_reason};
use crate::stack::{Data, Piece, Reason, Reference, Value};

/// Resources that stand for another one: naming them names what their property points at.
const STANDS_FOR: [(&str, &str); 1] = [("AWS::KMS::Alias", "TargetKeyId")];

/// A resource that a value names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Referent {
    /// Its index in the stack.
    pub(in super::super) index: usize,
    /// The attribute used; `None` for Ref, names and ARNs.
    pub(in super::super) attribute: Option<String>,
}

/// What a value names.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Referents {
    /// The resources, each once.
    pub(in super::super) found: Vec<Referent>,
    /// Why it may name others.
    pub(in super::super) open: Option<Reason>,
}

/// What `value` names; every alternative the assumptions leave and every element of a list is looked at.
pub(in super::super) fn referents(scope: &Scope<'_, '_>, value: &Value) -> Referents {
    let mut referents = Referents::default();
    collect(scope, value, &mut referents);
    // The list only ever grows by resources it does not hold yet, so this ends.
    let mut at = 0;
    while let Some(index) = referents.found.get(at).map(|it| it.index) {
        if let Some(next) = stood_for(scope.cx, index) {
            collect(scope, next, &mut referents);
        }
        at += 1;
    }
    referents
}

/// The value that says what the resource stands for.
fn stood_for<'a>(cx: &Context<'a>, index: usize) -> Option<&'a Value> {
    let subject = cx.resources.get(index)?;
    let (_, property) = STANDS_FOR.iter().find(|(kind, _)| *kind == subject.kind)?;
    subject.properties.get(property)
}

fn collect(scope: &Scope<'_, '_>, value: &Value, into: &mut Referents) {
    let cx = scope.cx;
    match &value.data {
        Data::OneOf(alternatives) => scope.live(alternatives).for_each(|it| collect(scope, &it.value, into)),
        Data::List(elements) => elements.iter().for_each(|it| collect(scope, it, into)),
        Data::Reference(reference) => into.reference(cx, reference),
        Data::String(text) => into.named(cx, &Text::known(text)),
        Data::Text(pieces) => collect_pieces(cx, value, pieces, into),
        Data::Unknown(reason) => into.open = Some(reason.clone()),
        Data::Call(_) => into.open = unknown_reason(value),
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::Map(_) => {}
    }
}

/// A reference names its resource when it is a whole part of an ARN, a path or the text; with other characters
/// around it the text is another name.
fn collect_pieces(cx: &Context<'_>, value: &Value, pieces: &[Piece], into: &mut Referents) {
    let before = into.found.len();
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Reference(reference) = piece else { continue };
        let left = at.checked_sub(1).and_then(|it| pieces.get(it));
        if ends_part(left) && starts_part(pieces.get(at + 1)) {
            into.reference(cx, reference);
        }
    }
    if into.found.len() > before {
        return;
    }
    let Some(text) = Text::of(value, &mut |it| Text::unknown(attribute_reason(it))) else { return };
    into.named(cx, &text);
    let open = pieces.iter().find_map(|it| match it {
        Piece::Unknown(_) | Piece::Call(_) => it.reason(),
        Piece::Text(_) | Piece::Reference(_) => None,
    });
    if into.found.len() == before && open.is_some() {
        into.open = open;
    }
}

fn ends_part(left: Option<&Piece>) -> bool {
    match left {
        None => true,
        Some(Piece::Text(text)) => text.ends_with([':', '/']),
        Some(_) => false,
    }
}

fn starts_part(right: Option<&Piece>) -> bool {
    match right {
        None => true,
        Some(Piece::Text(text)) => text.starts_with([':', '/', '*']),
        Some(_) => false,
    }
}

impl Referents {
    fn reference(&mut self, cx: &Context<'_>, reference: &Reference) {
        if let Some(index) = cx.by_id(&reference.logical_id) {
            self.add(Referent { index, attribute: reference.attribute.clone() });
        }
    }

    fn add(&mut self, referent: Referent) {
        if !self.found.contains(&referent) {
            self.found.push(referent);
        }
    }

    /// Resources whose own name is the text, or the last part of the ARN or address that the text is.
    fn named(&mut self, cx: &Context<'_>, text: &Text) {
        let whole = name_key(text);
        let mut ends = vec![whole.as_str()];
        if whole.starts_with("arn:") || whole.starts_with("https://") {
            let trimmed = whole.trim_end_matches(['*', ':', '/']);
            ends.extend(part_starts(text).filter_map(|it| trimmed.get(it..)).filter(|it| !it.is_empty()));
        }
        let service = whole.strip_prefix("arn:").and_then(|it| it.split(':').nth(1));
        for name in ends {
            for index in cx.named(name) {
                if service.is_none_or(|it| is_service_of(cx, *index, it)) {
                    self.add(Referent { index: *index, attribute: None });
                }
            }
        }
    }
}

/// Offsets in the key of `text` right after the separators of an ARN, those inside unknown parts left out.
fn part_starts(text: &Text) -> impl Iterator<Item = usize> {
    let mut offset = 0;
    text.parts().iter().flat_map(move |part| {
        let start = offset;
        let single = {
            let mut one = Text::default();
            match part {
                Part::Known(known) => one.push_known(known),
                Part::Unknown(reason) => one.append(Text::unknown(reason.clone())),
            }
            name_key(&one)
        };
        offset += single.len();
        let known = matches!(part, Part::Known(_));
        let starts = single.match_indices([':', '/']).map(|(at, _)| start + at + 1).filter(|_| known);
        starts.collect::<Vec<_>>()
    })
}

/// Whether ARNs of the resource's type can name `service`: its namespace, or a service that is called
/// differently than every namespace of the stack (`states` for Step Functions).
fn is_service_of(cx: &Context<'_>, index: usize, service: &str) -> bool {
    let namespace = |kind: &str| kind.split("::").nth(1).unwrap_or_default().to_ascii_lowercase();
    let own = cx.resources.get(index).map(|it| namespace(it.kind)).unwrap_or_default();
    own == service || own.starts_with(service) || service.starts_with(own.as_str()) || !cx.has_namespace(service)
}

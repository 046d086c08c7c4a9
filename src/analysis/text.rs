//! Texts of which only parts are known, and what those parts decide.
//!
//! A part that is not known stands for any characters, none included; every answer here holds for all of
//! them or is [`Truth::Unknown`]. Nothing is ever guessed from what a name looks like.

use super::glob::{self, Token};
use crate::stack::{Data, Piece, Reason, Reference, Truth, Value};

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Known characters; never empty, never next to another known part.
    Known(String),
    /// Characters that are not known, and why.
    Unknown(Reason),
}

/// A text as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Text {
    parts: Vec<Part>,
}

impl Text {
    /// A text that is known as a whole.
    pub(super) fn known(text: impl Into<String>) -> Self {
        let mut it = Self::default();
        it.push_known(&text.into());
        it
    }

    /// The text of a scalar value; references become what `resolve` makes of them. `None` for lists,
    /// mappings, alternatives and values that are not there.
    pub(super) fn of(value: &Value, resolve: &mut dyn FnMut(&Reference) -> Text) -> Option<Self> {
        let mut text = Self::default();
        match &value.data {
            Data::String(_) | Data::Number(_) | Data::Bool(_) => text.push_known(&value.scalar_text()?),
            Data::Reference(reference) => text.append(resolve(reference)),
            Data::Text(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(known) => text.push_known(known),
                        Piece::Reference(reference) => text.append(resolve(reference)),
                        Piece::Call(call) => text.parts.push(Part::Unknown(call_reason(call))),
                        Piece::Unknown(reason) => text.parts.push(Part::Unknown(reason.clone())),
                    }
                }
            }
            Data::Unknown(reason) => text.parts.push(Part::Unknown(reason.clone())),
            Data::Call(call) => text.parts.push(Part::Unknown(call_reason(call))),
            Data::Absent | Data::Null | Data::List(_) | Data::Map(_) | Data::OneOf(_) => return None,
        }
        Some(text)
    }

    /// A text of which nothing is known.
    pub(super) fn unknown(reason: Reason) -> Self {
        Self { parts: vec![Part::Unknown(reason)] }
    }

    /// Adds known characters at the end.
    pub(super) fn push_known(&mut self, text: &str) {
        match self.parts.last_mut() {
            _ if text.is_empty() => {}
            Some(Part::Known(last)) => last.push_str(text),
            _ => self.parts.push(Part::Known(text.to_owned())),
        }
    }

    /// Adds another text at the end.
    pub(super) fn append(&mut self, other: Text) {
        for part in other.parts {
            match part {
                Part::Known(text) => self.push_known(&text),
                unknown => self.parts.push(unknown),
            }
        }
    }

    /// Its parts in order.
    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What tells it apart from other texts: equal for texts that are sure to be equal; `None` when a part of it may be
    /// another one each time.
    pub(super) fn key(&self) -> Option<String> {
        let mut key = String::new();
        for part in &self.parts {
            match part {
                Part::Known(known) => key.push_str(known),
                Part::Unknown(reason) if reason.is_one_value() => key.push_str(&format!("\u{1}{reason:?}\u{2}")),
                Part::Unknown(_) => return None,
            }
        }
        Some(key)
    }

    /// Whether it is the text `other`, of which parts may be unknown as well.
    pub(super) fn same_as(&self, other: &Text) -> Truth {
        match (self.whole(), other.whole()) {
            (_, Some(whole)) => self.equals(whole),
            (Some(whole), None) => other.equals(whole),
            (None, None) if self.key().is_some() && self.key() == other.key() => Truth::Yes,
            (None, None) => match self.reason() {
                Some(reason) if glob::overlap(&self.widest(), &other.widest()) => Truth::Unknown(reason.clone()),
                _ => Truth::No,
            },
        }
    }

    /// The pattern that covers whatever it can be.
    pub(super) fn widest(&self) -> Vec<Token> {
        let tokens = |part: &Part| match part {
            Part::Known(known) => known.chars().map(Token::Character).collect(),
            Part::Unknown(_) => vec![Token::Any],
        };
        self.parts.iter().flat_map(tokens).collect()
    }

    /// The whole text, when all of it is known.
    pub(super) fn whole(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// Why it is not known as a whole.
    pub(super) fn reason(&self) -> Option<&Reason> {
        self.parts.iter().find_map(|it| match it {
            Part::Unknown(reason) => Some(reason),
            Part::Known(_) => None,
        })
    }

    /// Whether it is `other`.
    pub(super) fn equals(&self, other: &str) -> Truth {
        match (self.whole(), self.reason()) {
            (Some(text), _) => Truth::from(text == other),
            (None, Some(reason)) if self.can_be(other) => Truth::Unknown(reason.clone()),
            _ => Truth::No,
        }
    }

    /// Whether it starts with `prefix`.
    pub(super) fn starts_with(&self, prefix: &str) -> Truth {
        let (known, rest) = match self.parts.split_first() {
            Some((Part::Known(known), rest)) => (known.as_str(), rest),
            _ => ("", self.parts.as_slice()),
        };
        match rest.first() {
            _ if known.starts_with(prefix) => Truth::Yes,
            Some(Part::Unknown(reason)) if prefix.starts_with(known) => Truth::Unknown(reason.clone()),
            _ => Truth::No,
        }
    }

    /// Whether it ends with `suffix`.
    pub(super) fn ends_with(&self, suffix: &str) -> Truth {
        let (known, rest) = match self.parts.split_last() {
            Some((Part::Known(known), rest)) => (known.as_str(), rest),
            _ => ("", self.parts.as_slice()),
        };
        match rest.last() {
            _ if known.ends_with(suffix) => Truth::Yes,
            Some(Part::Unknown(reason)) if suffix.ends_with(known) => Truth::Unknown(reason.clone()),
            _ => Truth::No,
        }
    }

    /// Whether `infix` occurs in it.
    pub(super) fn contains(&self, infix: &str) -> Truth {
        let found = self.parts.iter().any(|it| matches!(it, Part::Known(text) if text.contains(infix)));
        match self.reason() {
            _ if found || infix.is_empty() => Truth::Yes,
            Some(reason) => Truth::Unknown(reason.clone()),
            None => Truth::No,
        }
    }

    /// The fewest characters it has, and the most when that is known.
    pub(super) fn length(&self) -> (usize, Option<usize>) {
        let known = self.parts.iter().map(|it| if let Part::Known(text) = it { text.chars().count() } else { 0 }).sum();
        (known, self.reason().is_none().then_some(known))
    }

    /// Whether the known parts can be those of a number.
    pub(super) fn may_be_number(&self) -> bool {
        let numeric = |it: char| it.is_ascii_digit() || ".+-eE ".contains(it);
        self.parts.iter().all(|it| if let Part::Known(known) = it { known.chars().all(numeric) } else { true })
    }

    /// Whether the unknown parts can be such that the whole is `other`.
    fn can_be(&self, other: &str) -> bool {
        let mut rest = other;
        let mut anchored = true;
        for (at, part) in self.parts.iter().enumerate() {
            let Part::Known(known) = part else {
                anchored = false;
                continue;
            };
            let last = at + 1 == self.parts.len();
            let found = match (anchored, last) {
                (true, _) => rest.strip_prefix(known.as_str()),
                (false, true) => rest.strip_suffix(known.as_str()).map(|_| ""),
                (false, false) => rest.split_once(known.as_str()).map(|(_, after)| after),
            };
            let Some(after) = found else { return false };
            rest = after;
            anchored = true;
        }
        !anchored || rest.is_empty()
    }
}

/// What a kept intrinsic call depends on: its first operand that is not known.
fn call_reason(call: &crate::stack::Call) -> Reason {
    call.operands
        .iter()
        .find_map(unknown_reason)
        .unwrap_or_else(|| Reason::Other(format!("the result of `{}`, known after deployment", call.function)))
}

/// Why a value is not known as a whole; `None` when it is.
pub(super) fn unknown_reason(value: &Value) -> Option<Reason> {
    match &value.data {
        Data::Unknown(reason) => Some(reason.clone()),
        Data::Reference(reference) => Some(attribute_reason(reference)),
        Data::Text(pieces) => pieces.iter().find_map(|it| match it {
            Piece::Text(_) => None,
            Piece::Reference(reference) => Some(attribute_reason(reference)),
            Piece::Call(call) => Some(call_reason(call)),
            Piece::Unknown(reason) => Some(reason.clone()),
        }),
        Data::Call(call) => Some(call_reason(call)),
        Data::OneOf(alternatives) => alternatives.first().map(|it| Reason::Condition(it.condition.clone())),
        Data::List(elements) => elements.iter().find_map(unknown_reason),
        Data::Map(fields) => fields.iter().find_map(|it| unknown_reason(&it.value)),
        Data::Absent | Data::Null | Data::Bool(_) | Data::Number(_) | Data::String(_) => None,
    }
}

/// The reason of a value that only deployment gives.
pub(super) fn attribute_reason(reference: &Reference) -> Reason {
    Reason::Attribute(reference.logical_id.clone(), reference.attribute.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[Option<&str>]) -> Text {
        let mut text = Text::default();
        for part in parts {
            match part {
                Some(known) => text.push_known(known),
                None => text.append(Text::unknown(reason())),
            }
        }
        text
    }

    fn reason() -> Reason {
        Reason::Parameter("Env".into())
    }

    fn open() -> Truth {
        Truth::Unknown(reason())
    }

    #[test]
    fn endings_are_decided_by_the_known_suffix() {
        let queue = text(&[None, Some("-jobs.fifo")]);
        assert_eq!(queue.ends_with(".fifo"), Truth::Yes);
        assert_eq!(queue.ends_with(".std"), Truth::No);
        assert_eq!(queue.ends_with("all-jobs.fifo"), open());
        assert_eq!(text(&[Some("jobs"), None]).ends_with(".fifo"), open());
        assert_eq!(text(&[None, Some("o")]).ends_with(".fifo"), open());
        assert_eq!(text(&[None, Some("x")]).ends_with(".fifo"), Truth::No);
    }

    #[test]
    fn beginnings_are_decided_by_the_known_prefix() {
        let arn = text(&[Some("arn:aws:s3:::"), None]);
        assert_eq!(arn.starts_with("arn:"), Truth::Yes);
        assert_eq!(arn.starts_with("arn:aws:s3:::logs"), open());
        assert_eq!(arn.starts_with("arn:aws:sqs"), Truth::No);
        assert_eq!(text(&[None]).starts_with("arn:"), open());
        assert_eq!(Text::known("ar").starts_with("arn:"), Truth::No);
    }

    #[test]
    fn equality_needs_every_known_part_in_order() {
        let name = text(&[Some("a-"), None, Some("-m-"), None, Some("-z")]);
        assert_eq!(name.equals("a-1-m-2-z"), open());
        assert_eq!(name.equals("a-1-2-z"), Truth::No);
        assert_eq!(name.equals("a-m-z"), Truth::No);
        assert_eq!(name.equals("b-1-m-2-z"), Truth::No);
        assert_eq!(text(&[None]).equals(""), open());
        assert_eq!(Text::known("x").equals("x"), Truth::Yes);
    }

    #[test]
    fn texts_with_the_same_unknown_are_the_same() {
        assert_eq!(text(&[None, Some("-a")]).same_as(&text(&[None, Some("-a")])), Truth::Yes);
        assert_eq!(text(&[None, Some("-a")]).same_as(&text(&[None, Some("-b")])), Truth::No);
        assert_eq!(text(&[None, Some("-a")]).same_as(&text(&[Some("x-"), None])), open());
        assert_eq!(text(&[None, Some("-a")]).same_as(&Text::known("x-a")), open());
        assert_eq!(Text::known("x-b").same_as(&text(&[None, Some("-a")])), Truth::No);
        let result = || Text::unknown(Reason::Other("the result of `Fn::Select`".into()));
        assert!(matches!(result().same_as(&result()), Truth::Unknown(_)), "it is another one each time");
    }

    #[test]
    fn an_infix_may_hide_in_what_is_not_known() {
        assert_eq!(text(&[None, Some("latest")]).contains("latest"), Truth::Yes);
        assert_eq!(text(&[Some("lat"), None, Some("est")]).contains("latest"), open());
        assert_eq!(Text::known("v1").contains("latest"), Truth::No);
    }

    #[test]
    fn length_counts_characters_and_has_no_upper_bound_when_open() {
        assert_eq!(Text::known("é").length(), (1, Some(1)));
        assert_eq!(text(&[Some("ab"), None]).length(), (2, None));
    }
}

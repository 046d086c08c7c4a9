//! What references stand for as texts: names and ARNs, as far as they are known before deployment.
//!
//! Every way to write one thing gives the same text: the ARN of a bucket is `arn:aws:s3:::` and its name, be it
//! `Fn::GetAtt`, an `Fn::Sub` around its Ref, or its literal name.

use super::glob::Pattern;
use super::matcher::Scope;
use super::subject::Subject;
use super::text::{Part, Text, attribute_reason};
use crate::db::{Naming, RefYields};
use crate::stack::{Reason, Reference, Value};

impl Scope<'_, '_> {
    /// The text of a scalar value, as far as it is known.
    pub(super) fn text(&self, value: &Value) -> Option<Text> {
        Text::of(value, &mut |it| self.reference_text(it))
    }

    /// A text of the knowledge base as far as it is known here: with the names that every text may hold, and with the
    /// `arn` and `name` of the resources around the subject (`${AWS::S3::Bucket.arn}`).
    pub(super) fn known_text(&self, text: &str) -> Text {
        let mut known = Text::default();
        let filled = self.filled(text);
        let mut rest: &str = &filled;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((inside, tail)) = after.split_once('}') else { break };
            known.push_known(before);
            match inside.rsplit_once('.') {
                Some((kind, "arn")) => known.append(self.around(kind, &|it| self.arn(it))),
                Some((kind, "name")) => known.append(self.around(kind, &|it| self.name(it))),
                _ => known.push_known(&format!("${{{inside}}}")),
            }
            rest = tail;
        }
        known.push_known(rest);
        known
    }

    /// `text` as a pattern. The account that AWS deploys to is not known: its id in a template may be any.
    pub(super) fn pattern(&self, text: &Text) -> Pattern {
        let mut split = Text::default();
        for part in text.parts() {
            match part {
                Part::Known(known) => {
                    for (at, piece) in known.split(self.cx.stack.account_id.as_str()).enumerate() {
                        if at > 0 {
                            split.append(Text::unknown(account()));
                        }
                        split.push_known(piece);
                    }
                }
                Part::Unknown(reason) => split.append(Text::unknown(reason.clone())),
            }
        }
        Pattern::of(&split).open_for(text.reason())
    }

    fn around(&self, kind: &str, ask: &dyn Fn(&Subject<'_>) -> Text) -> Text {
        match self.enclosing(kind) {
            Some(scope) => ask(scope.subject),
            None => Text::unknown(Reason::Other(format!("a resource of type `{kind}` around it"))),
        }
    }

    fn reference_text(&self, reference: &Reference) -> Text {
        let unknown = Text::unknown(attribute_reason(reference));
        let target = self.cx.by_id(&reference.logical_id).and_then(|it| self.cx.resources.get(it));
        let Some(target) = target else { return unknown };
        let naming = self.cx.db.naming(target.kind);
        let Some(attribute) = &reference.attribute else {
            return match naming.map(|it| it.reference) {
                Some(RefYields::Name) => self.name(target),
                Some(RefYields::Arn) => self.arn(target),
                Some(RefYields::Other) | None => unknown,
            };
        };
        if naming.is_some_and(|it| it.arn_attribute.as_ref() == Some(attribute)) {
            return self.arn(target);
        }
        if naming.is_some_and(|it| it.name_attribute.as_ref() == Some(attribute)) {
            return self.name(target);
        }
        // An attribute that is also a property has that property's value.
        let property = target.properties.get(attribute);
        let same = property.and_then(|it| Text::of(it, &mut |it| Text::unknown(attribute_reason(it))));
        match same {
            Some(text) => text,
            None if attribute.ends_with("Arn") && target.kind.starts_with("AWS::") => self.some_arn(unknown),
            None => unknown,
        }
    }

    /// The ARN of a resource.
    pub(super) fn arn(&self, subject: &Subject<'_>) -> Text {
        let naming = self.cx.db.naming(subject.kind);
        let plain = naming.filter(|it| !it.unless.iter().any(|it| subject.properties.get(it).is_some()));
        let Some(naming) = plain else {
            let attribute = naming.and_then(|it| it.arn_attribute.clone()).unwrap_or_else(|| "Arn".into());
            return self.some_arn(own_attribute(subject, Some(attribute)));
        };
        let filled = self.filled(&naming.arn);
        let (before, after) = filled.split_once("${name}").unwrap_or((&filled, ""));
        let mut arn = Text::known(before);
        arn.append(own_name(subject, naming));
        arn.push_known(after);
        arn
    }

    /// The name of a resource.
    pub(super) fn name(&self, subject: &Subject<'_>) -> Text {
        match self.cx.db.naming(subject.kind) {
            Some(naming) => own_name(subject, naming),
            None => own_attribute(subject, None),
        }
    }

    /// An ARN of which nothing but its start is known.
    fn some_arn(&self, unknown: Text) -> Text {
        let mut text = Text::known(format!("arn:{}:", self.cx.stack.partition));
        text.append(unknown);
        text
    }
}

/// Why the id of the account is not known.
pub(super) fn account() -> Reason {
    Reason::Named("the account it is deployed to".into())
}

fn own_name(subject: &Subject<'_>, naming: &Naming) -> Text {
    let given = naming.name.as_ref().and_then(|it| subject.properties.get(it));
    let given = given.and_then(|it| Text::of(it, &mut |it| Text::unknown(attribute_reason(it))));
    given.unwrap_or_else(|| match naming.reference {
        RefYields::Name => own_attribute(subject, None),
        RefYields::Arn | RefYields::Other => {
            let attribute = naming.name_attribute.as_ref().or(naming.arn_attribute.as_ref());
            own_attribute(subject, attribute.cloned())
        }
    })
}

fn own_attribute(subject: &Subject<'_>, attribute: Option<String>) -> Text {
    Text::unknown(Reason::Attribute(subject.name.unwrap_or_default().to_owned(), attribute))
}

//! One place of a schema: what may stand there.

use super::TypeSchema;

const TEXT: &str = "text";
/// Ends the name of a field that must be there.
const REQUIRED: char = '!';

/// What may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node<'s> {
    /// An object with these fields.
    Object(&'s TypeSchema, &'s str),
    /// A list of this.
    List(&'s TypeSchema, &'s str),
    /// A map of this, with keys of its own.
    Map(&'s TypeSchema, &'s str),
    /// A `text`, a `number` or a `boolean`.
    Scalar(&'s str),
    /// Anything: the schema does not say.
    Any,
}

impl<'s> Node<'s> {
    /// The properties of a type.
    pub(crate) fn root(schema: &'s TypeSchema) -> Self {
        Self::Object(schema, &schema.properties)
    }

    /// What a word such as `[Tag]` stands for.
    fn of(schema: &'s TypeSchema, kind: &'s str) -> Self {
        let between = |start, end| kind.strip_prefix(start).and_then(|it: &str| it.strip_suffix(end));
        if let Some(element) = between('[', ']') {
            return Self::List(schema, element);
        }
        if let Some(value) = between('{', '}') {
            return Self::Map(schema, value);
        }
        match (kind, schema.shapes.get(kind)) {
            (TEXT | "number" | "boolean", _) => Self::Scalar(kind),
            (_, Some(fields)) => Self::Object(schema, fields),
            (_, None) => Self::Any,
        }
    }

    /// The names of an object's fields, with what may stand there.
    pub(crate) fn fields(self) -> impl Iterator<Item = (&'s str, Node<'s>)> {
        let object = if let Self::Object(schema, fields) = self { Some((schema, fields)) } else { None };
        object.into_iter().flat_map(|(schema, fields)| {
            fields.split_whitespace().map(move |it| {
                let (name, kind) = it.split_once('=').unwrap_or((it, TEXT));
                (name.trim_end_matches(REQUIRED), Self::of(schema, kind))
            })
        })
    }

    /// Whether an object must have this field.
    pub(crate) fn requires(self, name: &str) -> bool {
        let Self::Object(_, fields) = self else { return false };
        let names = fields.split_whitespace().filter_map(|it| it.split('=').next()?.strip_suffix(REQUIRED));
        names.into_iter().any(|it| it == name)
    }

    /// What may stand under a key; `None` where nothing may.
    pub(crate) fn key(self, name: &str) -> Option<Node<'s>> {
        match self {
            Self::Object(..) => self.fields().find(|(field, _)| *field == name).map(|(_, it)| it),
            Self::Map(schema, value) => Some(Self::of(schema, value)),
            Self::Any => Some(Self::Any),
            Self::List(..) | Self::Scalar(_) => None,
        }
    }

    /// What a key is; `None` where there are none.
    pub(super) fn keys(self) -> Option<Node<'s>> {
        match self {
            Self::Object(..) | Self::Map(..) | Self::Any => Some(Self::Scalar(TEXT)),
            Self::List(..) | Self::Scalar(_) => None,
        }
    }

    /// Every element or value; none where there are none.
    pub(crate) fn each(self) -> Vec<Node<'s>> {
        match self {
            Self::Object(..) => self.fields().map(|(_, it)| it).collect(),
            Self::List(schema, kind) | Self::Map(schema, kind) => vec![Self::of(schema, kind)],
            Self::Any => vec![Self::Any],
            Self::Scalar(_) => Vec::new(),
        }
    }
}

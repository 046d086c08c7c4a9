//! The identifiers of the loops around a value, and their replacement in texts.

use std::borrow::Cow;

use super::limits::TooLarge;

/// The identifiers that have a value, outermost loop first.
#[derive(Debug, Default)]
pub(super) struct Scope<'t> {
    bindings: Vec<Binding<'t>>,
}

#[derive(Debug)]
struct Binding<'t> {
    identifier: &'t str,
    value: String,
    /// Whether this is the first round of its loop.
    first: bool,
}

impl<'t> Scope<'t> {
    /// Enters a round of a loop.
    pub(super) fn push(&mut self, identifier: &'t str, value: String, first: bool) {
        self.bindings.push(Binding { identifier, value, first });
    }

    /// Leaves it.
    pub(super) fn pop(&mut self) {
        self.bindings.pop();
    }

    /// Whether no loop is around.
    pub(super) fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }

    /// Whether all loops around are in their first round.
    pub(super) fn is_first_round(&self) -> bool {
        self.bindings.iter().all(|it| it.first)
    }

    /// The value of an identifier.
    pub(super) fn value(&self, identifier: &str) -> Option<&str> {
        self.bindings.iter().rev().find(|it| it.identifier == identifier).map(|it| it.value.as_str())
    }

    /// How many loops are between the identifier's loop and the innermost one; `None` for other names.
    pub(super) fn distance(&self, identifier: &str) -> Option<usize> {
        self.bindings.iter().rev().position(|it| it.identifier == identifier)
    }

    /// `text` with `${Identifier}` replaced by the value, `&{Identifier}` by the letters and digits of the value.
    ///
    /// # Errors
    /// [`TooLarge`] when the result would have more than `most` bytes.
    pub(super) fn replaced<'a>(&self, text: &'a str, most: usize) -> Result<Cow<'a, str>, TooLarge> {
        let mut out = String::new();
        let mut copied = 0;
        for placeholder in placeholders(text) {
            let Some(value) = self.value(placeholder.name) else { continue };
            out.push_str(text.get(copied..placeholder.start).unwrap_or_default());
            match placeholder.form {
                Form::Text => out.push_str(value),
                Form::Alphanumeric => out.extend(value.chars().filter(char::is_ascii_alphanumeric)),
            }
            copied = placeholder.end;
            if out.len() > most {
                return Err(TooLarge);
            }
        }
        if copied == 0 {
            return Ok(Cow::Borrowed(text));
        }
        out.push_str(text.get(copied..).unwrap_or_default());
        Ok(Cow::Owned(out))
    }
}

/// The two spellings of a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `${Name}`.
    Text,
    /// `&{Name}`.
    Alphanumeric,
}

/// A `${Name}` or `&{Name}` in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placeholder<'a> {
    /// Its first byte.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// What stands between the braces.
    pub(super) name: &'a str,
    /// How it is spelled.
    pub(super) form: Form,
}

/// What looks like a placeholder in `text`, from left to right.
pub(super) fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(open) = text.get(from..)?.find('{').map(|it| from + it) {
            from = open + 1;
            let form = match text.as_bytes().get(open.checked_sub(1).unwrap_or(open)) {
                Some(b'$') => Form::Text,
                Some(b'&') => Form::Alphanumeric,
                _ => continue,
            };
            // A name has no braces: `${a${b}` holds only `${b}`.
            let inner = text.get(from..)?;
            let Some(length) = inner.find(['{', '}']).filter(|it| inner.as_bytes().get(*it) == Some(&b'}')) else {
                continue;
            };
            from += length + 1;
            return Some(Placeholder { start: open - 1, end: from, name: inner.get(..length)?, form });
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{Scope, TooLarge, placeholders};

    fn replaced(text: &str) -> String {
        let mut scope = Scope::default();
        scope.push("Name", "a-1.b".into(), true);
        scope.push("Other", "${Name}".into(), false);
        scope.replaced(text, 1000).unwrap().into_owned()
    }

    #[test]
    fn both_forms_are_replaced_once() {
        assert_eq!(replaced("x${Name}y&{Name}"), "xa-1.bya1b");
        assert_eq!(replaced("${Other}"), "${Name}");
        assert_eq!(replaced("Ä${Name}ö"), "Äa-1.bö");
    }

    #[test]
    fn everything_else_stays() {
        for text in ["", "{", "${", "${Name", "$Name", "${!Name}", "${ Name }", "{Name}", "${Name.Arn}", "%{Name}"] {
            assert_eq!(replaced(text), text);
        }
        assert_eq!(replaced("${a${Name}}"), "${aa-1.b}");
    }

    #[test]
    fn growth_is_refused() {
        let mut scope = Scope::default();
        scope.push("A", "x".repeat(100), true);
        assert_eq!(scope.replaced(&"${A}".repeat(100), 500), Err(TooLarge));
    }

    #[test]
    fn an_inner_loop_hides_an_outer_one_of_the_same_identifier() {
        let mut scope = Scope::default();
        scope.push("A", "outer".into(), true);
        scope.push("A", "inner".into(), true);
        assert_eq!(scope.value("A"), Some("inner"));
        assert_eq!(scope.distance("A"), Some(0));
        scope.pop();
        assert_eq!(scope.value("A"), Some("outer"));
    }

    #[test]
    fn placeholders_have_their_place() {
        let found: Vec<_> = placeholders("a${B}{c}&{D}").map(|it| (it.start, it.end, it.name)).collect();
        assert_eq!(found, [(1, 5, "B"), (8, 12, "D")]);
    }
}

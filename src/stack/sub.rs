//! The text of `Fn::Sub`, split into what is literal and what is a variable.

/// A part of an `Fn::Sub` text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Characters kept as they are (`${!Name}` yields `${Name}`).
    Literal(String),
    /// The name between `${` and `}`.
    Variable(String),
}

/// Splits `text`; an opening `${` without its brace is literal.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, after) = rest.split_at(at);
        literal.push_str(before);
        let inner = after.trim_start_matches("${");
        let skipped = after.len() - inner.len();
        // `$${Name}` and the like: only the innermost `${` opens a variable.
        literal.push_str(&after[..skipped - 2]);
        let Some(end) = inner.find('}') else {
            literal.push_str("${");
            rest = inner;
            continue;
        };
        let (name, tail) = (&inner[..end], &inner[end + 1..]);
        match name.strip_prefix('!') {
            Some(escaped) => {
                literal.push_str("${");
                literal.push_str(escaped);
                literal.push('}');
            }
            None => {
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                }
                parts.push(Part::Variable(name.trim().to_owned()));
            }
        }
        rest = tail;
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    parts
}

/// The names of the variables in `text`.
pub(crate) fn variables(text: &str) -> Vec<String> {
    let names = parts(text).into_iter().filter_map(|it| match it {
        Part::Variable(name) => Some(name),
        Part::Literal(_) => None,
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::Part::{Literal, Variable};
    use super::parts;

    #[test]
    fn variables_and_text_alternate() {
        let expected = [Literal("a-".into()), Variable("Name".into()), Literal("/".into()), Variable("Q.Arn".into())];
        assert_eq!(parts("a-${Name}/${ Q.Arn }"), expected);
    }

    #[test]
    fn an_escape_stays_literal() {
        assert_eq!(parts("${!Not}x"), [Literal("${Not}x".into())]);
    }

    #[test]
    fn an_open_brace_is_text() {
        assert_eq!(parts("a${b"), [Literal("a${b".into())]);
        assert_eq!(parts("$${A}"), [Literal("$".into()), Variable("A".into())]);
    }

    #[test]
    fn nothing_has_no_parts() {
        assert_eq!(parts(""), []);
    }
}

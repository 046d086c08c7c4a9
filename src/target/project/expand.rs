//! Variables in texts: `${NAME:-default}` as compose files and shells write them, `${{ env.NAME }}` of GitHub Actions.

use std::collections::BTreeMap;

/// Values by name.
pub(super) type Scope = BTreeMap<String, String>;

/// The text with the variables replaced that `scope` knows, or that have a default; the others stay as they are, so
/// that a `$` is left wherever something is decided later.
pub(super) fn expand(text: &str, scope: &Scope) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (replaced, length) = variable(rest, scope);
        out.push_str(&replaced);
        rest = &rest[length..];
    }
    out + rest
}

/// Whether something in an expanded text is decided later.
pub(super) fn is_open(text: &str) -> bool {
    text.contains('$')
}

/// The names and values of an environment file: `NAME=value`, quoted or not, `export` before it or not.
pub(super) fn environment_file(text: &str) -> Scope {
    let mut scope = Scope::new();
    for line in text.lines().map(str::trim).filter(|it| !it.starts_with('#')) {
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else { continue };
        let value = value.trim();
        let quoted = ['"', '\''].iter().find_map(|it| value.strip_prefix(*it)?.split_once(*it).map(|(it, _)| it));
        let bare = || value.split(" #").next().unwrap_or_default().trim_end();
        let value = expand(quoted.unwrap_or_else(bare), &scope);
        scope.insert(name.trim().to_owned(), value);
    }
    scope
}

/// What stands for the variable at the start of `text`, and how many bytes of `text` it takes.
fn variable(text: &str, scope: &Scope) -> (String, usize) {
    let as_written = |length: usize| (text[..length].to_owned(), length);
    if text.starts_with("$$") {
        return ("$".to_owned(), 2);
    }
    if let Some(inner) = text.strip_prefix("${{") {
        let Some(end) = inner.find("}}") else { return as_written(text.len()) };
        let length = 3 + end + 2;
        return inner[..end]
            .trim()
            .strip_prefix("env.")
            .and_then(|it| scope.get(it))
            .map_or(as_written(length), |it| (it.clone(), length));
    }
    if let Some(inner) = text.strip_prefix("${") {
        let Some(end) = closing(inner) else { return as_written(text.len()) };
        let length = 2 + end + 1;
        return braced(&inner[..end], scope).map_or(as_written(length), |it| (it, length));
    }
    let name: String = text.chars().skip(1).take_while(|it| it.is_ascii_alphanumeric() || *it == '_').collect();
    let length = 1 + name.len();
    scope.get(&name).map_or(as_written(length), |it| (it.clone(), length))
}

/// Where the brace that is open at the start of `text` closes.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What stands between the braces of a variable, such as `NAME:-default`.
fn braced(text: &str, scope: &Scope) -> Option<String> {
    let end = text.find(|it: char| !(it.is_ascii_alphanumeric() || it == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let (is_empty_unset, operator) = rest.strip_prefix(':').map_or((false, rest), |it| (true, it));
    let value = scope.get(name).filter(|it| !(is_empty_unset && it.is_empty()));
    match (operator.chars().next(), value) {
        (None | Some('-' | '?'), Some(value)) => Some(value.clone()),
        (Some('-'), None) => Some(expand(&operator[1..], scope)),
        (Some('+'), Some(_)) => Some(expand(&operator[1..], scope)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(values: &[(&str, &str)]) -> Scope {
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn variables_are_replaced_where_their_value_is_known() {
        let scope = scope(&[("V", "4.2"), ("E", ""), ("I", "localstack/localstack")]);
        for (text, expected) in [
            ("a:$V", "a:4.2"),
            ("a:${V}-x", "a:4.2-x"),
            ("${I:-b}:${V:-1}", "localstack/localstack:4.2"),
            ("${X:-4.9}", "4.9"),
            ("${E:-4.9}", "4.9"),
            ("${E-4.9}", ""),
            ("${X:-${V}}", "4.2"),
            ("${X:-a:${Y:-1}}b", "a:1b"),
            ("${V:?missing}", "4.2"),
            ("${V:+set}", "set"),
            ("${{ env.V }}", "4.2"),
            ("$$V", "$V"),
        ] {
            assert_eq!(expand(text, &scope), expected, "{text}");
        }
    }

    #[test]
    fn what_is_decided_later_stays() {
        for text in ["${X}", "$X", "${X:?e}", "${{ matrix.v }}", "${{ env.X }}", "${open", "${{ open", "$"] {
            let expanded = expand(text, &Scope::new());
            assert_eq!(expanded, text);
            assert!(is_open(&expanded));
        }
        assert!(!is_open(&expand("${X:+a}x", &scope(&[("X", "1")]))));
    }

    #[test]
    fn environment_files_have_comments_quotes_and_exports() {
        let text = "# tags\nA=1\nexport B = \"two # words\"\nC='3' # three\nD=4 # four\nE=\n\nno line\nF=${A}.2\n";
        assert_eq!(
            environment_file(text),
            scope(&[("A", "1"), ("B", "two # words"), ("C", "3"), ("D", "4"), ("E", ""), ("F", "1.2")])
        );
    }
}

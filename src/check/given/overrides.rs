//! `parameter_overrides` as SAM and the AWS CLI write them in one text.

const KEY: &str = "ParameterKey=";
const VALUE: &str = ",ParameterValue=";

/// The pairs of a text such as `Stage=dev Name="two words" ParameterKey=Size,ParameterValue=2`.
///
/// # Errors
/// A quote without its end, or a word that is no pair.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    words(text)?.iter().map(|it| pair(it)).collect()
}

/// The name and the value of one pair.
///
/// # Errors
/// It is none.
pub(super) fn pair(word: &str) -> Result<(String, String), String> {
    let split = match word.strip_prefix(KEY) {
        Some(rest) => rest.split_once(VALUE),
        None => word.split_once('='),
    };
    match split {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{word}` is no parameter; write `Name=Value`")),
    }
}

/// The words of a text between blanks that no quotes enclose, quotes and escapes resolved.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', _) if characters.peek().is_some_and(|it| matches!(it, '"' | '\\' | ',' | ' ')) => {
                word.get_or_insert_default().extend(characters.next());
            }
            (it, Some(open)) if it == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (it, None) if it.is_whitespace() => words.extend(word.take()),
            (it, _) => word.get_or_insert_default().push(it),
        }
    }
    words.extend(word);
    match quote {
        Some(quote) => Err(format!("a quote ({quote}) has no end")),
        None => Ok(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        pairs(text).unwrap()
    }

    fn pair_of(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn both_spellings_and_their_quotes() {
        let two = [pair_of("A", "x y"), pair_of("B", "1,2")];
        assert_eq!(read("A=\"x y\" B=1,2"), two);
        assert_eq!(read("\"A=x y\"\n  'B=1,2'"), two);
        assert_eq!(read("ParameterKey=A,ParameterValue=\"x y\" ParameterKey=B,ParameterValue=1\\,2"), two);
        assert_eq!(read("A= B=a=b"), [pair_of("A", ""), pair_of("B", "a=b")]);
        assert_eq!(read("A=\"say \\\"hi\\\"\" P=^\\w+$"), [pair_of("A", "say \"hi\""), pair_of("P", "^\\w+$")]);
        assert_eq!(read("A=\"\""), [pair_of("A", "")]);
        assert!(read("  ").is_empty());
    }

    #[test]
    fn what_is_no_pair_is_named() {
        assert!(pairs("A").unwrap_err().contains("`A`"));
        assert!(pairs("=1").is_err());
        assert!(pairs("A=\"x").unwrap_err().contains("no end"));
        assert!(pairs("ParameterKey=A").is_err());
    }
}

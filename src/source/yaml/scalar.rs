//! What a scalar means: PyYAML's safe loader, which is YAML 1.1. Timestamps, binary and `=` stay text.

use std::borrow::Cow;

use crate::source::{NodeKind, Number};

/// The value of a plain scalar without a tag.
pub(super) fn plain(text: Cow<'_, str>) -> NodeKind {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => return NodeKind::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return NodeKind::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return NodeKind::Bool(false),
        _ => {}
    }
    match number(&text) {
        Some(value) => NodeKind::Number(Number { value, text: text.into_owned() }),
        None => NodeKind::String(text.into_owned()),
    }
}

/// The value of a scalar tagged `!!tag`.
///
/// # Errors
/// What is wrong, when the tag is unknown or the text is not of its type.
pub(super) fn tagged(tag: &str, text: &str) -> Result<NodeKind, String> {
    let resolved = match tag {
        "str" | "binary" | "timestamp" | "value" => return Ok(NodeKind::String(text.to_owned())),
        "null" => return Ok(NodeKind::Null),
        "int" | "float" => number(text)
            .or_else(|| decimal(text))
            .map(|value| NodeKind::Number(Number { value, text: text.to_owned() })),
        "bool" => Some(plain(text.into())).filter(|it| matches!(it, NodeKind::Bool(_))),
        _ => return Err(format!("the tag `!!{tag}` is not known for a single value; remove it")),
    };
    resolved.ok_or_else(|| format!("`{text}` is not a value of type `!!{tag}`; correct it or remove the tag"))
}

/// The numeric value of a YAML 1.1 integer or float.
fn number(text: &str) -> Option<f64> {
    if !matches!(text.bytes().next(), Some(b'-' | b'+' | b'.' | b'0'..=b'9')) {
        return None;
    }
    let (sign, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (-1.0, text.get(1..)?),
        Some(b'+') => (1.0, text.get(1..)?),
        _ => (1.0, text),
    };
    let signed = unsigned.len() < text.len();
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(sign * f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if !signed => return Some(f64::NAN),
        _ => {}
    }
    let value = integer(unsigned).or_else(|| float(unsigned, signed))?;
    Some(sign * value)
}

fn integer(text: &str) -> Option<f64> {
    if let Some(digits) = text.strip_prefix("0b") {
        return radix(digits, 2);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix('0') {
        // `0_` is a zero to PyYAML: the underscore goes first and leaves no octal digit.
        return if digits.bytes().all(|it| it == b'_') { Some(0.0) } else { radix(digits, 8) };
    }
    if text.contains(':') {
        return sexagesimal(text).filter(|_| !text.contains('.'));
    }
    digits_and_underscores(text).then(|| without_underscores(text).parse().ok()).flatten()
}

fn float(text: &str, signed: bool) -> Option<f64> {
    if text.contains(':') {
        return sexagesimal(text).filter(|_| text.contains('.'));
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (text.get(..at)?, Some(text.get(at + 1..)?)),
        None => (text, None),
    };
    // YAML 1.1 wants a sign in the exponent and a point in the mantissa; `1e3` is text.
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['-', '+'])?;
        if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
    }
    let (whole, fraction) = mantissa.split_once('.')?;
    let digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit() || it == b'_');
    let well_formed = if whole.is_empty() {
        !signed && digits_and_underscores(fraction)
    } else {
        digits_and_underscores(whole) && digits(fraction)
    };
    well_formed.then(|| without_underscores(text).parse().ok()).flatten()
}

/// `1:30:00` counts in sixties; every part but the first is at most 59, the last may have a fraction.
fn sexagesimal(text: &str) -> Option<f64> {
    let mut value = 0.0;
    let mut parts = text.split(':').peekable();
    let first = parts.next()?;
    let starts_with = |it: &str, zero: bool| zero || !it.starts_with('0');
    if !digits_and_underscores(first) || !starts_with(first, text.contains('.')) {
        return None;
    }
    value += without_underscores(first).parse::<f64>().ok()?;
    while let Some(part) = parts.next() {
        let (whole, fraction) = match part.split_once('.') {
            Some(split) if parts.peek().is_none() => split,
            Some(_) => return None,
            None => (part, ""),
        };
        let short = matches!(whole.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
        if !short || !fraction.bytes().all(|it| it.is_ascii_digit() || it == b'_') {
            return None;
        }
        value = value * 60.0 + without_underscores(part).parse::<f64>().ok()?;
    }
    Some(value)
}

fn radix(digits: &str, radix: u32) -> Option<f64> {
    let mut value = None;
    for digit in digits.chars().filter(|it| *it != '_') {
        value = Some(value.unwrap_or(0.0) * f64::from(radix) + f64::from(digit.to_digit(radix)?));
    }
    value
}

/// A decimal number in the spellings that only an explicit tag makes a number, such as `1e3`.
fn decimal(text: &str) -> Option<f64> {
    let decimal = text.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'.' | b'e' | b'E' | b'+' | b'-'));
    decimal.then(|| text.parse().ok()).flatten()
}

fn digits_and_underscores(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_digit()) && text.bytes().all(|it| it.is_ascii_digit() || it == b'_')
}

fn without_underscores(text: &str) -> String {
    text.replace('_', "")
}

#[cfg(test)]
mod tests {
    use super::{plain, tagged};
    use crate::source::NodeKind;

    fn value(text: &str) -> Option<f64> {
        match plain(text.into()) {
            NodeKind::Number(number) => {
                assert_eq!(number.text, text);
                Some(number.value)
            }
            _ => None,
        }
    }

    #[test]
    fn numbers_are_those_of_yaml_1_1() {
        let cases = [
            ("0", 0.0),
            ("-1", -1.0),
            ("+7", 7.0),
            ("1_000", 1000.0),
            ("014", 12.0),
            ("-014", -12.0),
            ("0x1F", 31.0),
            ("0b101", 5.0),
            ("0_", 0.0),
            ("22:22", 1342.0),
            ("1:30:00", 5400.0),
            ("-1:30", -90.0),
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("1.5e+3", 1500.0),
            ("6.0E-1", 0.6),
            ("1_0.2_5", 10.25),
            ("20:30.15", 1230.15),
            (".inf", f64::INFINITY),
            ("-.INF", f64::NEG_INFINITY),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        assert!(value(".nan").is_some_and(f64::is_nan));
    }

    #[test]
    fn look_alikes_stay_text() {
        for text in [
            "1e3",
            "1.5e3",
            "-.5",
            "0o14",
            "08",
            "0x",
            "0b_",
            "0b2",
            "1:60",
            "0:30",
            "1.2.3",
            "+",
            "-",
            ".",
            "..",
            "-_1",
            "2012-10-17",
            "2010-09-09",
            "2001-12-14t21:59:43.10-05:00",
            "12h",
            "1,000",
            "+.nan",
            "10.0.0.0/16",
            "1:2.3:4",
            "111122223333a",
            "=",
            "y",
            "n",
            "Y",
            "N",
            "tRue",
            "nULL",
            "012345678901",
        ] {
            assert_eq!(plain(text.into()), NodeKind::String(text.to_owned()), "{text}");
        }
    }

    #[test]
    fn words_of_truth_and_nothing() {
        for (text, expected) in [("yes", true), ("On", true), ("TRUE", true), ("no", false), ("OFF", false)] {
            assert_eq!(plain(text.into()), NodeKind::Bool(expected));
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(text.into()), NodeKind::Null);
        }
    }

    #[test]
    fn core_tags_decide_the_type() {
        assert_eq!(tagged("str", "1"), Ok(NodeKind::String("1".to_owned())));
        assert_eq!(tagged("null", "x"), Ok(NodeKind::Null));
        assert!(matches!(tagged("int", "0x10"), Ok(NodeKind::Number(number)) if number.value == 16.0));
        assert!(matches!(tagged("float", "3"), Ok(NodeKind::Number(number)) if number.text == "3"));
        assert_eq!(tagged("bool", "yes"), Ok(NodeKind::Bool(true)));
        assert!(tagged("bool", "maybe").is_err());
        assert!(matches!(tagged("float", "1e3"), Ok(NodeKind::Number(number)) if number.value == 1000.0));
        assert!(tagged("int", "inf").is_err());
        assert!(tagged("int", "x").is_err());
        assert!(tagged("python/object", "x").is_err());
    }
}

//! Patterns with `*` (any characters) and `?` (one character), as IAM writes them, over texts known in part.

use super::naming::account;
use super::text::{Part, Text};
use crate::stack::{Reason, Truth};

const ACCOUNT_ID_LENGTH: usize = 12;

/// One thing a pattern is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// This character.
    Character(char),
    /// Any characters, none included.
    Any,
    /// Any one character.
    One,
    /// The characters of something that is not known, but one value wherever it is named.
    Unknown(Reason),
}

/// What a text of the template or of the knowledge base says as a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
    /// Why it is not known as a whole.
    open: Option<Reason>,
}

impl Pattern {
    /// The pattern that `text` is. A policy variable (`${aws:username}`) is known at the request only.
    pub(super) fn of(text: &Text) -> Self {
        let mut it = Self { tokens: Vec::new(), open: text.reason().cloned() };
        for part in text.parts() {
            match part {
                Part::Known(known) => it.push(known),
                Part::Unknown(reason) => it.tokens.push(Token::Unknown(reason.clone())),
            }
        }
        it
    }

    /// The same, not known for `reason` when there is one.
    pub(super) fn open_for(mut self, reason: Option<&Reason>) -> Self {
        self.open = reason.cloned().or(self.open);
        self
    }

    /// The same in lower case, for what AWS compares without case.
    pub(super) fn lowercase(mut self) -> Self {
        for token in &mut self.tokens {
            if let Token::Character(it) = token {
                *it = it.to_ascii_lowercase();
            }
        }
        self
    }

    /// The text itself: its `*` and `?` stand for themselves.
    pub(super) fn literal(mut self) -> Self {
        for token in &mut self.tokens {
            match token {
                Token::Any => *token = Token::Character('*'),
                Token::One => *token = Token::Character('?'),
                Token::Character(_) | Token::Unknown(_) => {}
            }
        }
        self
    }

    /// Its parts between the first `count` - 1 colons, as ARNs have them; `None` when it has fewer.
    pub(super) fn components(&self, count: usize) -> Option<Vec<Self>> {
        let parts: Vec<&[Token]> = self.tokens.splitn(count, |it| *it == Token::Character(':')).collect();
        let part = |tokens: &[Token]| {
            let open = tokens.iter().any(|it| matches!(it, Token::Unknown(_)));
            Self { tokens: tokens.to_vec(), open: self.open.clone().filter(|_| open) }
        };
        (parts.len() == count).then(|| parts.into_iter().map(part).collect())
    }

    fn push(&mut self, known: &str) {
        let mut rest = known;
        while let Some(next) = rest.chars().next() {
            if let Some((name, after)) = rest.strip_prefix("${").and_then(|it| it.split_once('}')) {
                self.variable(name);
                rest = after;
                continue;
            }
            self.tokens.push(match next {
                '*' => Token::Any,
                '?' => Token::One,
                other => Token::Character(other),
            });
            rest = rest.get(next.len_utf8()..).unwrap_or_default();
        }
    }

    /// `${*}`, `${?}` and `${$}` are these characters themselves.
    fn variable(&mut self, name: &str) {
        let mut characters = name.chars();
        if let (Some(it @ ('*' | '?' | '$')), None) = (characters.next(), characters.next()) {
            self.tokens.push(Token::Character(it));
            return;
        }
        let reason = Reason::Other(format!("the policy variable `${{{name}}}`, known at the request"));
        self.open = self.open.take().or(Some(reason.clone()));
        self.tokens.push(Token::Unknown(reason));
    }

    /// Whether it covers everything that `asked`, itself a pattern, stands for.
    pub(super) fn covers(&self, asked: &Pattern) -> Truth {
        if cover(&self.tokens, &asked.tokens) { Truth::Yes } else { self.possible(asked) }
    }

    /// Whether some text fits it and `asked`.
    pub(super) fn overlaps(&self, asked: &Pattern) -> Truth {
        if overlap(&self.tokens, &asked.tokens) { Truth::Yes } else { self.possible(asked) }
    }

    fn possible(&self, asked: &Pattern) -> Truth {
        match self.open.as_ref().or(asked.open.as_ref()) {
            Some(reason) if overlap(&widened(&self.tokens), &widened(&asked.tokens)) => Truth::Unknown(reason.clone()),
            _ => Truth::No,
        }
    }
}

/// The pattern for whatever the unknown parts can be; ids of accounts have a fixed length.
fn widened(tokens: &[Token]) -> Vec<Token> {
    let widen = |it: &Token| match it {
        Token::Unknown(reason) if *reason == account() => vec![Token::One; ACCOUNT_ID_LENGTH],
        Token::Unknown(_) => vec![Token::Any],
        known => vec![known.clone()],
    };
    tokens.iter().flat_map(widen).collect()
}

/// Whether two tokens other than `*` stand for the same characters, whatever those are.
fn same(a: &Token, b: &Token) -> bool {
    match (a, b) {
        (Token::Unknown(a), Token::Unknown(b)) => a == b && a.is_one_value(),
        _ => a == b,
    }
}

/// The usual greedy match: on a mismatch the last star takes one token more.
fn cover(pattern: &[Token], asked: &[Token]) -> bool {
    let (mut p, mut a) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(next) = asked.get(a) {
        match pattern.get(p) {
            Some(Token::Any) => {
                star = Some((p, a));
                p += 1;
            }
            Some(it) if same(it, next) || (*it == Token::One && matches!(next, Token::Character(_))) => {
                p += 1;
                a += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    a = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_none_or(|it| it.iter().all(|it| *it == Token::Any))
}

/// Whether some text fits both patterns.
pub(super) fn overlap(a: &[Token], b: &[Token]) -> bool {
    // `row[j]`: the tokens of `a` taken so far and the first `j` of `b` can be matched by one text.
    let mut row = vec![false; b.len() + 1];
    if let Some(first) = row.first_mut() {
        *first = true;
    }
    extend_over_stars(&mut row, b);
    for it in a {
        let mut next = vec![false; b.len() + 1];
        for j in 0..=b.len() {
            let above = *it == Token::Any && row.get(j).copied().unwrap_or_default();
            let pair = j.checked_sub(1).and_then(|before| Some((row.get(before)?, next.get(before)?, b.get(before)?)));
            let joined = pair.is_some_and(|(diagonal, left, other)| {
                let star = *it == Token::Any || *other == Token::Any;
                (*diagonal && (star || alike(it, other)))
                    || (*left && star)
                    || (*other == Token::Any && row.get(j).copied().unwrap_or_default())
            });
            if let Some(cell) = next.get_mut(j) {
                *cell = above || joined;
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Whether one text fits two tokens other than `*`.
fn alike(a: &Token, b: &Token) -> bool {
    match (a, b) {
        (Token::One, Token::Character(_) | Token::One) | (Token::Character(_), Token::One) => true,
        _ => same(a, b),
    }
}

fn extend_over_stars(row: &mut [bool], b: &[Token]) {
    for (at, it) in b.iter().enumerate() {
        let open = *it == Token::Any && row.get(at).copied().unwrap_or_default();
        if let Some(next) = row.get_mut(at + 1) {
            *next = open;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::of(&Text::known(text))
    }

    /// A text whose `P` is a parameter.
    fn open(text: &str) -> Pattern {
        let mut parts = Text::default();
        for (at, known) in text.split('P').enumerate() {
            if at > 0 {
                parts.append(Text::unknown(Reason::Parameter("P".into())));
            }
            parts.push_known(known);
        }
        Pattern::of(&parts)
    }

    fn unknown() -> Truth {
        Truth::Unknown(Reason::Parameter("P".into()))
    }

    #[test]
    fn a_pattern_covers_texts_and_narrower_patterns() {
        for (wide, asked) in [
            ("kms:*", "kms:Encrypt"),
            ("kms:*", "kms:Encrypt*"),
            ("*", "anything"),
            ("*", "*"),
            ("kms:Encrypt*", "kms:Encrypt*"),
            ("kms:?ncrypt", "kms:Encrypt"),
            ("a*b*c", "a--b--bc"),
            ("kms:Re*", "kms:ReEncrypt*"),
            ("a${*}b", "a${*}b"),
        ] {
            assert_eq!(pattern(wide).covers(&pattern(asked)), Truth::Yes, "{wide} {asked}");
        }
        for (wide, asked) in [
            ("kms:Encrypt", "kms:Encrypt*"),
            ("kms:?", "kms:*"),
            ("kms:*", "s3:Get"),
            ("a*b", "a*c"),
            ("", "a"),
            ("a${*}b", "axb"),
        ] {
            assert_eq!(pattern(wide).covers(&pattern(asked)), Truth::No, "{wide} {asked}");
        }
    }

    #[test]
    fn patterns_overlap_when_one_text_fits_both() {
        for (a, b) in [("kms:Encrypt*", "kms:*Data"), ("kms:*", "kms:Encrypt"), ("*", ""), ("a?c", "ab*"), ("*x", "y*")]
        {
            assert_eq!(pattern(a).overlaps(&pattern(b)), Truth::Yes, "{a} {b}");
            assert_eq!(pattern(b).overlaps(&pattern(a)), Truth::Yes, "{b} {a}");
        }
        for (a, b) in [("kms:*", "s3:*"), ("a", "b"), ("", "a"), ("a?", "a"), ("x*a", "y*")] {
            assert_eq!(pattern(a).overlaps(&pattern(b)), Truth::No, "{a} {b}");
            assert_eq!(pattern(b).overlaps(&pattern(a)), Truth::No, "{b} {a}");
        }
    }

    #[test]
    fn an_unknown_part_is_equal_to_itself_and_covered_by_a_star() {
        assert_eq!(open("arn:aws:s3:::P/*").covers(&open("arn:aws:s3:::P/logs/*")), Truth::Yes);
        assert_eq!(pattern("arn:aws:s3:::*").covers(&open("arn:aws:s3:::P")), Truth::Yes);
        assert_eq!(pattern("arn:aws:s3:::other").covers(&open("arn:aws:s3:::P")), unknown());
        assert_eq!(pattern("arn:aws:sqs:*").covers(&open("arn:aws:s3:::P")), Truth::No);
        assert_eq!(open("arn:P").covers(&pattern("arn:aws:s3:::x")), unknown());
        assert_eq!(open("aws:P").covers(&pattern("arn:aws:s3:::x")), Truth::No);
        assert_eq!(open("P-a").overlaps(&open("P-a")), Truth::Yes);
        assert_eq!(open("P-a").overlaps(&open("P-b")), Truth::No);
    }

    #[test]
    fn a_policy_variable_is_never_the_same() {
        let home = pattern("arn:aws:s3:::home/${aws:username}/*");
        assert!(matches!(home.covers(&pattern("arn:aws:s3:::home/ann/x")), Truth::Unknown(Reason::Other(_))));
        assert!(matches!(home.covers(&home), Truth::Unknown(_)));
        assert_eq!(home.covers(&pattern("arn:aws:s3:::logs")), Truth::No);
    }
}

//! Patterns with `*` (any characters) and `?` (one character), as IAM writes them.

/// Whether `pattern` covers everything that `asked` stands for; `asked` may itself be a pattern.
pub(super) fn covers(pattern: &str, asked: &str) -> bool {
    let (pattern, asked): (Vec<char>, Vec<char>) = (pattern.chars().collect(), asked.chars().collect());
    matches(&pattern, &asked, |pattern, asked| pattern == asked || (pattern == '?' && asked != '*'))
}

/// Whether some text matches both patterns.
pub(super) fn overlaps(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // `row[j]`: the first characters of `a` taken so far and the first `j` of `b` can be matched by one text.
    let mut row = vec![false; b.len() + 1];
    if let Some(first) = row.first_mut() {
        *first = true;
    }
    extend_over_stars(&mut row, &b);
    for it in &a {
        let mut next = vec![false; b.len() + 1];
        for j in 0..=b.len() {
            let above = *it == '*' && row.get(j).copied().unwrap_or_default();
            let pair = j.checked_sub(1).and_then(|before| Some((row.get(before)?, next.get(before)?, b.get(before)?)));
            let joined = pair.is_some_and(|(diagonal, left, other)| {
                let same = *it == '?' || *other == '?' || it == other;
                (*diagonal && (same || *it == '*' || *other == '*'))
                    || (*left && (*other == '*' || *it == '*'))
                    || (*other == '*' && row.get(j).copied().unwrap_or_default())
            });
            if let Some(cell) = next.get_mut(j) {
                *cell = above || joined;
            }
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn extend_over_stars(row: &mut [bool], b: &[char]) {
    for (at, it) in b.iter().enumerate() {
        let open = *it == '*' && row.get(at).copied().unwrap_or_default();
        if let Some(next) = row.get_mut(at + 1) {
            *next = open;
        }
    }
}

/// The usual greedy match: on a mismatch the last star takes one character more.
fn matches(pattern: &[char], asked: &[char], same: impl Fn(char, char) -> bool) -> bool {
    let (mut p, mut a) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&next) = asked.get(a) {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, a));
                p += 1;
            }
            Some(&it) if same(it, next) => {
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
    pattern.get(p..).is_none_or(|it| it.iter().all(|it| *it == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_covers_texts_and_narrower_patterns() {
        for (pattern, asked) in [
            ("kms:*", "kms:Encrypt"),
            ("kms:*", "kms:Encrypt*"),
            ("*", "anything"),
            ("*", "*"),
            ("kms:Encrypt*", "kms:Encrypt*"),
            ("kms:?ncrypt", "kms:Encrypt"),
            ("a*b*c", "a--b--bc"),
            ("kms:Re*", "kms:ReEncrypt*"),
        ] {
            assert!(covers(pattern, asked), "{pattern} {asked}");
        }
        for (pattern, asked) in
            [("kms:Encrypt", "kms:Encrypt*"), ("kms:?", "kms:*"), ("kms:*", "s3:Get"), ("a*b", "a*c"), ("", "a")]
        {
            assert!(!covers(pattern, asked), "{pattern} {asked}");
        }
    }

    #[test]
    fn patterns_overlap_when_one_text_fits_both() {
        for (a, b) in [("kms:Encrypt*", "kms:*Data"), ("kms:*", "kms:Encrypt"), ("*", ""), ("a?c", "ab*"), ("*x", "y*")]
        {
            assert!(overlaps(a, b) && overlaps(b, a), "{a} {b}");
        }
        for (a, b) in [("kms:*", "s3:*"), ("a", "b"), ("", "a"), ("a?", "a"), ("x*", "y*")] {
            assert!(!overlaps(a, b) && !overlaps(b, a), "{a} {b}");
        }
    }
}

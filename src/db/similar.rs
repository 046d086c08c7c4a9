//! Names that look like a mistyped one.

const MOST: usize = 5;

/// The names closest to `name`, closest first: at most a third of its characters differ, or it is a part of them.
pub(crate) fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let wanted = fold(name);
    let allowed = wanted.len() / 3;
    let mut close: Vec<(usize, &str)> = names
        .filter_map(|it| {
            let known = fold(it);
            let distance = distance(&wanted, &known);
            let is_part = wanted.len() >= 3 && contains(&known, &wanted);
            (distance <= allowed || is_part).then_some((distance, it))
        })
        .collect();
    close.sort_unstable();
    close.into_iter().map(|(_, it)| it).take(MOST).collect()
}

/// Case, dashes and colons are what people mistype most.
fn fold(name: &str) -> Vec<char> {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn contains(name: &[char], part: &[char]) -> bool {
    name.windows(part.len()).any(|it| it == part)
}

/// Levenshtein distance.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, left) in a.iter().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(b) {
            let change = diagonal + usize::from(left != right);
            diagonal = *cell;
            *cell = change.min(diagonal + 1).min(before + 1);
            before = *cell;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or(a.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn distance_counts_single_edits() {
        for (a, b, expected) in
            [("", "", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 2)]
        {
            assert_eq!(distance(&chars(a), &chars(b)), expected, "{a} {b}");
            assert_eq!(distance(&chars(b), &chars(a)), expected, "{b} {a}");
        }
    }

    #[test]
    fn the_closest_name_comes_first() {
        let names = ["AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SNS::Topic", "kms-key-rotation"];
        assert_eq!(closest("aws::s3::buckt", names.into_iter()).first(), Some(&"AWS::S3::Bucket"));
        assert_eq!(closest("kms-key-rotaton", names.into_iter()), ["kms-key-rotation"]);
        assert_eq!(closest("Topic", names.into_iter()), ["AWS::SNS::Topic"]);
    }

    #[test]
    fn nothing_is_like_nonsense() {
        assert!(closest("zzzzzz", ["AWS::S3::Bucket"].into_iter()).is_empty());
    }
}

//! LocalStack releases: semantic versions to 4.14, calendar versions from 2026.3, in one order.
//!
//! Calendar years are larger than any semantic major number, so semver's own order is the order of release.

use semver::{Version, VersionReq};

/// Reads a release as people write it: `4.14`, `v4.14.0`, `2026.3`, `2026.03`, `2026.3.0`.
///
/// # Errors
/// A text that is not one to three numbers joined by dots.
pub fn parse_release(text: &str) -> Result<Version, String> {
    let refuse = || format!("`{text}` is not a release; write it like `4.14`, `4.14.0` or `2026.3`");
    let mut numbers = [0_u64; 3];
    let mut places = numbers.iter_mut();
    for part in text.strip_prefix('v').unwrap_or(text).split('.') {
        let place = places.next().ok_or_else(refuse)?;
        if part.is_empty() || !part.bytes().all(|it| it.is_ascii_digit()) {
            return Err(refuse());
        }
        *place = part.parse().map_err(|_| refuse())?;
    }
    let [major, minor, patch] = numbers;
    Ok(Version::new(major, minor, patch))
}

/// A release as people write it: a calendar release without a patch number is `2026.3`, a semantic one `4.14` or `4.13.1`.
pub fn display_release(release: &Version) -> String {
    if release.patch == 0 { format!("{}.{}", release.major, release.minor) } else { release.to_string() }
}

/// Reads a release requirement: comparisons joined by commas that all must hold, such as `>=3.2.0, <4.13.0`.
///
/// # Errors
/// A comparison without operator (its meaning would surprise), or with something that is not a release.
pub fn parse_requirement(text: &str) -> Result<VersionReq, String> {
    let mut comparisons = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        let Some(at) = part.find(|it: char| it.is_ascii_digit()) else {
            return Err(format!("`{text}` is not a release requirement; write it like `>=3.2.0, <4.13.0`"));
        };
        let (operator, release) = part.split_at(at);
        let operator = operator.trim();
        if !matches!(operator, "=" | ">" | ">=" | "<" | "<=") {
            return Err(format!("`{part}` needs one of the operators `=`, `>`, `>=`, `<`, `<=` before the release"));
        }
        comparisons.push(format!("{operator}{}", parse_release(release)?));
    }
    VersionReq::parse(&comparisons.join(", "))
        .map_err(|error| format!("`{text}` is not a release requirement: {error}"))
}

/// Whether `release` is in `range`, a requirement of the knowledge base; never for no range at all.
pub fn in_range(range: Option<&str>, release: &Version) -> bool {
    range.and_then(|it| VersionReq::parse(it).ok()).is_some_and(|it| it.matches(release))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calendar_releases_are_one_however_written() {
        let release = Version::new(2026, 3, 0);
        for text in ["2026.3", "2026.03", "2026.3.0", "2026.03.0", "v2026.3"] {
            assert_eq!(parse_release(text), Ok(release.clone()), "{text}");
        }
        assert_eq!(display_release(&release), "2026.3");
    }

    #[test]
    fn releases_are_ordered_as_they_came_out() {
        let written =
            ["1.0", "1.4.0", "2.3", "3.0.2", "3.8.1", "4.0", "4.2", "4.10.0", "4.14", "2026.3", "2026.03.1", "2026.11"];
        let releases: Vec<Version> = written.iter().map(|it| parse_release(it).unwrap()).collect();
        assert!(releases.is_sorted());
    }

    #[test]
    fn a_displayed_release_reads_back() {
        for major in [0, 3, 4, 2026] {
            for minor in 0..15 {
                for patch in 0..4 {
                    let release = Version::new(major, minor, patch);
                    assert_eq!(parse_release(&display_release(&release)), Ok(release));
                }
            }
        }
    }

    #[test]
    fn what_is_not_a_release_is_refused() {
        for text in ["", "latest", "4.", "4..1", "4.14.0.1", "4.14.0-dev", "-4", "99999999999999999999"] {
            assert!(parse_release(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_requirement_takes_every_spelling_of_a_release() {
        let range = parse_requirement(">=4.0, <2026.03").unwrap();
        assert_eq!(range.to_string(), ">=4.0.0, <2026.3.0");
        assert!(range.matches(&Version::new(4, 14, 0)));
        assert!(!range.matches(&Version::new(2026, 3, 0)));
        assert!(!range.matches(&Version::new(3, 8, 1)));
    }

    #[test]
    fn a_requirement_without_operator_is_refused() {
        assert_eq!(
            parse_requirement("4.0"),
            Err("`4.0` needs one of the operators `=`, `>`, `>=`, `<`, `<=` before the release".into())
        );
        assert!(parse_requirement(">=").is_err());
        assert!(parse_requirement("^4.0").is_err());
        assert!(parse_requirement(">=4.0 <5").is_err());
    }

    #[test]
    fn no_range_contains_nothing() {
        assert!(!in_range(None, &Version::new(4, 0, 0)));
        assert!(in_range(Some(">=3.0.0"), &Version::new(2026, 3, 0)));
    }
}

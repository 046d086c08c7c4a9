//! What the name of a LocalStack image tells.

use semver::Version;

use super::super::SINGLE_IMAGE;
use crate::db::{Db, parse_release};

const OPEN: &str = "localstack/localstack";
const LICENSED: &str = "localstack/localstack-pro";
/// In addresses that end as the name of an image does.
const FOREIGN: [&str; 2] = ["://", "github.com/"];
/// Tags that move on with every release, or with every change.
const MOVING: [&str; 4] = ["latest", "stable", "dev", "nightly"];
/// The tag of the last image of the open core, which needs no licence; it is of release 4.14.
const LAST_OPEN_TAG: &str = "community-archive";
const LAST_OPEN: Version = Version::new(4, 14, 0);
/// Before the release, in the tags of an image that has S3 only.
const S3_ONLY: &str = "s3-";

/// An image of LocalStack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Image {
    /// As it is written, variables replaced.
    pub(super) name: String,
    is_licensed: bool,
    tag: String,
    has_digest: bool,
}

/// Which release an image has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Release {
    /// This one.
    Is(Version),
    /// The newest one, whichever that is.
    Newest,
    /// Its name does not tell.
    Untold,
}

impl Image {
    /// The image of this name; `None` when it is none of LocalStack. A registry may stand
    /// in front.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let name = name.trim();
        let (rest, digest) = name.split_once('@').map_or((name, None), |(rest, digest)| (rest, Some(digest)));
        let tag_at = rest.rfind(':').filter(|at| rest.rfind('/').is_some_and(|slash| slash < *at));
        let (repository, tag) = tag_at.map_or((rest, ""), |at| (&rest[..at], &rest[at + 1..]));
        // Of `"localstack/localstack:" + version` the tag is put behind later.
        let tag = if tag.is_empty() && tag_at.is_some() { "$" } else { tag };
        let is = |wanted: &str| repository.strip_suffix(wanted).is_some_and(|it| it.is_empty() || it.ends_with('/'));
        let is_licensed = is(LICENSED);
        let is_address = name.contains(char::is_whitespace) || FOREIGN.iter().any(|it| name.contains(it));
        if is_address || !(is_licensed || is(OPEN)) {
            return None;
        }
        Some(Self { name: name.to_owned(), is_licensed, tag: tag.to_owned(), has_digest: digest.is_some() })
    }

    /// Its release.
    pub(super) fn release(&self, db: &Db) -> Release {
        let tag = self.tag.strip_prefix(S3_ONLY).unwrap_or(&self.tag);
        if tag == LAST_OPEN_TAG {
            return Release::Is(LAST_OPEN);
        }
        // `latest-amd64` is `latest` for one processor.
        let is_moving = |it: &str| tag.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        if MOVING.iter().any(|it| is_moving(it)) || (tag.is_empty() && !self.has_digest) {
            return Release::Newest;
        }
        numbered(tag, db).map_or(Release::Untold, Release::Is)
    }

    /// Whether it is the open core; `None` when that depends on a release that its name does not tell.
    pub(super) fn is_open(&self, db: &Db) -> Option<bool> {
        match self.release(db) {
            _ if self.is_licensed => Some(false),
            Release::Is(release) => Some(release < SINGLE_IMAGE),
            Release::Newest => Some(false),
            Release::Untold => None,
        }
    }

    /// Whether it has S3 only.
    pub(super) fn is_s3_only(&self) -> bool {
        self.tag.starts_with(S3_ONLY)
    }
}

/// The release that a tag numbers: `4`, `4.14`, `v4.14.0`, `4.14.0-amd64`, `4.9.3.dev66`. Of a tag with one or two
/// numbers it is the newest release that begins so.
fn numbered(tag: &str, db: &Db) -> Option<Version> {
    let tag = tag.strip_prefix('v').unwrap_or(tag);
    let plain = tag.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = plain.split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let numbers: Vec<&str> = parts.iter().copied().take(3).take_while(is_number).collect();
    let release = parse_release(&numbers.join(".")).ok()?;
    let begins_so = |it: &Version| match numbers.len() {
        1 => it.major == release.major,
        2 => (it.major, it.minor) == (release.major, release.minor),
        _ => false,
    };
    let listed = db.releases().iter().filter_map(|it| Version::parse(&it.version).ok());
    Some(listed.filter(begins_so).max().unwrap_or(release))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn db() -> Db {
        Db::embedded().unwrap()
    }

    fn release(name: &str) -> Release {
        Image::parse(name).unwrap().release(&db())
    }

    #[test]
    fn tags_tell_releases() {
        let is = |major, minor, patch| Release::Is(Version::new(major, minor, patch));
        for (tag, expected) in [
            ("4", is(4, 14, 0)),
            ("4.14", is(4, 14, 0)),
            ("4.9", is(4, 9, 2)),
            ("4.9.0", is(4, 9, 0)),
            ("v4.14.0", is(4, 14, 0)),
            ("3.8.1-amd64", is(3, 8, 1)),
            ("4.9.3.dev66", is(4, 9, 3)),
            ("2026.3", is(2026, 3, 0)),
            ("2026.03.0", is(2026, 3, 0)),
            ("s3-4.1.0", is(4, 1, 0)),
            ("community-archive", is(4, 14, 0)),
            ("latest", Release::Newest),
            ("latest-arm64", Release::Newest),
            ("stable", Release::Newest),
            ("s3-latest", Release::Newest),
            ("${LOCALSTACK_VERSION}", Release::Untold),
            ("our-own", Release::Untold),
            ("", Release::Untold),
        ] {
            assert_eq!(release(&format!("localstack/localstack:{tag}")), expected, "{tag}");
        }
        assert_eq!(release("localstack/localstack"), Release::Newest);
        assert_eq!(release("localstack/localstack@sha256:00ff"), Release::Untold);
        assert_eq!(release("localstack/localstack:4.2.0@sha256:00ff"), is(4, 2, 0));
    }

    #[test]
    fn an_image_is_the_open_core_or_licensed() {
        let is_open = |name: &str| Image::parse(name).unwrap().is_open(&db());
        assert_eq!(is_open("localstack/localstack:4.14"), Some(true));
        assert_eq!(is_open("localstack/localstack:2026.3"), Some(false));
        assert_eq!(is_open("localstack/localstack"), Some(false));
        assert_eq!(is_open("localstack/localstack@sha256:00ff"), None);
        assert_eq!(is_open("localstack/localstack-pro:4.2"), Some(false));
        assert_eq!(is_open("localstack/localstack-pro@sha256:00ff"), Some(false));
    }

    #[test]
    fn a_registry_may_stand_in_front() {
        for name in ["public.ecr.aws/localstack/localstack:4", "mirror:5000/hub/localstack/localstack:4"] {
            assert_eq!(release(name), Release::Is(Version::new(4, 14, 0)), "{name}");
        }
        assert_eq!(release("mirror:5000/localstack/localstack"), Release::Newest);
    }

    #[test]
    fn other_images_are_none_of_localstack() {
        for name in [
            "localstack/localstack-lambda",
            "my-localstack/localstack",
            "localstack/java-maven",
            "https://github.com/localstack/localstack",
            "github.com/localstack/localstack",
            "run localstack/localstack:4",
            "",
        ] {
            assert_eq!(Image::parse(name), None, "{name}");
        }
    }
}

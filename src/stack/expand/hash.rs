//! The suffixes of generated logical ids: SHA-1 of the text or of the JSON of a value.
//!
//! Used for names only, never for anything that must resist an attacker.

use sha1::{Digest, Sha1};

use super::shape;
use crate::source::Node;

const LENGTH: usize = 10;

/// The suffix for `text`; empty for an empty text.
pub(super) fn of_text(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut hex = sha1_hex(text.as_bytes());
    hex.truncate(LENGTH);
    hex
}

/// The suffix for `node`: a text as it is, everything else as JSON with sorted keys and no blanks.
pub(super) fn of_node(node: &Node) -> String {
    match node.as_str() {
        Some(text) => of_text(text),
        None if shape::is_truthy(node) => of_text(&json(node)),
        None => String::new(),
    }
}

/// `node` as Python's `json.dumps(node, separators=(",", ":"), sort_keys=True)` writes it.
pub(super) fn json(node: &Node) -> String {
    let mut out = String::new();
    shape::write_json(node, &mut out);
    out
}

fn sha1_hex(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|it| format!("{it:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{of_text, sha1_hex};

    #[test]
    fn digests_agree_with_the_standard() {
        assert_eq!(sha1_hex(b""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(sha1_hex(b"abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        let long = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        assert_eq!(sha1_hex(long), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
        assert_eq!(sha1_hex(&[b'a'; 1_000]), "291e9a6c66994949b57ba5e650361e98fc36b1ba");
    }

    #[test]
    fn nothing_has_no_suffix() {
        assert_eq!(of_text(""), "");
        assert_eq!(of_text("abc"), "a9993e3647");
    }
}

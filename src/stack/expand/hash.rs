//! The suffixes of generated logical ids: SHA-1 of the text or of the JSON of a value.
//!
//! Used for names only, never for anything that must resist an attacker.

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
    let mut state: [u32; 5] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0];
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((bytes.len() as u64).wrapping_mul(8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        state = rounds(state, block);
    }
    state.iter().map(|it| format!("{it:08x}")).collect()
}

fn rounds(state: [u32; 5], block: &[u8]) -> [u32; 5] {
    let mut words: Vec<u32> = Vec::with_capacity(80);
    words.extend(block.chunks_exact(4).map(|it| it.iter().fold(0, |word, byte| word << 8 | u32::from(*byte))));
    let back = |words: &[u32], by: usize| words.len().checked_sub(by).and_then(|at| words.get(at)).copied();
    while words.len() < 80 {
        let mixed = [3, 8, 14, 16].iter().filter_map(|by| back(&words, *by)).fold(0, |mixed, word| mixed ^ word);
        words.push(mixed.rotate_left(1));
    }
    let [mut a, mut b, mut c, mut d, mut e] = state;
    for (round, word) in words.iter().enumerate() {
        let (mix, constant) = match round {
            0..20 => (b & c | !b & d, 0x5A82_7999),
            20..40 => (b ^ c ^ d, 0x6ED9_EBA1),
            40..60 => (b & c | b & d | c & d, 0x8F1B_BCDC),
            _ => (b ^ c ^ d, 0xCA62_C1D6),
        };
        let next = a.rotate_left(5).wrapping_add(mix).wrapping_add(e).wrapping_add(constant).wrapping_add(*word);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    let [h0, h1, h2, h3, h4] = state;
    [h0.wrapping_add(a), h1.wrapping_add(b), h2.wrapping_add(c), h3.wrapping_add(d), h4.wrapping_add(e)]
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

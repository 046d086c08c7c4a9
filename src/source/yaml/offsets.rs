//! The parser counts characters, the tree counts bytes: exact conversion in constant time.

/// Characters between two remembered places of a text that is not ASCII.
const STRIDE: usize = 64;

/// Converts character indices of one text to byte offsets.
pub(super) struct Offsets<'a> {
    text: &'a str,
    /// Byte offset of every `STRIDE`th character; empty for an ASCII text, where index and offset agree.
    checkpoints: Vec<usize>,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let checkpoints =
            if text.is_ascii() { Vec::new() } else { text.char_indices().step_by(STRIDE).map(|(at, _)| at).collect() };
        Self { text, checkpoints }
    }

    /// The byte offset of character `index`; the text's length for an index past its end.
    pub(super) fn byte(&self, index: usize) -> usize {
        if self.checkpoints.is_empty() {
            return index.min(self.text.len());
        }
        let Some(&base) = self.checkpoints.get(index / STRIDE) else { return self.text.len() };
        let rest = self.text.get(base..).unwrap_or_default();
        rest.char_indices().nth(index % STRIDE).map_or(self.text.len(), |(at, _)| base + at)
    }
}

#[cfg(test)]
mod tests {
    use super::Offsets;

    #[test]
    fn every_character_of_a_mixed_text_is_found() {
        let text = "aü😀\r\n".repeat(97) + "end";
        let offsets = Offsets::new(&text);
        for (index, (at, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.byte(index), at);
        }
        assert_eq!(offsets.byte(text.chars().count()), text.len());
        assert_eq!(offsets.byte(usize::MAX), text.len());
    }

    #[test]
    fn ascii_indices_are_offsets() {
        let offsets = Offsets::new("abc");
        assert_eq!([offsets.byte(0), offsets.byte(3), offsets.byte(9)], [0, 3, 3]);
    }
}

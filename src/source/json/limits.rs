//! One pass over the text before it is parsed: the parser recurses, keeps everything, and accepts raw control
//! characters. Judges nothing else.

use crate::source::{MAX_DEPTH, MAX_NODES, SourceError, Span};

/// Checks depth, size and the characters of strings.
///
/// # Errors
/// The first place that exceeds a limit or holds a control character.
pub(super) fn check(text: &str) -> Result<(), SourceError> {
    let mut depth = 0_usize;
    // Every value but the first follows an opening bracket, a comma or a colon.
    let mut nodes = 1_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let here = Span { start: at, end: at + 1 };
        match byte {
            b'"' => string(at, &mut bytes)?,
            b'[' | b'{' => {
                depth += 1;
                nodes += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => nodes += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(SourceError::at(here, format!("lists and objects are nested more than {MAX_DEPTH} deep")));
        }
        if nodes > MAX_NODES {
            return Err(SourceError::at(here, format!("the file has more than {MAX_NODES} values")));
        }
    }
    Ok(())
}

/// Leaves `bytes` behind the string that opens at `start`.
fn string(start: usize, bytes: &mut impl Iterator<Item = (usize, u8)>) -> Result<(), SourceError> {
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => return Ok(()),
            b'\\' => {
                bytes.next();
            }
            b'\n' | b'\r' => {
                return Err(SourceError::at(
                    Span { start, end: at },
                    "this text has no closing quote on its line; close it, or write a line break as `\\n`",
                ));
            }
            0..0x20 => {
                return Err(SourceError::at(
                    Span { start: at, end: at + 1 },
                    format!("the control character U+{byte:04X} must be written as an escape: `\\u{byte:04x}`"),
                ));
            }
            _ => {}
        }
    }
    Ok(())
}

//! A GIF's head: its screen, and the first of its pictures. Source: CompuServe, GIF89a specification.
use super::head::{Head, breaks_off, little};

/// What the table of codes takes.
const CODES: u64 = 200_000;

/// Screen, and place and size of the first picture: left, top, width, height.
fn parts(bytes: &[u8]) -> Result<([u32; 2], [u32; 4]), String> {
    let word = |at: usize| little(bytes, at, 2).ok_or_else(breaks_off);
    let byte = |at: usize| bytes.get(at).copied().ok_or_else(breaks_off);
    // A table of 2, 4 … 256 colours, three bytes each, where the highest bit says so.
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 6 << (flags & 7) };
    let screen = [word(6)?, word(8)?];
    let mut at = 13 + table(byte(10)?);
    loop {
        match byte(at)? {
            b',' => return Ok((screen, [word(at + 1)?, word(at + 3)?, word(at + 5)?, word(at + 7)?])),
            // An extension: its label, then blocks until an empty one.
            b'!' => {
                at += 2;
                while byte(at)? != 0 {
                    at += 1 + usize::from(byte(at)?);
                }
                at += 1;
            }
            b';' => return Err("it ends before its first picture".into()),
            // Decoders pass over it.
            0 => at += 1,
            other => return Err(format!("it holds something unknown, {other:#04x}, before its first picture")),
        }
    }
}

/// Three bytes a pixel, and the places of the first picture's colours. As browsers and Pillow do, the screen makes room for a first picture that reaches beyond it.
pub(super) fn head(bytes: &[u8]) -> Result<Head, String> {
    let ([width, height], [left, top, frame_width, frame_height]) = parts(bytes)?;
    let [width, height] = [width.max(left + frame_width), height.max(top + frame_height)];
    let (screen, frame) = (u64::from(width) * u64::from(height), u64::from(frame_width) * u64::from(frame_height));
    Ok(Head { width, height, working: 3 * screen + frame + CODES })
}

//! The first picture of a moving WebP, whole: with the colours that its transparency hides, on an empty canvas, as Pillow has it. What plays films mixes them away.
use crate::files::{chunks, little};

/// A picture of a moving one as a file of its own, and where it lies on the canvas.
pub(crate) struct First {
    /// Left and top.
    pub(crate) at: [usize; 2],
    pub(crate) file: Vec<u8>,
}

impl First {
    /// None of a file that does not move, or breaks off.
    pub(crate) fn of(bytes: &[u8]) -> Option<First> {
        let (_, start, length) = chunks(bytes, 12).find(|(name, ..)| *name == b"ANMF")?;
        let number = |at: usize| little(bytes, start + at, 3);
        let at = [2 * number(0)? as usize, 2 * number(3)? as usize];
        let sides = bytes.get(start + 6..start + 12)?;
        let frame = bytes.get(..start + length)?;
        let mut parts = vec![];
        let mut is_masked = false;
        for (name, start, length) in chunks(frame, start + 16) {
            if matches!(name, b"ALPH" | b"VP8 " | b"VP8L") {
                is_masked |= name == b"ALPH";
                parts.extend(chunk(name, frame.get(start..start + length)?));
            }
        }
        // A mask beside a picture has to be announced.
        let announced = if is_masked { chunk(b"VP8X", &[&[0x10, 0, 0, 0], sides].concat()) } else { vec![] };
        Some(First { at, file: chunk(b"RIFF", &[&b"WEBP"[..], &announced, &parts].concat()) })
    }
    /// Puts its pixels onto a canvas of so many pixels across and down, which is black elsewhere. None where it reaches beyond.
    pub(crate) fn on_canvas(&self, rgb: &[u8], width: usize, [across, down]: [usize; 2]) -> Option<Vec<u8>> {
        let [left, top] = self.at;
        let height = rgb.len() / (3 * width.max(1));
        if left + width > across || top + height > down {
            return None;
        }
        let mut canvas = vec![0; 3 * across * down];
        for (row, pixels) in rgb.chunks_exact(3 * width).enumerate() {
            canvas[3 * ((top + row) * across + left)..][..3 * width].copy_from_slice(pixels);
        }
        Some(canvas)
    }
}

fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = content.len() as u32;
    let mut chunk = [name, &length.to_le_bytes()[..], content].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

//! A PNG's head: its header, and whether there are a palette and transparency before the pixels. Source: W3C, Portable Network Graphics (third edition).
use super::head::{Head, big, breaks_off};

/// Rows of a pass that the decoder keeps at once, raw.
const ROWS: u64 = 16;
/// What it takes for rows however short they are.
const BUFFERS: u64 = 400_000;

/// What decoders stumble over is refused here: a palette that is none.
pub(super) fn head(bytes: &[u8]) -> Result<Head, String> {
    let word = |at: usize| big(bytes, at, 4).ok_or_else(breaks_off);
    if word(8)? != 13 || bytes.get(12..16) != Some(b"IHDR") || bytes.len() < 33 {
        return Err("it does not begin with its header".into());
    }
    let (width, height, depth, colours) = (word(16)?, word(20)?, u64::from(bytes[24]), bytes[25]);
    let channels: u64 = match (colours, depth) {
        (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) => 1,
        (4, 8 | 16) => 2,
        (2, 8 | 16) => 3,
        (6, 8 | 16) => 4,
        _ => return Err(format!("no PNG has {depth} bits a sample with colours of type {colours}")),
    };
    let (mut at, mut palette, mut clear) = (33, false, false);
    loop {
        let (length, name) = (word(at)? as usize, bytes.get(at + 4..at + 8).ok_or_else(breaks_off)?);
        match name {
            b"IDAT" => break,
            b"PLTE" if palette || length % 3 != 0 || !(3..=768).contains(&length) => {
                return Err(format!("its palette has {length} bytes, where three a colour were expected, for at most 256 colours"));
            }
            b"PLTE" => palette = true,
            b"tRNS" => clear = true,
            b"IEND" => return Err("it ends before its pixels".into()),
            _ => {}
        }
        at = length.checked_add(12).and_then(|length| at.checked_add(length)).ok_or_else(breaks_off)?;
    }
    if colours == 3 && !palette {
        return Err("it has no palette".into());
    }
    // Small samples become bytes, a palette's places colours, and transparency a channel.
    let out = (if colours == 3 { 3 } else { channels } + u64::from(clear && channels % 2 == 1)) * if depth == 16 { 2 } else { 1 };
    let pixels = u64::from(width) * u64::from(height);
    let row = u64::from(width) * (out + channels * depth.div_ceil(8));
    Ok(Head { width, height, working: pixels.saturating_mul(out.max(3)).saturating_add(ROWS * row + BUFFERS) })
}

//! A BMP's head. Source: Microsoft, BITMAPINFOHEADER.
use super::head::{Head, breaks_off, little};

/// Four bytes a pixel, and a row as the file has it.
pub(super) fn head(bytes: &[u8]) -> Result<Head, String> {
    let number = |at: usize, length: usize| little(bytes, at, length).ok_or_else(breaks_off);
    let [width, height] = if number(14, 4)? == 12 { [number(18, 2)?, number(20, 2)?] } else { [number(18, 4)?, number(22, 4)?] };
    // Rows from above have a negative height.
    let [width, height] = [width, height].map(|side| (side as i32).unsigned_abs());
    Ok(Head { width, height, working: (4 * u64::from(width)).saturating_mul(u64::from(height) + 2) })
}

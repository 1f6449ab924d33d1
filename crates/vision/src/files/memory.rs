//! How much memory a picture may take while it is decoded, and what it takes where the browser decodes it.
use engine::error::{Error, Result};

/// Bytes: as much as a page or a worker can spare on a telephone.
pub const MOST_MEMORY: u64 = 512_000_000;

/// Refuses what takes more than [`MOST_MEMORY`] bytes, with both numbers.
pub fn within(file: &str, [width, height]: [u32; 2], needed: u64) -> Result<()> {
    if needed <= MOST_MEMORY {
        return Ok(());
    }
    let [needed, allowed] = [needed.div_ceil(1_000_000), MOST_MEMORY / 1_000_000];
    let detail = format!("to decode its {width} × {height} pixels takes {needed} MB of memory, and {allowed} MB are allowed");
    Err(Error::data(file, detail))
}

/// What a page takes for a picture that its browser decodes and it then reads, at most `longest` pixels along a side: the browser holds four bytes a pixel
/// as decoded and four as a bitmap; the canvas it is drawn on, its data and our copy have four each.
pub fn in_browser([width, height]: [u32; 2], longest: u32) -> u64 {
    let pixels = u64::from(width) * u64::from(height);
    let share = (f64::from(longest) / f64::from(width.max(height).max(1))).min(1.0);
    pixels.saturating_mul(8).saturating_add((12.0 * pixels as f64 * share * share) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_are_said() {
        assert_eq!(within("a.webp", [8000, 8000], MOST_MEMORY), Ok(()));
        let needed = in_browser([16_383, 16_383], 4096);
        assert_eq!(
            within("a.webp", [16_383, 16_383], needed).unwrap_err().to_string(),
            "a.webp: to decode its 16383 × 16383 pixels takes 2349 MB of memory, and 512 MB are allowed"
        );
        // A telephone's photo of 24 megapixels.
        assert!(in_browser([5664, 4248], 4096) < MOST_MEMORY);
    }
}

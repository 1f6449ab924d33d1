//! What a picture's head says: its size, and how much memory decoding it takes; and how the heads of all formats are read.

/// What a picture's file says before its pixels: its size, and from that the memory that decoding takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Pixels across, as the file stores them, before any turn that its EXIF asks for; of a GIF the screen's, made large enough for its first picture, of a WebP the canvas's.
    pub width: u32,
    /// Pixels down, as the file stores them, before any turn that its EXIF asks for; of a GIF the screen's, made large enough for its first picture, of a WebP the canvas's.
    pub height: u32,
    /// The most bytes that are taken at once, besides the file's own, until its pixels lie there in red, green and blue.
    pub working: u64,
}

impl Head {
    /// Width times height, in 64 bits: the product of two sides of 32 bits always fits.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// A whole number without sign of up to four bytes, little end first.
pub(crate) fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(length)?).map(|bytes| bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b)))
}

/// The same with its big end first.
pub(super) fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(length)?).map(|bytes| bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

pub(super) fn breaks_off() -> String {
    "it breaks off within its head".into()
}

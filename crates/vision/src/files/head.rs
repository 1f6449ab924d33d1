//! A picture's head: its size, and how much memory decoding it takes, read before any of it is decoded.
use super::{Kind, bmp, boxes, gif, jpeg, png, webp};

/// What a picture's file says before its pixels: its size, and from that the memory that decoding takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Pixels across, as the file stores them, before any turn that its EXIF asks for; of a GIF the screen's, of a WebP the canvas's.
    pub width: u32,
    /// Pixels down, as the file stores them, before any turn that its EXIF asks for; of a GIF the screen's, of a WebP the canvas's.
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

/// The head of a PNG, JPEG, WebP, GIF or BMP. Refuses other kinds, what breaks off within its head or contradicts itself, and pictures without a pixel;
/// an error is a sentence.
pub fn head(kind: Kind, bytes: &[u8]) -> Result<Head, String> {
    let head = match kind {
        Kind::Png => png::head(bytes),
        Kind::Jpeg => jpeg::head(bytes),
        Kind::WebP => webp::head(bytes),
        Kind::Gif => gif::head(bytes),
        Kind::Bmp => bmp::head(bytes),
        other => Err(format!("it is {}", other.name())),
    }?;
    match head.pixels() {
        0 => Err(format!("it has {} × {} pixels", head.width, head.height)),
        _ => Ok(head),
    }
}

/// Width and height, in pixels, of any picture whose head is understood (AVIF and HEIC, too), the larger ones where it holds several. Refuses other files.
pub fn size(bytes: &[u8]) -> Result<[u32; 2], String> {
    match Kind::of(bytes) {
        Some(Kind::Boxes) => boxes::size(bytes),
        Some(Kind::WebP) => webp::size(bytes),
        Some(Kind::Gif) => gif::size(bytes),
        Some(kind) => head(kind, bytes).map(|head| [head.width, head.height]),
        None => Err(format!("it is {}", super::found(bytes))),
    }
}

/// A whole number without sign of up to four bytes, little end first.
pub(super) fn little(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(length)?).map(|bytes| bytes.iter().rev().fold(0, |n, b| n << 8 | u32::from(*b)))
}

/// The same with its big end first.
pub(super) fn big(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(length)?).map(|bytes| bytes.iter().fold(0, |n, b| n << 8 | u32::from(*b)))
}

pub(super) fn breaks_off() -> String {
    "it breaks off within its head".into()
}

//! A picture's head, of whatever format, read before any of it is decoded.
use super::{Head, Kind, bmp, boxes, gif, jpeg, png, webp};

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
        Some(kind) => head(kind, bytes).map(|head| [head.width, head.height]),
        None => Err(format!("it is {}", super::found(bytes))),
    }
}

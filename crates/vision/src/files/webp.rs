//! A WebP's head: canvas, and what its picture, or the first of them, is coded as. Source: RFC 9649.
use super::head::{Head, breaks_off, little};

/// How a picture is coded, and its own size, which may contradict the canvas.
#[derive(Default)]
struct Picture {
    lossy: Option<[u32; 2]>,
    lossless: Option<[u32; 2]>,
    /// A mask beside a lossy picture.
    mask: bool,
    /// Whether a lossless picture says that it has opacity.
    clear: bool,
}

#[derive(Default)]
struct Parts {
    canvas: [u32; 2],
    transparent: bool,
    /// The first picture of a moving one, and its place's size.
    first: Option<[u32; 2]>,
    picture: Picture,
}

/// Name, place of the content and its length, rounded up, of each chunk from `at` on.
pub(crate) fn chunks(bytes: &[u8], mut at: usize) -> impl Iterator<Item = (&[u8; 4], usize, usize)> {
    std::iter::from_fn(move || {
        let (name, length) = (bytes.get(at..)?.first_chunk()?, little(bytes, at + 4, 4)? as usize);
        let start = at + 8;
        at = start.checked_add(length)?.checked_add(length % 2)?;
        Some((name, start, length))
    })
}

fn parts(bytes: &[u8]) -> Result<Parts, String> {
    let (first, start, _) = chunks(bytes, 12).next().ok_or_else(breaks_off)?;
    let mut parts = Parts::default();
    if first == b"VP8X" {
        let flags = *bytes.get(start).ok_or_else(breaks_off)?;
        let side = |at| little(bytes, at, 3).map(|side| side + 1).ok_or_else(breaks_off);
        (parts.transparent, parts.canvas) = (flags & 0x10 != 0, [side(start + 4)?, side(start + 7)?]);
    }
    let mut inner = None;
    for (name, start, _) in chunks(bytes, 12) {
        match name {
            b"ANMF" if inner.is_none() => {
                let side = |at| little(bytes, at, 3).map(|side| side + 1).ok_or_else(breaks_off);
                parts.first = Some([side(start + 6)?, side(start + 9)?]);
                inner = Some(start + 16);
            }
            _ => parts.picture.take(bytes, name, start)?,
        }
    }
    // A moving picture's first has its mask and itself in two chunks.
    for (name, start, _) in inner.into_iter().flat_map(|inner| chunks(bytes, inner)).take(2) {
        parts.picture.take(bytes, name, start)?;
    }
    if first != b"VP8X" {
        parts.canvas = parts.picture.lossy.or(parts.picture.lossless).ok_or_else(breaks_off)?;
        parts.transparent = parts.picture.clear;
    }
    Ok(parts)
}

impl Picture {
    fn take(&mut self, bytes: &[u8], name: &[u8; 4], start: usize) -> Result<(), String> {
        let number = |at, length| little(bytes, at, length).ok_or_else(breaks_off);
        match name {
            b"VP8 " if number(start, 1)? & 1 != 0 || bytes.get(start + 3..start + 6) != Some(&[0x9d, 0x01, 0x2a]) => {
                return Err("its picture is none by itself".into());
            }
            b"VP8 " => self.lossy = Some([number(start + 6, 2)? & 0x3fff, number(start + 8, 2)? & 0x3fff]),
            b"VP8L" => {
                let sides = number(start + 1, 4)?;
                self.lossless = Some([(sides & 0x3fff) + 1, (sides >> 14 & 0x3fff) + 1]);
                self.clear = sides >> 28 & 1 == 1;
            }
            b"ALPH" => self.mask = true,
            _ => {}
        }
        Ok(())
    }
}

fn area([width, height]: [u32; 2]) -> u64 {
    u64::from(width) * u64::from(height)
}

/// What comes out has three bytes a pixel, or four; a lossy picture is decoded into one and a half besides, in blocks of 16, its mask into six; a lossless one
/// into four, with one for what it is predicted from. The first of a moving one is copied, decoded by itself, and laid onto a canvas of three.
pub(super) fn head(bytes: &[u8]) -> Result<Head, String> {
    let Parts { canvas, transparent, first, picture } = parts(bytes)?;
    let own = first.unwrap_or(canvas);
    if let Some(coded) = picture.lossy.or(picture.lossless).filter(|coded| *coded != own) {
        return Err(format!("its picture has {} × {} pixels where {} × {} were announced", coded[0], coded[1], own[0], own[1]));
    }
    let transparent = if first.is_some() { picture.mask || picture.clear } else { transparent };
    let lossy = picture.lossy.map_or(0, |sides| 3 * area(sides.map(|side| side.next_multiple_of(16))) / 2);
    let n = area(own);
    let still = match (picture.lossless.is_some(), transparent) {
        (true, true) => 5 * n,
        (true, false) => 8 * n,
        (false, _) => n * if transparent { 4 } else { 3 } + if picture.mask { lossy + 6 * n } else { lossy },
    };
    let working = if first.is_some() { still.max(3 * (n + area(canvas))) + bytes.len() as u64 } else { still };
    Ok(Head { width: canvas[0], height: canvas[1], working })
}

/// The larger of canvas and picture.
pub(super) fn size(bytes: &[u8]) -> Result<[u32; 2], String> {
    let Parts { canvas, first, picture, .. } = parts(bytes)?;
    let all = [Some(canvas), first, picture.lossy, picture.lossless];
    Ok(all.into_iter().flatten().fold([0; 2], |most, sides| [most[0].max(sides[0]), most[1].max(sides[1])]))
}

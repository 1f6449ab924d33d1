//! JPEG: its pixels, bit for bit as libjpeg makes them by default, and so Pillow. Source: ITU-T T.81.
mod bits;
mod codes;
mod colours;
mod inverse;
mod picture;
mod plane;
mod scan;
mod tables;
mod upsample;

use crate::files::{cut_off, frame_of};
use bits::next_marker;
use picture::Picture;
use tables::Tables;

/// Programs write some ten; each goes through the whole picture, however few bytes it has.
const MOST_SCANS: usize = 100;

/// Red, green and blue of each pixel. Refuses what breaks off before all of it was said; an error is a sentence. What is damaged inside is read as libjpeg
/// reads it: as far as it makes sense, and from the next restart on.
pub fn decode(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut tables = Tables::new();
    let mut picture: Option<Picture> = None;
    let mut scans = 0;
    let mut at = 2;
    while let Some((marker, behind)) = next_marker(bytes, at) {
        at = behind;
        match marker {
            // Those that stand alone.
            0x01 | 0xd0..=0xd8 => continue,
            0xd9 => return picture.ok_or("it ends before its picture")?.drawn(),
            _ => {}
        }
        let Some(length) = bytes.get(at..at + 2).map(|length| usize::from(length[0]) << 8 | usize::from(length[1])) else { break };
        let Some(segment) = bytes.get(at + 2..at + length.max(2)) else { break };
        at += length.max(2);
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf if picture.is_some() => return Err("it has two frames".into()),
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => picture = Some(Picture::new(frame_of(marker, segment)?)),
            0xda => {
                scans += 1;
                if scans > MOST_SCANS {
                    return Err(format!("it has more than {MOST_SCANS} scans"));
                }
                let picture = picture.as_mut().ok_or("its pixels come before its frame")?;
                match picture.read(segment, &tables, bytes, at)? {
                    picture::Read::All(rgb) => return Ok(rgb),
                    picture::Read::To(end) => at = end,
                }
            }
            other => tables.take(other, segment)?,
        }
    }
    // No end marker: a picture all the same, if nothing of it is missing.
    picture.filter(Picture::is_whole).ok_or_else(cut_off)?.drawn()
}

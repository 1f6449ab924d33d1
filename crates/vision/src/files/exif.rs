//! How a picture is to be turned: what its EXIF says, in a JPEG, a PNG or a WebP. Sources: CIPA DC-008 (Exif), TIFF 6.0, PNG (third edition), RFC 9649.
use super::{
    Kind,
    head::{big, little},
    webp,
};

/// The tag of the camera's position.
const ORIENTATION: u32 = 0x0112;

/// From 1, as it stands, to 8 (EXIF's numbers). A picture that does not say, or says nonsense, stands as it is.
pub fn orientation(kind: Kind, bytes: &[u8]) -> u8 {
    let note = match kind {
        Kind::Jpeg => of_jpeg(bytes),
        Kind::Png => of_png(bytes),
        Kind::WebP => {
            webp::chunks(bytes, 12).find(|(name, ..)| *name == b"EXIF").and_then(|(_, start, length)| bytes.get(start..start + length))
        }
        _ => None,
    };
    note.and_then(said).unwrap_or(1)
}

/// What a note says: a TIFF file of either byte order, often behind a name.
fn said(note: &[u8]) -> Option<u8> {
    let tiff = note.strip_prefix(b"Exif\0\0").unwrap_or(note);
    let number = match tiff {
        [b'I', b'I', 42, 0, ..] => little,
        [b'M', b'M', 0, 42, ..] => big,
        _ => return None,
    };
    let table = number(tiff, 4, 4)? as usize;
    let entries = number(tiff, table, 2)? as usize;
    // Twelve bytes each: tag, type, count, value.
    let entry = (0..entries).map(|at| table + 2 + 12 * at).find(|at| number(tiff, *at, 2) == Some(ORIENTATION))?;
    let value = match number(tiff, entry + 2, 2)? {
        1 => number(tiff, entry + 8, 1)?,
        3 => number(tiff, entry + 8, 2)?,
        4 => number(tiff, entry + 8, 4)?,
        _ => return None,
    };
    u8::try_from(value).ok().filter(|value| (1..=8).contains(value))
}

fn of_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        at += bytes[at..].iter().position(|byte| *byte != 0xff)?;
        let marker = bytes[at];
        at += 1;
        match marker {
            0 | 0x01 | 0xd0..=0xd8 => continue,
            // Pixels, or the end.
            0xd9 | 0xda => return None,
            _ => {}
        }
        let length = big(bytes, at, 2)?.max(2) as usize;
        let segment = bytes.get(at + 2..at + length)?;
        if marker == 0xe1 && segment.starts_with(b"Exif\0\0") {
            return Some(segment);
        }
        at += length;
    }
}

fn of_png(bytes: &[u8]) -> Option<&[u8]> {
    let mut at = 8;
    loop {
        let (length, name) = (big(bytes, at, 4)? as usize, bytes.get(at + 4..at + 8)?);
        let content = bytes.get(at + 8..(at + 8).checked_add(length)?)?;
        if name == b"eXIf" {
            return Some(content);
        }
        at += 12 + length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_are_read_and_nonsense_is_none() {
        let little =
            |kind: u8, value: u8| [&b"II*\0\x08\0\0\0\x02\0"[..], &[0; 12], &[0x12, 1, kind, 0, 1, 0, 0, 0, value, 0, 0, 0]].concat();
        let big = |value: u8| [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[value, 0, 0]].concat();
        for value in 1..=8 {
            assert_eq!([said(&little(3, value)), said(&big(value)), said(&little(4, value))], [Some(value); 3]);
        }
        assert_eq!([said(&little(3, 0)), said(&big(9)), said(&little(2, 6)), said(b"II*\0\xff\xff\xff\xff"), said(b"II")], [None; 5]);
        assert_eq!(said(&[&b"Exif\0\0"[..], &big(6)].concat()), Some(6));
    }

    #[test]
    fn the_note_is_found_in_every_container() {
        let note = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x05\0\0";
        let jpeg = [&b"\xff\xd8\xff\xe0\0\x04JF\xff\xff\xe1\0\x1eExif\0\0"[..], note, b"\xff\xda"].concat();
        let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\x01IDAT\x01crc.\0\0\0\x16eXIf"[..], note, b"crc."].concat();
        let webp = [&b"RIFF\0\0\0\0WEBPVP8X\x01\0\0\0\x08\0EXIF\x16\0\0\0"[..], note].concat();
        assert_eq!([(Kind::Jpeg, &jpeg), (Kind::Png, &png), (Kind::WebP, &webp)].map(|(kind, bytes)| orientation(kind, bytes)), [5; 3]);
        assert_eq!([orientation(Kind::Jpeg, &jpeg[..20]), orientation(Kind::Png, &png[..30]), orientation(Kind::Gif, b"GIF89a")], [1; 3]);
    }
}

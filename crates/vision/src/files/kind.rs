//! What a file is: its kind is decided here only, by all that the kind requires of a file's beginning, and never by its name.

/// File formats that are told apart by their first bytes (magic numbers): weights, data sets and pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Weights: a JSON header behind its length, then numbers.
    Safetensors,
    /// PyTorch's weights since 2020, among other things.
    Zip,
    /// PyTorch's weights before: pickles, the first of which is a number that says so.
    Legacy,
    /// Bytes with their axes, as MNIST comes.
    Idx,
    /// A gzip member (RFC 1952) of deflated bytes, no reserved flag set.
    Gzip,
    /// A Portable Network Graphics picture, known by its signature of eight bytes.
    Png,
    /// A JPEG picture: the marker SOI and the first byte of another marker.
    Jpeg,
    /// A WebP picture, lossy, lossless or extended: a RIFF file whose first chunk's name begins with VP8.
    WebP,
    /// A GIF picture, version 87a or 89a.
    Gif,
    /// A Windows bitmap: "BM", then a second header of a length that BMP knows.
    Bmp,
    /// AVIF, HEIC and their like: boxes in boxes.
    Boxes,
}

/// What old files of PyTorch begin with, as a long whole number, little end first: 0x1950a86a20f9469cfc6c.
pub const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// Whether a file has all that a kind requires.
type Test = fn(&[u8]) -> bool;

/// The longest header that safetensors' own readers take.
const LONGEST_HEADER: u64 = 100_000_000;

impl Kind {
    /// The kind of a whole file; None for what is none of them, or not as far as it goes.
    pub fn of(bytes: &[u8]) -> Option<Kind> {
        Kind::of_head(bytes, bytes.len() as u64)
    }
    /// The same of a file with so many bytes, of which these are the first: some 100 kB at least, or all.
    pub fn of_head(bytes: &[u8], size: u64) -> Option<Kind> {
        if is_safetensors(bytes, size) {
            return Some(Kind::Safetensors);
        }
        const TESTS: [(Kind, Test); 10] = [
            (Kind::Zip, is_zip),
            (Kind::Legacy, is_legacy),
            (Kind::Idx, |b| matches!(b, [0, 0, 8, 1..=4, ..])),
            // Of three bits in its flags none is used.
            (Kind::Gzip, |b| matches!(b, [0x1f, 0x8b, 8, 0..=0x1f, ..])),
            (Kind::Png, |b| b.starts_with(b"\x89PNG\r\n\x1a\n")),
            (Kind::Jpeg, |b| b.starts_with(&[0xff, 0xd8, 0xff])),
            (Kind::WebP, |b| b.starts_with(b"RIFF") && matches!(b.get(8..15), Some(b"WEBPVP8"))),
            (Kind::Gif, |b| b.starts_with(b"GIF87a") || b.starts_with(b"GIF89a")),
            // The length of the second header says which of them it is.
            (Kind::Bmp, |b| b.starts_with(b"BM") && matches!(b.get(14..18), Some(&[12 | 16 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))),
            (Kind::Boxes, |b| matches!(b.get(4..8), Some(b"ftyp"))),
        ];
        TESTS.iter().find(|(_, holds)| holds(bytes)).map(|(kind, _)| *kind)
    }
    /// The kind in English, with its article, for a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Safetensors => "a safetensors file",
            Kind::Zip => "a zip",
            Kind::Legacy => "an old weight file of PyTorch",
            Kind::Idx => "an IDX file",
            Kind::Gzip => "a gzip file",
            Kind::Png => "a PNG",
            Kind::Jpeg => "a JPEG",
            Kind::WebP => "a WebP",
            Kind::Gif => "a GIF",
            Kind::Bmp => "a BMP",
            Kind::Boxes => "an AVIF, HEIC or film",
        }
    }
    /// Whether files of this kind may hold weights.
    pub fn is_of_weights(self) -> bool {
        matches!(self, Kind::Safetensors | Kind::Zip | Kind::Legacy)
    }
}

/// The length that a safetensors file claims for its header, if a header begins where it should.
pub(super) fn header_length(bytes: &[u8]) -> Option<u64> {
    let length = bytes.first_chunk().map(|length| u64::from_le_bytes(*length))?;
    (bytes.get(8) == Some(&b'{') && (2..=LONGEST_HEADER).contains(&length)).then_some(length)
}

fn is_safetensors(bytes: &[u8], size: u64) -> bool {
    header_length(bytes).is_some_and(|length| length <= size - 8)
}

/// A whole local header, with the name of the first entry.
fn is_zip(bytes: &[u8]) -> bool {
    let Some(header) = bytes.first_chunk::<30>().filter(|header| header.starts_with(b"PK\x03\x04")) else { return false };
    let name = usize::from(u16::from_le_bytes([header[26], header[27]]));
    (1..=bytes.len() - header.len()).contains(&name)
}

/// A pickle of protocol 2 or later (which may begin with the length of a frame) that holds the magic number.
fn is_legacy(bytes: &[u8]) -> bool {
    let Some(pickled) = bytes.strip_prefix(&[0x80]).filter(|rest| matches!(rest, [2..=5, ..])) else { return false };
    let number = match pickled {
        [_, 0x95, frame @ ..] => frame.get(8..).unwrap_or_default(),
        _ => &pickled[1..],
    };
    number.strip_prefix(&[0x8a, 10]).is_some_and(|number| number.starts_with(&MAGIC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_decided_by_all_that_it_requires() {
        // A header of 128 bytes: the first byte is a pickle's.
        let mut header = 128u64.to_le_bytes().to_vec();
        header.extend(format!("{:<128}", "{}").bytes());
        assert_eq!(Kind::of(&header), Some(Kind::Safetensors));
        assert_eq!(Kind::of(&header[..header.len() - 1]), None);
        let legacy = [&[0x80, 2, 0x8a, 10][..], &MAGIC, b"."].concat();
        let framed = [&[0x80, 4, 0x95, 13, 0, 0, 0, 0, 0, 0, 0, 0x8a, 10][..], &MAGIC, b"."].concat();
        assert_eq!([&legacy, &framed].map(|bytes| Kind::of(bytes)), [Some(Kind::Legacy); 2]);
        assert_eq!(Kind::of(&legacy[..13]), None, "the number is cut off");
        assert_eq!(Kind::of(b"\x80\x02}."), None);
        for (bytes, kind) in [
            (&b"\0\0\x08\x03"[..], Some(Kind::Idx)),
            (b"\0\0\x0d\x03", None),
            (b"\x1f\x8b\x08\0", Some(Kind::Gzip)),
            (b"\x1f\x8b\x08\xff", None),
            (b"\x89PNG\r\n\x1a\n", Some(Kind::Png)),
            (b"\x89PNG", None),
            (b"RIFF\0\0\0\0WEBPVP8L", Some(Kind::WebP)),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0", Some(Kind::Bmp)),
            (b"BMW builds cars, no pictures", None),
            (b"\0\0\0\x20ftypavif", Some(Kind::Boxes)),
        ] {
            assert_eq!(Kind::of(bytes), kind, "{bytes:02x?}");
        }
    }
}

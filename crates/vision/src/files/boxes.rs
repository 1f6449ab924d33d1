//! The size of an AVIF, HEIC or the like: of the pictures that its `meta` box describes. Source: ISO/IEC 14496-12, 23008-12.
use super::head::{big, breaks_off};

/// Name and content of each box, as far as they are whole.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, name) = (big(rest, 0, 4)? as usize, rest.get(4..8)?);
        let (start, length) = match length {
            // To the end of the file; or a length of eight bytes, of which four are enough here.
            0 => (8, rest.len()),
            1 => (16, big(rest, 12, 4)? as usize),
            _ => (8, length),
        };
        let content = rest.get(start..length)?;
        rest = &rest[length..];
        Some((name, content))
    })
}

fn inside<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(own, _)| *own == name).map(|(_, content)| content)
}

/// The largest of the sizes there: a picture may be made of tiles, and have a thumbnail and a mask.
pub(super) fn size(bytes: &[u8]) -> Result<[u32; 2], String> {
    // Four bytes of version and flags stand before what these two boxes hold.
    let properties = inside(bytes, b"meta")
        .and_then(|meta| inside(meta.get(4..)?, b"iprp"))
        .and_then(|properties| inside(properties, b"ipco"))
        .ok_or_else(breaks_off)?;
    let sizes = boxes(properties).filter(|(name, _)| name == b"ispe").filter_map(|(_, size)| Some([big(size, 4, 4)?, big(size, 8, 4)?]));
    sizes.max_by_key(|[width, height]| u64::from(*width) * u64::from(*height)).ok_or_else(breaks_off)
}

//! Small whole pictures of every kind that is read, made from their parts: as an encoder makes them, and as few do.
use flate2::Compression;
use image::{DynamicImage, ImageFormat};
use std::io::{Cursor, Write};

pub fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = vec![];
    image.write_to(&mut Cursor::new(&mut bytes), format).expect("an encoder");
    bytes
}

/// A PNG of these chunks, with their checksums.
pub fn png(chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in chunks {
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(name);
        bytes.extend(content);
        bytes.extend([0; 4]);
    }
    with_checksums(bytes)
}

/// Each chunk's checksum made right, as far as chunks can be found.
pub fn with_checksums(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 8;
    while let Some(length) = bytes.get(at..at + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize) {
        let Some(end) = (at + 8).checked_add(length).filter(|end| end + 4 <= bytes.len()) else { break };
        let mut sum = flate2::Crc::new();
        sum.update(&bytes[at + 4..end]);
        bytes[end..end + 4].copy_from_slice(&sum.sum().to_be_bytes());
        at = end + 4;
    }
    bytes
}

/// Name and content of each chunk of a whole PNG.
pub fn chunks(png: &[u8]) -> Vec<([u8; 4], Vec<u8>)> {
    let mut rest = &png[8..];
    let mut next = || {
        let (length, after) = rest.split_first_chunk()?;
        let (name, after) = after.split_first_chunk()?;
        let (content, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest = after.get(4..)?;
        Some((*name, content.to_vec()))
    };
    std::iter::from_fn(&mut next).collect()
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(vec![], Compression::default());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

/// A PNG's header: sides, bits a sample, kind of colours, and whether it comes in seven passes.
pub fn png_header(width: u32, height: u32, depth: u8, colours: u8, passes: bool) -> Vec<u8> {
    [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colours, 0, 0, u8::from(passes)]].concat()
}

/// Raw rows of an 8 × 8 PNG, in one pass or seven: a filter's number before each, of which the first five are tried.
fn rows(bits: usize, passes: bool) -> Vec<u8> {
    const PASSES: [(usize, usize); 7] = [(1, 1), (1, 1), (2, 1), (2, 2), (4, 2), (4, 4), (8, 4)];
    let all: &[(usize, usize)] = if passes { &PASSES } else { &[(8, 8)] };
    let row = |width: usize, row: usize| {
        let values = (0..(width * bits).div_ceil(8)).map(move |at| (37 * at + 11 * row) as u8);
        std::iter::once((row % 5) as u8).chain(values)
    };
    all.iter().flat_map(|(width, height)| (0..*height).flat_map(|at| row(*width, at))).collect()
}

pub fn pngs() -> Vec<Vec<u8>> {
    let mut all = vec![];
    for (colours, channels, depths) in
        [(0u8, 1, &[1u8, 2, 4, 8, 16][..]), (2, 3, &[8, 16]), (3, 1, &[1, 2, 4, 8]), (4, 2, &[8, 16]), (6, 4, &[8, 16])]
    {
        for (depth, passes) in depths.iter().flat_map(|depth| [(*depth, false), (*depth, true)]) {
            let mut chunks = vec![(*b"IHDR", png_header(8, 8, depth, colours, passes)), (*b"gAMA", vec![0, 0, 0xb1, 0x8f])];
            if colours == 3 {
                chunks.extend([(*b"PLTE", (0..3 << depth.min(8)).map(|at: usize| at as u8).collect()), (*b"tRNS", vec![0, 128])]);
            }
            if colours == 0 {
                chunks.push((*b"tRNS", vec![0, 1]));
            }
            chunks.extend([
                (*b"tEXt", b"Comment\0a note".to_vec()),
                (*b"IDAT", zlib(&rows(channels * usize::from(depth), passes))),
                (*b"IEND", vec![]),
            ]);
            all.push(png(&chunks));
        }
    }
    all
}

/// A note in the way of EXIF: the camera was held upright, or not.
fn exif(orientation: u8) -> Vec<u8> {
    [&b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..], &[orientation, 0, 0, 0, 0, 0, 0]].concat()
}

/// A PNG with all that may stand beside its pixels, and a second picture to move to.
pub fn moving_png() -> Vec<u8> {
    let place = |number: u8| [&[0, 0, 0, number][..], &[0, 0, 0, 8, 0, 0, 0, 8], &[0; 8], &[0, 1, 0, 10, 0, 0]].concat();
    let pixels = zlib(&rows(24, false));
    png(&[
        (*b"IHDR", png_header(8, 8, 8, 2, false)),
        (*b"iCCP", [&b"a profile\0\0"[..], &zlib(&[7; 100])].concat()),
        (*b"eXIf", exif(6)),
        (*b"zTXt", [&b"Comment\0\0"[..], &zlib(b"a note")].concat()),
        (*b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x/>".to_vec()),
        (*b"acTL", vec![0, 0, 0, 2, 0, 0, 0, 0]),
        (*b"fcTL", place(0)),
        (*b"IDAT", pixels.clone()),
        (*b"fcTL", place(1)),
        (*b"fdAT", [&[0, 0, 0, 2][..], &pixels].concat()),
        (*b"IEND", vec![]),
    ])
}

/// A JPEG with a note and a profile before its own segments.
pub fn noted(jpeg: &[u8]) -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| [&[0xff, marker][..], &(content.len() as u16 + 2).to_be_bytes(), content].concat();
    let exif = segment(0xe1, &[&b"Exif\0\0"[..], &exif(8)].concat());
    let profile = segment(0xe2, &[&b"ICC_PROFILE\0\x01\x01"[..], &[7; 40]].concat());
    let adobe = segment(0xee, b"Adobe\0\x64\0\0\0\0\x01");
    [&jpeg[..2], &exif, &profile, &adobe, &jpeg[2..]].concat()
}

/// So many pixels of a GIF, all of the second colour: codes of three bits, clear (4) before each 1, so that they never grow.
pub fn gif_pixels(count: usize) -> Vec<u8> {
    let (mut packed, mut waiting, mut bits) = (vec![], 0u32, 0);
    for code in (0..count).flat_map(|_| [4u8, 1]).chain([5]) {
        waiting |= u32::from(code) << bits;
        bits += 3;
        while bits >= 8 {
            packed.push(waiting as u8);
            waiting >>= 8;
            bits -= 8;
        }
    }
    packed.push(waiting as u8);
    let blocks: Vec<u8> = packed.chunks(255).flat_map(|block| [&[block.len() as u8], block].concat()).collect();
    [&[2], &blocks[..], &[0]].concat()
}

/// A GIF that moves, with colours of each picture's own, rows in four passes, and a place on a larger screen: 2 × 8 pixels of the second colour.
pub fn moving_gif() -> Vec<u8> {
    let control = [0x21, 0xf9, 4, 1, 10, 0, 0, 0];
    let picture = [&[b',', 1, 0, 1, 0, 2, 0, 8, 0, 0xc0][..], &[1, 2, 3, 4, 5, 6], &gif_pixels(16)].concat();
    let repeat = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0";
    [&b"GIF89a\x05\0\x0a\0\x80\0\0\0\0\0\x09\x09\x09"[..], repeat, &control, &picture, &control, &picture, b";"].concat()
}

/// A BMP of 256 colours whose rows are written as runs.
pub fn bmp_of_runs() -> Vec<u8> {
    let runs = [4u8, 1, 0, 0, 0, 4, 1, 2, 3, 4, 0, 0, 2, 5, 0, 2, 1, 0, 1, 6, 0, 1];
    let header = [40u32, 4, 4, 1 | 8 << 16, 1, runs.len() as u32, 0, 0, 16, 0].map(u32::to_le_bytes).concat();
    let colours: Vec<u8> = (0..16).flat_map(|n| [n, 2 * n, 3 * n, 0]).collect();
    let start = (14 + header.len() + colours.len()) as u32;
    [&b"BM"[..], &(start + runs.len() as u32).to_le_bytes(), &[0; 4], &start.to_le_bytes(), &header, &colours, &runs].concat()
}

/// A JPEG in several scans, 16 × 16: of each colour the mean of each block first, then a bit more of it. Every code is one zero bit.
pub fn progressive_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        bytes.extend([0xff, marker]);
        bytes.extend((content.len() as u16 + 2).to_be_bytes());
        bytes.extend(content);
    };
    segment(0xdb, &[&[0][..], &[8; 64]].concat());
    let [high, wide] = [height, width].map(u16::to_be_bytes);
    segment(0xc2, &[&[8][..], &high, &wide, &[3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]].concat());
    // One code of one bit: no difference, or the end of the block.
    for class in [0x00, 0x10] {
        segment(0xc4, &[&[class, 1][..], &[0; 15], &[0]].concat());
    }
    segment(0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 0, 1]);
    bytes.extend([0; 4]);
    for (colour, from, to, low) in [(1, 1, 5, 2), (2, 1, 63, 1), (3, 1, 63, 1), (1, 1, 5, 0x21)] {
        bytes.extend([0xff, 0xda, 0, 8, 1, colour, 0, from, to, low]);
        bytes.extend([0; 4]);
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}

/// A lossy WebP of 2 × 2 pixels, as cwebp makes it.
pub const LOSSY: [u8; 68] = [
    0x52, 0x49, 0x46, 0x46, 0x3c, 0x00, 0x00, 0x00, 0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38, 0x20, 0x30, 0x00, 0x00, 0x00, 0xd0, 0x01,
    0x00, 0x9d, 0x01, 0x2a, 0x02, 0x00, 0x02, 0x00, 0x02, 0x00, 0x34, 0x25, 0xa0, 0x02, 0x74, 0xba, 0x01, 0xf8, 0x00, 0x03, 0xb0, 0x00,
    0xfe, 0xf0, 0xc4, 0x0b, 0xff, 0x20, 0xb9, 0x61, 0x75, 0xc8, 0xd7, 0xff, 0x20, 0x3f, 0xe4, 0x07, 0xfc, 0x80, 0xff, 0xf8, 0xf2, 0x00,
    0x00, 0x00,
];

/// A chunk with its length.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let padding = vec![0; content.len() % 2];
    [name, &(content.len() as u32).to_le_bytes()[..], content, &padding].concat()
}

fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    chunk(b"RIFF", &[b"WEBP", &chunks.concat()[..]].concat())
}

/// A still one with a mask, and a moving one, both of the lossy sample.
pub fn extended_webps() -> [Vec<u8>; 2] {
    let canvas = |flags: u8| chunk(b"VP8X", &[flags, 0, 0, 0, 1, 0, 0, 1, 0, 0]);
    let picture = LOSSY[12..].to_vec();
    let mask = chunk(b"ALPH", &[0, 255, 128, 64, 0]);
    let frame = |inner: &[u8]| chunk(b"ANMF", &[&[0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 100, 0, 0, 0][..], inner].concat());
    let moving = [canvas(0x12), chunk(b"ANIM", &[0; 6]), frame(&[mask.clone(), picture.clone()].concat()), frame(&picture)];
    [webp(&[canvas(0x10), mask, picture]), webp(&moving)]
}

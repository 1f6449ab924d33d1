//! The memory that decoding a picture takes: known from its head, held to what is taken, and refused where it is too much.
use crate::{
    counted,
    fuzz::pictures::{LOSSY, encoded, extended_webps, gif_pixels, png, png_header, progressive_jpeg, zlib},
};
use image::{DynamicImage, ImageFormat, RgbImage};
use receptive::vision::{
    Photo,
    files::{Kind, head, size},
};

const SIDES: (u32, u32) = (700, 500);

/// Raw rows of zeros, all passes together.
fn blank(width: usize, height: usize, bits: usize, passes: bool) -> Vec<u8> {
    let places = |length: usize, start: usize, step: usize| length.saturating_sub(start).div_ceil(step);
    let sizes: Vec<(usize, usize)> = match passes {
        false => vec![(width, height)],
        true => [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)]
            .map(|(x, across, y, down)| (places(width, x, across), places(height, y, down)))
            .to_vec(),
    };
    vec![0; sizes.iter().map(|(width, height)| height * (1 + (width * bits).div_ceil(8))).sum()]
}

fn blank_png((width, height): (u32, u32), depth: u8, colours: u8, passes: bool) -> Vec<u8> {
    let channels = match colours {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    let mut chunks = vec![(*b"IHDR", png_header(width, height, depth, colours, passes))];
    if colours == 3 {
        chunks.extend([(*b"PLTE", vec![1, 2, 3]), (*b"tRNS", vec![0])]);
    }
    chunks.push((*b"IDAT", zlib(&blank(width as usize, height as usize, channels * usize::from(depth), passes))));
    chunks.push((*b"IEND", vec![]));
    png(&chunks)
}

/// A screen with one picture, of which the table's second colour is everywhere.
fn gif(screen: (u16, u16), (left, top): (u16, u16), frame: (u16, u16)) -> Vec<u8> {
    let word = u16::to_le_bytes;
    let mut bytes = [&b"GIF89a"[..], &word(screen.0), &word(screen.1), &[0x80, 0, 0, 0, 0, 0, 9, 9, 9]].concat();
    bytes.extend([&b","[..], &word(left), &word(top), &word(frame.0), &word(frame.1), &[0]].concat());
    bytes.extend(gif_pixels(usize::from(frame.0) * usize::from(frame.1)));
    bytes.push(b';');
    bytes
}

/// The same picture, the second colour of each frame in another scan: so that all coefficients are kept.
fn in_two_scans(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        bytes.extend([0xff, marker]);
        bytes.extend((content.len() as u16 + 2).to_be_bytes());
        bytes.extend(content);
    };
    segment(0xdb, &[&[0][..], &[8; 64]].concat());
    let [high, wide] = [height, width].map(u16::to_be_bytes);
    segment(0xc0, &[&[8][..], &high, &wide, &[3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]].concat());
    for class in [0x00, 0x10] {
        segment(0xc4, &[&[class, 1][..], &[0; 15], &[0]].concat());
    }
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    for colour in 1..=3 {
        bytes.extend([0xff, 0xda, 0, 8, 1, colour, 0, 0, 63, 0]);
        bytes.extend(vec![0; (2 * blocks).div_ceil(8)]);
    }
    bytes.extend([0xff, 0xd9]);
    bytes
}

fn pictures() -> Vec<(&'static str, Vec<u8>)> {
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(SIDES.0, SIDES.1, |x, y| image::Rgb([x as u8, y as u8, (x ^ y) as u8])));
    let (wide, high) = (SIDES.0 as u16, SIDES.1 as u16);
    vec![
        ("PNG of one bit", blank_png(SIDES, 1, 0, false)),
        ("PNG of one bit in passes", blank_png(SIDES, 1, 0, true)),
        ("PNG of grey, 16 bits", blank_png(SIDES, 16, 0, false)),
        ("PNG with a palette and transparency", blank_png(SIDES, 2, 3, false)),
        ("PNG in passes with a palette", blank_png(SIDES, 8, 3, true)),
        ("PNG of colours and opacity, 16 bits", blank_png(SIDES, 16, 6, false)),
        ("PNG of colours, 16 bits, in passes", blank_png(SIDES, 16, 2, true)),
        ("PNG as encoded", encoded(&picture, ImageFormat::Png)),
        ("JPEG", encoded(&picture, ImageFormat::Jpeg)),
        ("JPEG of grey", encoded(&picture.to_luma8().into(), ImageFormat::Jpeg)),
        ("progressive JPEG", progressive_jpeg(wide, high)),
        ("JPEG in three scans", in_two_scans(wide, high)),
        ("GIF", gif((wide, high), (0, 0), (wide, high))),
        ("GIF whose picture is smaller than its screen", gif((wide, high), (8, 8), (wide / 2, high / 2))),
        ("GIF whose picture is larger than its screen", gif((20, 20), (0, 0), (wide, high))),
        ("WebP without loss", encoded(&picture, ImageFormat::WebP)),
        ("WebP without loss, with opacity", encoded(&picture.to_rgba8().into(), ImageFormat::WebP)),
        ("BMP", encoded(&picture, ImageFormat::Bmp)),
    ]
}

#[test]
fn what_a_head_says_is_what_decoding_takes_at_most() {
    for (name, bytes) in pictures() {
        let head = head(Kind::of(&bytes).unwrap(), &bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        let (photo, taken) = counted::most(|| Photo::decode(name, &bytes));
        let photo = photo.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((photo.width as u32, photo.height as u32), (head.width, head.height), "{name}");
        assert!(taken <= head.working, "{name}: takes {taken} bytes, and {} were expected", head.working);
        // Nor so much less that what could be decoded is refused; a photo's smaller worries (tables, rows) aside.
        assert!(2 * taken + 1_500_000 > head.working, "{name}: takes {taken} bytes only, and {} were expected", head.working);
    }
}

#[test]
fn small_webps_of_every_kind_are_decoded() {
    for bytes in extended_webps().iter().chain([&LOSSY.to_vec()]) {
        let head = head(Kind::WebP, bytes).unwrap();
        let (photo, taken) = counted::most(|| Photo::decode("small", bytes));
        assert_eq!((photo.unwrap().rgb.len(), head.width, head.height), (12, 2, 2));
        // Tables of codes take what they take.
        assert!(taken < head.working + 200_000, "{taken}");
        assert_eq!(size(bytes), Ok([2, 2]));
    }
}

/// What Photo::decode says, and that saying it took no memory to speak of.
fn refused(name: &str, bytes: &[u8]) -> String {
    let (refused, taken) = counted::most(|| Photo::decode(name, bytes).unwrap_err().to_string());
    assert!(taken < 100_000, "{name}: {taken} bytes");
    refused
}

#[test]
fn what_takes_more_than_half_a_gigabyte_is_refused_with_both_numbers() {
    let said =
        |sides: &str, needed: u64| format!("large: to decode its {sides} pixels takes {needed} MB of memory, and 512 MB are allowed");
    let head_of =
        |width, height, depth, colours| png(&[(*b"IHDR", png_header(width, height, depth, colours, false)), (*b"IDAT", vec![0; 8])]);
    // One bit a pixel becomes three bytes, and is then made smaller, one side after the other; 16 bits of four channels stay eight until they are decoded.
    assert_eq!(refused("large", &head_of(30_000, 30_000, 1, 0)), said("30000 × 30000", 2759));
    assert_eq!(refused("large", &head_of(9000, 9000, 16, 6)), said("9000 × 9000", 651));
    // A progressive one keeps three coefficients of two bytes for two pixels; one in a scan does not.
    assert_eq!(refused("large", &progressive_jpeg(11_000, 11_000)), said("11000 × 11000", 728));
    let gif = std::fs::read("tests/files/gif-15000.gif").unwrap();
    assert_eq!(refused("large", &gif), said("15000 × 15000", 706));
    let mut lossless = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::WebP);
    // 16 383 − 1 in each of the two fields of 14 bits.
    lossless[21..25].copy_from_slice(&(16_382u32 | 16_382 << 14).to_le_bytes());
    assert_eq!(refused("large", &lossless), said("16383 × 16383", 2148));
    // A canvas of three bytes, which is then made smaller, and a small picture on it.
    let mut moving = extended_webps()[1].clone();
    moving[24..30].copy_from_slice(&[0xfe, 0x3f, 0, 0xfe, 0x3f, 0]);
    assert_eq!(refused("large", &moving), said("16383 × 16383", 838));
    moving[24..30].copy_from_slice(&[3, 0, 0, 3, 0, 0]);
    moving[58] = 2;
    assert!(refused("lying", &moving).ends_with("its picture has 2 × 2 pixels where 3 × 2 were announced"));
    // A frame within the canvas may claim more than it: its own header says how much.
    let mut lying = LOSSY.to_vec();
    lying[26..30].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(refused("large", &lying), said("16383 × 16383", 1208));
    let mut bmp = encoded(&DynamicImage::new_rgb8(1, 1), ImageFormat::Bmp);
    bmp[18..26].copy_from_slice(&[0, 0x40, 0, 0, 0, 0x40, 0, 0]);
    assert_eq!(refused("large", &bmp), said("16384 × 16384", 1074));
}

#[test]
fn what_decoders_stumble_over_is_the_error_of_its_file() {
    let palette = std::fs::read("tests/files/palette-of-4-bytes.png").unwrap();
    let message = Photo::decode("palette.png", &palette).unwrap_err().to_string();
    assert!(
        message.starts_with("palette.png: expected a photo")
            && message.ends_with("its palette has 4 bytes, where three a colour were expected, for at most 256 colours"),
        "{message}"
    );
    let with = |palette: usize| {
        let chunks =
            [(*b"IHDR", png_header(1, 1, 8, 3, false)), (*b"PLTE", vec![7; palette]), (*b"IDAT", zlib(&[0, 0])), (*b"IEND", vec![])];
        Photo::decode("palette.png", &png(&chunks))
    };
    assert_eq!([3, 768].map(|bytes| with(bytes).unwrap().rgb), [[7, 7, 7], [7, 7, 7]]);
    for bytes in [0, 1, 2, 5, 769, 771, 3000] {
        assert!(with(bytes).unwrap_err().to_string().contains(&format!("its palette has {bytes} bytes")));
    }
}

#[test]
fn the_size_of_what_a_browser_decodes_is_read_from_its_head() {
    for (name, bytes) in pictures() {
        let sides = if name.contains("larger") || !name.contains("GIF") { [SIDES.0, SIDES.1] } else { size(&bytes).unwrap() };
        assert_eq!(size(&bytes), Ok(sides), "{name}");
    }
    let boxed = |name: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat();
    let extent = |width: u32, height: u32| boxed(b"ispe", &[0, width, height].map(u32::to_be_bytes).concat());
    let properties = boxed(b"ipco", &[extent(160, 90), boxed(b"pixi", &[0; 8]), extent(4000, 3000)].concat());
    let meta = boxed(b"meta", &[&[0; 4][..], &boxed(b"hdlr", &[0; 20]), &boxed(b"iprp", &properties)].concat());
    let avif = [boxed(b"ftyp", b"avif\0\0\0\0mif1"), meta].concat();
    assert_eq!(size(&avif), Ok([4000, 3000]));
    assert_eq!(size(&avif[..60]), Err("it breaks off within its head".into()));
    assert_eq!(size(b"<svg>"), Err("it is a drawing (SVG): save it as PNG".into()));
}

//! A photo out of a file's bytes: PNG or JPEG (in the shell WebP, GIF and BMP, too), as its camera held it.
use super::Photo;
use crate::files::{Head, Kind, found, head, within};
use engine::{Error, Result, error::guarded};
#[cfg(feature = "more-photos")]
use image::codecs::{bmp::BmpDecoder, gif::GifDecoder, webp::WebPDecoder};
use image::{
    ColorType, ImageDecoder, ImageResult, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder},
    metadata::Orientation,
};
use std::io::Cursor;

/// What is read: the shell reads more than the worker, which has to be downloaded; on the page the browser reads what the worker does not.
const KINDS: &str = if cfg!(feature = "more-photos") { "PNG, JPEG, WebP, GIF or BMP" } else { "PNG, JPEG, WebP, GIF, BMP or AVIF" };
/// The longer side over the shorter, at most. A network's shorter side has hundreds of pixels, so that a line would become millions.
const LONGISH: u32 = 50;
/// The most pixels along a side.
const LONGEST: u32 = 30_000;
/// The shorter side of the largest photo that any network is shown.
const SHORTER: u64 = 640;
/// The most bytes that a decoder may take for what stands beside the pixels: notes, profiles of colours.
const BESIDE: u64 = 64_000_000;

impl Photo {
    /// Decodes a file to RGB: turned as its EXIF says; grey three times over; transparency dropped, as torchvision's networks see it; of 16 bits a
    /// channel the upper 8. Refuses other kinds of files, broken ones, and sides that [`Photo::of_usual_sides`] refuses. What takes too much memory is
    /// refused before it is decoded.
    pub fn decode(file: &str, bytes: &[u8]) -> Result<Photo> {
        let bad = |why: String| Error::data(file, format!("expected a photo ({KINDS}): {why}"));
        if is_cut_off(bytes) {
            return Err(bad("it is a JPEG whose end is missing".into()));
        }
        let Some(kind) = Kind::of(bytes).filter(|kind| is_decoded(*kind)) else { return Err(bad(format!("found {}", found(bytes)))) };
        let head = head(kind, bytes).map_err(bad)?;
        usual_sides(file, head.width, head.height)?;
        within(file, [head.width, head.height], needed(&head, false))?;
        guarded(file, || {
            let bytes = Cursor::new(bytes);
            let read = Read { file, head };
            match kind {
                Kind::Png => read.photo(PngDecoder::with_limits(bytes, limits())),
                Kind::Jpeg => read.photo(JpegDecoder::new(bytes)),
                #[cfg(feature = "more-photos")]
                Kind::WebP => read.photo(WebPDecoder::new(bytes)),
                #[cfg(feature = "more-photos")]
                Kind::Gif => read.photo(GifDecoder::new(bytes)),
                #[cfg(feature = "more-photos")]
                Kind::Bmp => read.photo(BmpDecoder::new(bytes)),
                other => Err(bad(format!("found {}", other.name()))),
            }
        })
    }
    /// Itself, unless one side is so much longer than the other that no network's crop could be made of it. Refuses more than 50 times the other, and more
    /// than 30 000 pixels; `file` names it in the error.
    pub fn of_usual_sides(self, file: &str) -> Result<Photo> {
        usual_sides(file, self.width as u32, self.height as u32)?;
        Ok(self)
    }
    fn turned(self, orientation: Orientation) -> Photo {
        let Photo { width, height, .. } = self;
        let (right, bottom) = (width - 1, height - 1);
        match orientation {
            Orientation::NoTransforms => self,
            Orientation::FlipHorizontal => self.gathered([width, height], |x, y| [right - x, y]),
            Orientation::FlipVertical => self.gathered([width, height], |x, y| [x, bottom - y]),
            Orientation::Rotate180 => self.gathered([width, height], |x, y| [right - x, bottom - y]),
            Orientation::Rotate90 => self.gathered([height, width], |x, y| [y, bottom - x]),
            Orientation::Rotate270 => self.gathered([height, width], |x, y| [right - y, x]),
            Orientation::Rotate90FlipH => self.gathered([height, width], |x, y| [y, x]),
            Orientation::Rotate270FlipH => self.gathered([height, width], |x, y| [right - y, bottom - x]),
        }
    }
    /// Of another size, each pixel being the one at the column and row that `from` tells.
    fn gathered(&self, [width, height]: [usize; 2], from: impl Fn(usize, usize) -> [usize; 2]) -> Photo {
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..height {
            for x in 0..width {
                let [column, row] = from(x, y);
                rgb.extend_from_slice(&self.rgb[3 * (row * self.width + column)..][..3]);
            }
        }
        Photo { width, height, rgb }
    }
}

/// A JPEG that ends before its picture does: decoders would fill the rest with grey. What is no JPEG, or an odd one, is left to the decoder.
fn is_cut_off(bytes: &[u8]) -> bool {
    const SCAN: u8 = 0xda;
    const END: [u8; 2] = [0xff, 0xd9];
    let Some(mut rest) = bytes.strip_prefix(&[0xff, 0xd8]) else { return false };
    // Segments before the first scan say how long they are; a preview among them has an end of its own.
    while let &[0xff, marker, high, low, ..] = rest {
        if marker == SCAN {
            return !rest.windows(2).any(|pair| pair == END);
        }
        // Any number of 255 may stand before a marker.
        if marker == 0xff {
            rest = &rest[1..];
            continue;
        }
        match rest.get(2 + usize::from(u16::from_be_bytes([high, low]))..) {
            Some(next) => rest = next,
            None => return true,
        }
    }
    false
}

fn is_decoded(kind: Kind) -> bool {
    matches!(kind, Kind::Png | Kind::Jpeg) || cfg!(feature = "more-photos") && matches!(kind, Kind::WebP | Kind::Gif | Kind::Bmp)
}

fn usual_sides(file: &str, width: u32, height: u32) -> Result<()> {
    let [short, long] = [width.min(height), width.max(height)];
    if u64::from(long) > u64::from(LONGISH) * u64::from(short) {
        return Err(Error::data(file, format!("expected one side at most {LONGISH} times the other, found {width} × {height} pixels")));
    }
    if long > LONGEST {
        return Err(Error::data(file, format!("expected sides of at most {LONGEST} pixels, found {width} × {height}")));
    }
    Ok(())
}

/// Bytes that decoding takes, and then turning, and then resizing it: each when the one before is done.
fn needed(head: &Head, turned: bool) -> u64 {
    let photo = 3 * head.pixels();
    let (short, long) = (u64::from(head.width.min(head.height)), u64::from(head.width.max(head.height)));
    // One side first, at most the longer stays; then the other in proportion.
    let resized = 3 * SHORTER * (long + SHORTER * long / short);
    head.working.max(if turned { 2 * photo } else { 0 }).max(photo + resized)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(BESIDE);
    limits
}

/// A photo whose head is known and may be decoded.
struct Read<'a> {
    file: &'a str,
    head: Head,
}

impl Read<'_> {
    /// Each decoder by its own type: behind `dyn` the worker would carry all that any of them can.
    fn photo(&self, decoder: ImageResult<impl ImageDecoder>) -> Result<Photo> {
        let Read { file, head: Head { width, height, .. } } = *self;
        let bad = |why: String| Error::data(file, format!("expected a photo ({KINDS}): {why}"));
        let mut decoder = decoder.map_err(|error| bad(error.to_string()))?;
        // A photo that does not say, or says nonsense, stands as it is.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let (sides, kind, size) = (decoder.dimensions(), decoder.color_type(), decoder.total_bytes());
        if sides != (width, height) {
            return Err(bad(format!("it has {width} × {height} pixels at one place and {} × {} at another", sides.0, sides.1)));
        }
        within(file, [width, height], needed(&self.head, orientation != Orientation::NoTransforms))?;
        // Not `DynamicImage`, which brings every conversion of colours along. One buffer holds the decoder's values and becomes the photo's.
        let photo = 3 * self.head.pixels() as usize;
        let mut values = Vec::with_capacity(photo.max(size as usize));
        values.resize(size as usize, 0);
        decoder.read_image(&mut values).map_err(|error| bad(error.to_string()))?;
        values.resize(photo.max(size as usize), 0);
        if !to_rgb(kind, &mut values, photo / 3) {
            return Err(bad("its pixels are of a kind that no camera makes".into()));
        }
        values.truncate(photo);
        values.shrink_to_fit();
        Ok(Photo { width: width as usize, height: height as usize, rgb: values }.turned(orientation))
    }
}

/// Three bytes for each of so many pixels, in place, of a decoder's values; those of 16 bits are in the machine's own order. False for other kinds.
fn to_rgb(kind: ColorType, values: &mut [u8], pixels: usize) -> bool {
    // Of 16 bits the upper eight.
    let upper = usize::from(cfg!(target_endian = "little"));
    let (stride, [red, green, blue]) = match kind {
        ColorType::Rgb8 => return true,
        ColorType::L8 => (1, [0; 3]),
        ColorType::La8 => (2, [0; 3]),
        ColorType::Rgba8 => (4, [0, 1, 2]),
        ColorType::L16 => (2, [upper; 3]),
        ColorType::La16 => (4, [upper; 3]),
        ColorType::Rgb16 => (6, [upper, 2 + upper, 4 + upper]),
        ColorType::Rgba16 => (8, [upper, 2 + upper, 4 + upper]),
        _ => return false,
    };
    let mut place = |at: usize| {
        let own = stride * at;
        let pixel = [values[own + red], values[own + green], values[own + blue]];
        values[3 * at..3 * at + 3].copy_from_slice(&pixel);
    };
    // From the end where pixels grow, so that none is written over before it is read.
    if stride < 3 {
        (0..pixels).rev().for_each(&mut place)
    } else {
        (0..pixels).for_each(&mut place)
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_pixel_becomes_three_bytes_in_its_own_place() {
        let deep = |values: &[u8]| values.iter().flat_map(|v| (u16::from(*v) << 8 | 0x55).to_ne_bytes()).collect::<Vec<u8>>();
        for (kind, values, expected) in [
            (ColorType::L8, vec![1, 2, 3], vec![1, 1, 1, 2, 2, 2, 3, 3, 3]),
            (ColorType::La8, vec![1, 9, 2, 9, 3, 9], vec![1, 1, 1, 2, 2, 2, 3, 3, 3]),
            (ColorType::Rgb8, vec![1, 2, 3, 4, 5, 6], vec![1, 2, 3, 4, 5, 6]),
            (ColorType::Rgba8, vec![1, 2, 3, 9, 4, 5, 6, 9], vec![1, 2, 3, 4, 5, 6]),
            (ColorType::L16, deep(&[1, 2]), vec![1, 1, 1, 2, 2, 2]),
            (ColorType::La16, deep(&[1, 9, 2, 9]), vec![1, 1, 1, 2, 2, 2]),
            (ColorType::Rgb16, deep(&[1, 2, 3, 4, 5, 6]), vec![1, 2, 3, 4, 5, 6]),
            (ColorType::Rgba16, deep(&[1, 2, 3, 9, 4, 5, 6, 9]), vec![1, 2, 3, 4, 5, 6]),
        ] {
            let mut values = values;
            values.resize(values.len().max(expected.len()), 0);
            assert!(to_rgb(kind, &mut values, expected.len() / 3));
            assert_eq!(values[..expected.len()], expected, "{kind:?}");
        }
        assert!(!to_rgb(ColorType::Rgb32F, &mut [0; 12], 1));
    }
}

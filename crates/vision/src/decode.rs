//! A photo out of a file's bytes: PNG, JPEG, WebP, GIF or BMP, as Pillow sees it, turned as its camera was held.
use super::Photo;
use crate::{
    files::{Head, Kind, found, head, orientation, within},
    gif, jpeg,
    turn::turned,
    webp::First,
};
use engine::{Error, Result, error::guarded};
use image::{
    ColorType, ImageDecoder, ImageResult, Limits,
    codecs::{bmp::BmpDecoder, png::PngDecoder, webp::WebPDecoder},
};
use std::io::Cursor;

/// What is read; on the page the browser reads one kind more.
const KINDS: &str = if cfg!(target_arch = "wasm32") { "PNG, JPEG, WebP, GIF, BMP or AVIF" } else { "PNG, JPEG, WebP, GIF or BMP" };
/// The largest ratio of the sides. A network's shorter side has hundreds of pixels, so a line would become millions.
const LONGISH: u32 = 50;
/// The largest number of pixels along a side.
const LONGEST: u32 = 30_000;
/// The shorter side of the largest photo that any network reads.
const SHORTER: u64 = 640;
/// The largest number of bytes that a decoder may take for data beside the pixels: notes, colour profiles.
const BESIDE: u64 = 64_000_000;

impl Photo {
    /// Decodes a file to RGB as Pillow and torchvision do: turned as its EXIF says; colours as they are stored, whatever profile stands beside them; grey three
    /// times over; transparency dropped, so that hidden colours are seen; of 16 bits a channel the upper 8 (but of grey alone what
    /// is more than 255 is white: so Pillow has it); of several pictures the first. Refuses other kinds of
    /// files, broken ones, and sides that [`Photo::of_usual_sides`] refuses. What takes too much memory is refused before it is decoded.
    pub fn decode(file: &str, bytes: &[u8]) -> Result<Photo> {
        let bad = |why: String| Error::data(file, format!("expected a photo ({KINDS}): {why}"));
        let Some(kind) = Kind::of(bytes).filter(|kind| matches!(kind, Kind::Png | Kind::Jpeg | Kind::WebP | Kind::Gif | Kind::Bmp)) else {
            return Err(bad(format!("found {}", found(bytes))));
        };
        let head = head(kind, bytes).map_err(bad)?;
        usual_sides(file, head.width, head.height)?;
        let orientation = orientation(kind, bytes);
        within(file, [head.width, head.height], needed(&head, orientation > 1))?;
        let rgb = guarded(file, || {
            let read = Cursor::new(bytes);
            let rgb = match kind {
                Kind::Png => decoded(PngDecoder::with_limits(read, limits()), &head, is_deep_grey(bytes)),
                Kind::WebP => webp(bytes, &head),
                Kind::Gif => gif::decode(bytes, &head),
                Kind::Bmp => decoded(BmpDecoder::new(read), &head, false),
                _ => jpeg::decode(bytes),
            };
            rgb.map_err(bad)
        })?;
        let (rgb, [width, height]) = turned::<3>(rgb, [head.width, head.height].map(|side| side as usize), orientation);
        Ok(Photo { width, height, rgb })
    }
    /// The photo itself. Refuses a side of more than 50 times the other one, from which no network's crop could be made, and a side of more
    /// than 30 000 pixels. `file` is for errors.
    pub fn of_usual_sides(self, file: &str) -> Result<Photo> {
        usual_sides(file, self.width as u32, self.height as u32)?;
        Ok(self)
    }
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

/// The memory for decoding, then turning, then resizing; each step begins when the one before is done.
fn needed(head: &Head, turned: bool) -> u64 {
    let photo = 3 * head.pixels();
    let (short, long) = (u64::from(head.width.min(head.height)), u64::from(head.width.max(head.height)));
    // One side is resized first, when at most the longer side is large; then the other in proportion.
    let resized = 3 * SHORTER * (long + SHORTER * long / short);
    head.working.max(if turned { 2 * photo } else { 0 }).max(photo + resized)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(BESIDE);
    limits
}

/// A WebP's pixels; of a moving one those of the first picture, on the canvas.
fn webp(bytes: &[u8], on: &Head) -> std::result::Result<Vec<u8>, String> {
    let Some(first) = First::of(bytes) else { return decoded(WebPDecoder::new(Cursor::new(bytes)), on, false) };
    let own = head(Kind::WebP, &first.file)?;
    let rgb = decoded(WebPDecoder::new(Cursor::new(&first.file)), &own, false)?;
    let canvas = first.on_canvas(&rgb, own.width as usize, [on.width, on.height].map(|side| side as usize));
    canvas.ok_or_else(|| "its first picture reaches beyond its canvas".into())
}

/// Three bytes a pixel of what a decoder makes. Each decoder by its own type: behind `dyn` the worker would carry all that any of them can.
/// `clipped`: of 16 bits, what is more than 255 is white.
fn decoded(
    decoder: ImageResult<impl ImageDecoder>,
    &Head { width, height, .. }: &Head,
    clipped: bool,
) -> std::result::Result<Vec<u8>, String> {
    let decoder = decoder.map_err(|error| error.to_string())?;
    let (sides, kind, size) = (decoder.dimensions(), decoder.color_type(), decoder.total_bytes());
    if sides != (width, height) {
        return Err(format!("it has {width} × {height} pixels at one place and {} × {} at another", sides.0, sides.1));
    }
    // Not `DynamicImage`, which brings every conversion of colours along. One buffer holds the decoder's values and becomes the photo's.
    let photo = 3 * width as usize * height as usize;
    let mut values = Vec::with_capacity(photo.max(size as usize));
    values.resize(size as usize, 0);
    decoder.read_image(&mut values).map_err(|error| error.to_string())?;
    values.resize(photo.max(size as usize), 0);
    if clipped {
        clip(&mut values[..size as usize], kind.bytes_per_pixel().into());
    }
    if !to_rgb(kind, &mut values, photo / 3) {
        return Err("its pixels are of a kind that no camera makes".into());
    }
    values.truncate(photo);
    values.shrink_to_fit();
    Ok(values)
}

/// A PNG of grey in 16 bits a sample, without opacity: Pillow makes bytes of it not as it does of all others, but white of whatever is more than 255.
fn is_deep_grey(png: &[u8]) -> bool {
    matches!(png.get(24..26), Some(&[16, 0]))
}

/// Makes the upper byte of each pixel's first sample, of 16 bits, that sample as far as a byte holds it.
fn clip(values: &mut [u8], stride: usize) {
    let [upper, lower] = if cfg!(target_endian = "little") { [1, 0] } else { [0, 1] };
    for pixel in values.chunks_exact_mut(stride) {
        pixel[upper] = if pixel[upper] > 0 { 255 } else { pixel[lower] };
    }
}

/// Converts a decoder's values in place to three bytes for each pixel. Values of 16 bits are in the machine's byte order. Returns false for other kinds.
fn to_rgb(kind: ColorType, values: &mut [u8], pixels: usize) -> bool {
    // The upper byte of 16 bits.
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
    // Where pixels grow, it begins at the end, so that no pixel is overwritten before it is read.
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

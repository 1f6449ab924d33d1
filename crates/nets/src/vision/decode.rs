//! A photo out of a file's bytes: PNG or JPEG (in the shell WebP, GIF and BMP, too), as its camera held it.
use super::Photo;
use engine::{Error, Result};
#[cfg(not(feature = "more-photos"))]
use image::error::ImageFormatHint;
use image::{
    ColorType, ImageDecoder, ImageError, ImageFormat, ImageResult, Limits,
    codecs::{jpeg::JpegDecoder, png::PngDecoder},
    error::{LimitError, LimitErrorKind},
    metadata::Orientation,
};
use std::io::Cursor;

/// What is read: the shell reads more than the worker, which has to be downloaded; on the page the browser reads what the worker does not.
const KINDS: &str =
    if cfg!(feature = "more-photos") { "PNG, JPEG, WebP, GIF or BMP" } else { "PNG, JPEG, or another kind that this browser knows" };
/// The longer side over the shorter, at most. A network's shorter side has hundreds of pixels, so that a line would become millions.
const LONGISH: usize = 50;
/// The most pixels along a side.
const LONGEST: u32 = 30_000;
/// The most bytes that a photo may take while it is decoded: 250 megapixels.
const LARGEST: u64 = 1_000_000_000;

impl Photo {
    /// Turned as its EXIF says; grey three times over; transparency dropped, as torchvision's networks see it; of 16 bits a channel the upper 8.
    pub fn decode(file: &str, bytes: &[u8]) -> Result<Photo> {
        let bad = |why: String| Error::data(file, format!("expected a photo ({KINDS}): {why}"));
        if bytes.is_empty() {
            return Err(bad("it is empty".into()));
        }
        if is_cut_off(bytes) {
            return Err(bad("it is a JPEG whose end is missing".into()));
        }
        let photo = decoded(bytes).map_err(|error| bad(error.to_string()))?;
        photo.ok_or_else(|| bad("its pixels are of a kind that no camera makes".into()))?.of_usual_sides(file)
    }
    /// Itself, unless one side is so much longer than the other that no network's crop could be made of it.
    pub fn of_usual_sides(self, file: &str) -> Result<Photo> {
        let [short, long] = [self.width.min(self.height), self.width.max(self.height)];
        if long > LONGISH * short {
            let sides = format!("expected one side at most {LONGISH} times the other, found {} × {} pixels", self.width, self.height);
            return Err(Error::data(file, sides));
        }
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

fn limits() -> Limits {
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(LONGEST), Some(LONGEST), Some(LARGEST));
    limits
}

/// What the file is, its first bytes say. Each decoder by its own name: behind `dyn` the worker would carry all that any of them can.
fn decoded(bytes: &[u8]) -> ImageResult<Option<Photo>> {
    let file = Cursor::new(bytes);
    match image::guess_format(bytes)? {
        ImageFormat::Png => read(PngDecoder::with_limits(file, limits())?),
        ImageFormat::Jpeg => read(JpegDecoder::new(file)?),
        #[cfg(feature = "more-photos")]
        _ => {
            let mut reader = image::ImageReader::new(file).with_guessed_format()?;
            reader.limits(limits());
            read(reader.into_decoder()?)
        }
        #[cfg(not(feature = "more-photos"))]
        other => Err(ImageError::Unsupported(ImageFormatHint::Exact(other).into())),
    }
}

/// None where a pixel is neither grey nor red, green and blue.
fn read(mut decoder: impl ImageDecoder) -> ImageResult<Option<Photo>> {
    decoder.set_limits(limits())?;
    // A photo that does not say, or says nonsense, stands as it is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let ((width, height), kind, size) = (decoder.dimensions(), decoder.color_type(), decoder.total_bytes());
    if size > LARGEST {
        return Err(ImageError::Limits(LimitError::from_kind(LimitErrorKind::InsufficientMemory)));
    }
    // Not `DynamicImage`, which brings every conversion of colours along.
    let mut values = vec![0; size as usize];
    decoder.read_image(&mut values)?;
    let photo = |rgb| Photo { width: width as usize, height: height as usize, rgb }.turned(orientation);
    Ok(rgb(kind, values).filter(|rgb| !rgb.is_empty()).map(photo))
}

/// Three bytes a pixel, of a decoder's values; those of 16 bits are in the machine's own order.
fn rgb(kind: ColorType, values: Vec<u8>) -> Option<Vec<u8>> {
    let grey = |v: u8| [v; 3];
    let upper = |v: &[u8; 2]| (u16::from_ne_bytes(*v) >> 8) as u8;
    Some(match kind {
        ColorType::Rgb8 => values,
        ColorType::L8 => values.iter().flat_map(|v| grey(*v)).collect(),
        ColorType::La8 => values.as_chunks::<2>().0.iter().flat_map(|p| grey(p[0])).collect(),
        ColorType::Rgba8 => values.as_chunks::<4>().0.iter().flat_map(|p| [p[0], p[1], p[2]]).collect(),
        ColorType::L16 => values.as_chunks::<2>().0.iter().flat_map(|v| grey(upper(v))).collect(),
        ColorType::La16 => values.as_chunks::<4>().0.iter().flat_map(|p| grey(upper(&[p[0], p[1]]))).collect(),
        ColorType::Rgb16 => values.as_chunks::<2>().0.iter().map(upper).collect(),
        ColorType::Rgba16 => values.as_chunks::<8>().0.iter().flat_map(|p| [0, 2, 4].map(|i| upper(&[p[i], p[i + 1]]))).collect(),
        _ => return None,
    })
}

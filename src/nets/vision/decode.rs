//! A photo out of a file's bytes: PNG, JPEG, WebP, GIF or BMP, as its camera held it.
use super::Photo;
use crate::error::{Error, Result};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, metadata::Orientation};
use std::io::Cursor;

/// The most pixels along a side.
const LONGEST: u32 = 30_000;
/// The most bytes that a photo may take while it is decoded: 250 megapixels.
const LARGEST: u64 = 1_000_000_000;

impl Photo {
    /// Turned as its EXIF says; grey three times over; transparency dropped, as torchvision's networks see it; of 16 bits a channel the upper 8.
    pub fn decode(file: &str, bytes: &[u8]) -> Result<Photo> {
        let bad = |e: &dyn std::fmt::Display| Error::data(file, format!("expected a photo (PNG, JPEG, WebP, GIF or BMP): {e}"));
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| bad(&e))?;
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height, limits.max_alloc) = (Some(LONGEST), Some(LONGEST), Some(LARGEST));
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(|e| bad(&e))?;
        // A photo that does not say, or says nonsense, stands as it is.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut image = DynamicImage::from_decoder(decoder).map_err(|e| bad(&e))?;
        image.apply_orientation(orientation);
        let (width, height) = (image.width() as usize, image.height() as usize);
        Photo::new(width, height, rgb(image)).map_err(|e| bad(&e))
    }
}

fn rgb(image: DynamicImage) -> Vec<u8> {
    let upper = |v: &u16| (v >> 8) as u8;
    let grey = |v: u8| [v; 3];
    match &image {
        DynamicImage::ImageLuma8(image) => image.iter().flat_map(|v| grey(*v)).collect(),
        DynamicImage::ImageLumaA8(image) => image.pixels().flat_map(|p| grey(p.0[0])).collect(),
        DynamicImage::ImageRgba8(image) => image.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]]).collect(),
        DynamicImage::ImageLuma16(image) => image.iter().flat_map(|v| grey(upper(v))).collect(),
        DynamicImage::ImageLumaA16(image) => image.pixels().flat_map(|p| grey(upper(&p.0[0]))).collect(),
        DynamicImage::ImageRgb16(image) => image.iter().map(upper).collect(),
        DynamicImage::ImageRgba16(image) => image.pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2]].map(|v| upper(&v))).collect(),
        _ => image.into_rgb8().into_raw(),
    }
}

//! Decodes picture files by the browser's own decoders. The size of a picture is first read from its head, so that no picture takes more
//! memory than is allowed.
//!
//! As far as browsers let us, they are what `Photo::decode` makes of a file: turned as it says, colours as they are stored, transparency dropped, no profile of
//! colours. Not promised are roundings (of chroma above all), colours under transparency where there is no WebGL 2, and that a browser keeps to
//! `colorSpaceConversion: "none"`. A JPEG that the browser refuses is read by our own decoder, which is fetched then: without its end marker it is a picture all
//! the same, if nothing else of it is missing.
use super::{
    canvas::{Pixels, grab},
    hidden_colours,
};
use crate::{
    site::{
        browser::{head, text},
        program::NotLoaded,
    },
    vision::{
        self,
        files::{Kind, found, in_browser, orientation, size, within},
        jpeg, turned,
    },
};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_split_helpers::wasm_split;
use web_sys::{Blob, ColorSpaceConversion, ImageBitmap, ImageBitmapOptions, ImageData, PremultiplyAlpha};

/// The number of bytes that are read for a picture's head, which may contain comments and colour profiles.
const HEAD: f64 = 4e6;

/// Two pixels side by side that are to be turned by a quarter.
const QUARTER_PNG: &[u8] = include_bytes!("decode/quarter.png");
const QUARTER_WEBP: &[u8] = include_bytes!("decode/quarter.webp");

/// The pixels of a picture file, at most `longest` along a side, all of them opaque; an error is a sentence.
pub async fn decoded(name: &str, file: &Blob, longest: u32) -> Result<Pixels, String> {
    let unread = |why: String| format!("{name} is no picture that this browser can read: {why}");
    let head = head(name, file, HEAD).await?;
    let failed = |error| unread(format!("{}; it is {}", text(&error), found(&head)));
    let sides =
        size(&head).map_err(|why| unread(format!("its size does not stand where PNG, JPEG, WebP, GIF, BMP and AVIF have it, {why}")))?;
    let needed = in_browser(sides, longest);
    within(name, sides, needed).map_err(|error| error.to_string())?;
    let bitmap = match bitmap(file).await {
        Ok(bitmap) => bitmap,
        Err(_) if Kind::of_head(&head, file.size() as u64) == Some(Kind::Jpeg) => ours(name, file, needed).await.map_err(unread)?,
        Err(error) => return Err(failed(error)),
    };
    let mut pixels = grab(bitmap.height(), bitmap.width(), longest, |context, width, height| {
        context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)
    })?;
    if pixels.bytes.chunks_exact(4).any(|pixel| pixel[3] < 255) {
        within(name, sides, needed + hidden_colours::needed(sides)).map_err(|error| error.to_string())?;
        if let Ok(bytes) = hidden_colours::pixels(&bitmap, [pixels.width, pixels.height]) {
            pixels.bytes = bytes;
        }
        pixels.bytes.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
    }
    // The memory is freed now, and not at some later time.
    bitmap.close();
    let turn = missing_turn(name, file, &head).await?;
    let (bytes, [width, height]) = turned::<4>(pixels.bytes, [pixels.width, pixels.height], turn);
    Ok(Pixels { height, width, bytes })
}

async fn bitmap(file: &Blob) -> Result<ImageBitmap, JsValue> {
    let options = ImageBitmapOptions::new();
    options.set_premultiply_alpha(PremultiplyAlpha::None);
    options.set_color_space_conversion(ColorSpaceConversion::None);
    let bitmap = window().create_image_bitmap_with_blob_and_image_bitmap_options(file, &options)?;
    Ok(JsFuture::from(bitmap).await?.unchecked_into())
}

/// A JPEG as our decoder reads it, turned as it says. `needed` is what the page takes for it beside the decoder.
async fn ours(name: &str, file: &Blob, needed: u64) -> Result<ImageBitmap, String> {
    let bytes = head(name, file, file.size()).await?;
    let vision::files::Head { width, height, working } = vision::files::head(Kind::Jpeg, &bytes)?;
    within(name, [width, height], needed + working).map_err(|error| error.to_string())?;
    let orientation = orientation(Kind::Jpeg, &bytes);
    let rgba = pixels(bytes).await.map_err(|error| error.to_string())??;
    let (rgba, [width, _]) = turned::<4>(rgba, [width as usize, height as usize], orientation);
    let failed = |error: JsValue| text(&error);
    let data = ImageData::new_with_u8_clamped_array(Clamped(&rgba), width as u32).map_err(failed)?;
    let bitmap = window().create_image_bitmap_with_image_data(&data).map_err(failed)?;
    Ok(JsFuture::from(bitmap).await.map_err(failed)?.unchecked_into())
}

/// Red, green, blue and opacity of a JPEG's pixels, as they are stored.
#[wasm_split(jpeg, fallible)]
fn pixels(bytes: Vec<u8>) -> Result<Result<Vec<u8>, String>, NotLoaded> {
    let opaque = |rgb: Vec<u8>| rgb.chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect();
    Ok(jpeg::decode(&bytes).map(opaque))
}

/// How the browser's picture has yet to be turned. All of them turn a JPEG, and an AVIF as its own boxes say; with the other two they differ.
async fn missing_turn(name: &str, file: &Blob, head_of_file: &[u8]) -> Result<u8, String> {
    let (kind, quarter) = match Kind::of_head(head_of_file, file.size() as u64) {
        Some(Kind::Png) => (Kind::Png, QUARTER_PNG),
        Some(Kind::WebP) => (Kind::WebP, QUARTER_WEBP),
        _ => return Ok(1),
    };
    // The note may stand behind the pixels.
    let orientation = orientation(kind, &head(name, file, file.size()).await?);
    Ok(if orientation > 1 && !is_turned(quarter).await { orientation } else { 1 })
}

/// Whether this browser makes a column of two pixels that lie side by side.
async fn is_turned(quarter: &[u8]) -> bool {
    let Ok(file) = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(quarter))) else { return false };
    bitmap(&file).await.is_ok_and(|bitmap| bitmap.height() == 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::files::head;

    #[test]
    fn a_browser_is_asked_with_two_pixels_that_are_to_be_turned_by_a_quarter() {
        for (kind, quarter) in [(Kind::Png, QUARTER_PNG), (Kind::WebP, QUARTER_WEBP)] {
            let sides = head(kind, quarter).map(|head| [head.width, head.height]);
            assert_eq!((Kind::of(quarter), sides, orientation(kind, quarter)), (Some(kind), Ok([2, 1]), 6));
        }
    }
}

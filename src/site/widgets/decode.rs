//! Picture files into pixels by the browser's own decoders; how large a picture is, is read from its head first, so that none takes more memory than is allowed.
use super::canvas::{Pixels, grab};
use crate::{
    site::browser::{head, text},
    vision::files::{found, in_browser, size, within},
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ImageBitmap};

/// As much of a file as its head may take, with notes and profiles of colours.
const HEAD: f64 = 4e6;

/// The pixels of a picture file, at most `longest` along a side; an error is a sentence.
pub async fn decoded(name: &str, file: &Blob, longest: u32) -> Result<Pixels, String> {
    let unread = |why: String| format!("{name} is no picture that this browser can read: {why}");
    let head = head(name, file, HEAD).await?;
    let failed = |error| unread(format!("{}; it is {}", text(&error), found(&head)));
    let sides =
        size(&head).map_err(|why| unread(format!("its size does not stand where PNG, JPEG, WebP, GIF, BMP and AVIF have it, {why}")))?;
    within(name, sides, in_browser(sides, longest)).map_err(|error| error.to_string())?;
    let bitmap = window().create_image_bitmap_with_blob(file).map_err(failed)?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.map_err(failed)?.unchecked_into();
    let pixels = grab(bitmap.height(), bitmap.width(), longest, |context, width, height| {
        context.draw_image_with_image_bitmap_and_dw_and_dh(&bitmap, 0.0, 0.0, width, height)
    });
    // Its memory goes now, not when the browser finds the time.
    bitmap.close();
    pixels
}

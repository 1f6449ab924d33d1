//! Reading and writing pixels of canvases, and the page's colours as numbers.
use crate::{
    site::browser::text,
    workbench::protocol::vision::{Colour, Palette},
};
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// A picture: red, green, blue and opacity, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pixels {
    /// The number of rows.
    pub height: usize,
    /// The number of columns.
    pub width: usize,
    /// Four bytes for each pixel, height × width × 4 in all.
    pub bytes: Vec<u8>,
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Draws pixels on a canvas. A canvas without memory stays as it was, but the numbers beside it can still be read.
pub fn draw(canvas: &HtmlCanvasElement, height: usize, width: usize, bytes: &[u8]) {
    let (height, width) = (height as u32, width as u32);
    if (canvas.height(), canvas.width()) != (height, width) {
        canvas.set_height(height);
        canvas.set_width(width);
    }
    if let (Some(context), Ok(image)) = (context(canvas), ImageData::new_with_u8_clamped_array_and_sh(Clamped(bytes), width, height)) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// The pixels that `paint` draws, with at most `most` of them along the longer side. `height` and `width` are the size of the original.
pub fn grab(
    height: u32,
    width: u32,
    most: u32,
    paint: impl FnOnce(&CanvasRenderingContext2d, f64, f64) -> Result<(), JsValue>,
) -> Result<Pixels, String> {
    let failed = |error: JsValue| text(&error);
    let share = (f64::from(most) / f64::from(height.max(width).max(1))).min(1.0);
    let side = |length: u32| (f64::from(length) * share).round().max(1.0);
    let (height, width) = (side(height), side(width));
    let canvas: HtmlCanvasElement = document().create_element("canvas").map_err(failed)?.unchecked_into();
    canvas.set_height(height as u32);
    canvas.set_width(width as u32);
    let context = context(&canvas).ok_or("this browser gives no canvas to draw on")?;
    paint(&context, width, height).map_err(failed)?;
    let bytes = context.get_image_data(0.0, 0.0, width, height).map_err(failed)?.data().0;
    Ok(Pixels { height: height as usize, width: width as usize, bytes })
}

/// The colour of a token, which the style sheet writes as `#rrggbb`.
fn token(style: &web_sys::CssStyleDeclaration, name: &str) -> Colour {
    let written = style.get_property_value(name).unwrap_or_default();
    let number = u32::from_str_radix(written.trim().trim_start_matches('#'), 16).unwrap_or(0x80_80_80);
    [(number >> 16) as u8, (number >> 8) as u8, number as u8]
}

/// The present colours of the page. Black without a page.
pub fn palette() -> Palette {
    if cfg!(not(target_arch = "wasm32")) {
        return Palette::default();
    }
    let root = document().document_element();
    let Some(style) = root.and_then(|root| window().get_computed_style(&root).ok().flatten()) else { return Palette::default() };
    let [negative, neutral, positive, ink, down, up] =
        ["--negative", "--neutral", "--positive", "--ink", "--gradient-positive", "--weight-negative"].map(|name| token(&style, name));
    Palette { negative, neutral, positive, ink, around: [positive, down, negative, up] }
}

//! Pixels onto canvases and out of them, and the page's colours as numbers.
use crate::{
    site::browser::text,
    workbench::protocol::vision::{Colour, Palette},
};
use leptos::prelude::*;
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Red, green, blue and opacity, row by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pixels {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Four bytes a pixel, height × width × 4 in all.
    pub bytes: Vec<u8>,
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// A canvas without memory stays as it was; the numbers are still read beside it.
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

/// What `paint` draws, at most `most` pixels along its longer side; `height` and `width` are those of what is drawn.
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

/// The colour of a token, written `#rrggbb` in the style sheet.
fn token(style: &web_sys::CssStyleDeclaration, name: &str) -> Colour {
    let written = style.get_property_value(name).unwrap_or_default();
    let number = u32::from_str_radix(written.trim().trim_start_matches('#'), 16).unwrap_or(0x80_80_80);
    [(number >> 16) as u8, (number >> 8) as u8, number as u8]
}

/// The tokens as they are now; without a page they have no colours.
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

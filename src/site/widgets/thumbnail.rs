//! A small grey picture: ink on paper, in the colours of the theme.
use crate::site::theme::Dark;
use leptos::{html, prelude::*};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, ImageData};

/// `ink` holds `side` × `side` bytes, where 0 is paper. The text beside it says what it shows.
#[component]
pub fn Thumbnail(
    /// The opacity of the ink, side × side bytes row by row.
    ink: Vec<u8>,
    /// The number of rows, and of columns.
    side: u32,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let dark = use_context::<Dark>().map(|d| d.0);
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let colour = if dark.is_some_and(|d| d.get()) { [236, 234, 228] } else { [24, 24, 27] };
        let bytes: Vec<u8> = ink.iter().flat_map(|ink| [colour[0], colour[1], colour[2], *ink]).collect();
        let context = canvas.get_context("2d").ok().flatten().and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok());
        if let (Some(context), Ok(image)) = (context, ImageData::new_with_u8_clamped_array_and_sh(Clamped(&bytes), side, side)) {
            // A canvas without memory stays empty, but the words beside it are there.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    });
    view! { <canvas class="thumbnail" node_ref=canvas width=side height=side aria-hidden="true"></canvas> }
}

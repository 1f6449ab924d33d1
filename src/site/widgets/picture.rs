//! A picture on a canvas, which is drawn again when its pixels change.
use super::{
    canvas::{Pixels, draw},
    erased::text,
};
use leptos::{html, prelude::*};
use std::sync::Arc;

/// The pixels of a canvas. None leaves it as it is.
pub type Shown = Option<Arc<Pixels>>;

/// The picture as a view. `label` is its text alternative.
pub fn picture(id: &'static str, label: Signal<String>, pixels: Signal<Shown>) -> AnyView {
    let canvas = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        if let (Some(canvas), Some(pixels)) = (canvas.get(), pixels.get()) {
            draw(&canvas, pixels.height, pixels.width, &pixels.bytes);
        }
    });
    let shape = move || pixels.with(|p| p.as_ref().map_or(String::new(), |p| format!("aspect-ratio:{}/{}", p.width, p.height)));
    view! { <canvas id=id node_ref=canvas width="1" height="1" role="img" aria-label=label style=text(shape)></canvas> }.into_any()
}

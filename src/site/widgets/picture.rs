//! Pixels on a canvas, drawn again when they change.
use super::{
    canvas::{Pixels, draw},
    erased::text,
};
use leptos::{html, prelude::*};
use std::sync::Arc;

/// What a canvas shows; None leaves it as it is.
pub type Shown = Option<Arc<Pixels>>;

/// `label` is what stands for the picture where it cannot be seen.
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

//! Figures: one a file, each a picture that computes; listed once, here.
pub mod convolution;
pub mod desk;

use leptos::prelude::*;

pub struct Figure {
    /// Its address (`/figure/<id>`) and its element's id.
    pub id: &'static str,
    pub title: &'static str,
    pub caption: &'static str,
    pub view: fn() -> AnyView,
}

pub const FIGURES: &[Figure] = &[convolution::FIGURE];

/// A figure with its caption.
pub fn show(figure: &Figure) -> AnyView {
    view! {
        <figure id=figure.id class="wide">
            {(figure.view)()}
            <figcaption>{figure.caption}</figcaption>
        </figure>
    }
    .into_any()
}

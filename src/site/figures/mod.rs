//! The figures, each in a file or a folder, and the table of all of them.
pub mod convolution;
pub mod depth;
pub mod desk;
pub mod field;
mod figure;
pub mod filter_bench;
pub mod lenet;
pub mod stages;

pub use figure::{Facts, Figure};

use super::{
    browser, program,
    url::FigureInstance,
    widgets::{save, tables::Tables},
};
use leptos::{context::Provider, prelude::*};
use leptos_router::{components::A, hooks::use_location};

/// Every figure of the book.
pub const FIGURES: &[Figure] =
    &[convolution::FIGURE, desk::FIGURE, depth::FIGURE, field::FIGURE, filter_bench::FIGURE, lenet::FIGURE, stages::FIGURE];

/// The figure with this id.
pub fn figure(id: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.id == id)
}

/// A figure with its own caption and its id as its name.
pub fn show(figure: &'static Figure) -> AnyView {
    show_at(figure, figure.id.into(), FigureInstance::default(), figure.caption.into_any())
}

/// A figure on a page: with its name, its first settings, a caption, and the buttons that every figure has.
pub fn show_at(figure: &'static Figure, name: String, place: FigureInstance, caption: AnyView) -> AnyView {
    let tables = Tables::default();
    let search = use_location().search;
    let (at, id) = (place.clone(), name.clone());
    let alone = move || {
        let query = at.query(&search.get());
        let address = browser::link(&format!("/figure/{}", figure.id));
        if query.is_empty() { address } else { format!("{address}?{query}") }
    };
    let saver = |kind: save::Kind, label: &'static str| {
        let id = id.clone();
        view! { <button type="button" class="quiet" on:click=move |_| save::save(tables, &id, figure.id, kind)>{label}</button> }
    };
    view! {
        <figure id=name class="wide" data-figure=figure.id aria-label=figure.title>
            <Provider value=tables><Provider value=place>{program::show((figure.view)())}</Provider></Provider>
            <figcaption>
                <div class="caption">{caption}</div>
                <div class="tools">
                    <A href=alone attr:class="alone">"Alone"</A>
                    {saver(save::Kind::Svg, "SVG")}
                    {saver(save::Kind::Png, "PNG")}
                    {saver(save::Kind::Csv, "CSV")}
                </div>
            </figcaption>
        </figure>
    }
    .into_any()
}

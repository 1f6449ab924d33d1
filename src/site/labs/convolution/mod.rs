//! The lab of convolution: the whole desk, with nothing preset.
use super::Lab;
use crate::{
    book::contents::route,
    site::{figures, program::here},
};
use leptos::prelude::*;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "convolution",
    short: route("lab/convolution").short,
    title: route("lab/convolution").title,
    summary: route("lab/convolution").summary,
    tasks: &[],
    control: ".transport [data-control=play], section[data-part=kernel]",
    answer: ".stage, .formula .total",
    view: || here(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: figures::desk::FIGURE.faults,
};

fn view() -> AnyView {
    let desk = figures::desk::FIGURE;
    view! {
        <article id="convolution" class="tool">
            <h1>{LAB.title}</h1>
            <p class="lead">"One sum at every place, product by product."</p>
            {figures::figure(desk.id).map(figures::show)}
            <p class="note">"Choose the sizes and write your own numbers. What you see is in the address, so it can be linked, and going back undoes."</p>
        </article>
    }
    .into_any()
}

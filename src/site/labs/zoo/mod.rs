//! The zoo: every network of the book in one table. The engine's counts stand beside the published numbers.
mod controls;
mod details;
mod plot;
mod recipe;
mod snippet;
mod store;
mod table;
mod view;

use super::Lab;
use crate::{book::contents::route, site::program::NotLoaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "zoo",
    short: route("lab/zoo").short,
    title: route("lab/zoo").title,
    summary: route("lab/zoo").summary,
    tasks: &[],
    control: "#find",
    answer: "#against-parameters, #zoo-table",
    view: || Box::pin(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: controls::walk,
};

#[wasm_split(zoo, fallible)]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(view::lab(LAB.title))
}

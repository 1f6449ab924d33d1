//! The photo lab: networks with real weights classify the reader's own photo, and show the reason for their answer.
mod answers;
mod compare;
mod compared;
mod controls;
mod disturb;
mod fields;
mod follow;
mod gathered;
mod hear;
mod layers;
#[cfg(all(test, feature = "shell"))]
mod rehearsal;
mod shelf;
mod state;
mod steps;
mod store;
mod strip;
mod unit;
mod view;
mod why;

use super::Lab;
use crate::{book::contents::route, site::program::NotLoaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "classify",
    short: route("lab/classify").short,
    title: route("lab/classify").title,
    summary: route("lab/classify").summary,
    tasks: &[],
    control: "label:has(#photo-file)",
    answer: "#photo, #answers .guesses",
    view: || Box::pin(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: controls::walk,
};

#[wasm_split(classify, fallible)]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(view::lab(LAB.title))
}

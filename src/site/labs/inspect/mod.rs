//! The inspector: any network of the zoo as a graph, its layers on the reader's photo, and one number down to its products.
mod choice;
mod columns;
mod controls;
mod drawing;
mod follow;
mod graph;
mod hear;
mod histogram;
mod layer;
mod layout;
mod number;
#[cfg(all(test, feature = "shell"))]
mod rehearsal;
mod route;
mod rows;
mod seen;
mod store;
mod table;
mod tree;
mod view;
mod words;

use super::Lab;
use crate::{book::contents::route, site::program::NotLoaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "inspect",
    short: route("lab/inspect").short,
    title: route("lab/inspect").title,
    summary: route("lab/inspect").summary,
    tasks: &[],
    control: "#network",
    answer: "#graph",
    view: || Box::pin(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: controls::walk,
};

#[wasm_split(inspect, fallible)]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(view::lab(LAB.title))
}

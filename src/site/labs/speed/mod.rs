//! The speed lab: the speed of this machine, for each case and device.
mod controls;
mod panel;
mod report;
mod rows;
mod store;
mod table;
mod view;

use super::Lab;
use crate::{book::contents::route, site::program::NotLoaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "speed",
    short: route("lab/speed").short,
    title: route("lab/speed").title,
    summary: route("lab/speed").summary,
    tasks: &[],
    control: ".transport #start",
    answer: "#results table",
    view: || Box::pin(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: || crate::site::walk::faults(&[""], &[], |s: &controls::Settings| Ok(format!("{:?} {}", s.jobs(), s.runs))),
};

#[wasm_split(speed, fallible)]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(view::lab(LAB.title))
}

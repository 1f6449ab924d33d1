//! The depth lab: a plain and a residual network of the same depth are trained side by side on the same digits.
mod around;
mod blocks;
mod controls;
mod gradients;
mod judge;
mod panel;
#[cfg(all(test, feature = "shell"))]
mod rehearsal;
mod state;
mod store;
mod tasks;
mod view;

use super::Lab;
use crate::{book::contents::route, site::program::NotLoaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "gradient-flow",
    short: route("lab/gradient-flow").short,
    title: route("lab/gradient-flow").title,
    summary: route("lab/gradient-flow").summary,
    tasks: tasks::TASKS,
    control: ".transport #play",
    answer: "#error-chart, #test-chart",
    view: || Box::pin(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: || {
        crate::site::walk::faults(&[""], &[], |s: &controls::Settings| Ok(format!("{:?}", super::kit::training::Trains::options(s, true))))
    },
};

#[wasm_split(gradient_flow, fallible)]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(view::lab(LAB.title))
}

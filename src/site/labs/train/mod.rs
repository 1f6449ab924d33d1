//! The training lab: LeNet-5 learns to read digits on the reader's own machine.
mod brought;
mod controls;
mod health;
mod judge;
mod look;
mod mistakes;
mod panel;
#[cfg(all(test, feature = "shell"))]
mod rehearsal;
mod state;
mod store;
mod tasks;
mod view;
mod warning;
mod way_back;
mod weight;

use super::Lab;
use crate::{book::contents::route, site::program::NotLoaded};
use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

/// The lab's entry in the table.
pub const LAB: Lab = Lab {
    slug: "train",
    short: route("lab/train").short,
    title: route("lab/train").title,
    summary: route("lab/train").summary,
    tasks: tasks::TASKS,
    control: ".transport #play",
    answer: "#loss-chart, #accuracy-chart",
    view: || Box::pin(view()),
    #[cfg(not(target_arch = "wasm32"))]
    faults: || {
        crate::site::walk::faults(&[""], &[], |s: &controls::Settings| Ok(format!("{:?}", super::kit::training::Trains::options(s, true))))
    },
};

#[wasm_split(train, fallible)]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(view::lab(LAB.title))
}

/// The store stays while the reader is on another page: its worker and its run.
pub fn provide() {
    store::provide();
}

//! Labs: rooms with apparatus; listed once, here.
pub mod classify;
pub mod convolution;
pub mod gradient_flow;
pub mod speed;
pub mod task;
pub mod train;
pub mod zoo;

use crate::site::program::Coming;
use leptos::prelude::*;

/// A room with apparatus, a page of its own.
pub struct Lab {
    /// Its address is `/lab/<slug>`.
    pub slug: &'static str,
    /// Its name in the header.
    pub short: &'static str,
    /// Its name as a page.
    pub title: &'static str,
    /// What the contents say of it.
    pub summary: &'static str,
    /// What lectures ask of its readers.
    pub tasks: &'static [task::Task],
    /// What is worked with first: elements that the first screen shows, as a CSS selector.
    pub control: &'static str,
    /// What carries the answer, as a CSS selector: the first screen shows it, in a wide window and on a telephone.
    pub answer: &'static str,
    /// The page, once its program is there.
    pub view: fn() -> Coming<AnyView>,
}

/// Every lab, in the header's order.
pub const LABS: &[Lab] = &[convolution::LAB, train::LAB, gradient_flow::LAB, classify::LAB, zoo::LAB, speed::LAB];

/// What labs keep while the reader is on another page.
pub fn provide() {
    train::provide();
}

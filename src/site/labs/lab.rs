//! What a lab is: its address, its names, its tasks and its page.
use super::task::Task;
use crate::site::program::Loading;
use leptos::prelude::AnyView;

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
    pub tasks: &'static [Task],
    /// What is worked with first: elements that the first screen shows, as a CSS selector.
    pub control: &'static str,
    /// What carries the answer, as a CSS selector: the first screen shows it, in a wide window and on a telephone.
    pub answer: &'static str,
    /// The page, once its program is there.
    pub view: fn() -> Loading<AnyView>,
    /// What is wrong with the table of its controls: one that reaches nothing, an extreme that is refused. For the test that walks every table.
    #[cfg(not(target_arch = "wasm32"))]
    pub faults: fn() -> Vec<String>,
}

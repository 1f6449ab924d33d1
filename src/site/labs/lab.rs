//! The contract of a lab: its address, its names, its tasks and its page.
use super::task::Task;
use crate::site::program::Loading;
use leptos::prelude::AnyView;

/// A page with apparatus.
pub struct Lab {
    /// The slug. The address is `/lab/<slug>`.
    pub slug: &'static str,
    /// The name in the header.
    pub short: &'static str,
    /// The title of its page.
    pub title: &'static str,
    /// The summary in the contents.
    pub summary: &'static str,
    /// The tasks that lectures set.
    pub tasks: &'static [Task],
    /// A CSS selector for the apparatus, which the first screen shows.
    pub control: &'static str,
    /// A CSS selector for the answer, which the first screen shows in a wide window and on a phone.
    pub answer: &'static str,
    /// The page, once its program is there.
    pub view: fn() -> Loading<AnyView>,
    /// What is wrong with the table of its controls: one that reaches nothing, an extreme that is refused. For the test that walks every table.
    #[cfg(not(target_arch = "wasm32"))]
    pub faults: fn() -> Vec<String>,
}

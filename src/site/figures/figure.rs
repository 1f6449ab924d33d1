//! What a figure is: its name, its program, and what it computes.
use crate::site::program::Loading;
use leptos::prelude::AnyView;

/// What a figure computes, by name.
pub type Facts = Vec<(String, f64)>;

/// A large figure has a program of its own (`wasm_split`), fetched with the first page that shows it.
pub struct Figure {
    /// Its address is `/figure/<id>`.
    pub id: &'static str,
    /// Its name on the page.
    pub title: &'static str,
    /// What stands below it where a lecture says nothing else.
    pub caption: &'static str,
    /// Fetches its program, ahead of its view.
    pub fetch: fn() -> Loading<()>,
    /// What it looks like, once its program is there.
    pub view: fn() -> Loading<AnyView>,
    /// What it computes for these settings: what exercises ask for.
    pub facts: fn(String) -> Loading<Facts>,
    /// Its controls as they are read from a query: every key with its value. For tests of texts.
    #[cfg(not(target_arch = "wasm32"))]
    pub settings: fn(&str) -> crate::site::url::Pairs,
    /// What is wrong with the table of its controls: one that changes nothing, an extreme that is refused. For the test that walks every table.
    #[cfg(not(target_arch = "wasm32"))]
    pub faults: fn() -> Vec<String>,
}

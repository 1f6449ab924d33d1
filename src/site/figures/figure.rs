//! The contract of a figure: its name, its program, and its numbers.
use crate::site::program::Loading;
use leptos::prelude::AnyView;

/// The numbers that a figure computes, by name.
pub type Facts = Vec<(String, f64)>;

/// A figure, which is an entry of the table `FIGURES`. A large figure is a program of its own (`wasm_split`), which is fetched with the
/// first page that shows it.
pub struct Figure {
    /// The id. The address is `/figure/<id>`.
    pub id: &'static str,
    /// Its name on the page.
    pub title: &'static str,
    /// The caption, which a lecture may replace.
    pub caption: &'static str,
    /// Fetches its program, before its view is needed.
    pub fetch: fn() -> Loading<()>,
    /// Its view, once its program is there.
    pub view: fn() -> Loading<AnyView>,
    /// The numbers that it computes for these settings, for exercises.
    pub facts: fn(String) -> Loading<Facts>,
    /// All its controls with their values for a query. Tests of texts use this.
    #[cfg(not(target_arch = "wasm32"))]
    pub settings: fn(&str) -> crate::site::url::Pairs,
    /// What is wrong with the table of its controls: one that changes nothing, an extreme that is refused. For the test that walks every table.
    #[cfg(not(target_arch = "wasm32"))]
    pub faults: fn() -> Vec<String>,
}

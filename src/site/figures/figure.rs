//! What a figure is: its name, its program, and what it computes.
use crate::site::program::Coming;
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
    pub fetch: fn() -> Coming<()>,
    /// What it looks like, once its program is there.
    pub view: fn() -> Coming<AnyView>,
    /// What it computes for these settings: what exercises ask for.
    pub facts: fn(String) -> Coming<Facts>,
    /// Its controls as they are read from a query: every key with its value. For tests of texts.
    #[cfg(not(target_arch = "wasm32"))]
    pub settings: fn(&str) -> crate::site::url::Pairs,
}

//! What a lab is: its address, its names, its tasks and its page.
use super::task::Task;
use crate::site::program::Coming;
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
    /// The page, once its program is there.
    pub view: fn() -> Coming<AnyView>,
}

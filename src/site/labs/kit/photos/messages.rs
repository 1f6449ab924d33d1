//! The messages of a lab of photos: what is under way, and what went wrong.
use super::{
    networks::memory_to_load,
    store::Photos,
    topics::{Topic, Wish},
    worker::open,
};
use crate::site::{
    labs::kit::messages::{ended, fetching},
    widgets::erased::part,
};
use leptos::prelude::*;

/// All messages of the lab.
pub fn messages(photos: Photos) -> AnyView {
    // The worker loads a network at one go. The page goes on meanwhile.
    let loading = move || {
        let name = |(topic, _): &(Topic, Wish)| if let Topic::Load(name) = topic { Some(name.clone()) } else { None };
        let loading = photos.wishes.with(|wishes| wishes.under_way().find_map(name));
        let Some(name) = loading else { return ().into_any() };
        let size = photos.files.with_value(|files| files.get(&name).map(|file| file.size()));
        let needs = size.map_or(String::new(), |size| format!(", which takes up to {}", memory_to_load(size)));
        view! { <div class="message late" id="loading" role="status"><p>{format!("Loading {name}{needs}…")}</p></div> }.into_any()
    };
    let connection = photos.connection;
    let again = || [String::new(), "Start the worker again".into()];
    view! {
        <div id="messages">
            {fetching(connection)} {part(loading)}
            <div class="strip">{ended(connection, again, move || open(photos))} {connection.notes.view()}</div>
        </div>
    }
    .into_any()
}

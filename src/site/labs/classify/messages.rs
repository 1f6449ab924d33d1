//! The messages of the lab: what is under way, and what went wrong.
use super::{
    controls::Settings,
    networks::memory_to_load,
    state::{Topic, Wish},
    store::Store,
    worker::open,
};
use crate::site::{
    labs::kit::messages::{ended, fetching},
    url::UrlState,
    widgets::erased::part,
};
use leptos::prelude::*;

pub fn messages(store: Store, settings: UrlState<Settings>) -> AnyView {
    // The worker loads a network at one go. The page goes on meanwhile.
    let loading = move || {
        let name = |(topic, _): &(Topic, Wish)| if let Topic::Load(name) = topic { Some(name.clone()) } else { None };
        let loading = store.wishes.with(|wishes| wishes.under_way().find_map(name));
        let Some(name) = loading else { return ().into_any() };
        let size = store.files.with_value(|files| files.get(&name).map(|file| file.size()));
        let needs = size.map_or(String::new(), |size| format!(", which takes up to {}", memory_to_load(size)));
        view! { <div class="message late" id="loading" role="status"><p>{format!("Loading {name}{needs}…")}</p></div> }.into_any()
    };
    let connection = store.connection;
    let again = || [String::new(), "Start the worker again".into()];
    view! {
        <div id="messages">
            {fetching(connection)} {part(loading)}
            <div class="strip">{ended(connection, again, move || open(store, settings))} {connection.notes.view()}</div>
        </div>
    }
    .into_any()
}

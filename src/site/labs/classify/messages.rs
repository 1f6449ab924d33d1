//! What is on its way, and what went wrong.
use super::{
    controls::Settings,
    networks::{load_own, memory_to_load},
    room::Room,
    state::{Offer, Topic, Wish},
    worker::open,
};
use crate::site::{
    bench::Status,
    fetch::Progress,
    url::UrlState,
    widgets::erased::{part, press},
};
use leptos::prelude::*;

/// The button that does what a message offers; whatever offers the same goes with it.
fn button(room: Room, settings: UrlState<Settings>, offer: Offer) -> AnyView {
    let (id, class, text) = match offer {
        Offer::Cpu => (Some("use-cpu"), "", "Use the CPU"),
        Offer::Load(_) => (None, "load-own", "Load it"),
    };
    let done = move || {
        room.notes.update(|notes| notes.retain(|note| note.offer.as_ref() != Some(&offer)));
        match &offer {
            Offer::Cpu => settings.commit(|s| s.device = "cpu".into()),
            Offer::Load(file) => load_own(room, file.clone(), None),
        }
    };
    view! { <button id=id class=class on:click=press(done)>{text}</button> }.into_any()
}

pub fn messages(room: Room, settings: UrlState<Settings>) -> AnyView {
    let all = move || {
        let dead = match room.status.get() {
            Status::Dead(why) => view! {
                <div class="message alarming" role="alert"><p>{why}</p><button id="restart" on:click=press(move || open(room, settings))>"Start the worker again"</button></div>
            }
            .into_any(),
            _ => ().into_any(),
        };
        let notes = room.notes.get().into_iter().map(|note| {
            let (text, offer) = (note.text.clone(), note.offer.clone().map(|offer| button(room, settings, offer)));
            let dismiss = move || room.notes.update(|notes| notes.retain(|known| *known != note));
            view! {
                <div class="message alarming" role="alert">
                    <p>{text}</p>{offer}
                    <button class="quiet" aria-label="Dismiss this message" on:click=press(dismiss)>"×"</button>
                </div>
            }
            .into_any()
        });
        view! { <div class="strip">{dead}{notes.collect_view()}</div> }.into_any()
    };
    let fetching = move || match room.fetching.get() {
        Some((name, Progress { come, total })) => {
            let of = if total > 0 { format!(" of {:.1}", total as f64 / 1e6) } else { String::new() };
            view! {
                <div class="message" id="fetching" role="status">
                    <p>{format!("Fetching {name}: {:.1}{of} MB", come as f64 / 1e6)}</p>
                    <progress max=total.max(1) value=come aria-label="Fetched"></progress>
                </div>
            }
            .into_any()
        }
        None => ().into_any(),
    };
    // The worker loads in one go, and the page goes on meanwhile.
    let loading = move || {
        let name = |(topic, _): &(Topic, Wish)| if let Topic::Load(name) = topic { Some(name.clone()) } else { None };
        let loading = room.wishes.with(|wishes| wishes.under_way().find_map(name));
        let Some(name) = loading else { return ().into_any() };
        let size = room.files.with_value(|files| files.get(&name).map(|file| file.size()));
        let needs = size.map_or(String::new(), |size| format!(", which takes up to {}", memory_to_load(size)));
        view! { <div class="message late" id="loading" role="status"><p>{format!("Loading {name}{needs}…")}</p></div> }.into_any()
    };
    view! { <div id="messages">{part(fetching)}{part(loading)}{part(all)}</div> }.into_any()
}

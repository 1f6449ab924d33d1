//! What is on its way, and what went wrong.
use super::{
    networks::{load_offered, memory_to_load, on_cpu},
    room::{Offer, Room, Topic},
};
use crate::site::{
    bench::Status,
    fetch::Progress,
    widgets::erased::{part, press},
};
use leptos::prelude::*;

pub fn messages(room: Room) -> AnyView {
    let all = move || {
        let dead = match room.status.get() {
            Status::Dead(why) => view! {
                <div class="message alarming" role="alert"><p>{why}</p><button id="restart" on:click=press(move || room.open())>"Start the worker again"</button></div>
            }
            .into_any(),
            _ => ().into_any(),
        };
        let notes = room.notes.get().into_iter().map(|note| {
            let text = note.text.clone();
            let offer = match &note.offer {
                Offer::Nothing => ().into_any(),
                Offer::Cpu => on_cpu(room),
                Offer::Load(file) => load_offered(room, file.clone()),
            };
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
        let loading = room.wishes.with(|wishes| {
            wishes.topics().find_map(|topic| match topic {
                Topic::Load(name) => Some(name.clone()),
                _ => None,
            })
        });
        let Some(name) = loading else { return ().into_any() };
        let size = room.files.with_value(|files| files.get(&name).map(|file| file.size()));
        let needs = size.map_or(String::new(), |size| format!(", which takes up to {}", memory_to_load(size)));
        view! { <div class="message late" id="loading" role="status"><p>{format!("Loading {name}{needs}…")}</p></div> }.into_any()
    };
    view! { <div id="messages">{part(fetching)}{part(loading)}{part(all)}</div> }.into_any()
}

//! The choice of a network and of a photo, whose weights it has, and what building it takes.
use super::{
    store::{Store, Weighted},
    words::takes,
};
use crate::{
    nets::models::Reading,
    site::{
        labs::kit::photos::{samples, source::chosen},
        widgets::{
            controls::{among, control, plain},
            erased::{on_click, on_event, part, text},
            picture::picture,
        },
    },
};
use leptos::{ev, prelude::*};

/// What the weights are, in words.
fn weights(store: Store) -> String {
    let network = store.network();
    if store.shelf.with(Option::is_none) || store.entry().is_none() {
        return "…".into();
    }
    match store.weighted() {
        Weighted::Real => {
            let found = store.standing.with(|standing| standing.get(&network).map(|found| (found.file.clone(), found.reading)));
            let (file, reading) = found.unwrap_or_default();
            let says = if reading == Reading::File { " Photos are read as it says." } else { "" };
            format!("Real weights: {file}.{says}")
        }
        Weighted::Coming => "Its weights are being loaded.".into(),
        Weighted::Random if !store.may_build() && store.names().contains(&network) => {
            "Its weights are here, and are loaded once it is built.".into()
        }
        Weighted::Random if store.settings.with(|s| s.random) => "Random weights, as you chose.".into(),
        Weighted::Random => "Random weights: none of its own are beside this site. Add a file of them, if you have one.".into(),
    }
}

/// A large network is built only after a yes.
fn consent(store: Store) -> AnyView {
    let network = store.network();
    let Some(entry) = store.entry().filter(|_| store.is_heavy() && !store.may_build()) else { return ().into_any() };
    let agree = move || {
        store.agreed.write().insert(network.clone());
    };
    view! {
        <p class="heavy" id="consent" role="status">
            {format!("{} is large: {}. Its graph is drawn without building it. ", entry.title, takes(&entry))}
            <button type="button" id="build" on:click=on_click(agree)>"Build it"</button>
        </p>
    }
    .into_any()
}

pub fn choice(store: Store) -> AnyView {
    let settings = store.settings;
    // If the list grew by single networks, it would be made again for each.
    let counted = Memo::new(move |_| store.zoo.with(|zoo| if store.is_counted() { zoo.len() } else { zoo.len() / 50 }));
    let networks = move || {
        counted.track();
        let option = |(name, title): (String, String)| view! { <option value=name>{title}</option> };
        let zoo = store.zoo.with_untracked(|zoo| zoo.values().map(|entry| (entry.name.clone(), entry.title.clone())).collect::<Vec<_>>());
        zoo.into_iter().map(option).collect_view().into_any()
    };
    // By its name or by its title.
    let typed = move |event: ev::Event| {
        let words = event_target_value(&event).trim().to_lowercase();
        let called = |zoo: &std::collections::BTreeMap<String, _>| {
            let of = |entry: &&crate::workbench::protocol::photos::Entry| entry.name == words || entry.title.to_lowercase() == words;
            zoo.values().find(of).map(|entry| entry.name.clone())
        };
        let name = store.zoo.with_untracked(called).unwrap_or(words);
        (settings.setting("network").commit)(name);
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&untrack(|| store.network()));
    };
    let title = move || store.entry().map_or(String::new(), |entry| format!("{}, {}. ", entry.title, entry.year));
    let small = Signal::derive(move || store.photo.with(|photo| photo.as_ref().map(|held| held.small.clone())));
    let label =
        text(move || store.photo.with(|photo| photo.as_ref().map_or("No photo yet".into(), |held| format!("The photo {}", held.file))));
    let photos = Signal::derive(move || {
        // The camera has no button here; what it saw last is the reader's own.
        samples::choices().into_iter().filter(|(key, _)| key != samples::LIVE).collect::<Vec<_>>()
    });
    view! {
        <div class="choice wide">
            <div class="photo">{picture("photo", label, small)}</div>
            <div class="bar">
                <label class="control" for="network"><span>"Network"</span>
                    <input id="network" type="text" list="networks" autocomplete="off" spellcheck="false" prop:value=text(move || store.network()) on:change=on_event(typed) />
                </label>
                <datalist id="networks">{part(networks)}</datalist>
                {among(settings, "photo-choice".into(), "photo", photos)}
                <label class="file button">"Add a photo or weights" <input id="photo-file" type="file" multiple on:change=chosen(*store) /></label>
                {control(settings, "", "random", &plain())}
            </div>
            <p class="note" id="whose" role="status">{text(title)}{text(move || weights(store))}</p>
            {part(move || consent(store))}
        </div>
    }
    .into_any()
}

//! The shelf: all networks whose weights are there, with their sizes, and the device.
use super::{controls::Settings, store::Store};
use crate::site::{
    browser,
    labs::kit::photos::{names::used, networks::megabytes, source::chosen, store::Weights, topics::Topic},
    machine::Machine,
    url::UrlState,
    widgets::{
        choice::Choice,
        erased::{flag, on_event, part, text},
    },
};
use leptos::{ev, prelude::*};
use leptos_router::components::A;

/// One network: whether it is chosen, and its size.
fn line(store: Store, settings: UrlState<Settings>, weights: Weights) -> AnyView {
    let name = weights.name.clone();
    let (own, called, key, id) = (name.clone(), name.clone(), name.clone(), format!("network-{name}"));
    let chosen = move || settings.with(|s| s.chosen(&store.names()).contains(&own));
    let title = move || store.title(&called);
    let costs = move || {
        let needs = store.zoo.with(|zoo| zoo.get(&key).map(|entry| megabytes(entry.memory)));
        let needs = needs.map_or(String::new(), |bytes| format!(", needs {bytes} of memory"));
        let own = if weights.own { ", yours" } else { "" };
        format!("file {}{needs}{own}", megabytes(weights.bytes as u64))
    };
    let own = name.clone();
    let toggle = move |_: ev::Event| {
        // It may be tried again.
        store.wish(|wishes| wishes.forget(|topic| *topic == Topic::Load(own.clone())));
        settings.commit(|s| s.toggle(&own, &untrack(|| store.names())));
    };
    view! {
        <li>
            <label>
                <input type="checkbox" id=id name=name prop:checked=flag(chosen) on:change=on_event(toggle) />
                <span><strong>{text(title)}</strong><span class="note">{text(costs)}</span></span>
            </label>
        </li>
    }
    .into_any()
}

pub fn shelf(store: Store, settings: UrlState<Settings>) -> AnyView {
    let lines = move || {
        match store.shelf.get() {
            Some(shelf) if shelf.is_empty() => view! {
                <li class="note" id="no-weights">
                    "This site has no weights. Whoever runs it adds EfficientNet-Lite0 with script/data and script/weights; your own files work without."
                </li>
            }
            .into_any(),
            shelf => shelf.into_iter().flatten().map(|weights| line(store, settings, weights)).collect_view().into_any(),
    }
    };
    let devices = Signal::derive(move || store.connection.machine.with(Machine::devices));
    let device = move |value: String| settings.commit(|s| s.device = value);
    view! {
        <div class="shelf">
            <h2>"Networks"</h2>
            <ul id="networks">{part(lines)}</ul>
            <div class="bar">
                <label class="file button">"Add weights" <input id="weights-file" type="file" multiple on:change=chosen(*store) /></label>
                <label class="file button">"Add class names" <input id="names-file" type="file" accept="text/plain,.txt" on:change=chosen(*store) /></label>
                <A href=browser::link("/lab/zoo")>"All networks, and where their weights are"</A>
            </div>
            {used(*store)}
            <p class="note">"Weights are safetensors or PyTorch’s .pth, dropped here or chosen. Whose they are, and how many classes, is seen from their names and shapes. Names of classes are plain text, one a line. Nothing leaves this machine."</p>
            <Choice id="device" label="Device" value=Signal::derive(move || settings.with(|s| s.device.clone())) options=devices choose=device />
        </div>
    }
    .into_any()
}

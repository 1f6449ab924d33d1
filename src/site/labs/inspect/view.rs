//! The page of the lab: the network and the photo, the graph beside the chosen layer, one number, and the table. It owns the settings, which the address holds.
use super::{
    choice::choice, controls::Settings, follow::follow, graph::graph, hear::hear, layer::layer, number::number, store::Store, table::table,
};
use crate::site::{
    browser,
    labs::kit::photos::{messages::messages, networks::look_up, stage, worker::open},
    url::UrlState,
    widgets::erased::text,
};
use leptos::prelude::*;

/// The whole lab, under this title.
pub fn lab(title: &'static str) -> AnyView {
    browser::title(title);
    let settings = UrlState::<Settings>::here();
    let store = Store::new(settings);
    store.hears(move |heard| hear(store, heard));
    open(*store);
    look_up(*store);
    stage::listen(*store);
    Effect::new(move |_| follow(store));
    view! {
        <article id="inspect" class="lab tool" data-status=text(move || store.connection.life()) data-network=text(move || store.network())>
            <h1>{title}</h1>
            <p class="lead">"Choose a network, then a layer, then a number. Everything is computed here."</p>
            {messages(*store)}
            {choice(store)}
            <div class="opened wide">{graph(store)}{layer(store)}</div>
            {number(store)}
            {table(store)}
        </article>
    }
    .into_any()
}

//! The page of the lab: photo and networks, the answers, the disturbance, the steps, the attribution. It owns the settings, which the address holds.
use super::{
    answers::answers, compare::compare, controls::Settings, disturb::disturb, follow::follow, hear::hear, shelf::shelf, steps::steps,
    store::Store, unit::unit, why::why,
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
    store.hears(move |heard| hear(store, settings, heard));
    open(*store);
    look_up(*store);
    stage::listen(*store);
    Effect::new(move |_| follow(store, settings));
    view! {
        <article id="classify" class="lab tool" data-status=text(move || store.connection.life())>
            <h1>{title}</h1>
            <p class="lead">"Give it a photo. The network runs here, in your browser; the photo stays on this machine."</p>
            {messages(*store)}
            <div class="bench wide">{stage::stage(*store)}{answers(store, settings)}{stage::samples(*store)}{shelf(store, settings)}</div>
            {compare(store)}
            {disturb(settings)}
            {why(store, settings)}
            {unit(store, settings)}
            {steps(store)}
        </article>
    }
    .into_any()
}

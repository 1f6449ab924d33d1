//! The page of the lab: photo and networks, the answers, the disturbance, the steps, the attribution. It owns the settings, which the address holds.
use super::{
    answers::answers, controls::Settings, disturb::disturb, follow::follow, messages::messages, networks::look_up, shelf::shelf, stage,
    steps::steps, store::Store, unit::unit, why::why, worker::open,
};
use crate::site::{browser, url::UrlState, widgets::erased::text};
use leptos::prelude::*;

/// The whole lab, under this title.
pub fn lab(title: &'static str) -> AnyView {
    browser::title(title);
    let settings = UrlState::<Settings>::here();
    let store = Store::new(settings.get_untracked());
    open(store, settings);
    look_up(store);
    stage::listen(store, settings);
    Effect::new(move |_| follow(store, settings));
    view! {
        <article id="classify" class="lab tool" data-status=text(move || store.connection.life())>
            <h1>{title}</h1>
            <p class="lead">"Give it a photo. The network runs here, in your browser; the photo stays on this machine."</p>
            {messages(store, settings)}
            <div class="bench wide">{stage::stage(store, settings)}{answers(store, settings)}{stage::samples(store, settings)}{shelf(store, settings)}</div>
            {disturb(settings)}
            {why(store, settings)}
            {unit(store, settings)}
            {steps(store)}
        </article>
    }
    .into_any()
}

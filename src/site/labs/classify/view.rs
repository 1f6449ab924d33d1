//! The page of the lab: photo and networks, the answers, the disturbance, the steps, the attribution. It owns the settings, which the address holds.
use super::{
    answers::answers, controls::Settings, disturb::disturb, follow::follow, messages::messages, networks::look_up, room::Room,
    shelf::shelf, stage, steps::steps, unit::unit, why::why, worker::open,
};
use crate::site::{browser, url::UrlState, widgets::erased::text};
use leptos::prelude::*;

/// The whole lab, under this title.
pub fn lab(title: &'static str) -> AnyView {
    browser::title(title);
    let settings = UrlState::<Settings>::here();
    let room = Room::new(settings.get_untracked());
    open(room, settings);
    look_up(room);
    stage::listen(room, settings);
    Effect::new(move |_| follow(room, settings));
    view! {
        <article id="classify" class="lab tool" data-status=text(move || room.connection.life())>
            <h1>{title}</h1>
            <p class="lead">"Give it a photo. The network runs here, in your browser; the photo stays on this machine."</p>
            {messages(room, settings)}
            <div class="bench wide">{stage::stage(room, settings)}{answers(room, settings)}{stage::samples(room, settings)}{shelf(room, settings)}</div>
            {disturb(settings)}
            {why(room, settings)}
            {unit(room, settings)}
            {steps(room)}
        </article>
    }
    .into_any()
}

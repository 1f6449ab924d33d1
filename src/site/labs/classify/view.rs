//! The page of the lab: photo and networks, the answers, the disturbance, the steps, the reason.
use super::{answers::answers, disturb::disturb, messages::messages, networks, room::Room, stage, steps::steps, unit_view::unit, why::why};
use crate::site::{bench::Status, browser, url::UrlState, widgets::erased::say};
use leptos::prelude::*;

#[component]
pub fn ClassifyLab() -> impl IntoView {
    browser::title(super::LAB.title);
    let room = Room::new(UrlState::here());
    networks::look_up(room);
    stage::listen(room);
    Effect::new(move |_| room.follow());
    let state = move || match room.status.get() {
        Status::Starting => "starting",
        Status::Ready => "ready",
        Status::Dead(_) => "dead",
    };
    view! {
        <article id="classify" class="lab tool" data-status=say(move || state().into())>
            <h1>{super::LAB.title}</h1>
            <p class="lead">"Give it a photo. The network runs here, in your browser; the photo stays on this machine."</p>
            {messages(room)}
            <div class="bench wide">{stage::stage(room)}{answers(room)}{stage::samples(room)}{networks::shelf(room)}</div>
            {disturb(room)}
            {why(room)}
            {unit(room)}
            {steps(room)}
        </article>
    }
}

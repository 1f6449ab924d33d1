//! Reset, play, step, back, scrub and speed, always at the same place.
use super::{
    controls::FASTEST,
    settings::{Settings, Step},
    state::Desk,
};
use crate::site::{url::Setting, widgets::erased};
use leptos::prelude::*;
use std::time::Duration;

/// Plays. After every step the pause is computed again.
fn play(desk: Desk) {
    if !desk.playing.get_untracked() {
        return;
    }
    if !desk.step() {
        return desk.rest();
    }
    desk.scope.after(desk.settings.with_untracked(rest), move || play(desk));
}

/// Between two steps.
pub fn rest(settings: &Settings) -> Duration {
    Duration::from_millis(1000 / settings.speed as u64)
}

pub fn toggle(desk: Desk) {
    if desk.playing.get_untracked() {
        return desk.rest();
    }
    // From the end, or from the start settings, in which the first cell is complete.
    if desk.settings.with_untracked(|s| s.at_the_end() || s.cell == 0 && s.left == 0) {
        desk.settings.preview(|s| s.rewind());
    }
    desk.playing.set(true);
    let rest = Duration::from_millis(200);
    desk.scope.after(rest, move || play(desk));
}

pub fn step(desk: Desk, on: bool) {
    desk.rest();
    if on {
        desk.step();
    } else {
        desk.back();
    }
    desk.keep();
}

pub fn bar(desk: Desk) -> AnyView {
    let reset = move |_: web_sys::MouseEvent| {
        desk.playing.set(false);
        desk.pinned.set(None);
        desk.front.set([0, 0]);
        desk.settings.reset();
    };
    let place = move || desk.read(|s| (s.cell, s.cells()));
    let moments = move || desk.sum.with(|sum| sum.as_ref().map_or((0, 0), |sum| (sum.done, sum.moments.total())));
    let number = |event: &web_sys::Event| event_target_value(event).parse::<usize>().unwrap_or(0);
    let scrub = move |event: web_sys::Event| {
        desk.playing.set(false);
        let cell = number(&event);
        desk.settings.preview(|s| (s.cell, s.left) = (cell, 0));
    };
    let scrub_moment = move |event: web_sys::Event| {
        desk.playing.set(false);
        let done = number(&event).max(1);
        let total = moments().1;
        desk.settings.preview(|s| s.left = total.saturating_sub(done));
    };
    let steps = [(Step::Product, "a product"), (Step::Channel, "a channel"), (Step::Cell, "a cell")];
    let Setting { value: speed, preview, commit, .. } = desk.settings.setting("speed");
    let by = move |event: web_sys::Event| {
        let chosen = event_target_value(&event).parse::<usize>().unwrap_or(0);
        desk.settings.commit(|s| s.by = steps[chosen.min(2)].0);
    };
    view! {
        <div class="transport" role="group" aria-label="Stepping through">
            <div class="buttons">
                <button type="button" data-control="reset" on:click=erased::on_event(reset)>"Reset"</button>
                <button type="button" class="main" data-control="play" on:click=erased::on_click(move || toggle(desk))>
                    {erased::display(move || if desk.playing.get() { "Pause" } else { "Play" })}
                </button>
                <button type="button" data-control="back" disabled=erased::flag(move || desk.read(|s| s.at_the_beginning())) on:click=erased::on_click(move || step(desk, false))>"Back"</button>
                <button type="button" data-control="step" disabled=erased::flag(move || desk.read(|s| s.at_the_end())) on:click=erased::on_click(move || step(desk, true))>"Step"</button>
            </div>
            <label class="control">
                <span>"by"</span>
                <select data-control="by" on:change=erased::on_event(by)>
                    {steps
                        .iter()
                        .enumerate()
                        .map(|(at, (own, name))| {
                            let own = *own;
                            view! { <option value=at prop:selected=erased::flag(move || desk.read(|s| s.by == own))>{*name}</option> }
                        })
                        .collect_view()}
                </select>
            </label>
            <label class="control scrub-cells">
                <span>{erased::display(move || format!("cell {} of {}", place().0 + 1, place().1))}</span>
                <input
                    type="range"
                    data-control="cell"
                    min="0"
                    max=erased::display(move || place().1.saturating_sub(1))
                    prop:value=erased::display(move || place().0.to_string())
                    on:input=erased::on_event(scrub)
                    on:change=erased::on_event(move |_: web_sys::Event| desk.settings.commit(|_| ()))
                />
            </label>
            <label class="control scrub-moments">
                <span>{erased::display(move || format!("moment {} of {}", moments().0, moments().1))}</span>
                <input
                    type="range"
                    data-control="moment"
                    min="1"
                    max=erased::display(move || moments().1)
                    disabled=erased::flag(move || moments().1 < 2)
                    prop:value=erased::display(move || moments().0.to_string())
                    on:input=erased::on_event(scrub_moment)
                    on:change=erased::on_event(move |_: web_sys::Event| desk.settings.commit(|_| ()))
                />
            </label>
            <label class="control speed">
                <span>{speed} " a second"</span>
                <input
                    type="range"
                    data-control="speed"
                    min="1"
                    max=FASTEST
                    prop:value=speed
                    on:input=erased::on_event(move |event: web_sys::Event| preview(event_target_value(&event)))
                    on:change=erased::on_event(move |event: web_sys::Event| commit(event_target_value(&event)))
                />
            </label>
        </div>
    }
    .into_any()
}

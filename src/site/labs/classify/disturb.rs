//! The photo disturbed: sliders, and the networks answer again while they move.
use super::{
    controls::{KNOBS, Knob, Settings},
    room::Room,
};
use crate::site::widgets::erased::{hear, press, say, when, write};
use leptos::{ev, prelude::*};

fn value(room: Room, of: fn(&mut Settings) -> &mut i32) -> i32 {
    room.settings.with(|s| *of(&mut s.clone()))
}

fn slider(room: Room, Knob { key, label, ends: [least, most], unit, of }: Knob) -> AnyView {
    let read = move |event: &ev::Event| event_target_value(event).parse::<f32>().map_or(0, |v| v.round() as i32);
    let live = move |event: ev::Event| {
        let now = read(&event);
        room.settings.preview(|s| *of(s) = now);
    };
    let done = move |event: ev::Event| {
        let now = read(&event);
        room.settings.commit(|s| *of(s) = now);
    };
    view! {
        <label class="control slider" for=key>
            <span>{label}</span>
            <input id=key type="range" min=least max=most prop:value=write(move || value(room, of)) on:input=hear(live) on:change=hear(done) />
            <output>{say(move || format!("{} {unit}", value(room, of).to_string().replace('-', "−")))}</output>
        </label>
    }
    .into_any()
}

pub fn disturb(room: Room) -> AnyView {
    let plain = Settings::default().disturbance();
    let still = when(move || room.settings.with(|s| s.disturbance() == plain));
    let reset = move || {
        room.settings.commit(|s| {
            for Knob { of, .. } in KNOBS {
                *of(s) = *of(&mut Settings::default());
            }
        });
    };
    view! {
        <section aria-labelledby="disturb-title">
            <h2 id="disturb-title">"Disturb the photo"</h2>
            <p>"A person would hardly notice a shift of a tenth or a little blur. Move a slider: the answers above follow. Shares are of the side of what the network sees; a blur of 10 ‰ is a Gaussian of two pixels."</p>
            <div class="knobs wide">{KNOBS.into_iter().map(|knob| slider(room, knob)).collect_view()}</div>
            <div class="bar"><button id="undisturbed" disabled=still on:click=press(reset)>"As it was"</button></div>
        </section>
    }
    .into_any()
}

//! The photo disturbed: sliders, and the networks answer again while they move.
use super::controls::{KNOBS, Knob, Settings};
use crate::site::{
    url::UrlState,
    widgets::{
        erased::{display, flag, on_click, on_event, text},
        number::number,
    },
};
use leptos::{ev, prelude::*};

/// A slider of the lab: the networks answer while it moves, and the address is written when it is let go.
pub fn slider(settings: UrlState<Settings>, Knob { key, label, ends: [least, most], unit, of }: Knob) -> AnyView {
    let now = move || settings.with(|s| *of(&mut s.clone()));
    let read = move |event: &ev::Event| event_target_value(event).parse::<f32>().map_or(0, |v| v.round() as i32);
    let live = move |event: ev::Event| settings.preview(|s| *of(s) = read(&event));
    let done = move |event: ev::Event| settings.commit(|s| *of(s) = read(&event));
    view! {
        <label class="control slider" for=key>
            <span>{label}</span>
            <input id=key type="range" min=least max=most prop:value=display(now) on:input=on_event(live) on:change=on_event(done) />
            <output>{text(move || format!("{} {unit}", number(now() as f32, 0)))}</output>
        </label>
    }
    .into_any()
}

pub fn disturb(settings: UrlState<Settings>) -> AnyView {
    let plain = Settings::default().disturbance();
    let still = flag(move || settings.with(|s| s.disturbance() == plain));
    let reset = move || {
        settings.commit(|s| {
            for Knob { of, .. } in KNOBS {
                *of(s) = *of(&mut Settings::default());
            }
        });
    };
    view! {
        <section aria-labelledby="disturb-title">
            <h2 id="disturb-title">"Disturb the photo"</h2>
            <p>"A person would hardly notice a shift of a tenth or a little blur. Move a slider: the answers above follow. Shares are of the side of what the network sees; a blur of 10 ‰ is a Gaussian of two pixels."</p>
            <div class="knobs wide">{KNOBS.into_iter().map(|knob| slider(settings, knob)).collect_view()}</div>
            <div class="bar"><button id="undisturbed" disabled=still on:click=on_click(reset)>"As it was"</button></div>
        </section>
    }
    .into_any()
}

//! The sliders of the disturbance. The networks answer again while they move.
use super::controls::{DISTURBING, Settings};
use crate::site::{
    url::UrlState,
    widgets::{
        controls::{control, plain},
        erased::{flag, on_click},
    },
};
use leptos::prelude::*;

pub fn disturb(settings: UrlState<Settings>) -> AnyView {
    let still = flag(move || settings.with(|s| s.undisturbed() == *s));
    let reset = move || settings.commit(|s| *s = s.undisturbed());
    view! {
        <section aria-labelledby="disturb-title">
            <h2 id="disturb-title">"Disturb the photo"</h2>
            <p>"A person would hardly notice a shift of a tenth or a little blur. Move a slider: the answers above follow. Shares are of the side of what the network sees; a blur of 10 ‰ is a Gaussian of two pixels."</p>
            <div class="knobs wide">{DISTURBING.map(|key| control(settings, "", key, &plain())).into_iter().collect_view()}</div>
            <div class="bar"><button id="undisturbed" disabled=still on:click=on_click(reset)>"As it was"</button></div>
        </section>
    }
    .into_any()
}

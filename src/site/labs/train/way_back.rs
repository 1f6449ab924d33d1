//! A slider over the steps that were kept. The network is shown as it was after such a step.
use super::{controls::Settings, store::Store};
use crate::{
    site::{
        url::UrlState,
        widgets::erased::{display, flag, on_click, on_event, text},
    },
    workbench::protocol::Request,
};
use leptos::{ev, prelude::*};

/// The kept step at a position of the slider. The last position is the present.
fn step_at(store: Store, event: &ev::Event) -> Option<i64> {
    let place: usize = event_target_value(event).parse().ok()?;
    Some(store.kept.with_untracked(|(steps, _)| steps.get(place).map_or(-1, |step| *step as i64)))
}

pub fn slider(store: Store, settings: UrlState<Settings>) -> AnyView {
    let count = move || store.kept.with(|(steps, _)| steps.len());
    let place = move || {
        let at = settings.with(|s| s.at);
        store.kept.with(|(steps, _)| steps.iter().position(|step| *step as i64 == at).unwrap_or(steps.len()))
    };
    let slide = move |event: ev::Event| {
        if let Some(at) = step_at(store, &event) {
            settings.preview(|s| s.at = at);
        }
    };
    let leave = move |event: ev::Event| {
        if let Some(at) = step_at(store, &event) {
            settings.commit(|s| s.at = at);
        }
    };
    let shown = move || store.kept.with(|(_, shown)| *shown);
    let told = move || match shown() {
        Some(step) => format!("after step {step}"),
        None => "now".to_string(),
    };
    let note = move || {
        let every = store.kept.with(|(steps, _)| if steps.len() > 1 { steps[1] - steps[0] } else { 1 });
        let kept = if every == 1 { "Every step is kept".to_string() } else { format!("One step in {every} is kept") };
        match shown() {
            Some(step) => format!(
                "Filters, activations and answers are those of step {step}. {kept}; training goes on from the last one, unless you choose otherwise."
            ),
            None => format!(
                "{kept}. Pull the slider to the left: filters, activations and the answer to your drawing are then those of that step."
            ),
        }
    };
    view! {
        <div class="way-back wide">
            <label class="control" for="at">
                <span>"The network " <output id="shown-step" data-value=display(move || shown().map_or(-1, |step| step as i64))>{text(told)}</output></span>
                <input
                    id="at"
                    type="range"
                    min="0"
                    step="1"
                    max=display(count)
                    aria-valuetext=text(told)
                    prop:value=display(place)
                    on:input=on_event(slide)
                    on:change=on_event(leave)
                />
            </label>
            <button type="button" id="resume" disabled=flag(move || shown().is_none()) on:click=on_click(move || store.ask(Request::Resume))>"Go on from here"</button>
            <button type="button" id="to-last" disabled=flag(move || shown().is_none()) on:click=on_click(move || settings.commit(|s| s.at = -1))>"Back to the last step"</button>
            <p class="note">{text(note)}</p>
        </div>
    }
    .into_any()
}

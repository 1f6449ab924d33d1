//! One setting of a figure under the hand: a slider that shows while it moves and counts when it is left, or a switch.
use super::erased::{hear, say, when, write};
use crate::site::url::{Controls, Place, UrlState};
use leptos::{ev, prelude::*};

/// A whole number between ends that may depend on other settings.
pub struct Amount<C> {
    /// The element's own id, which stands under its figure's name.
    pub id: &'static str,
    /// What stands beside the slider.
    pub label: &'static str,
    /// The least and the largest value.
    pub ends: fn(&C) -> [usize; 2],
    /// The distance between two values of the slider.
    pub step: usize,
    /// Reads it from the settings.
    pub get: fn(&C) -> usize,
    /// Writes it into the settings.
    pub set: fn(&mut C, usize),
}

/// A slider with its label and value: previews while it is dragged, commits when it is let go.
pub fn slider<C: Controls>(settings: UrlState<C>, amount: Amount<C>) -> AnyView {
    let Amount { id, label, ends, step, get, set } = amount;
    let id = Place::id(id);
    let of = id.clone();
    let read = |event: &ev::Event| event_target_value(event).parse::<usize>().ok();
    let slide = move |event: ev::Event| {
        if let Some(value) = read(&event) {
            settings.preview(|s| set(s, value));
        }
    };
    let leave = move |event: ev::Event| {
        if let Some(value) = read(&event) {
            settings.commit(|s| set(s, value));
        }
    };
    view! {
        <label class="control" for=of>
            <span>{label} " " {write(move || settings.with(get))}</span>
            <input
                type="range"
                id=id.clone()
                name=id
                min=write(move || settings.with(|s| ends(s)[0]))
                max=write(move || settings.with(|s| ends(s)[1]))
                step=step
                prop:value=say(move || settings.with(|s| get(s).to_string()))
                on:input=hear(slide)
                on:change=hear(leave)
            />
        </label>
    }
    .into_any()
}

/// `held` says when it cannot be turned.
pub fn switch<C: Controls>(
    settings: UrlState<C>,
    id: &'static str,
    label: &'static str,
    held: Signal<bool>,
    get: fn(&C) -> bool,
    set: fn(&mut C, bool),
) -> AnyView {
    let id = Place::id(id);
    let of = id.clone();
    let turn = move |event: ev::Event| settings.commit(|s| set(s, event_target_checked(&event)));
    view! {
        <label class="switch" for=of>
            <input type="checkbox" id=id.clone() name=id prop:checked=when(move || settings.with(get)) disabled=held on:change=hear(turn) />
            {label}
        </label>
    }
    .into_any()
}

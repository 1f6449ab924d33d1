//! The help dialog, opened by `?`: keys, and the meaning of colours.
use super::shortcuts::{HELP, SHORTCUTS};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

const COLOURS: &[(&str, &str, &str)] = &[
    ("--negative", "--positive", "values: blue is below zero, orange above"),
    ("--weight-negative", "--weight-positive", "weights: teal is below zero, brown above"),
    ("--gradient-negative", "--gradient-positive", "gradients: violet is below zero, magenta above"),
];

/// The button and the dialog of keys and colours. `?` opens and closes it, except in an input field.
#[component]
pub fn Help() -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let toggle = move || {
        if let Some(dialog) = dialog.get_untracked() {
            if dialog.open() { dialog.close() } else { drop(dialog.show_modal()) }
        }
    };
    let keys = window_event_listener(ev::keydown, move |event| {
        let text = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlInputElement>().ok());
        if HELP.pressed(&event) && text.is_none() {
            event.prevent_default();
            toggle();
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <button id="help-open" class="quiet" aria-haspopup="dialog" title="Help (?)" on:click=move |_| toggle()>
            "Help"
        </button>
        <dialog id="help" node_ref=dialog aria-labelledby="help-title">
            <h2 id="help-title">"Keys and colours"</h2>
            <dl class="keys">
                {SHORTCUTS.iter().map(|key| view! { <dt><kbd>{key.shown}</kbd></dt> <dd>{key.what}</dd> }).collect_view()}
            </dl>
            <ul class="legend">
                {COLOURS
                    .iter()
                    .map(|(low, high, what)| {
                        let ramp = format!("background: linear-gradient(90deg, var({low}), var(--neutral), var({high}))");
                        view! { <li><span class="ramp" style=ramp></span>{*what}</li> }
                    })
                    .collect_view()}
            </ul>
            <p class="note">"The sign is never in the colour alone: point at a cell, or move to it with the arrow keys, and its number is written below."</p>
            <button on:click=move |_| toggle()>"Close"</button>
        </dialog>
    }
}

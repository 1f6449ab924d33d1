//! The help dialog, opened by `?`: keys, and the meaning of colours.
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

const KEYS: &[(&str, &str)] = &[
    ("?", "opens and closes this page"),
    ("Tab", "goes from control to control"),
    ("← → ↑ ↓", "in a figure's cells: look at the next cell; on a slider: change its value"),
    ("Space", "in a lab: plays or pauses training, starts or stops measuring, when no control has the focus"),
    ("S", "trains one step, when no control has the focus"),
    ("P  ,  .", "play, step back and step on, at the convolution desk"),
    ("Enter", "in a cell of the desk: stays at it, or writes in it; so does a digit"),
    ("Back", "the browser's back button undoes a change of a control"),
];

const COLOURS: &[(&str, &str, &str)] = &[
    ("--negative", "--positive", "values: blue is below zero, orange above"),
    ("--weight-negative", "--weight-positive", "weights: teal is below zero, brown above"),
    ("--gradient-negative", "--gradient-positive", "gradients: violet is below zero, magenta above"),
];

/// Whether a key press goes to a control, so that it must not be used as a shortcut.
pub fn typing() -> bool {
    let Some(element) = document().active_element() else { return false };
    let name = element.tag_name();
    ["INPUT", "SELECT", "TEXTAREA", "BUTTON", "A", "SUMMARY"].contains(&name.as_str()) || element.get_attribute("tabindex").is_some()
}

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
        if event.key() == "?" && text.is_none() && !event.ctrl_key() && !event.meta_key() {
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
                {KEYS.iter().map(|(key, what)| view! { <dt><kbd>{*key}</kbd></dt> <dd>{*what}</dd> }).collect_view()}
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

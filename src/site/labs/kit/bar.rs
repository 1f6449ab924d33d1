//! The bar of a lab that trains: reset, play, pause and step, with buttons and keys, and the numbers of the run.
use super::training::{Training, Trains};
use crate::{
    site::{
        shortcuts::{PLAY, STEP, typing},
        widgets::erased::{flag, on_click, text},
    },
    workbench::protocol::run::Ask,
};
use leptos::{ev, prelude::*};
use std::sync::Arc;

/// The parts of the bar that differ between labs.
pub struct Bar {
    /// The label of the reset button.
    pub reset: &'static str,
    /// The object of the step button.
    pub step: &'static str,
    /// Whether something besides training is under way that a pause ends.
    pub busy: Signal<bool>,
    /// What is shown after the buttons.
    pub behind: AnyView,
    /// The numbers behind the step, each made by `number`.
    pub numbers: Vec<AnyView>,
}

/// A number of a run with its name. `written` is its text; without a number "–" is shown.
pub fn number(
    id: &'static str,
    name: impl Into<String>,
    read: impl Fn() -> Option<f64> + Send + Sync + 'static,
    written: impl Fn(f64) -> String + Send + Sync + 'static,
) -> AnyView {
    let read: Arc<dyn Fn() -> Option<f64> + Send + Sync> = Arc::new(read);
    let value = Memo::new(move |_| read());
    let written: Arc<dyn Fn(f64) -> String + Send + Sync> = Arc::new(written);
    let data = text(move || value.get().map_or(String::new(), |v| v.to_string()));
    view! { <div><dt>{name.into()}</dt><dd id=id data-value=data>{text(move || value.get().map_or("–".into(), |v| written(v)))}</dd></div> }
        .into_any()
}

/// The bar. Space plays and pauses, and S makes a step, unless a control has the focus.
pub fn bar<S: Trains>(training: Training<S>, bar: Bar) -> AnyView {
    let Training { connection, digits, playing, .. } = training;
    let Bar { reset, step, busy, behind, numbers } = bar;
    // A worker that has ended does nothing, whatever it did before.
    let runs = move || connection.is_ready() && (playing.get() || busy.get());
    let unready = flag(move || !connection.is_ready() || !digits.suffice());
    let command = move |ask: Ask<S::Options>| on_click(move || training.command(ask.clone()));
    let keys = window_event_listener(ev::keydown, move |event| {
        let ask = match () {
            _ if typing() => return,
            _ if PLAY.pressed(&event) => {
                if untrack(runs) {
                    Ask::Pause
                } else {
                    Ask::Play
                }
            }
            _ if STEP.pressed(&event) => Ask::Step,
            _ => return,
        };
        training.command(ask);
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    let step_count = number("step-count", "step", move || Some(training.run.with(|run| run.step) as f64), |step| format!("{step:.0}"));
    view! {
        <div class="transport wide">
            <div class="bar" role="toolbar" aria-label="Training">
                <button id="reset" title=reset on:click=on_click(move || training.start())>"Reset"</button>
                <button id="play" class="play main" class:hidden=flag(runs) disabled=unready title="Play (space)" on:click=command(Ask::Play)>"▶ Play"</button>
                <button id="pause" class="play main" class:hidden=flag(move || !runs()) title="Pause (space)" on:click=command(Ask::Pause)>
                    {text(move || if busy.get() && !playing.get() { "■ Stop".into() } else { "❚❚ Pause".into() })}
                </button>
                <button id="step" disabled=unready title=format!("{step} (S)") on:click=command(Ask::Step)>"Step"</button>
                {behind}
            </div>
            <dl class="numbers">{step_count}{numbers}</dl>
        </div>
    }
    .into_any()
}

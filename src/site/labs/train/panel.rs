//! The bar with the numbers of the run, and the settings.
use super::{controls::Settings, state::LOSS, store::Store};
use crate::{
    site::{
        labs::kit::{
            bar::{self, Bar, number},
            panel,
            run::Run,
        },
        url::UrlState,
        widgets::erased::{display, part, text},
    },
    workbench::protocol::TrainOptions,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The gap between training and test digits. Training digits are tested without dropout, shifts or turns.
fn gap(store: Store) -> AnyView {
    part(move || {
        let tested = store.shown.with(|state| state.tested.and_then(|tested| Some((tested.learned?, tested.accuracy))));
        let Some((learned, tested)) = tested else { return ().into_any() };
        let gap = 100.0 * (learned.accuracy - tested);
        view! {
            <div><dt>"digits learned from"</dt><dd id="train-accuracy" data-value=learned.accuracy>{format!("{:.2} %", 100.0 * learned.accuracy)}</dd></div>
            <div><dt>"gap"</dt><dd id="gap" data-value=gap>{format!("{gap:.2} points")}</dd></div>
        }
        .into_any()
    })
}

pub fn bar(store: Store) -> AnyView {
    let Store { training, shown, .. } = store;
    let tested = move || shown.with(|state| state.tested);
    let test = view! {
        <div>
            <dt>{text(move || tested().map_or("test digits right".into(), |t| format!("test digits right, step {}", t.at)))}</dt>
            <dd id="test-accuracy" data-value=text(move || tested().map_or(String::new(), |t| t.accuracy.to_string())) data-step=display(move || tested().map_or(0, |t| t.at))>
                {text(move || tested().map_or("–".into(), |t| format!("{:.2} %", 100.0 * t.accuracy)))}
            </dd>
        </div>
    };
    let speed = move || shown.with(|state| Some(f64::from(state.images_a_second)).filter(|speed| *speed > 0.0));
    bar::bar(
        training,
        Bar {
            reset: "Back to noise",
            step: "One step",
            busy: Signal::stored(false),
            behind: ().into_any(),
            numbers: vec![
                number("epoch", "epoch", move || training.run.with(|run| run.options.as_ref().map(|_| run.epoch())), |v| format!("{v:.2}")),
                number("loss", "loss", move || shown.with(|state| state.steps.numbers(LOSS).next_back()), |v| format!("{v:.3}")),
                test.into_any(),
                gap(store),
                number("images-a-second", "images a second", speed, |v| format!("{v:.0}")),
            ],
        },
    )
}

/// The name of a number of digits in the list.
fn digits(value: &str) -> Option<String> {
    Some(match value.parse().ok()? {
        0 => "all 60 000".into(),
        digits @ 1000.. => format!("{} {:03}", digits / 1000, digits % 1000),
        digits => digits.to_string(),
    })
}

pub fn panel(store: Store, settings: UrlState<Settings>) -> AnyView {
    let names = |key: &str, value: &str| if key == "digits" { digits(value) } else { None };
    let counts = |run: &Run<TrainOptions>| {
        format!(
            "{:.1} thousand parameters, {:.1} thousand multiply-adds an image, {} step{} an epoch.",
            run.parameters as f64 / 1e3,
            run.macs as f64 / 1e3,
            run.steps_an_epoch,
            if run.steps_an_epoch == 1 { "" } else { "s" }
        )
    };
    panel::panel(store.training, settings, Arc::new(names), counts)
}

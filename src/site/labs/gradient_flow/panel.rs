//! The bar with the numbers of both networks, and the settings.
use super::{
    controls::Settings,
    state::{NAMES, macs_a_step},
    store::Store,
};
use crate::{
    site::{
        labs::kit::{
            bar::{self, Bar, number},
            panel,
            run::Run,
        },
        url::UrlState,
        widgets::erased::{display, flag},
    },
    workbench::protocol::depth::Options,
};
use leptos::prelude::*;
use std::sync::Arc;

pub fn bar(store: Store) -> AnyView {
    let shown = store.shown;
    let percent = |v: f64| format!("{:.0} %", 100.0 * v);
    let error =
        |id, twin: usize| number(id, format!("{}, wrong", NAMES[twin]), move || shown.with(|state| state.recent_error(twin)), percent);
    let progress = move || shown.with(|state| state.measuring);
    let whole = |v: f64| format!("{v:.0}");
    bar::bar(
        store.training,
        Bar {
            reset: "Both back to their first values",
            step: "One step of both",
            busy: flag(move || store.is_measuring()),
            behind: view! {
                <progress class:hidden=flag(move || progress().is_none()) aria-label="How much of the measurement is done"
                    max=display(move || progress().map_or(1, |p| p.of.max(1))) prop:value=display(move || progress().map_or(0, |p| p.done))></progress>
            }
            .into_any(),
            numbers: vec![
                error("plain-error", 0),
                error("residual-error", 1),
                number("step-time", "ms a step, both", move || shown.with(|state| state.seconds.map(|s| 1e3 * f64::from(s))), whole),
            ],
        },
    )
}

/// The seconds that one multiply-add of a step takes, once some steps were made. All blocks cost nearly the same.
fn pace(store: Store) -> Option<f64> {
    let seconds = store.shown.with(|state| state.seconds.filter(|_| state.step >= 3))?;
    Some(f64::from(seconds) / store.training.run.with(macs_a_step))
}

/// The name of a depth in the list. It contains the time of a step at that depth if it is long.
fn depth_name(settings: &Settings, depth: usize, pace: Option<f64>) -> String {
    // For one digit: 196 places and 9 taps in each layer between the first and the last.
    let macs = 196 * 9 * settings.width * (1 + settings.width * (depth - 2));
    match pace {
        _ if depth <= 32 => depth.to_string(),
        Some(pace) => format!("{depth}, about {:.1} s a step", pace * (macs * settings.batch) as f64),
        None => format!("{depth}, slow"),
    }
}

pub fn panel(store: Store, settings: UrlState<Settings>) -> AnyView {
    let pace = Memo::new(move |_| pace(store));
    let names = move |key: &str, value: &str| match key {
        "depth" => value.parse().ok().map(|depth| settings.with(|s| depth_name(s, depth, pace.get()))),
        _ => None,
    };
    let counts = |run: &Run<Options>| {
        format!(
            "Each of the two has {:.1} thousand parameters and {:.2} million multiply-adds a digit; “+ x” costs neither.",
            run.parameters as f64 / 1e3,
            run.macs as f64 / 1e6
        )
    };
    panel::panel(store.training, settings, Arc::new(names), counts)
}

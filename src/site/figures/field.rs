//! The receptive field: a stack of layers, the cells that one of its units can depend on, and how much of them it uses.
mod bench;
mod compute;
mod layers;
mod settings;
mod strip;

use super::{Facts, Figure};
use crate::{
    book::contents::route,
    site::{
        program::NotLoaded,
        url::{FigureInstance, Keys},
        widgets::{
            choice::Choice,
            controls::{control, plain},
            data_table::{Cell, DataTable, Row},
            erased::{on_click, part, text},
            tables::folded,
        },
    },
};
use bench::Bench;
use leptos::prelude::*;
use settings::{LONGEST, PRESETS, Settings, Stack, Weights};
use wasm_split_helpers::wasm_split;

/// The figure `field`.
pub const FIGURE: Figure = Figure {
    id: "field",
    title: route("figure/field").title,
    caption: route("figure/field").summary,
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: || {
        let answer = |s: &Settings| {
            compute::answer(s).map(|answer| format!("{answer:?} {:?}", compute::facts(s))).map_err(|error| error.to_string())
        };
        crate::site::walk::faults(&["", "weights=random&draws=3"], &[("stack", "5_3")], answer)
    },
};

#[wasm_split(field, fallible, preload(fetch))]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(figure())
}

#[wasm_split(field, fallible)]
fn facts(query: String) -> Result<Facts, NotLoaded> {
    Ok(compute::facts(&Keys::<Settings>::default().from_query(&query)))
}

fn controls(bench: Bench) -> AnyView {
    let named = |key: &str, name: &str| (key.to_string(), name.to_string());
    let presets = move || {
        let own = bench.settings.with(|s| s.preset() == "own").then(|| named("own", "My own"));
        PRESETS.iter().map(|preset| named(preset.key, preset.name)).chain(own).collect::<Vec<_>>()
    };
    let take = move |key: String| {
        if let Some(preset) = PRESETS.iter().find(|preset| preset.key == key)
            && let Ok(stack) = Stack::try_from(preset.stack.to_string())
        {
            bench.settings.commit(|s| (s.stack, s.input, s.layer, s.place) = (stack, preset.input, 0, 50));
        }
    };
    let drawn = move || bench.settings.with(|s| s.weights == Weights::Random);
    let padded = Memo::new(move |_| bench.settings.with(Settings::needs_padding));
    let one = move |key: &str| control(bench.settings, "field-", key, &plain());
    let why = move || {
        if padded.get() { format!("Without padding, {LONGEST} cells are too few for these layers.") } else { String::new() }
    };
    let of_draws = move || {
        if !drawn() {
            return ().into_any();
        }
        let again = move || bench.settings.commit(|s| s.seed += 1);
        view! {
            {one("draws")} {one("relu")}
            <button type="button" class="quiet" on:click=on_click(again)>"Draw others"</button>
        }
        .into_any()
    };
    view! {
        <div class="bar">
            <button type="button" on:click=on_click(move || bench.settings.reset())>"Reset"</button>
            <Choice
                id=FigureInstance::id("field-preset")
                label="Stack"
                value=text(move || bench.settings.with(|s| s.preset().to_string()))
                options=Signal::derive(presets)
                choose=take
            />
            {one("weights")}
            {one("input")} {one("pad")}
            <span class="why">{text(why)}</span>
            {part(of_draws)}
        </div>
    }
    .into_any()
}

fn figure() -> AnyView {
    let bench = Bench::here();
    let verdict = move || {
        bench.asked.with(|settings| {
            bench.answer.with(|answer| match answer {
                Ok(answer) => strip::verdict(settings, answer),
                Err(error) => error.to_string(),
            })
        })
    };
    let gradient = move || {
        let row = |(cell, g): (usize, &f32)| Row::headed(Cell::text(cell), [Cell::number(*g, format!("{g:.5}"))]);
        vec![DataTable {
            name: "The gradient".into(),
            caption: "Mean size of the gradient of the chosen unit with respect to each cell of the input".into(),
            columns: ["cell", "gradient"].map(String::from).into(),
            rows: bench.answer.with(|answer| answer.iter().flat_map(|answer| answer.gradient.iter().enumerate().map(row)).collect()),
            ..DataTable::default()
        }]
    };
    view! {
        <div class="field">
            {controls(bench)}
            {strip::strip(bench)}
            <p class="conclusion" aria-live="polite">{text(verdict)}</p>
            {layers::table(bench)}
            {folded("The gradient as a table", gradient)}
        </div>
    }
    .into_any()
}

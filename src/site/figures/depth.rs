//! What a deep stack does to numbers: two networks without training that differ in "+ x", forward and backward, block by block.
mod compute;
mod settings;

use super::{Facts, Figure};
use crate::{
    book::contents::route,
    site::{
        program::NotLoaded,
        url::{Keys, UrlState},
        widgets::{
            controls::{controls, plain},
            curves::{Axis, Curve, curves, power, short},
            data_table::{Cell, DataTable, Row},
            erased::{on_click, part, text},
            tables::folded,
        },
    },
};
use compute::{Answer, Stack, arrives, grows};
use leptos::prelude::*;
use settings::Settings;
use wasm_split_helpers::wasm_split;

/// The figure `depth`.
pub const FIGURE: Figure = Figure {
    id: "depth",
    title: route("figure/depth").title,
    caption: route("figure/depth").summary,
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: || {
        crate::site::walk::faults(&[""], &[], |s: &Settings| {
            compute::answer(s).map(|answer| format!("{answer:?}")).map_err(|e| e.to_string())
        })
    },
};

#[wasm_split(depth, fallible, preload(fetch))]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(figure())
}

#[wasm_split(depth, fallible)]
fn facts(query: String) -> Result<Facts, NotLoaded> {
    Ok(compute::facts(&Keys::<Settings>::default().from_query(&query)))
}

const NAMES: [&str; 2] = ["plain", "residual"];
const COLOURS: [&str; 2] = ["--positive", "--accent"];
/// A chart shows powers of ten up to this.
const REACH: i32 = 24;

type Values = fn(&Stack) -> &[f64];

/// One number of each block for both networks, over powers of ten.
fn chart(answer: &Answer, of: Values, across: &str) -> AnyView {
    let all = || answer.iter().flat_map(of).filter(|v| v.is_finite() && **v > 0.0).map(|v| v.log10());
    let (least, most) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
    let (low, high) = if least > most { (-1, 1) } else { (least.floor() as i32, most.ceil() as i32) };
    let (low, high) = (low.max(-REACH), high.min(REACH).max(low.max(-REACH) + 2));
    let places = of(&answer[0]).len();
    let level = |value: f64| if value > 0.0 { value.log10() } else { f64::from(low) };
    let curve = |twin: usize| Curve {
        colour: COLOURS[twin],
        past: false,
        points: of(&answer[twin]).iter().enumerate().filter(|(_, v)| !v.is_nan()).map(|(at, v)| (at as f64, level(*v))).collect(),
    };
    let every = ((high - low) / 6).max(1) as usize;
    let y =
        Axis { ends: [f64::from(low), f64::from(high)], ticks: (low..=high).step_by(every).map(|e| (f64::from(e), power(e))).collect() };
    let stride = (places / 8).max(1);
    let x = Axis {
        ends: [0.0, (places.max(2) - 1) as f64],
        ticks: (0..places).step_by(stride).map(|at| (at as f64, at.to_string())).collect(),
    };
    curves(&[curve(0), curve(1)], &x, &y, across)
}

fn sentence(answer: &Answer) -> String {
    let [plain, residual] = answer;
    format!(
        "From the first layer to the last block the values change by a factor of {} (plain) and {} (residual). On the way back the gradients change by {} and {}.",
        short(grows(plain)),
        short(grows(residual)),
        short(arrives(plain)),
        short(arrives(residual))
    )
}

fn table(answer: &Answer) -> DataTable {
    let cell = |values: &[f64], at: usize| Cell::maybe(values.get(at).copied(), short);
    let row = |at: usize| {
        let name = if at == 0 { "first layer".into() } else { format!("block {at}") };
        Row::headed(Cell::text(name), answer.iter().flat_map(|stack| [cell(&stack.scales, at), cell(&stack.gradients, at)]))
    };
    let columns = NAMES.iter().flat_map(|name| ["values", "gradient"].map(|what| format!("{name}, {what}")));
    DataTable {
        name: "Sizes of values and gradients".into(),
        caption: "Root of the mean square of values and gradients, two pictures of noise, batch statistics".into(),
        columns: std::iter::once("after".into()).chain(columns).collect(),
        rows: (0..answer[0].scales.len()).map(row).collect(),
        ..DataTable::default()
    }
}

fn figure() -> AnyView {
    let settings = UrlState::<Settings>::here();
    let answer = Memo::new(move |_| settings.with(compute::answer));
    let with = move |show: Box<dyn Fn(&Answer) -> AnyView + Send>| {
        part(move || answer.with(|answer| answer.as_ref().map_or_else(|error| view! { <p>{error.to_string()}</p> }.into_any(), &show)))
    };
    let said = move || answer.with(|answer| answer.as_ref().map_or_else(|error| error.to_string(), sentence));
    let legend = (0..2).map(|i| view! { <span class="key" style=format!("--key: var({})", COLOURS[i])>{NAMES[i]}</span> }).collect_view();
    view! {
        <div class="field depth chart">
            <div class="bar">
                <button type="button" on:click=on_click(move || settings.reset())>"Reset"</button>
                {controls(settings, "depth-", &plain())}
                <button type="button" class="quiet" on:click=on_click(move || settings.commit(|s| s.seed += 1))>"Draw others"</button>
            </div>
            <p class="legend">{legend}</p>
            <div class="halves">
            <div data-part="values">
                <p class="title">"Size of the values, forward"</p>
                {with(Box::new(|answer| chart(answer, |stack| &stack.scales, "after block, the first layer being 0")))}
            </div>
            <div data-part="gradients">
                <p class="title">"Size of the gradients, backward"</p>
                {with(Box::new(|answer| chart(answer, |stack| &stack.gradients, "after block, the first layer being 0")))}
            </div>
            </div>
            <p class="conclusion" aria-live="polite">{text(said)}</p>
            {folded("The numbers as a table", move || answer.with(|answer| answer.iter().map(table).collect()))}
        </div>
    }
    .into_any()
}

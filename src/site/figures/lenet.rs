//! LeNet-5 layer by layer: shapes, parameters and multiply-adds in each of its variants, counted by a dry run.
mod compute;
mod drawing;
mod settings;

use super::{Facts, Figure};
use crate::{
    book::contents::route,
    error,
    site::{
        program::NotLoaded,
        url::{Keys, UrlState},
        widgets::{
            controls::{control, plain},
            data_table::{Cell, DataTable, Row},
            erased::{on_click, part, text},
            number::{grouped, shape},
            tables::{folded, shown},
        },
    },
};
use compute::{Layer, TABLE};
use leptos::prelude::*;
use settings::Settings;
use wasm_split_helpers::wasm_split;

/// The figure `lenet`.
pub const FIGURE: Figure = Figure {
    id: "lenet",
    title: route("figure/lenet").title,
    caption: route("figure/lenet").summary,
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: || crate::site::walk::faults(&["", "form=1998"], &[], |s: &Settings| crate::site::walk::facts(compute::facts(s))),
};

#[wasm_split(lenet, fallible, preload(fetch))]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(figure())
}

#[wasm_split(lenet, fallible)]
fn facts(query: String) -> Result<Facts, NotLoaded> {
    Ok(compute::facts(&Keys::<Settings>::default().from_query(&query)))
}

fn controls(settings: UrlState<Settings>) -> AnyView {
    let original = Memo::new(move |_| settings.with(Settings::is_original));
    let one = move |key: &str| control(settings, "lenet-", key, &plain());
    let own = move || {
        let keys: &[&str] = if original.get() { &["full"] } else { &["pad", "first", "second", "dense"] };
        keys.iter().map(|key| one(key)).collect_view().into_any()
    };
    view! {
        <div class="bar">
            <button type="button" on:click=on_click(move || settings.reset())>"Reset"</button>
            {one("form")}
            {one("side")}
            {part(own)}
        </div>
    }
    .into_any()
}

fn table(settings: &Settings, layers: &[Layer]) -> DataTable {
    let names = ["layer", "what it does", "makes", "parameters", "multiply-adds", "connections"];
    // The paper counts connections in its own variant only.
    let counted = if settings.is_original() { 3 } else { 2 };
    let sum = |of: fn(&Layer) -> u64| layers.iter().map(of).sum::<u64>();
    let row = |layer: &Layer| {
        let counts = [layer.parameters as u64, layer.macs, layer.connections].map(|count| Cell::number(count, grouped(count)));
        let cells = [Cell::text(&layer.what), Cell::number(shape(layer.shape), shape(layer.shape))]
            .into_iter()
            .chain(counts.into_iter().take(counted));
        Row::headed(Cell::text(layer.name), cells).mark("data-part", layer.name)
    };
    let sums = [("parameters", sum(|l| l.parameters as u64)), ("macs", sum(|l| l.macs)), ("connections", sum(|l| l.connections))]
        .map(|(part, count)| Cell::number(count, grouped(count)).mark("data-part", part));
    DataTable {
        name: "The layers".into(),
        caption: "Layers with what they make of one picture (C × H × W), the numbers that training moves, and multiply-adds".into(),
        columns: names.map(String::from)[..3 + counted].to_vec(),
        rows: layers.iter().map(row).collect(),
        foot: Some(Row::headed(Cell::text("All"), [Cell::text(""), Cell::text("")].into_iter().chain(sums.into_iter().take(counted)))),
        marks: vec![("class", "layers".into())],
        order: None,
    }
}

/// For each map of C3, the maps of S2 that it reads.
fn connections() -> DataTable {
    let cell = |reads: bool| if reads { Cell::text("×").mark("class", "reads") } else { Cell::text("·") };
    DataTable {
        name: "Connections of C3".into(),
        caption: "Columns: the maps of C3. Rows: the maps of S2. Table I of the paper".into(),
        columns: std::iter::once(String::new()).chain((0..TABLE.len()).map(|map| map.to_string())).collect(),
        rows: (0..6).map(|below| Row::headed(Cell::text(below), TABLE.map(|reads| cell(reads.contains(&below))))).collect(),
        marks: vec![("class", "connections".into())],
        ..DataTable::default()
    }
}

fn verdict(settings: &Settings, rows: &[Layer]) -> String {
    let parameters: usize = rows.iter().map(|r| r.parameters).sum();
    let macs: u64 = rows.iter().map(|r| r.macs).sum();
    let share = |part: f64, whole: f64| 100.0 * part / whole.max(1.0);
    let (Some(heavy), Some(busy)) = (rows.iter().max_by_key(|r| r.parameters), rows.iter().max_by_key(|r| r.macs)) else {
        return String::new();
    };
    let places = match rows.last() {
        Some(Layer { shape: [_, height, width], .. }) if settings.is_original() && height * width > 1 => {
            format!(" It answers at {height} × {width} places of this picture.")
        }
        _ => String::new(),
    };
    format!(
        "{} parameters, {:.0} % of them in {}; {} multiply-adds, {:.0} % of them in {}.{places}",
        grouped(parameters as u64),
        share(heavy.parameters as f64, parameters as f64),
        heavy.name,
        grouped(macs),
        share(busy.macs as f64, macs as f64),
        busy.name
    )
}

fn figure() -> AnyView {
    let settings = UrlState::<Settings>::here();
    let rows: Memo<error::Result<Vec<Layer>>> = Memo::new(move |_| settings.with(compute::rows));
    let told = move || rows.with(|rows| settings.with(|s| rows.as_ref().map_or_else(ToString::to_string, |rows| verdict(s, rows))));
    let svg = move || {
        let inner = rows.with(|rows| settings.with(|s| rows.as_ref().map(|rows| drawing::draw(s.side, rows)).unwrap_or_default()));
        format!("<svg viewBox=\"0 0 {} {}\" aria-hidden=\"true\">{inner}</svg>", drawing::WIDTH, drawing::HEIGHT)
    };
    let counted = move || rows.with(|rows| settings.with(|s| rows.iter().map(|rows| table(s, rows)).collect()));
    let original = Memo::new(move |_| settings.with(Settings::is_original));
    let below = move || match original.get() {
        true => folded("Which maps of S2 each map of C3 reads", || vec![connections()]),
        false => ().into_any(),
    };
    view! {
        <div class="counted lenet">
            {controls(settings)}
            <div class="scroll" tabindex="0" role="group" aria-label="The layers as a drawing; their numbers stand in the table below">
                <div class="stack" inner_html=text(svg)></div>
            </div>
            <p class="conclusion" aria-live="polite">{text(told)}</p>
            {shown(counted)}
            {part(below)}
        </div>
    }
    .into_any()
}

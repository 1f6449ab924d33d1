//! The residual networks of the paper, stage by stage: blocks, maps, parameters and multiply-adds. They are counted by a dry run, beside the paper's numbers.
mod compute;
mod settings;

use super::{Facts, Figure};
use crate::{
    book::contents::route,
    error,
    site::{
        program::NotLoaded,
        url::{Keys, UrlState},
        widgets::{
            controls::{controls, plain},
            data_table::{Cell, DataTable, Row},
            erased::{on_click, text},
            number::{grouped, shape},
            tables::shown,
        },
    },
};
use compute::Stage;
use leptos::prelude::*;
use settings::{ROWS, Settings};
use wasm_split_helpers::wasm_split;

/// The figure `stages`.
pub const FIGURE: Figure = Figure {
    id: "stages",
    title: route("figure/stages").title,
    caption: route("figure/stages").summary,
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: || crate::site::walk::faults(&[""], &[], |s: &Settings| crate::site::walk::facts(compute::facts(s))),
};

#[wasm_split(stages, fallible, preload(fetch))]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(figure())
}

#[wasm_split(stages, fallible)]
fn facts(query: String) -> Result<Facts, NotLoaded> {
    Ok(compute::facts(&Keys::<Settings>::default().from_query(&query)))
}

fn share(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn table(stages: &[Stage]) -> DataTable {
    let macs = stages.iter().map(|stage| stage.macs).sum::<u64>();
    let parameters = stages.iter().map(|stage| stage.parameters as u64).sum::<u64>();
    let counted = |parameters: u64, macs: u64| {
        [("parameters", parameters), ("macs", macs)].map(|(part, count)| Cell::number(count, grouped(count)).mark("data-part", part))
    };
    let row = |stage: &Stage| {
        let [own_parameters, own_macs] = counted(stage.parameters as u64, stage.macs);
        let made = Cell::number(shape(stage.shape), shape(stage.shape));
        let bar = Cell::share(share(stage.macs, macs) / 100.0);
        Row::headed(Cell::text(stage.name), [Cell::text(&stage.what), made, own_parameters, own_macs, bar])
    };
    let [all_parameters, all_macs] = counted(parameters, macs);
    DataTable {
        name: "The stages".into(),
        caption:
            "The parts with what they make of one picture (C × H × W), the numbers that training moves, and multiply-adds, with their share"
                .into(),
        columns: ["part", "what stands in it", "makes", "parameters", "multiply-adds", "share"].map(String::from).into(),
        rows: stages.iter().map(row).collect(),
        foot: Some(Row::headed(Cell::text("All"), [Cell::text(""), Cell::text(""), all_parameters, all_macs, Cell::text("")])),
        marks: vec![("class", "layers".into())],
        order: None,
    }
}

/// The five networks of the paper with the same settings.
fn kin(settings: &Settings, counted: &[(usize, u64)]) -> DataTable {
    let row = |(row, (parameters, macs)): (&settings::Row, &(usize, u64))| {
        let (millions, billions) = (*parameters as f64 / 1e6, *macs as f64 / 1e9);
        let cells = [
            Cell::text(row.blocks.map(|blocks| blocks.to_string()).join(", ")),
            Cell::number(millions, format!("{millions:.2} M")),
            Cell::number(billions, format!("{billions:.2} G")),
            Cell::number(row.published, format!("{} G", row.published)),
        ];
        Row::headed(Cell::number(row.layers, row.layers.to_string()), cells)
            .mark("class", if row.layers == settings.layers { "now" } else { "" })
    };
    DataTable {
        name: "The networks of the paper".into(),
        caption: "All five under these settings: parameters in millions (M), multiply-adds in billions (G), and the paper’s for 224 pixels (its table 1)".into(),
        columns: ["layers", "blocks", "parameters", "multiply-adds", "in the paper"].map(String::from).into(),
        rows: ROWS.iter().zip(counted).map(row).collect(),
        marks: vec![("class", "layers".into()), ("data-part", "networks".into())],
        ..DataTable::default()
    }
}

fn verdict(settings: &Settings, stages: &[Stage]) -> String {
    let parameters = stages.iter().map(|stage| stage.parameters as u64).sum::<u64>();
    let macs = stages.iter().map(|stage| stage.macs).sum::<u64>();
    let (Some(heavy), Some(busy)) = (stages.iter().max_by_key(|s| s.parameters), stages.iter().max_by_key(|s| s.macs)) else {
        return String::new();
    };
    format!(
        "{} layers, {} blocks. {:.1} million parameters, {:.0} % of them in {}; {:.2} billion multiply-adds, {:.0} % of them in {}.",
        settings.layers,
        settings.row().blocks.iter().sum::<usize>(),
        parameters as f64 / 1e6,
        share(heavy.parameters as u64, parameters),
        heavy.name,
        macs as f64 / 1e9,
        share(busy.macs, macs),
        busy.name
    )
}

fn figure() -> AnyView {
    let settings = UrlState::<Settings>::here();
    let stages: Memo<error::Result<Vec<Stage>>> = Memo::new(move |_| settings.with(compute::stages));
    // The numbers here do not depend on the depth.
    let shared = Memo::new(move |_| settings.with(|s| Settings { layers: ROWS[0].layers, ..s.clone() }));
    let counted: Memo<error::Result<Vec<(usize, u64)>>> = Memo::new(move |_| shared.with(compute::all));
    let told =
        move || stages.with(|stages| settings.with(|s| stages.as_ref().map_or_else(ToString::to_string, |stages| verdict(s, stages))));
    let one = move || stages.with(|stages| stages.iter().map(|stages| table(stages)).collect());
    let all = move || counted.with(|counted| settings.with(|s| counted.iter().map(|counted| kin(s, counted)).collect()));
    view! {
        <div class="counted stages">
            <div class="bar">
                <button type="button" on:click=on_click(move || settings.reset())>"Reset"</button>
                {controls(settings, "stages-", &plain())}
            </div>
            <p class="conclusion" aria-live="polite">{text(told)}</p>
            {shown(one)}
            {shown(all)}
        </div>
    }
    .into_any()
}

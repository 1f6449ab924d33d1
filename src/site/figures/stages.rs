//! The residual networks of the paper stage by stage: blocks, maps, parameters and multiply-adds, counted by a dry run, beside the paper's numbers.
mod compute;
mod settings;

use super::{Facts, Figure};
use crate::{
    error,
    site::{
        program::Missing,
        url::{Keys, UrlState},
        widgets::{
            controls::{controls, plain},
            erased::{part, press, say},
            number::grouped,
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
    title: "The residual networks, stage by stage",
    caption: "What stands in each stage, what it makes of a picture, how many numbers it learns and how much it computes; and the paper's five networks side by side. \
              Change the depth, the way around a block, the place where it steps, and the size of the picture.",
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
};

#[wasm_split(stages, fallible, preload(fetch))]
fn view() -> Result<AnyView, Missing> {
    Ok(figure())
}

#[wasm_split(stages, fallible)]
fn facts(query: String) -> Result<Facts, Missing> {
    Ok(compute::facts(&Keys::<Settings>::default().from_query(&query)))
}

fn share(part: u64, whole: u64) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn row(stage: &Stage, whole: u64) -> AnyView {
    let [channels, height, width] = stage.shape;
    let shape = if height * width == 1 { channels.to_string() } else { format!("{channels} × {height} × {width}") };
    view! {
        <tr>
            <th scope="row">{stage.name}</th>
            <td class="what">{stage.what.clone()}</td>
            <td class="number">{shape}</td>
            <td class="number" data-part="parameters">{grouped(stage.parameters as u64)}</td>
            <td class="number" data-part="macs">{grouped(stage.macs)}</td>
            <td class="share"><span class="track"><span class="fill" style=format!("--share:{:.1}%", share(stage.macs, whole))></span></span></td>
        </tr>
    }
    .into_any()
}

fn table(stages: &[Stage]) -> AnyView {
    let macs = stages.iter().map(|stage| stage.macs).sum::<u64>();
    let parameters = stages.iter().map(|stage| stage.parameters as u64).sum::<u64>();
    view! {
        <table class="layers">
            <caption>"The parts with what they make of one picture (C × H × W), the numbers that training moves, and multiply-adds, with their share"</caption>
            <thead>
                <tr>
                    <th scope="col">"part"</th>
                    <th scope="col">"what stands in it"</th>
                    <th scope="col" class="number">"makes"</th>
                    <th scope="col" class="number">"parameters"</th>
                    <th scope="col" class="number">"multiply-adds"</th>
                    <th scope="col">"share"</th>
                </tr>
            </thead>
            <tbody>{stages.iter().map(|stage| row(stage, macs)).collect_view()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" colspan="3">"All"</th>
                    <td class="number" data-part="parameters">{grouped(parameters)}</td>
                    <td class="number" data-part="macs">{grouped(macs)}</td>
                    <td></td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// The five of the paper under the same settings.
fn kin(settings: &Settings, counted: &[(usize, u64)]) -> AnyView {
    let rows = ROWS.iter().zip(counted).map(|(row, (parameters, macs))| {
        view! {
            <tr class:now=row.layers == settings.layers>
                <th scope="row" class="number">{row.layers}</th>
                <td>{row.blocks.map(|blocks| blocks.to_string()).join(", ")}</td>
                <td class="number">{format!("{:.2} M", *parameters as f64 / 1e6)}</td>
                <td class="number">{format!("{:.2} G", *macs as f64 / 1e9)}</td>
                <td class="number">{format!("{} G", row.published)}</td>
            </tr>
        }
    });
    view! {
        <table class="layers" data-part="networks">
            <caption>"All five under these settings: parameters in millions (M), multiply-adds in billions (G), and the paper’s for 224 pixels (its table 1)"</caption>
            <thead>
                <tr>
                    <th scope="col" class="number">"layers"</th>
                    <th scope="col">"blocks"</th>
                    <th scope="col" class="number">"parameters"</th>
                    <th scope="col" class="number">"multiply-adds"</th>
                    <th scope="col" class="number">"in the paper"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
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
    // The depth changes none of them.
    let shared = Memo::new(move |_| settings.with(|s| Settings { layers: ROWS[0].layers, ..s.clone() }));
    let counted: Memo<error::Result<Vec<(usize, u64)>>> = Memo::new(move |_| shared.with(compute::all));
    let told =
        move || stages.with(|stages| settings.with(|s| stages.as_ref().map_or_else(ToString::to_string, |stages| verdict(s, stages))));
    let one = move || stages.with(|stages| stages.as_ref().map_or_else(|_| ().into_any(), |stages| table(stages)));
    let all = move || counted.with(|counted| settings.with(|s| counted.as_ref().map_or_else(|_| ().into_any(), |counted| kin(s, counted))));
    view! {
        <div class="counted stages">
            <div class="bar">
                <button type="button" on:click=press(move || settings.reset())>"Reset"</button>
                {controls(settings, "stages-", &plain())}
            </div>
            <p class="conclusion" aria-live="polite">{say(told)}</p>
            <div class="scroll" tabindex="0" role="group" aria-label="The stages">{part(one)}</div>
            <div class="scroll" tabindex="0" role="group" aria-label="The networks of the paper">{part(all)}</div>
        </div>
    }
    .into_any()
}

//! LeNet-5 layer by layer: shapes, parameters and multiply-adds in each of its forms, counted by a dry run.
mod compute;
mod drawing;
mod settings;

use super::{Facts, Figure};
use crate::{
    error,
    site::{
        program::Missing,
        url::{Keys, Place, UrlState},
        widgets::{
            choice::Choice,
            controls::{control, plain},
            erased::{part, press, say},
            number::grouped,
        },
    },
};
use compute::{Row, TABLE};
use leptos::prelude::*;
use settings::{Form, Settings};
use wasm_split_helpers::wasm_split;

/// The figure `lenet`.
pub const FIGURE: Figure = Figure {
    id: "lenet",
    title: "LeNet-5, layer by layer",
    caption: "What each layer makes of a picture, how many numbers it learns and how much it computes. Change the form, the size of the picture and the widths.",
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
};

#[wasm_split(lenet, fallible, preload(fetch))]
fn view() -> Result<AnyView, Missing> {
    Ok(figure())
}

#[wasm_split(lenet, fallible)]
fn facts(query: String) -> Result<Facts, Missing> {
    Ok(compute::facts(&Keys::<Settings>::default().from_query(&query)))
}

fn controls(settings: UrlState<Settings>) -> AnyView {
    let forms = Form::ALL.map(|(_, key, name)| (key.to_string(), name.to_string())).to_vec();
    let take = move |key: String| {
        if let Some((form, ..)) = Form::ALL.iter().find(|(_, own, _)| *own == key) {
            // Each form is shown with the picture that it is made for.
            settings.commit(|s| (s.form, s.side) = (*form, if *form == Form::Original { 32 } else { 28 }));
        }
    };
    let original = Memo::new(move |_| settings.with(Settings::is_original));
    let one = move |key: &str| control(settings, "lenet-", key, &plain());
    let own = move || {
        let keys: &[&str] = if original.get() { &["full"] } else { &["pad", "first", "second", "dense"] };
        keys.iter().map(|key| one(key)).collect_view().into_any()
    };
    view! {
        <div class="bar">
            <button type="button" on:click=press(move || settings.reset())>"Reset"</button>
            <Choice
                id=Place::id("lenet-form")
                label="Form"
                value=say(move || settings.with(|s| s.form.key().to_string()))
                options=Signal::stored(forms)
                choose=take
            />
            {one("side")}
            {part(own)}
        </div>
    }
    .into_any()
}

fn row(row: &Row, original: bool) -> AnyView {
    let [channels, height, width] = row.shape;
    let shape = if height * width == 1 { channels.to_string() } else { format!("{channels} × {height} × {width}") };
    view! {
        <tr data-part=row.name>
            <th scope="row">{row.name}</th>
            <td class="what">{row.what.clone()}</td>
            <td class="number">{shape}</td>
            <td class="number">{grouped(row.parameters as u64)}</td>
            <td class="number">{grouped(row.macs)}</td>
            {original.then(|| view! { <td class="number">{grouped(row.connections)}</td> })}
        </tr>
    }
    .into_any()
}

fn table(settings: &Settings, rows: &[Row]) -> AnyView {
    let original = settings.is_original();
    let [parameters, macs, connections] =
        [rows.iter().map(|r| r.parameters as u64).sum(), rows.iter().map(|r| r.macs).sum(), rows.iter().map(|r| r.connections).sum()]
            .map(grouped);
    let body = rows.iter().map(|r| row(r, original)).collect_view();
    view! {
        <table class="layers">
            <caption>"Layers with what they make of one picture (C × H × W), the numbers that training moves, and multiply-adds"</caption>
            <thead>
                <tr>
                    <th scope="col">"layer"</th>
                    <th scope="col">"what it does"</th>
                    <th scope="col" class="number">"makes"</th>
                    <th scope="col" class="number">"parameters"</th>
                    <th scope="col" class="number">"multiply-adds"</th>
                    {original.then(|| view! { <th scope="col" class="number">"connections"</th> })}
                </tr>
            </thead>
            <tbody>{body}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" colspan="3">"All"</th>
                    <td class="number" data-part="parameters">{parameters}</td>
                    <td class="number" data-part="macs">{macs}</td>
                    {original.then(|| view! { <td class="number">{connections}</td> })}
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// Which maps of S2 each map of C3 reads.
fn connections() -> AnyView {
    let head = (0..TABLE.len()).map(|map| view! { <th scope="col">{map}</th> }).collect_view();
    let rows = (0..6).map(|below| {
        let cells = TABLE.iter().map(|reads| {
            if reads.contains(&below) {
                view! { <td class="reads">"×"</td> }
            } else {
                view! { <td class="">"·"</td> }
            }
        });
        view! { <tr><th scope="row">{below}</th>{cells.collect_view()}</tr> }
    });
    view! {
        <details class="tables">
            <summary>"Which maps of S2 each map of C3 reads"</summary>
            <div class="scroll" tabindex="0" role="group" aria-label="Connections of C3">
                <table class="connections">
                    <caption>"Columns: the maps of C3. Rows: the maps of S2. Table I of the paper"</caption>
                    <thead><tr><td></td>{head}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn verdict(settings: &Settings, rows: &[Row]) -> String {
    let parameters: usize = rows.iter().map(|r| r.parameters).sum();
    let macs: u64 = rows.iter().map(|r| r.macs).sum();
    let share = |part: f64, whole: f64| 100.0 * part / whole.max(1.0);
    let (Some(heavy), Some(busy)) = (rows.iter().max_by_key(|r| r.parameters), rows.iter().max_by_key(|r| r.macs)) else {
        return String::new();
    };
    let places = match rows.last() {
        Some(Row { shape: [_, height, width], .. }) if settings.is_original() && height * width > 1 => {
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
    let rows: Memo<error::Result<Vec<Row>>> = Memo::new(move |_| settings.with(compute::rows));
    let told = move || rows.with(|rows| settings.with(|s| rows.as_ref().map_or_else(ToString::to_string, |rows| verdict(s, rows))));
    let svg = move || {
        let inner = rows.with(|rows| settings.with(|s| rows.as_ref().map(|rows| drawing::draw(s.side, rows)).unwrap_or_default()));
        format!("<svg viewBox=\"0 0 {} {}\" aria-hidden=\"true\">{inner}</svg>", drawing::WIDTH, drawing::HEIGHT)
    };
    let counted = move || rows.with(|rows| settings.with(|s| rows.as_ref().map_or_else(|_| ().into_any(), |rows| table(s, rows))));
    let original = Memo::new(move |_| settings.with(Settings::is_original));
    let below = move || if original.get() { connections() } else { ().into_any() };
    view! {
        <div class="counted lenet">
            {controls(settings)}
            <div class="scroll" tabindex="0" role="group" aria-label="The layers as a drawing; their numbers stand in the table below">
                <div class="stack" inner_html=say(svg)></div>
            </div>
            <p class="conclusion" aria-live="polite">{say(told)}</p>
            <div class="scroll" tabindex="0" role="group" aria-label="The layers">{part(counted)}</div>
            {part(below)}
        </div>
    }
    .into_any()
}

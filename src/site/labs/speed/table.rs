//! The table of results: a row for each case and device, sorted by any number, which can be copied.
use super::{
    report::{self, Setting},
    rows::{Column, Found, Row, digits, pressed, sorted},
    store::Store,
};
use crate::{
    site::{
        browser,
        machine::Machine,
        scope::Scope,
        widgets::erased::{display, on_click, part, text},
    },
    workbench::protocol::DeviceChoice,
};
use leptos::prelude::*;

pub fn results(store: Store) -> AnyView {
    let scope = Scope::here();
    let said = RwSignal::new(String::new());
    // If the browser does not allow access to the clipboard, the text is shown here, to be copied by hand.
    let by_hand = RwSignal::new(None::<String>);
    let copy = move |what: &'static str, write: fn(&[Row], &Setting) -> String| {
        on_click(move || {
            let report = write(&store.rows.get_untracked(), &setting(store.connection.machine.get_untracked()));
            scope.spawn(async move {
                let copied = browser::copy(report.clone()).await;
                said.set(if copied { format!("Copied as {what}.") } else { "The clipboard is closed; here is the text.".into() });
                by_hand.set((!copied).then_some(report));
            });
        })
    };
    let head = move |column: Column| {
        let order = move || match store.order.get() {
            Some((of, falling)) if of == column => {
                if falling {
                    "descending"
                } else {
                    "ascending"
                }
            }
            _ => "none",
        };
        view! {
            <th class="number" scope="col" aria-sort=display(order)>
                <button class="quiet" on:click=on_click(move || store.order.update(|order| *order = pressed(*order, column)))>{column.title()}</button>
            </th>
        }
        .into_any()
    };
    let body = move || {
        let machine = store.connection.machine.get();
        let rows = store.rows.with(|rows| sorted(rows, store.order.get()));
        rows.into_iter().map(|row| line(row, &machine)).collect_view().into_any()
    };
    let empty = move || store.rows.with(Vec::is_empty);
    let shown_by_hand = move || {
        by_hand
            .get()
            .map(|text| view! { <textarea readonly rows="8" aria-label="The results as text" prop:value=text></textarea> })
            .into_any()
    };
    view! {
        <section id="results" aria-labelledby="results-title">
            <h2 id="results-title">"Results"</h2>
            <div class="scroll wide" tabindex="0" role="region" aria-labelledby="results-title">
                <table class="list speeds">
                    <thead><tr>
                        <th scope="col">"case"</th><th scope="col">"device"</th>
                        {Column::ALL.into_iter().map(head).collect_view()}
                        <th scope="col">"way"</th>
                    </tr></thead>
                    <tbody>{part(body)}</tbody>
                </table>
            </div>
            <div class="bar">
                <button id="copy-markdown" disabled=Signal::derive(empty) on:click=copy("Markdown", report::markdown)>"Copy as Markdown"</button>
                <button id="copy-json" disabled=Signal::derive(empty) on:click=copy("JSON", report::json)>"Copy as JSON"</button>
                <span role="status">{text(move || said.get())}</span>
            </div>
            {part(shown_by_hand)}
        </section>
    }
    .into_any()
}

fn line(Row { job, outcome }: Row, machine: &Machine) -> AnyView {
    let device = if job.device == DeviceChoice::Gpu { "gpu" } else { "cpu" };
    let start = view! { <th scope="row">{job.case.title}</th><td>{machine.device_name(job.device)}</td> };
    match outcome {
        Ok(found) => {
            let times = &found.times;
            let naive = times.naive.as_ref().map(|(_, time)| time.to_string());
            let (median, gflops, first) = (times.median(), times.gflops(), times.first);
            let (rung, rung_shown) = (times.rung.clone(), times.rung.clone());
            view! {
                <tr data-state="done" data-case=job.case.name data-device=device data-runs=times.runs.len() data-median-ms=median data-gflops=gflops
                    data-first-run-ms=first data-first-ms=found.from_worker data-rung=rung data-naive-ms=naive>
                    {start}
                    {Column::ALL.map(|column| view! { <td class="number">{cell(column, &found)}</td> }.into_any()).into_iter().collect_view()}
                    <td>{rung_shown}</td>
                </tr>
            }
            .into_any()
        }
        Err(why) => {
            let shown = format!("Not measured: {why}");
            view! {
                <tr data-state="failed" data-case=job.case.name data-device=device data-error=why>
                    {start}<td colspan=Column::ALL.len() + 1>{shown}</td>
                </tr>
            }
            .into_any()
        }
    }
}

/// A number as text. The time of the simplest implementation also has its ratio to the chosen one.
fn cell(column: Column, found: &Found) -> String {
    match (column, column.of(found)) {
        (_, None) => "–".into(),
        (Column::Naive, Some(time)) => format!("{} ({}×)", digits(time), digits(time / found.times.median())),
        (_, Some(value)) => digits(value),
    }
}

fn setting(machine: Machine) -> Setting {
    let navigator = window().navigator();
    Setting {
        date: js_sys::Date::new_0().to_iso_string().into(),
        browser: navigator.user_agent().unwrap_or_default(),
        processors: navigator.hardware_concurrency() as u32,
        machine,
    }
}

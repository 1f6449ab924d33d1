//! The filter bench: any picture and any kernel, and the filtered picture, which follows every change.
mod cells;
mod controls;
mod ids;
mod learned;
mod makers;
mod panels;
mod pictures;
mod products;
mod rules;
mod settings;
mod sight;
mod source;
mod table;

use super::{Facts, Figure};
use crate::{
    book::contents::route,
    site::{
        program::NotLoaded,
        url::Keys,
        widgets::{
            erased::{on_click, on_event, part, text},
            number::number,
            tables,
        },
        worker_client::Status,
    },
    workbench::protocol::vision::View,
};
use ids::id;
use leptos::{ev, prelude::*};
use settings::Settings;
use table::{Frame, Table};
use wasm_split_helpers::wasm_split;

/// The figure `filters`.
pub const FIGURE: Figure = Figure {
    id: "filters",
    title: route("figure/filters").title,
    caption: route("figure/filters").summary,
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: walk,
};

#[wasm_split(filters, fallible, preload(fetch))]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(bench())
}

#[wasm_split(filters, fallible)]
fn facts(query: String) -> Result<Facts, NotLoaded> {
    Ok(Keys::<Settings>::default().from_query(&query).facts())
}

/// The walk along the bench's controls: each changes the kernel, what the workbench is asked, or the place that is looked at.
#[cfg(not(target_arch = "wasm32"))]
fn walk() -> Vec<String> {
    let starts =
        ["", "kernel=gaussian", "kernel=gabor&size=9", "kernel=dog&size=9", "kernel=sharpen", "kernel=own&weights=1_2_3_4_5_6_7_8_9"];
    let open = [("weights", "0_1_0_1_0_1_0_1_0"), ("size", "7")];
    crate::site::walk::faults(&starts, &open, |s: &Settings| {
        let asked = (s.plane(), s.options(Default::default()), s.grain(), s.components(9), s.lesson());
        Ok(format!("{asked:?} {} {:?}", s.picture, [s.row, s.column]))
    })
}

fn bench() -> AnyView {
    let table = Table::here();
    let key = Memo::new(move |_| table.settings.with(|s| s.picture.clone()));
    Effect::new(move |_| source::bring(table, &key.get()));
    on_cleanup(move || source::stop_camera(table));
    sight::watch(table);
    tables::keep(move || vec![panels::singular(table)]);
    // A picture that is dropped anywhere on the figure is used.
    let over = move |event: ev::DragEvent| event.prevent_default();
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        source::take_files(table, event.data_transfer().and_then(|data| data.files()));
    };
    view! {
        <div class="filters" on:dragover=on_event(over) on:drop=on_event(dropped)>
            <div class="bar">{controls::bar(table)} {controls::picture(table)}</div>
            <div class="table">
                {pictures::picture(table, "input", "Input", table.input, "The picture as grey; the arrow keys move the kernel's window", |table| table.kernel.with(|k| k.height))}
                {cells::grid(table)}
                {pictures::picture(table, "output", "Output", table.output, "What the kernel makes of the picture; the arrow keys move the place that is looked at", |_| 1)}
            </div>
            <div class="bar">{controls::kernel(table)}</div>
            <div class="bar">{controls::view(table)}</div>
            {legend(table)}
            {messages(table)}
            {products::panel(table)}
            {panels::panel("separability", "Separability: fewer multiplications", RwSignal::new(false), panels::separability, table)}
            {panels::panel("spectra", "Spectra: which frequencies pass", table.spectra_open, panels::spectra, table)}
            {panels::panel("components", "Kernels that the picture itself suggests", RwSignal::new(false), learned::components, table)}
            {panels::panel("lesson", "One kernel learned from input and target", RwSignal::new(false), learned::lesson, table)}
        </div>
    }
    .into_any()
}

/// The meaning of the colours, and the time of the frame.
fn legend(table: Table) -> AnyView {
    let words = move || {
        let frame = table.frame.get();
        let full = number(frame.full, 3);
        match table.settings.with(|s| s.view) {
            View::Signed => format!("Blue −{full}, neutral 0, orange +{full}."),
            View::Absolute => format!("Neutral 0, ink {full} and more."),
            View::Grey => "Black 0 and less, white 1 and more.".into(),
            View::Magnitude => {
                format!("√(gx² + gy²), gx by the kernel, gy by the kernel with rows and columns exchanged: neutral 0, ink {full} and more.")
            }
            View::Direction => {
                "Brighter to the right: orange; downwards: magenta; to the left: blue; upwards: teal. Neutral: no gradient.".into()
            }
            View::Crossings => "Ink where the output changes its sign steeply enough.".into(),
            View::Median => "The median of the window; the weights are not used.".into(),
            View::Hog => {
                format!(
                    "In every 16 × 16 pixels, how much edge runs in each of nine directions, relative to its neighbours: neutral 0, ink {full} and more. The weights are not used."
                )
            }
        }
    };
    let range = move || {
        table
            .frame
            .with(|f| format!("Least {}, mean {}, greatest {}.", number(f.range[0], 3), number(f.range[1], 4), number(f.range[2], 3)))
    };
    let work = move || table.frame.with(|f| f.multiplications[usize::from(table.settings.with(|s| s.passes))]);
    let time = move || {
        let convention = if table.settings.with(|s| s.flip) { "True convolution" } else { "Correlation" };
        table.frame.with(|f| {
            let count = work();
            let [all, computing, colouring] = f.milliseconds.map(|ms| number(ms, 1));
            // The first frame includes the start of the worker, so its time says nothing about frames.
            let whole = if f.count > 1 { format!("; from question to picture {all} ms") } else { String::new() };
            format!("{convention}, {count} multiplications a pixel: filtering {computing} ms, colouring {colouring} ms{whole}.")
        })
    };
    let of = move |read: fn(&Frame) -> String| text(move || table.frame.with(read));
    view! {
        <p class="note legend-line">
            <span id=id("range") data-least=of(|f| f.range[0].to_string()) data-value=of(|f| f.range[1].to_string())>{text(words)} " " {text(range)}</span>
            " "
            <span
                id=id("frame")
                data-value=of(|f| f.milliseconds[0].to_string())
                data-computing=of(|f| f.milliseconds[1].to_string())
                data-count=of(|f| f.count.to_string())
                data-multiplications=text(move || work().to_string())
            >
                {text(time)}
            </span>
        </p>
    }
    .into_any()
}

/// What went wrong, and how to go on.
fn messages(table: Table) -> AnyView {
    let shared_worker = move || table.channel.with_value(|channel| channel.map(|channel| channel.shared_worker));
    let restart = move || {
        if let Some(shared_worker) = shared_worker() {
            shared_worker.open();
            table.begin_again();
        }
    };
    let sentence = |words: String, button: &'static str, done: Box<dyn FnMut(ev::MouseEvent)>| {
        view! { <p class="message error" role="alert">{words} " " <button type="button" on:click=done>{button}</button></p> }.into_any()
    };
    let dead = move || match shared_worker().map(|shared_worker| shared_worker.status.get()) {
        Some(Status::Dead(why)) => sentence(why, "Start again", on_click(restart)),
        Some(Status::Starting) => view! { <p class="note">"The worker is starting."</p> }.into_any(),
        _ => ().into_any(),
    };
    let told = move || match table.message.get() {
        Some(message) => sentence(message, "Dismiss", on_click(move || table.message.set(None))),
        None => ().into_any(),
    };
    view! { <div class="told">{part(dead)} {part(told)}</div> }.into_any()
}

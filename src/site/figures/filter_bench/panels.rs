//! Two views of the kernel: as a sum of columns times rows, and by its spectrum.
use super::{ids::id, table::Table};
use crate::site::widgets::{
    data_table::{Cell, DataTable, Row},
    erased::{flag, on_event, part, text},
    number::number,
};
use leptos::{ev, html, prelude::*};

/// A panel that opens. Its content exists only while it is open.
pub fn panel(own: &'static str, title: &'static str, open: RwSignal<bool>, content: fn(Table) -> AnyView, table: Table) -> AnyView {
    let toggled = move |event: ev::Event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    view! {
        <details class="panel" id=id(own) prop:open=flag(move || open.get()) on:toggle=on_event(toggled)>
            <summary>{title}</summary>
            {part(move || if open.get() { content(table) } else { ().into_any() })}
        </details>
    }
    .into_any()
}

pub fn separability(table: Table) -> AnyView {
    let sentence = move || {
        table.frame.with(|frame| {
            let [direct, passes] = frame.multiplications;
            let rank = frame.rank;
            let saved = 100.0 * (1.0 - passes as f32 / direct.max(1) as f32);
            let outcome = match rank {
                0 => "A kernel of zeros has rank 0.".to_string(),
                _ if passes < direct => format!("That saves {} %.", number(saved, 0)),
                _ => "That saves nothing: so many passes cost more than the kernel itself.".into(),
            };
            let sum = if rank == 1 { "one column times one row" } else { "a sum of columns times rows, as many as its rank" };
            format!("Rank {rank}: the kernel is {sum}. {direct} multiplications a pixel at once, {passes} in passes. {outcome}")
        })
    };
    view! {
        <p id=id("rank") data-value=text(move || table.frame.with(|f| f.rank.to_string()))>{text(sentence)}</p>
        {part(move || singular(table).view())}
    }
    .into_any()
}

pub fn singular(table: Table) -> DataTable {
    let rows = table.frame.with(|frame| {
        let largest = frame.singular.first().copied().unwrap_or(0.0).max(f32::MIN_POSITIVE);
        let power: f32 = frame.singular.iter().map(|s| s * s).sum::<f32>().max(f32::MIN_POSITIVE);
        let mut told = 0.0;
        let row = |(i, s): (usize, &f32)| {
            told += s * s / power;
            let cells = [Cell::number(s, number(*s, 5)), Cell::number(told, format!("{} %", number(100.0 * told, 2)))];
            Row::headed(Cell::text(i + 1), cells.into_iter().chain([Cell::share(f64::from(s / largest))]))
        };
        frame.singular.iter().enumerate().map(row).collect()
    });
    DataTable {
        name: "Singular values".into(),
        caption: "Singular values, and how much of the kernel's power the first so many hold".into(),
        columns: ["Part", "Singular value", "Power so far", "Of the largest"].map(String::from).into(),
        rows,
        marks: vec![("class", "singular".into())],
        ..DataTable::default()
    }
}

pub fn spectra(table: Table) -> AnyView {
    let one = |canvas: NodeRef<html::Canvas>, own: &'static str, name: &'static str, label: &'static str| {
        view! {
            <div class="sheet">
                <p class="name">{name}</p>
                <canvas id=id(own) node_ref=canvas height="1" width="1" role="img" aria-label=label></canvas>
            </div>
        }
        .into_any()
    };
    let [picture, kernel, output] = table.spectra;
    view! {
        <div class="spectra">
            {one(picture, "spectrum-picture", "Picture", "The picture's spectrum, logarithmic")}
            {one(kernel, "spectrum-kernel", "Kernel", "How much of each frequency the kernel lets through")}
            {one(output, "spectrum-output", "Their product: the output", "The output's spectrum, logarithmic")}
        </div>
        <p class="note">
            "Frequency 0, the mean, lies in the middle; to the right the stripes stand, downwards they lie, and at the rim a stripe is one pixel wide. "
            "Dark is much. Picture and output are shown by their logarithms, over five powers of ten; the kernel by the share it lets through. "
            "(The border is circular here: a spectrum has no other.)"
        </p>
    }
    .into_any()
}

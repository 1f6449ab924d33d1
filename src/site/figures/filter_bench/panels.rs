//! Two looks at the kernel beside its output: as a sum of columns times rows, and as a share of each frequency.
use super::{ids::id, table::Table};
use crate::site::widgets::{
    erased::{hear, part, say, when},
    number::number,
};
use leptos::{ev, html, prelude::*};
use std::fmt::Write;

/// A panel that opens; its content exists only while it is open.
pub fn panel(own: &'static str, title: &'static str, open: RwSignal<bool>, content: fn(Table) -> AnyView, table: Table) -> AnyView {
    let toggled = move |event: ev::Event| open.set(event_target::<web_sys::Element>(&event).has_attribute("open"));
    view! {
        <details class="panel" id=id(own) prop:open=when(move || open.get()) on:toggle=hear(toggled)>
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
    let rows = move || {
        table.frame.with(|frame| {
            let largest = frame.singular.first().copied().unwrap_or(0.0).max(f32::MIN_POSITIVE);
            let power: f32 = frame.singular.iter().map(|s| s * s).sum::<f32>().max(f32::MIN_POSITIVE);
            let (mut html, mut told) = (String::new(), 0.0);
            for (i, s) in frame.singular.iter().enumerate() {
                told += s * s;
                let _ = write!(
                    html,
                    "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{} %</td><td class=\"track\"><span style=\"width:{:.1}%\"></span></td></tr>",
                    i + 1,
                    number(*s, 5),
                    number(100.0 * told / power, 2),
                    100.0 * s / largest
                );
            }
            html
        })
    };
    view! {
        <p id=id("rank") data-value=say(move || table.frame.with(|f| f.rank.to_string()))>{say(sentence)}</p>
        <div class="scroll" tabindex="0" role="group" aria-label="Singular values">
            <table class="singular">
                <caption>"Singular values, and how much of the kernel's power the first so many hold"</caption>
                <thead><tr><th>"Part"</th><th>"Singular value"</th><th>"Power so far"</th><td></td></tr></thead>
                <tbody inner_html=say(rows)></tbody>
            </table>
        </div>
    }
    .into_any()
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

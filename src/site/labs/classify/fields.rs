//! The receptive fields of each layer of a network as a table: field, jump and start.
use super::store::Store;
use crate::{
    nets::insight::{LayerField, ReceptiveField},
    site::widgets::{
        erased::{on_event, part},
        number::number,
    },
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlDetailsElement;

/// One number if rows and columns agree, otherwise both.
fn both(field: &[ReceptiveField; 2], of: fn(&ReceptiveField) -> isize) -> String {
    let [rows, columns] = [&field[0], &field[1]].map(|field| number(of(field) as f32, 0));
    if rows == columns { rows } else { format!("{rows} × {columns}") }
}

fn row(LayerField { layer, units: [height, width], field }: &LayerField) -> AnyView {
    let numbers = [
        format!("{height} × {width}"),
        both(field, |field| field.size as isize),
        both(field, |field| field.jump as isize),
        both(field, |field| field.start),
    ];
    view! { <tr><th scope="row">{layer.clone()}</th>{numbers.map(|text| view! { <td class="number">{text}</td> })}</tr> }.into_any()
}

pub fn fields(store: Store) -> AnyView {
    let opened = move |event: ev::Event| {
        if let Some(details) = event.current_target().and_then(|target| target.dyn_into::<HtmlDetailsElement>().ok()) {
            store.fields_open.set(details.open());
        }
    };
    let rows = move || store.fields.with(|fields| fields.iter().flat_map(|(_, layers)| layers).map(row).collect_view().into_any());
    let of = move || {
        store
            .fields
            .with(|fields| fields.as_ref().map_or("…".into(), |(model, _)| format!("The layers of {model}, as the strip draws them")))
    };
    let caption = move || view! { <span>{of()}</span> }.into_any();
    view! {
        <details class="tables" id="unit-fields" on:toggle=on_event(opened)>
            <summary>"Field, jump and start of every layer"</summary>
            <p class="note">
                "In pixels of what the network sees: how many a unit can depend on along a side, how far apart the fields of neighbours are, and where the first unit’s field begins, below 0 where that is padding. "
                "Found by walking the network’s own record backward, through branches and shortcuts. Where squeeze-and-excitation lies on the way, every unit sees the whole picture, and the jump is 0."
            </p>
            <div class="scroll" tabindex="0" role="group" aria-label="The layers’ fields">
                <table>
                    <caption>{part(caption)}</caption>
                    <thead><tr>
                        <th scope="col">"layer"</th>
                        <th scope="col" class="number">"units"</th>
                        <th scope="col" class="number">"field"</th>
                        <th scope="col" class="number">"jump"</th>
                        <th scope="col" class="number">"start"</th>
                    </tr></thead>
                    <tbody>{part(rows)}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

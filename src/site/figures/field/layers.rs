//! The stack as a table: each layer's settings to change, and its field, jump, start, units and weights.
use super::{
    bench::Bench,
    settings::{Layer, MOST_LAYERS, Settings, Stack},
};
use crate::site::{
    url::Place,
    widgets::{
        erased::{hear, part, press, when, write},
        number::number,
    },
};
use leptos::{ev, prelude::*};

/// A number of one layer.
fn entry(
    bench: Bench,
    at: usize,
    name: &'static str,
    [least, most]: [usize; 2],
    get: fn(&Layer) -> usize,
    set: fn(&mut Layer, usize),
) -> AnyView {
    let value = bench.settings.with_untracked(|s| s.stack.0.get(at).map_or(1, get));
    let typed = move |event: ev::Event| {
        if let Ok(value) = event_target_value(&event).trim().parse() {
            bench.settings.commit(|s| set(&mut s.stack.0[at], value));
        }
        // What is shown is what holds, whatever was typed.
        let holds = bench.settings.with_untracked(|s| s.stack.0.get(at).map_or(1, get));
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&holds.to_string());
    };
    let id = Place::id(&format!("field-{name}-{}", at + 1));
    view! {
        <input type="number" id=id.clone() name=id min=least max=most aria-label=format!("{name} of layer {}", at + 1) value=value.to_string() on:change=hear(typed) />
    }
    .into_any()
}

fn kind(bench: Bench, at: usize, pool: bool) -> AnyView {
    let chosen = move |event: ev::Event| {
        let pool = event_target_value(&event) == "pool";
        bench.settings.commit(|s| s.stack.0[at].pool = pool);
    };
    let id = Place::id(&format!("field-kind-{}", at + 1));
    view! {
        <select id=id.clone() name=id aria-label=format!("Kind of layer {}", at + 1) on:change=hear(chosen)>
            <option value="convolution" selected=!pool>"convolution"</option>
            <option value="pool" selected=pool>"pooling"</option>
        </select>
    }
    .into_any()
}

fn row(bench: Bench, settings: &Settings, at: usize) -> AnyView {
    let (layer, row) = (settings.stack.0[at], settings.rows()[at + 1]);
    let only = settings.stack.0.len() == 1;
    let remove = move || {
        bench.settings.commit(|s| {
            s.stack.0.remove(at);
        });
    };
    let numbers = [
        row.field.size.to_string(),
        row.field.jump.to_string(),
        number(row.field.start as f32, 0),
        row.units.to_string(),
        layer.weights().to_string(),
    ];
    view! {
        <tr>
            <th scope="row">{at + 1}</th>
            <td>{kind(bench, at, layer.pool)}</td>
            <td>{entry(bench, at, "kernel", [1, 11], |l| l.kernel, |l, v| l.kernel = v)}</td>
            <td>{entry(bench, at, "stride", [1, 4], |l| l.stride, |l, v| l.stride = v)}</td>
            <td>{(!layer.pool).then(|| entry(bench, at, "dilation", [1, 16], |l| l.dilation, |l, v| l.dilation = v))}</td>
            <td>{(!layer.pool).then(|| entry(bench, at, "beside", [0, 11], |l| l.beside, |l, v| l.beside = v))}</td>
            {numbers.map(|text| view! { <td class="number">{text}</td> })}
            <td><button type="button" class="quiet" disabled=only aria-label=format!("Remove layer {}", at + 1) on:click=press(remove)>"✕"</button></td>
        </tr>
    }
    .into_any()
}

pub fn table(bench: Bench) -> AnyView {
    let shape = Memo::new(move |_| bench.settings.with(|s| (s.stack.clone(), s.input, s.pad)));
    let body = move || {
        shape.track();
        let settings = bench.settings.get_untracked();
        // The highest layer first, as in the drawing.
        (0..settings.stack.0.len()).rev().map(|at| row(bench, &settings, at)).collect_view().into_any()
    };
    let layers = move || shape.with(|(Stack(layers), ..)| layers.len());
    let sum = write(move || shape.with(|(Stack(layers), ..)| layers.iter().map(|layer| layer.weights()).sum::<usize>()));
    let add = move || bench.settings.commit(|s| s.stack.0.push(Layer::THREE));
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label="The layers">
            <table class="layers">
                <caption><span>"Layers, with the receptive field of their units in cells of the input; weights for one channel in and one out, as in a picture: kernel × kernel. Beside: the kernel of a second path, 0 where there is none."</span></caption>
                <thead>
                    <tr>
                        <th scope="col">"layer"</th>
                        <th scope="col">"kind"</th>
                        <th scope="col">"kernel"</th>
                        <th scope="col">"stride"</th>
                        <th scope="col">"dilation"</th>
                        <th scope="col" title="The kernel of a second path beside it; 0: none, 1: a way around">"beside"</th>
                        <th scope="col" class="number" data-part="size">"field"</th>
                        <th scope="col" class="number" data-part="jump">"jump"</th>
                        <th scope="col" class="number" data-part="start">"start"</th>
                        <th scope="col" class="number">"units"</th>
                        <th scope="col" class="number" data-part="weights">"weights"</th>
                        <td></td>
                    </tr>
                </thead>
                <tbody>{part(body)}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="10">"Weights of all"</th>
                        <td class="number">{sum}</td>
                        <td></td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <button type="button" disabled=when(move || layers() >= MOST_LAYERS) on:click=press(add)>"Add a layer on top"</button>
    }
    .into_any()
}

//! The stack as a table: the settings of each layer, and its field, jump, start, units and weights.
use super::{
    bench::{Bench, Number},
    settings::{LONGEST, Layer, MOST_LAYERS, Row, Settings, Stack},
};
use crate::site::{
    url::FigureInstance,
    widgets::{
        data_table::{self, Cell, DataTable},
        erased::{display, flag, on_click, on_event, part, text, typed},
        number::number,
        tables,
    },
};
use leptos::{ev, prelude::*};

const NUMBERS: [Number; 4] = [
    Number { name: "kernel", ends: [1, 11], get: |l| l.kernel, set: |l, v| l.kernel = v },
    Number { name: "stride", ends: [1, 4], get: |l| l.stride, set: |l, v| l.stride = v },
    Number { name: "dilation", ends: [1, 16], get: |l| l.dilation, set: |l, v| l.dilation = v },
    Number { name: "second path", ends: [0, 11], get: |l| l.beside, set: |l, v| l.beside = v },
];

/// The numbers of a layer: the name in the table, and the part that texts highlight.
const FOUND: [(&str, &str); 5] = [("field", "size"), ("jump", "jump"), ("start", "start"), ("units", "units"), ("weights", "weights")];

fn found(layer: Layer, row: Row) -> [isize; 5] {
    [row.field.size as isize, row.field.jump as isize, row.field.start, row.units as isize, layer.weights() as isize]
}

/// Whether a layer has this setting. A pooling has neither dilation nor a second path.
fn has(layer: &Layer, name: &str) -> bool {
    !layer.pool || ["kernel", "stride"].contains(&name)
}

fn entry(bench: Bench, layer: Layer, at: usize, own: Number) -> AnyView {
    let Number { name, ends: [least, most], get, .. } = own;
    let holds = move || bench.settings.with_untracked(|s| s.stack.0.get(at).map_or(1, get)) as u64;
    let take = move |asked: u64| bench.turn(at, own, usize::try_from(asked).unwrap_or(usize::MAX));
    let id = FigureInstance::id(&format!("field-{}-{}", name.replace(' ', "-"), at + 1));
    let shown = has(&layer, name);
    let input = shown.then(|| {
        view! {
            <input type="number" id=id.clone() name=id min=least max=most aria-label=format!("{name} of layer {}", at + 1) prop:value=get(&layer).to_string() on:change=typed(take, holds) />
        }
    });
    view! { <td data-name=shown.then_some(name)>{input}</td> }.into_any()
}

fn kind_of(pool: bool) -> &'static str {
    if pool { "pool" } else { "convolution" }
}

fn kind(bench: Bench, at: usize, pool: bool) -> AnyView {
    let chosen = move |event: ev::Event| {
        bench.make(at, event_target_value(&event) == "pool");
        let holds = bench.settings.with_untracked(|s| s.stack.0.get(at).is_some_and(|layer| layer.pool));
        event_target::<web_sys::HtmlSelectElement>(&event).set_value(kind_of(holds));
    };
    let id = FigureInstance::id(&format!("field-kind-{}", at + 1));
    view! {
        <select id=id.clone() name=id aria-label=format!("Kind of layer {}", at + 1) on:change=on_event(chosen)>
            <option value=kind_of(false) prop:selected=!pool>"convolution"</option>
            <option value=kind_of(true) prop:selected=pool>"pooling"</option>
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
    let numbers = FOUND.into_iter().zip(found(layer, row)).map(|((name, part), found)| {
        view! { <td class="number" data-name=name data-part=part>{number(found as f32, 0)}</td> }
    });
    view! {
        <tr>
            <th scope="row" data-name="layer">{at + 1}</th>
            <td data-name="kind">{kind(bench, at, layer.pool)}</td>
            {NUMBERS.map(|own| entry(bench, layer, at, own))}
            {numbers.collect_view()}
            <td class="remove"><button type="button" class="quiet" disabled=only aria-label=format!("Remove layer {}", at + 1) on:click=on_click(remove)>"✕"</button></td>
        </tr>
    }
    .into_any()
}

/// The same as plain numbers, for saving the figure. On the page the cells of a layer are controls.
fn plain(settings: &Settings) -> DataTable {
    let cell = |value: isize| Cell::number(value, "");
    let row = |(at, (layer, row)): (usize, (&Layer, Row))| {
        let kind = Cell::text(kind_of(layer.pool));
        let set = NUMBERS.map(|own| if has(layer, own.name) { cell((own.get)(layer) as isize) } else { Cell::text("") });
        data_table::Row::headed(Cell::text(at + 1), [kind].into_iter().chain(set).chain(found(*layer, row).map(cell)))
    };
    let names = NUMBERS.map(|own| own.name).into_iter().chain(FOUND.map(|(name, _)| name));
    DataTable {
        caption: "Layers, with the receptive field of their units in cells of the input".into(),
        columns: ["layer", "kind"].into_iter().chain(names).map(String::from).collect(),
        rows: settings.stack.0.iter().zip(settings.rows().into_iter().skip(1)).enumerate().map(row).rev().collect(),
        ..DataTable::default()
    }
}

/// The reason why no layer can be added.
fn full(settings: &Settings) -> Option<String> {
    match settings.stack.0.len() {
        MOST_LAYERS.. => Some(format!("{MOST_LAYERS} layers at most: more would not be told apart.")),
        _ if settings.higher().least().is_none() => Some(format!("On {LONGEST} cells, the longest input, a further layer has no unit.")),
        _ => None,
    }
}

pub fn table(bench: Bench) -> AnyView {
    tables::keep(move || vec![bench.settings.with(plain)]);
    let shape = Memo::new(move |_| bench.settings.with(|s| (s.stack.clone(), s.input, s.pad)));
    let body = move || {
        shape.track();
        let settings = bench.settings.get_untracked();
        // The highest layer comes first, as in the drawing.
        (0..settings.stack.0.len()).rev().map(|at| row(bench, &settings, at)).collect_view().into_any()
    };
    let full = Memo::new(move |_| bench.settings.with(full));
    let sum = display(move || shape.with(|(Stack(layers), ..)| layers.iter().map(|layer| layer.weights()).sum::<usize>()));
    let add = move || bench.settings.commit(|s| *s = s.higher());
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
                        <th scope="col" title="The kernel of a second path beside it; 0: none, 1: a way around">"second path"</th>
                        {FOUND.map(|(name, part)| view! { <th scope="col" class="number" data-part=part>{name}</th> })}
                        <td></td>
                    </tr>
                </thead>
                <tbody>{part(body)}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row" colspan="10">"Weights of all"</th>
                        <td class="number" data-name="weights">{sum}</td>
                        <td></td>
                    </tr>
                </tfoot>
            </table>
        </div>
        <p class="reason" role="status" data-part="reason">{text(move || bench.reason())}</p>
        <button type="button" disabled=flag(move || full.with(Option::is_some)) on:click=on_click(add)>"Add a layer on top"</button>
        <span class="why">{text(move || full.get().unwrap_or_default())}</span>
    }
    .into_any()
}

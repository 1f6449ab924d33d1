//! The kernel as a grid of cells. A cell is chosen by click or arrow keys, and its number is edited beside it.
use super::{ids::id, settings::LARGEST, table::Table};
use crate::site::widgets::{
    erased::{on_click, on_event, text},
    number::number,
};
use leptos::{ev, html, prelude::*};
use std::fmt::Write;
use wasm_bindgen::JsCast;

/// The largest size at which cells show their numbers.
const WITH_NUMBERS: usize = 7;

/// A weight as it is edited, with five decimals.
fn rounded(value: f32) -> String {
    ((value * 1e5).round() / 1e5 + 0.0).to_string()
}

/// The cells of a plane as HTML. The strength of a colour is relative to the largest value; `chosen` is outlined.
fn cells(name: &str, values: &[f32], side: usize, chosen: usize) -> String {
    let largest = values.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
    let mut html = String::new();
    for (i, value) in values.iter().enumerate() {
        let share = 100.0 * value.abs() / largest;
        let (below, strong) = (if *value < 0.0 { " below" } else { "" }, if share > 55.0 { " strong" } else { "" });
        let words = if side <= WITH_NUMBERS { number(*value, 2) } else { String::new() };
        let (long, lit) = (if words.chars().count() > 4 { " long" } else { "" }, if i == chosen { " lit" } else { "" });
        let (row, column) = (i / side + 1, i % side + 1);
        let _ = write!(
            html,
            "<span role=\"gridcell\" id=\"{name}-{i}\" data-cell=\"{i}\" aria-label=\"Row {row}, column {column}: {value}\" \
             aria-selected=\"{}\" class=\"cell weight{below}{strong}{long}{lit}\" style=\"--share:{share:.0}%\">{words}</span>",
            i == chosen
        );
        if column == side && i + 1 < values.len() {
            html.push_str("</div><div role=\"row\">");
        }
    }
    format!("<div role=\"row\">{html}</div>")
}

pub fn grid(table: Table) -> AnyView {
    // By row and column, so that another size keeps the place.
    let chosen = RwSignal::new([1usize, 1]);
    let side = Memo::new(move |_| table.kernel.with(|k| k.height));
    let at = move || chosen.get().map(|at| at.min(side.get() - 1));
    let index = move || at()[0] * side.get() + at()[1];
    let value = move || table.kernel.with(|k| k.values.get(index()).copied().unwrap_or_default());
    let name = StoredValue::new(id("cell"));
    let editor = NodeRef::<html::Input>::new();
    let set = move |value: f32, keep: bool| {
        let mut kernel = table.kernel.get_untracked();
        let [row, column] = chosen.get_untracked().map(|at| at.min(kernel.height - 1));
        kernel.values[row * kernel.width + column] = value;
        if keep { table.settings.commit(|s| s.set_kernel(&kernel)) } else { table.settings.preview(|s| s.set_kernel(&kernel)) }
    };
    let read = |event: &ev::Event| {
        event_target_value(event).trim().replace(',', ".").replace('\u{2212}', "-").parse::<f32>().ok().filter(|v| v.is_finite())
    };
    let choose = move |event: ev::PointerEvent| {
        let cell =
            event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).and_then(|cell| cell.get_attribute("data-cell"));
        if let Some(cell) = cell.and_then(|cell| cell.parse::<usize>().ok()) {
            let side = side.get_untracked();
            chosen.set([cell / side, cell % side]);
        }
    };
    let edit = move || {
        if let Some(editor) = editor.get_untracked() {
            let _ = editor.focus();
            editor.select();
        }
    };
    let walk = move |event: ev::KeyboardEvent| {
        let last = side.get_untracked() - 1;
        let [row, column] = at();
        let next = match event.key().as_str() {
            "ArrowUp" => [row.saturating_sub(1), column],
            "ArrowDown" => [(row + 1).min(last), column],
            "ArrowLeft" => [row, column.saturating_sub(1)],
            "ArrowRight" => [row, (column + 1).min(last)],
            "Home" => [row, 0],
            "End" => [row, last],
            "Enter" | " " => {
                event.prevent_default();
                return edit();
            }
            _ => return,
        };
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        event.prevent_default();
        chosen.set(next);
    };
    let typed = move |event: ev::Event, keep: bool| {
        if let Some(value) = read(&event) {
            set(value, keep);
        }
        if keep {
            event_target::<web_sys::HtmlInputElement>(&event).set_value(&rounded(value()));
        }
    };
    let facts = move || table.kernel.with(|k| format!("sum {}, largest {}", number(k.sum(), 3), number(k.largest(), 3)));
    let grid = move || table.kernel.with(|k| name.with_value(|name| cells(name, &k.values, k.width, index())));
    view! {
        <div class="sheet kernel" data-part="kernel">
            <p class="name">"Kernel " <span class="shape">{text(move || format!("{0} × {0}", side.get()))}</span></p>
            <div
                id=id("kernel")
                class="cells"
                role="grid"
                tabindex="0"
                aria-label="The kernel's weights: the arrow keys go from cell to cell, Enter edits"
                aria-activedescendant=text(move || format!("{}-{}", name.get_value(), index()))
                style=text(move || format!("--columns:{}", side.get()))
                on:pointerdown=on_event(choose)
                on:dblclick=on_click(edit)
                on:keydown=on_event(walk)
                inner_html=text(grid)
            ></div>
            <label class="control cell-editor" for=id("weight")>
                <span>{text(move || format!("Row {}, column {}", at()[0] + 1, at()[1] + 1))}</span>
                <input
                    id=id("weight")
                    node_ref=editor
                    type="number"
                    step="any"
                    autocomplete="off"
                    prop:value=text(move || rounded(value()))
                    on:input=on_event(move |event| typed(event, false))
                    on:change=on_event(move |event| typed(event, true))
                />
            </label>
            <p class="note facts">{text(facts)}</p>
        </div>
    }
    .into_any()
}

/// The sizes to choose from.
pub fn sizes(least: usize) -> Vec<(String, String)> {
    (least..=LARGEST).step_by(2).map(|n| (n.to_string(), format!("{n} × {n}"))).collect()
}

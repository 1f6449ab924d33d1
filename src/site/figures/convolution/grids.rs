//! The three grids: the input with its padding, the kernel as nine inputs, and the output, in which arrow keys move.
use super::{
    desk::{Desk, Pointed},
    settings::Weights,
};
use crate::site::{
    url::FigureInstance,
    widgets::{
        erased::{display, flag, on_click, on_event, part, text},
        number::{number, strong, tint},
    },
};
use leptos::{ev, html, prelude::*};

/// The style of a frame of `side` cells over a grid.
fn frame([row, column]: [usize; 2], side: usize) -> String {
    format!("--row:{row};--column:{column};--side:{side}")
}

/// The pointer or the focus comes to a cell, or leaves it.
fn point<E: 'static>(desk: Desk, at: Option<Pointed>) -> Box<dyn FnMut(E)> {
    on_event(move |_| desk.pointed.set(at))
}

#[component]
pub fn Input(desk: Desk) -> impl IntoView {
    let padding = Memo::new(move |_| desk.convolution.with(|c| c.padding));
    let size = Memo::new(move |_| desk.convolution.with(|c| c.input.rows));
    let image = Memo::new(move |_| desk.convolution.with(|c| c.input.values.clone()));
    let wide = move || size.get() + 2 * padding.get();
    let patch = move || desk.convolution.with(|c| frame(desk.place.get().map(|at| at * c.stride), c.kernel.rows));
    let cell = move |place: usize| {
        let (padding, wide) = (padding.get(), size.get() + 2 * padding.get());
        let inner = |at: usize| at.checked_sub(padding).filter(|&at| at < size.get());
        let Some((row, column)) = inner(place / wide).zip(inner(place % wide)) else {
            return view! { <span class="cell padding">"0"</span> }.into_any();
        };
        let index = row * size.get() + column;
        let grey = image.with(|values| values[index]);
        view! {
            <span
                class="cell pixel"
                class:bright={grey > 4.0}
                class:lit=flag(move || desk.lit_input.with(|lit| lit.get(index) == Some(&true)))
                style=format!("--share:{:.0}%", grey / 9.0 * 100.0)
                on:pointerenter=point(desk, Some(Pointed::Input(index)))
            >
                {number(grey, 1)}
            </span>
        }
        .into_any()
    };
    view! {
        <div class="sheet input" data-part="input">
            <p class="name">"Input " <span class="shape">{text(move || format!("{0} × {0}", size.get()))}</span></p>
            <div class="cells" aria-hidden="true" style=text(move || format!("--columns:{}", wide())) on:pointerleave=point(desk, None)>
                {part(move || (0..wide().pow(2)).map(cell).collect_view().into_any())}
                <span class="frame" style=text(patch)></span>
            </div>
        </div>
    }
}

#[component]
pub fn Kernel(desk: Desk) -> impl IntoView {
    let kernel = move || desk.settings.with(|s| s.kernel.0);
    let weight = move |tap: usize| {
        let value = Memo::new(move |_| kernel()[tap]);
        let below = move || value.get() < 0.0;
        let long = move || value.get().to_string().len() > 4;
        let largest = move || kernel().iter().fold(0.0f32, |most, w| most.max(w.abs()));
        let read = |event: &ev::Event| event_target_value(event).parse::<f32>().ok().filter(|w| w.is_finite());
        let set = move |weights: &mut Weights, value: f32| weights.0[tap] = value;
        let preview = move |event: ev::Event| {
            if let Some(read) = read(&event) {
                desk.settings.preview(|s| set(&mut s.kernel, read));
            }
        };
        let commit = move |event: ev::Event| {
            match read(&event) {
                Some(read) => desk.settings.commit(|s| set(&mut s.kernel, read)),
                // The text is not a number, so the old value is shown again.
                None => desk.settings.commit(|_| ()),
            }
            event_target::<web_sys::HtmlInputElement>(&event).set_value(&value.get_untracked().to_string());
        };
        view! {
            <input
                type="number"
                step="any"
                inputmode="text"
                autocomplete="off"
                id=FigureInstance::id(&format!("convolution-weight-{tap}"))
                aria-label=format!("Weight in row {}, column {}", tap / 3 + 1, tap % 3 + 1)
                class="cell weight"
                class:below=flag(below)
                class:strong=flag(move || strong(value.get(), largest()))
                class:long=flag(long)
                style=text(move || tint(value.get(), largest()))
                prop:value=text(move || value.get().to_string())
                on:input=on_event(preview)
                on:change=on_event(commit)
                on:pointerenter=point(desk, Some(Pointed::Weight(tap)))
                on:focus=point(desk, Some(Pointed::Weight(tap)))
                on:blur=point(desk, None)
            />
        }
        .into_any()
    };
    view! {
        <div class="sheet kernel" data-part="kernel">
            <p class="name">"Kernel " <span class="shape">"3 × 3"</span></p>
            <div class="cells" role="group" aria-label="The nine weights of the kernel" style="--columns:3" on:pointerleave=point(desk, None)>
                {(0..9).map(weight).collect_view()}
            </div>
        </div>
    }
}

#[component]
pub fn Output(desk: Desk) -> impl IntoView {
    let size = Memo::new(move |_| desk.settings.with(|s| s.output_size()));
    let values = Memo::new(move |_| desk.output.with(|y| y.as_ref().map(|y| y.values.clone()).unwrap_or_default()));
    let largest = Memo::new(move |_| desk.output.with(|y| y.as_ref().map_or(0.0, |y| y.largest())));
    let cells = NodeRef::<html::Div>::new();
    let walk = move |event: ev::KeyboardEvent| {
        let (cell, size) = desk.settings.with_untracked(|s| (s.cell, s.output_size()));
        let next = match event.key().as_str() {
            "ArrowRight" if cell % size + 1 < size => cell + 1,
            "ArrowLeft" if !cell.is_multiple_of(size) => cell - 1,
            "ArrowDown" if cell + size < size * size => cell + size,
            "ArrowUp" if cell >= size => cell - size,
            "Home" => cell - cell % size,
            "End" => cell - cell % size + size - 1,
            _ => return,
        };
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        event.prevent_default();
        desk.look_at(next);
        let found = cells.get_untracked().and_then(|cells| cells.query_selector("[tabindex='0']").ok().flatten());
        if let Some(found) = found {
            let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(found).focus();
        }
    };
    let cell = move |index: usize| {
        let value = Memo::new(move |_| values.with(|values| values.get(index).copied().unwrap_or(0.0)));
        let words = move || number(value.get(), 1);
        let below = move || value.get() < 0.0;
        let long = move || words().chars().count() > 4;
        let looked_at = Memo::new(move |_| desk.settings.with(|s| s.cell == index));
        view! {
            <span
                role="gridcell"
                tabindex=display(move || if looked_at.get() { "0" } else { "-1" })
                aria-selected=display(move || looked_at.get())
                class="cell value"
                class:below=flag(below)
                class:strong=flag(move || strong(value.get(), largest.get()))
                class:long=flag(long)
                class:lit=flag(move || desk.lit_output.with(|lit| lit.get(index) == Some(&true)))
                style=text(move || tint(value.get(), largest.get()))
                on:pointerenter=point(desk, Some(Pointed::Output(index)))
                on:click=on_click(move || {
                    desk.look_at(index);
                    desk.keep();
                })
            >
                {text(words)}
            </span>
        }
        .into_any()
    };
    let row = move |row: usize| {
        view! { <div role="row">{(0..size.get()).map(|column| cell(row * size.get() + column)).collect_view()}</div> }.into_any()
    };
    view! {
        <div class="sheet output" data-part="output">
            <p class="name">"Output " <span class="shape">{text(move || format!("{0} × {0}", size.get()))}</span></p>
            <div
                class="cells"
                role="grid"
                aria-label="Output: the arrow keys go from cell to cell"
                node_ref=cells
                style=text(move || format!("--columns:{}", size.get()))
                on:keydown=on_event(walk)
                on:focusout=on_event(move |_: ev::FocusEvent| desk.keep())
                on:pointerleave=point(desk, None)
            >
                {part(move || (0..size.get()).map(row).collect_view().into_any())}
                <span class="frame" aria-hidden="true" style=text(move || frame(desk.place.get(), 1))></span>
            </div>
        </div>
    }
}

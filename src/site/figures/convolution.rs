//! A kernel moves over a picture: every cell of the output is a sum of nine products, and the reader can change all numbers.
mod compute;
mod desk;
mod grids;
mod settings;

use super::Figure;
use crate::site::{
    program::here,
    scope::Scope,
    url::{FigureInstance, Keys},
    widgets::{
        choice::Choice,
        controls::{control, plain},
        data_table::{Cell, DataTable},
        erased::{display, flag, on_click, on_event, part, text},
        number::{factor, number},
        tables::folded,
    },
};
use crate::{book::contents::route, error::Error};
use compute::{Grid, Term};
use desk::{Desk, Pointed};
use leptos::{ev, prelude::*};
use settings::{KERNELS, Settings, Weights};
use std::time::Duration;

/// The figure `convolution`. It is part of the site's first program.
pub const FIGURE: Figure = Figure {
    id: "convolution",
    title: route("figure/convolution").title,
    caption: route("figure/convolution").summary,
    fetch: || here(()),
    view: || here(view! { <Desktop /> }.into_any()),
    facts: |query| here(Keys::<Settings>::default().from_query(&query).facts()),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: || {
        let opened = [("kernel", "0_0_0_0_1_0_0_0_0"), ("cell", "3")];
        crate::site::walk::faults(&[""], &opened, |s: &Settings| crate::site::walk::facts(s.facts()))
    },
};

/// The time that the kernel stays on a cell while it plays.
const REST: Duration = Duration::from_millis(420);

#[component]
fn Desktop() -> impl IntoView {
    let desk = Desk::here();
    let scope = Scope::here();
    let walk = StoredValue::new(None::<IntervalHandle>);
    let playing = RwSignal::new(false);
    let rest = move || {
        if let Some(handle) = walk.try_update_value(Option::take).flatten() {
            handle.clear();
            playing.set(false);
            desk.keep();
        }
    };
    let play = move || {
        if desk.settings.with_untracked(|s| s.cell + 1 == s.output_size().pow(2)) {
            desk.look_at(0);
        }
        let advance = move || {
            if !desk.step(1) {
                rest();
            }
        };
        walk.set_value(scope.every(REST, advance));
        playing.set(true);
    };
    let toggle = move || if playing.get_untracked() { rest() } else { play() };
    let step = move |by: isize| {
        on_click(move || {
            rest();
            desk.step(by);
            desk.keep();
        })
    };
    let reset = move || {
        rest();
        desk.settings.reset();
    };
    let cell = move || desk.settings.with(|s| (s.cell, s.output_size().pow(2)));
    let error = move || {
        let told = |error: &Error| view! { <p class="message error" role="alert">{error.to_string()}</p> }.into_any();
        desk.output.with(|y| y.as_ref().err().map_or_else(|| ().into_any(), told))
    };
    view! {
        <div class="convolution">
            <div class="bar">
                <div class="buttons">
                    <button on:click=on_click(reset)>"Reset"</button>
                    <button class="main" on:click=on_click(toggle)>{display(move || if playing.get() { "Pause" } else { "Play" })}</button>
                    <button on:click=step(-1) disabled=flag(move || cell().0 == 0)>"Back"</button>
                    <button on:click=step(1) disabled=flag(move || cell().0 + 1 == cell().1)>"Step"</button>
                </div>
                <Choices desk />
            </div>
            <div class="desk" on:pointerdown=on_event(move |_: ev::PointerEvent| rest()) on:keydown=on_event(move |_: ev::KeyboardEvent| rest())>
                <grids::Input desk />
                <span class="sign times" aria-hidden="true">"∗"</span>
                <grids::Kernel desk />
                <span class="sign equals" aria-hidden="true">"="</span>
                <grids::Output desk />
            </div>
            <p class="sum" aria-live=display(move || if playing.get() { "off" } else { "polite" })>{part(move || sum(desk))}</p>
            <p class="remark">{text(move || remark(desk))}</p>
            {part(error)}
            {folded("The numbers as tables", move || numbers(desk))}
        </div>
    }
}

#[component]
fn Choices(desk: Desk) -> impl IntoView {
    let named = |key: &str, name: &str| (key.to_string(), name.to_string());
    // "My own" is offered only if there is such a kernel.
    let kernels = move || {
        let own = desk.settings.with(|s| s.preset() == "own").then(|| named("own", "My own"));
        KERNELS.iter().map(|kernel| named(kernel.key, kernel.name)).chain(own).collect::<Vec<_>>()
    };
    let choose_kernel = move |key: String| {
        if let Some(kernel) = KERNELS.iter().find(|kernel| kernel.key == key) {
            desk.settings.commit(|s| s.kernel = Weights(kernel.weights));
        }
    };
    let one = move |key: &str| control(desk.settings, "convolution-", key, &plain());
    view! {
        {one("image")}
        <Choice
            id=FigureInstance::id("convolution-kernel")
            label="Kernel"
            value=Signal::derive(move || desk.settings.with(|s| s.preset().to_string()))
            options=Signal::derive(kernels)
            choose=choose_kernel
        />
        {one("stride")}
        {one("padding")}
    }
}

/// The chosen cell as a sum. The product of the weight under the pointer is highlighted.
fn sum(desk: Desk) -> AnyView {
    let [row, column] = desk.place.get();
    let value = desk.output.with(|y| y.as_ref().ok().and_then(|y| y.values.get(row * y.columns + column).copied()));
    let pointed = desk.pointed.get();
    let product = move |(tap, term): (usize, &Term)| {
        let named = match pointed {
            Some(Pointed::Weight(at)) => at == tap,
            Some(Pointed::Input(at)) => term.index == Some(at),
            _ => false,
        };
        let text = format!("{}\u{202f}·\u{202f}{}", number(term.value, 3), factor(term.weight));
        let plus = if tap == 0 { "" } else { " + " };
        view! { {plus}<span class="term" class:nothing={term.value * term.weight == 0.0} class:lit=named>{text}</span> }
    };
    let terms = desk.terms.with(|terms| terms.iter().enumerate().map(product).collect_view());
    view! {
        <span class="where">{format!("Row {}, column {}: ", row + 1, column + 1)}</span>
        {terms}
        " = "
        <strong>{value.map(|value| number(value, 3))}</strong>
    }
    .into_any()
}

/// The number under the pointer, and where it goes.
fn remark(desk: Desk) -> String {
    let cells = |count: usize| if count == 1 { "1 cell".to_string() } else { format!("{count} cells") };
    let count = |lit: &Vec<bool>| lit.iter().filter(|lit| **lit).count();
    match desk.pointed.get() {
        Some(Pointed::Input(index)) => {
            let grey = desk.convolution.with(|c| c.input.values.get(index).copied().unwrap_or_default());
            match desk.lit_output.with(count) {
                0 => format!("No cell of the output reads this {}: the kernel steps over it.", number(grey, 1)),
                1 => format!("This {} is read by 1 cell of the output.", number(grey, 1)),
                fed => format!("This {} is read by {} of the output, each time through another weight.", number(grey, 1), cells(fed)),
            }
        }
        Some(Pointed::Weight(_)) => {
            format!(
                "This one weight serves {} of the output: it meets {} of the input.",
                cells(desk.lit_output.with(count)),
                cells(desk.lit_input.with(count))
            )
        }
        _ => desk.settings.with(|s| match (s.stride, s.padding) {
            (1, 0) => "The output is smaller than the input: a 3 × 3 kernel has only so many places inside it.".into(),
            (1, _) => "With a border of zeros the kernel has as many places as the input has cells: the output keeps its size.".into(),
            _ => "With stride 2 the kernel moves two cells at a time: a quarter of the places remain.".into(),
        }),
    }
}

fn numbers(desk: Desk) -> Vec<DataTable> {
    let table = |name: &str, grid: &Grid| DataTable::grid(name, grid.columns, &grid.values, |v| Cell::number(v, number(v, 3)));
    let given = desk.convolution.with(|c| [table("Input", &c.input), table("Kernel", &c.kernel)]);
    given.into_iter().chain(desk.output.with(|y| y.as_ref().ok().map(|y| table("Output", y)))).collect()
}

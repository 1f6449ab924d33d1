//! The batch in memory in both orders: one number after another, with the address of the chosen one.
use super::{
    addresses::{Axes, Order},
    presets,
    stack::{coloured, largest},
    state::Desk,
    terms::Part,
};
use crate::site::widgets::{
    cells::{Act, Grid, Marks, cells},
    erased,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The number of values in a drawn line. Memory itself has no lines.
const LINE: usize = 24;
/// The largest number of values that are drawn.
const MOST: usize = 1024;

pub fn view(desk: Desk) -> AnyView {
    let shape = Memo::new(move |_| {
        desk.read(|s| {
            let [c, h, w] = s.input_shape();
            [s.images, c, h, w]
        })
    });
    let values = Memo::new(move |_| desk.read(presets::images));
    // By the address in NCHW, which is the order of the values.
    let (pointed, pinned) = (RwSignal::new(None::<usize>), RwSignal::new(0usize));
    let here = Memo::new(move |_| {
        let shape = shape.get();
        let all = shape.iter().product::<usize>();
        pointed.get().unwrap_or(pinned.get()).min(all - 1)
    });
    let at = Memo::new(move |_| Order::Nchw.place(shape.get(), here.get()));
    let line = move |order: Order| {
        let grid = Memo::new(move |_| {
            let (shape, here) = (shape.get(), here.get());
            values.with(|values| {
                let most = largest(values);
                let all = values.len().min(MOST);
                let cell = |address: usize| {
                    let own = Order::Nchw.address(shape, order.place(shape, address)).unwrap_or(0);
                    let mut cell = coloured(values.get(own).copied().unwrap_or(0.0), most);
                    let [small, large] = order.breaks(shape, address);
                    let starts = address.is_multiple_of(LINE);
                    cell.marks = cell
                        .marks
                        .with(Marks::NOW, own == here)
                        .with(Marks::GAP, small && !large && !starts)
                        .with(Marks::WIDE_GAP, large && !starts);
                    cell
                };
                Grid { columns: LINE.min(all), cells: (0..all).map(cell).collect(), frame: None, chosen: None }
            })
        });
        let to_value = move |address: usize| Order::Nchw.address(shape.get_untracked(), order.place(shape.get_untracked(), address));
        let act = move |what: Act| match what {
            Act::Point(address) => pointed.set(address.and_then(to_value)),
            Act::Pin(address) => pinned.set(to_value(address).unwrap_or(0)),
            // Only the first image belongs to the desk.
            Act::Write(address, value) => to_value(address).into_iter().for_each(|at| desk.act(Part::Input, Act::Write(at, value))),
        };
        let first = move |address: usize| to_value(address).is_some_and(|at| at < shape.get_untracked()[1..].iter().product::<usize>());
        let number = move || order.address(shape.get(), at.get()).unwrap_or(0);
        let strides = move || {
            let [n, c, h, w] = order.strides(shape.get());
            format!("strides N {n}, C {c}, H {h}, W {w}")
        };
        view! {
            <section role="group" class="sheet memory" aria-label=order.name() data-order=order.name()>
                <p class="name">{order.name()} " " <span class="shape">{erased::display(strides)}</span></p>
                <div class="inside">{cells("value", Signal::stored(format!("Memory in {}", order.name())), grid, Arc::new(first), Arc::new(act))}</div>
                <p class="address" data-value=erased::display(number)>
                    <span class="where">{order.symbols()} " = "</span>
                    {erased::display(move || order.formula(shape.get(), at.get()))}
                    " = "
                    <strong>{erased::display(number)}</strong>
                </p>
            </section>
        }
        .into_any()
    };
    let pick = move |which: usize, name: &'static str| {
        let choose = move |event: web_sys::Event| {
            let mut place: Axes = at.get_untracked();
            place[which] = event_target_value(&event).parse().unwrap_or(0);
            if let Some(address) = Order::Nchw.address(shape.get_untracked(), place) {
                pointed.set(None);
                pinned.set(address);
            }
        };
        view! {
            <label class="control">
                <span>{erased::display(move || format!("{name} = {}", at.get()[which]))}</span>
                <input type="range" min="0" data-control=format!("at-{name}") max=erased::display(move || shape.get()[which] - 1) prop:value=erased::display(move || at.get()[which].to_string()) on:input=erased::on_event(choose) />
            </label>
        }
        .into_any()
    };
    let images = move |event: web_sys::Event| desk.turn("images", event_target_value(&event));
    let left_out = move || {
        let all = shape.get().iter().product::<usize>();
        (all > MOST).then(|| format!("Drawn are the first {MOST} of {all} numbers."))
    };
    let apart = move || {
        let shape = shape.get();
        let apart = |order: Order| {
            let [_, c, ..] = order.strides(shape);
            c
        };
        format!("The channels of one pixel lie {} apart in NCHW and {} apart in NHWC.", apart(Order::Nchw), apart(Order::Nhwc))
    };
    view! {
        <div class="addresses">
            <div class="picks">
                <label class="control">
                    <span>"Images in the batch"</span>
                    <select data-control="images" on:change=erased::on_event(images)>
                        {(1..=4usize).map(|n| view! { <option value=n prop:selected=erased::flag(move || desk.read(|s| s.images == n))>{n}</option> }).collect_view()}
                    </select>
                </label>
                {pick(0, "n")} {pick(1, "c")} {pick(2, "h")} {pick(3, "w")}
            </div>
            {line(Order::Nchw)}
            {line(Order::Nhwc)}
            <p class="remark">{erased::display(apart)} " " {erased::display(move || left_out().unwrap_or_default())}</p>
        </div>
    }
    .into_any()
}

//! The page of the lab: the bar, the settings, the charts, every layer's gradient, blocks left out, and the loss around.
use super::{around::around, blocks::blocks, controls::Settings, gradients::gradients, panel, room::Room, tasks::task};
use crate::{
    site::{
        bench::Status,
        browser, fetch,
        help::typing,
        url::UrlState,
        widgets::{
            chart::{Chart, Range},
            curves::short,
            erased::{part, press, say, write},
            fold::fold,
        },
    },
    workbench::protocol::depth::Ask,
};
use leptos::{ev, prelude::*};

fn messages(room: Room) -> AnyView {
    let dead = move || match room.status.get() {
        Status::Dead(why) => view! {
            <div class="message alarming" role="alert">
                <p>{why} " The rest of the page goes on; both networks are gone."</p>
                <button id="restart" on:click=press(move || room.open())>"Start the worker again"</button>
            </div>
        }
        .into_any(),
        _ => ().into_any(),
    };
    let trouble = move || match room.trouble.get() {
        Some(text) => view! {
            <div class="message alarming" role="alert">
                <p>{text}</p>
                <button class="quiet" aria-label="Dismiss this message" on:click=press(move || room.trouble.set(None))>"×"</button>
            </div>
        }
        .into_any(),
        None => ().into_any(),
    };
    let fetching = move || match room.fetching.get() {
        Some((name, fetch::Progress { come, total })) => {
            let of = if total > 0 { format!(" of {:.1}", total as f64 / 1e6) } else { String::new() };
            view! {
                <div class="message" id="fetching" role="status">
                    <p>{format!("Fetching {name}: {:.1}{of} MB", come as f64 / 1e6)}</p>
                    <progress max=total.max(1) value=come></progress>
                </div>
            }
            .into_any()
        }
        None => ().into_any(),
    };
    // What takes longer than a moment says so.
    let under_way = move || {
        if !room.waiting.get() {
            return ().into_any();
        }
        // Forward and backward are three forward passes, nearly, and there are two networks.
        let billions = room.shown.with(|state| 6e-9 * state.macs_a_step());
        view! {
            <div class="message late" role="status">
                <p>{format!("A step of both is under way: about {} billion multiply-adds.", short(billions))}</p>
            </div>
        }
        .into_any()
    };
    view! { <div id="messages">{part(fetching)}{part(under_way)}<div class="strip">{part(dead)}{part(trouble)}</div></div> }.into_any()
}

#[component]
pub fn GradientFlow() -> impl IntoView {
    browser::title(super::LAB.title);
    let settings = UrlState::<Settings>::here();
    let room = Room::new(settings.get_untracked());
    Effect::new(move |_| room.follow(settings.get()));
    let keys = window_event_listener(ev::keydown, move |event| {
        if typing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let busy = room.shown.with_untracked(|state| state.playing || state.measuring.is_some());
        match event.key().as_str() {
            " " => room.ask(if busy { Ask::Pause } else { Ask::Play }),
            "s" | "S" => room.ask(Ask::Step),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    let shown = room.shown;
    let losses = Signal::derive(move || shown.with(|state| state.loss_lines()));
    let errors = Signal::derive(move || shown.with(|state| state.error_lines()));
    let tests = Signal::derive(move || shown.with(|state| state.test_lines()));
    let alike = Signal::derive(move || shown.with(|state| state.alike_lines()));
    let status = move || match room.status.get() {
        Status::Starting => "starting",
        Status::Ready => "ready",
        Status::Dead(_) => "dead",
    };
    let measuring = move || shown.with(|state| state.measuring.is_some()).to_string();
    view! {
        <article id="gradient-flow" class="lab tool" data-status=write(status) data-playing=write(move || shown.with(|state| state.playing)) data-measuring=say(measuring)>
            <h1>{super::LAB.title}</h1>
            <p class="lead">"Two networks that differ by “+ x” alone. Press play, and watch which of them learns."</p>
            {panel::bar(room)}
            {messages(room)}
            {task(room, settings)}
            {fold(panel::panel(room, settings))}
            <div class="charts wide">
                <Chart id="error-chart" title="Wrong answers, training batch" lines=errors range=Range::Errors />
                <Chart id="test-chart" title="Wrong answers, 500 test digits" lines=tests range=Range::Errors />
                <Chart id="loss-chart" title="Training loss" lines=losses range=Range::FromZero />
                <Chart id="alike-chart" title="How alike neighbours' gradients are" lines=alike range=Range::Likeness />
            </div>
            <p class="note">
                "Both have the same layers, the same first weights and the same digits in the same order. One of them adds to what each pair of layers makes what the pair was given: “+ x”. "
                "If the deep plain one fails on the digits it trains on, it is not overfitting."
            </p>
            <p class="note">
                "The last chart: 16 test digits, and the same digits moved by a tenth of a pixel; the correlation of the loss's gradients with respect to the pixels of either, their mean. "
                "At 1 a digit and its neighbour want the same; at 0 the gradient is noise. Digits are MNIST's, 14 × 14, each pixel the mean of four."
            </p>
            {gradients(room, settings)}
            {blocks(room)}
            {around(room)}
        </article>
    }
}

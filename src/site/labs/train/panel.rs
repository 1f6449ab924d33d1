//! The bar with the numbers of the run, and the settings.
use super::{controls::Settings, room::Room, state::Now};
use crate::site::{
    labs::kit::{
        bar::{self, Bar, number},
        panel,
    },
    url::UrlState,
    widgets::erased::{display, part, text},
};
use leptos::prelude::*;
use std::sync::Arc;

/// The gap between training and test digits. Training digits are tested without dropout, shifts or turns.
fn gap(room: Room) -> AnyView {
    part(move || {
        let now = room.now.with(|n| n.learned.zip(n.test_accuracy));
        let Some((learned, tested)) = now else { return ().into_any() };
        let gap = 100.0 * (learned.accuracy - tested);
        view! {
            <div><dt>"digits learned from"</dt><dd id="train-accuracy" data-value=learned.accuracy>{format!("{:.2} %", 100.0 * learned.accuracy)}</dd></div>
            <div><dt>"gap"</dt><dd id="gap" data-value=gap>{format!("{gap:.2} points")}</dd></div>
        }
        .into_any()
    })
}

pub fn bar(room: Room) -> AnyView {
    let read =
        move |id, name: &str, read: fn(&Now) -> Option<f64>, text: fn(f64) -> String| number(id, name, move || room.now.with(read), text);
    let tested = move || room.now.with(|n| n.test_accuracy);
    let test = view! {
        <div>
            <dt>"test digits right"</dt>
            <dd id="test-accuracy" data-value=text(move || tested().map_or(String::new(), |a| a.to_string())) data-step=display(move || room.now.with(|n| n.tested_at.unwrap_or(0)))>
                {text(move || tested().map_or("–".into(), |a| format!("{:.2} %", 100.0 * a)))}
            </dd>
        </div>
    };
    bar::bar(
        room.training,
        Bar {
            reset: "Back to noise",
            step: "One step",
            busy: Signal::stored(false),
            behind: ().into_any(),
            numbers: vec![
                read("step-count", "step", |n| Some(n.step as f64), |v| format!("{v:.0}")),
                read("epoch", "epoch", |n| Some(n.epoch.into()), |v| format!("{v:.2}")),
                read("loss", "loss", |n| n.loss.map(f64::from), |v| format!("{v:.3}")),
                test.into_any(),
                gap(room),
                read("images-a-second", "images a second", |n| Some(n.images_a_second.into()).filter(|n| *n > 0.0), |v| format!("{v:.0}")),
            ],
        },
    )
}

/// The name of a number of digits in the list.
fn digits(value: &str) -> Option<String> {
    Some(match value.parse().ok()? {
        0 => "all 60 000".into(),
        digits @ 1000.. => format!("{} {:03}", digits / 1000, digits % 1000),
        digits => digits.to_string(),
    })
}

pub fn panel(room: Room, settings: UrlState<Settings>) -> AnyView {
    let names = |key: &str, value: &str| if key == "digits" { digits(value) } else { None };
    let counts = move || {
        let now = room.now.get();
        let counts = format!(
            "{:.1} thousand parameters, {:.1} thousand multiply-adds an image, {} step{} an epoch.",
            now.parameters as f64 / 1e3,
            now.macs as f64 / 1e3,
            now.steps_an_epoch,
            if now.steps_an_epoch == 1 { "" } else { "s" }
        );
        now.started.then_some((now.device, counts))
    };
    panel::panel(room.training, settings, Arc::new(names), counts)
}

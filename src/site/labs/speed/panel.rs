//! The bar (start, stop, progress) and the settings: cases, devices, runs.
use super::{
    controls::Settings,
    store::{State, Store},
};
use crate::{
    site::{
        machine::Machine,
        url::UrlState,
        widgets::{
            controls::{Names, controls},
            erased::{display, flag, on_click, on_event, part, text},
        },
    },
    workbench::protocol::speed::{CASES, Case, Work},
};
use leptos::{ev, prelude::*};
use std::sync::Arc;

pub fn bar(store: Store, settings: UrlState<Settings>) -> AnyView {
    let running = move || store.state.get() == State::Running;
    let nothing = move || settings.with(|s| s.jobs().is_empty());
    let (done, of) = (
        move || store.now.with(|now| now.map_or(0, |now| now.runs.0)),
        move || store.now.with(|now| now.map_or(1, |now| now.runs.1.max(1))),
    );
    let said = move || match (store.now.get(), store.state.get()) {
        (Some(now), _) => {
            let device = store.connection.machine.with(|machine| machine.device_name(now.job.device));
            format!("{} of {}: {}, {device}", now.number, now.jobs, now.job.case.title)
        }
        (None, State::Done) => "Done.".into(),
        (None, State::Stopped) => "Stopped; what was measured stands below.".into(),
        (None, _) if nothing() => "Choose a case.".into(),
        (None, _) => "For steady numbers, leave the machine alone while it measures.".into(),
    };
    view! {
        <div class="transport wide">
            <div class="bar" role="toolbar" aria-label="Measuring">
                <button id="start" class="play main" class:hidden=flag(running) disabled=flag(nothing) title="Start (space)"
                    on:click=on_click(move || store.start(&settings.get_untracked()))>"▶ Start"</button>
                <button id="stop" class="play main" class:hidden=flag(move || !running()) title="Stop (space)" on:click=on_click(move || store.stop())>"■ Stop"</button>
            </div>
            <p class="under-way"><span id="under-way" role="status">{text(said)}</span>
                <progress class:hidden=flag(move || !running()) aria-label="Runs of this case" max=display(of) prop:value=display(done)></progress>
            </p>
        </div>
    }
    .into_any()
}

fn group(name: &'static str, settings: UrlState<Settings>, of: fn(&Work) -> bool) -> AnyView {
    let boxes = CASES.iter().filter(|case| of(&case.work)).map(|case| tick(case, settings)).collect_view();
    view! { <fieldset class="cases"><legend>{name}</legend>{boxes}</fieldset> }.into_any()
}

fn tick(case: &'static Case, settings: UrlState<Settings>) -> AnyView {
    let toggle = move |_: ev::Event| {
        settings.commit(|s| {
            let before = s.clone();
            s.choose(|other| before.has(other) != (other == case));
        });
    };
    view! {
        <label><input type="checkbox" name=case.name prop:checked=flag(move || settings.with(|s| s.has(case))) on:change=on_event(toggle) />" "{case.title}</label>
    }
    .into_any()
}

pub fn panel(store: Store, settings: UrlState<Settings>) -> AnyView {
    let names: Names = Arc::new(move |key, value| {
        let machine = store.connection.machine.get();
        let auto = if machine.real_gpu() { "Automatic: CPU and GPU" } else { "Automatic: the CPU" };
        match (key, value) {
            ("device", "auto") => Some(auto.into()),
            ("device", "cpu") => Some("CPU".into()),
            ("device", "gpu") => Some(machine.gpu_name()),
            ("device", _) => Some(format!("CPU and {}", machine.gpu_name())),
            _ => None,
        }
    });
    let why = move || {
        let found = store.connection.machine.with(why_no_gpu);
        view! { <p class="note" id="runs-on">"The CPU computes on one thread, in WebAssembly SIMD. " {found}</p> }.into_any()
    };
    view! {
        <div class="settings wide">
            {controls(settings, "", &names)}
            <div class="bar choices">
                <button id="all" on:click=on_click(move || settings.commit(|s| s.choose(|_| true)))>"All cases"</button>
                <button id="none" on:click=on_click(move || settings.commit(|s| s.choose(|_| false)))>"None"</button>
            </div>
            {group("Convolutions", settings, |work| matches!(work, Work::Convolution { .. }))}
            {group("Networks", settings, |work| matches!(work, Work::Forward(_)))}
            {group("Training", settings, |work| matches!(work, Work::TrainingStep { .. }))}
            {part(why)}
        </div>
    }
    .into_any()
}

fn why_no_gpu(machine: &Machine) -> String {
    match (&machine.adapter, &machine.why_no_gpu) {
        (None, Some(why)) => format!("No GPU: {}.", why.trim_start_matches("device: ").trim_end_matches('.')),
        (Some(adapter), _) if adapter.software => {
            "WebGPU is a software adapter here, a processor that pretends to be a GPU; it is measured when you ask for it.".into()
        }
        _ => String::new(),
    }
}

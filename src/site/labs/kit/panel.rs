//! The settings of a lab that trains: the controls of its table, a button for the default settings, and the device of the run.
use super::{
    run::Run,
    training::{Training, Trains, usual},
};
use crate::{
    site::{
        machine::Machine,
        url::UrlState,
        widgets::{
            controls::{Names, controls},
            erased::{flag, on_click, text},
        },
    },
    workbench::protocol::DeviceChoice,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The names of devices as they were found. `own` names other values that the table does not know.
fn names<S: Trains>(training: Training<S>, own: Names) -> Names {
    Arc::new(move |key, value| match key {
        "device" => {
            let devices = training.connection.machine.with(Machine::devices);
            devices.into_iter().find(|(own, _)| own == value).map(|(_, name)| name)
        }
        _ => own(key, value),
    })
}

/// The panel. `counts` says what the run that stands costs.
pub fn panel<S: Trains>(
    training: Training<S>,
    settings: UrlState<S>,
    own: Names,
    counts: impl Fn(&Run<S::Options>) -> String + Send + Sync + 'static,
) -> AnyView {
    let runs_on = move || {
        let Some((device, counts)) = training.run.with(|run| Some((run.device()?, counts(run)))) else {
            return "The worker is starting.".into();
        };
        let machine = training.connection.machine.get();
        let place = if device == DeviceChoice::Gpu { machine.gpu_name() } else { "CPU, one thread, WebAssembly SIMD".into() };
        let why = machine.why_no_gpu.map_or(String::new(), |why| {
            format!(" No GPU: {}. Everything works on the CPU.", why.trim_start_matches("device: ").trim_end_matches('.'))
        });
        format!("Runs on: {place}. {counts}{why} A change of rate acts on the next step; any other change begins anew.")
    };
    let set_back = move || settings.commit(|s| *s = usual(s));
    view! {
        <div class="settings wide">
            {controls(settings, "", &names(training, own))}
            <button type="button" class="quiet" id="defaults" disabled=flag(move || settings.with(|s| *s == usual(s))) on:click=on_click(set_back)>
                "Default settings"
            </button>
            <p class="note" id="runs-on">{text(runs_on)}</p>
        </div>
    }
    .into_any()
}

//! The bar (reset, play, step), the numbers of the run, and the settings.
use super::{
    controls::{BATCHES, DROPOUT, RATES, SETS, SHIFT, Settings, TURN},
    room::Room,
};
use crate::{
    nets::models::DIGITS,
    site::{
        bench::Status,
        machine::Machine,
        url::UrlState,
        widgets::{
            choice::Choice,
            erased::{hear, part, press, say, typed, when},
        },
    },
    workbench::protocol::{DeviceChoice, OptimiserChoice, Request},
};
use leptos::{ev, prelude::*};

#[component]
pub fn Bar(room: Room) -> impl IntoView {
    // Whatever it did, a worker that has ended does not play.
    let playing = move || room.status.get() == Status::Ready && room.now.with(|n| n.playing);
    let unready = move || room.status.get() != Status::Ready || room.data.with(|d| d.train == 0 || d.test == 0);
    let number = move |read: fn(&super::state::Now) -> Option<String>| move || room.now.with(read).unwrap_or_else(|| "–".into());
    let data = move |read: fn(&super::state::Now) -> Option<f32>| move || room.now.with(read).map(|v| v.to_string());
    // The same digits as in training, but whole: not dropped, shifted or turned.
    let learned = move || {
        let now = room.now.with(|n| n.learned.zip(n.test_accuracy));
        let Some((learned, tested)) = now else { return ().into_any() };
        let gap = 100.0 * (learned.accuracy - tested);
        view! {
            <div><dt>"digits learned from"</dt><dd id="train-accuracy" data-value=learned.accuracy>{format!("{:.2} %", 100.0 * learned.accuracy)}</dd></div>
            <div><dt>"gap"</dt><dd id="gap" data-value=gap>{format!("{gap:.2} points")}</dd></div>
        }
        .into_any()
    };
    view! {
        <div class="transport wide">
            <div class="bar" role="toolbar" aria-label="Training">
                <button id="reset" title="Back to noise" on:click=move |_| room.start()>"Reset"</button>
                <button
                    id="play"
                    class="play main"
                    class:hidden=playing
                    disabled=unready
                    title="Play (space)"
                    on:click=move |_| room.send(Request::Play)
                >
                    "▶ Play"
                </button>
                <button id="pause" class="play main" class:hidden=move || !playing() title="Pause (space)" on:click=move |_| room.send(Request::Pause)>
                    "❚❚ Pause"
                </button>
                <button id="step" disabled=unready title="One step (S)" on:click=move |_| room.send(Request::Step)>"Step"</button>
            </div>
            <dl class="numbers">
                <div><dt>"step"</dt><dd id="step-count" data-value=move || room.now.with(|n| n.step)>{move || room.now.with(|n| n.step)}</dd></div>
                <div><dt>"epoch"</dt><dd id="epoch">{number(|n| Some(format!("{:.2}", n.epoch)))}</dd></div>
                <div><dt>"loss"</dt><dd id="loss" data-value=data(|n| n.loss)>{number(|n| n.loss.map(|l| format!("{l:.3}")))}</dd></div>
                <div>
                    <dt>"test digits right"</dt>
                    <dd id="test-accuracy" data-value=data(|n| n.test_accuracy) data-step=move || room.now.with(|n| n.tested_at)>{number(|n| n.test_accuracy.map(|a| format!("{:.2} %", 100.0 * a)))}</dd>
                </div>
                {part(learned)}
                <div><dt>"images a second"</dt><dd id="images-a-second">{number(|n| (n.images_a_second > 0.0).then(|| format!("{:.0}", n.images_a_second)))}</dd></div>
            </dl>
        </div>
    }
}

#[component]
pub fn Panel(room: Room, settings: UrlState<Settings>) -> impl IntoView {
    let models = Signal::derive(|| DIGITS.iter().map(|m| (m.name.to_string(), m.title.to_string())).collect::<Vec<_>>());
    let devices = Signal::derive(move || room.machine.with(Machine::devices));
    let optimisers = Signal::derive(|| vec![("sgd".to_string(), "SGD, momentum 0.9".to_string()), ("adam".into(), "Adam".into())]);
    let batches = Signal::derive(move || {
        let mut sizes = BATCHES.to_vec();
        sizes.push(settings.with(|s| s.batch));
        sizes.sort_unstable();
        sizes.dedup();
        sizes.iter().map(|b| (b.to_string(), b.to_string())).collect::<Vec<_>>()
    });
    let runs_on = move || {
        let (now, machine) = (room.now.get(), room.machine.get());
        let place = if now.device == DeviceChoice::Gpu { machine.gpu_name() } else { "CPU, one thread, WebAssembly SIMD".into() };
        let counts = format!(
            "{:.1} thousand parameters, {:.1} thousand multiply-adds an image, {} step{} an epoch.",
            now.parameters as f64 / 1e3,
            now.macs as f64 / 1e3,
            now.steps_an_epoch,
            if now.steps_an_epoch == 1 { "" } else { "s" }
        );
        let why = machine
            .why_no_gpu
            .filter(|_| now.started)
            .map(|why| format!(" No GPU: {}. Everything works on the CPU.", why.trim_start_matches("device: ").trim_end_matches('.')))
            .unwrap_or_default();
        if now.started { format!("Runs on: {place}. {counts}{why}") } else { "The worker is starting.".into() }
    };
    let sets = Signal::derive(move || {
        let mut sizes = SETS.to_vec();
        let own = settings.with(|s| s.digits);
        if !sizes.contains(&own) {
            sizes.insert(0, own);
        }
        let name = |digits: usize| match digits {
            0 => "all 60 000".to_string(),
            1000.. => format!("{} {:03}", digits / 1000, digits % 1000),
            _ => digits.to_string(),
        };
        sizes.into_iter().map(|digits| (digits.to_string(), name(digits))).collect::<Vec<_>>()
    });
    let optimiser_name = |o: OptimiserChoice| if o == OptimiserChoice::Adam { "adam" } else { "sgd" };
    view! {
        <div class="settings wide">
            <Choice id="model" label="Network" value=Signal::derive(move || settings.with(|s| s.model.clone())) options=models choose=move |v| settings.commit(|s| s.model = v) />
            <Choice id="device" label="Device" value=Signal::derive(move || settings.with(|s| s.device.clone())) options=devices choose=move |v| settings.commit(|s| s.device = v) />
            <Choice
                id="optimiser"
                label="Optimiser"
                value=Signal::derive(move || settings.with(|s| optimiser_name(s.optimiser).to_string()))
                options=optimisers
                choose=move |v| settings.commit(|s| s.optimiser = if v == "adam" { OptimiserChoice::Adam } else { OptimiserChoice::Sgd })
            />
            <Choice
                id="batch"
                label="Batch"
                value=Signal::derive(move || settings.with(|s| s.batch.to_string()))
                options=batches
                choose=move |v| settings.commit(|s| s.batch = v.parse().unwrap_or(s.batch))
            />
            <label class="control" for="seed">
                <span>"Seed"</span>
                <input
                    id="seed"
                    type="number"
                    min="0"
                    step="1"
                    prop:value=move || settings.with(|s| s.seed.to_string())
                    on:change=typed(move |seed| settings.commit(|s| s.seed = seed), move || settings.with_untracked(|s| s.seed))
                />
            </label>
            <label class="control rate" for="rate">
                <span>"Learning rate " <output>{move || settings.with(|s| format!("{:.1$}", s.rate, if s.rate < 0.001 { 5 } else { 4 }))}</output></span>
                <input
                    id="rate"
                    type="range"
                    min=RATES[0]
                    max=RATES[1]
                    step="0.05"
                    prop:value=move || settings.with(|s| s.rate.log10().to_string())
                    on:input=move |e| settings.preview(|s| s.rate = power(&event_target_value(&e)).unwrap_or(s.rate))
                    on:change=move |e| settings.commit(|s| s.rate = power(&event_target_value(&e)).unwrap_or(s.rate))
                />
            </label>
            <Choice
                id="digits"
                label="Digits learned from"
                value=Signal::derive(move || settings.with(|s| s.digits.to_string()))
                options=sets
                choose=move |v| settings.commit(|s| s.digits = v.parse().unwrap_or(s.digits))
            />
            {slider(settings, Amount { id: "dropout", label: "Dropout", most: DROPOUT, step: 0.05, unit: "", get: |s| s.dropout, set: |s, v| s.dropout = v })}
            {slider(settings, Amount { id: "shift", label: "Shift by up to", most: SHIFT, step: 0.5, unit: " px", get: |s| s.shift, set: |s, v| s.shift = v })}
            {slider(settings, Amount { id: "turn", label: "Turn by up to", most: TURN, step: 1.0, unit: "°", get: |s| s.turn, set: |s, v| s.turn = v })}
            <button type="button" class="quiet" id="defaults" disabled=when(move || settings.with(|s| *s == s.usual())) on:click=press(move || settings.commit(|s| *s = s.usual()))>
                "Default settings"
            </button>
            <p class="note" id="runs-on">{runs_on} " A change of rate acts on the next step; any other change begins anew."</p>
        </div>
    }
}

/// An amount from 0 on that a run starts from: so it acts when the slider is left.
struct Amount {
    id: &'static str,
    label: &'static str,
    most: f32,
    step: f32,
    unit: &'static str,
    get: fn(&Settings) -> f32,
    set: fn(&mut Settings, f32),
}

fn slider(settings: UrlState<Settings>, amount: Amount) -> AnyView {
    let Amount { id, label, most, step, unit, get, set } = amount;
    // Under the hand, before it acts.
    let held = RwSignal::new(None::<f32>);
    let shown = move || held.get().unwrap_or_else(|| settings.with(get));
    let slide = move |event: ev::Event| held.set(event_target_value(&event).parse().ok());
    let leave = move |event: ev::Event| {
        held.set(None);
        settings.commit(|s| set(s, event_target_value(&event).parse().unwrap_or(get(s))));
    };
    view! {
        <label class="control" for=id>
            <span>{label} " " <output>{say(move || if shown() == 0.0 { "0".into() } else { format!("{}{unit}", shown()) })}</output></span>
            <input id=id type="range" min="0" max=most step=step prop:value=say(move || shown().to_string()) on:input=hear(slide) on:change=hear(leave) />
        </label>
    }
    .into_any()
}

/// Ten to the slider's value, to four significant digits, as a rate is written.
fn power(value: &str) -> Option<f32> {
    let rate = 10f64.powf(value.parse().ok()?);
    format!("{rate:.3e}").parse().ok()
}

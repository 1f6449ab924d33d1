//! The bar (reset, play, step), the numbers of both networks, and the settings.
use super::{
    controls::{BATCHES, DEPTHS, RATES, Settings, WIDTHS},
    room::Room,
    state::{NAMES, State},
};
use crate::{
    nets::models::{FirstValues, Order},
    site::{
        bench::Status,
        machine::Machine,
        url::UrlState,
        widgets::{
            choice::Choice,
            erased::{hear, press, say, typed, when, write},
        },
    },
    workbench::protocol::{DeviceChoice, depth::Ask},
};
use leptos::{ev, prelude::*};

/// What a number is read from.
type Reading = Box<dyn Fn(&State) -> Option<f64> + Send + Sync>;

pub fn bar(room: Room) -> AnyView {
    let shown = room.shown;
    let busy = move || shown.with(|state| state.playing || state.measuring.is_some());
    let unready = move || room.status.get() != Status::Ready || !room.ready.get();
    let number = move |id: &'static str, name: String, read: Reading, text: fn(f64) -> String| {
        let value = Memo::new(move |_| shown.with(|state| read(state)));
        let data = say(move || value.get().map_or(String::new(), |v| v.to_string()));
        view! { <div><dt>{name}</dt><dd id=id data-value=data>{say(move || value.get().map_or("–".into(), text))}</dd></div> }.into_any()
    };
    let percent = |v: f64| format!("{:.0} %", 100.0 * v);
    let error = |twin: usize| Box::new(move |state: &State| state.recent_error(twin)) as Reading;
    let progress = move || shown.with(|state| state.measuring);
    view! {
        <div class="transport wide">
            <div class="bar" role="toolbar" aria-label="Training">
                <button id="reset" title="Both back to their first values" on:click=press(move || room.start())>"Reset"</button>
                <button id="play" class="play main" class:hidden=when(busy) disabled=when(unready) title="Play (space)" on:click=press(move || room.ask(Ask::Play))>
                    "▶ Play"
                </button>
                <button id="pause" class="play main" class:hidden=when(move || !busy()) title="Pause (space)" on:click=press(move || room.ask(Ask::Pause))>
                    {say(move || if shown.with(|state| state.playing) { "❚❚ Pause".into() } else { "■ Stop".into() })}
                </button>
                <button id="step" disabled=when(unready) title="One step of both (S)" on:click=press(move || room.ask(Ask::Step))>"Step"</button>
                <progress class:hidden=when(move || progress().is_none()) aria-label="How much of the measurement is done"
                    max=write(move || progress().map_or(1, |p| p.of.max(1))) prop:value=write(move || progress().map_or(0, |p| p.done))></progress>
            </div>
            <dl class="numbers">
                {number("step-count", "step".into(), Box::new(|state| Some(state.step as f64)), |v| format!("{v:.0}"))}
                {number("plain-error", format!("{}, wrong", NAMES[0]), error(0), percent)}
                {number("residual-error", format!("{}, wrong", NAMES[1]), error(1), percent)}
                {number("step-time", "ms a step, both".into(), Box::new(|state| state.seconds.map(|s| 1e3 * f64::from(s))), |v| format!("{v:.0}"))}
            </dl>
        </div>
    }
    .into_any()
}

fn key(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(String::from)).unwrap_or_default()
}

fn first_name(first: FirstValues) -> &'static str {
    match first {
        FirstValues::He => "He's, √(2 / fan-in)",
        FirstValues::Torch => "PyTorch's default, 0.41 of He's",
        FirstValues::Small => "Too small, a quarter of He's",
        FirstValues::Large => "Too large, twice He's",
    }
}

/// Numbers on offer, and the one that is set.
fn numbers(offered: &[usize], set: usize) -> Vec<usize> {
    let mut all = [offered, &[set]].concat();
    all.sort_unstable();
    all.dedup();
    all
}

pub fn panel(room: Room, settings: UrlState<Settings>) -> AnyView {
    // A step's time is that of its multiply-adds, nearly: all blocks cost the same.
    let pace = Memo::new(move |_| {
        room.shown.with(|state| {
            let seconds = f64::from(state.seconds.filter(|_| state.step >= 3)?);
            Some(seconds / state.macs_a_step())
        })
    });
    let depths = Signal::derive(move || {
        let set = settings.get();
        let name = |depth: usize| {
            // Of one digit: 196 places, 9 taps, in each of the layers between the first and the last.
            let macs = 196 * 9 * set.width * (1 + set.width * (depth - 2));
            match pace.get() {
                Some(pace) if depth > 32 => format!("{depth}, about {:.1} s a step", pace * (macs * set.batch) as f64),
                None if depth > 32 => format!("{depth}, slow"),
                _ => depth.to_string(),
            }
        };
        numbers(&DEPTHS, set.depth).into_iter().map(|depth| (depth.to_string(), name(depth))).collect::<Vec<_>>()
    });
    let few = move |offered: &'static [usize], get: fn(&Settings) -> usize| {
        Signal::derive(move || numbers(offered, settings.with(get)).into_iter().map(|n| (n.to_string(), n.to_string())).collect::<Vec<_>>())
    };
    let firsts = Signal::stored(FirstValues::ALL.map(|first| (key(first), first_name(first).to_string())).to_vec());
    let orders = Signal::stored(vec![
        (key(Order::Post), "ReLU after the sum (2015)".to_string()),
        (key(Order::Pre), "ReLU before the weights (2016)".into()),
    ]);
    let devices = Signal::derive(move || room.machine.with(Machine::devices));
    let chosen = move |set: fn(&mut Settings, usize)| {
        move |value: String| {
            settings.commit(|s| {
                if let Ok(n) = value.parse() {
                    set(s, n)
                }
            })
        }
    };
    let order = move |value: String| settings.commit(|s| s.order = if value == "pre" { Order::Pre } else { Order::Post });
    let first =
        move |value: String| settings.commit(|s| s.first = FirstValues::ALL.into_iter().find(|f| key(f) == value).unwrap_or(s.first));
    let norm = move |event: ev::Event| settings.commit(|s| s.norm = event_target_checked(&event).into());
    let seed = typed(move |seed| settings.commit(|s| s.seed = seed), move || settings.with_untracked(|s| s.seed));
    let slid = move |event: ev::Event| settings.preview(|s| s.rate = power(&event_target_value(&event)).unwrap_or(s.rate));
    let set = move |event: ev::Event| settings.commit(|s| s.rate = power(&event_target_value(&event)).unwrap_or(s.rate));
    let runs_on = move || {
        let (machine, state) = (room.machine.get(), room.shown.get());
        let Some(options) = &state.options else { return "The worker is starting.".into() };
        let place = if options.device == DeviceChoice::Gpu { machine.gpu_name() } else { "CPU, one thread, WebAssembly SIMD".into() };
        format!(
            "Runs on: {place}. Each of the two has {:.1} thousand parameters and {:.2} million multiply-adds a digit; “+ x” costs neither. \
             A change of rate acts on the next step, any other begins anew.",
            state.parameters as f64 / 1e3,
            state.macs as f64 / 1e6
        )
    };
    view! {
        <div class="settings wide">
            <Choice id="depth" label="Layers with weights" value=write(move || settings.with(|s| s.depth)) options=depths choose=chosen(|s, n| s.depth = n) />
            <Choice id="width" label="Channels" value=write(move || settings.with(|s| s.width)) options=few(&WIDTHS, |s| s.width) choose=chosen(|s, n| s.width = n) />
            <Choice id="first" label="First weights" value=say(move || key(settings.with(|s| s.first))) options=firsts choose=first />
            <Choice id="order" label="Inside a block" value=say(move || key(settings.with(|s| s.order))) options=orders choose=order />
            <Choice id="batch" label="Batch" value=write(move || settings.with(|s| s.batch)) options=few(&BATCHES, |s| s.batch) choose=chosen(|s, n| s.batch = n) />
            <Choice id="device" label="Device" value=say(move || settings.with(|s| s.device.clone())) options=devices choose=move |v| settings.commit(|s| s.device = v) />
            <label class="control" for="seed">
                <span>"Seed"</span>
                <input id="seed" type="number" min="0" step="1" prop:value=write(move || settings.with(|s| s.seed)) on:change=seed />
            </label>
            <label class="control rate" for="rate">
                <span>"Learning rate " <output>{say(move || settings.with(|s| format!("{:.4}", s.rate)))}</output></span>
                <input id="rate" type="range" min=RATES[0] max=RATES[1] step="0.05" prop:value=write(move || settings.with(|s| s.rate.log10())) on:input=hear(slid) on:change=hear(set) />
            </label>
            <label class="switch" for="norm">
                <input id="norm" type="checkbox" prop:checked=when(move || settings.with(|s| s.norm == 1)) on:change=hear(norm) />
                "Batch norm"
            </label>
            <button type="button" class="quiet" id="defaults" disabled=when(move || settings.with(|s| *s == s.usual())) on:click=press(move || settings.commit(|s| *s = s.usual()))>
                "Default settings"
            </button>
            <p class="note" id="runs-on">{say(runs_on)}</p>
        </div>
    }
    .into_any()
}

/// Ten to the slider's value, to four significant digits, as a rate is written.
fn power(value: &str) -> Option<f32> {
    let rate = 10f64.powf(value.parse().ok()?);
    format!("{rate:.3e}").parse().ok()
}

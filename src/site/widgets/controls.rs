//! The controls of a figure or a lab, drawn from its table.
use super::{
    choice::Choice,
    erased::{flag, on_event, text, typed},
};
use crate::site::{
    controls::{Choices, Control, Controls, Kind, control as line, numbers, power},
    url::{FigureInstance, Setting, UrlState},
};
use leptos::{ev, prelude::*};
use std::sync::Arc;

/// Gives the name of a key's value, if the table does not know it. The names of devices, for example, are known only once the page is shown.
pub type Names = Arc<dyn Fn(&str, &str) -> Option<String> + Send + Sync>;

/// No names besides the table's.
pub fn plain() -> Names {
    Arc::new(|_, _| None)
}

/// All controls of the table, in its order. Each has its key as its id, with hyphens, behind `before` and the name that the figure has on its page.
pub fn controls<S: Controls>(settings: UrlState<S>, before: &str, names: &Names) -> AnyView {
    S::TABLE.iter().map(|line| draw(settings, before, line, names)).collect_view().into_any()
}

/// The control of one key.
pub fn control<S: Controls>(settings: UrlState<S>, before: &str, key: &str, names: &Names) -> AnyView {
    line::<S>(key).map_or_else(|| ().into_any(), |line| draw(settings, before, line, names))
}

/// The control of one key as a choice among what is on offer now.
pub fn among<S: Controls>(settings: UrlState<S>, id: String, key: &'static str, options: Signal<Choices>) -> AnyView {
    chosen(id, line::<S>(key).map_or(key, |line| line.label), settings.setting(key), options)
}

fn draw<S: Controls>(settings: UrlState<S>, before: &str, line: &'static Control<S>, names: &Names) -> AnyView {
    let Control { key, label, kind } = line;
    let (id, setting) = (FigureInstance::id(&format!("{before}{}", key.replace('_', "-"))), settings.setting(key));
    let names = names.clone();
    match kind {
        Kind::Choice(choices) => {
            let options = Signal::derive(move || {
                choices().into_iter().map(|(value, name)| (value.clone(), names(key, &value).unwrap_or(name))).collect::<Choices>()
            });
            chosen(id, label, setting, options)
        }
        Kind::Numbers { offered, .. } => {
            let value = setting.value;
            let options = Signal::derive(move || {
                let set = value.with(|value| value.parse().unwrap_or(offered[0]));
                let named = |number: u64| (number.to_string(), names(key, &number.to_string()).unwrap_or_else(|| number.to_string()));
                numbers(offered, set).into_iter().map(named).collect::<Choices>()
            });
            chosen(id, label, setting, options)
        }
        Kind::Whole { .. } => whole(id, label, setting),
        Kind::Slider { ends, step, unit, late } => {
            let ends = Signal::derive(move || settings.with(ends));
            let written = move |value: &str| amount(value, unit);
            slider(Slid { id, label, ends, step: *step, late: *late, written: Arc::new(written), place: same, value: same }, setting)
        }
        Kind::Power { ends } => {
            let written =
                |value: &str| value.parse().map_or(String::new(), |rate: f32| format!("{rate:.0$}", if rate < 0.001 { 5 } else { 4 }));
            let place = |value: &str| value.parse().map_or(String::new(), |rate: f32| rate.log10().to_string());
            let value = |place: &str| power(place).map_or(String::new(), |rate| rate.to_string());
            let ends = Signal::stored(*ends);
            slider(Slid { id, label, ends, step: 0.05, late: false, written: Arc::new(written), place, value }, setting)
        }
        Kind::Switch { held } => switch(id, label, setting, flag(move || settings.with(held))),
        // Whoever knows what it may be draws it.
        Kind::Open => ().into_any(),
    }
}

fn chosen(id: String, label: &'static str, setting: Setting, options: Signal<Choices>) -> AnyView {
    let Setting { value, commit, .. } = setting;
    view! { <Choice id label value options choose=move |value| commit(value) /> }.into_any()
}

fn whole(id: String, label: &'static str, setting: Setting) -> AnyView {
    let (of, Setting { value, commit, .. }) = (id.clone(), setting);
    let holds = move || value.with_untracked(|value| value.parse().unwrap_or_default());
    view! {
        <label class="control" for=of>
            <span>{label}</span>
            <input id=id type="number" min="0" step="1" prop:value=value on:change=typed(move |number| commit(number.to_string()), holds) />
        </label>
    }
    .into_any()
}

/// A number as text: without a unit for 0, and 2 for 2.0.
fn amount(value: &str, unit: &str) -> String {
    match value.parse::<f64>() {
        Ok(number) if number != 0.0 => format!("{number}{unit}"),
        _ => "0".into(),
    }
}

fn same(text: &str) -> String {
    text.into()
}

/// A slider of any kind. Its positions need not be the values.
struct Slid {
    id: String,
    label: &'static str,
    ends: Signal<[f64; 2]>,
    step: f64,
    late: bool,
    written: Arc<dyn Fn(&str) -> String + Send + Sync>,
    place: fn(&str) -> String,
    value: fn(&str) -> String,
}

fn slider(slid: Slid, setting: Setting) -> AnyView {
    let Slid { id, label, ends, step, late, written, place, value } = slid;
    let (of, Setting { value: set, preview, commit, .. }) = (id.clone(), setting);
    // The position while the reader drags, before it acts.
    let held = RwSignal::new(None::<String>);
    let shown = move || held.get().unwrap_or_else(|| set.get());
    let slide = move |event: ev::Event| {
        let value = value(&event_target_value(&event));
        if late { held.set(Some(value)) } else { preview(value) }
    };
    let leave = move |event: ev::Event| {
        held.set(None);
        commit(value(&event_target_value(&event)));
    };
    view! {
        <label class="control" for=of>
            <span>{label} " " <output>{text(move || written(&shown()))}</output></span>
            <input
                type="range"
                id=id.clone()
                name=id
                min=text(move || ends.get()[0].to_string())
                max=text(move || ends.get()[1].to_string())
                step=step
                prop:value=text(move || place(&shown()))
                on:input=on_event(slide)
                on:change=on_event(leave)
            />
        </label>
    }
    .into_any()
}

fn switch(id: String, label: &'static str, setting: Setting, held: Signal<bool>) -> AnyView {
    let (of, Setting { value, commit, .. }) = (id.clone(), setting);
    let on = move || value.with(|value| matches!(value.as_str(), "true" | "1"));
    let turn = move |event: ev::Event| {
        let words = if value.with_untracked(|value| value.parse::<bool>().is_ok()) { ["false", "true"] } else { ["0", "1"] };
        commit(words[usize::from(event_target_checked(&event))].into());
    };
    view! {
        <label class="switch" for=of>
            <input type="checkbox" id=id.clone() name=id prop:checked=flag(on) disabled=held on:change=on_event(turn) />
            {label}
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_a_reader_would() {
        assert_eq!(["0.0", "2.0", "0.35", "28"].map(|value| amount(value, " px")), ["0", "2 px", "0.35 px", "28 px"]);
    }
}

//! The controls of the panel: numbers with a minus and a plus, choices and switches. They say why they cannot go further.
use super::{limits::Field, settings::Settings, state::Desk};
use crate::site::{
    controls::{Control, Kind, control},
    widgets::erased,
};
use leptos::prelude::*;

/// A control's line in the table.
fn line(key: &str) -> Option<&'static Control<Settings>> {
    control::<Settings>(key)
}
pub fn label(key: &'static str) -> &'static str {
    line(key).map_or(key, |line| line.label)
}

/// Why the last control did not change, or changed to another value.
pub type Reason = RwSignal<Option<String>>;

fn set(desk: Desk, reason: Reason, field: Field, value: usize) {
    desk.rest();
    let mut why = None;
    desk.settings.commit(|s| why = s.set(field, value));
    reason.set(why);
}

fn turn(desk: Desk, reason: Reason, field: Field, up: bool) {
    match desk.settings.with_untracked(|s| s.next(field, up)) {
        Ok(value) => set(desk, reason, field, value),
        Err(why) => reason.set(Some(why)),
    }
}

/// One number with a minus and a plus.
fn knob(desk: Desk, reason: Reason, field: Field, key: &'static str, label: &'static str) -> AnyView {
    let end = move |up: bool| Memo::new(move |_| desk.asked.with(|s| s.next(field, up).err()));
    let (least, most) = (end(false), end(true));
    let button = move |up: bool, why: Memo<Option<String>>| {
        view! {
            <button
                type="button"
                tabindex="-1"
                data-control=format!("{key}-{}", if up { "more" } else { "less" })
                aria-label=format!("{} {label}", if up { "More" } else { "Less" })
                aria-disabled=erased::display(move || why.with(Option::is_some).to_string())
                title=Signal::derive(move || why.get())
                on:click=erased::on_click(move || turn(desk, reason, field, up))
            >
                {if up { "+" } else { "−" }}
            </button>
        }
        .into_any()
    };
    let typed = move |event: web_sys::Event| {
        if let Ok(value) = event_target_value(&event).trim().parse() {
            set(desk, reason, field, value);
        }
        // The field shows the present value, whatever was typed.
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&desk.settings.with_untracked(|s| s.get(field)).to_string());
    };
    let key_down = move |event: web_sys::KeyboardEvent| {
        let up = match event.key().as_str() {
            "ArrowUp" => true,
            "ArrowDown" => false,
            _ => return,
        };
        if !(event.ctrl_key() || event.alt_key() || event.meta_key()) {
            event.prevent_default();
            turn(desk, reason, field, up);
        }
    };
    view! {
        <span class="knob" hidden=erased::flag(move || desk.read(|s| !s.has(field)))>
            {button(false, least)}
            <input
                type="text"
                inputmode="numeric"
                role="spinbutton"
                autocomplete="off"
                data-control=key
                aria-label=label
                aria-valuenow=erased::display(move || desk.asked.with(|s| s.get(field)))
                aria-valuemin=erased::display(move || desk.asked.with(|s| s.allowed(field).first().copied().unwrap_or_default()))
                aria-valuemax=erased::display(move || desk.asked.with(|s| s.allowed(field).last().copied().unwrap_or_default()))
                prop:value=erased::display(move || desk.asked.with(|s| s.get(field).to_string()))
                on:keydown=erased::on_event(key_down)
                on:change=erased::on_event(typed)
            />
            {button(true, most)}
        </span>
    }
    .into_any()
}

/// Height and width with one label.
pub fn pair(desk: Desk, reason: Reason, field: fn(usize) -> Field, keys: [&'static str; 2], labels: [&'static str; 2]) -> AnyView {
    let name = label(field(0).key());
    let shown = move || desk.read(|s| s.has(field(0)) || s.has(field(1)));
    view! {
        <div class="setting" role="group" aria-label=name hidden=erased::flag(move || !shown())>
            <span class="what">{name}</span>
            <span class="pair">
                {knob(desk, reason, field(0), keys[0], labels[0])}
                <span class="times" aria-hidden="true" hidden=erased::flag(move || desk.read(|s| !s.has(field(0))))>"×"</span>
                {knob(desk, reason, field(1), keys[1], labels[1])}
            </span>
        </div>
    }
    .into_any()
}

pub fn single(desk: Desk, reason: Reason, field: Field) -> AnyView {
    let (key, name) = (field.key(), label(field.key()));
    view! {
        <div class="setting" hidden=erased::flag(move || desk.read(|s| !s.has(field)))>
            <span class="what" aria-hidden="true">{name}</span>
            <span class="pair">{knob(desk, reason, field, key, name)}</span>
        </div>
    }
    .into_any()
}

/// Values, names, and why one cannot be chosen now.
pub type Options = Vec<(String, String, Option<String>)>;

/// A choice whose impossible options say why.
pub fn choice(
    key: &'static str,
    label: &'static str,
    value: Signal<String>,
    options: Signal<Options>,
    choose: impl Fn(String) + Send + Sync + 'static,
) -> AnyView {
    let option = move |(key, name, why): (String, String, Option<String>)| {
        let own = key.clone();
        view! { <option value=key disabled=why.is_some() title=why prop:selected=erased::flag(move || value.get() == own)>{name}</option> }
            .into_any()
    };
    view! {
        <label class="setting">
            <span class="what">{label}</span>
            <select data-control=key on:change=erased::on_event(move |event: web_sys::Event| choose(event_target_value(&event)))>
                {erased::part(move || (options.get().into_iter().map(option).collect_view()).into_any())}
            </select>
        </label>
    }
    .into_any()
}

/// A choice of the table; `why` says what cannot be chosen now.
pub fn chosen(desk: Desk, reason: Reason, key: &'static str, why: fn(&Settings, &str) -> Option<String>) -> AnyView {
    let options = Signal::derive(move || {
        let Some(Kind::Choice(choices)) = line(key).map(|line| &line.kind) else { return vec![] };
        let option = |(value, name): (String, String)| {
            let why = desk.asked.with(|s| why(s, &value));
            (value, name, why)
        };
        choices().into_iter().map(option).collect()
    });
    let choose = move |value: String| {
        reason.set(None);
        desk.turn(key, value);
    };
    choice(key, label(key), desk.value(key), options, choose)
}

/// A switch of the table, where the operation has it; `idle` says why it would change nothing.
pub fn switch(desk: Desk, key: &'static str, shown: fn(&Settings) -> bool, idle: fn(&Settings) -> Option<&'static str>) -> AnyView {
    let (why, on) = (move || desk.read(idle), desk.value(key));
    view! {
        <label class="switch" hidden=erased::flag(move || desk.read(|s| !shown(s))) title=Signal::derive(why)>
            <input
                type="checkbox"
                data-control=key.replace('_', "-")
                disabled=erased::flag(move || why().is_some())
                prop:checked=erased::flag(move || on.with(|on| on == "true"))
                on:change=erased::on_event(move |event: web_sys::Event| desk.turn(key, event_target_checked(&event).to_string()))
            />
            <span>{label(key)}</span>
        </label>
    }
    .into_any()
}

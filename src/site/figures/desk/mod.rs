//! The convolution desk: every product of a convolution, forward and backward, one step at a time, with the reader's own numbers.
mod addresses;
mod check;
mod checked;
mod code;
mod code_view;
mod compute;
mod controls;
mod edits;
mod error_plot;
mod examples;
mod facts;
mod following;
mod following_view;
mod formula;
mod geometry;
mod knob;
mod knobs;
mod limits;
mod matrix;
mod matrix_view;
mod memory_view;
mod pair;
mod photo;
mod photo_picker;
mod presets;
mod products;
#[cfg(test)]
mod records;
mod settings;
mod sheets;
mod stack;
mod stage;
mod state;
mod symbols;
mod tables;
mod terms;
mod timeline;
mod transport;

use super::{Facts, Figure};
use crate::{
    book::contents::route,
    site::{
        program::NotLoaded,
        scope::Scope,
        shortcuts::{DESK_BACK, DESK_LEAVE, DESK_ON, DESK_PLAY},
        url::{FigureInstance, Keys},
        widgets::{erased, fold::has_side_column},
    },
};
use leptos::prelude::*;
use settings::{Operation, Settings, Tab, Wrt};
use state::Desk;
use terms::Part;
use wasm_split_helpers::wasm_split;

/// The figure `desk`, the whole desk.
pub const FIGURE: Figure = Figure {
    id: "desk",
    title: route("figure/desk").title,
    caption: route("figure/desk").summary,
    fetch: || Box::pin(async { Ok(fetch().await?) }),
    view: || Box::pin(view()),
    facts: |query| Box::pin(facts(query)),
    #[cfg(not(target_arch = "wasm32"))]
    settings: crate::site::url::settings_of::<Settings>,
    #[cfg(not(target_arch = "wasm32"))]
    faults: walk,
};

#[wasm_split(desk, fallible, preload(fetch))]
fn view() -> Result<AnyView, NotLoaded> {
    Ok(desk(Desk::here()))
}

#[wasm_split(desk, fallible)]
fn facts(query: String) -> Result<Facts, NotLoaded> {
    Ok(facts_of(&Keys::<Settings>::default().from_query(&query)))
}

/// The numbers that exercises can ask for: sizes, costs and values.
fn facts_of(settings: &Settings) -> Facts {
    let mut facts: Facts = vec![];
    let mut fact = |name: &str, value: f64| facts.push((name.to_string(), value));
    let [rows, columns] = settings.output();
    for (name, value) in [("output_height", rows), ("output_width", columns), ("parameters", self::facts::parameters(settings).value)] {
        fact(name, value as f64);
    }
    for (name, value) in [("input_height", settings.input[0]), ("input_width", settings.input[1]), ("in_channels", settings.channels)] {
        fact(name, value as f64);
    }
    for (name, value) in [("out_channels", settings.out), ("groups", settings.groups), ("true_convolution", usize::from(settings.flip))] {
        fact(name, value as f64);
    }
    for (name, value) in [("kernel_height", settings.kernel[0]), ("kernel_width", settings.kernel[1])] {
        fact(name, value as f64);
    }
    for (name, value) in [("stride", settings.stride[1]), ("padding", settings.padding[1]), ("dilation", settings.dilation[1])] {
        fact(name, value as f64);
    }
    if let Ok(subject) = compute::subject(settings) {
        fact("macs", subject.numbers.macs as f64);
        fact("unread", subject.read.iter().filter(|read| !**read).count() as f64);
        if let Some(value) = subject.value(settings.target()) {
            fact("value", f64::from(value));
        }
        if settings.tab == Tab::Backward
            && let Ok(check) = check::check(&subject, settings.target())
            && let Some(row) = check.rows.get(settings.decimals)
        {
            fact("decimals", settings.decimals as f64);
            fact("error_double", check::error(check.gradient, row.double));
            fact("error_single", check::error(check.gradient, row.single));
        }
        for part in Part::ALL {
            let values = subject.numbers.of(part);
            let name = part.key().replace('-', "_");
            fact(&format!("{name}_sum"), values.iter().map(|v| f64::from(*v)).sum());
            fact(&format!("{name}_largest"), f64::from(stack::largest(values)));
        }
    }
    facts
}

/// The walk along the desk's controls: each changes a number, what is looked at, or how it is gone through.
#[cfg(not(target_arch = "wasm32"))]
fn walk() -> Vec<String> {
    const STARTS: [&str; 9] = [
        "",
        "channels=8&out=8",
        "padding=1",
        "tab=backward&upstream=random",
        "op=average-pool&kernel=2&stride=2&padding=1",
        "op=max-pool&kernel=3&stride=2",
        "op=transposed&stride=2",
        "op=adaptive-max-pool",
        "dims=1&input=8&kernel=3",
    ];
    const OPEN: [(&str, &str); 16] = [
        ("input", "5x7"),
        ("channels", "3"),
        ("out", "3"),
        ("kernel", "2"),
        ("stride", "3"),
        ("padding", "1"),
        ("dilation", "2"),
        ("extra", "1"),
        ("size", "5"),
        ("divisor", "3"),
        ("groups", "2"),
        ("picture", "edge"),
        ("weights", "ones"),
        ("upstream", "counting"),
        ("cell", "3"),
        ("left", "2"),
    ];
    crate::site::walk::faults(&STARTS, &OPEN, |s: &Settings| {
        let subject = compute::subject(s).map_err(|error| error.to_string())?;
        let mut on = s.clone();
        on.step();
        let numbers = (&subject.numbers.tensors, presets::images(s), subject.terms(s.target()), facts_of(s));
        Ok(format!("{numbers:?} {:?} {} {} {}", (on.cell, on.left), s.tab == Tab::Code, stage::size(s), transport::rest(s).as_millis()))
    })
}

/// The tabs of this operation.
fn tabs(settings: &Settings) -> Vec<(Tab, &'static str)> {
    let mut tabs = vec![(Tab::Sum, "Forward"), (Tab::Backward, if settings.op.takes_the_largest() { "Routing back" } else { "Backward" })];
    if settings.op == Operation::Convolution {
        tabs.push((Tab::Matrix, "As matrices"));
    }
    tabs.extend([(Tab::Addresses, "In memory"), (Tab::Code, "Code")]);
    tabs
}

fn tab_list(desk: Desk) -> AnyView {
    let known = Memo::new(move |_| desk.read(tabs));
    let scope = Scope::here();
    let go = move |by: isize| {
        let tabs = known.get_untracked();
        let now = desk.settings.with_untracked(|s| s.tab);
        let at = tabs.iter().position(|(tab, _)| *tab == now).unwrap_or(0) as isize;
        let (next, _) = tabs[(at + by).rem_euclid(tabs.len() as isize) as usize];
        desk.turn_to(next, desk.settings.with_untracked(|s| s.wrt));
    };
    let key = move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        match event.key().as_str() {
            "ArrowRight" => go(1),
            "ArrowLeft" => go(-1),
            _ => return,
        }
        event.prevent_default();
        let list = event_target::<web_sys::Element>(&event).closest("[role='tablist']").ok().flatten();
        // The chosen tab gets the focus once it is on the page.
        scope.at_next_frame(move || {
            let chosen = list.and_then(|list| list.query_selector("[aria-selected='true']").ok().flatten());
            if let Some(chosen) = chosen {
                let _ = wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>(chosen).focus();
            }
        });
    };
    let one = move |(tab, name): (Tab, &'static str)| {
        let on = move || desk.read(|s| s.tab == tab);
        view! {
            <button
                type="button"
                role="tab"
                class="tab"
                data-control=format!("tab-{tab:?}").to_lowercase()
                aria-selected=erased::display(move || on().to_string())
                tabindex=erased::display(move || if on() { "0" } else { "-1" })
                on:click=erased::on_click(move || desk.turn_to(tab, desk.settings.with_untracked(|s| s.wrt)))
            >
                {name}
            </button>
        }
        .into_any()
    };
    view! { <div class="tabs" role="tablist" aria-label="Views of the same computation" on:keydown=erased::on_event(key)>{erased::part(move || (known.get().into_iter().map(one).collect_view()).into_any())}</div> }.into_any()
}

/// The choice of the gradient that is stepped through.
fn wrt_list(desk: Desk) -> AnyView {
    let known = Memo::new(move |_| {
        desk.read(|s| checked::gradients(s).into_iter().map(|(wrt, part, name)| (wrt, part.name(), name)).collect::<Vec<_>>())
    });
    let one = move |(wrt, title, name): (Wrt, &'static str, &'static str)| {
        view! {
            <button
                type="button"
                class="chip"
                title=title
                data-control=format!("wrt-{wrt:?}").to_lowercase()
                aria-pressed=erased::display(move || desk.read(|s| s.wrt == wrt).to_string())
                on:click=erased::on_click(move || desk.turn_to(Tab::Backward, wrt))
            >
                {name}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="chips wrt" role="group" aria-label="Gradient with respect to" hidden=erased::flag(move || desk.read(|s| s.tab != Tab::Backward))>
            <span>"Gradient"</span>
            {erased::part(move || (known.get().into_iter().map(one).collect_view()).into_any())}
        </div>
    }
    .into_any()
}

fn desk(desk: Desk) -> AnyView {
    let tab = Memo::new(move |_| desk.read(|s| s.tab));
    let shown = move || match tab.get() {
        Tab::Sum => view! { {stage::forward(desk)} {formula::panel(desk)} }.into_any(),
        Tab::Backward => {
            view! { {stage::backward(desk)} {following_view::panel(desk)} {formula::panel(desk)} {checked::panel(desk)} }.into_any()
        }
        Tab::Matrix => view! { {matrix_view::view(desk)} {formula::panel(desk)} }.into_any(),
        Tab::Addresses => memory_view::view(desk),
        Tab::Code => code_view::view(desk),
    };
    let steps = move || matches!(tab.get(), Tab::Sum | Tab::Backward | Tab::Matrix);
    let key = move |event: web_sys::KeyboardEvent| {
        let target = event_target::<web_sys::Element>(&event);
        // Keys are not used while the reader types.
        if matches!(target.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA") || !steps() {
            return;
        }
        match () {
            _ if DESK_PLAY.pressed(&event) => transport::toggle(desk),
            _ if DESK_ON.pressed(&event) => transport::step(desk, true),
            _ if DESK_BACK.pressed(&event) => transport::step(desk, false),
            _ if DESK_LEAVE.pressed(&event) => desk.pinned.set(None),
            _ => return,
        }
        event.prevent_default();
    };
    let error = move || {
        desk.subject
            .with(|subject| subject.as_ref().err().map(|error| view! { <p class="message error" role="alert">{error.clone()}</p> }))
            .into_any()
    };
    // Without room at the side, and in the text of a lecture, the sheets come first and the controls are folded.
    let folded = use_context::<FigureInstance>().is_some_and(|place| place.folded) || !has_side_column();
    let heading = move || {
        desk.read(|s| {
            let name = Operation::ALL.iter().find(|(op, _)| *op == s.op).map_or("", |(_, name)| name);
            let [rows, columns] = s.output();
            format!("Settings: {name}, {} × {} × {} → {} × {rows} × {columns}", s.channels, s.input[0], s.input[1], s.out)
        })
    };
    view! {
        <div class="convolution-desk" on:keydown=erased::on_event(key)>
            <div class="knobs">
                {(!folded).then(|| knobs::example(desk))}
                <details class="setup" open=!folded>
                    <summary>{erased::display(heading)}</summary>
                    {folded.then(|| knobs::example(desk))}
                    {knobs::panel(desk)}
                </details>
            </div>
            <div class="work">
                <div class="heads">{tab_list(desk)} {wrt_list(desk)}</div>
                <div hidden=erased::flag(move || !steps())>{transport::bar(desk)}</div>
                {erased::part(error)}
                <div class="shown" role="tabpanel" aria-label="The computation">{erased::part(shown)}</div>
                {tables::panel(desk)}
            </div>
            {knobs::comes_to(desk)}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{settings::from_query, *};

    #[test]
    fn exercises_find_their_facts() {
        let fact = |query: &str, name: &str| facts_of(&from_query(query)).into_iter().find(|(own, _)| own == name).map(|(_, value)| value);
        assert_eq!(fact("channels=1&out=1&bias=false&input=3&kernel=2&picture=counting&weights=counting", "value"), Some(19.0));
        assert_eq!(fact("stride=2", "unread"), Some(22.0));
        assert_eq!(fact("input=7&padding=0", "output_width"), Some(5.0));
        assert_eq!(fact("", "kernel_grad_largest").map(|v| v > 0.0), Some(true));
    }
}

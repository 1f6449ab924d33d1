//! The settings as controls. Each stops at its present limit, and says why.
use super::{
    edits::Editable,
    examples::{self, EXAMPLES},
    facts,
    knob::{Options, Reason, choice, chosen, label, pair, single, switch},
    limits::Field,
    photo_picker,
    presets::{self, Named},
    settings::{Operation, Settings, Tab},
    state::Desk,
};
use crate::site::widgets::erased;
use leptos::prelude::*;

fn named(list: &[Named]) -> Options {
    list.iter().map(|(key, name)| (key.to_string(), name.to_string(), None)).collect()
}

/// What fills a tensor.
fn filling(desk: Desk, key: &'static str, tensor: Editable, list: &'static [Named]) -> AnyView {
    // "My own" is offered only if there is such a tensor.
    let own = move || desk.read(|s| s.edits.any(tensor));
    let options = Signal::derive(move || {
        let photo = desk.read(|s| tensor == Editable::Input && s.picture == presets::PHOTO);
        let photo = photo.then(|| (presets::PHOTO.to_string(), "My photo".to_string(), None));
        let mut options: Options = named(list).into_iter().chain(photo).collect();
        if tensor == Editable::Kernel {
            options.iter_mut().for_each(|(key, _, why)| *why = desk.asked.with(|s| presets::fault(s, key)));
        }
        if own() {
            options.push(("own".into(), "My own numbers".into(), None));
        }
        options
    });
    let preset = desk.value(key);
    let value = Signal::derive(move || if own() { "own".into() } else { preset.get() });
    let choose = move |value: String| {
        if value != "own" {
            desk.turn(key, value);
        }
    };
    choice(key, label(key), value, options, choose)
}

/// Why there is nothing to show side by side.
fn lone(settings: &Settings) -> Option<&'static str> {
    (settings.channels.max(settings.out) == 1).then_some("One channel in and one out: there are no other sheets to lay beside them.")
}

/// Why it makes no difference whether padding counts.
fn unpadded(settings: &Settings) -> Option<&'static str> {
    match settings.divisor {
        0 if settings.padding.0 == [0, 0] => Some("There is no padding that could count."),
        0 => None,
        _ => Some("What the sum is divided by is given."),
    }
}

pub fn example(desk: Desk) -> AnyView {
    let tab = Memo::new(move |_| desk.read(|s| s.tab));
    let known = Memo::new(move |_| desk.asked.with(|s| examples::example(s, tab.get()).map(|example| example.key)));
    let options = Signal::derive(move || {
        let own = known.get().is_none().then(|| (String::new(), "My own setting".to_string(), None));
        EXAMPLES.iter().map(|example| (example.key.to_string(), example.name.to_string(), None)).chain(own).collect::<Options>()
    });
    let choose = move |key: String| {
        if let Some(example) = EXAMPLES.iter().find(|example| example.key == key) {
            desk.playing.set(false);
            desk.pinned.set(None);
            desk.settings.commit(|s| {
                let (speed, spread, by) = (s.speed, s.spread, s.by);
                *s = Settings { speed, spread, by, ..(example.settings)() };
            });
        }
    };
    let value = Signal::derive(move || known.get().unwrap_or_default().to_string());
    let remark = move || known.get().and_then(|key| EXAMPLES.iter().find(|example| example.key == key)).map(|example| example.remark);
    view! {
        <div class="examples">
            {choice("example", "Example", value, options, choose)}
            <p class="remark">{erased::display(move || remark().unwrap_or_default())}</p>
        </div>
    }
    .into_any()
}

pub fn panel(desk: Desk) -> AnyView {
    let reason: Reason = RwSignal::new(None);
    let same = move |_: web_sys::MouseEvent| {
        desk.rest();
        let why = desk.settings.with_untracked(|s| s.same_padding().is_none());
        reason
            .set(why.then(|| "The window reaches over an even number of cells, so no equal padding on both sides keeps the size.".into()));
        desk.settings.commit(|s| {
            if let Some(padding) = s.same_padding() {
                for (axis, amount) in padding.into_iter().enumerate() {
                    s.set(Field::Padding(axis), amount);
                }
            }
        });
    };
    let reseed = move |_: web_sys::MouseEvent| {
        desk.rest();
        desk.settings.commit(|s| s.seed = s.seed % 999 + 1);
    };
    let random = move || desk.read(|s| s.picture == "random" || s.op.has_weights() && s.weights == "random" || s.upstream == "random");
    view! {
        <div class="settings">
            {chosen(desk, reason, "op", |_, _| None)}
            {chosen(desk, reason, "dims", |_, _| None)}
            {pair(desk, reason, Field::Input, ["height", "width"], ["Height of the input", "Width of the input"])}
            {single(desk, reason, Field::Channels)}
            {single(desk, reason, Field::Out)}
            {pair(desk, reason, Field::Kernel, ["kernel-height", "kernel-width"], ["Height of the kernel", "Width of the kernel"])}
            {pair(desk, reason, Field::Stride, ["stride-height", "stride-width"], ["Stride downwards", "Stride to the right"])}
            {pair(desk, reason, Field::Padding, ["padding-height", "padding-width"], ["Padding above and below", "Padding left and right"])}
            {pair(desk, reason, Field::Dilation, ["dilation-height", "dilation-width"], ["Dilation downwards", "Dilation to the right"])}
            {pair(desk, reason, Field::Extra, ["extra-height", "extra-width"], ["Rows added at the end", "Columns added at the end"])}
            {pair(desk, reason, Field::Size, ["size-height", "size-width"], ["Height of the output", "Width of the output"])}
            {single(desk, reason, Field::Divisor)}
            {single(desk, reason, Field::Groups)}
            <span class="group" hidden=erased::flag(move || desk.read(|s| s.op != Operation::Convolution))>
                {chosen(desk, reason, "mode", Settings::mode_fault)}
            </span>
            {filling(desk, "picture", Editable::Input, presets::PICTURES)}
            <span class="group" hidden=erased::flag(move || desk.read(|s| !s.op.has_weights()))>
                {filling(desk, "weights", Editable::Kernel, presets::WEIGHTS)}
            </span>
            <span class="group" hidden=erased::flag(move || desk.read(|s| !matches!(s.tab, Tab::Backward | Tab::Code)))>
                {filling(desk, "upstream", Editable::Upstream, presets::UPSTREAMS)}
            </span>
            <div class="switches">
                {switch(desk, "bias", |s| s.op.has_weights(), |_| None)}
                {switch(desk, "flip", |s| s.op == Operation::Convolution, |_| None)}
                {switch(desk, "causal", |s| s.op == Operation::Convolution && s.dims == 1, |_| None)}
                {switch(desk, "ceil_mode", |s| s.op.pools(), |_| None)}
                {switch(desk, "count_include_pad", |s| s.op == Operation::AveragePool, unpadded)}
                {switch(desk, "spread", |_| true, lone)}
                <button type="button" class="quiet" data-control="same" hidden=erased::flag(move || desk.read(|s| !s.has(Field::Padding(1)) || !s.op.has_weights())) on:click=erased::on_event(same)>"Keep the size"</button>
                <button type="button" class="quiet" data-control="seed" hidden=erased::flag(move || !random()) on:click=erased::on_event(reseed)>
                    {erased::display(move || desk.read(|s| format!("Draw again (seed {})", s.seed)))}
                </button>
                <button
                    type="button"
                    class="quiet"
                    data-control="forget"
                    hidden=erased::flag(move || desk.read(|s| s.edits.0.is_empty()))
                    on:click=erased::on_click(move || desk.settings.commit(presets::forget_all))
                >
                    "Forget my numbers"
                </button>
                {photo_picker::picker(desk)}
            </div>
            <p class="reason" role="status" data-control="reason">{erased::display(move || (reason.get()).unwrap_or_default())}</p>
        </div>
    }
    .into_any()
}

/// Size, parameters, multiply-adds and memory, each with its numbers.
pub fn comes_to(desk: Desk) -> AnyView {
    let row = |name: &'static str, key: &'static str, formula: facts::Formula, unit: &'static str| {
        let numbers = if formula.numbers == formula.value.to_string() { String::new() } else { format!("{} = ", formula.numbers) };
        view! {
            <div data-fact=key data-value=formula.value>
                <dt>{name} " " <span class="symbols">{formula.symbols}</span></dt>
                <dd>{numbers}<strong>{formula.value}</strong>{unit}</dd>
            </div>
        }
        .into_any()
    };
    let rows = move || {
        desk.numbers(|subject| {
            let settings = &subject.settings;
            let mut rows = vec![];
            if settings.dims == 2 && facts::size(settings, 0) != facts::size(settings, 1) {
                rows.push(row("Output height", "height", facts::size(settings, 0), ""));
                rows.push(row("Output width", "width", facts::size(settings, 1), ""));
            } else {
                rows.push(row(
                    if settings.dims == 2 { "Output height and width" } else { "Output width" },
                    "width",
                    facts::size(settings, 1),
                    "",
                ));
            }
            rows.push(row("Parameters", "parameters", facts::parameters(settings), ""));
            rows.push(row("Multiply-adds", "macs", facts::multiply_adds(subject), ""));
            rows.push(row("Memory", "memory", facts::memory(subject), " bytes"));
            rows
        })
    };
    view! { <dl class="facts" data-part="size">{erased::part(move || rows().into_any())}</dl> }.into_any()
}

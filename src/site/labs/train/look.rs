//! Looking inside: the classification of a drawing, a digit's activations and gradients in each layer, and the kernels.
use super::{
    controls::Settings,
    state::{Layer, top},
    store::Store,
    weight,
};
use crate::{
    site::{
        url::UrlState,
        widgets::{
            erased::{flag, on_click, part, text, typed},
            sheets::{Palette, SheetView, Sheets},
        },
    },
    workbench::protocol::{Array, Picture},
};
use leptos::prelude::*;

/// A bar for each class, which is empty before there is an answer.
fn bars(probabilities: &[f32]) -> AnyView {
    let best = top(probabilities);
    (0..10)
        .map(|class| {
            let share = probabilities.get(class).map(|p| 100.0 * p);
            view! {
                <li class:best=best == Some(class)>
                    <span class="class">{class}</span>
                    <span class="track"><span class="fill" style=format!("width: {:.1}%", share.unwrap_or(0.0))></span></span>
                    <span class="share">{share.map_or("–".into(), |share| format!("{share:.1} %"))}</span>
                </li>
            }
        })
        .collect_view()
        .into_any()
}

pub fn probabilities(store: Store) -> AnyView {
    let name = text(move || store.verdict.with(|v| top(v)).map_or(String::new(), |class| class.to_string()));
    let sentence = move || match store.verdict.with(|v| top(v).map(|c| (c, v[c]))) {
        Some((class, p)) => format!("It reads a {class} ({:.1} %).", 100.0 * p),
        None => "Draw on the pad: the verdict follows the pen.".into(),
    };
    view! {
        <div class="verdict">
            <p aria-live="polite">{text(sentence)}</p>
            <ol id="probabilities" class="bars" data-top=name aria-label="Probability of each digit">{part(move || store.verdict.with(|v| bars(v)))}</ol>
        </div>
    }
    .into_any()
}

fn shape(dims: &[usize]) -> String {
    match dims {
        [c, h, w] => format!("C {c} × H {h} × W {w}"),
        other => other.iter().map(usize::to_string).collect::<Vec<_>>().join(" × "),
    }
}

fn layer_row(layer: Memo<Option<Layer>>) -> AnyView {
    let pick = move |what: fn(&Layer) -> Sheets| Signal::derive(move || layer.with(|l| l.as_ref().map(what).unwrap_or_default()));
    let cell = layer.with_untracked(|l| if l.as_ref().is_some_and(|l| l.about.dims.len() == 3) { 3.0 } else { 9.0 });
    let told = move |what: fn(&Array) -> String| text(move || layer.with(|l| l.as_ref().map_or(String::new(), |l| what(&l.about))));
    let label = move |what: &'static str| {
        text(move || format!("{what} {}", layer.with(|l| l.as_ref().map_or(String::new(), |l| l.about.name.clone()))))
    };
    view! {
        <div class="layer">
            <div class="what"><strong>{told(|l| l.name.clone())}</strong><span>{told(|l| l.description.clone())}</span><span class="shape">{told(|l| shape(&l.dims))}</span></div>
            <SheetView sheets=pick(|l| l.activation.clone()) palette=Palette::Value cell label=label("Activations of") />
            <SheetView sheets=pick(|l| l.gradient.clone()) palette=Palette::Gradient cell label=label("Gradient of the loss with respect to") />
        </div>
    }
    .into_any()
}

pub fn digit(store: Store, settings: UrlState<Settings>) -> AnyView {
    let count = Memo::new(move |_| store.inspection.with(|i| i.as_ref().map_or(0, |i| i.layers.len())));
    let input = Signal::derive(move || store.inspection.with(|i| i.as_ref().map(|i| i.ink.clone()).unwrap_or_default()));
    let said = move || {
        store.inspection.with(|i| {
            let Some(i) = i else { return "No digit yet.".to_string() };
            let answer = top(&i.probabilities)
                .map_or_else(String::new, |c| format!("The network reads a {c} ({:.1} %).", 100.0 * i.probabilities[c]));
            match (i.picture, i.own_label) {
                (Picture::Test(index) | Picture::Train(index), Some(label)) => {
                    format!("Test digit {index}, a {label}. {answer} The loss asks for {}.", i.label)
                }
                _ => format!("Your drawing. {answer} The loss asks for {}.", i.label),
            }
        })
    };
    let go = move |by: isize| on_click(move || settings.commit(|s| s.digit = s.digit.saturating_add_signed(by).min(9_999)));
    let digit = typed(
        move |digit| settings.commit(|s| s.digit = usize::try_from(digit).unwrap_or(usize::MAX)),
        move || settings.with_untracked(|s| s.digit as u64),
    );
    let random = move || settings.commit(|s| s.digit = (js_sys::Math::random() * 10_000.0) as usize);
    let coming = flag(move || count.get() == 0 && store.awaits_digits());
    let drawn = move || {
        store.look_at_drawing.set(true);
        store.look();
    };
    let rows = move || {
        (0..count.get())
            .map(|at| {
                let layer = Memo::new(move |_| store.inspection.with(|i| i.as_ref().and_then(|i| i.layers.get(at).cloned())));
                layer_row(layer)
            })
            .collect_view()
            .into_any()
    };
    view! {
        <section aria-labelledby="inside">
            <h2 id="inside">"Inside: one digit, layer by layer"</h2>
            <p>"Left, what each layer answers; right, how the loss would change if that answer grew. Both are computed anew as the network learns."</p>
            <div class="bar">
                <label class="control inline" for="digit"><span>"Test digit"</span>
                    <input id="digit" type="number" min="0" max="9999" prop:value=text(move || settings.with(|s| s.digit.to_string())) on:change=digit />
                </label>
                <button id="digit-previous" aria-label="Previous digit" on:click=go(-1)>"←"</button>
                <button id="digit-next" aria-label="Next digit" on:click=go(1)>"→"</button>
                <button id="digit-random" on:click=on_click(random)>"Any"</button>
                <button id="digit-drawn" disabled=flag(move || store.drawing.with(Option::is_none)) on:click=on_click(drawn)>"My drawing"</button>
            </div>
            <p id="inspected" aria-live="off">{text(said)}</p>
            <div class="layers wide" class:coming=coming>
                <div class="layer"><div class="what"><strong>"input"</strong><span>"ink"</span><span class="shape">"C 1 × H 28 × W 28"</span></div>
                    <SheetView sheets=input palette=Palette::Ink cell=4.0 label="The digit" />
                </div>
                <div class="layer head" aria-hidden="true"><div class="what"></div><span>"activation"</span><span>"gradient of the loss"</span></div>
                {part(rows)}
            </div>
        </section>
    }
    .into_any()
}

pub fn kernels(store: Store, settings: UrlState<Settings>) -> AnyView {
    let count = Memo::new(move |_| store.kernels.with(Vec::len));
    let rows = move || {
        (0..count.get())
            .map(|at| {
                let kernels = Memo::new(move |_| store.kernels.with(|k| k.get(at).cloned()));
                let sheets = Signal::derive(move || kernels.with(|k| k.as_ref().map(|k| k.sheets.clone()).unwrap_or_default()));
                let label = text(move || {
                    kernels.with(|k| k.as_ref().map(|k| format!("{}: {}", k.about.name, k.about.description)).unwrap_or_default())
                });
                let cell = if at == 0 { 12.0 } else { 7.0 };
                let pick = Callback::new(move |index: usize| {
                    if let Some(name) = kernels.with_untracked(|k| k.as_ref().map(|k| k.about.name.clone())) {
                        settings.commit(|s| s.weight = format!("{name}.{index}"));
                    }
                });
                view! { <div class="kernels"><p class="what">{label}</p><SheetView sheets palette=Palette::Weight cell label pick /></div> }
            })
            .collect_view()
            .into_any()
    };
    view! {
        <section aria-labelledby="filters">
            <h2 id="filters">"The filters"</h2>
            <p>"The kernels of both convolutions. Nobody draws them: they begin as noise and become what lowers the loss."</p>
            <div class="wide" id="filter-sheets" class:coming=flag(move || count.get() == 0)>{part(rows)}</div>
            {weight::editor(store, settings)}
        </section>
    }
    .into_any()
}

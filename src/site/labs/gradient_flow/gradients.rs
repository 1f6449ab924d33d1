//! The gradient of every layer, from the input to the classes: a chart that follows the steps, one sentence, and the numbers.
use super::{
    controls::Settings,
    state::{COLOURS, NAMES, Norms, State, arrival, arrives},
    store::Store,
};
use crate::site::{
    url::UrlState,
    widgets::{
        curves::{Axis, Curve, curves, power, short},
        data_table::{Cell, DataTable, Row},
        erased::{display, flag, on_event, part, text},
        tables::folded,
    },
};
use leptos::{ev, prelude::*};

/// The power of ten at which the chart ends. Single precision ends at 10⁻³⁸, and no useful step is that small.
const FLOOR: i32 = -20;

/// The powers of ten that contain everything that is shown, at least three of them.
fn decades(shown: [&Norms; 2]) -> [i32; 2] {
    let all = shown.into_iter().flatten().flatten().filter(|v| v.is_finite() && **v > 0.0).map(|v| v.log10());
    let [least, most] = all.fold([f64::INFINITY, f64::NEG_INFINITY], |[least, most], v| [least.min(v), most.max(v)]);
    if least > most {
        return [-2, 1];
    }
    let most = (most.ceil() as i32).min(38);
    [(least.floor() as i32).clamp(FLOOR, most - 3), most]
}

fn chart(state: &State, looked: Option<u64>) -> AnyView {
    let (_, norms) = state.norms_at(looked);
    let first = state.history.first().map_or(norms, |first| first);
    let [low, high] = decades([first, norms]);
    let layers = state.weights.len().max(2);
    let curve = |i: usize, norms: &[f64], past| Curve {
        colour: COLOURS[i],
        past,
        // A gradient of 0 is drawn at the lower end.
        points: norms
            .iter()
            .enumerate()
            .map(|(layer, norm)| {
                (
                    layer as f64 + 1.0,
                    if *norm > 0.0 {
                        norm.log10()
                    } else if *norm == 0.0 {
                        f64::from(low)
                    } else {
                        f64::NAN
                    },
                )
            })
            .collect(),
    };
    let four = [curve(0, &first[0], true), curve(1, &first[1], true), curve(0, &norms[0], false), curve(1, &norms[1], false)];
    let every = ((high - low) / 6).max(1) as usize;
    let y =
        Axis { ends: [f64::from(low), f64::from(high)], ticks: (low..=high).step_by(every).map(|e| (f64::from(e), power(e))).collect() };
    let stride = (layers / 8).max(1);
    let x = Axis { ends: [1.0, layers as f64], ticks: (1..=layers).step_by(stride).map(|l| (l as f64, l.to_string())).collect() };
    curves(&four, &x, &y, "layer, from the input to the classes")
}

/// The sentence that says how much of the last block's gradient reaches the first block.
fn sentence(state: &State, looked: Option<u64>) -> String {
    let (step, [plain, residual]) = state.norms_at(looked);
    if plain.is_empty() {
        return "Press play or step: then each layer's gradient stands here.".into();
    }
    format!("Step {step}. In the plain network {}; in the residual one {}.", arrival(plain), arrival(residual))
}

pub fn gradients(store: Store, settings: UrlState<Settings>) -> AnyView {
    let shown = store.shown;
    let last = Memo::new(move |_| shown.with(|state| state.step));
    // None stands for the last step, whatever it is.
    let at = move || u64::try_from(settings.with(|s| s.at)).ok().filter(|step| *step < last.get());
    // Before the first step there is nothing to look back at.
    Effect::new(move |_| {
        if last.get() == 0 && settings.with(|s| s.at >= 0) {
            settings.replace(|s| s.at = -1);
        }
    });
    let read =
        move |event: &ev::Event| event_target_value(event).parse().ok().filter(|step| *step < last.get_untracked() as i64).unwrap_or(-1);
    let slide = move |event: ev::Event| settings.preview(|s| s.at = read(&event));
    let leave = move |event: ev::Event| settings.commit(|s| s.at = read(&event));
    let step = move || at().unwrap_or_else(|| last.get()).max(1);
    let kept = move || shown.with(|state| state.norms_at(at()).0);
    let table = move || {
        shown.with(|state| {
            let (_, norms) = state.norms_at(at());
            let cell = |twin: usize, i: usize| Cell::maybe(norms[twin].get(i).copied(), short);
            let row = |(i, name): (usize, &String)| Row::headed(Cell::text(i + 1), [Cell::text(name), cell(0, i), cell(1, i)]);
            vec![DataTable {
                name: "Gradients".into(),
                caption: "Norm of the gradient of the loss with respect to each layer's weights, at the step above".into(),
                columns: ["layer", "weights", NAMES[0], NAMES[1]].map(String::from).into(),
                rows: state.weights.iter().enumerate().map(row).collect(),
                ..DataTable::default()
            }]
        })
    };
    let ratio = move |twin: usize| {
        text(move || shown.with(|state| arrives(&state.norms_at(at()).1[twin]).map_or(String::new(), |r| format!("{r:e}"))))
    };
    let key = |i: usize| view! { <span class="key" style=format!("--key: var({})", COLOURS[i])>{NAMES[i]}</span> };
    view! {
        <section aria-labelledby="gradients">
            <h2 id="gradients">"What reaches each layer"</h2>
            <p>"The size of each layer's gradient, ‖∂loss/∂W‖, after every step; one line of the grid is a factor of ten. Dashed: the first step. Slide back to see how it came."</p>
            <div class="gradients chart wide" role="group" aria-label="Gradient of each layer">
                <header><p class="title">"Gradient of each layer"</p><p class="legend">{key(0)}{key(1)}</p></header>
                {part(move || shown.with(|state| chart(state, at())))}
                <div class="settings">
                    <label class="control slider" for="norms-step">
                        <span>"After step"</span>
                        <input id="norms-step" type="range" min="1" max=display(move || last.get().max(1)) prop:value=display(step) disabled=flag(move || last.get() < 2) on:input=on_event(slide) on:change=on_event(leave) />
                        <output>{display(kept)}</output>
                    </label>
                </div>
                <p id="arrives" data-plain=ratio(0) data-residual=ratio(1)>{text(move || shown.with(|state| sentence(state, at())))}</p>
                {folded("The gradients as a table", table)}
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_holds_what_is_shown_and_has_a_floor() {
        let with = |norms: &[f64]| {
            let norms = [norms.to_vec(), vec![]];
            decades([&norms, &norms])
        };
        assert_eq!(with(&[0.02, 30.0]), [-2, 2]);
        assert_eq!(with(&[1.5, 2.0]), [-2, 1], "three powers of ten at least");
        assert_eq!(with(&[1e-30, 1.0, 0.0, f64::NAN]), [FLOOR, 0]);
        assert_eq!(with(&[]), [-2, 1]);
    }
}

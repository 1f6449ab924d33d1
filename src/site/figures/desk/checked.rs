//! The gradient check for the reader: the chosen cell, the tape's gradient, and the result of small steps.
use super::{
    check::{self, Check},
    error_plot,
    following::{self, Next},
    state::Desk,
    symbols::name_of,
    terms::Part,
};
use crate::site::url::Setting;
use crate::site::widgets::{
    data_table::{Cell, DataTable, Row},
    erased,
    number::number,
    tables,
};
use leptos::prelude::*;

fn small(value: f64) -> String {
    if value == 0.0 { "0".into() } else { format!("{value:.1e}").replace('-', "−") }
}

pub fn panel(desk: Desk) -> AnyView {
    // A result is kept only as long as what it is about.
    let about = Memo::new(move |_| desk.read(|s| (s.subject(), s.target())));
    let found = RwSignal::new(None::<Result<Check, String>>);
    Effect::new(move |_| {
        about.track();
        found.set(None);
    });
    let name = move || desk.numbers(|subject| name_of(&subject.settings, about.get().1));
    let run = move |_: web_sys::MouseEvent| {
        desk.rest();
        let target = about.get_untracked().1;
        let checked = desk.subject.with_untracked(|subject| match subject {
            Ok(subject) => check::check(subject, target).map_err(|error| error.to_string()),
            Err(error) => Err(error.clone()),
        });
        found.set(Some(checked));
    };
    let Setting { value: decimals, preview, commit, .. } = desk.settings.setting("decimals");
    let kink = move || desk.read(|s| s.op.takes_the_largest() || matches!(following::followed(s), Some(Next::Relu | Next::MaxPool)));
    let of = move || {
        desk.read(|s| match following::followed(s) {
            None => "L = Σ dy · y",
            Some(Next::Relu) => "L = Σ max(y, 0)",
            Some(Next::MaxPool) => "L, the sum of all windows' largest",
            Some(Next::CrossEntropy) => "L = Σ −log p₀",
        })
    };
    let result = move || {
        let at = desk.read(|s| s.decimals);
        found.get().map(|found| match found {
            Err(error) => view! { <p class="message error" role="alert">{error}</p> }.into_any(),
            Ok(check) => {
                let here = &check.rows[at.min(check.rows.len() - 1)];
                let error = check::error(check.gradient, here.double);
                let verdict = if error < 1e-4 {
                    "They agree."
                } else if kink() {
                    "They differ: between the two there is a kink, at which the slope changes."
                } else {
                    "They differ."
                };
                let said = format!(
                    "The tape says {}; a step of {} says {}. Error {}. {verdict}",
                    number(check.gradient as f32, 6),
                    small(here.step),
                    number(here.double as f32, 6),
                    small(error)
                );
                view! {
                    <p role="status" data-control="verdict" data-gradient=check.gradient data-difference=here.double>{said}</p>
                    <div class="errors" inner_html=error_plot::draw(&check, at)></div>
                }
                .into_any()
            }
        })
    };
    let differences = move || {
        let at = desk.read(|s| s.decimals);
        found.with(|found| found.iter().flatten().map(|check| table(check, at, of())).collect())
    };
    view! {
        <section role="group" class="gradient-check" aria-label="Gradient check">
            <div class="asking">
                <button type="button" data-control="check" on:click=erased::on_event(run)>"Check " {erased::display(name)}</button>
                <label class="control">
                    <span>{erased::display(move || desk.read(|s| format!("step {}", small(10f64.powi(-(s.decimals as i32))))))}</span>
                    <input
                        type="range"
                        min="0"
                        max=check::DECIMALS
                        data-control="decimals"
                        prop:value=decimals
                        on:input=erased::on_event(move |event: web_sys::Event| preview(event_target_value(&event)))
                        on:change=erased::on_event(move |event: web_sys::Event| commit(event_target_value(&event)))
                    />
                </label>
            </div>
            {erased::part(move || result().into_any())}
            {tables::shown(differences)}
        </section>
    }
    .into_any()
}

/// The results, with a row for each step. The chosen row's step is the one of the sentence.
fn table(check: &Check, chosen: usize, of: &str) -> DataTable {
    let row = |(at, row): (usize, &check::Row)| {
        let cells = [row.double, row.single].into_iter().flat_map(|difference| {
            let error = check::error(check.gradient, difference);
            [Cell::number(difference, number(difference as f32, 6)), Cell::number(error, small(error))]
        });
        let class = if at == chosen { "chosen" } else { "" };
        Row::headed(Cell::number(row.step, small(row.step)), cells).mark("data-step", at).mark("class", class)
    };
    DataTable {
        name: "Differences by step".into(),
        caption: format!("(L(v + h) − L(v − h)) / 2h for {of}. Small steps drown in rounding, in single precision first."),
        columns: ["step h", "double", "error", "single", "error"].map(String::from).into(),
        rows: check.rows.iter().enumerate().map(row).collect(),
        ..DataTable::default()
    }
}

/// The gradients that can be stepped through.
pub fn gradients(settings: &super::settings::Settings) -> Vec<(super::settings::Wrt, Part, &'static str)> {
    use super::settings::Wrt;
    let all = [(Wrt::Input, Part::InputGrad, "dX"), (Wrt::Kernel, Part::KernelGrad, "dK"), (Wrt::Bias, Part::BiasGrad, "db")];
    let has = |wrt: Wrt| match wrt {
        Wrt::Input => true,
        Wrt::Kernel => settings.op.has_weights(),
        Wrt::Bias => settings.bias,
    };
    all.into_iter().filter(|(wrt, ..)| has(*wrt)).collect()
}

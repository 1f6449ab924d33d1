//! The gradient check that the reader runs: the cell at hand, the tape's gradient, and what small steps say.
use super::{
    check::{self, Check},
    error_plot,
    following::{self, Next},
    state::Desk,
    symbols::name_of,
    terms::Part,
};
use crate::site::widgets::{erased, number::number};
use leptos::prelude::*;

fn small(value: f64) -> String {
    if value == 0.0 { "0".into() } else { format!("{value:.1e}").replace('-', "−") }
}

pub fn panel(desk: Desk) -> AnyView {
    // What was checked stays only as long as what it is about.
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
    let chosen = move |event: &web_sys::Event| event_target_value(event).parse::<usize>().unwrap_or(2);
    let row = move |at: usize, row: &check::Row, gradient: f64| {
        let (double, single) = (check::error(gradient, row.double), check::error(gradient, row.single));
        view! {
            <tr class:chosen=erased::when(move || desk.read(|s| s.decimals == at)) data-step=at data-double=row.double data-error=double>
                <th scope="row">{small(row.step)}</th>
                <td class="number">{number(row.double as f32, 6)}</td>
                <td class="number">{small(double)}</td>
                <td class="number">{number(row.single as f32, 6)}</td>
                <td class="number">{small(single)}</td>
            </tr>
        }
        .into_any()
    };
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
                let verdict = if error < 1e-4 { "They agree." } else if kink() { "They differ: between the two there is a kink, at which the slope changes." } else { "They differ." };
                let said = format!(
                    "The tape says {}; a step of {} says {}. Error {}. {verdict}",
                    number(check.gradient as f32, 6),
                    small(here.step),
                    number(here.double as f32, 6),
                    small(error)
                );
                let (gradient, rows, of) = (check.gradient, check.rows.clone(), of());
                view! {
                    <p role="status" data-control="verdict" data-gradient=gradient data-difference=here.double>{said}</p>
                    <div class="errors" inner_html=error_plot::draw(&check, at)></div>
                    <div class="scroll" tabindex="0" role="group" aria-label="Differences by step">
                        <table>
                            <caption>{format!("(L(v + h) − L(v − h)) / 2h for {of}. Small steps drown in rounding, in single precision first.")}</caption>
                            <thead>
                                <tr><th scope="col">"step h"</th><th scope="col">"double"</th><th scope="col">"error"</th><th scope="col">"single"</th><th scope="col">"error"</th></tr>
                            </thead>
                            <tbody>{rows.iter().enumerate().map(|(at, r)| row(at, r, gradient)).collect_view()}</tbody>
                        </table>
                    </div>
                }
                .into_any()
            }
        })
    };
    view! {
        <section role="group" class="gradient-check" aria-label="Gradient check">
            <div class="asking">
                <button type="button" data-control="check" on:click=erased::hear(run)>"Check " {erased::write(name)}</button>
                <label class="control">
                    <span>{erased::write(move || desk.read(|s| format!("step {}", small(10f64.powi(-(s.decimals as i32))))))}</span>
                    <input
                        type="range"
                        min="0"
                        max=check::DECIMALS
                        data-control="decimals"
                        prop:value=erased::write(move || desk.read(|s| s.decimals.to_string()))
                        on:input=erased::hear(move |event: web_sys::Event| desk.settings.preview(|s| s.decimals = chosen(&event)))
                        on:change=erased::hear(move |event: web_sys::Event| desk.settings.commit(|s| s.decimals = chosen(&event)))
                    />
                </label>
            </div>
            {erased::part(move || result().into_any())}
        </section>
    }
    .into_any()
}

/// Which gradients there are to step through.
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

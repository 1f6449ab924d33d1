//! The warning beside a run that learns nothing.
use super::{controls::Settings, health::Trouble, state::LOSS, store::Store};
use crate::site::{
    url::UrlState,
    widgets::erased::{on_click, part},
};
use leptos::prelude::*;

/// What is wrong and what to try, with a button for a new run at the optimiser's usual rate. Empty while the run learns.
pub fn warning(store: Store, settings: UrlState<Settings>) -> AnyView {
    let training = store.training;
    let trouble = Memo::new(move |_| {
        let (options, steps) = training.run.with(|run| {
            let from = run.rates.last().map_or(0, |(step, _)| *step);
            Some((run.options.clone()?, run.made - from.min(run.made)))
        })?;
        let trouble = store.shown.with(|state| Trouble::of(state.steps.numbers(LOSS), steps))?;
        Some((trouble, options.optimiser, options.rate))
    });
    let anew = move |rate: f32| {
        settings.commit(|s| s.rate = rate);
        training.settings.update(|s| s.rate = rate);
        training.start();
    };
    let told = move || {
        let Some((trouble, optimiser, rate)) = trouble.get() else { return ().into_any() };
        let usual = optimiser.usual_rate();
        let button = (rate != usual).then(|| view! { <button id="usual-rate" on:click=on_click(move || anew(usual))>{format!("Begin anew with the rate {usual}")}</button> });
        view! { <div class="message alarming"><p>{trouble.said(optimiser, rate)}</p>{button}</div> }.into_any()
    };
    view! { <div id="health" class="wide" role="status">{part(told)}</div> }.into_any()
}

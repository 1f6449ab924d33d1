//! The page of the lab: the bar, the settings, the charts, the gradients of layers, blocks left out, and the loss around.
use super::{
    around::around,
    blocks::blocks,
    controls::Settings,
    gradients::gradients,
    judge::{Past, between, judge},
    panel,
    state::{State, lines, macs_a_step},
    store::Store,
    tasks::TASKS,
};
use crate::site::{
    labs::{
        kit::{
            chart::chart,
            experiments::experiments,
            files,
            messages::{keep_switch, messages},
            points::Points,
        },
        task,
    },
    url::UrlState,
    widgets::{
        chart::Range,
        curves::short,
        erased::{display, part, text},
        fold::fold,
    },
};
use leptos::prelude::*;

/// A message about work that takes longer than a moment.
fn under_way(store: Store) -> AnyView {
    part(move || {
        if !store.training.waiting.get() {
            return ().into_any();
        }
        // A forward and a backward pass cost about three forward passes, and there are two networks.
        let billions = 6e-9 * store.training.run.with(macs_a_step);
        view! {
            <div class="message late" role="status">
                <p>{format!("A step of both is under way: about {} billion multiply-adds.", short(billions))}</p>
            </div>
        }
        .into_any()
    })
}

/// The task in the address, judged by all twins so far.
fn task(store: Store, settings: UrlState<Settings>) -> AnyView {
    let id = Signal::derive(move || settings.with(|s| s.task.clone()));
    let past = RwSignal::new(Vec::<Past>::new());
    Effect::new(move |_| {
        if let Some(new) = store.training.run.with(|run| store.shown.with(|state| between(run, state))) {
            past.update(|past| {
                past.retain(|(other, _)| *other != new.0);
                past.push(new);
            });
        }
    });
    let verdict = Memo::new(move |_| store.training.run.with(|run| past.with(|past| judge(run, past))));
    task::show(TASKS, id, verdict.into(), move || settings.commit(|s| s.task.clear()))
}

pub fn lab(title: &'static str) -> AnyView {
    let settings = UrlState::<Settings>::here();
    let store = Store::new(settings.get_untracked());
    let training = store.training;
    training.follow(settings, |_, _| {});
    files::drops(training.connection, files::DIGITS);
    let missing = training.digits.missing(training.connection, files::DIGITS, "Without the digits nothing can be trained.");
    let chart = move |id, title, of: fn(&State) -> &Points, noisy, range| {
        chart(id, title, range, move |most| store.shown.with(|state| lines(of(state), noisy, most)))
    };
    view! {
        <article id="gradient-flow" class="lab tool" data-status=text(move || training.connection.life()) data-playing=display(move || training.playing.get()) data-measuring=display(move || store.is_measuring())>
            <h1>{title}</h1>
            <p class="lead">"Two networks that differ by “+ x” alone. Press play, and watch which of them learns."</p>
            {panel::bar(store)}
            {messages(training, settings, [missing, under_way(store)].into_any())}
            {task(store, settings)}
            {fold(panel::panel(store, settings))}
            <div class="charts wide">
                {chart("error-chart", "Wrong answers, training batch", |state| &state.errors, true, Range::Errors)}
                {chart("test-chart", "Wrong answers, 500 test digits", |state| &state.tests, false, Range::Errors)}
                {chart("loss-chart", "Training loss", |state| &state.losses, true, Range::FromZero)}
                {chart("alike-chart", "How alike neighbours' gradients are", |state| &state.alike, false, Range::Likeness)}
            </div>
            <p class="note">
                "Both have the same layers, the same first weights and the same digits in the same order. One of them adds to what each pair of layers makes what the pair was given: “+ x”. "
                "If the deep plain one fails on the digits it trains on, it is not overfitting."
            </p>
            <p class="note">
                "The last chart: 16 test digits, and the same digits moved by a tenth of a pixel; the correlation of the loss's gradients with respect to the pixels of either, their mean. "
                "At 1 a digit and its neighbour want the same; at 0 the gradient is noise. Digits are MNIST's, 14 × 14, each pixel the mean of four."
            </p>
            {gradients(store, settings)}
            {blocks(store)}
            {around(store)}
            {keep_switch(training)}
            {experiments(training)}
        </article>
    }
    .into_any()
}

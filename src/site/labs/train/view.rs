//! The page of the lab: the bar, the settings, the charts, and the parts that look inside.
use super::{
    brought,
    controls::Settings,
    judge::{RunRecord, judge},
    look, mistakes, panel,
    state::{ACCURACY, LOSS},
    store::Store,
    tasks::TASKS,
    warning, way_back,
};
use crate::{
    site::{
        labs::{
            kit::{
                chart::chart,
                experiments::experiments,
                files::{self, Takes},
                messages::{keep_switch, messages},
            },
            task::{self, Verdict},
        },
        url::UrlState,
        widgets::{
            chart::Range,
            erased::{display, flag, on_click, on_event, text},
            fold::fold,
            pad::Pad,
        },
    },
    workbench::protocol::{Request, run::Ask},
};
use leptos::{ev, prelude::*};

pub fn lab(title: &'static str) -> AnyView {
    let store = expect_context::<Store>();
    store.listen();
    let (settings, training) = (UrlState::<Settings>::here(), store.training);
    let connection = training.connection;
    training.follow(settings, move |before, now| {
        if before.cell != now.cell {
            store.judge();
        }
        if before.at != now.at {
            store.replay(u64::try_from(now.at).ok());
        }
        if before.digit != now.digit {
            store.look_at_drawing.set(false);
            store.look();
        }
    });
    // The reader is back from another page. If the address asks for another run, it begins.
    if training.run.with_untracked(|run| run.options.is_some()) {
        store.look();
    }
    // After play, continue or reset, the run is at its last step again, and the address must say so.
    Effect::new(move |_| {
        let shown = store.kept.with(|(_, shown)| *shown);
        if shown.is_none() && store.shows_what_was_asked() && settings.with_untracked(|s| s.at >= 0) {
            settings.replace(|s| s.at = -1);
        }
    });
    let laid = RwSignal::new(None);
    let takes = brought::takes(connection, laid);
    files::drops(connection, takes);
    on_cleanup(move || training.command(Ask::Pause));
    let drawn = move |ink: Option<Vec<f32>>| {
        store.look_at_drawing.set(ink.is_some());
        store.drawing.set(ink);
        store.classify();
        if !training.playing.get_untracked() {
            store.look();
        }
    };
    let centre = move |event: ev::Event| settings.commit(|s| s.centre = event_target_checked(&event));
    let missing = training.digits.missing(connection, takes, "Drawing, looking inside and loading weights work without them.");
    view! {
        <article id="train" class="lab tool" data-status=text(move || connection.life()) data-playing=display(move || training.playing.get())>
            <h1>{title}</h1>
            <p class="lead">"61 706 numbers, all of them noise at first. Press play, and they learn to read digits."</p>
            {panel::bar(store)}
            {warning::warning(store, settings)}
            {messages(training, settings, missing)}
            {task(store, settings)}
            {fold(panel::panel(store, settings))}
            <div class="charts wide">
                {over_steps(store, "loss-chart", "Loss", LOSS, Range::FromZero)}
                {over_steps(store, "accuracy-chart", "Right answers", ACCURACY, Range::Share)}
            </div>
            <p class="note">
                "Each step the network sees a handful of digits, measures how wrong it is, and moves every number a little downhill. "
                "After one pass over the 60 000 digits it reads about 98 of 100 that it has never seen."
            </p>
            {store.runs.view(&["steps", "test", "learned from"])}
            {way_back::slider(store, settings)}
            <section aria-labelledby="draw">
                <h2 id="draw">"Draw a digit"</h2>
                <p>"Or drop the photo of one anywhere on this page: it is laid on the pad, its ink light on dark as MNIST's."</p>
                <label class="switch" for="centre">
                    <input type="checkbox" id="centre" prop:checked=flag(move || settings.with(|s| s.centre)) on:change=on_event(centre) />
                    "Fit and centre it, as MNIST's digits were"
                </label>
                <div class="draw wide">
                    <Pad drawn centred=Signal::derive(move || settings.with(|s| s.centre)) laid />
                    {look::probabilities(store)}
                </div>
            </section>
            {look::digit(store, settings)}
            {look::kernels(store, settings)}
            {mistakes::section(store, settings)}
            {weights(store, takes)}
            {experiments(training)}
        </article>
    }
    .into_any()
}

/// The task in the address.
fn task(store: Store, settings: UrlState<Settings>) -> AnyView {
    let id = Signal::derive(move || settings.with(|s| s.task.clone()));
    let verdict = Memo::new(move |_| {
        let run = store.training.run.get();
        store.shown.with(|state| match RunRecord::of(&run, state) {
            Some(now) => store.tries.with(|before| judge(&id.get(), &now, before, || state.steps.numbers(LOSS).collect())),
            None => Verdict::Open("The network is being made.".into()),
        })
    });
    task::show(TASKS, id, verdict.into(), move || settings.commit(|s| s.task.clear()))
}

/// One of the numbers over the steps of this run, and of earlier ones.
fn over_steps(store: Store, id: &'static str, title: &'static str, which: usize, range: Range) -> AnyView {
    chart(id, title, range, move |most| {
        let own = store.shown.with(|state| state.lines(which, most));
        own.into_iter().chain(store.runs.lines(id)).collect()
    })
}

fn weights(store: Store, takes: Takes) -> AnyView {
    let connection = store.training.connection;
    let ours = move || {
        connection.scope.spawn(async move {
            let name = "lenet5.safetensors";
            match connection.fetch("weights", name, name).await {
                Ok(file) => files::hand_on(connection, name.into(), file, takes).await,
                Err(error) => connection.notes.tell(true, error),
            }
            connection.fetching.set(None);
        });
    };
    let ask = move |request: Request| on_click(move || store.ask(request.clone()));
    view! {
        <section aria-labelledby="weights">
            <h2 id="weights">"Weights"</h2>
            <p>
                "The 61 706 numbers are a file: save them, load them here or into PyTorch (they are safetensors under PyTorch's names and shapes; PyTorch's own files are read, too). "
                "The book's own were trained with the form that has tanh and average pooling."
            </p>
            <div class="bar">
                <button id="save" on:click=ask(Request::Save)>"Save the weights"</button>
                <label class="file button">"Load weights" <input id="load" type="file" on:change=on_event(files::chosen(connection, takes)) /></label>
                <button id="load-ours" on:click=on_click(ours)>"Load the book's weights"</button>
                <button id="evaluate" on:click=ask(Request::Evaluate)>"Test now"</button>
            </div>
            {keep_switch(store.training)}
        </section>
    }
    .into_any()
}

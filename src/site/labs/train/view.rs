//! The page of the lab: the bar, the settings, the charts, and what is seen inside.
use super::{
    brought,
    controls::Settings,
    history,
    judge::{RunRecord, judge},
    look, mistakes, panel,
    room::Room,
    runs::{self, Run},
    runs_view,
    state::Value,
    tasks::TASKS,
};
use crate::{
    site::{
        labs::{
            kit::{
                chart::chart,
                files::{self, Takes},
                messages::{keep_switch, messages},
                training::Command,
            },
            task::{self, Verdict},
        },
        url::UrlState,
        widgets::{
            chart::{Line, Range},
            erased::{display, on_click, on_event, text},
            fold::fold,
            pad::Pad,
        },
    },
    workbench::protocol::Request,
};
use leptos::prelude::*;

pub fn lab(title: &'static str) -> AnyView {
    let room = expect_context::<Room>();
    room.listen();
    let (settings, training) = (UrlState::<Settings>::here(), room.training);
    let connection = training.connection;
    training.follow(settings, move |before, now| {
        if before.cell != now.cell {
            room.judge();
        }
        if before.at != now.at {
            room.replay(u64::try_from(now.at).ok());
        }
        if before.digit != now.digit {
            room.look_at_drawing.set(false);
            room.look();
        }
    });
    // Back from another page: if the address asks for something else, it gets it.
    if room.now.with_untracked(|n| n.started) {
        room.look();
    }
    // Whoever plays on, goes on or begins anew is at the last step again, and so is the address.
    Effect::new(move |_| {
        let shown = room.kept.with(|(_, shown)| *shown);
        if shown.is_none() && room.shows_what_was_asked() && settings.with_untracked(|s| s.at >= 0) {
            settings.replace(|s| s.at = -1);
        }
    });
    let laid = RwSignal::new(None);
    let takes = brought::takes(connection, laid);
    files::drops(connection, takes);
    on_cleanup(move || training.command(Command::Pause));
    let drawn = move |ink: Option<Vec<f32>>| {
        room.look_at_drawing.set(ink.is_some());
        room.drawing.set(ink);
        room.classify();
        if !training.playing.get_untracked() {
            room.look();
        }
    };
    let missing = training.digits.missing(connection, takes, "Drawing, looking inside and loading weights work without them.");
    view! {
        <article id="train" class="lab tool" data-status=text(move || connection.life()) data-playing=display(move || training.playing.get())>
            <h1>{title}</h1>
            <p class="lead">"61 706 numbers, all of them noise at first. Press play, and they learn to read digits."</p>
            {panel::bar(room)}
            {messages(training, settings, missing)}
            {task(room, settings)}
            {fold(panel::panel(room, settings))}
            <div class="charts wide">
                {over_steps(room, "loss-chart", "Loss", |point| point.1, |run| &run.loss, Range::FromZero)}
                {over_steps(room, "accuracy-chart", "Right answers", |point| point.2, |run| &run.accuracy, Range::Share)}
            </div>
            <p class="note">
                "Each step the network sees a handful of digits, measures how wrong it is, and moves every number a little downhill. "
                "After one pass over the 60 000 digits it reads about 98 of 100 that it has never seen."
            </p>
            {runs_view::table(room)}
            {history::slider(room, settings)}
            <section aria-labelledby="draw">
                <h2 id="draw">"Draw a digit"</h2>
                <p>"Or drop the photo of one anywhere on this page: it is laid on the pad, its ink light on dark as MNIST's."</p>
                <label class="switch" for="centre">
                    <input type="checkbox" id="centre" prop:checked=move || settings.with(|s| s.centre) on:change=move |e| settings.commit(|s| s.centre = event_target_checked(&e)) />
                    "Fit and centre it, as MNIST's digits were"
                </label>
                <div class="draw wide">
                    <Pad drawn centred=Signal::derive(move || settings.with(|s| s.centre)) laid />
                    {look::probabilities(room)}
                </div>
            </section>
            {look::digit(room, settings)}
            {look::kernels(room, settings)}
            {mistakes::section(room, settings)}
            {weights(room, takes)}
            {experiments(room)}
        </article>
    }
    .into_any()
}

/// The task that the address sets.
fn task(room: Room, settings: UrlState<Settings>) -> AnyView {
    let id = Signal::derive(move || settings.with(|s| s.task.clone()));
    let verdict = Memo::new(move |_| {
        let steps_an_epoch = room.now.with(|now| now.steps_an_epoch);
        room.history.with(|history| match RunRecord::of(history, steps_an_epoch) {
            Some(now) => room.tries.with(|before| judge(&id.get(), &now, before, || history.losses())),
            None => Verdict::Open("The network is being made.".into()),
        })
    });
    task::show(TASKS, id, verdict.into(), move || settings.commit(|s| s.task.clear()))
}

/// A value over the steps of this run, and of earlier ones.
fn over_steps(room: Room, id: &'static str, title: &'static str, value: Value, earlier: fn(&Run) -> &Line, range: Range) -> AnyView {
    chart(id, title, range, move |most| {
        let own = room.history.with(|history| history.lines(value, most));
        own.into_iter().chain(room.runs.with(|all| runs::lines(all, earlier))).collect()
    })
}

fn weights(room: Room, takes: Takes) -> AnyView {
    let connection = room.training.connection;
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
    let ask = move |request: Request| on_click(move || room.ask(request.clone()));
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
            {keep_switch(room.training)}
        </section>
    }
    .into_any()
}

fn experiments(room: Room) -> AnyView {
    view! {
        <details class="experiments">
            <summary>"What if something breaks?"</summary>
            <p>
                "A driver that is reset takes the GPU's memory with it. The workbench keeps a copy of the parameters that is at most a few seconds old and goes on "
                "from there; so does the page, should the worker end. Try it: the first button destroys the device, the second ends the worker."
            </p>
            <div class="bar">
                <button id="lose" on:click=on_click(move || room.ask(Request::Lose))>"Lose the GPU"</button>
                <button id="kill" on:click=on_click(move || room.training.connection.kill())>"End the worker"</button>
            </div>
        </details>
    }
    .into_any()
}

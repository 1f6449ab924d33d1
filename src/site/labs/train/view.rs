//! The page of the lab: the bar, the settings, the charts, and what is seen inside.
use super::{
    controls::Settings,
    files, history, kept, look, mistakes,
    panel::{Bar, Panel},
    room::Room,
    runs, tasks,
};
use crate::{
    site::{
        bench::Status,
        browser, fetch,
        help::typing,
        url::UrlState,
        widgets::{
            chart::{Chart, Range},
            fold::fold,
            pad::Pad,
        },
    },
    workbench::protocol::Request,
};
use leptos::{ev, prelude::*};

#[component]
pub fn TrainLab() -> impl IntoView {
    let room = expect_context::<Room>();
    let settings = UrlState::<Settings>::here();
    // The room hears of the settings first: it starts its run from them. A run that stands goes on, unless the address asks for another.
    let asked = settings.get_untracked();
    let (other, started) = (room.settings.get_untracked().start() != asked.start(), room.now.with_untracked(|n| n.started));
    room.settings.set(asked);
    room.open();
    if other && started {
        room.start();
    }
    follow(room, settings);
    let keys = window_event_listener(ev::keydown, move |event| {
        if typing() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            " " => room.send(if room.now.get_untracked().playing { Request::Pause } else { Request::Play }),
            "s" | "S" => room.send(Request::Step),
            _ => return,
        }
        event.prevent_default();
    });
    // A file dropped anywhere on the page is meant for the lab.
    let over = window_event_listener(ev::dragover, |event| event.prevent_default());
    let dropped = window_event_listener(ev::drop, move |event| {
        event.prevent_default();
        if let Some(list) = event.data_transfer().and_then(|d| d.files()) {
            files::take(room, list);
        }
    });
    on_cleanup(move || {
        keys.remove();
        over.remove();
        dropped.remove();
        room.send(Request::Pause);
    });
    let loss = Signal::derive(move || {
        room.shown.with(|h| h.loss_lines()).into_iter().chain(room.runs.with(|r| runs::loss_lines(r))).collect::<Vec<_>>()
    });
    let accuracy = Signal::derive(move || {
        room.shown.with(|h| h.accuracy_lines()).into_iter().chain(room.runs.with(|r| runs::accuracy_lines(r))).collect::<Vec<_>>()
    });
    let drawn = move |ink: Option<Vec<f32>>| {
        room.look_at_drawing.set(ink.is_some());
        room.drawing.set(ink);
        room.classify();
        if !room.now.get_untracked().playing {
            room.look();
        }
    };
    view! {
        <article id="train" class="lab tool" data-status=move || status(&room.status.get()) data-playing=move || room.now.with(|n| n.playing).to_string()>
            <h1>{super::LAB.title}</h1>
            <p class="lead">"61 706 numbers, all of them noise at first. Press play, and they learn to read digits."</p>
            <Bar room />
            <Messages room settings />
            {tasks::task(room, settings)}
            {fold(view! { <Panel room settings /> })}
            <div class="charts wide">
                <Chart id="loss-chart" title="Loss" lines=loss range=Range::FromZero />
                <Chart id="accuracy-chart" title="Right answers" lines=accuracy range=Range::Share />
            </div>
            <p class="note">
                "Each step the network sees a handful of digits, measures how wrong it is, and moves every number a little downhill. "
                "After one pass over the 60 000 digits it reads about 98 of 100 that it has never seen."
            </p>
            {runs::table(room)}
            {history::slider(room, settings)}
            <section aria-labelledby="draw">
                <h2 id="draw">"Draw a digit"</h2>
                <label class="switch" for="centre">
                    <input type="checkbox" id="centre" prop:checked=move || settings.with(|s| s.centre) on:change=move |e| settings.commit(|s| s.centre = event_target_checked(&e)) />
                    "Fit and centre it, as MNIST's digits were"
                </label>
                <div class="draw wide">
                    <Pad drawn centred=Signal::derive(move || settings.with(|s| s.centre)) />
                    <look::Probabilities room />
                </div>
            </section>
            <look::Digit room settings />
            <look::Kernels room settings />
            {mistakes::section(room, settings)}
            <Weights room />
            <Experiments room />
        </article>
    }
}

fn status(status: &Status) -> &'static str {
    match status {
        Status::Starting => "starting",
        Status::Ready => "ready",
        Status::Dead(_) => "dead",
    }
}

/// What a change of a control asks of the workbench: a new run, another rate, another picture.
fn follow(room: Room, settings: UrlState<Settings>) {
    Effect::new(move |before: Option<Settings>| {
        let now = settings.get();
        room.settings.set(now.clone());
        if let Some(before) = before {
            if before.start() != now.start() {
                room.begin();
            } else if before.rate != now.rate {
                room.rate(now.rate);
            }
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
        } else if room.now.with_untracked(|n| n.started) {
            // Back from another page: if the address asks for something else, it gets it.
            room.look();
        }
        now
    });
    // Whoever plays on, goes on or begins anew is at the last step again, and so is the address.
    Effect::new(move |_| {
        let shown = room.kept.with(|(_, shown)| *shown);
        if shown.is_none() && room.shows_what_was_asked() && settings.with_untracked(|s| s.at >= 0) {
            settings.replace(|s| s.at = -1);
        }
    });
}

#[component]
fn Messages(room: Room, settings: UrlState<Settings>) -> impl IntoView {
    let fetching = move || {
        let (name, fetch::Progress { come, total }) = room.fetching.get()?;
        let of = if total > 0 { format!(" of {:.1}", total as f64 / 1e6) } else { String::new() };
        Some(view! {
            <div class="message" id="fetching" role="status">
                <p>{format!("Fetching {name}: {:.1}{of} MB", come as f64 / 1e6)}</p>
                <progress max=total.max(1) value=come></progress>
            </div>
        })
    };
    let missing = move || {
        let waiting = room.fetching.with(Option::is_some) || room.status.get() != Status::Ready;
        // Not what has been fetched and is still being unpacked.
        let missing: Vec<String> =
            room.absent.with(|absent| room.data.get().missing.into_iter().filter(|name| absent.contains(name)).collect());
        (!waiting && !missing.is_empty()).then(|| {
            view! {
                <div class="message" id="missing" role="status">
                    <p>
                        "This site lacks " {missing.join(", ")} ". Drop these files of MNIST onto the page, plain or as .gz, or "
                        <label class="file">"choose them" <input id="data-files" type="file" multiple on:change=move |e| chosen(room, &e) /></label>
                        "; whoever runs the site adds them with script/data. Drawing, looking inside and loading weights work without them."
                    </p>
                </div>
            }
        })
    };
    let notes = move || {
        let dismiss = move |i: usize| move |_| room.notes.update(|n| drop((i < n.len()).then(|| n.remove(i))));
        let each = room.notes.get().into_iter().enumerate();
        each.map(|(i, note)| {
            let role = if note.alarming { "alert" } else { "status" };
            view! {
                <div class="message" class:alarming=note.alarming role=role>
                    <p>{note.text}</p>
                    <button class="quiet" aria-label="Dismiss this message" on:click=dismiss(i)>"×"</button>
                </div>
            }
        })
        .collect_view()
    };
    view! { <div id="messages">{fetching}{missing}<div class="strip">{kept::message(room, settings)} {notes}</div></div> }
}

fn chosen(room: Room, event: &ev::Event) {
    let input = event_target::<web_sys::HtmlInputElement>(event);
    if let Some(list) = input.files() {
        files::take(room, list);
    }
}

#[component]
fn Weights(room: Room) -> impl IntoView {
    let ours = move |_| {
        room.scope.spawn(async move {
            let name = "lenet5.safetensors";
            match fetch::file(&format!("weights/{name}"), |progress| room.fetching.set(Some((name.into(), progress)))).await {
                Ok(file) => files::hand_on(room, name.into(), file).await,
                Err(error) => room.tell(true, error),
            }
            room.fetching.set(None);
        });
    };
    view! {
        <section aria-labelledby="weights">
            <h2 id="weights">"Weights"</h2>
            <p>
                "The 61 706 numbers are a file: save them, load them here or into PyTorch (they are safetensors under PyTorch's names and shapes). "
                "The book's own were trained with the form that has tanh and average pooling."
            </p>
            <div class="bar">
                <button id="save" on:click=move |_| room.send(Request::Save)>"Save the weights"</button>
                <label class="file button">"Load weights" <input id="load" type="file" accept=".safetensors" on:change=move |e| chosen(room, &e) /></label>
                <button id="load-ours" on:click=ours>"Load the book's weights"</button>
                <button id="evaluate" on:click=move |_| room.send(Request::Evaluate)>"Test now"</button>
            </div>
            {kept::switch(room)}
        </section>
    }
}

#[component]
fn Experiments(room: Room) -> impl IntoView {
    browser::title(super::LAB.title);
    view! {
        <details class="experiments">
            <summary>"What if something breaks?"</summary>
            <p>
                "A driver that is reset takes the GPU's memory with it. The workbench keeps a copy of the parameters that is at most a few seconds old and goes on "
                "from there; so does the page, should the worker end. Try it: the first button destroys the device, the second ends the worker."
            </p>
            <div class="bar">
                <button id="lose" on:click=move |_| room.send(Request::Lose)>"Lose the GPU"</button>
                <button id="kill" on:click=move |_| room.kill()>"End the worker"</button>
            </div>
        </details>
    }
}

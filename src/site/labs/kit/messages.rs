//! The messages of a lab: files that are being fetched, that the worker has ended and how to continue, and notes.
use super::{
    connection::Connection,
    training::{Training, Trains},
};
use crate::site::{
    fetch::Progress,
    url::UrlState,
    widgets::erased::{flag, on_click, on_event, part, text},
    worker_client::Status,
};
use leptos::{ev, prelude::*};

/// The file that is being fetched, with the progress.
pub fn fetching(connection: Connection) -> AnyView {
    part(move || {
        let Some((name, Progress { come, total })) = connection.fetching.get() else { return ().into_any() };
        let of = if total > 0 { format!(" of {:.1}", total as f64 / 1e6) } else { String::new() };
        view! {
            <div class="message" id="fetching" role="status">
                <p>{format!("Fetching {name}: {:.1}{of} MB", come as f64 / 1e6)}</p>
                <progress max=total.max(1) value=come aria-label="Fetched"></progress>
            </div>
        }
        .into_any()
    })
}

/// The message that the worker has ended, with the reason and the consequences, and a button that starts another.
pub fn ended(
    connection: Connection,
    means: impl Fn() -> [String; 2] + Send + 'static,
    again: impl Fn() + Clone + Send + 'static,
) -> AnyView {
    part(move || {
        let Status::Dead(why) = connection.status.get() else { return ().into_any() };
        let [means, asked] = means();
        view! {
            <div class="message alarming" role="alert">
                <p>{why} " " {means}</p>
                <button id="restart" on:click=on_click(again.clone())>{asked}</button>
            </div>
        }
        .into_any()
    })
}

/// All messages of a lab that trains. `own` are the lab's own messages.
pub fn messages<S: Trains>(training: Training<S>, settings: UrlState<S>, own: AnyView) -> AnyView {
    let Training { connection, keeping, .. } = training;
    let means = move || match keeping.of_this_visit() {
        Some(step) => [format!("The run stands as it was after step {step}."), format!("Go on from step {step}")],
        None => ["The rest of the page goes on; the run is gone.".into(), "Start the worker again".into()],
    };
    let offer = move || {
        if !keeping.offered.get() || matches!(connection.status.get(), Status::Dead(_)) {
            return ().into_any();
        }
        let step = move || keeping.run.with(|run| run.as_ref().map_or(0, |run| run.about.step));
        view! {
            <div class="message" id="kept-run" role="status">
                <p>{text(move || format!("This browser has kept your last run, as it was after step {}. A new run takes its place once it has trained for three seconds.", step()))}</p>
                <div class="bar">
                    <button id="take-up" on:click=on_click(move || training.take_up(settings))>{text(move || format!("Go on from step {}", step()))}</button>
                    <button id="forget-run" class="quiet" on:click=on_click(move || keeping.forget(connection))>"Forget it"</button>
                </div>
            </div>
        }
        .into_any()
    };
    view! {
        <div id="messages">
            {fetching(connection)} {own}
            <div class="strip">{ended(connection, means, move || training.go_on())} {part(offer)} {connection.notes.view()}</div>
        </div>
    }
    .into_any()
}

/// The switch that allows keeping runs in the browser.
pub fn keep_switch<S: Trains>(training: Training<S>) -> AnyView {
    let Training { connection, keeping, .. } = training;
    let turn = move |event: ev::Event| keeping.may_store(connection, event_target_checked(&event));
    view! {
        <label class="switch" for="keep-run">
            <input type="checkbox" id="keep-run" prop:checked=flag(move || keeping.leave.get()) on:change=on_event(turn) />
            "Keep the run in this browser, every three seconds, to go on with after a crash, a reload or in another tab"
        </label>
    }
    .into_any()
}

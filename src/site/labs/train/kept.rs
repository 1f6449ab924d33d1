//! The run as it was copied last, to go on from where its program ended: the page keeps it, and with the reader's leave the browser does.
use super::{controls::Settings, room::Room};
use crate::{
    site::{bench::Status, browser, store, url::UrlState},
    workbench::protocol::{Event, Message, Request},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The name of its file in the store, and of what is remembered of it.
const NAME: &str = "training";
const ABOUT: &str = "kept run";
const LEAVE: &str = "keep runs";

/// A run after a step. It goes on from there (`Request::Continue`).
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub about: About,
    file: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    pub step: u64,
    pub settings: Settings,
}

/// How a lab stands to what is kept.
#[derive(Clone, Copy)]
pub struct Keeping {
    pub run: RwSignal<Option<Kept>>,
    /// Whether it is from an earlier visit, and the reader has not said what to do with it.
    pub offered: RwSignal<bool>,
    /// Whether the browser may keep it beyond the page.
    pub leave: RwSignal<bool>,
    /// Whether the next run is to be the kept one, and whether it then plays.
    going_on: StoredValue<Option<bool>>,
}

#[cfg(test)]
impl Kept {
    /// Half of the file is gone.
    pub fn damage(&mut self) {
        self.file.truncate(self.file.len() / 2);
    }
}

impl Keeping {
    /// The next run is to be the kept one.
    #[cfg(test)]
    pub fn goes_on(self) {
        self.going_on.set_value(Some(false));
    }
    /// The step of the run that stood here last, if it was copied; one of an earlier visit had other settings.
    fn of_this_visit(self) -> Option<u64> {
        self.run.with(|run| run.as_ref().map(|run| run.about.step)).filter(|_| !self.offered.get())
    }
    pub fn new() -> Keeping {
        let leave = RwSignal::new(false);
        Keeping { run: RwSignal::new(None), offered: RwSignal::new(false), leave, going_on: StoredValue::new(None) }
    }
}

impl Room {
    /// The run that the settings ask for: the kept one, where it is to go on and they still ask for it; or else a new one.
    pub fn begin(self) {
        let Keeping { run, going_on, .. } = self.keeping;
        let Some((playing, kept)) = going_on.get_value().zip(run.get_untracked()) else { return self.start() };
        let settings = self.settings.get_untracked();
        if kept.about.settings.start() != settings.start() {
            return self.start();
        }
        let device = settings.options(self.machine.get_untracked().real_gpu()).device;
        self.send_with(Request::Continue(device), vec![kept.file.into()]);
        // Until all digits are there it begins again with each of their files, since they give batches their order.
        if self.data.with_untracked(|data| data.missing.is_empty()) {
            going_on.set_value(None);
            if playing {
                self.send(Request::Play);
            }
        }
    }
    /// A new run has been asked for.
    pub fn gives_up_the_kept(self) {
        self.keeping.going_on.set_value(None);
    }
    /// Takes in what concerns the kept run.
    pub fn keep(self, message: &Message<Event>) {
        match &message.body {
            Event::Checkpoint { step } => {
                let Some(file) = message.buffers.first().cloned() else { return };
                let settings = self.settings.get_untracked().of_the_run();
                self.keeping.run.set(Some(Kept { about: About { step: *step, settings }, file }));
                self.keeping.offered.set(false);
                self.store();
            }
            // The reader has begun anew: what the run before it had learned is not what stands. (Of an earlier visit it is still offered.)
            Event::Started { step: 0, .. } if !self.keeping.offered.get_untracked() && self.keeping.going_on.get_value().is_none() => {
                self.keeping.run.set(None);
            }
            // Its rate is what the reader has set last.
            Event::Started { step: 1.., options, .. } => {
                let rate = self.settings.with_untracked(|settings| settings.rate);
                if options.rate != rate {
                    self.rate(rate);
                }
            }
            Event::Failed { request, .. } if request == "Continue" => {
                self.forget();
                self.start();
            }
            _ => {}
        }
    }
    /// A program in place of the one that has ended; the run goes on from its last copy, and plays if it played.
    pub fn go_on(self) {
        let playing = self.now.with_untracked(|now| now.playing);
        self.keeping.going_on.set_value(untrack(|| self.keeping.of_this_visit()).map(|_| playing));
        self.open();
    }
    /// The run of an earlier visit takes the place of what stands, with its settings.
    pub fn take_up(self, settings: UrlState<Settings>) {
        let Some(Kept { about, .. }) = self.keeping.run.get_untracked() else { return };
        self.keeping.offered.set(false);
        self.keeping.going_on.set_value(Some(false));
        let same = settings.with_untracked(|now| now.start() == about.settings.start());
        settings.commit(|now| *now = Settings { task: now.task.clone(), ..about.settings });
        // If they ask for another run than the one that stands, the lab begins it by itself.
        if same {
            self.begin();
        }
    }
    /// Throws it away, here and in the browser.
    pub fn forget(self) {
        let Keeping { run, offered, going_on, .. } = self.keeping;
        run.set(None);
        offered.set(false);
        going_on.set_value(None);
        self.clear_store();
    }
    /// Gives or takes the leave to keep runs in the browser.
    pub fn may_store(self, leave: bool) {
        self.keeping.leave.set(leave);
        browser::remember(LEAVE, if leave { "yes" } else { "" });
        if leave {
            self.store();
        } else {
            self.clear_store();
        }
    }
    fn clear_store(self) {
        self.scope.spawn(async {
            browser::remember(ABOUT, "");
            store::forget(NAME).await;
        });
    }
    /// Puts it into the browser's store, if it may.
    fn store(self) {
        let Some(Kept { about, file }) = self.keeping.run.get_untracked().filter(|_| self.keeping.leave.get_untracked()) else { return };
        self.scope.spawn(async move {
            let stored = store::put(NAME, &file).await;
            match stored.and_then(|()| serde_json::to_string(&about).map_err(|error| error.to_string())) {
                // The leave may have been taken back meanwhile.
                Ok(_) if !self.keeping.leave.get_untracked() => self.clear_store(),
                Ok(about) => browser::remember(ABOUT, &about),
                Err(error) => {
                    self.keeping.leave.set(false);
                    self.tell(true, error);
                }
            }
        });
    }
    /// Offers what an earlier visit has left.
    pub fn look_for_kept(self) {
        self.scope.spawn(async move {
            self.keeping.leave.set(browser::remembered(LEAVE).as_deref() == Some("yes"));
            let about = browser::remembered(ABOUT).and_then(|text| serde_json::from_str::<About>(&text).ok());
            let Some(about) = about.filter(|_| self.keeping.leave.get_untracked()) else { return };
            let Some(file) = store::get(NAME).await else { return };
            if self.keeping.run.with_untracked(Option::is_none) {
                self.keeping.run.set(Some(Kept { about, file }));
                self.keeping.offered.set(true);
            }
        });
    }
}

/// What is said of it: after the end of its program, or on a later visit.
pub fn message(room: Room, settings: UrlState<Settings>) -> impl IntoView {
    let Keeping { run, offered, .. } = room.keeping;
    let step = move || run.with(|run| run.as_ref().map_or(0, |run| run.about.step));
    let dead = move || {
        let Status::Dead(why) = room.status.get() else { return None };
        let (said, asked) = match room.keeping.of_this_visit() {
            Some(step) => (format!(" The run stands as it was after step {step}."), format!("Go on from step {step}")),
            None => (" The rest of the page goes on; the run is gone.".into(), "Start the worker again".into()),
        };
        Some(view! {
            <div class="message alarming" role="alert">
                <p>{why} {said}</p>
                <button id="restart" on:click=move |_| room.go_on()>{asked}</button>
            </div>
        })
    };
    let offer = move || {
        (offered.get() && !matches!(room.status.get(), Status::Dead(_))).then(|| {
            view! {
                <div class="message" id="kept-run" role="status">
                    <p>{move || format!("This browser has kept your last run, as it was after step {}. A new run takes its place once it has trained for three seconds.", step())}</p>
                    <div class="bar">
                        <button id="take-up" on:click=move |_| room.take_up(settings)>{move || format!("Go on from step {}", step())}</button>
                        <button id="forget-run" class="quiet" on:click=move |_| room.forget()>"Forget it"</button>
                    </div>
                </div>
            }
        })
    };
    view! { {dead} {offer} }
}

/// The switch that gives the leave.
pub fn switch(room: Room) -> impl IntoView {
    let leave = room.keeping.leave;
    view! {
        <label class="switch" for="keep-run">
            <input type="checkbox" id="keep-run" prop:checked=move || leave.get() on:change=move |event| room.may_store(event_target_checked(&event)) />
            "Keep the run in this browser, every three seconds, to go on with after a crash, a reload or in another tab"
        </label>
    }
}

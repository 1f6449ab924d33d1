//! The run as it was copied last, to go on from where its program ended: the page keeps it, and with the reader's leave the browser does.
use super::connection::Connection;
use crate::site::{browser, controls::Pairs, store};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Under this the browser remembers that it may keep runs, of whichever lab.
const LEAVE: &str = "keep runs";

/// A run after a step. It goes on from there (`Ask::Continue`).
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which run it is.
    pub about: About,
    /// The checkpoint.
    pub file: Vec<u8>,
}

/// What is known of a kept run without its file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The step after which it was copied.
    pub step: u64,
    /// What it is made from: the values of the lab's table.
    pub values: Pairs,
    /// (step after which it came, learning rate).
    #[serde(default)]
    pub rates: Vec<(u64, f32)>,
    /// What the lab draws its charts from, as the lab writes it.
    #[serde(default)]
    pub charts: String,
}

/// How a lab stands to what is kept.
#[derive(Clone, Copy)]
pub struct Keeping {
    /// Of the lab, in the browser's store.
    name: &'static str,
    /// What is kept.
    pub run: RwSignal<Option<Kept>>,
    /// Whether it is from an earlier visit, and the reader has not said what to do with it.
    pub offered: RwSignal<bool>,
    /// Whether the browser may keep it beyond the page.
    pub leave: RwSignal<bool>,
    /// Whether the next run is to be the kept one, and whether it then plays.
    pub going_on: StoredValue<Option<bool>>,
    /// The question that asked for it.
    pub asked: StoredValue<u32>,
    looked: StoredValue<bool>,
}

impl Keeping {
    /// Nothing is kept yet.
    pub fn new(name: &'static str) -> Keeping {
        Keeping {
            name,
            run: RwSignal::new(None),
            offered: RwSignal::new(false),
            leave: RwSignal::new(false),
            going_on: StoredValue::new(None),
            asked: StoredValue::new(0),
            looked: StoredValue::new(false),
        }
    }
    /// Under this the browser remembers what the file is about.
    fn about(self) -> String {
        format!("kept {}", self.name)
    }
    /// The step of the run that stood here last, if it was copied; one of an earlier visit had other settings.
    pub fn of_this_visit(self) -> Option<u64> {
        self.run.with(|run| run.as_ref().map(|run| run.about.step)).filter(|_| !self.offered.get())
    }
    /// Whether this question was to go on with it.
    pub fn is_refused(self, question: u32) -> bool {
        question != 0 && self.asked.get_value() == question
    }
    /// Keeps another copy in place of the last.
    pub fn keep(self, connection: Connection, about: About, file: Vec<u8>) {
        self.run.set(Some(Kept { about, file }));
        self.offered.set(false);
        self.store(connection);
    }
    /// Throws it away, here and in the browser.
    pub fn forget(self, connection: Connection) {
        self.run.set(None);
        self.offered.set(false);
        self.going_on.set_value(None);
        self.clear(connection);
    }
    /// Gives or takes the leave to keep runs in the browser.
    pub fn may_store(self, connection: Connection, leave: bool) {
        self.leave.set(leave);
        browser::remember(LEAVE, if leave { "yes" } else { "" });
        if leave {
            self.store(connection);
        } else {
            self.clear(connection);
        }
    }
    fn clear(self, connection: Connection) {
        connection.scope.spawn(async move {
            browser::remember(&self.about(), "");
            store::forget(self.name).await;
        });
    }
    /// Puts it into the browser's store, if it may.
    fn store(self, connection: Connection) {
        let Some(Kept { about, file }) = self.run.get_untracked().filter(|_| self.leave.get_untracked()) else { return };
        connection.scope.spawn(async move {
            let stored = store::put(self.name, &file).await;
            match stored.and_then(|()| serde_json::to_string(&about).map_err(|error| error.to_string())) {
                // The leave may have been taken back meanwhile.
                Ok(_) if !self.leave.get_untracked() => self.clear(connection),
                Ok(about) => browser::remember(&self.about(), &about),
                Err(error) => {
                    self.leave.set(false);
                    connection.notes.tell(true, error);
                }
            }
        });
    }
    /// Offers what an earlier visit has left; once.
    pub fn look(self, connection: Connection) {
        if self.looked.try_update_value(|looked| std::mem::replace(looked, true)) != Some(false) {
            return;
        }
        connection.scope.spawn(async move {
            self.leave.set(browser::remembered(LEAVE).as_deref() == Some("yes"));
            let about = browser::remembered(&self.about()).and_then(|text| serde_json::from_str::<About>(&text).ok());
            let Some(about) = about.filter(|_| self.leave.get_untracked()) else { return };
            let Some(file) = store::get(self.name).await else { return };
            if self.run.with_untracked(Option::is_none) {
                self.run.set(Some(Kept { about, file }));
                self.offered.set(true);
            }
        });
    }
}

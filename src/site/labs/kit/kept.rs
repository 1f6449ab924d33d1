//! The last copy of a run (a checkpoint), from which it continues after its program has ended. The page keeps it, and the browser does so
//! if the reader allows it.
use super::connection::Connection;
use crate::site::{browser, controls::Pairs, store};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The key under which the browser remembers that it may keep runs, for all labs.
const LEAVE: &str = "keep runs";

/// A run after a step. It can be continued from there (`Command::Continue`).
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which run it is.
    pub about: About,
    /// The checkpoint.
    pub file: Vec<u8>,
}

/// A kept run without its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The step of the copy.
    pub step: u64,
    /// The settings of the run: the values of the lab's table.
    pub values: Pairs,
}

/// The kept run of a lab, and how it is used.
#[derive(Clone, Copy)]
pub struct Keeping {
    /// The lab's name in the browser's store.
    name: &'static str,
    /// The kept run.
    pub run: RwSignal<Option<Kept>>,
    /// Whether it is from an earlier visit, and the reader has not decided about it.
    pub offered: RwSignal<bool>,
    /// Whether the browser may keep it beyond this visit.
    pub leave: RwSignal<bool>,
    /// Whether the next run shall be the kept one; and if so, whether it then plays.
    pub going_on: StoredValue<Option<bool>>,
    /// The number of the question that asked to continue it.
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
    /// The key under which the browser remembers what the file is about.
    fn about(self) -> String {
        format!("kept {}", self.name)
    }
    /// The step of the last run on this page, if it was copied. A run of an earlier visit does not count, since it had other settings.
    pub fn of_this_visit(self) -> Option<u64> {
        self.run.with(|run| run.as_ref().map(|run| run.about.step)).filter(|_| !self.offered.get())
    }
    /// Whether this question asked to continue the kept run.
    pub fn is_refused(self, question: u32) -> bool {
        question != 0 && self.asked.get_value() == question
    }
    /// Replaces the kept run.
    pub fn keep(self, connection: Connection, step: u64, values: Pairs, file: Vec<u8>) {
        self.run.set(Some(Kept { about: About { step, values }, file }));
        self.offered.set(false);
        self.store(connection);
    }
    /// Deletes the kept run, on the page and in the browser.
    pub fn forget(self, connection: Connection) {
        self.run.set(None);
        self.offered.set(false);
        self.going_on.set_value(None);
        self.clear(connection);
    }
    /// Allows or forbids keeping runs in the browser.
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
    /// Puts the run into the browser's store, if that is allowed.
    fn store(self, connection: Connection) {
        let Some(Kept { about, file }) = self.run.get_untracked().filter(|_| self.leave.get_untracked()) else { return };
        connection.scope.spawn(async move {
            let stored = store::put(self.name, &file).await;
            match stored.and_then(|()| serde_json::to_string(&about).map_err(|error| error.to_string())) {
                // The permission may have been withdrawn meanwhile.
                Ok(_) if !self.leave.get_untracked() => self.clear(connection),
                Ok(about) => browser::remember(&self.about(), &about),
                Err(error) => {
                    self.leave.set(false);
                    connection.notes.tell(true, error);
                }
            }
        });
    }
    /// Offers the run of an earlier visit, once.
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

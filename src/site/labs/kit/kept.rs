//! The run as it was copied last, to go on from where its program ended: the page keeps it, and with the reader's leave the browser does.
use super::{
    connection::Connection,
    slots::{self, About, Slot},
};
use crate::site::browser;
use leptos::prelude::*;

/// Under this the browser remembers that it may keep runs, of whichever lab and tab.
const LEAVE: &str = "keep runs";

/// A run after a step. It goes on from there (`Ask::Continue`).
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Which run it is.
    pub about: About,
    /// The checkpoint.
    pub file: Vec<u8>,
}

/// How a lab stands to what is kept.
#[derive(Clone, Copy)]
pub struct Keeping {
    /// Under this the browser keeps the lab's runs.
    lab: &'static str,
    /// Where it keeps this page's.
    slot: StoredValue<Option<Slot>, LocalStorage>,
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
    pub fn new(lab: &'static str) -> Keeping {
        Keeping {
            lab,
            slot: StoredValue::new_local(None),
            run: RwSignal::new(None),
            offered: RwSignal::new(false),
            leave: RwSignal::new(false),
            going_on: StoredValue::new(None),
            asked: StoredValue::new(0),
            looked: StoredValue::new(false),
        }
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
        browser::remember(LEAVE, if leave { "yes" } else { "" });
        self.has_leave(connection, leave);
        if !leave {
            connection.scope.spawn(slots::clear());
        }
    }
    fn has_leave(self, connection: Connection, leave: bool) {
        self.leave.set(leave);
        if leave {
            self.store(connection);
        } else {
            self.clear(connection);
        }
    }
    fn clear(self, connection: Connection) {
        if let Some(slot) = self.slot.get_value() {
            connection.scope.spawn(async move { slot.forget().await });
        }
    }
    /// Puts it into the browser's store, if it may.
    fn store(self, connection: Connection) {
        let Some(Kept { about, file }) = self.run.get_untracked().filter(|_| self.leave.get_untracked()) else { return };
        let Some(slot) = self.slot.get_value() else { return };
        connection.scope.spawn(async move {
            match slot.keep(&about, &file).await {
                // The leave may have been taken back meanwhile.
                Ok(()) if !self.leave.get_untracked() => slot.forget().await,
                Ok(()) => {}
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
        let given = |leave: Option<String>| leave.as_deref() == Some("yes");
        self.leave.set(given(browser::remembered(LEAVE)));
        connection.scope.run(|| browser::when_remembered(LEAVE, move |leave| self.has_leave(connection, given(leave))));
        connection.scope.spawn(async move {
            let slot = Slot::take(self.lab).await;
            self.slot.set_value(Some(slot.clone()));
            let Some((about, file)) = slot.kept().await.filter(|_| self.leave.get_untracked()) else { return };
            if self.run.with_untracked(Option::is_none) {
                self.run.set(Some(Kept { about, file }));
                self.offered.set(true);
            }
        });
    }
}

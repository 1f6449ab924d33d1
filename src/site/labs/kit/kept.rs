//! The last copy of a run (a checkpoint), from which it continues after its program has ended. The page keeps it, and the browser does so
//! if the reader allows it.
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

/// The kept run of a lab, and how it is used.
#[derive(Clone, Copy)]
pub struct Keeping {
    /// Under this the browser keeps the lab's runs.
    lab: &'static str,
    /// Where it keeps this page's.
    slot: StoredValue<Option<Slot>, LocalStorage>,
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
    /// The step of the last run on this page, if it was copied. A run of an earlier visit does not count, since it had other settings.
    pub fn of_this_visit(self) -> Option<u64> {
        self.run.with(|run| run.as_ref().map(|run| run.about.step)).filter(|_| !self.offered.get())
    }
    /// Whether this question asked to continue the kept run.
    pub fn is_refused(self, question: u32) -> bool {
        question != 0 && self.asked.get_value() == question
    }
    /// Replaces the kept run.
    pub fn keep(self, connection: Connection, about: About, file: Vec<u8>) {
        self.run.set(Some(Kept { about, file }));
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
    /// Puts the run into the browser's store, if that is allowed.
    fn store(self, connection: Connection) {
        let Some(Kept { about, file }) = self.run.get_untracked().filter(|_| self.leave.get_untracked()) else { return };
        let Some(slot) = self.slot.get_value() else { return };
        connection.scope.spawn(async move {
            match slot.keep(&about, &file).await {
                // The permission may have been withdrawn meanwhile.
                Ok(()) if !self.leave.get_untracked() => slot.forget().await,
                Ok(()) => {}
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
        let given = |leave: Option<String>| leave.as_deref() == Some("yes");
        self.leave.set(given(browser::remembered(LEAVE)));
        connection.scope.run(|| browser::when_remembered(LEAVE, move |leave| self.has_leave(connection, given(leave))));
        connection.scope.spawn(async move {
            let slot = Slot::acquire(self.lab).await;
            self.slot.set_value(Some(slot.clone()));
            let Some((about, file)) = slot.kept().await.filter(|_| self.leave.get_untracked()) else { return };
            if self.run.with_untracked(Option::is_none) {
                self.run.set(Some(Kept { about, file }));
                self.offered.set(true);
            }
        });
    }
}

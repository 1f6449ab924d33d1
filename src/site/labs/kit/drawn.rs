//! State that many events change. It is drawn again only as often as a reader can follow.
use crate::site::browser::clock;
use leptos::prelude::*;

/// Milliseconds between two drawings while events arrive.
const EVERY: f64 = 250.0;

/// State that is kept once. Views read it in place when they are notified.
#[derive(Debug)]
pub struct Drawn<T: 'static> {
    state: RwSignal<T>,
    at: StoredValue<f64>,
}

impl<T> Clone for Drawn<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Drawn<T> {}

impl<T: Default + Send + Sync + 'static> Default for Drawn<T> {
    fn default() -> Self {
        Drawn { state: RwSignal::default(), at: StoredValue::default() }
    }
}

impl<T: Send + Sync + 'static> Drawn<T> {
    /// Changes the state. Views are notified at once if `at_once`, and otherwise if the last notification was some time ago.
    pub fn change(self, at_once: bool, change: impl FnOnce(&mut T)) {
        self.state.update_untracked(change);
        if at_once || clock() - self.at.get_value() > EVERY {
            self.at.set_value(clock());
            self.state.notify();
        }
    }
    /// Reads the state in place. Readers are notified of changes.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.state.with(read)
    }
    /// Reads the present state in place, without notification of changes.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.state.with_untracked(read)
    }
}

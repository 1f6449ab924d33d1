//! State that many events change, and that is drawn anew not more often than it can be looked at.
use crate::site::browser::clock;
use leptos::prelude::*;

/// Milliseconds between two drawings while events come.
const EVERY: f64 = 250.0;

/// State that is kept once: what draws it reads it in place, when it is told to.
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
    /// Changes it. What draws it is told at once, or if it was not told a moment ago.
    pub fn change(self, at_once: bool, change: impl FnOnce(&mut T)) {
        self.state.update_untracked(change);
        if at_once || clock() - self.at.get_value() > EVERY {
            self.at.set_value(clock());
            self.state.notify();
        }
    }
    /// Reads it in place; whoever reads it is told of changes.
    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.state.with(read)
    }
    /// Reads it in place as it is, drawn or not.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> U {
        self.state.with_untracked(read)
    }
}

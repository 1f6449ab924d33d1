//! What a lab tells its reader: a few messages, the latest last, each until it is dismissed.
use crate::site::{
    scope::Scope,
    widgets::erased::{part, press},
};
use leptos::prelude::*;
use std::time::Duration;

/// Messages that are kept.
const MOST: usize = 3;
/// For how long good news is shown.
const GOOD_NEWS: Duration = Duration::from_secs(8);

/// What the reader is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Something went wrong.
    pub alarming: bool,
    /// A sentence or two.
    pub text: String,
}

/// The messages of a lab.
#[derive(Clone, Copy)]
pub struct Notes {
    scope: Scope,
    all: RwSignal<Vec<Note>>,
}

impl Notes {
    /// None yet; they go with the part of the page that is being made.
    pub fn here() -> Notes {
        Notes { scope: Scope::here(), all: RwSignal::default() }
    }
    /// Tells it, unless it stands there. Good news needs no answer: it takes the place of older good news, and goes by itself.
    pub fn tell(self, alarming: bool, text: impl Into<String>) {
        let note = Note { alarming, text: text.into() };
        if !alarming {
            let told = note.clone();
            self.scope.after(GOOD_NEWS, move || self.all.update(|notes| notes.retain(|n| *n != told)));
        }
        self.all.update(|notes| {
            notes.retain(|n| *n != note && (n.alarming || note.alarming));
            notes.push(note);
            let surplus = notes.len().saturating_sub(MOST);
            notes.drain(..surplus);
        });
    }
    /// Whether one that is alarming has these words.
    #[cfg(test)]
    pub fn alarm(self, words: &str) -> bool {
        self.all.with_untracked(|notes| notes.iter().any(|note| note.alarming && note.text.contains(words)))
    }
    /// All texts, one after the other.
    #[cfg(test)]
    pub fn said(self) -> String {
        self.all.with_untracked(|notes| notes.iter().map(|note| note.text.clone()).collect())
    }
    /// The messages, each with a button that dismisses it.
    pub fn view(self) -> AnyView {
        let one = move |note: Note| {
            let (alarming, role, text) = (note.alarming, if note.alarming { "alert" } else { "status" }, note.text.clone());
            let dismiss = move || self.all.update(|notes| notes.retain(|n| *n != note));
            view! {
                <div class="message" class:alarming=alarming role=role>
                    <p>{text}</p>
                    <button class="quiet" aria-label="Dismiss this message" on:click=press(dismiss)>"×"</button>
                </div>
            }
            .into_any()
        };
        part(move || self.all.get().into_iter().map(one).collect_view().into_any())
    }
}

//! Notes to the reader of a lab: a few messages, the latest last. Each stays until it is dismissed.
use crate::site::{
    scope::Scope,
    widgets::erased::{on_click, part},
};
use leptos::prelude::*;
use std::{sync::Arc, time::Duration};

/// The largest number of notes.
const MOST: usize = 3;
/// How long a note without alarm is shown.
const GOOD_NEWS: Duration = Duration::from_secs(8);

/// A note to the reader.
#[derive(Clone, PartialEq)]
pub struct Note {
    /// Whether something went wrong.
    pub alarming: bool,
    /// One or two sentences.
    pub text: String,
    /// An action that the reader can take, if any.
    pub offer: Option<Action>,
}

/// An action in a note, shown as a button.
#[derive(Clone)]
pub struct Action {
    /// The kind of the action, for the style sheet.
    pub kind: &'static str,
    /// The object of the action. Actions of the same kind about the same object are offered once.
    pub about: String,
    /// The label of the button.
    pub text: &'static str,
    /// Does it.
    pub done: Arc<dyn Fn() + Send + Sync>,
}

impl PartialEq for Action {
    fn eq(&self, other: &Action) -> bool {
        (self.kind, &self.about) == (other.kind, &other.about)
    }
}

/// The notes of a lab.
#[derive(Clone, Copy)]
pub struct Notes {
    scope: Scope,
    all: RwSignal<Vec<Note>>,
}

impl Notes {
    /// No notes yet. They are removed with the present part of the page.
    pub fn here() -> Notes {
        Notes { scope: Scope::here(), all: RwSignal::default() }
    }
    /// Adds a note, unless it is there already. A note without alarm replaces an older one, and disappears by itself.
    pub fn tell(self, alarming: bool, text: impl Into<String>) {
        self.add(Note { alarming, text: text.into(), offer: None });
    }
    /// Adds a note that something went wrong, with an action that the reader can take.
    pub fn offer(self, text: impl Into<String>, offer: Option<Action>) {
        self.add(Note { alarming: true, text: text.into(), offer });
    }
    fn add(self, note: Note) {
        let alarming = note.alarming;
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
    /// Whether a note with alarm contains these words.
    #[cfg(test)]
    pub fn alarm(self, words: &str) -> bool {
        self.all.with_untracked(|notes| notes.iter().any(|note| note.alarming && note.text.contains(words)))
    }
    /// The texts of all notes.
    #[cfg(test)]
    pub fn said(self) -> Vec<String> {
        self.all.with_untracked(|notes| notes.iter().map(|note| note.text.clone()).collect())
    }
    /// Removes all notes.
    #[cfg(test)]
    pub fn dismiss(self) {
        self.all.set(vec![]);
    }
    /// The notes as a view, each with a button that removes it.
    pub fn view(self) -> AnyView {
        let one = move |note: Note| {
            let (alarming, role, text) = (note.alarming, if note.alarming { "alert" } else { "status" }, note.text.clone());
            let offer = note.offer.clone().map(|offer| {
                let Action { kind, text, .. } = offer;
                let done = move || {
                    self.all.update(|notes| notes.retain(|note| note.offer.as_ref() != Some(&offer)));
                    (offer.done)();
                };
                view! { <button class=kind on:click=on_click(done)>{text}</button> }
            });
            let dismiss = move || self.all.update(|notes| notes.retain(|n| *n != note));
            view! {
                <div class="message" class:alarming=alarming role=role>
                    <p>{text}</p>{offer}
                    <button class="quiet" aria-label="Dismiss this message" on:click=on_click(dismiss)>"×"</button>
                </div>
            }
            .into_any()
        };
        part(move || self.all.get().into_iter().map(one).collect_view().into_any())
    }
}

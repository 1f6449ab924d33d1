//! What a lab tells its reader: a few messages, the latest last, each until it is dismissed.
use crate::site::{
    scope::Scope,
    widgets::erased::{on_click, part},
};
use leptos::prelude::*;
use std::{sync::Arc, time::Duration};

/// Messages that are kept.
const MOST: usize = 3;
/// For how long good news is shown.
const GOOD_NEWS: Duration = Duration::from_secs(8);

/// What the reader is told.
#[derive(Clone, PartialEq)]
pub struct Note {
    /// Something went wrong.
    pub alarming: bool,
    /// A sentence or two.
    pub text: String,
    /// What may be done about it.
    pub offer: Option<Action>,
}

/// What a message offers to do, as a button.
#[derive(Clone)]
pub struct Action {
    /// What it is, for the style sheet; the same for offers of one kind.
    pub kind: &'static str,
    /// What it is about; offers of one kind about the same are one offer.
    pub about: String,
    /// What stands on the button.
    pub text: &'static str,
    /// Does it.
    pub done: Arc<dyn Fn() + Send + Sync>,
}

impl PartialEq for Action {
    fn eq(&self, other: &Action) -> bool {
        (self.kind, &self.about) == (other.kind, &other.about)
    }
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
        self.add(Note { alarming, text: text.into(), offer: None });
    }
    /// Tells that something went wrong, and what may be done about it.
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
    /// Whether one that is alarming has these words.
    #[cfg(test)]
    pub fn alarm(self, words: &str) -> bool {
        self.all.with_untracked(|notes| notes.iter().any(|note| note.alarming && note.text.contains(words)))
    }
    /// All texts.
    #[cfg(test)]
    pub fn said(self) -> Vec<String> {
        self.all.with_untracked(|notes| notes.iter().map(|note| note.text.clone()).collect())
    }
    /// Dismisses all.
    #[cfg(test)]
    pub fn dismiss(self) {
        self.all.set(vec![]);
    }
    /// The messages, each with a button that dismisses it.
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

//! The reader's progress: lectures read and exercises solved, kept in this browser.
use crate::site::browser;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const KEY: &str = "progress";

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Done {
    /// Lectures that were read to their end.
    read: BTreeSet<String>,
    /// Solved exercises, as `lecture/exercise`.
    solved: BTreeSet<String>,
}

/// The progress, as a context. Copies share it.
#[derive(Clone, Copy)]
pub struct Progress(RwSignal<Done>);

impl Progress {
    /// Reads what the browser remembers, provides it as a context, and writes every change back.
    pub fn provide() -> Progress {
        let stored = browser::remembered(KEY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let done = RwSignal::new(stored);
        Effect::new(move |_| {
            if let Ok(text) = done.with(serde_json::to_string) {
                browser::remember(KEY, &text);
            }
        });
        provide_context(Progress(done));
        Progress(done)
    }
    /// The progress from the context. It is provided here if nobody did.
    pub fn here() -> Progress {
        use_context().unwrap_or_else(Progress::provide)
    }
    /// Notes that the lecture was read to its end.
    pub fn read(self, lecture: &str) {
        if !self.has_read(lecture) {
            self.0.update(|done| {
                done.read.insert(lecture.into());
            });
        }
    }
    /// Whether the lecture was read to its end.
    pub fn has_read(self, lecture: &str) -> bool {
        self.0.with(|done| done.read.contains(lecture))
    }
    /// Notes that an exercise or task of the lecture was solved.
    pub fn solve(self, lecture: &str, exercise: &str) {
        self.0.update(|done| {
            done.solved.insert(format!("{lecture}/{exercise}"));
        });
    }
    /// Whether an exercise or task of the lecture was solved.
    pub fn has_solved(self, lecture: &str, exercise: &str) -> bool {
        self.0.with(|done| done.solved.contains(&format!("{lecture}/{exercise}")))
    }
    /// The number of a lecture's solved exercises.
    pub fn solved(self, lecture: &str) -> usize {
        let start = format!("{lecture}/");
        self.0.with(|done| done.solved.iter().filter(|exercise| exercise.starts_with(&start)).count())
    }
}

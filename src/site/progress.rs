//! What the reader has read and solved, kept in this browser. Every tab adds to it: what one knows and what is stored become one, and nothing is taken away.
use crate::site::browser;
use leptos::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const KEY: &str = "progress";

#[derive(Clone, Debug, Default, PartialEq)]
struct Done {
    /// Lectures that were read to their end.
    read: BTreeSet<String>,
    /// Solved exercises, as `lecture/exercise`.
    solved: BTreeSet<String>,
}

impl Done {
    /// Takes in what is stored, as far as it can be read, and gives the text that is to be stored: both, and whatever else another version has stored.
    fn join(&mut self, stored: Option<&str>) -> String {
        let mut all: Map<String, Value> = stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        for (key, own) in [("read", &mut self.read), ("solved", &mut self.solved)] {
            let stored = all.get(key).and_then(Value::as_array).into_iter().flatten();
            own.extend(stored.filter_map(Value::as_str).map(String::from));
            all.insert(key.into(), own.iter().cloned().collect());
        }
        Value::Object(all).to_string()
    }
}

/// The progress, as a context. Copies share it.
#[derive(Clone, Copy)]
pub struct Progress(RwSignal<Done>);

impl Progress {
    /// Reads what the browser remembers, provides it as a context, writes every change back, and hears of those of other tabs.
    pub fn provide() -> Progress {
        let progress = Progress(RwSignal::default());
        Effect::new(move |_| {
            progress.0.track();
            progress.join();
        });
        browser::when_remembered(KEY, move |stored| {
            // What was emptied stays so until this tab has something to add.
            if stored.is_some() {
                progress.join();
            }
        });
        progress.join();
        provide_context(progress);
        progress
    }
    /// What this tab knows and what is stored become one, here and there.
    fn join(self) {
        let stored = browser::remembered(KEY);
        let mut done = self.0.get_untracked();
        let text = done.join(stored.as_deref());
        if stored.as_ref() != Some(&text) {
            browser::remember(KEY, &text);
        }
        if self.0.with_untracked(|own| *own != done) {
            self.0.set(done);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn done(read: &[&str], solved: &[&str]) -> Done {
        let set = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
        Done { read: set(read), solved: set(solved) }
    }

    /// What a tab that knows this knows, and what is stored, once it has joined them.
    fn joined(mut own: Done, stored: &str) -> (Done, Value) {
        let text = own.join(Some(stored));
        (own, serde_json::from_str(&text).expect("JSON"))
    }

    #[test]
    fn two_tabs_lose_nothing_of_each_other() {
        // Both began with nothing; the first has stored, then the second does, then the first hears of it.
        let (mut first, mut second) = (done(&["lenet"], &[]), done(&["filters"], &["filters/blur"]));
        let stored = first.join(None);
        let stored = second.join(Some(&stored));
        assert_eq!(first.join(Some(&stored)), stored, "there is nothing to store anew");
        let both = done(&["filters", "lenet"], &["filters/blur"]);
        assert_eq!((&first, &second), (&both, &both));
    }

    #[test]
    fn a_field_that_is_not_there_or_no_list_costs_none_of_the_others() {
        let own = || done(&["lenet"], &[]);
        let (known, stored) = joined(own(), r#"{"solved":["filters/blur",7],"notes":{"lenet":"read again"}}"#);
        assert_eq!(known, done(&["lenet"], &["filters/blur"]));
        assert_eq!(stored, serde_json::json!({"read": ["lenet"], "solved": ["filters/blur"], "notes": {"lenet": "read again"}}));
        assert_eq!(joined(own(), r#"{"read":7,"solved":["a/b"]}"#).0, done(&["lenet"], &["a/b"]));
        for none in ["", "{", "7", "[1]", "null"] {
            assert_eq!(joined(own(), none).0, own(), "{none:?}");
        }
    }
}

//! The lab's store: the training of both twins, the data from its answers, and the measurements between its steps.
use super::{controls::Settings, state::State};
use crate::{
    site::labs::kit::{
        drawn::Drawn,
        training::{Heard, Training},
    },
    workbench::protocol::{
        Event, Request,
        depth::{Answer, Ask, Slice},
    },
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Store {
    pub training: Training<Settings>,
    /// The data from the answers.
    pub shown: Drawn<State>,
    /// The number of the present measurement's question. Answers to an earlier measurement are ignored.
    measured: StoredValue<u32>,
}

impl Store {
    pub fn new(settings: Settings) -> Store {
        let store = Store { training: Training::new(settings), shown: Drawn::default(), measured: StoredValue::default() };
        store.training.heard_by(move |heard| store.receive(heard), move || store.shown.with_untracked(State::written));
        store
    }
    /// Whether a measurement that the reader asked for is under way.
    pub fn is_measuring(self) -> bool {
        self.shown.with(|state| state.measuring.is_some())
    }
    pub fn drop_blocks(self) {
        self.measure(Ask::Drop, State::forget_drops);
    }
    pub fn look_around(self, asked: Slice) {
        self.measure(Ask::Slice(asked), move |state| state.forget_slice(asked));
    }
    /// Asks for a measurement. `forget` removes the results of an earlier one.
    fn measure(self, ask: Ask, forget: impl FnOnce(&mut State)) {
        self.training.waiting.set(false);
        self.measured.set_value(self.training.connection.send(Request::Depth(ask)));
        self.shown.change(true, forget);
    }
    fn receive(self, heard: Heard) {
        let message = match heard {
            Heard::Ending => return,
            Heard::Begun(charts) => {
                return self.shown.change(true, |state| *state = self.training.run.with_untracked(|run| State::of(run, charts)));
            }
            Heard::Back(step) => return self.shown.change(true, |state| state.forget_after(step)),
            Heard::Event(message) => message,
        };
        match &message.body {
            Event::Depth(Answer::Dropped { .. } | Answer::Slice { .. } | Answer::Measuring { .. })
                if message.question != self.measured.get_value() => {}
            Event::Depth(answer) => {
                if let Answer::Stepped { step, .. } = answer {
                    self.training.stepped(*step);
                }
                let often = matches!(answer, Answer::Stepped { .. } | Answer::Slice { .. } | Answer::Alike { .. });
                let rests = self.shown.with_untracked(|state| state.measuring.is_none()) && !self.training.playing.get_untracked();
                self.shown.change(!often || rests, |state| state.apply(answer));
            }
            // Another worker has started, or the measurement cannot be done.
            Event::Hello { .. } | Event::Failed { .. } => self.shown.change(true, |state| state.measuring = None),
            _ => {}
        }
    }
}

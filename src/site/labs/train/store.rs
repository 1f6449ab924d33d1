//! The lab's store: its training and the data from its answers, shared by all parts of the page.
use super::{
    controls::Settings,
    judge::RunRecord,
    state::{self, ACCURACY, Change, Inspection, Judged, Kernels, LOSS, State},
};
use crate::{
    site::{
        browser::{self, clock},
        labs::kit::{
            drawn::Drawn,
            earlier::{LEAST, Runs, difference},
            training::{Heard, Training},
        },
        widgets::chart::POINTS,
        worker_client::Status,
    },
    workbench::protocol::{Event, Message, Picture, Request, run::Answer},
};
use leptos::prelude::*;

/// Milliseconds between two inspections during training.
const LOOKS: f64 = 1200.0;

#[derive(Clone, Copy)]
pub struct Store {
    /// The training, which continues while the reader is on another page.
    pub training: Training<Settings>,
    /// What its steps and tests have found.
    pub shown: Drawn<State>,
    looked_at: StoredValue<f64>,
    pub inspection: RwSignal<Option<Inspection>>,
    pub kernels: RwSignal<Vec<Kernels>>,
    pub confusion: RwSignal<Vec<Vec<u32>>>,
    /// The digits that the last test classified wrongly, and those of the opened cell.
    pub mistakes: RwSignal<Option<Judged>>,
    pub opened: RwSignal<Option<Judged>>,
    /// Earlier runs.
    pub runs: Runs,
    /// The records of earlier runs for judging tasks. They stay when a run is deleted.
    pub tries: RwSignal<Vec<RunRecord>>,
    /// The steps that can be shown again, and the one that is shown.
    pub kept: RwSignal<(Vec<u64>, Option<u64>)>,
    /// The number of the question for the step that shall be shown; below, the step to ask for next.
    showing: StoredValue<Option<u32>>,
    show_next: StoredValue<Option<Option<u64>>>,
    /// The reader's changes of weights; below, the network's answer before them.
    pub changes: RwSignal<Vec<Change>>,
    pub before_changes: RwSignal<Vec<f32>>,
    /// The number of the question that undoes a change, and that change.
    undoing: StoredValue<Option<(u32, Change)>>,
    pub verdict: RwSignal<Vec<f32>>,
    /// The drawing, as ink.
    pub drawing: RwSignal<Option<Vec<f32>>>,
    /// Whether the drawing is inspected, and not a test digit.
    pub look_at_drawing: RwSignal<bool>,
}

pub fn provide() {
    provide_context(Store {
        training: Training::new(Settings::default()),
        shown: Drawn::default(),
        looked_at: StoredValue::default(),
        inspection: RwSignal::new(None),
        kernels: RwSignal::default(),
        confusion: RwSignal::default(),
        mistakes: RwSignal::new(None),
        opened: RwSignal::new(None),
        runs: Runs::default(),
        tries: RwSignal::default(),
        kept: RwSignal::default(),
        showing: StoredValue::default(),
        show_next: StoredValue::default(),
        changes: RwSignal::default(),
        before_changes: RwSignal::default(),
        undoing: StoredValue::default(),
        verdict: RwSignal::default(),
        drawing: RwSignal::new(None),
        look_at_drawing: RwSignal::new(false),
    });
}

impl Store {
    /// Begins to receive the training's events. This is a separate call, because handling them belongs to the lab's program, and the store to the first one.
    pub fn listen(self) {
        self.training.heard_by(move |heard| self.receive(heard), move || self.shown.with_untracked(State::written));
    }
    pub fn ask(self, request: Request) {
        self.send(request);
    }
    /// Sends a request and returns its number.
    fn send(self, request: Request) -> u32 {
        self.training.connection.send(request)
    }
    /// Keeps the run that another takes the place of, unless hardly anything was learned yet.
    fn keep_run(self) {
        let run = self.training.run.get_untracked();
        self.shown.with_untracked(|state| {
            let Some(record) = RunRecord::of(&run, state).filter(|_| run.made >= LEAST) else { return };
            let share = |value: Option<f64>| value.map_or("–".into(), |value| format!("{:.2} %", 100.0 * value));
            let label = self.training.made_from.with_value(|values| difference::<Settings>(values, &run.rates));
            let lines = vec![
                ("loss-chart", state.steps.line(LOSS, "", "", true, POINTS)),
                ("accuracy-chart", state.tests.line(ACCURACY, "", "", false, POINTS)),
            ];
            self.runs.add(label, lines, vec![run.made.to_string(), share(record.tested()), share(record.learned)]);
            self.tries.update(|tries| tries.push(record));
        });
    }
    /// Whether digits are still missing. Their place on the page is reserved meanwhile.
    pub fn awaits_digits(self) -> bool {
        let Training { digits, connection, .. } = self.training;
        digits.absent.with(Vec::is_empty) && !matches!(connection.status.get(), Status::Dead(_))
    }
    /// Inspects the chosen picture and the kernels.
    pub fn look(self) {
        self.looked_at.set_value(clock());
        self.send(Request::Filters);
        let drawing = self.drawing.get_untracked().filter(|_| self.look_at_drawing.get_untracked());
        match drawing {
            Some(ink) => {
                let ink = bytemuck::cast_slice(&ink).to_vec().into();
                self.training.connection.send_with(Request::Inspect { picture: Picture::Drawn, label: None }, vec![ink]);
            }
            None => {
                let tests = self.training.digits.data.with_untracked(|digits| digits.test);
                let digit = self.training.settings.with_untracked(|settings| settings.digit);
                if tests > 0 {
                    self.send(Request::Inspect { picture: Picture::Test(digit.min(tests - 1)), label: None });
                }
            }
        }
        self.classify();
    }
    /// Asks for the digits of the opened cell, if any.
    pub fn judge(self) {
        match self.training.settings.with_untracked(Settings::opened) {
            Some(cell) if self.confusion.with_untracked(|c| !c.is_empty()) => self.ask(Request::Judged { cell: Some(cell) }),
            _ => self.opened.set(None),
        }
    }
    /// Shows a step again, or the last one. While a question is under way, only the latest wish is remembered.
    pub fn replay(self, step: Option<u64>) {
        if self.showing.get_value().is_some() {
            self.show_next.set_value(Some(step));
        } else if self.kept.with_untracked(|(steps, shown)| *shown != step && step.is_none_or(|step| steps.contains(&step))) {
            self.showing.set_value(Some(self.send(Request::Replay(step))));
        }
    }
    /// Whether the step that was asked for last is shown.
    pub fn shows_what_was_asked(self) -> bool {
        self.showing.get_value().is_none()
    }
    /// Sets another value of a weight.
    pub fn change(self, name: String, index: usize, value: f32) {
        if self.changes.with_untracked(Vec::is_empty) {
            let before = self.inspection.with_untracked(|i| i.as_ref().map(|i| i.probabilities.clone()).unwrap_or_default());
            self.before_changes.set(before);
        }
        self.send(Request::Edit { name, index, value });
    }
    pub fn undo(self) {
        if let Some(last) = self.changes.with_untracked(|changes| changes.last().cloned()) {
            let back = Request::Edit { name: last.name.clone(), index: last.index, value: last.before };
            self.undoing.set_value(Some((self.send(back), last)));
        }
    }
    pub fn classify(self) {
        match self.drawing.get_untracked() {
            Some(ink) => {
                self.training.connection.send_with(Request::Classify, vec![bytemuck::cast_slice(&ink).to_vec().into()]);
            }
            None => self.verdict.set(vec![]),
        }
    }
    fn receive(self, heard: Heard) {
        match heard {
            Heard::Ending => self.keep_run(),
            Heard::Begun(charts) => {
                self.shown.change(true, |state| *state = State::read(charts));
                self.forget_changes();
                self.confusion.set(vec![]);
                self.mistakes.set(None);
                self.opened.set(None);
            }
            Heard::Back(step) => {
                self.shown.change(true, |state| state.forget_after(step));
                self.forget_changes();
            }
            Heard::Event(message) => {
                let often = matches!(message.body, Event::Steps { .. }) && self.training.playing.get_untracked();
                self.shown.change(!often, |state| state.apply(&message.body));
                self.answer(message);
            }
        }
    }
    fn answer(self, message: &Message<Event>) {
        let notes = self.training.connection.notes;
        match &message.body {
            // Another program.
            Event::Hello { .. } => self.showing.set_value(None),
            // A run that has begun or paused is inspected in its present state.
            Event::Train(Answer::State { playing: false, .. }) => self.look(),
            Event::Steps { first, losses, .. } => {
                self.training.stepped(first + losses.len() as u64 - 1);
                self.forget_changes();
                if self.training.playing.get_untracked() && clock() - self.looked_at.get_value() > LOOKS {
                    self.look();
                }
            }
            Event::Rewound { step } => self.training.back(*step),
            Event::Evaluated { confusion, .. } => {
                self.confusion.set(confusion.clone());
                self.send(Request::Judged { cell: None });
                self.judge();
            }
            Event::Judged { cell: None, .. } => self.mistakes.set(state::judged(message)),
            // The reader may have opened another cell meanwhile.
            Event::Judged { cell, .. } if *cell == self.training.settings.with_untracked(Settings::opened) => {
                self.opened.set(state::judged(message))
            }
            Event::Kept { steps, shown } => {
                if self.showing.get_value() == Some(message.question) {
                    self.showing.set_value(None);
                }
                if self.kept.with_untracked(|kept| kept.1 != *shown) {
                    self.forget_changes();
                }
                self.kept.set((steps.clone(), *shown));
                if let Some(next) = self.show_next.try_update_value(Option::take).flatten() {
                    self.replay(next);
                }
            }
            Event::Edited { name, index, before, after } => {
                let undone = self.undoing.get_value().filter(|(question, _)| *question == message.question);
                self.changes.update(|changes| match undone {
                    Some((_, undone)) => changes.retain(|change| *change != undone),
                    None => changes.push(Change { name: name.clone(), index: *index, before: *before, after: *after }),
                });
                self.look();
            }
            Event::Failed { .. } if self.showing.get_value() == Some(message.question) => self.showing.set_value(None),
            Event::Inspected { .. } => self.inspection.set(state::inspection(message)),
            Event::Filters { .. } => self.kernels.set(state::kernels(message).unwrap_or_default()),
            Event::Classified { probabilities, .. } => self.verdict.set(probabilities.clone()),
            Event::Loaded { name, parameters, told } => {
                let told = told.as_ref().map_or(String::new(), |told| format!("; {told}"));
                notes.tell(false, format!("{name}: {parameters} parameters loaded{told}."));
                self.forget_changes();
                self.send(Request::Evaluate);
                self.look();
            }
            Event::Saved { name, step } => {
                let Some(bytes) = message.buffers.first() else { return };
                match browser::offer(name, "application/octet-stream", bytes) {
                    Ok(()) => notes.tell(false, format!("{name} saved, as it stands after step {step}.")),
                    Err(error) => notes.tell(true, error),
                }
            }
            _ => {}
        }
    }
    /// Forgets the changes of weights: the network has learned on, or is gone.
    fn forget_changes(self) {
        if self.changes.with_untracked(|changes| !changes.is_empty()) {
            self.changes.update(Vec::clear);
        }
    }
}

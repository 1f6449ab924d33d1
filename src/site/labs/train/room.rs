//! The lab's room: the worker and what its events have left, shared by all parts of the page.
use super::{
    controls::Settings,
    kept::Keeping,
    runs::{self, Run},
    state::{self, Change, Data, History, Inspection, Judged, Kernels, Note, Now},
    tasks::Try,
};
use crate::{
    nets::data::FILES,
    site::{
        bench::{Bench, Program, Status},
        browser::{self, clock},
        fetch,
        machine::Machine,
        scope::Scope,
    },
    wire::Part,
    workbench::protocol::{Event, Message, Picture, Request},
};
use leptos::prelude::*;
use std::time::Duration;

/// Milliseconds between two drawings of the charts while training runs.
const CHARTS: f64 = 250.0;
/// Milliseconds between two looks inside while training runs.
const LOOKS: f64 = 1200.0;
/// Messages that are kept.
const NOTES: usize = 3;
/// For how long good news is shown.
const GOOD_NEWS: Duration = Duration::from_secs(8);

#[derive(Clone, Copy)]
pub struct Room {
    /// The app: the lab goes on while the reader is on another page.
    pub scope: Scope,
    bench: StoredValue<Option<Bench>, LocalStorage>,
    pub status: RwSignal<Status>,
    pub machine: RwSignal<Machine>,
    pub data: RwSignal<Data>,
    /// The file that is being fetched, and how far.
    pub fetching: RwSignal<Option<(String, fetch::Progress)>>,
    /// Files that the site turned out not to have.
    pub absent: RwSignal<Vec<String>>,
    pub now: RwSignal<Now>,
    history: StoredValue<History>,
    /// The history as it was last drawn.
    pub shown: RwSignal<History>,
    drawn_at: StoredValue<f64>,
    looked_at: StoredValue<f64>,
    pub inspection: RwSignal<Option<Inspection>>,
    pub kernels: RwSignal<Vec<Kernels>>,
    pub confusion: RwSignal<Vec<Vec<u32>>>,
    /// Digits that the last test found wrong, and those of the cell that is opened.
    pub mistakes: RwSignal<Option<Judged>>,
    pub opened: RwSignal<Option<Judged>>,
    /// Earlier runs.
    pub runs: RwSignal<Vec<Run>>,
    /// The same, as tasks are judged by them; they stay when a run is deleted.
    pub tries: RwSignal<Vec<Try>>,
    /// The steps that can be shown again, and the one that is shown.
    pub kept: RwSignal<(Vec<u64>, Option<u64>)>,
    /// The question of the step that is to be shown, and what is to be asked next.
    showing: StoredValue<Option<u32>>,
    show_next: StoredValue<Option<Option<u64>>>,
    /// The reader's changes of weights, and what the network said of the picture before them.
    pub changes: RwSignal<Vec<Change>>,
    pub before_changes: RwSignal<Vec<f32>>,
    /// The question that takes one of them back, and which one.
    undoing: StoredValue<Option<(u32, Change)>>,
    pub verdict: RwSignal<Vec<f32>>,
    /// The drawing, as ink.
    pub drawing: RwSignal<Option<Vec<f32>>>,
    /// Whether the drawing, rather than a test digit, is looked at.
    pub look_at_drawing: RwSignal<bool>,
    pub notes: RwSignal<Vec<Note>>,
    pub keeping: Keeping,
    /// What the reader has set, as the lab last heard.
    pub settings: RwSignal<Settings>,
}

pub fn provide() {
    provide_context(Room {
        scope: Scope::here(),
        bench: StoredValue::new_local(None),
        status: RwSignal::new(Status::Starting),
        machine: RwSignal::default(),
        data: RwSignal::default(),
        fetching: RwSignal::new(None),
        absent: RwSignal::default(),
        now: RwSignal::default(),
        history: StoredValue::default(),
        shown: RwSignal::default(),
        drawn_at: StoredValue::default(),
        looked_at: StoredValue::default(),
        inspection: RwSignal::new(None),
        kernels: RwSignal::default(),
        confusion: RwSignal::default(),
        mistakes: RwSignal::new(None),
        opened: RwSignal::new(None),
        runs: RwSignal::default(),
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
        notes: RwSignal::default(),
        keeping: Keeping::new(),
        settings: RwSignal::default(),
    });
}

impl Room {
    /// Starts the worker, once; again after it died.
    pub fn open(self) {
        let standing = self.bench.with_value(|b| b.is_some()) && !matches!(self.status.get_untracked(), Status::Dead(_));
        if standing {
            return;
        }
        if self.bench.with_value(Option::is_none) {
            self.look_for_kept();
        }
        self.now.set(Now::default());
        self.showing.set_value(None);
        self.data.set(Data::default());
        match Bench::start(Program::Training, self.scope, self.status, move |event| self.take(event)) {
            Ok(bench) => self.bench.set_value(Some(bench)),
            Err(error) => self.status.set(Status::Dead(error)),
        }
        self.send(Request::Machine);
    }
    pub fn send(self, request: Request) {
        self.send_with(request, vec![]);
    }
    /// Asks, and tells the number of the question; 0 where there is nobody to ask.
    pub fn send_with(self, request: Request, buffers: Vec<Part>) -> u32 {
        self.bench.with_value(Clone::clone).map_or(0, |bench| bench.send_with(request, buffers))
    }
    /// Ends the worker as a crash would.
    pub fn kill(self) {
        if let Some(bench) = self.bench.with_value(Clone::clone) {
            bench.die("The worker was ended on purpose.".into());
        }
    }
    pub fn tell(self, alarming: bool, text: impl Into<String>) {
        let note = Note { alarming, text: text.into() };
        // Good news needs no answer: it takes the place of older good news, and goes by itself.
        if !alarming {
            let told = note.clone();
            self.scope.after(GOOD_NEWS, move || self.notes.update(|notes| notes.retain(|n| *n != told)));
        }
        self.notes.update(|notes| {
            notes.retain(|n| *n != note && (n.alarming || note.alarming));
            notes.push(note);
            let surplus = notes.len().saturating_sub(NOTES);
            notes.drain(..surplus);
        });
    }
    /// A new run with the settings as they are.
    pub fn start(self) {
        self.gives_up_the_kept();
        let options = self.settings.get_untracked().options(self.machine.get_untracked().real_gpu());
        self.confusion.set(vec![]);
        self.mistakes.set(None);
        self.opened.set(None);
        self.send(Request::Start(options));
    }
    /// Another rate from the next step on.
    pub fn rate(self, rate: f32) {
        self.history.update_value(|history| history.change_rate(rate));
        self.send(Request::Rate(rate));
        self.draw(true);
    }
    /// Keeps the run that another takes the place of.
    fn keep_run(self) {
        let steps_an_epoch = self.now.with_untracked(|now| now.steps_an_epoch);
        let Some((run, judged)) = self.history.with_value(|history| Run::of(history).zip(Try::of(history, steps_an_epoch))) else { return };
        self.runs.update(|runs| runs::add(runs, run));
        self.tries.update(|tries| tries.push(judged));
    }
    /// Whether digits are still to come: what will show them keeps its place.
    pub fn awaits_digits(self) -> bool {
        self.absent.with(Vec::is_empty) && !matches!(self.status.get(), Status::Dead(_))
    }
    /// Looks at the chosen picture, and at the kernels.
    pub fn look(self) {
        self.looked_at.set_value(clock());
        self.send(Request::Filters);
        let drawing = self.drawing.get_untracked().filter(|_| self.look_at_drawing.get_untracked());
        match drawing {
            Some(ink) => {
                let ink = bytemuck::cast_slice(&ink).to_vec().into();
                self.send_with(Request::Inspect { picture: Picture::Drawn, label: None }, vec![ink]);
            }
            None if self.data.with_untracked(|d| d.test > 0) => {
                let index = self.settings.get_untracked().digit.min(self.data.with_untracked(|d| d.test) - 1);
                self.send(Request::Inspect { picture: Picture::Test(index), label: None });
            }
            None => {}
        }
        self.classify();
    }
    /// Asks for the digits of the cell that is opened, if any.
    pub fn judge(self) {
        match self.settings.with_untracked(Settings::opened) {
            Some(cell) if self.confusion.with_untracked(|c| !c.is_empty()) => self.send(Request::Judged { cell: Some(cell) }),
            _ => self.opened.set(None),
        }
    }
    /// Shows a step again, or the last one. While one is under way only the latest wish is remembered.
    pub fn replay(self, step: Option<u64>) {
        if self.showing.get_value().is_some() {
            self.show_next.set_value(Some(step));
        } else if self.kept.with_untracked(|(steps, shown)| *shown != step && step.is_none_or(|step| steps.contains(&step))) {
            self.showing.set_value(Some(self.send_with(Request::Replay(step), vec![])));
        }
    }
    /// Whether no step has been asked for that is not shown yet.
    pub fn shows_what_was_asked(self) -> bool {
        self.showing.get_value().is_none()
    }
    /// Gives a weight another value.
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
            self.undoing.set_value(Some((self.send_with(back, vec![]), last)));
        }
    }
    pub fn classify(self) {
        match self.drawing.get_untracked() {
            Some(ink) => {
                self.send_with(Request::Classify, vec![bytemuck::cast_slice(&ink).to_vec().into()]);
            }
            None => self.verdict.set(vec![]),
        }
    }
    fn take(self, message: Message<Event>) {
        if matches!(message.body, Event::Started { step: 0, .. }) {
            self.keep_run();
        }
        self.now.update(|now| now.take(&message.body));
        self.history.update_value(|history| history.take(&message.body));
        if let Some(Note { alarming, text }) = state::note(&message.body) {
            self.tell(alarming, text);
        }
        let playing = self.now.with_untracked(|n| n.playing);
        self.keep(&message);
        match &message.body {
            Event::Machine { adapter, why_no_gpu } => {
                self.machine.set(Machine { adapter: adapter.clone(), why_no_gpu: why_no_gpu.clone() });
                self.begin();
                self.fetch_data();
            }
            Event::Data { train, test, missing } => {
                self.data.set(Data { train: *train, test: *test, missing: missing.clone() });
                if missing.is_empty() {
                    // The steps of an epoch are known only now.
                    self.begin();
                }
            }
            // A run that begins or rests is looked at as it stands.
            Event::State { playing: false, .. } => self.look(),
            Event::Steps { .. } => {
                self.forget_changes();
                if playing && clock() - self.looked_at.get_value() > LOOKS {
                    self.look();
                }
            }
            Event::Evaluated { confusion, .. } => {
                self.confusion.set(confusion.clone());
                self.send(Request::Judged { cell: None });
                self.judge();
            }
            Event::Judged { cell: None, .. } => self.mistakes.set(state::judged(&message)),
            // The reader may have opened another one meanwhile.
            Event::Judged { cell, .. } if *cell == self.settings.with_untracked(Settings::opened) => {
                self.opened.set(state::judged(&message))
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
            Event::Inspected { .. } => self.inspection.set(state::inspection(&message)),
            Event::Filters { .. } => self.kernels.set(state::kernels(&message).unwrap_or_default()),
            Event::Classified { probabilities, .. } => self.verdict.set(probabilities.clone()),
            Event::Loaded { .. } => {
                self.forget_changes();
                self.send(Request::Evaluate);
                self.look();
            }
            Event::Saved { name, .. } => {
                if let Some(bytes) = message.buffers.first()
                    && let Err(error) = browser::offer(name, "application/octet-stream", bytes)
                {
                    self.tell(true, error);
                }
            }
            Event::Started { .. } => self.forget_changes(),
            _ => {}
        }
        self.draw(matches!(message.body, Event::State { .. } | Event::Started { .. } | Event::Evaluated { .. }) || !playing);
    }
    /// What was changed is now part of what the network learned, or gone with it.
    fn forget_changes(self) {
        if self.changes.with_untracked(|changes| !changes.is_empty()) {
            self.changes.update(Vec::clear);
        }
    }
    /// Hands the history to the charts, not more often than they can be looked at.
    fn draw(self, at_once: bool) {
        if at_once || clock() - self.drawn_at.get_value() > CHARTS {
            self.drawn_at.set_value(clock());
            self.history.with_value(|history| {
                if self.shown.with_untracked(|shown| shown != history) {
                    self.shown.set(history.clone());
                }
            });
        }
    }
    /// The four files of MNIST, as far as the site has them.
    fn fetch_data(self) {
        self.absent.update(Vec::clear);
        self.scope.spawn(async move {
            for name in FILES {
                let path = format!("data/mnist/{name}.gz");
                let file = fetch::file(&path, |progress| self.fetching.set(Some((name.into(), progress)))).await;
                match file {
                    Ok(file) => drop(self.send_with(Request::Data { name: name.into() }, vec![Part::File(file)])),
                    // What is missing is said by the data's own card, with how to add it.
                    Err(_) => self.absent.update(|absent| absent.push(name.into())),
                }
            }
            self.fetching.set(None);
        });
    }
}

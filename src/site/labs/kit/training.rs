//! The training of a lab: its worker, its digits, the reader's settings, and a run that begins, plays, pauses and continues.
use super::{connection::Connection, digits::Digits, kept::Keeping};
use crate::{
    site::{
        controls::{self, Controls, Pairs, pairs},
        machine::{Machine, recovered},
        url::UrlState,
        worker_client::Program,
    },
    workbench::protocol::{DeviceChoice, Event, Message, Request},
};
use leptos::prelude::*;
use std::sync::Arc;

/// The key of the learning rate. A change of it acts on the next step of the present run.
const RATE: &str = "rate";

/// A command to a job that trains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Begin a new run with the settings.
    Start,
    /// Continue the run of a checkpoint, which is sent as a buffer, on the device of the settings.
    Continue,
    /// Make step after step.
    Play,
    /// Pause.
    Pause,
    /// Make one step.
    Step,
    /// Use the rate of the settings.
    Rate,
}

/// What an event of a job that trains says about its run.
pub enum Told<'a> {
    /// The run is ready.
    Started {
        /// The step: 0, or that of a checkpoint.
        step: u64,
        /// The learning rate of the run.
        rate: f32,
    },
    /// Whether the run plays.
    State(bool),
    /// Another result has arrived: a step, several steps, or a measurement.
    Found,
    /// A checkpoint after this step, in the message's buffer.
    Checkpoint(u64),
    /// The run has lost its device, and continues.
    Recovered {
        /// The step from which it continues.
        step: u64,
        /// The number of steps that must be made again.
        lost_steps: u64,
        /// The reason of the loss.
        reason: &'a str,
        /// The device now.
        device: DeviceChoice,
    },
}

/// The settings of a lab that trains. A run is made from the settings in their table.
pub trait Trains: Controls {
    /// The name under which the browser keeps the lab's runs.
    const NAME: &'static str;
    /// The request to the lab's job for a command.
    fn ask(&self, command: Command, real_gpu: bool) -> Request;
    /// What an event says about the lab's run, if it is about that.
    fn told(event: &Event) -> Option<Told<'_>>;
}

/// What a lab receives.
pub enum Heard<'a> {
    /// An event of the worker.
    Event(&'a Message<Event>),
    /// The rate of the run from the next step on.
    Rate(f32),
}

/// The lab's callback.
type Receive = Arc<dyn Fn(Heard)>;

/// The training of a lab.
pub struct Training<S: 'static> {
    /// The connection to the worker.
    pub connection: Connection,
    /// The digits that it learns from.
    pub digits: Digits,
    /// The last copy of the run.
    pub keeping: Keeping,
    /// The reader's settings, as last received from the page, which owns the address.
    pub settings: RwSignal<S>,
    /// Whether the run plays.
    pub playing: RwSignal<bool>,
    /// Whether a step was asked for and has not arrived yet.
    pub waiting: RwSignal<bool>,
    receive: StoredValue<Option<Receive>, LocalStorage>,
}

impl<S> Clone for Training<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Training<S> {}

/// The values of the table, which are the settings of a run.
fn of_a_run<S: Controls>(settings: &S) -> Pairs {
    pairs(settings).into_iter().filter(|(key, _)| S::TABLE.iter().any(|line| line.key == key)).collect()
}

/// The values without the rate. If these differ, the runs differ.
fn beginning(mut run: Pairs) -> Pairs {
    run.retain(|(key, _)| key != RATE);
    run
}

/// Whether runs with these settings begin in the same way.
pub fn same_run<S: Controls>(one: &S, other: &S) -> bool {
    beginning(of_a_run(one)) == beginning(of_a_run(other))
}

/// The settings with the default of every control in the table.
pub fn usual<S: Controls>(settings: &S) -> S {
    controls::with(settings, of_a_run(&S::default()))
}

fn rate<S: Controls>(settings: &S) -> f32 {
    controls::value(settings, RATE).parse().unwrap_or(f32::NAN)
}

impl<S: Trains> Training<S> {
    /// A training without a worker yet.
    pub fn new(settings: S) -> Training<S> {
        Training {
            connection: Connection::new(Program::Training),
            digits: Digits::default(),
            keeping: Keeping::new(S::NAME),
            settings: RwSignal::new(settings),
            playing: RwSignal::new(false),
            waiting: RwSignal::new(false),
            receive: StoredValue::new_local(None),
        }
    }
    /// `receive` gets all events for the lab, before the training uses them.
    pub fn heard_by(self, receive: impl Fn(Heard) + 'static) {
        self.receive.set_value(Some(Arc::new(receive)));
    }
    /// Starts a worker, unless there is one. The run begins when the worker has described the machine, and again when all digits are there.
    pub fn open(self) {
        if self.connection.stands() {
            return;
        }
        self.keeping.look(self.connection);
        self.digits.forget();
        self.playing.set(false);
        self.waiting.set(false);
        self.connection.open(move |message| {
            self.hand(Heard::Event(&message));
            self.hear(&message);
        });
        self.connection.send(Request::Machine);
    }
    fn hand(self, heard: Heard) {
        if let Some(receive) = self.receive.get_value() {
            receive(heard);
        }
    }
    /// Sends a command to the lab's job.
    pub fn command(self, command: Command) {
        self.waiting.set(matches!(command, Command::Step | Command::Play));
        self.connection.send(self.request(command));
    }
    fn request(self, command: Command) -> Request {
        let real = self.connection.machine.with_untracked(Machine::real_gpu);
        self.settings.with_untracked(|settings| settings.ask(command, real))
    }
    /// Begins a new run with the present settings.
    pub fn start(self) {
        self.keeping.going_on.set_value(None);
        self.command(Command::Start);
    }
    /// Begins the run that the settings ask for: the kept one, if it shall continue and the settings still match, otherwise a new one.
    pub fn begin(self) {
        if !self.connection.machine.with_untracked(Machine::is_known) {
            return;
        }
        let Some((plays, kept)) = self.keeping.going_on.get_value().zip(self.keeping.run.get_untracked()) else { return self.start() };
        if self.settings.with_untracked(|settings| beginning(kept.about.values) != beginning(of_a_run(settings))) {
            return self.start();
        }
        let question = self.connection.send_with(self.request(Command::Continue), vec![kept.file.into()]);
        self.keeping.asked.set_value(question);
        // Until all digits are there, the run begins again after each file, since the digits determine the order of batches.
        if self.digits.data.with_untracked(|data| data.missing.is_empty()) {
            self.keeping.going_on.set_value(None);
            if plays {
                self.command(Command::Play);
            }
        }
    }
    /// Sets another rate from the next step on.
    fn set_rate(self) {
        self.hand(Heard::Rate(self.settings.with_untracked(rate)));
        self.connection.send(self.request(Command::Rate));
    }
    /// Opens the worker for a page with these settings, and follows them. A new rate acts at once; any other change in the table begins
    /// another run. `changed` is called with the settings before and after every change.
    pub fn follow(self, settings: UrlState<S>, changed: impl Fn(&S, &S) + 'static) {
        let asked = settings.get_untracked();
        let another = self.settings.with_untracked(|own| !same_run(own, &asked));
        self.settings.set(asked);
        // A run continues unless the address asks for another one.
        if self.connection.stands() && another {
            self.start();
        }
        self.open();
        Effect::new(move |before: Option<S>| {
            let now = settings.get();
            self.settings.set(now.clone());
            if let Some(before) = before {
                if !same_run(&before, &now) {
                    self.begin();
                } else if rate(&before) != rate(&now) {
                    self.set_rate();
                }
                changed(&before, &now);
            }
            now
        });
    }
    fn hear(self, message: &Message<Event>) {
        match &message.body {
            Event::Machine { .. } => {
                self.begin();
                self.digits.fetch(self.connection);
            }
            Event::Data { missing, .. } => {
                self.digits.receive(&message.body);
                if missing.is_empty() {
                    // The number of steps in an epoch is known only now.
                    self.begin();
                }
            }
            Event::Failed { message: why, .. } => {
                self.waiting.set(false);
                self.connection.notes.tell(true, why.clone());
                if self.keeping.is_refused(message.question) {
                    self.keeping.forget(self.connection);
                    self.start();
                }
            }
            _ => {}
        }
        let Some(told) = S::told(&message.body) else { return };
        if !matches!(told, Told::State(true)) {
            self.waiting.set(false);
        }
        match told {
            Told::State(playing) => self.playing.set(playing),
            // The reader has begun a new run, so the kept copy does not belong to it. (A copy of an earlier visit is still offered.)
            Told::Started { step: 0, .. } => {
                if !self.keeping.offered.get_untracked() && self.keeping.going_on.get_value().is_none() {
                    self.keeping.run.set(None);
                }
            }
            // The rate is the one that the reader has set last.
            Told::Started { rate: own, .. } => {
                if own != self.settings.with_untracked(rate) {
                    self.set_rate();
                }
            }
            Told::Checkpoint(step) => {
                let values = self.settings.with_untracked(of_a_run);
                self.keeping.keep(self.connection, step, values, message.buffers.first().cloned().unwrap_or_default());
            }
            Told::Recovered { step, lost_steps, reason, device } => {
                self.connection.notes.tell(true, recovered(step, lost_steps, reason, device));
            }
            Told::Found => {}
        }
    }
    /// Starts a worker in place of the one that has ended. The run continues from its last copy, and plays if it played.
    pub fn go_on(self) {
        let plays = self.playing.get_untracked();
        self.keeping.going_on.set_value(untrack(|| self.keeping.of_this_visit()).map(|_| plays));
        self.open();
    }
    /// Continues the run of an earlier visit, with its settings, in place of the present one.
    pub fn take_up(self, settings: UrlState<S>) {
        let Some(values) = self.keeping.run.with_untracked(|run| run.as_ref().map(|run| run.about.values.clone())) else { return };
        self.keeping.offered.set(false);
        self.keeping.going_on.set_value(Some(false));
        let same = settings.with_untracked(|now| beginning(of_a_run(now)) == beginning(values.clone()));
        settings.commit(|now| *now = controls::with(now, values));
        // If they ask for another run than the present one, the lab begins it by itself.
        if same {
            self.begin();
        }
    }
}

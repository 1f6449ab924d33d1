//! A lab that trains, whatever it trains: its worker, its digits, what the reader has set, and a run that begins, plays, rests and goes on.
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

/// The key of the learning rate: a change of it acts on the next step of the run that stands.
const RATE: &str = "rate";

/// What every job that trains can be asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// A new run from the settings.
    Start,
    /// The run of a checkpoint, which goes beside it, on the device of the settings.
    Continue,
    /// Step after step.
    Play,
    /// A rest.
    Pause,
    /// One step.
    Step,
    /// The rate of the settings.
    Rate,
}

/// What every job that trains tells of its run.
pub enum Told<'a> {
    /// It stands.
    Started {
        /// At this step: 0, or that of a checkpoint.
        step: u64,
        /// With this learning rate.
        rate: f32,
    },
    /// It plays (true) or rests.
    State(bool),
    /// Anything else that was asked for has come: a step, several, or what was measured.
    Found,
    /// A checkpoint after this step is in the message's buffer.
    Checkpoint(u64),
    /// It has lost its device, and goes on.
    Recovered {
        /// From this step.
        step: u64,
        /// Steps that it makes again.
        lost_steps: u64,
        /// Why it was lost.
        reason: &'a str,
        /// Where it goes on.
        device: DeviceChoice,
    },
}

/// The settings of a lab that trains; those of their table are what a run is made from.
pub trait Trains: Controls {
    /// Under this its runs are kept in the browser.
    const NAME: &'static str;
    /// The lab's job is asked so.
    fn ask(&self, command: Command, real_gpu: bool) -> Request;
    /// What the lab's job says of its run, if the event is about that.
    fn told(event: &Event) -> Option<Told<'_>>;
}

/// What a lab hears.
pub enum Heard<'a> {
    /// The worker has said this.
    Event(&'a Message<Event>),
    /// From the next step on the run has this rate.
    Rate(f32),
}

/// Hears for the lab.
type Take = Arc<dyn Fn(Heard)>;

/// A lab that trains.
pub struct Training<S: 'static> {
    /// To the worker.
    pub connection: Connection,
    /// What it learns from.
    pub digits: Digits,
    /// The run as it was copied last.
    pub keeping: Keeping,
    /// What the reader has set, as the lab last heard: the address is the page's.
    pub settings: RwSignal<S>,
    /// Whether it plays.
    pub playing: RwSignal<bool>,
    /// Whether a step was asked for and none has come since.
    pub waiting: RwSignal<bool>,
    /// What runs are made from, by the questions that asked for them: the first is the one that stands, the others are on their way.
    runs: StoredValue<Vec<(u32, Pairs)>>,
    take: StoredValue<Option<Take>, LocalStorage>,
}

impl<S> Clone for Training<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S> Copy for Training<S> {}

/// The values of the table, that is, of a run.
fn of_a_run<S: Controls>(settings: &S) -> Pairs {
    pairs(settings).into_iter().filter(|(key, _)| S::TABLE.iter().any(|line| line.key == key)).collect()
}

/// Without the rate: what differs in these is another run.
fn beginning(mut run: Pairs) -> Pairs {
    run.retain(|(key, _)| key != RATE);
    run
}

/// Whether runs of both begin with the same.
pub fn same_run<S: Controls>(one: &S, other: &S) -> bool {
    beginning(of_a_run(one)) == beginning(of_a_run(other))
}

/// The same with the default of every control of the table.
pub fn usual<S: Controls>(settings: &S) -> S {
    controls::with(settings, of_a_run(&S::default()))
}

fn rate<S: Controls>(settings: &S) -> f32 {
    controls::value(settings, RATE).parse().unwrap_or(f32::NAN)
}

impl<S: Trains> Training<S> {
    /// No worker yet.
    pub fn new(settings: S) -> Training<S> {
        Training {
            connection: Connection::new(Program::Training),
            digits: Digits::default(),
            keeping: Keeping::new(S::NAME),
            settings: RwSignal::new(settings),
            playing: RwSignal::new(false),
            waiting: RwSignal::new(false),
            runs: StoredValue::default(),
            take: StoredValue::new_local(None),
        }
    }
    /// `take` hears for the lab, before the training does.
    pub fn heard_by(self, take: impl Fn(Heard) + 'static) {
        self.take.set_value(Some(Arc::new(take)));
    }
    /// Starts a worker, unless one stands. The run begins when it has said what there is to compute on, and again when all digits are there.
    pub fn open(self) {
        if self.connection.stands() {
            return;
        }
        self.keeping.look(self.connection);
        self.digits.forget();
        self.playing.set(false);
        self.waiting.set(false);
        self.runs.set_value(vec![]);
        self.connection.open(move |message| {
            self.hand(Heard::Event(&message));
            self.hear(&message);
        });
        self.connection.send(Request::Machine);
    }
    fn hand(self, heard: Heard) {
        if let Some(take) = self.take.get_value() {
            take(heard);
        }
    }
    /// Asks the lab's job for it.
    pub fn command(self, command: Command) {
        self.waiting.set(matches!(command, Command::Step | Command::Play));
        self.connection.send(self.request(command));
    }
    fn request(self, command: Command) -> Request {
        let real = self.connection.machine.with_untracked(Machine::real_gpu);
        self.settings.with_untracked(|settings| settings.ask(command, real))
    }
    /// A new run from the settings as they are.
    pub fn start(self) {
        self.keeping.going_on.set_value(None);
        self.waiting.set(false);
        self.asked_for(self.connection.send(self.request(Command::Start)));
    }
    fn asked_for(self, question: u32) {
        let values = self.settings.with_untracked(of_a_run);
        self.runs.update_value(|runs| runs.push((question, values)));
    }
    /// What the run that stands is made from, at the rate that was set last. What the settings say may be another run, which is still on its way.
    fn values(self) -> Pairs {
        let now = self.settings.with_untracked(of_a_run);
        match self.runs.with_value(|runs| runs.first().map(|(_, values)| values.clone())) {
            Some(own) if beginning(own.clone()) != beginning(now.clone()) => own,
            _ => now,
        }
    }
    /// The run that the settings ask for: the kept one, where it is to go on and they still ask for it; or else a new one.
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
        self.asked_for(question);
        // Until all digits are there it begins again with each of their files, since they give batches their order.
        if self.digits.data.with_untracked(|data| data.missing.is_empty()) {
            self.keeping.going_on.set_value(None);
            if plays {
                self.command(Command::Play);
            }
        }
    }
    /// Another rate from the next step on.
    fn set_rate(self) {
        self.hand(Heard::Rate(self.settings.with_untracked(rate)));
        self.connection.send(self.request(Command::Rate));
    }
    /// Opens for a page that has these settings, and follows them: another rate acts at once, any other change of the table's is another run. `changed` hears
    /// of every change, before and now.
    pub fn follow(self, settings: UrlState<S>, changed: impl Fn(&S, &S) + 'static) {
        let asked = settings.get_untracked();
        let another = self.settings.with_untracked(|own| !same_run(own, &asked));
        self.settings.set(asked);
        // A run that stands goes on, unless the address asks for another.
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
                self.digits.take(&message.body);
                if missing.is_empty() {
                    // The steps of an epoch are known only now.
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
        if let Told::Started { .. } = told {
            self.runs.update_value(|runs| runs.retain(|(question, _)| *question >= message.question));
        }
        match told {
            Told::State(playing) => self.playing.set(playing),
            // The reader has begun anew: what the run before it had learned is not what stands. (Of an earlier visit it is still offered.)
            Told::Started { step: 0, .. } => {
                if !self.keeping.offered.get_untracked() && self.keeping.going_on.get_value().is_none() {
                    self.keeping.run.set(None);
                }
            }
            // Its rate is what the reader has set last.
            Told::Started { rate: own, .. } => {
                if own != self.settings.with_untracked(rate) {
                    self.set_rate();
                }
            }
            Told::Checkpoint(step) => {
                self.keeping.keep(self.connection, step, self.values(), message.buffers.first().cloned().unwrap_or_default());
            }
            Told::Recovered { step, lost_steps, reason, device } => {
                self.connection.notes.tell(true, recovered(step, lost_steps, reason, device));
            }
            Told::Found => {}
        }
    }
    /// A worker in place of the one that has ended; the run goes on from its last copy, and plays if it played.
    pub fn go_on(self) {
        let plays = self.playing.get_untracked();
        self.keeping.going_on.set_value(untrack(|| self.keeping.of_this_visit()).map(|_| plays));
        self.open();
    }
    /// The run of an earlier visit takes the place of what stands, with its settings.
    pub fn take_up(self, settings: UrlState<S>) {
        let Some(values) = self.keeping.run.with_untracked(|run| run.as_ref().map(|run| run.about.values.clone())) else { return };
        self.keeping.offered.set(false);
        self.keeping.going_on.set_value(Some(false));
        let same = settings.with_untracked(|now| beginning(of_a_run(now)) == beginning(values.clone()));
        settings.commit(|now| *now = controls::with(now, values));
        // If they ask for another run than the one that stands, the lab begins it by itself.
        if same {
            self.begin();
        }
    }
}

//! The training of a lab: its worker, its digits, the reader's settings, and a run that begins, plays, pauses and continues.
use super::{
    connection::Connection,
    digits::Digits,
    kept::Keeping,
    run::{Run, Turn},
    slots::About,
};
use crate::{
    site::{
        browser,
        controls::{self, Controls, Pairs, pairs},
        machine::{Machine, recovered},
        url::UrlState,
        worker_client::Program,
    },
    workbench::protocol::{
        Event, Message, Request,
        run::{Answer, Ask, Options},
    },
};
use leptos::prelude::*;
use std::sync::Arc;

/// The key of the learning rate. A change of it acts on the next step of the present run.
const RATE: &str = "rate";

/// The settings of a lab that trains. A run is made from the settings in their table.
pub trait Trains: Controls {
    /// The name under which the browser keeps the lab's runs.
    const NAME: &'static str;
    /// What the lab's job makes a run from.
    type Options: Options + Send + Sync + 'static;
    /// The same from these settings, given whether there is a real GPU.
    fn options(&self, real_gpu: bool) -> Self::Options;
    /// The request to the lab's job for a command.
    fn ask(ask: Ask<Self::Options>) -> Request;
    /// What an event says about the lab's run, if it is about that.
    fn told(event: &Event) -> Option<&Answer<Self::Options>>;
}

/// What a lab hears, in this order.
pub enum Heard<'a> {
    /// The run that stands gives way to another. It is still the one that `Training` knows.
    Ending,
    /// Another run stands. If it goes on from a kept one these are its charts, as the lab has written them.
    Begun(&'a str),
    /// The run stands at this step again: what came after it has not been.
    Back(u64),
    /// The worker has said this. `Training` has taken it in.
    Event(&'a Message<Event>),
}

/// Hears for the lab.
type Receive = Arc<dyn Fn(Heard)>;

/// Writes what the lab draws its charts from.
type Charts = Arc<dyn Fn() -> String>;

/// A lab that trains.
pub struct Training<S: Trains> {
    /// The connection to the worker.
    pub connection: Connection,
    /// The digits that it learns from.
    pub digits: Digits,
    /// The last copy of the run.
    pub keeping: Keeping,
    /// The reader's settings, as last received from the page, which owns the address.
    pub settings: RwSignal<S>,
    /// The run that stands.
    pub run: RwSignal<Run<S::Options>>,
    /// The values of the table that it was made from.
    pub made_from: StoredValue<Pairs>,
    /// Whether the run plays.
    pub playing: RwSignal<bool>,
    /// Whether a step was asked for and has not arrived yet.
    pub waiting: RwSignal<bool>,
    receive: StoredValue<Option<Receive>, LocalStorage>,
    charts: StoredValue<Option<Charts>, LocalStorage>,
}

impl<S: Trains> Clone for Training<S> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S: Trains> Copy for Training<S> {}

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
            run: RwSignal::default(),
            made_from: StoredValue::default(),
            playing: RwSignal::new(false),
            waiting: RwSignal::new(false),
            receive: StoredValue::new_local(None),
            charts: StoredValue::new_local(None),
        }
    }
    /// `receive` hears for the lab. `charts` writes what its charts are drawn from, to be kept with the run.
    pub fn heard_by(self, receive: impl Fn(Heard) + 'static, charts: impl Fn() -> String + 'static) {
        self.receive.set_value(Some(Arc::new(receive)));
        self.charts.set_value(Some(Arc::new(charts)));
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
        self.connection.open(move |message| self.hear(&message));
        self.connection.send(Request::Machine);
    }
    fn hand(self, heard: Heard) {
        if let Some(receive) = self.receive.get_value() {
            receive(heard);
        }
    }
    /// Sends a command to the lab's job.
    pub fn command(self, ask: Ask<S::Options>) {
        self.waiting.set(matches!(ask, Ask::Step | Ask::Play));
        self.connection.send(S::ask(ask));
    }
    fn options(self) -> S::Options {
        let real = self.connection.machine.with_untracked(Machine::real_gpu);
        self.settings.with_untracked(|settings| settings.options(real))
    }
    /// Begins a new run with the present settings.
    pub fn start(self) {
        self.keeping.going_on.set_value(None);
        self.command(Ask::Start(self.options()));
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
        let question = self.connection.send_with(S::ask(Ask::Continue(*self.options().live().0)), vec![kept.file.into()]);
        self.keeping.asked.set_value(question);
        // Until all digits are there, the run begins again after each file, since the digits determine the order of batches.
        if self.digits.data.with_untracked(|data| data.missing.is_empty()) {
            self.keeping.going_on.set_value(None);
            if plays {
                self.command(Ask::Play);
            }
        }
    }
    /// Sets another rate from the next step on.
    fn set_rate(self) {
        let rate = self.settings.with_untracked(rate);
        self.run.update(|run| run.change_rate(rate));
        self.made_from
            .update_value(|values| values.iter_mut().filter(|(key, _)| key == RATE).for_each(|(_, value)| *value = rate.to_string()));
        self.connection.send(S::ask(Ask::Rate(rate)));
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
        if let Some(answer) = S::told(&message.body) {
            self.apply(answer, message);
        }
        self.hand(Heard::Event(message));
    }
    /// A step has come.
    pub fn stepped(self, step: u64) {
        self.waiting.set(false);
        self.run.update(|run| run.stepped(step));
    }
    /// The run stands at this step again.
    pub fn back(self, step: u64) {
        self.run.update(|run| {
            run.back(step);
        });
        self.hand(Heard::Back(step));
    }
    fn apply(self, answer: &Answer<S::Options>, message: &Message<Event>) {
        if !matches!(answer, Answer::State { playing: true, .. }) {
            self.waiting.set(false);
        }
        if matches!(answer, Answer::Started { step: 0, .. }) {
            self.hand(Heard::Ending);
        }
        match self.run.try_update(|run| run.hear(answer)) {
            Some(Turn::Begun) => self.begun(),
            Some(Turn::Back(step)) => self.hand(Heard::Back(step)),
            _ => {}
        }
        match answer {
            Answer::State { playing, .. } => self.playing.set(*playing),
            Answer::Started { step, options, .. } => {
                // The reader has begun anew: what the run before it had learned is not what stands. (Of an earlier visit it is still offered.)
                if *step == 0 && !self.keeping.offered.get_untracked() && self.keeping.going_on.get_value().is_none() {
                    self.keeping.run.set(None);
                }
                // Its rate is what the reader has set last.
                if *options.clone().live().1 != self.settings.with_untracked(rate) {
                    self.set_rate();
                }
            }
            Answer::Checkpoint { step } => {
                let file = message.buffers.first().cloned().unwrap_or_default();
                let rates = self.run.with_untracked(|run| run.rates.clone());
                let charts = self.charts.get_value().map_or(String::new(), |charts| charts());
                let about = About { step: *step, values: self.made_from.get_value(), rates, charts, at: browser::now() };
                self.keeping.keep(self.connection, about, file);
            }
            Answer::Recovered { step, lost_steps, reason, device } => {
                self.connection.notes.tell(true, recovered(*step, *lost_steps, reason, *device));
            }
        }
    }
    /// Another run stands: a new one, or one that was kept, with its rates and its charts.
    fn begun(self) {
        self.made_from.set_value(self.settings.with_untracked(of_a_run));
        let step = self.run.with_untracked(|run| run.step);
        let kept = self.keeping.run.with_untracked(|kept| kept.as_ref().map(|kept| kept.about.clone()));
        let About { rates, charts, .. } = kept.filter(|about| step > 0 && about.step == step).unwrap_or_default();
        if !rates.is_empty() {
            self.run.update(|run| run.rates = rates);
        }
        self.hand(Heard::Begun(&charts));
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

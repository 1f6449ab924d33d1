//! The lab's room: the worker that trains both twins, and what its answers have left.
use super::{controls::Settings, state::State};
use crate::{
    nets::data::FILES,
    site::{
        bench::{Bench, Program, Status},
        browser::clock,
        fetch,
        machine::{Machine, recovered},
        scope::Scope,
    },
    wire::Part,
    workbench::protocol::{
        Event, Message, Request,
        depth::{Answer, Ask, Slice},
    },
};
use leptos::prelude::*;

/// Milliseconds between two drawings of the charts while training runs.
const CHARTS: f64 = 250.0;

#[derive(Clone, Copy)]
pub struct Room {
    scope: Scope,
    bench: StoredValue<Option<Bench>, LocalStorage>,
    pub status: RwSignal<Status>,
    pub machine: RwSignal<Machine>,
    /// Whether training and test digits are all there.
    pub ready: RwSignal<bool>,
    /// The file that is being fetched, and how far.
    pub fetching: RwSignal<Option<(String, fetch::Progress)>>,
    /// Why there are no digits, or why the last request was not done.
    pub trouble: RwSignal<Option<String>>,
    /// Whether a step was asked for and none has come since.
    pub waiting: RwSignal<bool>,
    /// The question that is measured for: what still comes of an earlier one is about nothing that is shown.
    measured: StoredValue<u32>,
    state: StoredValue<State>,
    /// The state as it was last drawn.
    pub shown: RwSignal<State>,
    drawn_at: StoredValue<f64>,
    settings: StoredValue<Settings>,
}

impl Room {
    pub fn new(settings: Settings) -> Room {
        let room = Room {
            scope: Scope::here(),
            bench: StoredValue::new_local(None),
            status: RwSignal::new(Status::Starting),
            machine: RwSignal::default(),
            ready: RwSignal::new(false),
            fetching: RwSignal::new(None),
            trouble: RwSignal::new(None),
            waiting: RwSignal::new(false),
            measured: StoredValue::default(),
            state: StoredValue::default(),
            shown: RwSignal::default(),
            drawn_at: StoredValue::default(),
            settings: StoredValue::new(settings),
        };
        on_cleanup(move || room.bench.with_value(|bench| bench.iter().for_each(Bench::end)));
        room.open();
        room
    }
    /// Starts a worker, the first or another.
    pub fn open(self) {
        self.ready.set(false);
        self.waiting.set(false);
        self.trouble.set(None);
        self.state.set_value(State::default());
        match Bench::start(Program::Training, self.scope, self.status, move |event| self.take(event)) {
            Ok(bench) => self.bench.set_value(Some(bench)),
            Err(error) => self.status.set(Status::Dead(error)),
        }
        self.send(Request::Machine, vec![]);
    }
    /// Asks, and tells the number of the question; 0 where there is nobody to ask.
    pub fn send(self, request: Request, buffers: Vec<Part>) -> u32 {
        self.bench.with_value(Clone::clone).map_or(0, |bench| bench.send_with(request, buffers))
    }
    pub fn ask(self, ask: Ask) {
        self.trouble.set(None);
        self.waiting.set(matches!(ask, Ask::Step | Ask::Play));
        let measures = matches!(ask, Ask::Drop | Ask::Slice(_));
        let question = self.send(Request::Depth(ask), vec![]);
        if measures {
            self.measured.set_value(question);
        }
    }
    /// New twins from the settings as they are.
    pub fn start(self) {
        let options = self.settings.with_value(|s| s.options(self.machine.with_untracked(Machine::real_gpu)));
        self.ask(Ask::Start(options));
    }
    /// The settings have changed.
    pub fn follow(self, settings: Settings) {
        let before = self.settings.get_value();
        self.settings.set_value(settings.clone());
        if !settings.starts_as(&before) {
            if self.machine.with_untracked(Machine::is_known) {
                self.start();
            }
        } else if settings.rate != before.rate {
            self.ask(Ask::Rate(settings.rate));
            self.begin(move |state| state.change_rate(settings.rate));
        }
    }
    pub fn drop_blocks(self) {
        self.ask(Ask::Drop);
        self.begin(State::forget_drops);
    }
    pub fn look_around(self, asked: Slice) {
        self.ask(Ask::Slice(asked));
        self.begin(move |state| state.forget_slice(asked));
    }
    /// What an earlier measurement has found goes.
    fn begin(self, forget: impl FnOnce(&mut State)) {
        self.state.update_value(forget);
        self.draw(true);
    }
    fn take(self, message: Message<Event>) {
        match &message.body {
            Event::Machine { adapter, why_no_gpu } => {
                self.machine.set(Machine { adapter: adapter.clone(), why_no_gpu: why_no_gpu.clone() });
                self.start();
                self.fetch_data();
            }
            Event::Data { missing, .. } if missing.is_empty() => {
                self.ready.set(true);
                // The steps of an epoch are known only now.
                self.start();
            }
            Event::Depth(Answer::Dropped { .. } | Answer::Slice { .. } | Answer::Measuring { .. })
                if message.question != self.measured.get_value() => {}
            Event::Depth(answer) => {
                if !matches!(answer, Answer::State { playing: true, .. }) {
                    self.waiting.set(false);
                }
                self.state.update_value(|state| state.take(answer));
                if let Answer::Recovered { step, lost_steps, reason, device } = answer {
                    self.trouble.set(Some(recovered(*step, *lost_steps, reason, *device)));
                }
                let at_once = !matches!(answer, Answer::Learned { .. } | Answer::Slice { .. } | Answer::Alike { .. });
                self.draw(at_once || self.state.with_value(|state| !state.playing && state.measuring.is_none()));
            }
            Event::Failed { message, .. } => {
                self.trouble.set(Some(message.clone()));
                self.waiting.set(false);
                self.state.update_value(|state| state.measuring = None);
                self.draw(true);
            }
            _ => {}
        }
    }
    /// Hands the state to the charts, not more often than they can be looked at.
    fn draw(self, at_once: bool) {
        if at_once || clock() - self.drawn_at.get_value() > CHARTS {
            self.drawn_at.set_value(clock());
            self.shown.set(self.state.get_value());
        }
    }
    /// The four files of MNIST.
    fn fetch_data(self) {
        self.scope.spawn(async move {
            for name in FILES {
                let path = format!("data/mnist/{name}.gz");
                let progress = move |progress| self.fetching.set(Some((name.into(), progress)));
                match fetch::file(&path, progress).await {
                    Ok(file) => drop(self.send(Request::Data { name: name.into() }, vec![Part::File(file)])),
                    Err(error) => {
                        self.trouble.set(Some(format!(
                            "{error} Without the digits nothing can be trained; whoever runs the site adds them with script/data."
                        )));
                    }
                }
            }
            self.fetching.set(None);
        });
    }
}

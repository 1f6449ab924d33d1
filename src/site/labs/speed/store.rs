//! The lab's store: the jobs that wait, the worker that measures, and the results.
use super::{
    controls::{Job, Settings},
    rows::{Found, Order, Row},
};
use crate::{
    site::{
        browser::clock,
        labs::kit::connection::Connection,
        machine::Machine,
        worker_client::{Program, Status},
    },
    workbench::protocol::{Event, Request, speed::Plan},
};
use leptos::prelude::*;
use std::collections::VecDeque;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    Idle,
    Running,
    Done,
    Stopped,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::Running => "running",
            State::Done => "done",
            State::Stopped => "stopped",
        }
    }
}

/// The present job: its number, the number of all jobs, and how many of its runs are done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Now {
    pub job: Job,
    pub number: usize,
    pub jobs: usize,
    pub runs: (usize, usize),
}

/// Each measurement has a worker of its own, so that its first result takes as long as for a new reader.
#[derive(Clone, Copy)]
pub struct Store {
    pub connection: Connection,
    pub state: RwSignal<State>,
    pub now: RwSignal<Option<Now>>,
    pub rows: RwSignal<Vec<Row>>,
    pub order: RwSignal<Order>,
    waiting: StoredValue<VecDeque<Job>>,
    runs: StoredValue<usize>,
}

impl Store {
    pub fn new() -> Store {
        let store = Store {
            connection: Connection::new(Program::Photos),
            state: RwSignal::new(State::Idle),
            now: RwSignal::new(None),
            rows: RwSignal::default(),
            order: RwSignal::new(None),
            waiting: StoredValue::default(),
            runs: StoredValue::new(0),
        };
        // If the worker ends, its case has no numbers. The other cases may have some.
        Effect::new(move |_| {
            if let Status::Dead(why) = store.connection.status.get() {
                match store.now.get_untracked() {
                    Some(now) => store.keep(now.job, Err(why)),
                    None => store.connection.machine.update(|machine| machine.why_no_gpu = Some(why)),
                }
            }
        });
        store
    }
    /// Starts a worker to find the devices.
    pub fn look_around(self) {
        self.connection.open(move |event| {
            if let Event::Machine { .. } = event.body {
                self.connection.end();
            }
        });
        self.connection.send(Request::Machine);
    }
    pub fn start(self, settings: &Settings) {
        let jobs = settings.jobs();
        if jobs.is_empty() {
            return;
        }
        self.rows.set(vec![]);
        self.runs.set_value(settings.runs);
        let first = Now { job: jobs[0], number: 0, jobs: jobs.len(), runs: (0, 0) };
        self.now.set(Some(first));
        self.waiting.set_value(jobs.into());
        self.state.set(State::Running);
        // The devices decide what is measured. Finding them is not part of any case's time.
        self.connection.open(move |event| {
            if let Event::Machine { .. } = event.body {
                self.next();
            }
        });
        self.connection.send(Request::Machine);
    }
    pub fn stop(self) {
        self.connection.end();
        self.now.set(None);
        self.state.set(State::Stopped);
    }
    fn next(self) {
        let job = self.waiting.try_update_value(VecDeque::pop_front).flatten();
        let Some(job) = job else {
            self.connection.end();
            self.now.set(None);
            self.state.set(State::Done);
            return;
        };
        self.now.update(|now| {
            if let Some(now) = now {
                (now.job, now.number, now.runs) = (job, now.number + 1, (0, 0));
            }
        });
        if job.only_real && !self.connection.machine.with_untracked(Machine::real_gpu) {
            return self.next();
        }
        let began = clock();
        let from_worker = StoredValue::new(0.0);
        self.connection.open(move |event| match event.body {
            Event::Measuring { done, of } => {
                if done == 1 {
                    from_worker.set_value(clock() - began);
                }
                self.now.update(|now| {
                    if let Some(now) = now {
                        now.runs = (done, of);
                    }
                });
            }
            Event::Measured(times) => self.keep(job, Ok(Found { times, from_worker: from_worker.get_value() })),
            Event::Failed { message, .. } => self.keep(job, Err(message)),
            _ => {}
        });
        let plan = Plan { case: job.case.name.into(), device: job.device, runs: self.runs.get_value() };
        self.connection.send(Request::Measure(plan));
    }
    fn keep(self, job: Job, outcome: Result<Found, String>) {
        self.rows.update(|rows| rows.push(Row { job, outcome }));
        self.next();
    }
}

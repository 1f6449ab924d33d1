//! One worker that all figures of the book share. Each figure has a seat: a channel of its own, through which it asks and gets its own answers.
use super::{
    scope::Scope,
    worker_client::{Program, Status, WorkerClient},
};
use crate::{
    wire::Part,
    workbench::protocol::{
        Event, Message, Request,
        vision::{Answer, Ask},
    },
};
use leptos::prelude::*;
use std::{collections::BTreeMap, rc::Rc};

type Receive = Rc<dyn Fn(Message<Answer>)>;

/// The shared worker of all figures, and its seats. Copies share it.
#[derive(Clone, Copy)]
pub struct Workshop {
    bench: StoredValue<Option<WorkerClient>, LocalStorage>,
    seats: StoredValue<BTreeMap<u32, Receive>, LocalStorage>,
    next: StoredValue<u32>,
    /// The app's scope.
    scope: Scope,
    /// The worker's state. It is `Starting` until a figure needs a worker.
    pub status: RwSignal<Status>,
}

/// A figure's channel to the shared worker, for as long as the figure is shown.
#[derive(Clone, Copy)]
pub struct Seat {
    number: u32,
    /// The shared worker.
    pub workshop: Workshop,
}

/// Provides the shared worker as a context, which stays while the reader goes from page to page. The worker starts with the first figure that needs it.
pub fn provide() {
    provide_context(Workshop {
        bench: StoredValue::new_local(None),
        seats: StoredValue::new_local(BTreeMap::new()),
        next: StoredValue::new(0),
        scope: Scope::here(),
        status: RwSignal::new(Status::Starting),
    });
}

impl Workshop {
    /// The app's shared worker.
    pub fn here() -> Workshop {
        expect_context::<Workshop>()
    }
    /// Starts the worker if there is none, or if it has ended.
    pub fn open(self) {
        if self.bench.with_value(Option::is_some) && !matches!(self.status.get_untracked(), Status::Dead(_)) {
            return;
        }
        match WorkerClient::start(Program::Figures, self.scope, self.status, move |event| self.receive(event)) {
            Ok(bench) => self.bench.set_value(Some(bench)),
            Err(error) => self.status.set(Status::Dead(error)),
        }
    }
    /// A seat whose answers go to `receive`. It is given up when the figure is removed.
    pub fn sit(self, receive: impl Fn(Message<Answer>) + 'static) -> Seat {
        let scope = Scope::here();
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.seats.update_value(|seats| {
            seats.insert(number, Rc::new(scope.guard(receive)));
        });
        self.open();
        let seat = Seat { number, workshop: self };
        on_cleanup(move || {
            self.seats.update_value(|seats| {
                seats.remove(&number);
            });
            seat.ask(Ask::Leave, vec![]);
        });
        seat
    }
    fn receive(self, message: Message<Event>) {
        let Message { question, body: Event::Vision { seat, answer }, buffers } = message else { return };
        // The closure is taken out first, because an answer may lead to the next question.
        if let Some(receive) = self.seats.with_value(|seats| seats.get(&seat).cloned()) {
            receive(Message::with(answer, buffers).numbered(question));
        }
    }
}

impl Seat {
    /// Sends a question and returns its number; 0 if there is no worker.
    pub fn ask(self, ask: Ask, buffers: Vec<Vec<u8>>) -> u32 {
        let buffers = buffers.into_iter().map(Part::from).collect();
        let bench = self.workshop.bench.with_value(Clone::clone);
        bench.map_or(0, |bench| bench.send_with(Request::Vision { seat: self.number, ask }, buffers))
    }
}

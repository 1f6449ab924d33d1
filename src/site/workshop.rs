//! One worker for all figures of the book: each takes a seat, asks from there, and gets its own answers.
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

type Take = Rc<dyn Fn(Message<Answer>)>;

/// The figures' worker and who sits at it. Copies share it.
#[derive(Clone, Copy)]
pub struct Workshop {
    bench: StoredValue<Option<WorkerClient>, LocalStorage>,
    seats: StoredValue<BTreeMap<u32, Take>, LocalStorage>,
    next: StoredValue<u32>,
    /// The app.
    scope: Scope,
    /// The worker's life; `Starting` until a figure needs one.
    pub status: RwSignal<Status>,
}

/// A figure's place in the workshop, for as long as the figure is shown.
#[derive(Clone, Copy)]
pub struct Seat {
    number: u32,
    /// Where the seat is.
    pub workshop: Workshop,
}

/// The workshop stays while the reader goes from page to page; its worker starts with the first figure that needs it.
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
    /// The app's workshop.
    pub fn here() -> Workshop {
        expect_context::<Workshop>()
    }
    /// Starts the worker where there is none, or none that lives.
    pub fn open(self) {
        if self.bench.with_value(Option::is_some) && !matches!(self.status.get_untracked(), Status::Dead(_)) {
            return;
        }
        match WorkerClient::start(Program::Figures, self.scope, self.status, move |event| self.take(event)) {
            Ok(bench) => self.bench.set_value(Some(bench)),
            Err(error) => self.status.set(Status::Dead(error)),
        }
    }
    /// A seat whose answers `take` gets; it is given up with the figure that is being made.
    pub fn sit(self, take: impl Fn(Message<Answer>) + 'static) -> Seat {
        let scope = Scope::here();
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.seats.update_value(|seats| {
            seats.insert(number, Rc::new(scope.guard(take)));
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
    fn take(self, message: Message<Event>) {
        let Message { question, body: Event::Vision { seat, answer }, buffers } = message else { return };
        // Taken out first: an answer may lead to the next question.
        if let Some(take) = self.seats.with_value(|seats| seats.get(&seat).cloned()) {
            take(Message::with(answer, buffers).numbered(question));
        }
    }
}

impl Seat {
    /// Asks, and tells the number of the question; 0 where there is no worker to ask.
    pub fn ask(self, ask: Ask, buffers: Vec<Vec<u8>>) -> u32 {
        let buffers = buffers.into_iter().map(Part::from).collect();
        let bench = self.workshop.bench.with_value(Clone::clone);
        bench.map_or(0, |bench| bench.send_with(Request::Vision { seat: self.number, ask }, buffers))
    }
}

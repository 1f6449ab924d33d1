//! One worker that all figures of the book share. Each figure has a channel of its own, through which it asks and gets its own answers.
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

/// The shared worker of all figures, and its channels. Copies share it.
#[derive(Clone, Copy)]
pub struct SharedWorker {
    bench: StoredValue<Option<WorkerClient>, LocalStorage>,
    channels: StoredValue<BTreeMap<u32, Receive>, LocalStorage>,
    next: StoredValue<u32>,
    /// The app's scope.
    scope: Scope,
    /// The worker's state. It is `Starting` until a figure needs a worker.
    pub status: RwSignal<Status>,
}

/// A figure's channel to the shared worker, for as long as the figure is shown.
#[derive(Clone, Copy)]
pub struct Channel {
    number: u32,
    /// The shared worker.
    pub shared_worker: SharedWorker,
}

/// Provides the shared worker as a context, which stays while the reader goes from page to page. The worker starts with the first figure that needs it.
pub fn provide() {
    provide_context(SharedWorker {
        bench: StoredValue::new_local(None),
        channels: StoredValue::new_local(BTreeMap::new()),
        next: StoredValue::new(0),
        scope: Scope::here(),
        status: RwSignal::new(Status::Starting),
    });
}

impl SharedWorker {
    /// The app's shared worker.
    pub fn here() -> SharedWorker {
        expect_context::<SharedWorker>()
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
    /// A channel whose answers go to `receive`. It is given up when the figure is removed.
    pub fn open_channel(self, receive: impl Fn(Message<Answer>) + 'static) -> Channel {
        let scope = Scope::here();
        let number = self.next.get_value();
        self.next.set_value(number + 1);
        self.channels.update_value(|channels| {
            channels.insert(number, Rc::new(scope.guard(receive)));
        });
        self.open();
        let channel = Channel { number, shared_worker: self };
        on_cleanup(move || {
            self.channels.update_value(|channels| {
                channels.remove(&number);
            });
            channel.ask(Ask::Leave, vec![]);
        });
        channel
    }
    fn receive(self, message: Message<Event>) {
        let Message { question, body: Event::Vision { channel, answer }, buffers } = message else { return };
        // The closure is taken out first, because an answer may lead to the next question.
        if let Some(receive) = self.channels.with_value(|channels| channels.get(&channel).cloned()) {
            receive(Message::with(answer, buffers).numbered(question));
        }
    }
}

impl Channel {
    /// Sends a question and returns its number; 0 if there is no worker.
    pub fn ask(self, ask: Ask, buffers: Vec<Vec<u8>>) -> u32 {
        let buffers = buffers.into_iter().map(Part::from).collect();
        let bench = self.shared_worker.bench.with_value(Clone::clone);
        bench.map_or(0, |bench| bench.send_with(Request::Vision { channel: self.number, ask }, buffers))
    }
}

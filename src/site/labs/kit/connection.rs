//! A lab's worker, and what every lab knows of it: how it lives, what there is to compute on, what is being fetched for it, and what the reader is told.
use super::notes::Notes;
use crate::{
    site::{
        fetch::{self, Progress},
        machine::Machine,
        scope::Scope,
        worker_client::{Program, Status, WorkerClient},
    },
    wire::Part,
    workbench::protocol::{Event, Message, Request},
};
use leptos::prelude::*;
use web_sys::Blob;

/// A worker of this lab's own, or none yet.
#[derive(Clone, Copy)]
pub struct Connection {
    /// The part of the page that the lab is: it goes on as long as that is there.
    pub scope: Scope,
    program: Program,
    worker: StoredValue<Option<WorkerClient>, LocalStorage>,
    /// How the worker lives.
    pub status: RwSignal<Status>,
    /// What it has found to compute on.
    pub machine: RwSignal<Machine>,
    /// The file that is being fetched for it, and how far.
    pub fetching: RwSignal<Option<(String, Progress)>>,
    /// What the reader is told.
    pub notes: Notes,
}

impl Connection {
    /// No worker yet. The one that is opened ends with the part of the page that is being made.
    pub fn new(program: Program) -> Connection {
        let connection = Connection {
            scope: Scope::here(),
            program,
            worker: StoredValue::new_local(None),
            status: RwSignal::new(Status::Starting),
            machine: RwSignal::default(),
            fetching: RwSignal::new(None),
            notes: Notes::here(),
        };
        on_cleanup(move || connection.end());
        connection
    }
    /// Starts a worker in the place of an earlier one. `receive` gets every event.
    pub fn open(self, receive: impl Fn(Message<Event>) + 'static) {
        self.end();
        let heard = move |message: Message<Event>| {
            if let Event::Machine { adapter, why_no_gpu } = &message.body {
                self.machine.set(Machine { adapter: adapter.clone(), why_no_gpu: why_no_gpu.clone() });
            }
            receive(message);
        };
        match WorkerClient::start(self.program, self.scope, self.status, heard) {
            Ok(worker) => self.worker.set_value(Some(worker)),
            Err(error) => self.status.set(Status::Dead(error)),
        }
    }
    /// Whether a worker was opened and has not ended.
    pub fn stands(self) -> bool {
        self.worker.with_value(Option::is_some) && !matches!(self.status.get_untracked(), Status::Dead(_))
    }
    /// Whether it takes requests.
    pub fn is_ready(self) -> bool {
        self.status.get() == Status::Ready
    }
    /// Asks, and tells the number of the question; 0 where there is nobody to ask.
    pub fn send(self, request: Request) -> u32 {
        self.send_with(request, vec![])
    }
    /// Asks with buffers or files beside the request.
    pub fn send_with(self, request: Request, buffers: Vec<Part>) -> u32 {
        self.worker.with_value(Clone::clone).map_or(0, |worker| worker.send_with(request, buffers))
    }
    /// How many questions it was asked.
    #[cfg(test)]
    pub fn asked(self) -> u32 {
        self.worker.with_value(|worker| worker.as_ref().map_or(0, WorkerClient::asked))
    }
    /// Ends it; nothing more is heard of it.
    pub fn end(self) {
        // At the end of the page it may be gone already.
        let worker = self.worker.try_update_value(Option::take).flatten();
        worker.iter().for_each(WorkerClient::end);
    }
    /// Ends it as a crash would.
    pub fn kill(self) {
        if let Some(worker) = self.worker.with_value(Clone::clone) {
            worker.die("The worker was ended on purpose.".into());
        }
    }
    /// Fetches a file of the site, and shows how far it is.
    pub async fn fetch(self, folder: &str, name: &str, file: &str) -> Result<Blob, String> {
        let named = name.to_string();
        fetch::file(&format!("{folder}/{file}"), move |progress| self.fetching.set(Some((named.clone(), progress)))).await
    }
    /// In one word, for whoever reads the page by program.
    pub fn life(self) -> String {
        match self.status.get() {
            Status::Starting => "starting",
            Status::Ready => "ready",
            Status::Dead(_) => "dead",
        }
        .into()
    }
}

//! The connection of a lab to its worker: the worker's state, its devices, the file that is being fetched, and the messages to the reader.
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

/// A worker of this lab, or none yet.
#[derive(Clone, Copy)]
pub struct Connection {
    /// The scope of the lab's page. The connection lives as long as this scope.
    pub scope: Scope,
    program: Program,
    worker: StoredValue<Option<WorkerClient>, LocalStorage>,
    /// The worker's state.
    pub status: RwSignal<Status>,
    /// The devices that the worker has found.
    pub machine: RwSignal<Machine>,
    /// The file that is being fetched for the worker, and the progress.
    pub fetching: RwSignal<Option<(String, Progress)>>,
    /// The messages to the reader.
    pub notes: Notes,
}

impl Connection {
    /// A connection without a worker. The worker that is opened later ends with the present part of the page.
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
    /// Starts a worker in place of an earlier one. `receive` gets every event.
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
    /// Whether there is a worker that has not ended.
    pub fn stands(self) -> bool {
        self.worker.with_value(Option::is_some) && !matches!(self.status.get_untracked(), Status::Dead(_))
    }
    /// Whether the worker takes requests.
    pub fn is_ready(self) -> bool {
        self.status.get() == Status::Ready
    }
    /// Sends a request and returns its number; 0 if there is no worker.
    pub fn send(self, request: Request) -> u32 {
        self.send_with(request, vec![])
    }
    /// Sends a request with buffers or files.
    pub fn send_with(self, request: Request, buffers: Vec<Part>) -> u32 {
        self.worker.with_value(Clone::clone).map_or(0, |worker| worker.send_with(request, buffers))
    }
    /// The number of questions so far.
    #[cfg(test)]
    pub fn asked(self) -> u32 {
        self.worker.with_value(|worker| worker.as_ref().map_or(0, WorkerClient::asked))
    }
    /// Ends the worker. Nothing more is received from it.
    pub fn end(self) {
        // When the page ends, the value may be gone already.
        let worker = self.worker.try_update_value(Option::take).flatten();
        worker.iter().for_each(WorkerClient::end);
    }
    /// Ends the worker like a crash would.
    pub fn kill(self) {
        if let Some(worker) = self.worker.with_value(Clone::clone) {
            worker.die("The worker was ended on purpose.".into());
        }
    }
    /// Fetches a file of the site, and shows the progress.
    pub async fn fetch(self, folder: &str, name: &str, file: &str) -> Result<Blob, String> {
        let named = name.to_string();
        fetch::file(&format!("{folder}/{file}"), move |progress| self.fetching.set(Some((named.clone(), progress)))).await
    }
    /// The worker's state in one word, for programs that read the page.
    pub fn life(self) -> String {
        match self.status.get() {
            Status::Starting => "starting",
            Status::Ready => "ready",
            Status::Dead(_) => "dead",
        }
        .into()
    }
}

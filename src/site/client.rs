//! The client: a connection from a part of the page to a program of the workbench, wherever that runs.
use crate::{
    wire::Part,
    workbench::protocol::{Event, Message, Request},
};

/// The programs of the workbench, each with jobs that belong together (`workbench::jobs`), so that a page downloads only what it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Pictures and kernels.
    Figures,
    /// Training on digits.
    Training,
    /// The zoo: photos, counts and measurements.
    Photos,
}

/// Receives what a program sends. An error is a sentence: the program has ended, or its message makes no sense.
pub type Hear = Box<dyn Fn(Result<Message<Event>, String>)>;

/// A program that runs for one part of the page: a worker of the browser (`worker`), or in a test the workbench itself (`in_process`).
pub trait Client {
    /// Sends it a request. An error is a sentence.
    fn post(&self, request: &Message<Request, Part>) -> Result<(), String>;
    /// Ends it at once. Nothing more is received from it.
    fn end(&self);
}

/// How a program is started. A test provides this as a context; otherwise a worker is started.
#[derive(Clone, Copy)]
pub struct Start(pub fn(Program, Hear) -> Result<Box<dyn Client>, String>);

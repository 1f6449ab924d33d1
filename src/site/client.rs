//! Whom a part of the page asks: a program of the workbench's, wherever it runs.
use crate::{
    wire::Part,
    workbench::protocol::{Event, Message, Request},
};

/// The jobs that belong together (`workbench::jobs`), so that a page downloads no more than it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Pictures and kernels.
    Figures,
    /// What learns from digits.
    Training,
    /// The zoo: photos, counts and measurements.
    Photos,
}

/// Takes in what a program says; an error is a sentence that says why it does not run any more, or makes no sense.
pub type Hear = Box<dyn Fn(Result<Message<Event>, String>)>;

/// One program that runs for one part of the page: a worker of the browser's (`worker`), or in a test the workbench itself (`in_process`).
pub trait Client {
    /// Hands it a question; an error is a sentence.
    fn post(&self, request: &Message<Request, Part>) -> Result<(), String>;
    /// Ends it, in the middle of whatever it does; nothing more is heard of it.
    fn end(&self);
}

/// How a program is started: a context, where it is not to be a worker.
#[derive(Clone, Copy)]
pub struct Start(pub fn(Program, Hear) -> Result<Box<dyn Client>, String>);

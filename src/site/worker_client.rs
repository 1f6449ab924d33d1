//! The client of a worker: it starts a program, numbers the questions, passes on the answers, and notices when the program has ended.
use super::{
    client::{Client, Hear, Start},
    scope::Scope,
    worker,
};
use crate::{
    wire::Part,
    workbench::protocol::{Event, Message, Request},
};
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc, time::Duration};

pub use super::client::Program;

/// The time after which a program that has not greeted is given up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The state of a program.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// It has not greeted yet. Requests wait.
    Starting,
    /// It has greeted and takes requests.
    Ready,
    /// It has ended. The sentence says why.
    Dead(String),
}

struct Desk {
    client: Option<Box<dyn Client>>,
    /// The requests from before the greeting. None after it.
    waiting: Option<Vec<Message<Request, Part>>>,
    status: RwSignal<Status>,
    /// The number of questions so far, which is the number of the last one.
    questions: u32,
}

/// A program that runs for a part of the page, and the receiver of its events. Clones share it.
#[derive(Clone)]
pub struct WorkerClient(Rc<RefCell<Desk>>);

impl WorkerClient {
    /// Starts a program for a part of the page. `status` shows its state. `receive` receives every event as long as the part exists.
    pub fn start(
        program: Program,
        scope: Scope,
        status: RwSignal<Status>,
        receive: impl Fn(Message<Event>) + 'static,
    ) -> Result<WorkerClient, String> {
        status.set(Status::Starting);
        let bench = WorkerClient(Rc::new(RefCell::new(Desk { client: None, waiting: Some(vec![]), status, questions: 0 })));
        let hear = scope.guard({
            let bench = bench.clone();
            move |heard: Result<Message<Event>, String>| match heard {
                Ok(event) => {
                    bench.greet(&event.body);
                    receive(event);
                }
                Err(why) => bench.die(why),
            }
        });
        let start = scope.run(use_context::<Start>).flatten().unwrap_or(Start(worker::start));
        let hear: Hear = Box::new(hear);
        bench.0.borrow_mut().client = Some(start.0(program, hear)?);
        let late = bench.clone();
        scope.after(PATIENCE, move || {
            let silent = late.0.borrow().waiting.is_some();
            if silent {
                late.die(format!("The worker did not answer within {} seconds.", PATIENCE.as_secs()));
            }
        });
        Ok(bench)
    }
    /// Sends a request and returns the question's number, which the answers carry.
    pub fn send(&self, request: Request) -> u32 {
        self.send_with(request, vec![])
    }
    /// Sends a request with buffers. It waits until the program has greeted. A program that has ended gets nothing, but the question is numbered all the same.
    pub fn send_with(&self, request: Request, buffers: Vec<Part>) -> u32 {
        let mut desk = self.0.borrow_mut();
        desk.questions += 1;
        let question = desk.questions;
        let request = Message::with(request, buffers).numbered(question);
        if matches!(desk.status.get_untracked(), Status::Dead(_)) {
            return question;
        }
        match &mut desk.waiting {
            Some(waiting) => waiting.push(request),
            None => {
                drop(desk);
                self.post(&request);
            }
        }
        question
    }
    /// The number of questions so far.
    #[cfg(test)]
    pub fn asked(&self) -> u32 {
        self.0.borrow().questions
    }
    /// Ends the program for this reason.
    pub fn die(&self, why: String) {
        self.end();
        self.0.borrow().status.set(Status::Dead(why));
    }
    /// Ends the program at once. Nothing more is received from it.
    pub fn end(&self) {
        let mut desk = self.0.borrow_mut();
        desk.waiting = None;
        desk.client.take().iter().for_each(|client| client.end());
    }
    fn greet(&self, event: &Event) {
        let Event::Hello { build } = event else { return };
        if build != crate::BUILD {
            self.die("The page and its worker are of different versions. Please reload the page.".into());
            return;
        }
        let waiting = self.0.borrow_mut().waiting.take();
        self.0.borrow().status.set(Status::Ready);
        waiting.iter().flatten().for_each(|request| self.post(request));
    }
    fn post(&self, request: &Message<Request, Part>) {
        let posted = self.0.borrow().client.as_ref().map_or(Ok(()), |client| client.post(request));
        if let Err(error) = posted {
            self.die(format!("A request could not be sent: {error}"));
        }
    }
}

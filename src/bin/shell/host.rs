//! The shell as the workbench's host: requests come from a queue, events go into a list, and the clock is the system's.
use receptive::workbench::{
    Host, Queue,
    protocol::{Event, Message, Request},
};
use std::{cell::RefCell, collections::VecDeque, time::Instant};

pub struct Shell {
    start: Instant,
    requests: RefCell<VecDeque<Message<Request>>>,
    events: RefCell<VecDeque<Message<Event>>>,
}

impl Shell {
    pub fn new() -> Shell {
        Shell { start: Instant::now(), requests: RefCell::default(), events: RefCell::default() }
    }
    /// The next event, oldest first.
    pub fn event(&self) -> Option<Message<Event>> {
        self.events.borrow_mut().pop_front()
    }
}

impl Host for Shell {
    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
    fn send(&self, event: Message<Event>) {
        self.events.borrow_mut().push_back(event);
    }
}

impl Queue for Shell {
    fn poll(&self) -> Option<Message<Request>> {
        self.requests.borrow_mut().pop_front()
    }
    async fn wait(&self) -> Option<Message<Request>> {
        self.poll()
    }
    async fn pause(&self) {}
}

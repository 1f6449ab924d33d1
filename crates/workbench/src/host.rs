//! The host: what the workbench needs of its surroundings. This is a clock, a way to send events, a queue of requests, and a pause for others.
use crate::protocol::{Event, Message, Request};
use std::future::Future;

/// What a job needs of its host.
pub trait Host {
    /// The time in seconds since any fixed moment. There is no other clock.
    fn now(&self) -> f64;
    /// Sends an event to whoever asks, without waiting.
    fn send(&self, event: Message<Event>);
}

/// The host while a request is handled. Events become answers to its question unless they carry the number of another.
pub(crate) struct Answering<'a> {
    pub(crate) host: &'a dyn Host,
    pub(crate) question: u32,
}

impl Host for Answering<'_> {
    fn now(&self) -> f64 {
        self.host.now()
    }
    fn send(&self, event: Message<Event>) {
        let question = if event.question == 0 { self.question } else { event.question };
        self.host.send(event.numbered(question));
    }
}

/// What the loop needs in addition.
pub trait Queue: Host {
    /// A request that has arrived, if there is one.
    fn poll(&self) -> Option<Message<Request>>;
    /// Waits for the next request. None if nobody can ask any more.
    fn wait(&self) -> impl Future<Output = Option<Message<Request>>>;
    /// Lets messages arrive. It is called between slices of work, which take at most 50 ms on the CPU.
    fn pause(&self) -> impl Future<Output = ()>;
}

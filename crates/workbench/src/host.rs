//! What the workbench needs of wherever it runs: a clock, a way to say things, a queue of requests and a turn for others.
use crate::protocol::{Event, Message, Request};
use std::future::Future;

/// What a job needs.
pub trait Host {
    /// Seconds from any fixed moment: the only clock.
    fn now(&self) -> f64;
    /// Says an event to whoever asks; it does not wait.
    fn send(&self, event: Message<Event>);
}

/// A host while it is served: what is sent answers its question, unless it says that it answers another.
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

/// What the loop needs besides.
pub trait Queue: Host {
    /// A request that has arrived, if any.
    fn poll(&self) -> Option<Message<Request>>;
    /// The next request; None when nobody can ask any more.
    fn wait(&self) -> impl Future<Output = Option<Message<Request>>>;
    /// Lets messages arrive. Called between slices of work of at most 50 ms on the CPU.
    fn pause(&self) -> impl Future<Output = ()>;
}

//! What the workbench needs of wherever it runs: messages, a clock and a turn for others.
use super::protocol::{Event, Message, Request};
use std::future::Future;

pub trait Host {
    /// Seconds from any fixed moment: the only clock.
    fn now(&self) -> f64;
    fn send(&self, event: Message<Event>);
    /// A request that has arrived, if any.
    fn poll(&self) -> Option<Message<Request>>;
    /// The next request; None when nobody can ask any more.
    fn wait(&self) -> impl Future<Output = Option<Message<Request>>>;
    /// Lets messages arrive. Called between slices of work of at most 50 ms on the CPU.
    fn pause(&self) -> impl Future<Output = ()>;
}

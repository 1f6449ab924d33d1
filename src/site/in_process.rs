//! For tests: the workbench in the same thread as the page's logic. A lab asks and receives answers as in a browser, without a worker or a page.
use super::{
    client::{Client, Hear, Program, Start},
    scope::later,
};
use crate::{
    wire,
    workbench::{
        Host, Queue, jobs,
        protocol::{Event, Message, Request},
        serve,
    },
};
use leptos::prelude::*;
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

/// The queues to and from one program.
struct Line {
    start: Instant,
    requests: RefCell<VecDeque<Message<Request>>>,
    events: RefCell<VecDeque<Message<Event>>>,
    ended: Cell<bool>,
}

struct Running {
    line: Rc<Line>,
    serving: Pin<Box<dyn Future<Output = ()>>>,
    hear: Hear,
}

thread_local! {
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(vec![]) };
}

impl Host for Line {
    fn now(&self) -> f64 {
        self.start.elapsed().as_secs_f64()
    }
    fn send(&self, event: Message<Event>) {
        self.events.borrow_mut().push_back(event);
    }
}

impl Queue for Line {
    fn poll(&self) -> Option<Message<Request>> {
        self.requests.borrow_mut().pop_front()
    }
    async fn wait(&self) -> Option<Message<Request>> {
        poll_fn(|_| self.poll().map_or(Poll::Pending, |request| Poll::Ready(Some(request)))).await
    }
    /// Ends a poll, so that the page receives what was sent meanwhile.
    async fn pause(&self) {
        let mut paused = false;
        poll_fn(|_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }).await
    }
}

impl Client for Rc<Line> {
    fn post(&self, request: &Message<Request, wire::Part>) -> Result<(), String> {
        let bytes = |part: &wire::Part| match part {
            wire::Part::Bytes(bytes) => Ok(bytes.clone()),
            wire::Part::File(_) => Err("a file is read by a browser".to_string()),
        };
        let buffers = request.buffers.iter().map(bytes).collect::<Result<_, _>>()?;
        self.requests.borrow_mut().push_back(Message::with(request.body.clone(), buffers).numbered(request.question));
        Ok(())
    }
    fn end(&self) {
        self.ended.set(true);
    }
}

fn start(program: Program, hear: Hear) -> Result<Box<dyn Client>, String> {
    let jobs = match program {
        Program::Figures => jobs::FIGURES,
        Program::Training => jobs::TRAINING,
        Program::Photos => jobs::PHOTOS,
    };
    let line = Rc::new(Line { start: Instant::now(), requests: RefCell::default(), events: RefCell::default(), ended: Cell::new(false) });
    let serving = Box::pin({
        let line = line.clone();
        async move { serve(jobs, &*line).await }
    });
    RUNNING.with_borrow_mut(|running| running.push(Running { line: line.clone(), serving, hear }));
    Ok(Box::new(line))
}

/// A part of the page, with all programs that it uses.
pub struct Part(Owner);

impl Part {
    /// Makes a part of the page whose programs run in this thread.
    pub fn of<T>(make: impl FnOnce() -> T) -> (Part, T) {
        let part = Part(Owner::new());
        let made = part.run(|| {
            provide_context(Start(start));
            make()
        });
        (part, made)
    }
    pub fn run<T>(&self, act: impl FnOnce() -> T) -> T {
        self.0.with(act)
    }
    /// Removes the part, as when the reader goes to another page.
    pub fn leave(&self) {
        self.0.cleanup();
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.leave();
        // The programs must end before the thread does, since devices cannot be dropped after that.
        RUNNING.take();
    }
}

/// Each program does a slice, and the page receives what it sent in the turn before. So answers take time, as between threads.
pub fn turn() {
    later::turn();
    // The list is taken out first, because an answer may start another program.
    let mut running = RUNNING.take();
    running.retain_mut(|Running { line, serving, hear }| {
        if line.ended.get() {
            return false;
        }
        let events = line.events.take();
        let over = serving.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready();
        events.into_iter().take_while(|_| !line.ended.get()).for_each(|event| hear(Ok(event)));
        !over
    });
    RUNNING.with_borrow_mut(|others| running.append(others));
    RUNNING.set(running);
}

/// Turns until `holds` is true. After a minute it panics and names what was missing.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        turn();
    }
}

/// Ends every program like a worker whose code has failed.
pub fn stop(why: &str) {
    for Running { line, hear, .. } in RUNNING.take() {
        line.end();
        hear(Err(why.into()));
    }
}

/// An IDX file of this number of digits. Each is a bright bar at a height given by its label, which is learned in a few steps.
fn idx(name: &str, digits: usize) -> Vec<u8> {
    let number = |n: usize| (n as u32).to_be_bytes();
    if name.contains("labels") {
        return [&[0, 0, 8, 1], &number(digits)[..], &(0..digits).map(|i| (i % 10) as u8).collect::<Vec<_>>()].concat();
    }
    let pixel = |at: usize| if at % 784 / 28 == 3 + 2 * (at / 784 % 10) { 255 } else { (at * 31 % 40) as u8 };
    let head = [&[0, 0, 8, 3][..], &number(digits), &number(28), &number(28)].concat();
    head.into_iter().chain((0..784 * digits).map(pixel)).collect()
}

/// 640 such digits to train on and 200 to test on: the four files of a data set, with their names.
pub fn digits() -> [(&'static str, Vec<u8>); 4] {
    [("train-images", 640), ("train-labels", 640), ("t10k-images", 200), ("t10k-labels", 200)].map(|(name, count)| (name, idx(name, count)))
}

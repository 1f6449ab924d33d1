//! The workbench's loop: it handles requests as they arrive, and does slices of work between them.
use crate::{
    Queue, Session,
    host::Answering,
    job::Make,
    protocol::{Event, Message, Request, run::Ask},
};
use engine::Result;
use futures_util::future::{Either, select};
use std::{collections::VecDeque, pin::pin};

/// Greets, then serves with these jobs until nobody can ask any more. No request is lost, and no error ends the loop: each error becomes an `Event::Failed`.
pub async fn serve(jobs: &[Make], host: &impl Queue) {
    let mut session = Session::new(jobs);
    let mut waiting = VecDeque::new();
    host.send(Message::new(Event::Hello { build: crate::BUILD.into() }));
    loop {
        match next(&mut session, &mut waiting, host).await {
            Ok(Some(request)) => {
                let name = request.body.name();
                let host = Answering { host, question: request.question };
                if let Err(error) = session.handle(request, &host).await {
                    session.mend(name, error, &host).await;
                }
            }
            Ok(None) if session.is_busy() => {
                if let Err(error) = session.advance(host).await {
                    session.mend("Play", error, host).await;
                }
                host.pause().await;
            }
            Ok(None) => return,
            Err(error) => session.mend("Play", error, host).await,
        }
    }
}

/// The next request, or None if there is work to do instead. While a device computes, requests that do not need it are handled first.
/// Otherwise a pause would wait for a slow step, and for requests that look at its result.
async fn next(session: &mut Session, waiting: &mut VecDeque<Message<Request>>, host: &impl Queue) -> Result<Option<Message<Request>>> {
    while session.is_reading() {
        match select(pin!(session.finish_reading(host)), pin!(host.wait())).await {
            Either::Left((settled, _)) => settled?,
            Either::Right((Some(request), _)) => {
                if request.body.only_steers() && waiting.iter().all(|earlier| earlier.body.only_looks()) {
                    return Ok(Some(request));
                }
                waiting.push_back(request);
            }
            Either::Right((None, _)) => return Ok(None),
        }
    }
    if let Some(request) = waiting.pop_front() {
        return Ok(Some(request));
    }
    Ok(if session.is_busy() { host.poll() } else { host.wait().await })
}

impl Request {
    /// Whether handling it computes nothing.
    fn only_steers(&self) -> bool {
        matches!(self, Request::Train(Ask::Play | Ask::Pause | Ask::Step | Ask::Rate(_)))
    }
    /// Whether it leaves the run unchanged.
    fn only_looks(&self) -> bool {
        matches!(self, Request::Inspect { .. } | Request::Classify | Request::Filters | Request::Judged { .. })
    }
    /// The variant's name, for messages.
    pub fn name(&self) -> &'static str {
        use Request::*;
        match self {
            Machine => "Machine",
            Data { .. } => "Data",
            Train(ask) => ask.name(),
            Evaluate => "Evaluate",
            Judged { .. } => "Judged",
            Replay(_) => "Replay",
            Resume => "Resume",
            Edit { .. } => "Edit",
            Inspect { .. } => "Inspect",
            Classify => "Classify",
            Filters => "Filters",
            Save => "Save",
            Load { .. } => "Load",
            #[cfg(feature = "pictures")]
            Vision { .. } => "Vision",
            #[cfg(feature = "photos")]
            Photos(_) => "Photos",
            #[cfg(feature = "photos")]
            Measure(_) => "Measure",
            Depth(_) => "Depth",
            Lose => "Lose",
        }
    }
}

impl Event {
    /// An `Event::Failed`: the request with this variant's name could not be done, and the reason.
    pub fn failed(request: &str, error: impl ToString) -> Event {
        Event::Failed { request: request.into(), message: error.to_string() }
    }
}

#[cfg(all(test, feature = "figures"))]
mod tests {
    use super::*;
    use crate::Host;
    use std::cell::RefCell;

    /// A host whose requests are all there at the beginning.
    struct Script(RefCell<VecDeque<Message<Request>>>, RefCell<Vec<Message<Event>>>);

    impl Host for Script {
        fn now(&self) -> f64 {
            0.0
        }
        fn send(&self, event: Message<Event>) {
            self.1.borrow_mut().push(event);
        }
    }

    impl Queue for Script {
        fn poll(&self) -> Option<Message<Request>> {
            self.0.borrow_mut().pop_front()
        }
        async fn wait(&self) -> Option<Message<Request>> {
            self.poll()
        }
        async fn pause(&self) {}
    }

    #[test]
    fn an_answer_names_its_question_also_a_refusal_and_what_comes_slice_by_slice() {
        use crate::protocol::{
            run,
            vision::{Ask, Grain},
        };
        let grain = Grain::default();
        let asks = [Ask::Scene { size: 32, seed: 1, grain }, Ask::Stop, Ask::Components { side: 5, count: 4, seed: 1 }];
        let questions = asks.into_iter().zip(11..).map(|(ask, n)| Message::new(Request::Vision { channel: 0, ask }).numbered(n));
        let host = Script(
            RefCell::new(questions.chain([Message::new(Request::Train(run::Ask::Play)).numbered(14)]).collect()),
            RefCell::default(),
        );
        pollster::block_on(serve(crate::jobs::FIGURES, &host));
        let events = host.1.into_inner();
        let said: Vec<u32> = events.iter().map(|event| event.question).collect();
        assert_eq!(said[..4], [0, 11, 12, 13], "the greeting answers nobody");
        assert!(said[4..].contains(&14) && said[4..].contains(&13), "{said:?}");
        assert!(events.iter().any(|e| e.question == 14 && matches!(&e.body, Event::Failed { request, .. } if request == "Play")));
    }
}

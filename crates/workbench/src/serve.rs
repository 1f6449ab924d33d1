//! The workbench's loop: requests as they come, and between them a slice of whatever runs.
use crate::{
    Queue, Session,
    job::Make,
    protocol::{Event, Message, Request},
};
use engine::Result;
use futures_util::future::{Either, select};
use std::{collections::VecDeque, pin::pin};

/// Greets, then serves with these jobs until the host has nobody left to ask. No request is dropped, and no error ends it: each becomes an
/// `Event::Failed`.
pub async fn serve(jobs: &[Make], host: &impl Queue) {
    let mut session = Session::new(jobs);
    let mut waiting = VecDeque::new();
    host.send(Message::new(Event::Hello { build: crate::BUILD.into() }));
    loop {
        match next(&mut session, &mut waiting, host).await {
            Ok(Some(request)) => {
                let name = request.body.name();
                if let Err(error) = session.handle(request, host).await {
                    session.mend(name, error, host).await;
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

/// The next request; None where there is none and work to do. While a device computes, what it is not needed for goes first: a pause would
/// come late if it waited for a slow step and for those who look at what the step has done.
async fn next(session: &mut Session, waiting: &mut VecDeque<Message<Request>>, host: &impl Queue) -> Result<Option<Message<Request>>> {
    while session.is_reading() {
        match select(pin!(session.settle(host)), pin!(host.wait())).await {
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
    /// Whether it computes nothing.
    fn only_steers(&self) -> bool {
        matches!(self, Request::Play | Request::Pause | Request::Step | Request::Rate(_))
    }
    /// Whether the run goes on as if it had not been asked.
    fn only_looks(&self) -> bool {
        matches!(self, Request::Inspect { .. } | Request::Classify | Request::Filters | Request::Judged { .. })
    }
    /// The variant's name, for messages.
    pub fn name(&self) -> &'static str {
        use Request::*;
        match self {
            Machine => "Machine",
            Data { .. } => "Data",
            Start(_) => "Start",
            Play => "Play",
            Pause => "Pause",
            Step => "Step",
            Rate(_) => "Rate",
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
            Vision { .. } => "Vision",
            Photos(_) => "Photos",
            Measure(_) => "Measure",
            Depth(_) => "Depth",
            Lose => "Lose",
        }
    }
}

impl Event {
    pub fn failed(request: &str, error: impl ToString) -> Event {
        Event::Failed { request: request.into(), message: error.to_string() }
    }
}

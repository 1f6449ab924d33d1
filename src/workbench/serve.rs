//! The workbench's loop: requests as they come, and between them a slice of whatever runs.
use super::{
    Host, Session,
    protocol::{Event, Message},
};

/// Greets, then serves until the host has nobody left to ask. No request is dropped, and no error ends it: each becomes an `Event::Failed`.
pub async fn serve(host: &impl Host) {
    let mut session = Session::new().await;
    host.send(Message::new(session.hello()));
    loop {
        let request = if session.is_busy() { host.poll() } else { host.wait().await };
        match request {
            Some(request) => {
                let name = request.body.name();
                if let Err(error) = session.handle(request, host).await {
                    session.mend(name, error, host).await;
                }
            }
            None if session.is_busy() => {
                if let Err(error) = session.advance(host).await {
                    session.mend("Play", error, host).await;
                }
                host.pause().await;
            }
            None => return,
        }
    }
}

impl super::protocol::Request {
    /// The variant's name, for messages.
    pub fn name(&self) -> &'static str {
        use super::protocol::Request::*;
        match self {
            Hello => "Hello",
            Data { .. } => "Data",
            Start(_) => "Start",
            Play => "Play",
            Pause => "Pause",
            Step => "Step",
            Rate(_) => "Rate",
            Evaluate => "Evaluate",
            Inspect { .. } => "Inspect",
            Classify => "Classify",
            Filters => "Filters",
            Save => "Save",
            Load { .. } => "Load",
            Vision { .. } => "Vision",
            Measure(_) => "Measure",
            Lose => "Lose",
        }
    }
}

impl Event {
    pub fn failed(request: &str, error: impl ToString) -> Event {
        Event::Failed { request: request.into(), message: error.to_string() }
    }
}

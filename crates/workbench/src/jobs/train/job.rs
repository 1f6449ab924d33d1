//! The job of training: it takes digits, holds the present run, and answers requests about it.
use super::Run;
use crate::{
    Host,
    job::{Doing, Job, Shared},
    jobs::{look, train_loop::Learner, weights},
    protocol::{
        Event, Message, Request, TrainOptions,
        run::{Answer, Ask},
    },
};
use engine::{Error, Result, tensor::Device};
use nets::data::{Mnist, unpacked};

/// The present run, if there is one.
#[derive(Default)]
pub struct Training(Option<Run>);

impl Job for Training {
    fn answers(&self, request: &Request) -> bool {
        use Request::*;
        matches!(
            request,
            Data { .. }
                | Train(_)
                | Evaluate
                | Judged { .. }
                | Replay(_)
                | Resume
                | Edit { .. }
                | Inspect { .. }
                | Classify
                | Filters
                | Save
                | Load { .. }
        )
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(self.answer(request, shared, host))
    }
    fn is_busy(&self) -> bool {
        self.0.as_ref().is_some_and(Run::is_busy)
    }
    fn advance<'a>(&'a mut self, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let Some(run) = &mut self.0 else { return Ok(()) };
            let outcome = run.advance(&shared.data, host).await;
            self.or_stop(outcome, host)
        })
    }
    fn is_reading(&self) -> bool {
        self.0.as_ref().is_some_and(Run::is_reading)
    }
    fn finish_reading<'a>(&'a mut self, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let Some(run) = &mut self.0 else { return Ok(()) };
            let outcome = run.finish_reading(host).await;
            self.or_stop(outcome, host)
        })
    }
    fn recover(&mut self, reason: &str, device: &Device, shared: &Shared, host: &dyn Host) {
        let Some(run) = self.0.as_mut().filter(|run| run.classifier().may_be_lost()) else { return };
        match run.recover(device, &shared.data) {
            Ok((step, lost_steps, device)) => {
                host.send(Message::new(Event::Train(Answer::Recovered { step, lost_steps, reason: reason.into(), device })));
                run.tell_kept(host);
            }
            Err(error) => {
                run.stop(host);
                host.send(Message::new(Event::failed("Play", error)));
            }
        }
    }
}

impl Training {
    fn run(&mut self) -> Result<&mut Run> {
        self.0.as_mut().ok_or_else(|| Error::Device("no network stands yet: start one first".into()))
    }
    /// Stops the run after an error, and reports it. A lost GPU is returned, and the session replaces it.
    fn or_stop(&mut self, outcome: Result<()>, host: &dyn Host) -> Result<()> {
        let Err(error) = outcome else { return Ok(()) };
        if matches!(error, Error::Lost(_)) {
            return Err(error);
        }
        self.0.iter_mut().for_each(|run| run.stop(host));
        host.send(Message::new(Event::failed("Play", error)));
        Ok(())
    }
    async fn answer(&mut self, request: Message<Request>, shared: &mut Shared, host: &dyn Host) -> Result<()> {
        let mut buffers = request.buffers.into_iter();
        let mut buffer = || buffers.next().ok_or_else(no_buffer);
        let data = &shared.data;
        match request.body {
            Request::Data { name } => {
                let bytes = unpacked(&name, buffer()?)?;
                shared.data.accept(&name, &bytes)?;
                self.0.iter_mut().for_each(|run| run.reshuffle(&shared.data));
                host.send(Message::new(told(&shared.data)));
            }
            Request::Train(ask) => self.command(ask, buffers.next(), shared, host).await?,
            Request::Evaluate => {
                if data.test.is_empty() {
                    return Err(lacking("testing", data));
                }
                self.run()?.evaluate(request.question, host);
            }
            Request::Judged { cell } => host.send(self.run()?.verdicts.judged(data, cell)?),
            Request::Replay(step) => self.run()?.replay(step, host)?,
            Request::Resume => self.run()?.resume(data, host).await?,
            Request::Edit { name, index, value } => host.send(weights::edit(self.run()?, name, index, value).await?),
            Request::Inspect { picture, label } => {
                let drawn = buffers.next();
                host.send(look::inspect(self.run()?, data, picture, label, drawn).await?);
            }
            Request::Classify => {
                let drawn = buffer()?;
                host.send(look::classify(self.run()?, &drawn).await?);
            }
            Request::Filters => host.send(look::filters(self.run()?).await?),
            Request::Save => host.send(weights::save(self.run()?).await?),
            Request::Load { name } => {
                let bytes = buffer()?;
                host.send(weights::load(self.run()?, &name, &bytes).await?);
            }
            other => return Err(Error::unsupported(other.name(), "training does not answer it")),
        }
        Ok(())
    }
    /// What is asked about the run; `file` is the checkpoint of `Ask::Continue`.
    async fn command(&mut self, ask: Ask<TrainOptions>, file: Option<Vec<u8>>, shared: &mut Shared, host: &dyn Host) -> Result<()> {
        let data = &shared.data;
        match ask {
            Ask::Start(options) => {
                let device = shared.device(options.device).await?;
                // The old run is dropped first, so that its memory is free for the new one.
                self.0 = None;
                self.0 = Some(Run::new(options, device, &shared.data, host)?);
            }
            Ask::Continue(choice) => {
                let (file, device) = (file.ok_or_else(no_buffer)?, shared.device(choice).await?);
                // If the file is refused, the old run stays.
                self.0 = Some(Run::continued(&file, choice, device, &shared.data, host)?);
            }
            Ask::Play => {
                if data.train.is_empty() || data.test.is_empty() {
                    return Err(lacking("training", data));
                }
                let played = self.run()?.play(host);
                self.or_stop(played, host)?;
            }
            Ask::Step => {
                if data.train.is_empty() {
                    return Err(lacking("a step", data));
                }
                self.run()?.step_once(host)?;
            }
            Ask::Pause => self.run()?.pause(host),
            Ask::Rate(rate) => self.run()?.set_rate(rate)?,
        }
        Ok(())
    }
}

fn no_buffer() -> Error {
    Error::data("message", "expected a buffer, found none")
}

fn lacking(what: &str, data: &Mnist) -> Error {
    Error::data("MNIST", format!("{what} needs {}", data.missing().join(", ")))
}

fn told(data: &Mnist) -> Event {
    let missing = data.missing().into_iter().map(String::from).collect();
    Event::Data { train: data.train.len(), test: data.test.len(), missing }
}

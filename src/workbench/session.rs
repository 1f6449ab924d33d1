//! What the workbench holds between requests: the GPU, the data and the run; and which job answers which request.
use super::{
    Host,
    jobs::{depth::Depth, look, photos::Photos, speed::Measurement, train::Run, vision::Seats, weights},
    protocol::{Adapter, DeviceChoice, Event, Message, Request, depth, photos},
};
use crate::{
    engine::{
        gpu::{Gpu, Which},
        tensor::Device,
    },
    error::{Error, Result},
    nets::data::{Mnist, unpacked},
};
use std::rc::Rc;

#[derive(Default)]
pub struct Session {
    /// None until somebody asks what there is to compute on, or computes there: asking takes time, which the CPU need not wait for.
    gpu: Option<Result<Rc<Gpu>>>,
    data: Mnist,
    run: Option<Run>,
    seats: Seats,
    measurement: Option<Measurement>,
    photos: Photos,
    depth: Depth,
}

impl Session {
    async fn gpu(&mut self) -> Result<Rc<Gpu>> {
        // One that was lost while nothing ran on it is asked for again.
        if let Some(known) = self.gpu.as_ref().filter(|known| known.as_ref().is_ok_and(|gpu| gpu.lost().is_none())) {
            return known.clone();
        }
        let found = Gpu::request(Which::Any).await;
        self.gpu = Some(found.clone());
        found
    }
    /// What there is to compute on.
    pub async fn machine(&mut self) -> Event {
        let gpu = self.gpu().await;
        let adapter = gpu.as_ref().ok().map(|gpu| {
            let info = gpu.info();
            Adapter {
                name: info.name.clone(),
                vendor: info.vendor.clone(),
                architecture: info.architecture.clone(),
                software: info.software,
            }
        });
        Event::Machine { adapter, why_no_gpu: gpu.as_ref().err().map(Error::to_string) }
    }
    /// Whether there is a slice of work to do.
    pub fn is_busy(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_busy)
            || self.seats.is_busy()
            || self.photos.is_busy()
            || self.depth.is_busy()
            || self.measurement.is_some()
    }
    /// Whether a device has been asked for numbers that have not come yet.
    pub fn is_reading(&self) -> bool {
        self.run.as_ref().is_some_and(Run::is_reading)
    }
    /// Waits for them, if any, and says them; may be left and called again.
    pub async fn settle(&mut self, host: &impl Host) -> Result<()> {
        match &mut self.run {
            Some(run) => run.settle(host).await,
            None => Ok(()),
        }
    }
    fn run(&mut self) -> Result<&mut Run> {
        self.run.as_mut().ok_or_else(no_network)
    }
    async fn device(&mut self, choice: DeviceChoice) -> Result<Device> {
        match choice {
            DeviceChoice::Cpu => Ok(Device::Cpu),
            DeviceChoice::Gpu => self.gpu().await.map(Device::Gpu),
        }
    }
    pub async fn handle(&mut self, request: Message<Request>, host: &impl Host) -> Result<()> {
        let mut buffers = request.buffers.into_iter();
        let mut buffer = || buffers.next().ok_or_else(|| Error::data("message", "expected a buffer, found none"));
        match request.body {
            Request::Machine => host.send(Message::new(self.machine().await)),
            Request::Data { name } => {
                let bytes = unpacked(&name, buffer()?)?;
                self.data.accept(&name, &bytes)?;
                if let Some(run) = &mut self.run {
                    run.reshuffle(&self.data);
                }
                host.send(Message::new(self.data_event()));
            }
            Request::Start(options) => {
                let device = self.device(options.device).await?;
                // The old run goes first, so that its memory is free for the new one.
                self.run = None;
                self.run = Some(Run::new(options, device, &self.data, host)?);
            }
            Request::Play => {
                let missing = self.data.missing();
                if self.data.train.is_empty() || self.data.test.is_empty() {
                    return Err(Error::data("MNIST", format!("training needs {}", missing.join(", "))));
                }
                self.run()?.play(host)?;
            }
            Request::Step => {
                if self.data.train.is_empty() {
                    return Err(Error::data("MNIST", format!("a step needs {}", self.data.missing().join(", "))));
                }
                self.run()?.step_once(host)?;
            }
            Request::Pause => self.run()?.pause(host),
            Request::Rate(rate) => self.run()?.set_rate(rate)?,
            Request::Evaluate => {
                if self.data.test.is_empty() {
                    return Err(Error::data("MNIST", format!("testing needs {}", self.data.missing().join(", "))));
                }
                self.run()?.evaluate(host);
            }
            Request::Judged { cell } => {
                let run = self.run.as_ref().ok_or_else(no_network)?;
                host.send(run.verdicts.judged(&self.data, cell)?);
            }
            Request::Replay(step) => self.run()?.replay(step, host)?,
            Request::Resume => self.run.as_mut().ok_or_else(no_network)?.resume(&self.data, host).await?,
            Request::Edit { name, index, value } => host.send(weights::edit(self.run()?, name, index, value).await?),
            Request::Inspect { picture, label } => {
                let drawn = buffers.next();
                let run = self.run.as_mut().ok_or_else(no_network)?;
                host.send(look::inspect(run, &self.data, picture, label, drawn).await?);
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
            Request::Vision { seat, ask } => self.seats.handle(seat, ask, buffers.collect(), host),
            Request::Photos(ask) => {
                let device = match &ask {
                    photos::Ask::Load { device, .. } => self.device(*device).await,
                    _ => Ok(Device::Cpu),
                };
                self.photos.handle(ask, buffers.collect(), device, host).await?;
            }
            Request::Measure(plan) => {
                // As with a run: the old one's memory is free for the new one.
                self.measurement = None;
                let device = self.device(plan.device).await?;
                self.measurement = Some(Measurement::new(plan, &device, host)?);
            }
            Request::Depth(ask) => {
                let device = match &ask {
                    depth::Ask::Start(options) => self.device(options.device).await,
                    _ => Ok(Device::Cpu),
                };
                self.depth.handle(ask, device, &self.data, host).await?;
            }
            Request::Lose => self.gpu().await?.lose(),
        }
        Ok(())
    }
    /// One slice of the run and of the twins, one of what is learned at a seat, one network of the zoo, and one run of a measurement.
    pub async fn advance(&mut self, host: &impl Host) -> Result<()> {
        self.seats.advance(host);
        self.photos.advance(host);
        self.measure(host).await?;
        self.depth.advance(&self.data, host).await?;
        match &mut self.run {
            Some(run) if run.is_busy() => run.advance(&self.data, host).await,
            _ => Ok(()),
        }
    }
    async fn measure(&mut self, host: &impl Host) -> Result<()> {
        let Some(measurement) = &mut self.measurement else { return Ok(()) };
        match measurement.advance(host).await {
            Ok(last) => {
                self.measurement.take_if(|_| last);
                Ok(())
            }
            Err(error) => {
                self.measurement = None;
                host.send(Message::new(Event::failed("Measure", &error)));
                // A lost GPU is asked for again; all else was said.
                if matches!(error, Error::Lost(_)) { Err(error) } else { Ok(()) }
            }
        }
    }
    /// After an error: a lost GPU is asked for again and the run goes on from its snapshot; whatever else it was is said, and the run stops.
    pub async fn mend(&mut self, request: &str, error: Error, host: &impl Host) {
        let Error::Lost(reason) = &error else {
            if request == "Play"
                && let Some(run) = &mut self.run
            {
                run.stop(host);
            }
            host.send(Message::new(Event::failed(request, error)));
            return;
        };
        self.gpu = None;
        let device = self.device(DeviceChoice::Gpu).await.unwrap_or(Device::Cpu);
        if let Err(again) = self.depth.recover(reason, device.clone(), &self.data, host) {
            host.send(Message::new(Event::failed("Depth", again)));
        }
        let Some(run) = self.run.as_mut().filter(|run| run.trainer.device.is_gpu()) else { return };
        match run.recover(device, &self.data) {
            Ok((step, lost_steps, device)) => {
                host.send(Message::new(Event::Recovered { step, lost_steps, reason: reason.clone(), device }));
                run.tell_kept(host);
            }
            Err(again) => {
                run.stop(host);
                host.send(Message::new(Event::failed(request, again)));
            }
        }
    }
    fn data_event(&self) -> Event {
        let missing = self.data.missing().into_iter().map(String::from).collect();
        Event::Data { train: self.data.train.len(), test: self.data.test.len(), missing }
    }
}

fn no_network() -> Error {
    Error::Device("no network stands yet: start one first".into())
}

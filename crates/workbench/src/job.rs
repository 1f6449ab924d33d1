//! The contract of a job, and what all jobs share. The table of jobs is in `jobs/mod.rs`; each program has a part of it.
use crate::{
    Host,
    protocol::{DeviceChoice, Message, Request},
};
#[cfg(feature = "jobs")]
use engine::gpu::{Gpu, Which};
use engine::{Result, tensor::Device};
use nets::data::Mnist;
use std::{future::Future, pin::Pin};

/// The future of work that is under way.
pub type Doing<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// A job: one kind of work. It answers its requests, and does long work in slices between them.
pub trait Job {
    /// Whether a request is for this job.
    fn answers(&self, request: &Request) -> bool;
    /// Handles a request. Events that it sends meanwhile carry the question's number; for later ones it sets the number itself. The loop
    /// reports an error to whoever asked; after a lost GPU every job may recover.
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a>;
    /// Whether there is work to do in slices.
    fn is_busy(&self) -> bool {
        false
    }
    /// Does one slice, of at most 50 ms on the CPU. The job itself reports what goes wrong; only a lost GPU is returned as an error.
    fn advance<'a>(&'a mut self, _shared: &'a mut Shared, _host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async { Ok(()) })
    }
    /// Whether a device has been asked for numbers that have not arrived yet.
    fn is_reading(&self) -> bool {
        false
    }
    /// Waits for these numbers and reports them. The future may be dropped, and the function called again.
    fn finish_reading<'a>(&'a mut self, _host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async { Ok(()) })
    }
    /// Rebuilds everything that was on the lost GPU on this device, from the last copy. `reason` says why the GPU was lost.
    fn recover(&mut self, _reason: &str, _device: &Device, _shared: &Shared, _host: &dyn Host) {}
}

/// A constructor of a job. A program's jobs are a table of these.
pub type Make = fn() -> Box<dyn Job>;

/// What several jobs use: the GPU and the digits.
#[derive(Default)]
pub struct Shared {
    /// The GPU. None until somebody asks for the machine or computes there, because requesting it takes time that the CPU need not wait.
    #[cfg(feature = "jobs")]
    gpu: Option<Result<std::rc::Rc<Gpu>>>,
    /// The training and test digits that have arrived.
    pub data: Mnist,
}

impl Shared {
    /// The GPU, which is requested at the first call. A lost one is requested again. Refuses if there is none.
    #[cfg(feature = "jobs")]
    pub async fn gpu(&mut self) -> Result<std::rc::Rc<Gpu>> {
        // A GPU that was lost while nothing ran on it is requested again.
        if let Some(known) = self.gpu.as_ref().filter(|known| known.as_ref().is_ok_and(|gpu| gpu.lost().is_none())) {
            return known.clone();
        }
        let found = Gpu::request(Which::Any).await;
        self.gpu = Some(found.clone());
        found
    }
    /// The chosen device. Refuses `Gpu` if there is none, and in a program that only computes on the CPU.
    pub async fn device(&mut self, choice: DeviceChoice) -> Result<Device> {
        match choice {
            DeviceChoice::Cpu => Ok(Device::Cpu),
            #[cfg(feature = "jobs")]
            DeviceChoice::Gpu => self.gpu().await.map(Device::Gpu),
            #[cfg(not(feature = "jobs"))]
            DeviceChoice::Gpu => Err(engine::Error::Device("this program computes on the CPU alone".into())),
        }
    }
    /// A device that replaces a lost one: a new GPU, or the CPU if there is none.
    pub async fn replace_gpu(&mut self) -> Device {
        #[cfg(feature = "jobs")]
        {
            self.gpu = None;
        }
        self.device(DeviceChoice::Gpu).await.unwrap_or(Device::Cpu)
    }
}

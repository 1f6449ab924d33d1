//! What a job of the workbench is, and what all jobs share. Which jobs there are stands in one table (`jobs/mod.rs`); a program holds a part of it.
use crate::{
    Host,
    protocol::{DeviceChoice, Message, Request},
};
#[cfg(feature = "jobs")]
use engine::gpu::{Gpu, Which};
use engine::{Result, tensor::Device};
use nets::data::Mnist;
use std::{future::Future, pin::Pin};

/// Work under way.
pub type Doing<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// One kind of work: it answers its requests, and between them does slices of what goes on.
pub trait Job {
    /// Whether a request is for this job.
    fn answers(&self, request: &Request) -> bool;
    /// Does what is asked. What it sends meanwhile carries the question's number; what it sends later, it numbers itself. An error is said to whoever
    /// asked, by the loop; after a lost GPU every job may recover.
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a>;
    /// Whether there is a slice of work to do.
    fn is_busy(&self) -> bool {
        false
    }
    /// One slice, of at most 50 ms on the CPU. What goes wrong in it the job says itself; only a lost GPU is an error.
    fn advance<'a>(&'a mut self, _shared: &'a mut Shared, _host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async { Ok(()) })
    }
    /// Whether a device has been asked for numbers that have not come yet.
    fn is_reading(&self) -> bool {
        false
    }
    /// Waits for them, and says them; may be left and called again.
    fn settle<'a>(&'a mut self, _host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async { Ok(()) })
    }
    /// The GPU was lost for this reason: what stood on it stands on this device again, as it stood at its last copy.
    fn recover(&mut self, _reason: &str, _device: &Device, _shared: &Shared, _host: &dyn Host) {}
}

/// What makes a job; a program's jobs are a table of these.
pub type Make = fn() -> Box<dyn Job>;

/// The GPU and the digits, which several jobs use.
#[derive(Default)]
pub struct Shared {
    /// None until somebody asks what there is to compute on, or computes there: asking takes time, which the CPU need not wait for.
    #[cfg(feature = "jobs")]
    gpu: Option<Result<std::rc::Rc<Gpu>>>,
    /// The digits that have come, training and test.
    pub data: Mnist,
}

impl Shared {
    /// The GPU, asked for at the first call; one that was lost is asked for again. Refuses where none is found.
    #[cfg(feature = "jobs")]
    pub async fn gpu(&mut self) -> Result<std::rc::Rc<Gpu>> {
        // One that was lost while nothing ran on it is asked for again.
        if let Some(known) = self.gpu.as_ref().filter(|known| known.as_ref().is_ok_and(|gpu| gpu.lost().is_none())) {
            return known.clone();
        }
        let found = Gpu::request(Which::Any).await;
        self.gpu = Some(found.clone());
        found
    }
    /// The device of a choice. Refuses `Gpu` where none is found, and in a program that computes on the CPU alone.
    pub async fn device(&mut self, choice: DeviceChoice) -> Result<Device> {
        match choice {
            DeviceChoice::Cpu => Ok(Device::Cpu),
            #[cfg(feature = "jobs")]
            DeviceChoice::Gpu => self.gpu().await.map(Device::Gpu),
            #[cfg(not(feature = "jobs"))]
            DeviceChoice::Gpu => Err(engine::Error::Device("this program computes on the CPU alone".into())),
        }
    }
    /// Another device in the place of one that was lost: a fresh GPU, or the CPU where there is none.
    pub async fn replace_gpu(&mut self) -> Device {
        #[cfg(feature = "jobs")]
        {
            self.gpu = None;
        }
        self.device(DeviceChoice::Gpu).await.unwrap_or(Device::Cpu)
    }
}

//! A session of the workbench: the jobs of one program, and what they share.
use crate::{
    Host,
    job::{Job, Make, Shared},
    protocol::{Event, Message, Request},
};
use engine::{Error, Result};

/// The jobs of one program, and what they share.
pub struct Session {
    jobs: Vec<Box<dyn Job>>,
    shared: Shared,
}

impl Session {
    /// A session with these jobs, which are a part of the table or all of it.
    pub fn new(jobs: &[Make]) -> Session {
        Session { jobs: jobs.iter().map(|make| make()).collect(), shared: Shared::default() }
    }
    /// Whether there is a slice of work to do.
    pub fn is_busy(&self) -> bool {
        self.jobs.iter().any(|job| job.is_busy())
    }
    /// Whether a device has been asked for numbers that have not arrived yet.
    pub fn is_reading(&self) -> bool {
        self.jobs.iter().any(|job| job.is_reading())
    }
    /// Waits for these numbers, if any, and reports them. The future may be dropped, and the function called again.
    pub async fn finish_reading(&mut self, host: &dyn Host) -> Result<()> {
        match self.jobs.iter_mut().find(|job| job.is_reading()) {
            Some(job) => job.finish_reading(host).await,
            None => Ok(()),
        }
    }
    /// Hands a request to the first job that answers it. Refuses a request that no job of this program answers.
    pub async fn handle(&mut self, request: Message<Request>, host: &dyn Host) -> Result<()> {
        match self.jobs.iter_mut().find(|job| job.answers(&request.body)) {
            Some(job) => job.handle(request, &mut self.shared, host).await,
            None => Err(Error::unsupported(request.body.name(), "this program has no job that answers it")),
        }
    }
    /// Does one slice of every job that is busy.
    pub async fn advance(&mut self, host: &dyn Host) -> Result<()> {
        for job in self.jobs.iter_mut().filter(|job| job.is_busy()) {
            job.advance(&mut self.shared, host).await?;
        }
        Ok(())
    }
    /// Handles an error. A lost GPU is requested again, and everything on it continues from its copy. Other errors are reported.
    pub async fn mend(&mut self, request: &str, error: Error, host: &dyn Host) {
        let Error::Lost(reason) = &error else {
            host.send(Message::new(Event::failed(request, error)));
            return;
        };
        let device = self.shared.replace_gpu().await;
        for job in &mut self.jobs {
            job.recover(reason, &device, &self.shared, host);
        }
    }
}

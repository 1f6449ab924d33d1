//! What the workbench holds between requests: the jobs of this program, and what they share.
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
    /// With these jobs, a part of the table or all of it.
    pub fn new(jobs: &[Make]) -> Session {
        Session { jobs: jobs.iter().map(|make| make()).collect(), shared: Shared::default() }
    }
    /// Whether there is a slice of work to do.
    pub fn is_busy(&self) -> bool {
        self.jobs.iter().any(|job| job.is_busy())
    }
    /// Whether a device has been asked for numbers that have not come yet.
    pub fn is_reading(&self) -> bool {
        self.jobs.iter().any(|job| job.is_reading())
    }
    /// Waits for them, if any, and says them; may be left and called again.
    pub async fn settle(&mut self, host: &dyn Host) -> Result<()> {
        match self.jobs.iter_mut().find(|job| job.is_reading()) {
            Some(job) => job.settle(host).await,
            None => Ok(()),
        }
    }
    /// Hands a request to the first job that answers it. Refuses one that no job of this program answers.
    pub async fn handle(&mut self, request: Message<Request>, host: &dyn Host) -> Result<()> {
        match self.jobs.iter_mut().find(|job| job.answers(&request.body)) {
            Some(job) => job.handle(request, &mut self.shared, host).await,
            None => Err(Error::unsupported(request.body.name(), "this program has no job that answers it")),
        }
    }
    /// One slice of everything that goes on.
    pub async fn advance(&mut self, host: &dyn Host) -> Result<()> {
        for job in self.jobs.iter_mut().filter(|job| job.is_busy()) {
            job.advance(&mut self.shared, host).await?;
        }
        Ok(())
    }
    /// After an error: a lost GPU is asked for again, and whatever stood on it goes on from its copy; all else is said.
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

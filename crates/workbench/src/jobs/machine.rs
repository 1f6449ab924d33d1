//! The devices to compute on; and losing the GPU on purpose, to see that the work goes on.
use crate::{
    Host,
    job::{Doing, Job, Shared},
    protocol::{Adapter, Event, Message, Request},
};
use engine::Error;

#[derive(Default)]
pub(super) struct Machine;

impl Job for Machine {
    fn answers(&self, request: &Request) -> bool {
        matches!(request, Request::Machine | Request::Lose)
    }
    fn handle<'a>(&'a mut self, request: Message<Request>, shared: &'a mut Shared, host: &'a dyn Host) -> Doing<'a> {
        Box::pin(async move {
            let gpu = shared.gpu().await;
            if let Request::Lose = request.body {
                gpu?.lose();
                return Ok(());
            }
            let adapter = gpu.as_ref().ok().map(|gpu| {
                let info = gpu.info();
                Adapter {
                    name: info.name.clone(),
                    vendor: info.vendor.clone(),
                    architecture: info.architecture.clone(),
                    software: info.software,
                }
            });
            host.send(Message::new(Event::Machine { adapter, why_no_gpu: gpu.as_ref().err().map(Error::to_string) }));
            Ok(())
        })
    }
}

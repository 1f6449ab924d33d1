//! What a lost device would take along, kept on the host: a network's parameters and its optimiser's memory.
use super::{Optimiser, Snapshot};
use crate::nn::{self, Module, State};
use engine::{Result, tensor::Device};

pub struct Copy {
    state: State,
    optimiser: Snapshot,
}

impl Copy {
    /// Seconds between two copies of a run on a GPU.
    pub const EVERY: f64 = 3.0;

    /// Waits for both to be read back.
    pub async fn of(network: &dyn Module, optimiser: &Optimiser) -> Result<Copy> {
        Ok(Copy { state: nn::save(network).await?, optimiser: optimiser.snapshot().await? })
    }
    /// Puts both back, into a network and an optimiser of the same kind on any device.
    pub fn back(&self, network: &dyn Module, optimiser: &mut Optimiser, device: &Device) -> Result<()> {
        nn::load(network, &self.state)?;
        optimiser.restore(&self.optimiser, device)
    }
}

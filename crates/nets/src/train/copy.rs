//! Checkpoints: a copy of a network's parameters and its optimiser's memory on the host. A run goes on from it after a loss, and later from a file.
use super::{Optimiser, Snapshot};
use crate::nn::{self, Module, State};
use engine::{Result, tensor::Device};

/// What a run needs to go on from a step: the parameters in PyTorch's shapes, and the optimiser's memory.
pub struct Copy {
    state: State,
    optimiser: Snapshot,
}

impl Copy {
    /// Seconds between two copies of a run.
    pub const EVERY: f64 = 3.0;

    /// Reads both back.
    pub async fn of(network: &dyn Module, optimiser: &Optimiser) -> Result<Copy> {
        Ok(Copy { state: nn::save(network).await?, optimiser: optimiser.snapshot().await? })
    }
    /// Restores both, into a network and an optimiser of the same kind on any device. Refuses a copy that does not fit the network.
    pub fn back(&self, network: &dyn Module, optimiser: &mut Optimiser, device: &Device) -> Result<()> {
        self.optimiser.check(&network.params())?;
        nn::load(network, &self.state)?;
        optimiser.restore(&self.optimiser, device)
    }
}

#[cfg(feature = "weights")]
mod file {
    use super::{Copy, Snapshot, State};
    use crate::data::{Precision, about_safetensors, read_safetensors, write_safetensors};
    use engine::{Error, Result, tensor::Shape};

    /// The prefixes of names in a file: `network/conv1.weight` is a parameter, `memory/0/conv1.weight` the first tensor that the optimiser remembers of it.
    const NETWORK: &str = "network/";
    const MEMORY: &str = "memory/";
    const STEPS: &str = "optimiser steps";

    impl Copy {
        /// Writes these copies as one safetensors file. The tensors of each copy stand under its name ("" if there is only one), and
        /// `about` becomes the metadata.
        pub fn write(copies: &[(&str, &Copy)], about: &[(&str, String)]) -> Result<Vec<u8>> {
            let mut tensors = State::default();
            let mut about = about.to_vec();
            let steps: Vec<String> = copies.iter().map(|(name, _)| format!("{name}{STEPS}")).collect();
            for ((of, copy), key) in copies.iter().zip(&steps) {
                about.push((key, copy.optimiser.steps.to_string()));
                tensors.extend(copy.state.iter().map(|(name, values)| (format!("{of}{NETWORK}{name}"), values.clone())));
                for (name, memory) in &copy.optimiser.memory {
                    let each = memory.iter().enumerate();
                    tensors.extend(
                        each.map(|(i, (shape, values))| (format!("{of}{MEMORY}{i}/{name}"), (shape.dims().to_vec(), values.clone()))),
                    );
                }
            }
            write_safetensors(&tensors, Precision::Single, &about)
        }
        /// Reads the copies with these names from a file. Whether they fit a network is checked later. `file` is for errors.
        pub fn read(file: &str, bytes: &[u8], names: &[&str]) -> Result<Vec<Copy>> {
            let damaged = |found: &str| Error::data(file, format!("expected a checkpoint, found {found}"));
            let about = about_safetensors(file, bytes)?;
            let mut copies = vec![];
            for of in names {
                let steps = about.get(&format!("{of}{STEPS}")).and_then(|steps| steps.parse().ok());
                let steps = steps.ok_or_else(|| damaged("no count of the optimiser's steps"))?;
                copies.push(Copy { state: State::new(), optimiser: Snapshot { steps, ..Snapshot::default() } });
            }
            // The entries are sorted by name, so the first tensor that the optimiser remembers of a parameter comes first.
            for (name, (dims, values)) in read_safetensors(file, bytes)? {
                let of = names.iter().zip(&mut copies).find_map(|(of, copy)| Some((name.strip_prefix(*of)?, copy)));
                let (name, copy) = of.ok_or_else(|| damaged(&format!("a tensor {name:?}")))?;
                if let Some(name) = name.strip_prefix(NETWORK) {
                    copy.state.insert(name.into(), (dims, values));
                } else if let Some((_, name)) = name.strip_prefix(MEMORY).and_then(|name| name.split_once('/')) {
                    copy.optimiser.memory.entry(name.into()).or_default().push((Shape::new(dims), values));
                } else {
                    return Err(damaged(&format!("a tensor {name:?}")));
                }
            }
            Ok(copies)
        }
    }
}

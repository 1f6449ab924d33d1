//! A checkpoint: a network's parameters and its optimiser's memory, kept on the host while the run goes on, and as a file for whoever goes on later.
use super::{Optimiser, Snapshot};
use crate::nn::{self, Module, State};
use engine::{Result, tensor::Device};

/// What a run needs to go on from a step: parameters in PyTorch's shapes, and the optimiser's memory.
pub struct Copy {
    state: State,
    optimiser: Snapshot,
}

impl Copy {
    /// Seconds between two copies of a run.
    pub const EVERY: f64 = 3.0;

    /// Waits for both to be read back.
    pub async fn of(network: &dyn Module, optimiser: &Optimiser) -> Result<Copy> {
        Ok(Copy { state: nn::save(network).await?, optimiser: optimiser.snapshot().await? })
    }
    /// Puts both back, into a network and an optimiser of the same kind on any device. Refuses what does not fit the network.
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

    /// Where the two kinds of tensors stand in a file: `network/conv1.weight`; `memory/0/conv1.weight` for the first that the optimiser remembers.
    const NETWORK: &str = "network/";
    const MEMORY: &str = "memory/";
    const STEPS: &str = "optimiser steps";

    impl Copy {
        /// These copies as one safetensors file, the tensors of each under its name ("" for the only one); `about` goes into the metadata.
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
        /// The copies of these names back from a file, without asking for which networks they are. `file` is for the error.
        pub fn read(file: &str, bytes: &[u8], names: &[&str]) -> Result<Vec<Copy>> {
            let damaged = |found: &str| Error::data(file, format!("expected a checkpoint, found {found}"));
            let about = about_safetensors(file, bytes)?;
            let mut copies = vec![];
            for of in names {
                let steps = about.get(&format!("{of}{STEPS}")).and_then(|steps| steps.parse().ok());
                let steps = steps.ok_or_else(|| damaged("no count of the optimiser's steps"))?;
                copies.push(Copy { state: State::new(), optimiser: Snapshot { steps, ..Snapshot::default() } });
            }
            // In the order of their names, so that the first that is remembered of a parameter comes first.
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

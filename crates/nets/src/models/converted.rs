//! A weight file of any kind as safetensors under the zoo's names, checked against the network that it is for.
use super::{ModelSpec, load_weights};
use crate::{
    data::{Precision, read_weights, write_safetensors},
    nn::{Scope, save},
};
use engine::{Result, tensor::Device};

/// A weight file that was converted.
pub struct Converted {
    /// The file: safetensors.
    pub bytes: Vec<u8>,
    /// The number of its entries.
    pub entries: usize,
    /// What is to be known of the file that was read: other names, entries that were left.
    pub told: Option<String>,
}

/// The weights in `bytes` as safetensors, with the network's name and `source` beside them. `file` is for errors. Refuses what is no weight file, what does
/// not fit the network, and numbers that the precision cannot hold.
pub async fn converted(spec: &ModelSpec, file: &str, bytes: &[u8], precision: Precision, source: &str) -> Result<Converted> {
    let network = spec.network(&Scope::new(Device::Cpu, 0))?;
    let told = load_weights(spec, &network, file, read_weights(file, bytes)?)?;
    let state = save(&network).await?;
    precision.check(&state)?;
    let bytes = write_safetensors(&state, precision, &[("model", spec.name.into()), ("source", source.into())])?;
    Ok(Converted { bytes, entries: state.len(), told })
}

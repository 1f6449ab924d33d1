//! A weight file of any kind as safetensors under the zoo's names, checked against the network that it is for.
use super::{ModelSpec, load_weights};
use crate::{
    data::{Precision, about_safetensors, read_weights, write_safetensors},
    nn::{Scope, save},
};
use engine::{Result, tensor::Device};
use std::collections::HashMap;
use vision::files::Kind;

/// A weight file that was converted.
pub struct Converted {
    /// The file: safetensors.
    pub bytes: Vec<u8>,
    /// The number of its entries.
    pub entries: usize,
    /// What is to be known of the file that was read: other names, entries that were left.
    pub told: Option<String>,
}

/// The weights in `bytes` as safetensors, with as many classes as they have, and with the network's name and `source` beside them. `file` is for errors. Refuses what is no weight file, what does
/// not fit the network, and numbers that the precision cannot hold.
pub async fn converted(spec: &ModelSpec, file: &str, bytes: &[u8], precision: Precision, source: &str) -> Result<Converted> {
    let state = read_weights(file, bytes)?;
    let spec = spec.in_file(&state)?;
    let network = spec.network(&Scope::new(Device::Cpu, 0))?;
    let told = load_weights(&spec, &network, file, state)?;
    let state = save(&network).await?;
    precision.check(&state)?;
    // What the file says of itself, such as how photos are read for it, is kept.
    let said = if Kind::of(bytes) == Some(Kind::Safetensors) { about_safetensors(file, bytes)? } else { HashMap::new() };
    let own = [("model", spec.name.to_string()), ("source", source.to_string())];
    let others = said.iter().map(|(key, value)| (key.as_str(), value.clone())).filter(|(key, _)| own.iter().all(|(known, _)| known != key));
    let about: Vec<_> = others.chain(own.clone()).collect();
    let bytes = write_safetensors(&state, precision, &about)?;
    Ok(Converted { bytes, entries: state.len(), told })
}

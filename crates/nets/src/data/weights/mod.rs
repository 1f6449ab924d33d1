//! Reading weight files of any kind with a network's names: safetensors, and PyTorch's new and old files. Only tensors are read; nothing in
//! a file is executed.
mod about;
mod names;
mod pickle;
mod safetensors;
mod storage;
mod torch;

pub use self::about::about_weights;
pub use self::safetensors::{Precision, about_safetensors, read_safetensors, write_safetensors};

use crate::nn::State;
use engine::{Error, Result, error::guarded};
use vision::files::{Kind, found};

/// Every tensor of a weight file. Known names of other packages become the zoo's names. `file` is for errors.
pub fn read_weights(file: &str, bytes: &[u8]) -> Result<State> {
    let state = guarded(file, || match Kind::of(bytes) {
        Some(Kind::Zip) => torch::read_zip(file, bytes),
        Some(Kind::Legacy) => torch::read_legacy(file, bytes),
        Some(Kind::Safetensors) => read_safetensors(file, bytes),
        _ => Err(Error::data(file, format!("expected weights as safetensors or in PyTorch's format, found {}", found(bytes)))),
    })?;
    if state.is_empty() {
        return Err(Error::data(file, "expected weights, found none"));
    }
    Ok(names::known(state))
}

//! Weight files of whatever kind into a network's names: safetensors, and PyTorch's own, new and old. Only tensors are read; nothing in a file is executed.
mod names;
mod pickle;
mod safetensors;
mod storage;
mod torch;

pub use self::safetensors::{Precision, read_safetensors, write_safetensors};

use crate::nn::State;
use engine::{Error, Result};

/// PyTorch's count of the batches that a batch norm has seen, a whole number that only a momentum of None reads: it is passed over, and PyTorch sets it anew
/// where a file lacks it.
const COUNTER: &str = "num_batches_tracked";

/// Every tensor of a weight file, under the names of the zoo where the file's own are known. What it is is seen from its first bytes; `file` is for the error.
pub fn read_weights(file: &str, bytes: &[u8]) -> Result<State> {
    let state = if bytes.starts_with(b"PK\x03\x04") {
        torch::read_zip(file, bytes)?
    } else if bytes.starts_with(&[0x80]) {
        torch::read_legacy(file, bytes)?
    } else if bytes.get(8) == Some(&b'{') {
        read_safetensors(file, bytes)?
    } else {
        let found = format!("{} bytes that begin {:02x?}", bytes.len(), &bytes[..bytes.len().min(8)]);
        return Err(Error::data(file, format!("expected weights as safetensors or in PyTorch's format, found {found}")));
    };
    if state.is_empty() {
        return Err(Error::data(file, "expected weights, found none"));
    }
    Ok(names::known(state))
}

//! Weight files: safetensors in and out, in PyTorch's names and shapes.
use crate::{
    error::{Error, Result},
    nets::nn::State,
};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use std::collections::HashMap;

/// PyTorch's count of the batches that a batch norm has seen, a whole number that only a momentum of None reads: it is passed over, and PyTorch sets it anew
/// where a file lacks it.
const COUNTER: &str = "num_batches_tracked";

/// Every f32 tensor of a file. `file` is for the error.
pub fn read_safetensors(file: &str, bytes: &[u8]) -> Result<State> {
    let read = SafeTensors::deserialize(bytes)
        .map_err(|e| Error::data(file, format!("expected a safetensors file, found {} bytes that are none: {e}", bytes.len())))?;
    read.iter()
        .filter(|(name, _)| !name.ends_with(COUNTER))
        .map(|(name, view)| {
            if view.dtype() != Dtype::F32 {
                return Err(Error::weights(name, format!("expected 32-bit floats, found {:?}", view.dtype())));
            }
            Ok((name.to_string(), (view.shape().to_vec(), bytemuck::pod_collect_to_vec(view.data()))))
        })
        .collect()
}

/// A file that PyTorch's safetensors reads; `about` goes into its metadata.
pub fn write_safetensors(state: &State, about: &[(&str, String)]) -> Result<Vec<u8>> {
    let views = state
        .iter()
        .map(|(name, (dims, values))| {
            let view =
                TensorView::new(Dtype::F32, dims.clone(), bytemuck::cast_slice(values)).map_err(|e| Error::weights(name, e.to_string()))?;
            Ok((name.clone(), view))
        })
        .collect::<Result<Vec<_>>>()?;
    let about: HashMap<String, String> = about.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
    safetensors::serialize(views, Some(about)).map_err(|e| Error::data("safetensors", e.to_string()))
}

//! Reading and writing safetensors, with PyTorch's names and shapes.
use super::{
    names::COUNTER,
    storage::{Kind, QUANTISED, from_half, to_half},
};
use crate::nn::State;
use ::safetensors::{Dtype, SafeTensors, tensor::TensorView};
use engine::{Error, Result};
use std::collections::HashMap;

/// The precision of a number in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32 bits.
    Single,
    /// 16 bits, as in IEEE 754.
    Half,
}

impl Precision {
    /// Refuses, by the tensor's name, a number that would become infinite.
    pub fn check(self, state: &State) -> Result<()> {
        let too_large = |value: &&f32| self == Precision::Half && value.is_finite() && from_half(to_half(**value)).is_infinite();
        match state.iter().find_map(|(name, (_, values))| Some((name, values.iter().find(too_large)?))) {
            Some((name, value)) => Err(Error::weights(name, format!("expected numbers that 16 bits hold, at most 65504, found {value}"))),
            None => Ok(()),
        }
    }
}

/// Every tensor of a file, its numbers as f32. Counters and other whole numbers are passed over; a file that has more matrices of them than of floats is refused.
/// `file` is for the error.
pub fn read_safetensors(file: &str, bytes: &[u8]) -> Result<State> {
    let read = SafeTensors::deserialize(bytes).map_err(|e| none(file, bytes, &e))?;
    let kind = |dtype| match dtype {
        Dtype::F32 => Some(Kind::Single),
        Dtype::F16 => Some(Kind::Half),
        Dtype::BF16 => Some(Kind::Brain),
        Dtype::F64 => Some(Kind::Double),
        _ => None,
    };
    let matrices = read.iter().filter(|(_, view)| view.shape().len() > 1);
    let (floats, others): (Vec<_>, Vec<_>) = matrices.partition(|(_, view)| kind(view.dtype()).is_some());
    if let Some((name, _)) = others.first().filter(|_| others.len() > floats.len()) {
        return Err(Error::weights(*name, QUANTISED));
    }
    let weights = read.iter().filter(|(name, _)| !name.ends_with(COUNTER));
    let numbers = |(name, view): (&str, TensorView)| {
        Some((name.to_string(), (view.shape().to_vec(), kind(view.dtype())?.numbers(view.data()).collect())))
    };
    Ok(weights.filter_map(numbers).collect())
}

/// The metadata of a file. Empty if it has none. `file` is for errors.
pub fn about_safetensors(file: &str, bytes: &[u8]) -> Result<HashMap<String, String>> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| none(file, bytes, &e))?;
    Ok(header.metadata().clone().unwrap_or_default())
}

fn none(file: &str, bytes: &[u8], why: &dyn std::fmt::Display) -> Error {
    Error::data(file, format!("expected a safetensors file, found {} bytes that are none: {why}", bytes.len()))
}

/// Writes a file that PyTorch's safetensors can read. `about` becomes its metadata.
pub fn write_safetensors(state: &State, precision: Precision, about: &[(&str, String)]) -> Result<Vec<u8>> {
    let bytes = |values: &[f32]| match precision {
        Precision::Single => bytemuck::pod_collect_to_vec(values),
        Precision::Half => values.iter().flat_map(|v| to_half(*v).to_le_bytes()).collect::<Vec<u8>>(),
    };
    let dtype = if precision == Precision::Half { Dtype::F16 } else { Dtype::F32 };
    let tensors: Vec<(&String, &Vec<usize>, Vec<u8>)> = state.iter().map(|(name, (dims, values))| (name, dims, bytes(values))).collect();
    let views = tensors
        .iter()
        .map(|(name, dims, bytes)| {
            Ok((name, TensorView::new(dtype, dims.to_vec(), bytes).map_err(|e| Error::weights(name.as_str(), e.to_string()))?))
        })
        .collect::<Result<Vec<_>>>()?;
    let about: HashMap<String, String> = about.iter().map(|(k, v)| (k.to_string(), v.clone())).collect();
    ::safetensors::serialize(views, Some(about)).map_err(|e| Error::data("safetensors", e.to_string()))
}

//! A run as a file, so that it goes on where it stood: after its program's end, in another tab, on another device.
use engine::{Error, Result};
use nets::{data::about_safetensors, train::Copy};
use serde::{Serialize, de::DeserializeOwned};

/// What is said in the metadata beside the tensors.
const OPTIONS: &str = "options";
const STEP: &str = "step";
/// Steps at most: the order of batches is wound forward one by one.
const MOST: u64 = 1_000_000;
/// For errors.
const FILE: &str = "checkpoint";

/// A run as it was read: what it was started with, the step where it stands, and a copy of each of its networks.
pub(super) struct Checkpoint<O, const N: usize> {
    pub options: O,
    pub step: u64,
    pub copies: [Copy; N],
}

/// Writes a run of these options after this step; `copies` are its networks, each with its name.
pub(super) fn write(options: &impl Serialize, step: u64, copies: &[(&str, &Copy)]) -> Result<Vec<u8>> {
    let options = serde_json::to_string(options).map_err(|error| Error::data(FILE, error.to_string()))?;
    Copy::write(copies, &[(OPTIONS, options), (STEP, step.to_string())])
}

/// Reads it back. Refuses a file that is none; whether the copies fit their networks is seen when they are put back (`Copy::back`).
pub(super) fn read<O: DeserializeOwned, const N: usize>(file: &[u8], names: [&str; N]) -> Result<Checkpoint<O, N>> {
    let about = about_safetensors(FILE, file)?;
    let said = |key: &str| about.get(key).ok_or_else(|| Error::data(FILE, format!("expected {key:?} in its metadata, found none")));
    let options = serde_json::from_str(said(OPTIONS)?).map_err(|error| Error::data(FILE, format!("its options: {error}")))?;
    let step = said(STEP)?;
    let within = step.parse().ok().filter(|step| *step <= MOST);
    let step = within.ok_or_else(|| Error::data(FILE, format!("expected a step of at most {MOST}, found {step:?}")))?;
    Ok(Checkpoint { options, step, copies: Copy::read(FILE, file, names)? })
}

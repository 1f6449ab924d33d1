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

/// A run as it was read.
pub(super) struct Checkpoint {
    options: String,
    /// The step where it stands.
    pub step: u64,
    /// One of each of its networks.
    pub copies: Vec<Copy>,
}

fn bad(what: impl ToString) -> Error {
    Error::data(FILE, what.to_string())
}

/// Writes a run of these options after this step; `copies` are its networks, each with its name.
pub(super) fn write(options: &impl Serialize, step: u64, copies: &[(&str, &Copy)]) -> Result<Vec<u8>> {
    let options = serde_json::to_string(options).map_err(bad)?;
    Copy::write(copies, &[(OPTIONS, options), (STEP, step.to_string())])
}

/// Reads it back. Refuses a file that is none; whether the copies fit their networks is seen when they are put back (`Copy::back`).
pub(super) fn read(file: &[u8], names: &[&str]) -> Result<Checkpoint> {
    let mut about = about_safetensors(FILE, file)?;
    let mut said = |key: &str| about.remove(key).ok_or_else(|| bad(format!("expected {key:?} in its metadata, found none")));
    let (options, step) = (said(OPTIONS)?, said(STEP)?);
    let within = step.parse().ok().filter(|step| *step <= MOST);
    let step = within.ok_or_else(|| bad(format!("expected a step of at most {MOST}, found {step:?}")))?;
    Ok(Checkpoint { options, step, copies: Copy::read(FILE, file, names)? })
}

impl Checkpoint {
    /// What the run was started with.
    pub(super) fn options<O: DeserializeOwned>(&self) -> Result<O> {
        serde_json::from_str(&self.options).map_err(|error| bad(format!("its options: {error}")))
    }
}

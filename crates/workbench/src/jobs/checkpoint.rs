//! A run as a file (a checkpoint). From it the run goes on after its program has ended, in another tab, or on another device.
use engine::{Error, Result};
use nets::{data::about_safetensors, train::Copy};
use serde::{Serialize, de::DeserializeOwned};

/// The keys of the metadata beside the tensors.
const OPTIONS: &str = "options";
const STEP: &str = "step";
/// The largest step that is accepted, since the order of batches is replayed step by step.
const MOST: u64 = 1_000_000;
/// The file's name in errors.
const FILE: &str = "checkpoint";

/// A run that was read from a file.
pub(super) struct Checkpoint {
    options: String,
    /// The step at which the run stood.
    pub step: u64,
    /// A copy of each of its networks.
    pub copies: Vec<Copy>,
}

fn bad(what: impl ToString) -> Error {
    Error::data(FILE, what.to_string())
}

/// Writes a run with these options after this step. `copies` are its networks, each with its name.
pub(super) fn write(options: &impl Serialize, step: u64, copies: &[(&str, &Copy)]) -> Result<Vec<u8>> {
    let options = serde_json::to_string(options).map_err(bad)?;
    Copy::write(copies, &[(OPTIONS, options), (STEP, step.to_string())])
}

/// Reads a run. Refuses a file that is not a checkpoint. Whether the copies fit their networks is checked when they are restored (`Copy::back`).
pub(super) fn read(file: &[u8], names: &[&str]) -> Result<Checkpoint> {
    let mut about = about_safetensors(FILE, file)?;
    let mut said = |key: &str| about.remove(key).ok_or_else(|| bad(format!("expected {key:?} in its metadata, found none")));
    let (options, step) = (said(OPTIONS)?, said(STEP)?);
    let within = step.parse().ok().filter(|step| *step <= MOST);
    let step = within.ok_or_else(|| bad(format!("expected a step of at most {MOST}, found {step:?}")))?;
    Ok(Checkpoint { options, step, copies: Copy::read(FILE, file, names)? })
}

impl Checkpoint {
    /// The options with which the run was started.
    pub(super) fn options<O: DeserializeOwned>(&self) -> Result<O> {
        serde_json::from_str(&self.options).map_err(|error| bad(format!("its options: {error}")))
    }
}

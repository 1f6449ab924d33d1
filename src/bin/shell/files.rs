//! Files for commands. Errors contain the path.
use receptive::{
    error::{Error, Result},
    nets::{
        data::read_weights,
        models::{ModelSpec, load_weights},
        nn::Seq,
    },
};
use std::path::Path;

pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::data(path.display().to_string(), e.to_string()))
}

/// A weight file of any kind into this network, or why it does not fit. What is to be known of the file is said beside the results.
pub fn load_file(spec: &ModelSpec, network: &Seq, path: &Path) -> Result<()> {
    let file = path.display().to_string();
    say(&file, load_weights(spec, network, &file, read_weights(&file, &read_file(path)?)?)?);
    Ok(())
}

/// What is to be known of a file, beside the results.
pub fn say(file: &str, told: Option<String>) {
    if let Some(told) = told {
        eprintln!("receptive: {file}: {told}");
    }
}

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

/// Loads a weight file of any kind into this network. Refuses a file that does not fit, with the reason.
pub fn load_file(spec: &ModelSpec, network: &Seq, path: &Path) -> Result<()> {
    let file = path.display().to_string();
    load_weights(spec, network, &file, &read_weights(&file, &read_file(path)?)?)
}

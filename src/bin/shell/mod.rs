//! The shell's commands: one a file.
pub mod classify;
pub mod convert;
pub mod forward;
pub mod host;
pub mod models;
pub mod speed;
pub mod train;
pub mod verify;

use super::DeviceName;
use receptive::{
    engine::{
        gpu::{Gpu, Which},
        tensor::Device,
    },
    error::{Error, Result},
    nets::{
        data::read_weights,
        models::{ModelSpec, load_weights},
        nn::Seq,
    },
};
use std::path::Path;

/// The device asked for; a software adapter serves as GPU, and is named.
pub fn device(name: DeviceName) -> Result<Device> {
    match name {
        DeviceName::Cpu => Ok(Device::Cpu),
        DeviceName::Gpu => {
            let gpu = pollster::block_on(Gpu::request(Which::Any))?;
            let info = gpu.info();
            eprintln!("{}: {}", if info.software { "software adapter" } else { "GPU" }, info.name);
            Ok(Device::Gpu(gpu))
        }
    }
}

pub fn read_file(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::data(path.display().to_string(), e.to_string()))
}

/// A weight file of any kind into this network, or why it does not fit.
pub fn load_file(spec: &ModelSpec, network: &Seq, path: &Path) -> Result<()> {
    let file = path.display().to_string();
    load_weights(spec, network, &file, &read_weights(&file, &read_file(path)?)?)
}

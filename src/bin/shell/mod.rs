//! The shell's commands: one a file.
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
    error::Result,
};

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

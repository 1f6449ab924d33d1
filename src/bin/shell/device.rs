//! The device of a command, by its name.
use clap::ValueEnum;
use receptive::{
    engine::{
        gpu::{Gpu, Which},
        tensor::Device,
    },
    error::Result,
};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum DeviceName {
    Cpu,
    Gpu,
}

/// The device with this name. A software adapter is accepted as a GPU, and is named.
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

//! Where values live: nowhere (shapes and costs only), in memory, or on a GPU.
use super::{Memory, host_memory};
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
#[cfg(feature = "gpu")]
use std::rc::Rc;

#[derive(Clone)]
pub enum Device {
    /// Shapes and costs without values.
    Meta,
    Cpu,
    #[cfg(feature = "gpu")]
    Gpu(Rc<Gpu>),
}

impl Device {
    /// Buffers held on this device by this thread.
    pub fn memory(&self) -> Memory {
        match self {
            Device::Meta => Memory::default(),
            Device::Cpu => host_memory(),
            #[cfg(feature = "gpu")]
            Device::Gpu(gpu) => {
                let held = gpu.memory();
                Memory { buffers: held.buffers, bytes: held.bytes }
            }
        }
    }
    pub fn is_gpu(&self) -> bool {
        !matches!(self, Device::Meta | Device::Cpu)
    }
}

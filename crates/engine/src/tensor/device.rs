//! Devices: values live nowhere (only shapes and costs), in memory, or on a GPU.
use super::{Memory, host_memory};
#[cfg(feature = "gpu")]
use crate::gpu::Gpu;
#[cfg(feature = "gpu")]
use std::rc::Rc;

/// torch.device: where a tensor's values live and where operations on it run. All inputs of one operation must share a device.
#[derive(Clone)]
pub enum Device {
    /// Shapes and costs, without values.
    Meta,
    /// The processor and its memory.
    Cpu,
    /// A WebGPU device, which may be a software adapter: [`Caps::software`](crate::gpu::Caps::software) says so.
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
    /// Whether its values must be awaited. This is true for a software adapter, too.
    pub fn is_gpu(&self) -> bool {
        !matches!(self, Device::Meta | Device::Cpu)
    }
}

//! Values: shapes, devices, and the one door where PyTorch's axes meet the engine's.
mod device;
mod host;
mod layout;
mod shape;
mod values;

pub use device::Device;
pub use host::{HostBuffer, host_memory};
pub use layout::Layout;
pub use shape::Shape;
pub use values::{Data, Tensor, read_all};

/// Buffers that a device holds for tensors, in use or waiting to be used again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// How many there are.
    pub buffers: usize,
    /// Their size together.
    pub bytes: u64,
}

//! Tensors, their shapes, devices and layouts.
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

/// The buffers that a device holds for tensors, both in use and free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The number of buffers.
    pub buffers: usize,
    /// The size of all of them in bytes.
    pub bytes: u64,
}

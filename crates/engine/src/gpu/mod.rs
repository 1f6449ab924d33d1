//! Bytes and shaders: buffers go in, dispatches are recorded, buffers come out. This module does not know tensors.
//!
//! [`dispatch`] and [`caps`] are plain data and always compiled, so that an operation can say what it would run. The rest needs wgpu.
pub mod caps;
pub mod dispatch;

#[cfg(feature = "gpu")]
mod device;
#[cfg(feature = "gpu")]
mod faults;
#[cfg(feature = "gpu")]
mod pipelines;
#[cfg(feature = "gpu")]
mod pool;
#[cfg(feature = "gpu")]
mod readback;
#[cfg(feature = "gpu")]
mod recorder;
#[cfg(feature = "gpu")]
mod recording;
#[cfg(feature = "gpu")]
mod staging;

pub use caps::Caps;
pub use dispatch::{Dispatch, Params};

#[cfg(feature = "gpu")]
pub use device::{AdapterInfo, Gpu, Which};
#[cfg(feature = "gpu")]
pub use pool::{Buffer, Memory};

//! The engine computes: bytes and shaders, tensors, the tape, and the operations.
pub mod autograd;
pub mod error;
pub mod gpu;
pub mod ops;
pub mod tensor;

pub use error::{Error, Result};

//! The engine computes: bytes and shaders, tensors, the tape, and the operations.
pub mod gpu;
